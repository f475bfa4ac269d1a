"""Answers that are sent together are written down first, all at once, and lose nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

from service.api.metrics import Metrics
from service.server.journal import Journal
from service.server.outbox import Handout, Outbox
from tests.server.test_logs import Pipe

LINE = '{"route":"/v1/faq"}\n'


class Log:
    """Tells in which order lines are written and answers are sent."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def write(self, text: str) -> None:
        self.seen.append(f"{text.count(LINE)} lines")

    def send_out(self, handout: Handout) -> None:
        self.seen.append(handout.answer.decode())


def sent(log: Log, put: Callable[[Outbox], None]) -> list[str]:
    async def run() -> None:
        journal = Journal(Metrics("", ""))
        journal.lines = log
        put(Outbox(journal))
        await asyncio.sleep(0)

    asyncio.run(run())
    return log.seen


def test_every_line_is_written_before_any_answer_is_sent() -> None:
    log = Log()

    def put(outbox: Outbox) -> None:
        for number in range(3):
            outbox.put(Handout(log, f"answer {number}".encode(), LINE, is_last=False))

    assert sent(log, put) == ["3 lines", "answer 0", "answer 1", "answer 2"]


def test_no_more_lines_are_written_at_once_than_a_pipe_takes_whole() -> None:
    log = Log()

    def put(outbox: Outbox) -> None:
        for _ in range(500):
            outbox.put(Handout(log, b"answer", LINE, is_last=False))

    written = [each for each in sent(log, put) if each.endswith("lines")]

    assert len(written) > 1
    assert sum(int(each.split()[0]) for each in written) == 500
    assert max(int(each.split()[0]) for each in written) * len(LINE) < 4096


def test_who_has_left_is_sent_nothing_and_is_in_the_log_all_the_same() -> None:
    log = Log()

    def put(outbox: Outbox) -> None:
        for number in range(2):
            handout = Handout(log, f"answer {number}".encode(), LINE, is_last=False)
            outbox.put(handout)
            if not number:
                handout.lose_client()

    assert sent(log, put) == ["2 lines", "answer 1"]


def test_each_line_that_nobody_takes_is_counted() -> None:
    pipe = Pipe()
    for _ in range(2000):
        pipe.lines.write(LINE * 10)
    kept = pipe.read()
    pipe.lines.write(LINE)

    assert json.loads(pipe.read()[0])["lost"] == 20_000 - len(kept)

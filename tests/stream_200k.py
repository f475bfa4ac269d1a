"""
Stream many lines through the running service, and show that it holds no more memory at the end than at the start.

``python -m tests.stream_200k [LINES]`` starts the service on the loopback, and ends it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from tests.server.duplex import Duplex
from tests.server.running import Service, running_service

LINES = 200_000
WARM_UP = 2_000
GROWTH_AT_MOST = 20 * 1024 * 1024
LINES_A_SEND = 50
SESSION = {"at": "2026-11-22T10:00:00-05:00", "areas": ["forehead"], "setting": "home"}
KNOWN = {"conditions": [], "signs": [], "age": 40}
REQUESTS: tuple[dict[str, Any], ...] = (
    {"session": SESSION, "treatments": [], **KNOWN},
    {"session": SESSION, "treatments": [{"treatment": "botulinum_toxin", "at": "2026-11-21"}], **KNOWN},
    {"session": SESSION, "treatments": [{"product": "Juvederm", "at": "2026-09-12", "areas": ["lips"]}], **KNOWN},
    {"session": SESSION, "treatments": [], **KNOWN, "conditions": ["pacemaker_icd"]},
)


@dataclass
class Run:
    """What was seen of one stream: answers, seconds, and the memory along the way."""

    lines: int
    answered: int = 0
    seconds: float = 0.0
    resident: list[int] = field(default_factory=list)

    @property
    def growth(self) -> int:
        """The most bytes above the first measurement."""
        return max(self.resident) - self.resident[0]


def parts(lines: int) -> Iterator[bytes]:
    """Yield the body, some lines at a time."""
    requests = [json.dumps(request) for request in REQUESTS]
    for first in range(0, lines, LINES_A_SEND):
        numbers = range(first, min(first + LINES_A_SEND, lines))
        yield b"".join(
            f'{{"id": "{number}", "request": {requests[number % len(requests)]}}}\n'.encode() for number in numbers
        )


def stream(service: Service, lines: int) -> Run:
    """Send *lines* and check that each is answered, in order."""
    run, started = Run(lines, resident=[service.resident_bytes()]), time.perf_counter()
    with Duplex(service.port, timeout=600) as duplex:
        sender = Thread(target=_send, args=(duplex, lines))
        sender.start()
        while (answer := duplex.line()) is not None:
            if answer["id"] != str(run.answered) or "answer" not in answer:
                raise AssertionError(f"line {run.answered + 1} is answered by {answer}")
            run.answered += 1
            if run.answered % 1000 == 0:
                run.resident.append(service.resident_bytes())
        sender.join()
    run.seconds = time.perf_counter() - started
    return run


def _send(duplex: Duplex, lines: int) -> None:
    for part in parts(lines):
        duplex.send(part)
    duplex.finish()


def main(lines: int) -> int:
    """Run, print the figures, and return 1 where memory grew too much or an answer is lacking."""
    with running_service() as service:
        stream(service, WARM_UP)
        run = stream(service, lines)
    mebibyte = 1024 * 1024
    print(
        f"{run.answered:,} of {run.lines:,} lines answered in order in {run.seconds:.1f} s: "
        f"{run.answered / run.seconds:,.0f} lines/s; memory {run.resident[0] / mebibyte:.1f} MiB, "
        f"at most {run.growth / mebibyte:+.1f} MiB"
    )
    return int(run.answered != lines or run.growth > GROWTH_AT_MOST)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else LINES))

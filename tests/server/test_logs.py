"""Lines of the log: JSON, with fields of a list, and never a word of somebody else's."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator

import pytest

from service.server.journal import Journal
from service.server.logs import JsonLines, Lines, set_up_logs
from tests.server.test_boundary import SECRET


def record_of(name: str, message: str, *values: object, **more: object) -> logging.LogRecord:
    record = logging.LogRecord(name, logging.ERROR, __file__, 7, message, values, None)
    record.__dict__ |= more
    return record


def line_of(record: logging.LogRecord) -> dict[str, object]:
    line: dict[str, object] = json.loads(JsonLines().format(record))
    return line


def test_our_own_records_say_what_is_on_the_list_and_nothing_else() -> None:
    line = line_of(record_of("afterglow", "internal error", place="x.py:1", text=SECRET, client=SECRET))

    assert line.keys() == {"time", "level", "message", "place"}


def test_values_in_a_message_are_not_filled_in() -> None:
    assert SECRET not in JsonLines().format(record_of("afterglow", "asked for %s", SECRET))


@pytest.mark.parametrize("name", ["asyncio", "uvicorn.error", "prometheus_client", "root"])
def test_of_a_librarys_record_only_its_place_is_told(name: str) -> None:
    line = JsonLines().format(record_of(name, f"failed with {SECRET}: %s", SECRET))

    assert json.loads(line)["message"] == f"{name} in test_logs.py:7"
    assert SECRET not in line


def test_of_an_exception_its_type_and_place_are_told() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        record = record_of("asyncio", "failed")
        record.exc_info = sys.exc_info()
    line = JsonLines().format(record)

    assert json.loads(line)["error"] == "ValueError"
    assert json.loads(line)["place"].rpartition(":")[0] == __file__
    assert SECRET not in line


class Pipe:
    """A pipe, its writing end in the hands of :class:`Lines`."""

    def __init__(self) -> None:
        self.reading, writing = os.pipe()
        self.lines = Lines(writing)

    def read(self) -> list[str]:
        return os.read(self.reading, 1 << 20).decode().splitlines()


@pytest.fixture
def pipe() -> Pipe:
    return Pipe()


def test_a_log_that_nobody_reads_holds_nobody_up_and_says_what_was_lost(pipe: Pipe) -> None:
    for number in range(10_000):
        pipe.lines.write(f"{number} {'x' * 100}\n")
    kept = pipe.read()
    pipe.lines.write("after\n")
    lost, after = pipe.read()

    assert 100 < len(kept) < 10_000
    assert json.loads(lost)["lost"] == 10_000 - len(kept)
    assert after == "after"


def test_a_log_whose_reader_has_left_holds_nobody_up(pipe: Pipe) -> None:
    os.close(pipe.reading)

    pipe.lines.write("nobody reads this\n")


def test_a_request_is_one_line_of_fixed_fields(pipe: Pipe, journal: Journal) -> None:
    journal.lines = pipe.lines
    journal.write("POST", "/v1/triage", 200, 0.0123456, 512, "id-1")
    journal.write("", None, 503, 0.0, 0, "id-2")
    journal.write(f'"{SECRET}', None, 405, 0.0, 0, "id-3")

    first, second, third = map(json.loads, pipe.read())
    time = first.pop("time")
    assert first == {
        "level": "info",
        "method": "POST",
        "route": "/v1/triage",
        "status": 200,
        "duration_ms": 12.346,
        "bytes": 512,
        "request_id": "id-1",
    }
    assert time.endswith("Z")
    assert (second["level"], second["method"], second["route"]) == ("warning", "none", "none")
    assert third["method"] == "other"


@pytest.fixture
def journal() -> Journal:
    from service.api.metrics import Metrics

    return Journal(Metrics("", ""))


@pytest.fixture
def _logging_as_before() -> Iterator[None]:
    root, own = logging.getLogger(), logging.getLogger("afterglow")
    before = root.handlers, root.level, own.level
    yield
    root.handlers, root.level, own.level = before


@pytest.mark.usefixtures("_logging_as_before")
def test_every_logger_writes_such_lines(pipe: Pipe) -> None:
    set_up_logs("error", pipe.lines)
    logging.getLogger("afterglow").info("not at this level")
    logging.getLogger("afterglow").error("at this level")
    logging.getLogger("asyncio").error(SECRET)
    logging.getLogger("asyncio").info("too little")

    messages = [json.loads(line)["message"] for line in pipe.read()]
    assert len(messages) == 2
    assert messages[0] == "at this level"
    assert messages[1].startswith("asyncio in test_logs.py:")

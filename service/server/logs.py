"""
Logs as lines of JSON, with the fields on a list and no others.

A message of a library, or of an exception, can hold what somebody sent. So none is written: of a library's message
there is only who wrote it and where, and of an exception its type and place.
"""

from __future__ import annotations

import json
import logging
import os
import select
from typing import Any

from service.api.errors import place_of
from service.server.journal import timestamp

FIELDS = ("message", "request_id", "error", "place", "worker", "address", "guidance_version")
"""What a record of our own may say beside time and level. Its message is a sentence without any value in it."""

OWN = "afterglow"

log = logging.getLogger(OWN)


class Lines:
    """
    Writes lines, and leaves out those that nobody takes.

    Whoever reads the log may be slow, or gone; that must not keep an answer from anybody. Where lines were lost, the
    next one that is taken comes after a line that says how many.
    """

    def __init__(self, file: int) -> None:
        self._file = file
        self._ready = select.poll()
        self._ready.register(file, select.POLLOUT)
        self._lost = 0

    def write(self, text: str) -> None:
        """Write one line or more, each with its end, if they are taken at once."""
        count = text.count("\n")
        if self._lost:
            text = f'{{"time":"{timestamp()}","level":"warning","message":"lines lost","lost":{self._lost}}}\n' + text
        try:
            is_taken = any(event & select.POLLOUT for _, event in self._ready.poll(0))
            if is_taken:
                os.write(self._file, text.encode())
        except OSError:
            is_taken = False
        self._lost = 0 if is_taken else self._lost + count

    def flush(self) -> None:
        """Do nothing: nothing is held."""


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {"time": timestamp(), "level": record.levelname.lower()}
        if record.name == OWN:
            said = {"message": record.msg, **record.__dict__}
            line |= {name: said[name] for name in FIELDS if name in said}
        else:
            line |= {"message": f"{record.name} in {record.filename}:{record.lineno}"}
        if record.exc_info and isinstance(record.exc_info[1], BaseException):
            line |= {"error": type(record.exc_info[1]).__name__, "place": place_of(record.exc_info[1])}
        return json.dumps(line, separators=(",", ":"))


def set_up_logs(level: str, lines: Lines) -> None:
    """Let every logger of this process write lines of JSON."""
    handler = logging.StreamHandler(lines)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OWN).setLevel(level.upper())

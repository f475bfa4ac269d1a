"""
Logs as lines of JSON, with the fields on a list and no others.

A message of a library, or of an exception, can hold what somebody sent. So none is written: of a library's message
there is only who wrote it and where, and of an exception its type and place.
"""

from __future__ import annotations

import json
import logging
import sys
from typing import Any, TextIO

from service.api.errors import place_of
from service.server.journal import timestamp

FIELDS = ("message", "request_id", "error", "place", "worker", "address", "guidance_version")
"""What a record of our own may say beside time and level. Its message is a sentence without any value in it."""

OWN = "afterglow"

log = logging.getLogger(OWN)


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


def set_up_logs(level: str, stream: TextIO | None = None) -> None:
    """
    Let every logger of this process write lines of JSON.

    Args:
        stream: Standard output where left out.
    """
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OWN).setLevel(level.upper())

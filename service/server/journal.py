"""What is written down of a request: one line and a few counts, and nothing that came from a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from time import time_ns
from typing import Protocol

from service.api.metrics import Metrics

METHODS = frozenset({"GET", "HEAD", "POST", "QUERY", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
OTHER = "other"
NONE = "none"
AT_ONCE = 3 * 1024
"""How many characters are written in one go. A pipe takes 4 KiB whole or not at all."""


class Writable(Protocol):
    """Where lines go."""

    def write(self, text: str, /) -> object:
        """Write one line or more, each with its end."""


class Journal:
    """
    Writes down each request, as a line of JSON and in the metrics.

    A request has a line only where somebody has set *lines*; the service does when it starts.
    """

    def __init__(self, metrics: Metrics) -> None:
        self.metrics = metrics
        self.lines: Writable | None = None

    def write(self, method: str, route: str | None, status: int, seconds: float, size: int, request_id: str) -> None:
        """Write down one request, as :meth:`line` does."""
        line = self.line(method, route, status, seconds, size, request_id)
        if self.lines is not None:
            self.lines.write(line)

    def write_lines(self, lines: Iterable[str]) -> None:
        """Write down requests that :meth:`line` has counted, as many at a time as a pipe takes whole."""
        if self.lines is None:
            return
        together: list[str] = []
        size = 0
        for line in lines:
            size += len(line)
            if size > AT_ONCE and together:
                self.lines.write("".join(together))
                together, size = [], len(line)
            together.append(line)
        if together:
            self.lines.write("".join(together))

    def line(self, method: str, route: str | None, status: int, seconds: float, size: int, request_id: str) -> str:
        """
        Count one request, and return its line; an empty one where nobody wants any.

        Args:
            method: As it was sent; one that nobody knows is not repeated. Empty where nothing could be read.
            route: The template of its path; ``None`` where there is none.
            size: Bytes of the answer, without its head.
            request_id: Well formed, see :func:`service.api.headers.request_id_of`.
        """
        known = method if method in METHODS else OTHER if method else NONE
        self.metrics.count_request(known, route or NONE, status, seconds)
        if self.lines is None:
            return ""
        level = "warning" if status >= 500 else "info"
        # Nothing here needs escaping: words of our own, numbers, and an id of a few safe characters.
        return (
            f'{{"time":"{timestamp()}","level":"{level}","method":"{known}","route":"{route or NONE}",'
            f'"status":{status},"duration_ms":{seconds * 1000:.3f},"bytes":{size},"request_id":"{request_id}"}}\n'
        )


def timestamp() -> str:
    """Return the time as a line of the log has it."""
    now = time_ns() // 1_000_000
    return f"{_second(now // 1000)}.{now % 1000:03d}Z"


@lru_cache(maxsize=1)
def _second(seconds: int) -> str:
    """Return a second in words; thousands of lines are written within one."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").removesuffix("+00:00")

"""What is written down of a request: one line and a few counts, and nothing that came from a person."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from time import time_ns
from typing import Protocol

from service.api.metrics import Metrics

METHODS = frozenset({"GET", "HEAD", "POST", "QUERY", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
OTHER = "other"
NONE = "none"


class Writable(Protocol):
    """Where lines go."""

    def write(self, text: str, /) -> object:
        """Write a line, with its end."""


class Journal:
    """
    Writes down each request, as a line of JSON and in the metrics.

    A request has a line only where somebody has set *lines*; the service does when it starts.
    """

    def __init__(self, metrics: Metrics) -> None:
        self.metrics = metrics
        self.lines: Writable | None = None

    def write(self, method: str, route: str | None, status: int, seconds: float, size: int, request_id: str) -> None:
        """
        Write down one request.

        Args:
            method: As it was sent; one that nobody knows is not repeated. Empty where nothing could be read.
            route: The template of its path; ``None`` where there is none.
            size: Bytes of the answer, without its head.
            request_id: Well formed, see :func:`service.api.headers.request_id_of`.
        """
        known = method if method in METHODS else OTHER if method else NONE
        self.metrics.count_request(known, route or NONE, status, seconds)
        if self.lines:
            level = "warning" if status >= 500 else "info"
            # Nothing here needs escaping: words of our own, numbers, and an id of a few safe characters.
            self.lines.write(
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

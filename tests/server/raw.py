"""A client that sends bytes as they are, and takes its time."""

from __future__ import annotations

import json
import socket
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Answer:
    """One response, as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> Any:
        """The body of an error."""
        assert self.headers["content-type"] == "application/problem+json"
        return json.loads(self.body)


class Raw:
    """One connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
        self._read = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _place: TracebackType | None) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Send some bytes."""
        self.socket.sendall(data)

    def answer(self) -> Answer:
        """Read one whole response, of announced length."""
        while b"\r\n\r\n" not in self._read:
            self._take()
        head, _, self._read = self._read.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        status = int(first.split()[1])
        length = 0 if status < 200 or status in (204, 304) else int(headers["content-length"])
        while len(self._read) < length:
            self._take()
        body, self._read = self._read[:length], self._read[length:]
        return Answer(status, headers, body)

    def seconds_until_closed(self) -> float:
        """Wait for the service to close, throw away what else it sends, and return how long that took."""
        started = time.monotonic()
        try:
            while self.socket.recv(65536):
                pass
        except ConnectionError:
            pass
        return time.monotonic() - started

    def _take(self) -> None:
        data = self.socket.recv(65536)
        assert data, "the service closed instead of answering"
        self._read += data


def ask(port: int, data: bytes) -> Answer:
    """Send some bytes on a connection of their own, and return the first response."""
    with Raw(port) as client:
        client.send(data)
        return client.answer()


def get(path: str, *headers: str) -> bytes:
    """Write a GET."""
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: afterglow.test", *headers, "", ""]).encode()


def post(path: str, body: bytes, *headers: str) -> bytes:
    """Write a POST of JSON."""
    lines = [f"POST {path} HTTP/1.1", "Host: afterglow.test", "Content-Type: application/json"]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", *headers, "", ""]).encode() + body

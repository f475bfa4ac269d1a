"""A client that reads while it sends, which stock HTTP clients do not."""

from __future__ import annotations

import json
import socket
from types import TracebackType
from typing import Any, Self

import h11

BATCH = "/v1/eligibility/batch"
NDJSON = "application/x-ndjson"


class Duplex:
    """
    One POST on a connection of its own.

    Args:
        length: Of the body; ``None`` sends it in chunks.
    """

    def __init__(self, port: int, media_type: str = NDJSON, length: int | None = None, timeout: float = 30) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.status: int | None = None
        self._http = h11.Connection(h11.CLIENT)
        self._read = bytearray()
        self._ended = False
        framing = ("transfer-encoding", "chunked") if length is None else ("content-length", str(length))
        headers = [("host", "127.0.0.1"), ("content-type", media_type), framing]
        self._send(h11.Request(method="POST", target=BATCH, headers=headers))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _place: TracebackType | None) -> None:
        self.socket.close()

    def _send(self, event: h11.Event) -> None:
        self.socket.sendall(self._http.send(event) or b"")

    def framed(self, data: bytes) -> bytes:
        """Return a part of the body as it goes over the wire, for one who sends it himself."""
        return self._http.send(h11.Data(data=data)) or b""

    def send(self, data: bytes) -> None:
        """Send a part of the body."""
        self._send(h11.Data(data=data))

    def finish(self) -> None:
        """End the body."""
        self._send(h11.EndOfMessage())

    def line(self) -> Any:
        """Return the next line of the answer as JSON; ``None`` where the answer ends."""
        while (end := self._read.find(b"\n")) < 0:
            if not self._take():
                return None
        line = bytes(self._read[:end])
        del self._read[: end + 1]
        return json.loads(line)

    def rest(self) -> bytes:
        """Return what is left of the answer."""
        while self._take():
            pass
        return bytes(self._read)

    def _take(self) -> bool:
        """Read one event; tell whether there may be more."""
        event = self._http.next_event()
        if event is h11.NEED_DATA:
            self._http.receive_data(self.socket.recv(65536))
        elif isinstance(event, h11.Response):
            self.status = event.status_code
        elif isinstance(event, h11.Data):
            self._read += event.data
        return not isinstance(event, h11.EndOfMessage | h11.ConnectionClosed)

"""Requests as bytes, and answers as they come back, for clients that keep to no rule."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

PATIENCE_SECONDS = 20.0
SECRET = "zzqqxx-marked-secret-9164"
"""In every hostile request; nothing that the service leaves may hold it."""
LINE = "\r\n"


@dataclass(frozen=True)
class Answer:
    """
    What came back on one connection.

    Args:
        status: Of the first response; 0 where the connection ended without one.
        told: Head and body of it.
        more: What came after it.
    """

    status: int
    told: bytes
    headers: Mapping[str, str]
    more: bytes = b""


NONE = Answer(0, b"", {})


def connect(port: int) -> socket.socket:
    """Open a connection."""
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)


def ask(port: int, wire: bytes) -> Answer:
    """Send some bytes on a connection of their own, and return what came back."""
    with connect(port) as client:
        with suppress(OSError):
            client.sendall(wire)
        return answer_on(client, is_head=wire.startswith(b"HEAD "))


def answer_on(client: socket.socket, *, is_head: bool = False) -> Answer:
    """Read a response, and whatever follows it where the service says that it is the last one."""
    response = http.client.HTTPResponse(client, method="HEAD" if is_head else "GET")
    try:
        response.begin()
        body = response.read()
    except (OSError, http.client.HTTPException):
        return NONE
    headers = {name.lower(): value for name, value in response.getheaders()}
    told = json.dumps(headers).encode() + body
    return Answer(response.status, told, headers, _rest(client) if headers.get("connection") == "close" else b"")


def _rest(client: socket.socket) -> bytes:
    """Read what comes after the last response; nothing should."""
    rest = b""
    with suppress(OSError):
        client.shutdown(socket.SHUT_WR)
        while data := client.recv(65536):
            rest += data
    return rest


def head(first: str, *headers: str) -> bytes:
    """Write a head; characters beyond Latin-1 as UTF-8."""
    return LINE.join([first, *headers, "", ""]).encode("utf-8", "surrogateescape")


def get(target: str, *headers: str, method: str = "GET") -> bytes:
    """Write a request without a body."""
    return head(f"{method} {target} HTTP/1.1", "Host: a", *headers)


def post(path: str, body: Any, *headers: str, media_type: str | None = "application/json") -> bytes:
    """Write a POST; a body that is not bytes is sent as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = [] if media_type is None else [f"Content-Type: {media_type}"]
    return get(path, *kind, f"Content-Length: {len(raw)}", *headers, method="POST") + raw


def chunked(path: str, wire: bytes, *headers: str) -> bytes:
    """Write a POST whose body is *wire*, as it is, after an announcement of chunks."""
    kind = ("Content-Type: application/json", "Transfer-Encoding: chunked")
    return get(path, *kind, *headers, method="POST") + wire

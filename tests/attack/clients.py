"""Clients that are slow, and clients that come in floods."""

from __future__ import annotations

import json
import re
import socket
import struct
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

from tests.api.requests import TRIAGE
from tests.attack.corpus import BATCH_PATH, ELIGIBILITY_PATH, NDJSON, SESSION, TRIAGE_PATH
from tests.attack.wire import SECRET, answer_on, ask, connect, get, post

DEADLINE = 1.0
"""Of head, body, reading and idling, in seconds."""
CONNECTIONS = 64
"""How many may be at work at a time."""
DRIP_SECONDS = 0.05
JSON_HEAD = get(TRIAGE_PATH, "Content-Type: application/json", method="POST")[:-2]
STREAM_HEAD = get(BATCH_PATH, f"Content-Type: {NDJSON}", "Transfer-Encoding: chunked", method="POST")
RESET = struct.pack("ii", 1, 0)

Drips = bytes
Slow = tuple[bytes, Drips]
"""What a client sends at once, and what it then sends byte by byte for ever."""


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


SLOW: dict[str, Slow] = {
    "says nothing": (b"", b""),
    "sends half a request line": (b"GET /hea", b""),
    "sends half a head": (b"GET /healthz HTTP/1.1\r\nHost:", b""),
    "drips its head": (b"GET /healthz HTTP/1.1\r\nX: ", SECRET.encode()),
    "drips headers": (b"GET /healthz HTTP/1.1\r\n", b"X: y\r\n"),
    "drips empty lines": (b"", b"\r\n"),
    "sends no body": (JSON_HEAD + b"Content-Length: 100\r\n\r\n", b""),
    "sends half a body": (JSON_HEAD + b"Content-Length: 100\r\n\r\n{" + SECRET.encode(), b""),
    "drips its body": (JSON_HEAD + b"Content-Length: 60000\r\n\r\n", b" "),
    "waits for nobody to say continue": (JSON_HEAD + b"Expect: 100-continue\r\nContent-Length: 100\r\n\r\n", b""),
    "sends no chunk": (JSON_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b""),
    "stops within a chunk": (JSON_HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\n{", b""),
    "drips the size of a chunk": (JSON_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
    "drips a line of a stream": (STREAM_HEAD + _chunk(b"{}\n"), _chunk(b" ")),
    "drips a long array": (
        STREAM_HEAD.replace(NDJSON.encode(), b"application/json") + _chunk(b"["),
        _chunk(b" "),
    ),
    "asks once and stays": (get("/healthz"), b""),
    "sends half of the next head": (get("/healthz") + b"GET /hea", b""),
    "drips the next head": (get("/healthz"), b"GET"),
    "does not read a document": (get("/openapi.json") * 40, b""),
    "does not read a stream": (STREAM_HEAD + _chunk(b"x\n" * 30_000) * 20, b""),
}
"""Clients that must be closed in time, by name. None of them reads."""


def seconds_until_closed(port: int, slow: Slow, most: float) -> float:
    """Behave as a slow client until the service closes; return how long that took."""
    sent, drips = slow
    with connect(port) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        started = time.monotonic()
        client.settimeout(DRIP_SECONDS)
        with suppress(OSError):
            client.sendall(sent)
        position = 0
        while (took := time.monotonic() - started) < most:
            if drips and not _sends(client, drips[position % len(drips) :][:1]):
                break
            position += 1
            if _is_closed(client):
                break
            time.sleep(DRIP_SECONDS)
        return took


def _sends(client: socket.socket, data: bytes) -> bool:
    try:
        client.sendall(data)
    except TimeoutError:
        return True
    except OSError:
        return False
    return True


def _is_closed(client: socket.socket) -> bool:
    """Ask the system, since who does not read would never learn it: 1 is an open connection."""
    state: int = client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
    return state != 1


Flood = Callable[[int], set[int]]
"""Comes down on a port; returns every status that came back."""


def flood_of_silence(port: int) -> set[int]:
    """Open many connections and say nothing, and then ask."""
    with ExitStack() as stack:
        for _ in range(600):
            stack.enter_context(connect(port))
        return {ask(port, get("/v1/problems")).status}


def flood_of_half_heads(port: int) -> set[int]:
    """Open many connections with half a head each, and then ask."""
    with ExitStack() as stack:
        for _ in range(600):
            with suppress(OSError):
                stack.enter_context(connect(port)).sendall(b"GET /" + SECRET.encode())
        return {ask(port, get("/v1/problems")).status}


def flood_of_half_bodies(port: int) -> set[int]:
    """Hold every place that there is with half a body, and then ask."""
    with ExitStack() as stack:
        for _ in range(CONNECTIONS + 20):
            with suppress(OSError):
                stack.enter_context(connect(port)).sendall(JSON_HEAD + b"Content-Length: 100\r\n\r\n{")
        time.sleep(DEADLINE / 4)
        return {ask(port, get("/v1/problems")).status, ask(port, get("/readyz")).status}


def flood_of_idlers(port: int) -> set[int]:
    """Ask once on many connections, and keep them."""
    found = set()
    with ExitStack() as stack:
        for _ in range(300):
            client = stack.enter_context(connect(port))
            client.sendall(get("/v1/problems"))
            found.add(answer_on(client).status)
    return found


def flood_of_resets(port: int) -> set[int]:
    """Ask for work, and reset the connection at once."""
    body = post(ELIGIBILITY_PATH, {"session": SESSION, "treatments": []})
    for _ in range(150):
        with connect(port) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            client.sendall(body)
    return {ask(port, get("/v1/problems")).status}


def flood_of_one_byte(port: int) -> set[int]:
    """Send the first byte of a request, and leave, many times."""
    for _ in range(1000):
        with connect(port) as client:
            client.sendall(b"G")
    return {ask(port, get("/v1/problems")).status}


def flood_of_pipelines(port: int) -> set[int]:
    """Send a thousand requests in one go, and read their answers."""
    with connect(port) as client:
        client.sendall(get("/v1/problems/too_slow") * 1000)
        read = b""
        with suppress(OSError):
            while ((answers := re.findall(rb"HTTP/1\.1 ([0-9]+)", read)) and len(answers) < 1000) or not read:
                read += client.recv(65536)
        return {int(status) for status in answers} if len(answers) == 1000 else {len(answers)}


def flood_of_fillers(port: int) -> set[int]:
    """Ask many times at once what takes the longest of all single questions."""
    fillers = [{"product": "injectables", "at": f"2026-10-{day:02d}"} for day in range(1, 21)]
    wire = post(ELIGIBILITY_PATH, {"session": SESSION, "treatments": fillers})
    return _at_once(port, wire, 40)


def flood_of_texts(port: int) -> set[int]:
    """Let many long texts be read at once."""
    return _at_once(port, post(TRIAGE_PATH, {**TRIAGE, "text": ("swolen wite lips " * 120)[:2000]}), 40)


def flood_of_streams(port: int) -> set[int]:
    """Let many streams be answered at once, of items that take long."""
    fillers = [{"product": "filler", "at": f"2026-10-{day:02d}"} for day in range(1, 21)]
    item = json.dumps({"id": "a", "request": {"session": SESSION, "treatments": fillers}}).encode()
    return _at_once(port, post(BATCH_PATH, (item + b"\n") * 3, media_type=NDJSON), 8)


def flood_of_arrays(port: int) -> set[int]:
    """Let four arrays of 8 MiB be cut at once."""
    return _at_once(port, post(BATCH_PATH, b"[[" + b"[]," * (8 * 1024 * 1024 // 3) + b"1]]"), 4)


def flood_of_errors(port: int) -> set[int]:
    """Ask for a thousand things that are not there."""
    return {ask(port, get(f"/{SECRET}/{number}")).status for number in range(1000)}


def flood_of_documents(port: int) -> set[int]:
    """Read the largest document many times at once."""
    return _at_once(port, get("/openapi.json"), 60)


def _at_once(port: int, wire: bytes, count: int) -> set[int]:
    with ThreadPoolExecutor(count) as clients:
        return {answer.status for answer in clients.map(lambda _: ask(port, wire), range(count))}


FLOODS: dict[str, tuple[Flood, set[int]]] = {
    "600 silent connections": (flood_of_silence, {200}),
    "600 half heads": (flood_of_half_heads, {200}),
    "84 half bodies where 64 may be at work": (flood_of_half_bodies, {503, 200}),
    "300 connections that stay": (flood_of_idlers, {200}),
    "150 requests that are reset": (flood_of_resets, {200, 503}),
    "1,000 first bytes": (flood_of_one_byte, {200}),
    "1,000 requests in one go": (flood_of_pipelines, {200}),
    "40 times 20 fillers": (flood_of_fillers, {200}),
    "40 long texts": (flood_of_texts, {200}),
    "8 streams of 20 fillers": (flood_of_streams, {200}),
    "4 arrays of 8 MiB": (flood_of_arrays, {200}),
    "1,000 paths that are none": (flood_of_errors, {404}),
    "60 descriptions of the API": (flood_of_documents, {200}),
}
"""
By name: what comes, and every status that may come back.

503 is the design where every place is held, be it only until a reset is seen.
"""

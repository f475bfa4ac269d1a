"""A batch over a real socket: answers while it is sent, a client that does not read, one that leaves."""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event, Thread
from typing import Any

import httpx
import pytest

from tests.server.duplex import BATCH, Duplex
from tests.server.running import Service, running_service

MEBIBYTE = 1024 * 1024
QUICK: dict[str, Any] = {
    "session": {"at": "2026-11-22T10:00:00Z", "areas": ["cheeks"], "setting": "home"},
    "treatments": [],
    "conditions": [],
    "signs": [],
    "age": 41,
}
SECRET = "zzqqxx-marked-secret-7431"
JSON = "application/json"
SOON_SECONDS = 10.0

needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def line(id: object) -> bytes:
    return json.dumps({"id": str(id), "request": QUICK}).encode() + b"\n"


def array(count: int) -> bytes:
    return b"[" + b",".join(line(number) for number in range(count)) + b"]"


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service() as running:
        yield running


def comes_true(condition: Callable[[], bool], seconds: float = SOON_SECONDS) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False


def is_idle(service: Service) -> bool:
    before = service.busy_seconds()
    time.sleep(0.5)
    return service.busy_seconds() - before < 0.1


def test_each_line_is_answered_before_the_next_one_is_sent(service: Service) -> None:
    with Duplex(service.port) as stream:
        for number in range(5):
            stream.send(line(number))
            assert stream.line()["id"] == str(number)
        stream.finish()

        assert stream.line() is None
        assert stream.status == 200


def test_a_line_that_comes_in_pieces_is_answered_once_it_is_whole(service: Service) -> None:
    with Duplex(service.port) as stream:
        for byte in line("a"):
            stream.send(bytes([byte]))
        assert stream.line()["id"] == "a"

        stream.send(line("b")[:-1])
        stream.finish()
        assert stream.line()["id"] == "b"


def test_a_length_that_is_announced_works_as_well_as_chunks(service: Service) -> None:
    body = line("a") + b"broken\n" + line("b")

    with Duplex(service.port, length=len(body)) as stream:
        stream.send(body)
        stream.finish()

        assert [stream.line().get("id") for _ in range(3)] == ["a", None, "b"]
        assert stream.line() is None


def test_an_empty_stream_has_an_empty_answer(service: Service) -> None:
    with Duplex(service.port) as stream:
        stream.finish()

        assert stream.line() is None
        assert stream.status == 200


def test_a_connection_is_good_for_another_request_after_a_stream(service: Service) -> None:
    with httpx.Client(base_url=service.url) as client:
        answers = [
            client.post(BATCH, content=line(number) * 3, headers={"content-type": "application/x-ndjson"})
            for number in range(3)
        ]

    assert [len(answer.text.splitlines()) for answer in answers] == [3, 3, 3]


def test_a_long_line_is_not_held_in_memory(service: Service) -> None:
    before = service.resident_bytes()

    with Duplex(service.port) as stream:
        for _ in range(64):
            stream.send(b"x" * MEBIBYTE)
        grown = service.resident_bytes() - before
        stream.send(b"\n" + line("a"))

        assert stream.line()["problem"]["status"] == 413
        assert stream.line()["id"] == "a"
    assert grown < 8 * MEBIBYTE


def test_a_client_that_does_not_read_is_not_buffered_for(service: Service) -> None:
    before = service.resident_bytes()
    part = line("a") * 1000

    with Duplex(service.port, timeout=3) as stream:
        sent, wire = 0, stream.framed(part)
        with suppress(TimeoutError):
            while sent < 50 * MEBIBYTE:
                stream.socket.sendall(wire)
                sent += len(wire)
        grown = service.resident_bytes() - before
        healthy = httpx.get(f"{service.url}/healthz").status_code

    assert sent < 25 * MEBIBYTE
    assert grown < 10 * MEBIBYTE
    assert healthy == 200
    assert comes_true(lambda: is_idle(service))


def test_a_client_that_reads_on_after_a_pause_gets_every_answer(service: Service) -> None:
    with Duplex(service.port) as stream:
        sender = Thread(target=_send_lines, args=(stream, 5000))
        sender.start()
        time.sleep(2)
        answered = [stream.line()["id"] for _ in range(5000)]
        sender.join()
        stream.finish()

        assert stream.line() is None
    assert answered == [str(number) for number in range(5000)]


@needs_proc
@pytest.mark.parametrize("media_type", [JSON, "application/x-ndjson"])
@pytest.mark.parametrize("is_abrupt", [True, False])
def test_when_a_client_leaves_work_stops(service: Service, media_type: str, is_abrupt: bool) -> None:
    body = array(10_000) if media_type == JSON else line("a") * 10_000

    with Duplex(service.port, media_type, length=len(body)) as stream:
        sender = Thread(target=_send_what_goes, args=(stream, body))
        sender.start()
        first = stream.socket.recv(100)
        if is_abrupt:
            stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        stream.socket.shutdown(socket.SHUT_RDWR)
    sender.join()

    assert first.startswith(b"HTTP/1.1 200")
    assert comes_true(lambda: is_idle(service), 3)
    assert is_well(service)


def _send_lines(stream: Duplex, count: int) -> None:
    for number in range(count):
        stream.send(line(number))


def _send_what_goes(stream: Duplex, body: bytes) -> None:
    with suppress(OSError):
        stream.send(body)


def is_well(service: Service) -> bool:
    answer = httpx.post(f"{service.url}/v1/eligibility", json=QUICK)
    return answer.status_code == 200 and answer.json()["decision"] == "eligible"


@pytest.mark.parametrize("sent", [b"", line("a")[:-5], line("a")])
def test_a_client_that_leaves_within_its_body_does_no_harm(service: Service, sent: bytes) -> None:
    with Duplex(service.port) as stream:
        if sent:
            stream.send(sent)

    assert is_well(service)


BODIES = {
    "items to decide": lambda: array(3000),
    "one item of brackets": lambda: b"[[" + b"[]," * MEBIBYTE + b"[]]]",
    "one string of escapes": lambda: b'["' + b"\\\\" * (7 * MEBIBYTE) + b'"]',
    "one number": lambda: b"[" + b"1" * (15 * MEBIBYTE) + b"]",
    "bare commas": lambda: b"[" + b"[,]," * MEBIBYTE + b"1]",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_health_is_answered_while_an_array_is_worked_on(service: Service, body: Callable[[], bytes]) -> None:
    done, status = Event(), []
    raw = body()

    def post() -> None:
        status.append(
            httpx.post(service.url + BATCH, content=raw, headers={"content-type": JSON}, timeout=60).status_code
        )
        done.set()

    sender = Thread(target=post)
    sender.start()
    waits: list[float] = []
    with httpx.Client(base_url=service.url) as client:
        while not waits or not done.is_set():
            started = time.perf_counter()
            assert client.get("/healthz").status_code == 200
            waits.append(time.perf_counter() - started)
    sender.join()

    assert status[0] in (200, 422)
    assert max(waits) < 1
    assert sorted(waits)[len(waits) // 2] < 0.1


def test_nothing_of_all_this_is_in_the_log() -> None:
    with running_service() as service:
        for media_type, body in (("application/x-ndjson", line(SECRET) * 2000), (JSON, array(2000))):
            with Duplex(service.port, media_type, length=len(body) + 1) as stream:
                stream.send(body)
            with Duplex(service.port, media_type, length=len(body)) as stream:
                stream.send(body)
                stream.finish()
                stream.socket.recv(100)
        assert is_well(service)
        assert comes_true(lambda: is_idle(service))
        printed = service.stop()

    assert {line["level"] for line in map(json.loads, printed.splitlines())} == {"info"}
    assert SECRET not in printed

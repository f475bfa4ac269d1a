"""Clients that are slow, silent, broken or too many: each is told so, and none keeps others waiting."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from threading import Thread
from types import TracebackType

import pytest
import uvicorn
from starlette.types import ASGIApp

from service.api.metrics import Metrics
from service.server.config import ServerConfig
from service.server.crowd import EXTRA, FOREVER, Crowd
from service.server.journal import Journal
from service.server.replies import Replies
from service.settings import Settings
from tests.api.requests import ELIGIBILITY, TRIAGE
from tests.server.duplex import BATCH, Duplex
from tests.server.raw import Raw, ask, get, post
from tests.server.running import Service, running_service
from tests.server.test_boundary import SECRET, crash, crash_midway
from tests.server.test_stream import line

QUICK = 0.4
SLACK = 0.6
LINGER = 2.0
DEADLINES = {f"{wait}_seconds": str(QUICK) for wait in ("head", "body", "send", "idle")}
MEBIBYTE = 1024 * 1024
HEAD = b"POST /v1/triage HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
BODY = json.dumps(TRIAGE).encode()


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service(**DEADLINES) as running:
        yield running


def says_nothing(client: Raw) -> None:
    pass


def sends_half_a_head(client: Raw) -> None:
    client.send(b"GET /healthz HTTP/1.1\r\nHost:")


def drips_its_head(client: Raw) -> None:
    drip(client, b"GET /healthz HTTP/1.1\r\nX: " + b"y" * 1000)


def sends_no_body(client: Raw) -> None:
    client.send(HEAD + b"Content-Length: 100\r\n\r\n")


def sends_half_a_body(client: Raw) -> None:
    client.send(HEAD + b"Content-Length: 100\r\n\r\n{")


def drips_its_body(client: Raw) -> None:
    client.send(HEAD + b"Content-Length: 60000\r\n\r\n")
    drip(client, b" " * 1000)


def stops_within_a_chunk(client: Raw) -> None:
    client.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\n{")


def drips_a_line(client: Raw) -> None:
    client.send(HEAD.replace(b"/v1/triage", BATCH.encode()).replace(b"json\r\n", b"x-ndjson\r\n"))
    client.send(b"Content-Length: 100000\r\n\r\n")
    drip(client, b" " * 1000)


def asks_once_and_stays(client: Raw) -> None:
    client.send(get("/healthz"))


def half_of_the_next(client: Raw) -> None:
    client.send(get("/healthz") + b"GET /hea")


def drip(client: Raw, data: bytes) -> None:
    """Send a byte at a time until nobody takes it, for longer than any deadline."""
    with suppress(OSError):
        for byte in data:
            client.send(bytes([byte]))
            time.sleep(0.02)
            if is_answered(client):
                return


def is_answered(client: Raw) -> bool:
    client.socket.setblocking(False)
    try:
        return client.socket.recv(1, socket.MSG_PEEK) is not None
    except BlockingIOError:
        return False
    finally:
        client.socket.settimeout(10)


SLOW: dict[str, tuple[Callable[[Raw], None], int | None]] = {
    "says nothing": (says_nothing, None),
    "sends half a head": (sends_half_a_head, 408),
    "drips its head": (drips_its_head, 408),
    "sends no body": (sends_no_body, 408),
    "sends half a body": (sends_half_a_body, 408),
    "drips its body": (drips_its_body, 408),
    "stops within a chunk": (stops_within_a_chunk, 408),
    "drips a line of a stream": (drips_a_line, None),
    "asks once and stays": (asks_once_and_stays, 200),
    "sends half of the next head": (half_of_the_next, 200),
}


@pytest.mark.parametrize(("behave", "status"), SLOW.values(), ids=SLOW.keys())
def test_a_slow_client_is_told_so_and_closed(
    service: Service, behave: Callable[[Raw], None], status: int | None
) -> None:
    with Raw(service.port) as client:
        started = time.monotonic()
        behave(client)
        if status is not None:
            answer = client.answer()
            assert answer.status == status
            if status == 408:
                assert answer.problem["type"] == "/v1/problems/too_slow"
                assert answer.headers["retry-after"] == "1"
                assert answer.headers["connection"] == "close"
        if status == 408:
            client.socket.shutdown(socket.SHUT_WR)
        client.seconds_until_closed()
        took = time.monotonic() - started

    assert QUICK * 0.9 < took < 2 * QUICK + SLACK


def test_a_client_that_stays_after_its_408_is_closed_too(service: Service) -> None:
    with Raw(service.port) as client:
        sends_half_a_head(client)
        assert client.answer().status == 408

        assert client.seconds_until_closed() < SLACK


def test_a_slow_stream_that_has_begun_ends_with_a_last_problem(service: Service) -> None:
    with Duplex(service.port) as stream:
        stream.send(line("a"))
        assert stream.line()["id"] == "a"
        stream.send(line("b")[:20])

        last = stream.line()
        assert (last["line"], last["problem"]["status"]) == (2, 408)
        assert stream.line() is None


def test_a_stream_that_moves_may_last(service: Service) -> None:
    with Duplex(service.port) as stream:
        started = time.monotonic()
        number = 0
        while time.monotonic() - started < 3 * QUICK:
            stream.send(line(number))
            assert stream.line()["id"] == str(number)
            number += 1
            time.sleep(QUICK / 4)
        stream.finish()

        assert stream.line() is None


def test_a_client_that_does_not_read_is_cut_off(service: Service) -> None:
    with Raw(service.port) as client:
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        head = HEAD.replace(b"/v1/triage", BATCH.encode()).replace(b"json\r\n", b"x-ndjson\r\n")
        client.send(head + b"Transfer-Encoding: chunked\r\n\r\n")
        part = b"x\n" * 2000
        wire = b"%x\r\n%b\r\n" % (len(part), part)

        with pytest.raises(ConnectionError):
            send_for_ever(client, wire)


def send_for_ever(client: Raw, wire: bytes) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        client.send(wire)


def test_slow_clients_leave_nothing_behind(service: Service) -> None:
    time.sleep(QUICK + SLACK)
    lines = ask(service.port, get("/metrics", "Connection: close")).body.decode().splitlines()

    assert "afterglow_connections 1.0" in lines


REFUSED: dict[str, tuple[bytes, int]] = {
    "no HTTP": (b"hello\r\n\r\n", 400),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00", 400),
    "bare line feeds": (b"GET /healthz HTTP/1.1\nHost: a\n\n", 400),
    "both lengths": (HEAD + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "two Hosts": (b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    "odd chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n", 400),
    "a trailer": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n", 400),
    "another coding": (HEAD + b"Transfer-Encoding: gzip\r\n\r\n", 400),
    "101 headers": (get("/healthz", *(f"X-{number}: y" for number in range(100))), 431),
    "100,000 headers": (get("/healthz", *(f"X-{number}: y" for number in range(100_000))), 431),
    "a long target": (get("/" + "a" * 20_000), 431),
    "5 MB of headers": (b"GET / HTTP/1.1\r\nX: " + b"y" * 5_000_000, 431),
    "headers without an end": (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5_000, 431),
    "a length above the limit": (HEAD + b"Content-Length: 65537\r\n\r\n", 413),
    "a body above the limit": (HEAD + b"Content-Length: 5000000\r\n\r\n" + b" " * 5_000_000, 413),
    "chunks above the limit": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"400\r\n%b\r\n" % (b" " * 1024) * 100,
        413,
    ),
    "a broken body that goes on": (HEAD.replace(b"json", b"xml") + b"Content-Length: 60000\r\n\r\n", 415),
}


@pytest.mark.parametrize(("sent", "status"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_read_on_is_one_problem_and_the_end(service: Service, sent: bytes, status: int) -> None:
    with Raw(service.port) as client:
        with suppress(ConnectionError):
            client.send(sent)
        answer = client.answer()

        assert answer.status == status
        assert answer.problem["status"] == status
        assert answer.headers["connection"] == "close"
        assert answer.headers["x-request-id"] == answer.problem["request_id"]
        assert "afterglow-guidance-version" in answer.headers
        client.socket.shutdown(socket.SHUT_WR)
        assert client.seconds_until_closed() < LINGER + SLACK


def test_a_request_hidden_in_another_is_never_answered(service: Service) -> None:
    hidden = get("/v1/problems")
    with Raw(service.port) as client:
        client.send(HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden)
        assert client.answer().status == 400
        client.socket.shutdown(socket.SHUT_WR)

        assert client.socket.recv(1000) == b""


def test_requests_in_one_go_are_answered_one_after_the_other(service: Service) -> None:
    with Raw(service.port) as client:
        client.send(get("/healthz") + post("/v1/triage", BODY) + get("/nothing") + get("/readyz"))

        assert [client.answer().status for _ in range(4)] == [200, 200, 404, 200]


def test_a_request_may_come_byte_by_byte(service: Service) -> None:
    with Raw(service.port) as client:
        for byte in get("/healthz"):
            client.send(bytes([byte]))

        assert client.answer().status == 200


def test_a_client_that_asks_first_is_told_to_go_on(service: Service) -> None:
    with Raw(service.port) as client:
        client.send(HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY))
        assert client.answer().status == 100
        client.send(BODY)

        assert client.answer().status == 200


def test_a_client_that_asks_first_is_spared_what_is_too_large(service: Service) -> None:
    with Raw(service.port) as client:
        client.send(HEAD + b"Expect: 100-continue\r\nContent-Length: 100000\r\n\r\n")

        assert client.answer().status == 413


def test_http_1_0_is_answered_and_closed(service: Service) -> None:
    with Raw(service.port) as client:
        client.send(b"GET /healthz HTTP/1.0\r\n\r\n")

        assert client.answer().headers["connection"] == "close"
        assert client.seconds_until_closed() < SLACK


def test_an_upgrade_is_not_taken_up(service: Service) -> None:
    answer = ask(service.port, get("/healthz", "Connection: Upgrade", "Upgrade: websocket"))

    assert answer.status == 200
    assert ask(service.port, b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n").status == 404


def test_head_has_no_body_and_the_connection_goes_on(service: Service) -> None:
    with Raw(service.port) as client:
        client.send(get("/healthz").replace(b"GET", b"HEAD"))
        assert client.socket.recv(65536).endswith(b"\r\n\r\n")
        client.send(get("/healthz"))

        assert client.answer().status == 200


def test_a_slash_at_the_end_leads_nowhere(service: Service) -> None:
    answer = ask(service.port, get("/v1/faq/", "Connection: close"))

    assert answer.status == 404
    assert "location" not in answer.headers


def test_those_at_work_keep_their_place_and_health_is_answered_all_the_same() -> None:
    with running_service(connections="3", body_seconds="30") as service, ExitStack() as clients:
        for _ in range(3):
            client = clients.enter_context(Raw(service.port))
            client.send(HEAD + b"Content-Length: 100\r\n\r\n")
        time.sleep(0.2)

        refused = ask(service.port, post("/v1/eligibility", json.dumps(ELIGIBILITY).encode(), "X-Request-ID: mine"))
        health = [ask(service.port, get(path)).status for path in ("/healthz", "/readyz")]
        clients.close()
        time.sleep(0.2)
        after = ask(service.port, post("/v1/eligibility", json.dumps(ELIGIBILITY).encode()))

    assert refused.status == 503
    assert refused.headers["retry-after"] == "1"
    assert refused.problem["request_id"] == "mine"
    assert health == [200, 200]
    assert after.status == 200


def test_a_flood_of_silent_connections_keeps_nobody_out() -> None:
    with running_service(connections="5") as service, ExitStack() as clients:
        slowest = 0.0
        for _ in range(20):
            for _ in range(40):
                client = clients.enter_context(Raw(service.port))
                client.send(b"GET /")
            started = time.perf_counter()
            assert ask(service.port, get("/healthz")).status == 200
            slowest = max(slowest, time.perf_counter() - started)
            assert ask(service.port, post("/v1/triage", BODY)).status == 200
        open_now = ask(service.port, get("/metrics")).body.decode()

    assert slowest < 0.5
    count = next(row for row in open_now.splitlines() if row.startswith("afterglow_connections "))
    assert float(count.split()[1]) <= 5 + 256


def test_a_slow_reader_that_reads_on_gets_everything() -> None:
    with running_service(send_seconds="0.3") as service, Raw(service.port) as client:
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        request = get("/v1/guidance/sources")
        client.send(request)
        length = len(client.answer().body)
        count = 6 * MEBIBYTE // length
        client.send(request * count)
        started = time.monotonic()
        for _ in range(count):
            assert len(client.answer().body) == length
            time.sleep(1.5 / count)
        took = time.monotonic() - started

    assert took > 5 * 0.3


def test_a_body_that_nobody_reads_ends_the_connection(service: Service) -> None:
    with Raw(service.port) as client:
        client.send(b"GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n")
        answer = client.answer()

        assert (answer.status, answer.headers["connection"]) == (200, "close")


def test_an_app_that_fails_below_the_boundary_is_our_fault_and_tells_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """The boundary lets nothing through; this is for the day when somebody puts something around it."""
    with Bare(crash) as port, Raw(port) as client:
        client.send(get(f"/{SECRET}"))
        answer = client.answer()

        assert answer.problem["status"] == 500
        assert answer.headers["connection"] == "close"
        assert SECRET.encode() not in answer.body
    with Bare(crash_midway) as port, Raw(port) as client:
        client.send(get("/"))

        assert client.seconds_until_closed() < SLACK
    assert SECRET not in capfd.readouterr().err


class Bare:
    """Serves a function, in a thread of this process."""

    def __init__(self, app: ASGIApp) -> None:
        settings = Settings(drain_seconds=0)
        config = ServerConfig(app, settings, Journal(Metrics("", "")), Replies(""))
        config.lifespan = "off"
        self._server = uvicorn.Server(config)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = Thread(target=self._server.run, args=([self._socket],))

    def __enter__(self) -> int:
        self._thread.start()
        port: int = self._socket.getsockname()[1]
        return port

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _place: TracebackType | None) -> None:
        self._server.should_exit = True
        self._thread.join()


class Busy:
    """A connection at work."""

    deadline = FOREVER

    def expire(self) -> None:
        raise AssertionError("nothing has taken too long")

    def give_way(self) -> None:
        raise AssertionError("who is at work stays")


def test_where_everybody_is_at_work_nobody_gives_way() -> None:
    async def come() -> int:
        crowd = Crowd(1, shortest=1)
        for _ in range(EXTRA + 2):
            member = Busy()
            crowd.enter(member)
            crowd.start_work(member)
        return len(crowd)

    assert asyncio.run(come()) == EXTRA + 2

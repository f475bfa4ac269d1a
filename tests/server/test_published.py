"""A published record that is answered at once is answered, written down and counted as the app would."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.middleware.gzip import GZipMiddleware
from uvicorn.server import ServerState

from service.api import headers
from service.app import create_app
from service.compiled import prepared_for
from service.server.config import ServerConfig
from service.server.connection import HELD_AT_MOST, Connection
from service.server.crowd import FOREVER
from service.server.framing import read_head
from service.server.published import PublishedAnswers
from service.settings import Settings

PREPARED = prepared_for(Settings())
ENTRY = "/v1/faq/wait_after_botox"
PATHS = (
    ENTRY,
    "/v1/faq",
    "/v1/problems/not_found",
    "/v1/guidance/treatments",
    "/v1/guidance",
    "/v1/faq/no_such_entry",
    "/v1/faq/wait%5Fafter_botox",
    "/v1/faq/search",
    "/v1/faq/",
    "/",
    "/healthz",
    "/nowhere",
    f"{ENTRY}?",
    f"{ENTRY}?limit=1",
    f"http://a{ENTRY}",
)
TAG = PREPARED.shelf.get(ENTRY).tag
HEADERS = (
    f"If-None-Match: {TAG}",
    f"If-None-Match: W/{TAG}",
    f'If-None-Match: "other", {TAG}',
    'If-None-Match: "other"',
    "If-None-Match: *",
    "Accept: */*",
    "Accept: application/json",
    "Accept: text/html, */*;q=0.1",
    "Accept: text/html",
    "Accept: application/json;q=0",
    "X-Request-ID: of-the-caller",
    "X-Request-ID: not well formed",
    "Connection: close",
    "Connection: keep-alive, Close",
    "Expect: 100-continue",
    "Origin: https://page.example",
    "Authorization: Bearer ag_0",
    "Content-Type: application/json",
)
BODIES: Mapping[str, bytes] = {
    "": b"",
    "Content-Length: 0\r\n": b"",
    "Content-Length: 2\r\n": b"{}",
    "Transfer-Encoding: chunked\r\n": b"2\r\n{}\r\n0\r\n\r\n",
}


def request(
    method: str = "GET",
    path: str = ENTRY,
    minor: int = 1,
    given: Sequence[str] = (),
    framing: str = "",
    host: str = "a",
) -> bytes:
    """Write a request."""
    lines = "".join(f"{line}\r\n" for line in (f"Host: {host}", *given) if line)
    return f"{method} {path} HTTP/1.{minor}\r\n{lines}{framing}\r\n".encode() + BODIES[framing]


requests = st.builds(
    request,
    st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "QUERY", "OPTIONS", "BREW"]),
    st.sampled_from([ENTRY, ENTRY, *PATHS]),
    st.sampled_from([1, 1, 1, 0]),
    st.lists(st.sampled_from(HEADERS), max_size=4),
    st.sampled_from(["", "", *BODIES]),
)


@dataclass(frozen=True)
class Place:
    """What a connection meets."""

    is_draining: bool = False
    is_busy: bool = False
    reads_slowly: bool = False
    sends_eagerly: bool = False
    """Whether the next part is there as soon as something was answered."""


class Client(asyncio.Transport):
    """Sends some bytes in parts, while somebody reads, and takes what comes."""

    def __init__(self, data: bytes, sizes: Sequence[int], place: Place) -> None:
        super().__init__()
        self.place = place
        self.connection: Connection
        self._left = memoryview(data)
        self._sizes = cycle(sizes or [len(data)])
        self.sent = bytearray()
        self.is_paused = False
        self.is_closed = False
        self.has_ended = False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return {"sockname": ("127.0.0.1", 8000), "peername": ("127.0.0.1", 4000)}.get(name, default)

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return self.is_closed

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        self.sent += data
        if self.place.sends_eagerly:
            self.connection.loop.call_soon(self.send_next)
        if self.place.reads_slowly:
            self.connection.pause_writing()

    def send_next(self) -> None:
        """Send the next part, if somebody reads."""
        if self._left and not self.is_paused and not self.is_closed:
            part = self._left[: next(self._sizes)]
            self._left = self._left[len(part) :]
            self.connection.get_buffer(-1)[: len(part)] = part
            self.connection.buffer_updated(len(part))

    async def rest(self) -> None:
        """Wait until nothing is answered any more."""
        before = -1
        while before < len(self.sent):
            before = len(self.sent)
            for _ in range(12):
                await asyncio.sleep(0)
            if self.place.reads_slowly:
                self.connection.resume_writing()
                await asyncio.sleep(0)

    @property
    def is_done(self) -> bool:
        """Whether there is nothing more to send."""
        return self.is_closed or not self._left

    def write_eof(self) -> None:
        self.has_ended = True

    def close(self) -> None:
        self.is_closed = True

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False


class Other:
    """Another connection, at work."""

    deadline = FOREVER

    def expire(self) -> None:
        raise AssertionError

    def give_way(self) -> None:
        raise AssertionError


@dataclass(frozen=True)
class Told:
    """All that anybody can see of a connection."""

    sent: bytes
    ends: tuple[bool, bool, bool]
    deadline: float
    total: int
    waiting: int
    lines: list[str]
    counts: list[str]


def told(data: bytes, sizes: Sequence[int], place: Place, *, at_once: bool) -> Told:
    """Send *data* in parts of these sizes, with the quick way or without."""
    app = create_app(Settings(), PREPARED)
    return asyncio.run(_told(app, data, sizes, place, PublishedAnswers.of(app) if at_once else None))


class Lines(list[str]):
    """Keeps what is written."""

    write = list.append


async def _told(app: Any, data: bytes, sizes: Sequence[int], place: Place, published: PublishedAnswers | None) -> Told:
    app.state.journal.lines = lines = Lines()
    config = ServerConfig(app, Settings(connections=2), app.state.journal, app.state.replies, published)
    config.load()
    state = ServerState()
    state.default_headers = [(b"date", b"Sun, 22 Nov 2026 10:00:00 GMT")]
    config.crowd.is_draining = place.is_draining
    for _ in range(2 if place.is_busy else 0):
        other = Other()
        config.crowd.enter(other)
        config.crowd.start_work(other)
    client = Client(data, sizes, place)
    connection = client.connection = Connection(config, state, {}, asyncio.get_running_loop())
    connection.connection_made(client)
    while not client.is_done:
        client.send_next()
        await client.rest()
    deadline = connection.deadline - asyncio.get_running_loop().time()
    seen = Told(
        bytes(client.sent),
        (client.is_closed, client.has_ended, client.is_paused),
        deadline if deadline == FOREVER else round(deadline / 2),
        state.total_requests,
        len(config.crowd._waiting),
        [re.sub(r'"time":"[^"]+"|"duration_ms":[0-9.]+', "", line) for line in lines],
        [line for line in app.state.services.metrics.text().decode().splitlines() if _is_certain(line)],
    )
    connection.connection_lost(None)
    await asyncio.sleep(0)
    return seen


def _is_certain(line: str) -> bool:
    return line.startswith(("afterglow_requests_total", "afterglow_request_duration_seconds_count"))


@pytest.fixture(scope="module", autouse=True)
def one_request_id() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(headers, "urandom", bytes)
        yield


@given(
    st.lists(requests, min_size=1, max_size=4).map(b"".join),
    st.lists(st.integers(1, 400), max_size=4),
    st.builds(Place, st.booleans(), st.sampled_from([False, False, True]), st.booleans()),
)
@example(request() + request(given=HEADERS[:1]) + request("HEAD"), [], Place())
@example(request() + request(framing="Transfer-Encoding: chunked\r\n") + request(), [], Place())
@example(request(minor=0) + request(), [], Place())
@example(request(given=["Connection: close"]) + request(), [], Place())
@example(request() + request(), [], Place(is_draining=True))
@example(request() * 3, [], Place(reads_slowly=True))
@example(request(), [1], Place(is_busy=True))
def test_nobody_can_tell_that_it_was_answered_at_once(data: bytes, sizes: list[int], place: Place) -> None:
    assert told(data, sizes, place, at_once=True) == told(data, sizes, place, at_once=False)


@pytest.mark.parametrize("line", HEADERS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "QUERY"])
def test_nobody_can_tell_from_any_header(method: str, line: str) -> None:
    data = request(method, given=[line]) + request(method, given=[line, *HEADERS[:1]])

    assert told(data, [], Place(), at_once=True) == told(data, [], Place(), at_once=False)


@pytest.mark.parametrize("at_once", [True, False])
def test_what_comes_between_two_requests_waits_for_the_second(at_once: bool) -> None:
    data = request() + request(path="/healthz") + request("HEAD")

    answered = told(data, [len(data) - 20, 20], Place(sends_eagerly=True), at_once=at_once)

    assert answered.total == 3
    assert b" 400 " not in answered.sent


def test_the_quick_way_is_taken() -> None:
    answered = PublishedAnswers.of(create_app(Settings(), PREPARED))

    assert answered is not None
    for path in (ENTRY, "/v1/faq", "/v1/guidance/treatments", "/v1/problems/not_found"):
        assert answered.answer(read_head(request(path=path)), [], ()) is not None


def test_every_published_document_is_the_same_both_ways() -> None:
    asked = [request(path=path, given=given) for path in PREPARED.shelf.paths() for given in ((), ["If-None-Match: *"])]
    data = b"".join(asked)

    at_once, by_the_app = (told(data, [HELD_AT_MOST], Place(), at_once=quick) for quick in (True, False))

    assert at_once.total == len(asked)
    assert at_once == by_the_app


def test_where_somebody_looks_at_every_request_the_app_answers(tmp_path: Any) -> None:
    keys = tmp_path / "keys"
    keys.write_text(f"clinic {'0' * 64}\n")
    looked_at = [
        Settings(api_keys_file=keys),
        Settings(cors_origins=("https://page.example",)),
        Settings(metrics_port=9000),
    ]
    layered = create_app(Settings(), PREPARED)
    layered.add_middleware(GZipMiddleware)

    assert PublishedAnswers.of(layered) is None
    for settings in looked_at:
        assert PublishedAnswers.of(create_app(settings, PREPARED)) is None

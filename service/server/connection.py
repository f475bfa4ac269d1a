"""
One connection of a client: uvicorn's ``--http`` protocol.

It differs from the stock one in what it does with clients that are slow, broken or too many. Every wait for a client
has a deadline; a request that could be read in two ways is refused; and whatever is answered here, below the app, is
what the app would send.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Scope
from uvicorn.protocols.utils import get_local_addr, get_remote_addr
from uvicorn.server import ServerState

from service.api.errors import BadFraming, Crowded, HeadTooLarge, NotReady, RequestRefused, TooSlow, log_crash
from service.api.headers import RawHeaders, request_id_of
from service.api.route import Reply
from service.server.crowd import FOREVER
from service.server.framing import END_OF_HEAD, Body, Head, body_after, chunk_of, head_of, read_head
from service.server.outbox import Handout
from service.server.replies import problem_reply

if TYPE_CHECKING:
    from service.server.config import ServerConfig

HELD_AT_MOST = 64 * 1024
"""How much of a body is held before the app takes it; no more is read from the socket then."""
READ_AT_LEAST = 16 * 1024
"""How much a slow reader has to read in its time to be given that time again."""
LINGER_SECONDS = 2.0
"""How long what a client still sends is thrown away, so that it gets to read why it was refused."""
NEVER_REFUSED = frozenset({"/healthz", "/readyz"})

CLOSE = (b"connection", b"close")
RESET = struct.pack("ii", 1, 0)
BODILESS = frozenset({204, 304})
LENGTH = b"content-length"
CHUNKED = (b"transfer-encoding", b"chunked")
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"
_READ_AT_ONCE = memoryview(bytearray(64 * 1024))
"""What was read is copied out of it at once, so that one is enough for all connections of a process."""


class Connection(asyncio.BufferedProtocol):
    """Reads one request after the other, and has each answered by an :class:`Exchange`, or at once."""

    def __init__(
        self,
        config: ServerConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self.loop = _loop or asyncio.get_running_loop()
        self.deadline = FOREVER
        self.transport: asyncio.Transport
        self.settings = config.settings
        self.crowd = config.crowd
        self.journal = config.journal
        self.replies = config.replies
        self._published = config.published
        self._outbox = config.outbox
        self.server_state = server_state
        self._app: ASGIApp = config.loaded_app
        self._app_state = app_state
        self._server: tuple[str, int | None] | None = None
        self._client: tuple[str, int] | None = None
        self._head = bytearray()
        self._searched = 0
        """How much of it is known to hold no end."""
        self._body = Body(0)
        self._exchange: Exchange | Handout | None = None
        self._is_reading = True
        self._is_leaving = False
        self._unsent = 0
        self._writable = asyncio.Event()
        self._writable.set()

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the first request."""
        self.transport = cast(asyncio.Transport, transport)  # uvloop's has its methods, and no common class
        self._server, self._client = get_local_addr(self.transport), get_remote_addr(self.transport)
        self.server_state.connections.add(self)  # type: ignore[arg-type]
        self.wait(self.settings.head_seconds)
        self.crowd.enter(self)
        self.journal.metrics.count_connection(1)

    def connection_lost(self, error: Exception | None) -> None:
        """Tell the app, if it works for this client."""
        self.server_state.connections.discard(self)
        self.crowd.leave(self)
        self.journal.metrics.count_connection(-1)
        self.deadline = FOREVER
        self._writable.set()
        if self._exchange:
            self._exchange.lose_client()

    def eof_received(self) -> None:
        """Close: a client that will send no more is taken for gone, since that is all that can be seen of it."""

    def get_buffer(self, sizehint: int) -> memoryview:
        """Lend the buffer that all connections read into."""
        return _READ_AT_ONCE

    def buffer_updated(self, count: int) -> None:
        """Take what was read."""
        data = bytes(_READ_AT_ONCE[:count])
        if self._is_leaving:
            return
        try:
            self._take(data)
        except RequestRefused as refused:
            self._refuse(refused)

    def pause_writing(self) -> None:
        """Give the client its time to read."""
        self._writable.clear()
        self._wait_for_reader()

    def resume_writing(self) -> None:
        """Go on sending."""
        self._writable.set()
        if self._exchange and self._exchange.wants_more:
            self.wait(self.settings.body_seconds)
        elif self._exchange:
            self.deadline = FOREVER

    # What uvicorn calls.

    def shutdown(self) -> None:
        """Close now, or when what runs is answered."""
        if self._exchange:
            self._exchange.is_last = True
        else:
            self.leave(lingers=False)

    # What the crowd calls.

    def expire(self) -> None:
        """End what has taken too long."""
        if self._is_leaving or not self._writable.is_set():
            if self._unsent - self.transport.get_write_buffer_size() >= READ_AT_LEAST:
                self._wait_for_reader()
            else:
                self.cut_off()
        elif isinstance(self._exchange, Exchange):
            self.deadline = FOREVER
            self._exchange.fail_body(TooSlow())
        elif self._head:
            self._refuse(TooSlow())
        else:
            self.leave(lingers=False)

    def give_way(self) -> None:
        """Leave for somebody else."""
        self.crowd.leave(self)
        self.cut_off()

    # What an exchange, or the outbox, calls.

    def wait(self, seconds: float) -> None:
        """Give the client this long for what comes next."""
        self.deadline = self.loop.time() + seconds

    def cut_off(self) -> None:
        """Reset the connection: what was not sent is forgotten at once, by the system too, and the client is told."""
        connected: socket.socket = self.transport.get_extra_info("socket")
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.transport.abort()

    def _wait_for_reader(self) -> None:
        """Give the client its time to read a part of what is not sent yet."""
        self._unsent = self.transport.get_write_buffer_size()
        self.wait(self.settings.send_seconds)

    @property
    def is_writable(self) -> bool:
        """Whether the client has read enough of what was sent to be sent more."""
        return self._writable.is_set()

    async def drain(self) -> None:
        """Wait until it has."""
        self._wait_for_reader()
        await self._writable.wait()

    def read_on(self) -> None:
        """Read from the socket again."""
        if not self._is_reading and not self.transport.is_closing():
            self._is_reading = True
            self.transport.resume_reading()

    def finish(self, *, is_last: bool) -> None:
        """Go on to the next request, or close, once a response is sent."""
        self.server_state.total_requests += 1
        self._exchange = None
        self.crowd.end_work(self)
        if is_last or not self._body.is_whole:
            self.leave(lingers=not self._body.is_whole)
            return
        if self._head:
            self.wait(self.settings.head_seconds)
            self.loop.call_soon(self._go_on)
        else:
            self.wait(self.settings.idle_seconds)
            self.read_on()

    def send_out(self, handout: Handout) -> None:
        """Send an answer that was there at once."""
        self.transport.write(handout.answer)
        self.finish(is_last=handout.is_last)

    def leave(self, *, lingers: bool) -> None:
        """
        Close, at the latest when the client had some time to read what was sent.

        Args:
            lingers: The client may still be sending. What nobody reads resets a connection, and with it the answer; so
                our side alone is closed, and what comes is thrown away for a while.
        """
        self._is_leaving = True
        self.wait(LINGER_SECONDS)
        if self.transport.get_write_buffer_size():
            self._wait_for_reader()
        if not lingers:
            self.transport.close()
        elif not self.transport.is_closing():
            self.transport.write_eof()
            self.read_on()

    # Reading.

    def _go_on(self) -> None:
        """Read the request that came before the last one was answered; no more comes until then."""
        if not self._is_leaving and not self._exchange:
            self.buffer_updated(0)

    def _take(self, data: bytes) -> None:
        if self._exchange is None:
            self._take_head(data)
        elif not self._body.is_whole:
            self._take_body(data)
        else:
            self._keep(data)

    def _take_head(self, data: bytes) -> None:
        if not self._head:
            self.wait(self.settings.head_seconds)
        self._head += data
        end = self._head.find(END_OF_HEAD, self._searched) + len(END_OF_HEAD)
        if end < len(END_OF_HEAD):
            self._searched = max(0, len(self._head) - len(END_OF_HEAD))
            self._check_beginning()
            self.read_on()
            return
        self._searched = 0
        head, rest = bytes(self._head[:end]), bytes(self._head[end:])
        self._check_size(end)
        self._head.clear()
        self._begin(head, rest)

    def _check_beginning(self) -> None:
        """Refuse at once what can become no head any more."""
        self._check_size(len(self._head))
        if self._head and (self._head[0] <= 0x20 or self._head.count(b"\n") > self._head.count(b"\r\n")):
            raise BadFraming("Send HTTP/1.1 (RFC 9112).")

    def _check_size(self, size: int) -> None:
        if size > self.settings.head_bytes:
            raise HeadTooLarge(f"Request line and headers may have at most {self.settings.head_bytes} bytes.")

    def _begin(self, raw: bytes, rest: bytes) -> None:
        head = read_head(raw)
        self._body = body_after(head)
        if self.crowd.is_busy and _path_of(head) not in NEVER_REFUSED:
            self._refuse(Crowded(), head.headers)
            return
        self.deadline = FOREVER
        self.crowd.start_work(self)
        if self._published and self._body.is_whole and self.is_writable:
            is_last = head.is_last or self.crowd.is_draining
            found = self._published.answer(head, self.server_state.default_headers, (CLOSE,) if is_last else ())
            if found is not None:
                self._exchange = handout = Handout(self, *found, is_last)
                self._outbox.put(handout)
                self._keep(rest)
                return
        self._exchange = exchange = Exchange(self, self._scope_of(head), head)
        exchange.task = task = self.loop.create_task(exchange.run(self._app))
        self.server_state.tasks.add(task)
        task.add_done_callback(self.server_state.tasks.discard)
        if rest or self._body.is_whole:
            self._take_body(rest)

    def _keep(self, data: bytes) -> None:
        """Keep what belongs to the next request until it is its turn, and read no more."""
        if data:
            self._head += data
            self._stop_reading()

    def _scope_of(self, head: Head) -> Scope:
        raw_path, _, query = head.target.partition(b"?")
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": f"1.{head.minor}",
            "server": self._server,
            "client": self._client,
            "scheme": "http",
            "method": head.method.decode("ascii"),
            "root_path": "",
            "path": _path_of(head),
            "raw_path": raw_path,
            "query_string": query,
            "headers": head.headers,
            "state": self._app_state.copy(),
        }

    def _take_body(self, data: bytes) -> None:
        assert isinstance(self._exchange, Exchange), "a body follows a head"
        try:
            part, rest = self._body.take(data)
        except BadFraming as error:
            self._exchange.fail_body(error)
            self._stop_reading()
            return
        self._keep(rest)
        if self._writable.is_set():
            self.deadline = FOREVER
        if self._exchange.take(part, self._body.is_whole) > HELD_AT_MOST:
            self._stop_reading()
        elif not rest:
            self.read_on()  # who leaves is only seen while something is read

    def _stop_reading(self) -> None:
        if self._is_reading and not self.transport.is_closing():
            self._is_reading = False
            self.transport.pause_reading()

    # Answering below the app.

    def _refuse(self, refused: RequestRefused, headers: RawHeaders = ()) -> None:
        """Answer what the app does not get to see, and close."""
        request_id = request_id_of(headers)
        reply = problem_reply(refused, request_id)
        headers = [*self.server_state.default_headers, *self.replies.headers_of(reply, request_id), CLOSE]
        self.journal.write("", None, reply.status, 0.0, len(reply.body), request_id)
        self.transport.write(head_of(reply.status, headers) + reply.body)
        self.leave(lingers=True)


def _path_of(head: Head) -> str:
    path = head.target.partition(b"?")[0].decode("ascii")
    return unquote(path) if "%" in path else path


class Exchange:
    """One request and its response, as ASGI has them."""

    def __init__(self, connection: Connection, scope: Scope, head: Head) -> None:
        self.is_last = head.is_last
        """Whether the connection is closed after it."""
        self.wants_more = False
        """Whether the app waits for more of the body."""
        self.task: asyncio.Task[None] | None = None
        """What runs the app."""
        self._connection = connection
        self._scope = scope
        self._is_awaited = head.awaits_100
        self._is_old = not head.minor
        self._is_chunked = False
        self._held = bytearray()
        self._has_more = True
        self._news = asyncio.Event()
        self._error: RequestRefused | None = None
        self._is_gone = False
        self._start: Message | None = None
        self._is_started = False
        self._is_complete = False

    async def run(self, app: ASGIApp) -> None:
        """Let the app answer. Whatever it does, the client is answered, or its connection ends."""
        try:
            await app(self._scope, self.receive, self.send)
        except asyncio.CancelledError:
            self._fail(NotReady("The service has stopped.", {"Retry-After": "5"}))
            raise
        except Exception as error:
            log_crash(error, request_id_of(self._scope["headers"]))
        self._fail(RuntimeError())

    def take(self, data: bytes, is_whole: bool) -> int:
        """Take a part of the body; return how much of it the app has not taken yet."""
        self._held += data
        self._has_more = not is_whole
        self.wants_more = False
        self._news.set()
        return len(self._held)

    def fail_body(self, error: RequestRefused) -> None:
        """Tell the app that there will be no whole body."""
        self._error = error
        self.wants_more = False
        self._news.set()

    def lose_client(self) -> None:
        """Tell the app that nobody is there any more. One that waits for nothing but its turn is not waited for."""
        self._is_gone = True
        self._news.set()
        if self.task and not self._has_more:
            self.task.cancel()

    async def receive(self) -> Message:
        """
        Return the next part of the body, or that the client has gone.

        Raises:
            TooSlow: It took the client too long to send more.
            BadFraming: What it sent is no body.
        """
        if not self._news.is_set() and not self._is_complete:
            if self._has_more:
                self._ask_for_more()
            await self._news.wait()
        self._news.clear()
        if self._is_gone or self._is_complete:
            return {"type": "http.disconnect"}
        if self._error:
            raise self._error
        body = bytes(self._held)
        self._held.clear()
        return {"type": "http.request", "body": body, "more_body": self._has_more}

    def _ask_for_more(self) -> None:
        if self._is_awaited:
            self._is_awaited = False
            self._connection.transport.write(GO_ON)
        self.wants_more = True
        self._connection.wait(self._connection.settings.body_seconds)
        self._connection.read_on()

    async def send(self, message: Message) -> None:
        """Send the response, or a part of it; wait while the client does not read."""
        if not self._connection.is_writable:
            await self._connection.drain()
        if self._is_gone:
            return
        if message["type"] == "http.response.start":
            self._start = message
            return
        is_complete = not message.get("more_body", False)
        data = self._head(is_complete)
        if self._scope["method"] != "HEAD":
            data += self._part(message.get("body", b""), is_complete)
        self._connection.transport.write(data)
        if is_complete:
            self._complete()

    def _part(self, body: bytes, is_complete: bool) -> bytes:
        if not self._is_chunked:
            return body
        return (chunk_of(body) if body else b"") + (chunk_of(b"") if is_complete else b"")

    def _head(self, is_complete: bool) -> bytes:
        """
        Return the head of the response where it is not sent yet: it goes with the first part of the body.

        A request whose body is not read to its end is the last one.
        """
        if self._start is None:
            return b""
        message, self._start, self._is_started = self._start, None, True
        status = message["status"]
        headers = [*self._connection.server_state.default_headers, *message["headers"]]
        if self._connection.crowd.is_draining or (self._has_more and is_complete):
            self.is_last = True
        if status not in BODILESS and LENGTH not in dict(headers):
            self._is_chunked = not self._is_old
            headers.extend([CHUNKED] if self._is_chunked else ())
        if self.is_last:
            headers.append(CLOSE)
        return head_of(status, headers)

    def _complete(self) -> None:
        self._is_complete = True
        self._news.set()
        self._connection.finish(is_last=self.is_last)

    def _fail(self, error: Exception) -> None:
        """Answer in place of an app that did not; where it has begun to, only the end of the connection can tell."""
        if self._is_gone or self._is_complete:
            return
        if self._is_started:
            self._connection.cut_off()
            return
        request_id = request_id_of(self._scope["headers"])
        reply: Reply = problem_reply(error, request_id)
        self._start = {"status": reply.status, "headers": self._connection.replies.headers_of(reply, request_id)}
        self.is_last = True
        self._connection.transport.write(self._head(True) + (b"" if self._scope["method"] == "HEAD" else reply.body))
        self._complete()

"""The one layer around every route of the app: who may ask, what a reply has, and one shape for whatever goes wrong."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.about import NEEDS_NO_KEY
from service.api.errors import UnknownKey, UnknownPath, log_crash
from service.api.headers import request_id_of
from service.api.route import Header, Reply, StrictRoute, send_reply
from service.server.cors import Cors
from service.server.journal import Journal
from service.server.keys import Keyring
from service.server.replies import Replies, problem_reply

METRICS = "/metrics"
NO_ANSWER = 499
"""What is written down where the client left first."""


@dataclass(frozen=True)
class Doors:
    """
    Who may come in, and where.

    Args:
        keys: Without them everybody may ask.
        cors: Without it no page of another origin may.
        metrics_port: Where the metrics are, and they alone; ``None`` for the port of everything else.
    """

    keys: Keyring | None = None
    cors: Cors | None = None
    metrics_port: int | None = None

    @property
    def are_open(self) -> bool:
        """Whether everybody may come in everywhere, and every answer is for everybody."""
        return self.keys is None and self.cors is None and self.metrics_port is None

    def check(self, scope: Scope) -> None:
        """
        Let a request in.

        Raises:
            UnknownPath: The metrics on another port than theirs, or anything else on that.
            UnknownKey: A key is needed and not there.
        """
        path = scope["path"]
        if self.metrics_port and (scope["server"][1] == self.metrics_port) != (path == METRICS):
            raise UnknownPath
        if self.keys and path not in NEEDS_NO_KEY and not self.keys.admits(scope["headers"]):
            raise UnknownKey


class Boundary:
    """
    Pure ASGI, in the place of Starlette's and FastAPI's own layers.

    Args:
        app: What answers; an exception that leaves it becomes a problem.
    """

    def __init__(self, app: ASGIApp, replies: Replies, journal: Journal, doors: Doors) -> None:
        self.app = app
        self.replies = replies
        self.journal = journal
        self.doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens; pass anything else on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = perf_counter()
        status = size = 0
        is_noted = False
        request_id = request_id_of(scope["headers"])
        scope.setdefault("state", {})["request_id"] = request_id

        def note() -> None:
            """Write the request down, once."""
            nonlocal is_noted
            if is_noted:
                return
            is_noted = True
            route = scope.get("route")
            template = route.path if isinstance(route, StrictRoute) else None
            seconds = perf_counter() - started
            self.journal.write(scope["method"], template, status or NO_ANSWER, seconds, size, request_id)

        async def send_on(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = self.replies.complete([*message["headers"], *self._headers_for(scope)], request_id)
                message = {"type": "http.response.start", "status": status, "headers": headers}
            else:
                size += len(message.get("body", b""))
                if not message.get("more_body", False):
                    note()  # before its end is sent: who has an answer is counted, whatever becomes of this process
            await send(message)

        try:
            await self._answer(scope, receive, send_on)
        except Exception as error:
            reply = problem_reply(error, request_id)
            if reply.status == 500:
                log_crash(error, request_id)
            if not status:
                await send_reply(scope, send_on, reply)
        finally:
            note()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        preflight = self.doors.cors.preflight(scope) if self.doors.cors else None
        if preflight is not None:
            await send_reply(scope, send, Reply(204, b"", headers=preflight))
            return
        self.doors.check(scope)
        await self.app(scope, receive, send)

    def _headers_for(self, scope: Scope) -> list[Header]:
        """Return the headers that depend on the request."""
        headers = self.doors.cors.headers_for(scope) if self.doors.cors else []
        route = scope.get("route")
        if isinstance(route, StrictRoute) and scope["method"] in route.answered:
            headers.extend(route.query_headers)
        return headers

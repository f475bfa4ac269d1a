"""The one layer around every route: who may ask, what each reply has, and one shape for whatever goes wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.about import NEEDS_NO_KEY
from service.api.errors import UnknownKey, UnknownMethod, UnknownPath, log_crash
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
        routes: To name the methods of a path in ``Allow``.
    """

    def __init__(
        self, app: ASGIApp, routes: Sequence[BaseRoute], replies: Replies, journal: Journal, doors: Doors
    ) -> None:
        self.app = app
        self.routes = routes
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
        request_id = request_id_of(scope["headers"])
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_on(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = self.replies.complete([*message["headers"], *self._headers_for(scope)], request_id)
                message = {"type": "http.response.start", "status": status, "headers": headers}
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self._answer(scope, receive, send_on)
        except Exception as error:
            reply = problem_reply(self._own(error, scope), request_id)
            if reply.status == 500:
                log_crash(error, request_id)
            if not status:
                await send_reply(scope, send_on, reply)
        finally:
            route = scope.get("route")
            template = route.path if isinstance(route, StrictRoute) else None
            seconds = perf_counter() - started
            self.journal.write(scope["method"], template, status or NO_ANSWER, seconds, size, request_id)

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
        if isinstance(route, StrictRoute) and scope["method"] in route.answered and "QUERY" in route.answered:
            headers.append((b"accept-query", _query_types([route]).encode()))
        return headers

    def _own(self, error: Exception, scope: Scope) -> Exception:
        """Put the router's errors into our words; leave every other one as it is."""
        if not isinstance(error, HTTPException):
            return error
        if error.status_code == 404:
            return UnknownPath()
        if error.status_code == 405:
            methods = sorted({method for route in self._routes(scope) for method in route.answered})
            asks = {"Accept-Query": _query_types(self._routes(scope))} if "QUERY" in methods else {}
            return UnknownMethod(headers={"Allow": ", ".join(methods), **asks})
        return error

    def _routes(self, scope: Scope) -> list[StrictRoute]:
        """Return all routes with this path."""
        return [
            route
            for route in self.routes
            if isinstance(route, StrictRoute) and route.matches(scope)[0] is not Match.NONE
        ]


def _query_types(routes: Sequence[StrictRoute]) -> str:
    """Return what can be sent by QUERY, as ``Accept-Query`` says it."""
    return ", ".join(next(route.request_types for route in routes if "QUERY" in route.answered))

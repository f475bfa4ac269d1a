"""The one layer around every route: the headers that each reply has, and one shape for whatever goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.errors import UnknownMethod, UnknownPath, headers_of, place_of, problem_of
from service.api.headers import GUIDANCE_VERSION, request_id_of
from service.api.route import NO_STORE, Reply, StrictRoute, send_reply

PROBLEM_JSON = "application/problem+json"

log = logging.getLogger("afterglow")


class Boundary:
    """
    Pure ASGI, in the place of Starlette's and FastAPI's own layers.

    Args:
        app: What answers; an exception that leaves it becomes a problem.
        routes: To name the methods of a path in ``Allow``.
        guidance_version: Said in a header of every reply that does not name another one.
    """

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute], guidance_version: str) -> None:
        self.app = app
        self.routes = routes
        self.version = guidance_version.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens; pass anything else on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = request_id_of(scope["headers"])
        scope.setdefault("state", {})["request_id"] = request_id
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = [*message["headers"], (b"x-request-id", request_id.encode())]
                if GUIDANCE_VERSION not in dict(headers):
                    headers.append((GUIDANCE_VERSION, self.version))
                message = {**message, "headers": headers + _query_header(scope)}
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception as error:
            refused = self._own(error, scope)
            reply = _reply(refused, request_id)
            if reply.status == 500:
                log.error("internal error %s request_id=%s", place_of(error), request_id)
            if not started:
                await send_reply(scope, send_with_headers, reply)

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


def _query_header(scope: Scope) -> list[tuple[bytes, bytes]]:
    route = scope.get("route")
    if not isinstance(route, StrictRoute) or not {"QUERY", scope["method"]} <= route.answered:
        return []
    return [(b"accept-query", _query_types([route]).encode())]


def _reply(error: Exception, request_id: str) -> Reply:
    problem = problem_of(error, request_id)
    headers = [(name.lower().encode(), value.encode()) for name, value in headers_of(error).items()]
    body = problem.model_dump_json(exclude_none=True).encode()
    return Reply(problem.status, body, PROBLEM_JSON, [*NO_STORE, *headers])

"""The one layer around every route: the headers that each reply has, and one shape for whatever goes wrong."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.errors import UnknownMethod, UnknownPath, headers_of, problem_of
from service.api.headers import request_id_of
from service.api.route import JSON, NO_STORE, Reply, StrictRoute, send_reply

PROBLEM_JSON = "application/problem+json"

log = logging.getLogger("afterglow")


class Boundary:
    """
    Pure ASGI, in the place of Starlette's and FastAPI's own layers.

    Args:
        app: What answers; an exception that leaves it becomes a problem.
        routes: To name the methods of a path in ``Allow``.
        guidance_version: Said in a header of every reply.
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
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = [
                    *message["headers"],
                    (b"x-request-id", request_id.encode()),
                    (b"afterglow-guidance-version", self.version),
                ]
                message = {**message, "headers": headers + _query_header(scope)}
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception as error:
            refused = self._own(error, scope)
            reply = _reply(refused, request_id)
            if reply.status == 500:
                log.error("internal error %s request_id=%s", _place_of(error), request_id)
            if not started:
                await send_reply(scope, send_with_headers, reply)

    def _own(self, error: Exception, scope: Scope) -> Exception:
        """Put the router's errors into our words; leave every other one as it is."""
        if not isinstance(error, HTTPException):
            return error
        if error.status_code == 404:
            return UnknownPath()
        if error.status_code == 405:
            methods = self._methods(scope)
            asks = {"Accept-Query": JSON} if "QUERY" in methods else {}
            return UnknownMethod(headers={"Allow": ", ".join(methods), **asks})
        return error

    def _methods(self, scope: Scope) -> list[str]:
        """Return the methods of all routes with this path."""
        methods: set[str] = set()
        for route in self.routes:
            if isinstance(route, StrictRoute) and route.matches(scope)[0] is not Match.NONE:
                methods |= route.answered
        return sorted(methods)


def _query_header(scope: Scope) -> list[tuple[bytes, bytes]]:
    route = scope.get("route")
    is_answered = isinstance(route, StrictRoute) and {"QUERY", scope["method"]} <= route.answered
    return [(b"accept-query", JSON.encode())] if is_answered else []


def _reply(error: Exception, request_id: str) -> Reply:
    problem = problem_of(error, request_id)
    headers = [(name.lower().encode(), value.encode()) for name, value in headers_of(error).items()]
    body = problem.model_dump_json(exclude_none=True).encode()
    return Reply(problem.status, body, PROBLEM_JSON, [*NO_STORE, *headers])


def _place_of(error: Exception) -> str:
    """Say what was raised and where, and nothing of its message: that can hold what somebody sent."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "nowhere"
    return f"{type(error).__name__} at {place}"

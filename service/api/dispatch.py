"""Find the route of a request: by its path in one look, where FastAPI's router would try one route after the other."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from service.api.errors import UnknownMethod, UnknownPath
from service.api.route import StrictRoute

TRACE = "fastapi.telemetry"


class Dispatch:
    """
    Pure ASGI, in the place of FastAPI's router.

    Args:
        router: What answers all but requests, and tells a trace which route it was.
    """

    def __init__(self, router: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._router = router
        strict = [route for route in routes if isinstance(route, StrictRoute)]
        self._plain: dict[str, list[StrictRoute]] = {}
        self._templates: dict[str, list[StrictRoute]] = {}
        """Routes whose path has parameters, by what comes before the first."""
        for route in strict:
            known = self._templates if route.param_convertors else self._plain
            known.setdefault(route.path.partition("{")[0], []).append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the route answer."""
        if scope["type"] != "http":
            await self._router(scope, receive, send)
            return
        route = self.find(scope)
        if scope.get(TRACE) is not None:
            await self._router(scope, receive, send)
            return
        await route.app(scope, receive, send)

    def find(self, scope: Scope) -> StrictRoute:
        """
        Return the route of a request, and put it where whoever looks for it finds it, with its path parameters.

        Raises:
            UnknownPath: No route has this path.
            UnknownMethod: None of those that have it answers this method.
        """
        routes = self._plain.get(scope["path"]) or self._fitting(scope)
        if not routes:
            raise UnknownPath
        scope["route"] = routes[0]
        for route in routes:
            if scope["method"] in route.answered:
                scope["route"] = route
                return route
        headers = {"Allow": ", ".join(sorted({method for route in routes for method in route.answered}))}
        if asked := [route.request_types for route in routes if "QUERY" in route.answered]:
            headers["Accept-Query"] = ", ".join(asked[0])
        raise UnknownMethod(headers=headers)

    def _fitting(self, scope: Scope) -> list[StrictRoute]:
        """Return the routes whose path has parameters and fits; the parameters are put where an endpoint finds them."""
        path = scope["path"]
        end = path.rfind("/") + 1
        while end:
            fitting = [
                (route, match)
                for route in self._templates.get(path[:end], ())
                if (match := route.path_regex.match(path))
            ]
            if fitting:
                scope["path_params"] = fitting[0][1].groupdict()
                return [route for route, _ in fitting]
            end = path.rfind("/", 0, end - 1) + 1
        return []

"""
Traces, where an operator wants them: what kind of request, how long, which status, and nothing of what was asked.

FastAPI would put path, query, Host header and unknown methods into its spans. So it is shown a request without them;
the route's template reaches the span all the same.
"""

from __future__ import annotations

from importlib.util import find_spec

from starlette.types import ASGIApp, Receive, Scope, Send

from service.server.journal import METHODS, OTHER
from service.settings import BadSettings

WHOLE = "afterglow.scope"
TRACE_PARENT = b"traceparent"
SPAN = "fastapi.telemetry"


def veiled(scope: Scope) -> Scope:
    """Return what a trace may see of a request: it goes on carrying the whole of it."""
    return {
        **scope,
        "method": scope["method"] if scope["method"] in METHODS else OTHER,
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "headers": [header for header in scope["headers"] if header[0] == TRACE_PARENT],
        "server": None,
        "client": None,
        WHOLE: scope,
    }


class Revealed:
    """Passes the whole of a veiled request on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if WHOLE in scope:
            scope = {**scope[WHOLE], "app": scope["app"], SPAN: scope.get(SPAN)}
        await self._app(scope, receive, send)


def check_telemetry() -> None:
    """
    See whether there is anything to trace with.

    Raises:
        BadSettings: What sends traces is not installed.
    """
    for package in ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http"):
        try:
            is_there = find_spec(package) is not None
        except ModuleNotFoundError:
            is_there = False
        if not is_there:
            raise BadSettings(
                "AFTERGLOW_TELEMETRY: needs the packages of fastapi[opentelemetry], which are not installed"
            )

"""Which pages of other origins may read our answers: none, until an operator lists them."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.types import Scope

from service.api.route import Header

VARY = (b"vary", b"Origin")
METHODS = b"GET, HEAD, POST, QUERY"
HEADERS = b"Accept, Authorization, Content-Type, If-None-Match, X-Request-ID"
EXPOSED = b"Accept-Query, Afterglow-Guidance-Version, Allow, ETag, Retry-After, X-Request-ID"
REMEMBERED = b"600"


class Cors:
    """The part of CORS that a service without cookies needs."""

    def __init__(self, origins: Sequence[str]) -> None:
        self._origins = frozenset(origin.encode() for origin in origins)

    def headers_for(self, scope: Scope) -> list[Header]:
        """Return what lets the asking page read the answer, if its origin is listed."""
        origin = self._origin_of(scope)
        if origin is None:
            return [VARY]
        return [(b"access-control-allow-origin", origin), (b"access-control-expose-headers", EXPOSED), VARY]

    def preflight(self, scope: Scope) -> list[Header] | None:
        """Return what a listed page may send, where that is what the request asks; ``None`` for any other request."""
        if scope["method"] != "OPTIONS" or self._origin_of(scope) is None:
            return None
        if not any(name == b"access-control-request-method" for name, _ in scope["headers"]):
            return None
        return [
            (b"access-control-allow-methods", METHODS),
            (b"access-control-allow-headers", HEADERS),
            (b"access-control-max-age", REMEMBERED),
        ]

    def _origin_of(self, scope: Scope) -> bytes | None:
        given = [value for name, value in scope["headers"] if name == b"origin"]
        return given[0] if len(given) == 1 and given[0] in self._origins else None

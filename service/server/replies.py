"""What every reply has in common, whoever sends it: the app, the boundary around it, or the connection below."""

from __future__ import annotations

from collections.abc import Sequence

from service.api.errors import headers_of, problem_of
from service.api.headers import GUIDANCE_VERSION
from service.api.route import NO_STORE, Header, Reply

PROBLEM_JSON = "application/problem+json"
CONTENT_POLICY = b"content-security-policy"
NOTHING_MAY_LOAD = (CONTENT_POLICY, b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class Replies:
    """Adds to a reply what every one has: which guidance, which request, and what a browser may do with it."""

    def __init__(self, guidance_version: str) -> None:
        self._version = (GUIDANCE_VERSION, guidance_version.encode())

    def complete(self, headers: Sequence[Header], request_id: str) -> list[Header]:
        """Return *headers* and those that every reply has. A reply may name a guidance and a policy of its own."""
        names = dict(headers)
        complete = [*headers, *SAFE, (b"x-request-id", request_id.encode())]
        if GUIDANCE_VERSION not in names:
            complete.append(self._version)
        if CONTENT_POLICY not in names:
            complete.append(NOTHING_MAY_LOAD)
        return complete

    def headers_of(self, reply: Reply, request_id: str) -> list[Header]:
        """Return all headers of a whole reply."""
        return self.complete(reply.all_headers(), request_id)


def problem_reply(error: Exception, request_id: str) -> Reply:
    """Return the reply that tells a caller of an error."""
    problem = problem_of(error, request_id)
    headers = [(name.lower().encode(), value.encode()) for name, value in headers_of(error).items()]
    body = problem.model_dump_json(exclude_none=True).encode()
    return Reply(problem.status, body, PROBLEM_JSON, [*NO_STORE, *headers])

"""Every error as HTTP shows it: one shape, one table from exceptions to status, and not a word of what was sent."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from service.api.wire import ERRORS_AT_MOST, Wire
from service.guidance.names import did_you_mean
from service.guidance.question import InputFault, InvalidQuestion

log = logging.getLogger("afterglow")

FaultCode = Literal[
    "missing",
    "unknown_field",
    "unknown_code",
    "wrong_type",
    "out_of_range",
    "too_many",
    "too_long",
    "bad_format",
    "conflict",
]


class Fault(Wire):
    """One fault of the input."""

    pointer: Annotated[str, Field(description="JSON pointer (RFC 6901) to the place; of an unknown field, its parent.")]
    code: FaultCode
    detail: Annotated[str, Field(description="What is accepted there.")]


class Problem(Wire):
    """What went wrong (RFC 9457). Every error of this service has this shape."""

    type: Annotated[str, Field(json_schema_extra={"format": "uri-reference"})]
    title: str
    status: int
    detail: str
    request_id: str
    errors: Annotated[tuple[Fault, ...], Field(max_length=ERRORS_AT_MOST)] | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its id in ``type``, its title, and what a caller can do."""

    id: str
    title: str
    detail: str

    @property
    def type(self) -> str:
        """The reference that names this kind, readable under it."""
        return f"/v1/problems/{self.id}"


KIND_OF: Mapping[int, Kind] = {
    400: Kind("unreadable", "The request cannot be read", "The body has to be I-JSON (RFC 7493) in UTF-8."),
    401: Kind("unauthorized", "A key is needed", "Send a known API key."),
    404: Kind("not_found", "Nothing is here", "GET /openapi.json lists every path."),
    405: Kind("method_not_allowed", "The method does not fit", "The Allow header lists the methods of this path."),
    406: Kind("not_acceptable", "No accepted media type fits", "This path answers application/json."),
    408: Kind("too_slow", "The request took too long", "Send the whole request without long pauses."),
    413: Kind("too_large", "The body is too large", "Send fewer bytes; the description states the limits."),
    415: Kind("unsupported_media_type", "The body is no JSON by its media type", "Send application/json in UTF-8."),
    422: Kind("invalid_input", "The input cannot be used", "Each entry of errors says what is accepted."),
    429: Kind("too_many_requests", "Too many requests", "Wait as long as Retry-After says."),
    431: Kind("head_too_large", "The head of the request is too large", "Send fewer and shorter headers."),
    500: Kind("internal_error", "This is our fault", "The request was not answered. Quote request_id to report it."),
    503: Kind("unavailable", "Not now", "Try again after Retry-After."),
}


class RequestRefused(Exception):
    """A request that the API does not answer. *detail* replaces the words of its kind; *headers* go along."""

    def __init__(self, detail: str | None = None, headers: Mapping[str, str] | None = None) -> None:
        self.detail = detail
        self.headers = headers or {}
        super().__init__(detail)


class UnreadableBody(RequestRefused):
    """A body that is no I-JSON."""


class BodyTooLarge(RequestRefused):
    """A body, or the length it announces, above the limit."""


class BadFraming(RequestRefused):
    """What is no HTTP, or what two readers could take for different requests."""


class HeadTooLarge(RequestRefused):
    """A request line and headers above the limit, or too many headers."""


class TooSlow(RequestRefused):
    """A request that does not come within its time."""

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})


class Crowded(RequestRefused):
    """More connections than the service works for at once."""

    def __init__(self) -> None:
        super().__init__("Every connection is at work.", {"Retry-After": "1"})


class UnsupportedMediaType(RequestRefused):
    """A body that says it is no JSON, no UTF-8, or compressed."""


class NotAcceptable(RequestRefused):
    """Nothing that the path answers with fits the Accept header."""


class UnknownKey(RequestRefused):
    """No key, or none that is known, where one is needed."""

    def __init__(self) -> None:
        super().__init__("Send Authorization: Bearer and a known API key.", {"WWW-Authenticate": "Bearer"})


class UnknownPath(RequestRefused):
    """No such path."""


class UnknownMethod(RequestRefused):
    """A path that knows other methods."""


class UnknownRecord(RequestRefused):
    """No record has this id."""

    def __init__(self, id: str, known: Iterable[str]) -> None:
        closest = did_you_mean(id, known) if len(id) <= 80 else ""
        super().__init__(f"No record has this id{closest or '.'}")


class NotReady(RequestRefused):
    """The service is starting or draining."""


class InvalidInput(InvalidQuestion):
    """Input that does not fit the description: the API's own refusal, in the core's form."""


STATUS_OF: Mapping[type[Exception], int] = {
    BadFraming: 400,
    UnreadableBody: 400,
    UnknownKey: 401,
    UnknownPath: 404,
    UnknownRecord: 404,
    UnknownMethod: 405,
    NotAcceptable: 406,
    TooSlow: 408,
    BodyTooLarge: 413,
    UnsupportedMediaType: 415,
    InvalidQuestion: 422,
    HeadTooLarge: 431,
    Crowded: 503,
    NotReady: 503,
}


def status_of(error: Exception) -> int:
    """Return the status of an error; 500 for every error outside the table."""
    return next((STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF), 500)


def problem_of(error: Exception, request_id: str) -> Problem:
    """Describe an error to the caller. Of one outside the table nothing is told."""
    status = status_of(error)
    kind = KIND_OF[status]
    detail = error.detail if isinstance(error, RequestRefused) else None
    return Problem(
        type=kind.type,
        title=kind.title,
        status=status,
        detail=detail or kind.detail,
        request_id=request_id,
        errors=_shown(error.faults) if isinstance(error, InvalidQuestion) else None,
    )


def place_of(error: BaseException) -> str:
    """Say where an error was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "nowhere"


def log_crash(error: BaseException, request_id: str) -> None:
    """Write what kind of error of ours it was, and where; nothing of its message, which can hold what somebody sent."""
    about = {"error": type(error).__name__, "place": place_of(error), "request_id": request_id}
    log.error("internal error", extra=about)


def headers_of(error: Exception) -> Mapping[str, str]:
    """Return the headers that an error brings along, such as ``Allow``."""
    return error.headers if isinstance(error, RequestRefused) else {}


def _shown(faults: Iterable[InputFault]) -> tuple[Fault, ...]:
    shown = tuple(faults)[:ERRORS_AT_MOST]
    return tuple(Fault.model_validate({"pointer": f.pointer, "code": f.code, "detail": f.detail}) for f in shown)

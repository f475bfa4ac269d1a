"""
How every route of this API works: read strictly, call the endpoint, write bytes.

FastAPI keeps the routes and describes them from the endpoints' types; its own request handling is not used. That one
would read JSON leniently, send input back in its errors, and put exit stacks and threads between a body and its answer.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

from fastapi import params
from fastapi.datastructures import DefaultPlaceholder
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from pydantic_core import SchemaSerializer
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from service.api.body import ClientGone, check_media_type, read_body, read_json
from service.api.counts import check_counts
from service.api.errors import InvalidInput, NotAcceptable
from service.api.faults import invalid_input
from service.api.headers import matches_tag, preferred, read_headers, version_header
from service.api.pace import Turns, beside, finished, weight_of
from service.guidance.question import InputFault

JSON = "application/json"
NO_STORE = ((b"cache-control", b"no-store"),)
NAMES_AT_MOST = 50
UNDOCUMENTED = {"GET": "HEAD", "POST": "QUERY"}
"""Methods that answer like another one, and that an OpenAPI 3.1 document does not show."""

Header = tuple[bytes, bytes]


@dataclass(frozen=True)
class Reply:
    """What goes over the wire, but for the headers that every reply has."""

    status: int
    body: bytes
    media_type: str = JSON
    headers: Sequence[Header] = NO_STORE

    def all_headers(self) -> list[Header]:
        """Return the headers with those that describe the body; a 204 and a 304 have none to describe."""
        if self.status in (204, 304):
            return list(self.headers)
        size = str(len(self.body)).encode()
        return [*self.headers, (b"content-type", self.media_type.encode()), (b"content-length", size)]


@dataclass(frozen=True)
class Published:
    """A document that is the same for everybody until the guidance changes. Its bytes are made once."""

    body: bytes
    tag: str
    media_type: str
    headers: Sequence[Header]

    @classmethod
    def of(
        cls,
        body: bytes,
        media_type: str = JSON,
        headers: Sequence[Header] = (),
        caching: bytes = b"public, max-age=300",
    ) -> Published:
        """Publish *body*, under a tag that changes with it."""
        tag = f'"{sha256(body).hexdigest()[:32]}"'
        return cls(body, tag, media_type, ((b"cache-control", caching), (b"etag", tag.encode()), *headers))

    def status_for(self, if_none_match: Sequence[str]) -> int:
        """Return 304 where the client has the document, else 200."""
        return 304 if if_none_match and matches_tag(if_none_match, self.tag) else 200

    def reply(self, status: int) -> Reply:
        """Reply with the document, or with the word that the client has it."""
        return Reply(status, self.body if status == 200 else b"", self.media_type, self.headers)


async def send_reply(scope: Scope, send: Send, reply: Reply) -> None:
    """Send a whole reply; to HEAD its headers alone."""
    body = b"" if scope["method"] == "HEAD" else reply.body
    await send({"type": "http.response.start", "status": reply.status, "headers": reply.all_headers()})
    await send({"type": "http.response.body", "body": body})


class Input:
    """A request model: its validator, and the schema that its faults are explained with."""

    def __init__(self, name: str, model: type[BaseModel]) -> None:
        self.name = name
        self.model = model

    @cached_property
    def schema(self) -> Mapping[str, Any]:
        """JSON Schema of the model. Only a query and a fault need it."""
        return self.model.model_json_schema()

    @cached_property
    def numbers(self) -> set[str]:
        """The names of the members that are numbers."""
        return self._of_type("integer")

    @cached_property
    def flags(self) -> set[str]:
        """The names of the members that are true or false."""
        return self._of_type("boolean")

    def _of_type(self, type_: str) -> set[str]:
        properties = self.schema.get("properties", {})
        return {name for name, each in properties.items() if f"'{type_}'" in str(each.get("anyOf", each))}

    def validate(self, value: Any) -> BaseModel:
        """
        Validate a parsed body or query.

        Raises:
            InvalidInput: With what is accepted at each place.
        """
        try:
            return self.model.model_validate(value)
        except ValidationError as error:
            raise invalid_input(error, self.schema) from None


class StrictRoute(APIRoute):
    """
    A route whose endpoint is an ``async def`` with any of: one request model, path parameters (``str``), one
    ``Annotated[Model, Query()]``, the ``Request``, and ``Annotated[..., Depends(f)]``, where ``f`` is plain and takes
    the ``Request``.

    The endpoint returns a model, which is written without its nulls, or a ``Published``, or a whole ``Reply``.
    GET also answers HEAD, and POST also QUERY (RFC 10008): nothing in this service changes anything.

    Of a route only what serves is made here. What describes it, FastAPI's part, is made when it is asked for: for all
    routes it takes a fifth as long as the whole start of an empty application.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **described: Any) -> None:
        Route.__init__(self, path, endpoint, name=described.get("name"))
        self.methods = documented = set(described.get("methods") or ("GET",))
        self._described = described
        self._body: Input | None = None
        self._query: Input | None = None
        self._dependencies: dict[str, Callable[[Request], Any]] = {}
        self._names: list[str] = []
        self._takes_turns = False
        """Whether the endpoint rests in between, and so has to run where the loop is."""
        hints = get_type_hints(endpoint, include_extras=True)
        for name, hint in hints.items():
            if name != "return":
                self._take_parameter(name, hint)
        model = described.get("response_model")
        self._answer = _serializer_of(hints.get("return") if isinstance(model, DefaultPlaceholder) else model)
        response_class: Any = described.get("response_class")
        first = None if isinstance(response_class, DefaultPlaceholder) else getattr(response_class, "media_type", None)
        self.media_types = (first or JSON, *(described.get("responses") or {}).get(200, {}).get("content", {}))
        self.answered = documented | {UNDOCUMENTED[method] for method in documented if method in UNDOCUMENTED}
        self.take_requests((JSON,))
        self.app = self._serve

    def describe(self) -> APIRoute:
        """Return the same route as FastAPI describes it."""
        return APIRoute(self.path, self.endpoint, **self._described)

    def _take_parameter(self, name: str, hint: Any) -> None:
        kind, *marks = get_args(hint) if get_origin(hint) is Annotated else (hint,)
        dependencies = [mark.dependency for mark in marks if isinstance(mark, params.Depends)]
        if dependencies and dependencies[0] is not None:
            self._dependencies[name] = dependencies[0]
            self._takes_turns = self._takes_turns or kind is Turns
        elif any(isinstance(mark, params.Query) for mark in marks):
            self._query = Input(name, kind)
        elif kind is Request:
            self._dependencies[name] = lambda request: request
        elif inspect.isclass(kind) and issubclass(kind, BaseModel):
            self._body = Input(name, kind)
        else:
            self._names.append(name)

    def take_requests(self, media_types: tuple[str, ...]) -> None:
        """Say what a request may be written in."""
        self.request_types = media_types
        asked = "QUERY" in self.answered
        self.query_headers = ((b"accept-query", ", ".join(media_types).encode()),) if asked else ()
        """The header that says so to who may ask by QUERY."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match also the methods that the document does not show."""
        match, found = super().matches(scope)
        if match is Match.PARTIAL and scope["method"] in self.answered:
            return Match.FULL, found
        return match, found

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, unless only its path fits."""
        if scope["method"] not in self.answered:
            raise HTTPException(405)
        await self.app(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = read_headers(scope["headers"])
        if preferred(headers.get("accept", ()), self.media_types) is None:
            raise NotAcceptable(f"This path answers {' and '.join(self.media_types)}.")
        query = read_query(scope["query_string"], self._query)
        services = scope["app"].state.services
        raw = b""
        if self._body is not None:
            try:
                raw = await _read_body(headers, receive, services.limit_of(self.path), services.body_seconds)
            except ClientGone:
                return
        if self._body is None and self._query is None:  # health and published documents wait for nobody
            reply = self._reply(await self.endpoint(**self._values(scope, query, raw)), headers)
        else:
            async with services.turns:
                reply = await self._compute(scope, query, raw, headers)
        await send_reply(scope, send, reply)

    async def _compute(
        self, scope: Scope, query: Mapping[str, Any], raw: bytes, headers: Mapping[str, list[str]]
    ) -> Reply:
        weight = weight_of(raw or scope["query_string"])
        if not self._takes_turns:
            return await beside(
                weight, lambda: self._reply(finished(self.endpoint(**self._values(scope, query, raw))), headers)
            )
        values = await beside(weight, lambda: self._values(scope, query, raw))
        result = await self.endpoint(**values)
        return await beside(weight, lambda: self._reply(result, headers))

    def _values(self, scope: Scope, query: Mapping[str, Any], raw: bytes) -> dict[str, Any]:
        values = {name: scope["path_params"][name] for name in self._names}
        services = scope["app"].state.services
        if self._query is not None:
            check_counts(query, services.counts)
            values[self._query.name] = self._query.validate(query)
        if self._body is not None:
            value = read_json(raw)
            check_counts(value, services.counts)
            values[self._body.name] = self._body.validate(value)
        if self._dependencies:
            request = Request(scope)
            values |= {name: dependency(request) for name, dependency in self._dependencies.items()}
        return values

    def _reply(self, result: Any, headers: Mapping[str, list[str]]) -> Reply:
        if isinstance(result, Published):
            return result.reply(result.status_for(headers.get("if-none-match", ())))
        if isinstance(result, Reply):
            return result
        assert self._answer is not None, "an endpoint that returns a model says which"
        body = self._answer.to_json(result, by_alias=True, exclude_none=True)
        return Reply(200, body, headers=(*NO_STORE, *version_header(result)))


def _serializer_of(answer: Any) -> SchemaSerializer | None:
    """Return what writes the model that an endpoint returns; ``None`` where it returns something else."""
    return answer.__pydantic_serializer__ if inspect.isclass(answer) and issubclass(answer, BaseModel) else None


async def _read_body(headers: Mapping[str, list[str]], receive: Receive, limit: int, seconds: float) -> bytes:
    """Return a body of JSON. A missing one is said to be missing by who reads it, whatever its media type."""
    has_type = "content-type" in headers
    if has_type:
        check_media_type(headers)
    raw = await read_body(headers, receive, limit, seconds)
    if raw and not has_type:
        check_media_type(headers)
    return raw


def read_query(raw: bytes, query: Input | None) -> Mapping[str, Any]:
    """
    Read the query strictly: known names, each once, in UTF-8; a number has digits, a flag is ``true`` or ``false``.

    Raises:
        InvalidInput: Also for any query at all where none is known.
    """
    if not raw:
        return {}
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=NAMES_AT_MOST)
    except ValueError:
        raise InvalidInput([InputFault("", "bad_format", "a query of percent-encoded UTF-8")]) from None
    known = query.schema["properties"] if query else {}
    if any(name not in known for name, _ in pairs):
        detail = f"accepted: {', '.join(known)}" if known else "this path takes no query"
        raise InvalidInput([InputFault("", "unknown_field", detail)])
    values: dict[str, Any] = dict(pairs)
    if len(values) != len(pairs):
        twice = sorted({name for name, _ in pairs if sum(other == name for other, _ in pairs) > 1})
        raise InvalidInput([InputFault(f"/{name}", "conflict", "each name at most once") for name in twice])
    numbers, flags = (query.numbers, query.flags) if query else (set(), set())
    return {
        name: _digits(value) if name in numbers else _FLAGS.get(value, value) if name in flags else value
        for name, value in values.items()
    }


_FLAGS = {"true": True, "false": False}


def _digits(value: str) -> int | str:
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else value

"""POST /v1/eligibility/batch: many clients at once, as a JSON array or as a stream of lines."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Body
from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, to_json
from starlette.types import Message, Receive, Scope, Send

from service.api.body import ClientGone, Patience, check_media_type, read_body, read_json
from service.api.counts import check_counts
from service.api.cutting import ITEMS_AT_MOST, JSON_SPACE, LineCutter, Piece, cut_array, is_blank
from service.api.eligibility import EligibilityRequest, EligibilityResponse, answer_request
from service.api.errors import (
    BadFraming,
    BodyTooLarge,
    InvalidInput,
    NotAcceptable,
    Problem,
    TooSlow,
    log_crash,
    problem_of,
)
from service.api.headers import preferred, read_headers
from service.api.pace import Pace, beside, weight_of
from service.api.route import JSON, NO_STORE, Input, StrictRoute, read_query
from service.api.services import Services
from service.api.wire import ID_AT_MOST, GivenId, Integer, Wire
from service.guidance.question import InputFault

PATH = "/v1/eligibility/batch"
NDJSON = "application/x-ndjson"
MEDIA_TYPES = (JSON, NDJSON)
SENT_AT_ONCE = 32 * 1024
_LINE_BREAK = re.compile(rb"\xc2\x85|\xe2\x80[\xa8\xa9]")
"""What some readers take for the end of a line, although JSON does not: U+0085, U+2028 and U+2029."""


class BatchItem(Wire, defer_build=True):
    """One question of a batch."""

    id: GivenId
    request: EligibilityRequest


class BatchAnswer(Wire, defer_build=True):
    """
    What became of one item: `answer`, or `problem`.

    It is named by its `id`; where that cannot be read, by its `index` in the array (from 0) or its `line` (from 1).
    """

    id: str | None = None
    index: Annotated[Integer | None, Field(ge=0)] = None
    line: Annotated[Integer | None, Field(ge=1)] = None
    answer: EligibilityResponse | None = None
    problem: Annotated[
        Problem | None,
        Field(description="Pointers lead into `request`; of what is around it there are only `/id` and `/request`."),
    ] = None


def _lines_of(item: str) -> dict[str, Any]:
    """Describe a stream, for which OpenAPI 3.1 has no schema of its own."""
    text = f"Each line is a {item} (JSON without line breaks) and ends with a line feed."
    return {NDJSON: {"schema": {"type": "string", "contentMediaType": NDJSON, "description": text}}}


class _Envelope(Wire):
    """An item whose request nobody has looked at."""

    id: GivenId
    request: Any


_ENVELOPE = Input("item", _Envelope)
_REQUEST = Input("request", EligibilityRequest)
_ANSWER = EligibilityResponse.__pydantic_serializer__


class Batch:
    """
    A batch as it comes, and the way back to whoever sent it.

    Args:
        media_type: Of the request, and so of the answer.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, media_type: str) -> None:
        self.services: Services = scope["app"].state.services
        self.request_id: str = scope["state"]["request_id"]
        self.path: str = scope["path"]
        self.headers = read_headers(scope["headers"])
        self.media_type = media_type
        self._receive = receive
        self._send = send
        self._has_left: asyncio.Future[Message] | None = None

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Describe what is sent as JSON."""
        items = Annotated[tuple[BatchItem, ...], Field(min_length=1, max_length=ITEMS_AT_MOST)]
        return handler.generate_schema(items)

    async def body(self) -> bytes:
        """Return the whole body; see :func:`read_body`."""
        services = self.services
        body = await read_body(self.headers, self._receive, services.limit_of(self.path), services.body_seconds)
        self._watch()
        return body

    async def chunks(self) -> AsyncIterator[bytes]:
        """
        Yield the body as it comes. Nothing more is read before the next one is asked for.

        Raises:
            ClientGone: The connection ended first.
        """
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            more = message.get("more_body", False)
            if not more:
                self._watch()
            yield message.get("body", b"")

    def _watch(self) -> None:
        """Listen, once the body is whole, for the client to leave."""
        self._has_left = asyncio.ensure_future(self._receive())

    def check_client(self) -> None:
        """
        Ask whether anybody is there to be answered.

        Raises:
            ClientGone: The connection has ended. Before the body is whole only reading on can tell.
        """
        if self._has_left and self._has_left.done() and self._has_left.result()["type"] == "http.disconnect":
            raise ClientGone

    async def start(self) -> None:
        """Send the status and the headers."""
        headers = [*NO_STORE, (b"content-type", self.media_type.encode())]
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})

    async def send(self, part: bytes, more: bool = True) -> None:
        """Send a part of the answer. This waits for as long as the client does not read."""
        await self._send({"type": "http.response.body", "body": part, "more_body": more})

    def close(self) -> None:
        """Stop listening."""
        if self._has_left:
            self._has_left.cancel()


class BatchRoute(StrictRoute):
    """The route of an endpoint that takes a :class:`Batch` and sends the answer itself."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **described: Any) -> None:
        super().__init__(path, endpoint, **described)
        self.take_requests(MEDIA_TYPES)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = read_headers(scope["headers"])
        accept = headers.get("accept", ())
        _check_accept(accept, MEDIA_TYPES)
        read_query(scope["query_string"], None)
        media_type = check_media_type(headers, MEDIA_TYPES)
        _check_accept(accept, (media_type,))
        batch = Batch(scope, receive, send, media_type)
        try:
            await self.endpoint(batch)
        except ClientGone:
            return
        finally:
            batch.close()


def _check_accept(accept: Sequence[str], offered: Sequence[str]) -> None:
    if preferred(accept, offered) is None:
        raise NotAcceptable(f"This path answers a batch in its own media type: {' or '.join(offered)}.")


router = APIRouter(tags=["Eligibility"], route_class=BatchRoute)


@router.post(
    PATH,
    summary="May these people have these sessions at these times?",
    operation_id="checkBatch",
    response_model=tuple[BatchAnswer, ...],
    responses={200: {"content": _lines_of("BatchAnswer")}},
    openapi_extra={"requestBody": {"content": _lines_of("BatchItem")}},
)
async def check_batch(batch: Annotated[Batch, Body()]) -> None:
    """
    Answer each item exactly as the single call does, in the order of the request and in its media type.

    `application/json`: an array of 1 to 10,000 items, at most 16 MiB. `application/x-ndjson`: one item a line, any
    number of lines, each answered as soon as it is read; blank lines are skipped, and no line is no answer. An item has
    at most 64 KiB. (The operator can set other limits of bytes.)

    An item that cannot be answered has a `problem` and no `answer`, and the others are answered all the same. It is
    named by its `id`; where that cannot be read, by its `index` in the array (from 0) or its `line` (from 1, blank ones
    counted). In an array the second item with the same id is such a problem; a stream remembers no ids. Items may name
    different protocols: each answer has its own `guidance_version`, and the header has that of the base guidance.

    A stream is not stored: read its answers while you send, because the service reads no further while they are not
    taken, and gives up on a client that takes none for half a minute. A stream that moves may last for ever; one that
    brings no whole line for as long ends, with a last `problem` of status 408.
    """
    if batch.media_type == NDJSON:
        await _answer_lines(batch)
    else:
        await _answer_array(batch)


async def _answer_array(batch: Batch) -> None:
    body = await batch.body()
    pace = Pace(batch.services.turns)
    async with batch.services.turns:
        items = await cut_array(body, pace, batch.services.most_items)
    answers = _Answers(batch, pace, "index")
    answers.ids = set()
    await batch.start()
    for index, item in enumerate(items):
        raw = body[item].strip(JSON_SPACE)
        await answers.add(b"," if index else b"[", Piece(index, raw if len(raw) <= answers.limit else None), b"")
    await answers.end(b"]")


async def _answer_lines(batch: Batch) -> None:
    cutter = LineCutter(batch.services.line_bytes)
    answers = _Answers(batch, Pace(batch.services.turns), "line")
    patience = Patience(batch.services.body_seconds)
    is_started = False
    try:
        async for chunk in batch.chunks():
            if not is_started:
                await batch.start()
                is_started = True
            for line in cutter.feed(chunk):
                await answers.add(b"", line, b"\n")
                patience.renew()
            await answers.flush()
            patience.check(len(chunk))
        for line in cutter.end():
            await answers.add(b"", line, b"\n")
    except (TooSlow, BadFraming) as error:
        if not is_started:
            raise
        answers.refuse(Piece(cutter.number, b""), error)
    await answers.end(b"")


class _Answers:
    """
    Answers items one after the other, and sends what is ready between slices of work.

    Args:
        place: What names an item without a readable id: ``line`` or ``index``.
    """

    def __init__(self, batch: Batch, pace: Pace, place: str) -> None:
        self.limit = batch.services.line_bytes
        self.ids: set[str] | None = None
        """The ids so far, where each may come once."""
        self._batch = batch
        self._pace = pace
        self._place = place
        self._ready = bytearray()

    async def add(self, before: bytes, item: Piece, after: bytes) -> None:
        """
        Answer one item; a blank one is skipped.

        Raises:
            ClientGone: Nobody is there to be answered any more.
        """
        if not is_blank(item.raw):
            async with self._batch.services.turns:
                answer = await beside(weight_of(item.raw or b""), lambda: self._answer(item))
                self._ready += before + _LINE_BREAK.sub(_escaped, answer) + after
        if self._pace.is_due() or len(self._ready) >= SENT_AT_ONCE:
            await self.flush()
            await self._pace.rest()
            self._batch.check_client()

    def refuse(self, item: Piece, error: Exception) -> None:
        """Say of an item that it did not come."""
        self._ready += self._problem({self._place: item.number}, error) + b"\n"

    async def flush(self) -> None:
        """Send what is ready."""
        if self._ready:
            await self._batch.send(bytes(self._ready))
            self._ready.clear()

    async def end(self, last: bytes) -> None:
        """Send the rest."""
        await self._batch.send(bytes(self._ready) + last, more=False)

    def _answer(self, item: Piece) -> bytes:
        """Return the answer to one item as JSON. Whatever is wrong with it, the next one gets its turn."""
        named: Mapping[str, str | int] = {self._place: item.number}
        try:
            value = self._read(item.raw)
            named = _name_of(value) or named
            envelope: Any = _ENVELOPE.validate(value)
            self._check_id(envelope.id)
            check_counts(envelope.request, self._batch.services.counts)
            request: Any = _REQUEST.validate(envelope.request)
            protocols = self._batch.services.protocols
            guidance, clinic = protocols.choose(request.protocol, request.to_question)
            response = answer_request(guidance, request, clinic)
            self._batch.services.metrics.count_decision(response.decision)
            answer = _ANSWER.to_json(response, by_alias=True, exclude_none=True)
        except Exception as error:
            return self._problem(named, error)
        return b'{"id":%b,"answer":%b}' % (to_json(envelope.id), answer)

    def _read(self, raw: bytes | None) -> Any:
        if raw is None:
            raise BodyTooLarge(f"An item may have at most {self.limit} bytes.")
        return read_json(raw)

    def _check_id(self, id: str) -> None:
        if self.ids is None:
            return
        if id in self.ids:
            raise InvalidInput([InputFault("/id", "conflict", "an id that no earlier item has")])
        self.ids.add(id)

    def _problem(self, named: Mapping[str, str | int], error: Exception) -> bytes:
        problem = problem_of(error, self._batch.request_id)
        if problem.status == 500:
            log_crash(error, self._batch.request_id)
        body = problem.model_dump_json(exclude_none=True).encode()
        return b'%b,"problem":%b}' % (to_json(named)[:-1], body)


def _escaped(character: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % ord(character[0].decode())


def _name_of(value: Any) -> Mapping[str, str] | None:
    """Return the id of an item that has one, whatever else is wrong with it."""
    id = value.get("id") if isinstance(value, dict) else None
    return {"id": id} if isinstance(id, str) and 1 <= len(id) <= ID_AT_MOST else None

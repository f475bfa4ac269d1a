"""
The limit: one bare ASGI function that does the decision work and nothing else.

It reads the body, ``json.loads``, validates, decides, and writes bytes. No routes, strictness, limits, deadlines, logs
or metrics. A service in Python on the same server could hardly do less.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_json
from starlette.types import Receive, Scope, Send

from service.api.eligibility import EligibilityRequest, EligibilityResponse
from service.api.faq import FaqSearchRequest, FaqSearchResponse
from service.api.slots import SlotsRequest, SlotsResponse
from service.api.triage import TriageRequest, TriageResponse
from tests.bench.asked import BATCH_PATH, CONSTANT_PATH, ELIGIBILITY_PATH, SEARCH_PATH, SLOTS_PATH, TRIAGE_PATH
from tests.bench.work import Work, written

CONSTANT = b'{"ok":true}'
LINES_AT_ONCE = 32 * 1024
Decide = Callable[[Any], BaseModel | Awaitable[BaseModel]]

work = Work()
DECIDED: dict[str, tuple[type[BaseModel], Decide, type[BaseModel]]] = {
    ELIGIBILITY_PATH: (EligibilityRequest, work.eligibility, EligibilityResponse),
    SLOTS_PATH: (SlotsRequest, work.slots, SlotsResponse),
    TRIAGE_PATH: (TriageRequest, work.triage, TriageResponse),
    SEARCH_PATH: (FaqSearchRequest, work.search, FaqSearchResponse),
}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer what the bench asks."""
    path = scope["path"]
    if path == CONSTANT_PATH:
        await send_whole(send, CONSTANT)
    elif path == BATCH_PATH:
        await answer_lines(receive, send)
    else:
        request, decide, response = DECIDED[path]
        answer = decide(request.model_validate(json.loads(await whole_body(receive))))
        found = await answer if isawaitable(answer) else answer
        await send_whole(send, written(response.__pydantic_serializer__, found))


async def whole_body(receive: Receive) -> bytes:
    """Read until there is no more."""
    message = await receive()
    body: bytes = message["body"]
    while message["more_body"]:
        message = await receive()
        body += message["body"]
    return body


async def send_whole(send: Send, body: bytes) -> None:
    """Send an answer in one piece."""
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def answer_lines(receive: Receive, send: Send) -> None:
    """Answer a batch as it comes."""
    headers = [(b"content-type", b"application/x-ndjson")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    rest, ready, more = b"", bytearray(), True
    while more:
        message = await receive()
        more = message["more_body"]
        *lines, rest = (rest + message["body"]).split(b"\n")
        for line in lines:
            ready += answer_line(line)
            if len(ready) >= LINES_AT_ONCE:
                await send({"type": "http.response.body", "body": bytes(ready), "more_body": True})
                ready.clear()
    await send({"type": "http.response.body", "body": bytes(ready)})


def answer_line(line: bytes) -> bytes:
    """Answer one item of a batch."""
    item = json.loads(line)
    answer = work.eligibility(EligibilityRequest.model_validate(item["request"]))
    return b'{"id":%b,"answer":%b}\n' % (
        to_json(item["id"]),
        written(EligibilityResponse.__pydantic_serializer__, answer),
    )

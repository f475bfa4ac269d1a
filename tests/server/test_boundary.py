"""Whatever goes wrong inside, a caller sees one shape, and the log sees one line without a word of the request."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from service.api.metrics import Metrics
from service.app import create_app
from service.server.boundary import Boundary, Doors
from service.server.journal import Journal
from service.server.logs import JsonLines
from service.server.replies import Replies
from service.settings import Settings
from tests.api.requests import TRIAGE
from tests.client import Client

SECRET = "zzqqxx-marked-secret-7431"


async def crash(scope: Scope, receive: Receive, send: Send) -> None:
    raise ValueError(f"{SECRET} in {scope['path']}")


async def crash_midway(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise ValueError(SECRET)


def scope_of(path: str = "/") -> dict[str, Any]:
    return {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}


def around(app: ASGIApp, doors: Doors | None = None) -> Boundary:
    return Boundary(app, Replies("2026.11.1"), Journal(Metrics("0.1.0", "2026.11.1")), doors or Doors())


async def send_nothing() -> MutableMapping[str, Any]:
    return {"type": "http.disconnect"}


def sent_by(app: Boundary, scope: Scope) -> list[MutableMapping[str, Any]]:
    messages: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        messages.append(message)

    asyncio.run(app(scope, send_nothing, send))
    return messages


def test_a_crash_is_a_500_that_tells_nothing(caplog: pytest.LogCaptureFixture) -> None:
    start, body = sent_by(around(crash), scope_of(f"/{SECRET}"))

    assert start["status"] == 500
    assert (b"content-type", b"application/problem+json") in start["headers"]
    assert (b"afterglow-guidance-version", b"2026.11.1") in start["headers"]
    assert SECRET.encode() not in body["body"]


def test_a_crash_is_one_line_in_the_log_without_the_request(caplog: pytest.LogCaptureFixture) -> None:
    start, _ = sent_by(around(crash), scope_of(f"/{SECRET}"))

    request_id = dict(start["headers"])[b"x-request-id"].decode()
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    line = JsonLines().format(caplog.records[0])
    assert json.loads(line).keys() == {"time", "level", "message", "error", "place", "request_id"}
    assert json.loads(line)["error"] == "ValueError"
    assert "test_boundary.py:" in json.loads(line)["place"]
    assert json.loads(line)["request_id"] == request_id
    assert SECRET not in line
    assert caplog.records[0].exc_info is None


def test_a_crash_in_the_middle_of_an_answer_sends_nothing_more(caplog: pytest.LogCaptureFixture) -> None:
    messages = sent_by(around(crash_midway), scope_of())

    assert [message["type"] for message in messages] == ["http.response.start"]
    assert SECRET not in caplog.text


async def fine(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"12", "more_body": True})
    await send({"type": "http.response.body", "body": b"345"})


def test_a_request_is_counted_once_and_before_the_end_of_its_answer_is_sent() -> None:
    lines: list[str] = []
    seen: list[int] = []
    boundary = around(fine)
    boundary.journal.lines = Written(lines)

    async def send(message: MutableMapping[str, Any]) -> None:
        seen.append(len(lines))

    asyncio.run(boundary(scope_of(), send_nothing, send))

    assert seen == [0, 0, 1]
    assert len(lines) == 1
    assert json.loads(lines[0])["bytes"] == 5


@dataclass
class Written:
    """Keeps lines of a journal."""

    lines: list[str]

    def write(self, text: str) -> None:
        self.lines.append(text)


def test_what_is_no_request_passes_through() -> None:
    seen: list[str] = []

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    sent_by(around(inner), {"type": "lifespan"})

    assert seen == ["lifespan"]


def test_a_crash_of_an_endpoint_is_a_500(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(client.app.state.services, "clock", broken)

    response = client.post("/v1/triage", TRIAGE)

    assert response.status_code == 500
    assert response.json()["type"] == "/v1/problems/internal_error"
    assert SECRET not in response.text


def test_a_client_that_leaves_gets_no_answer(app: FastAPI) -> None:
    messages: list[MutableMapping[str, Any]] = []
    received: Iterator[dict[str, Any]] = iter(
        [{"type": "http.request", "body": b'{"text":', "more_body": True}, {"type": "http.disconnect"}]
    )

    async def receive() -> MutableMapping[str, Any]:
        return next(received)

    async def send(message: MutableMapping[str, Any]) -> None:
        messages.append(message)

    scope = scope_of("/v1/triage") | {"method": "POST", "headers": [(b"content-type", b"application/json")]}
    asyncio.run(app(scope, receive, send))

    assert messages == []


def test_a_body_that_announces_too_much_is_refused_without_being_read(app: FastAPI) -> None:
    messages: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        raise AssertionError("nothing may be read")

    async def send(message: MutableMapping[str, Any]) -> None:
        messages.append(message)

    headers = [(b"content-type", b"application/json"), (b"content-length", b"65537")]
    asyncio.run(app(scope_of("/v1/triage") | {"method": "POST", "headers": headers}, receive, send))

    assert messages[0]["status"] == 413


def test_an_endless_body_is_refused_with_its_first_byte_too_many(app: FastAPI) -> None:
    read = 0
    statuses: list[int] = []

    async def receive() -> MutableMapping[str, Any]:
        nonlocal read
        read += 1024
        return {"type": "http.request", "body": b" " * 1024, "more_body": True}

    async def send(message: MutableMapping[str, Any]) -> None:
        statuses.append(message.get("status", 0))

    headers = [(b"content-type", b"application/json")]
    asyncio.run(app(scope_of("/v1/triage") | {"method": "POST", "headers": headers}, receive, send))

    assert statuses[0] == 413
    assert read == 65 * 1024


def test_the_limit_of_a_body_is_a_setting() -> None:
    client = Client(create_app(Settings(body_bytes=1024)))
    body = {"text": "red skin " * 100}

    assert client.post("/v1/triage", body).status_code == 200
    assert client.post("/v1/triage", {**body, "conditions": ["fever"] * 50}).status_code == 413


def test_a_layer_that_is_added_stands_inside_the_boundary() -> None:
    app = create_app(Settings())
    app.add_middleware(lambda _: crash)

    response = Client(app).get("/healthz")

    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"

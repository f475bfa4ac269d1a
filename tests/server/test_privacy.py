"""A marked secret goes through every endpoint, error and crash, and is looked for in all that the service leaves."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from service.api.route import StrictRoute
from service.app import create_app
from service.server.logs import JsonLines
from service.settings import BadSettings, Settings
from tests.api.requests import ELIGIBILITY, FAQ, SLOTS, TRIAGE
from tests.server.raw import Raw, get, post
from tests.server.running import running_service

SECRET = "zzqqxx-marked-secret-7431"
TOLD = f"{SECRET} !"  # no request id: one that is well formed is the caller's own, and comes back
HEADERS = dict.fromkeys(
    [
        *["authorization", "cookie", "user-agent", "referer", "x-forwarded-for", "forwarded", "x-request-id", "origin"],
        *["traceparent", "tracestate", "baggage", "if-none-match", "accept-language", "host", f"x-{SECRET}"],
    ],
    TOLD,
)
WITH_TEXT: dict[str, Any] = {
    "/v1/triage": {**TRIAGE, "text": f"my lip went white {SECRET}"},
    "/v1/triage/parse": {"text": f"my lip went white {SECRET}"},
    "/v1/faq/search": {**FAQ, "q": f"how long after botox {SECRET}"},
    "/v1/eligibility": ELIGIBILITY,
    "/v1/eligibility/slots": {**SLOTS, "slots": [{**SLOTS["slots"][0], "id": SECRET}]},
    "/v1/eligibility/batch": [{"id": SECRET, "request": ELIGIBILITY}, {"id": "b", "request": {SECRET: SECRET}}],
}


class Kept:
    """Whatever an app leaves behind: lines of the log, records of any logger, counts."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.lines: list[str] = []
        app.state.journal.lines = self

    def write(self, text: str) -> None:
        self.lines.append(text)

    def everything(self, caplog: pytest.LogCaptureFixture) -> str:
        records = [JsonLines().format(record) for record in caplog.records]
        return "".join([*self.lines, *records, self.app.state.services.metrics.text().decode()])


@pytest.fixture
def kept() -> Kept:
    return Kept(create_app(Settings()))


def requests_to(route: StrictRoute) -> Iterator[dict[str, Any]]:
    """Yield requests with the secret in every place that a request has."""
    path = route.path.replace("{id}", SECRET)
    for method in sorted(route.answered):
        yield {"method": method, "url": path}
        yield {"method": method, "url": f"{path}?q={SECRET}&{SECRET}={SECRET}"}
        yield {"method": method, "url": f"{path}/{SECRET}?{SECRET}"}
        for body in (WITH_TEXT.get(route.path), {SECRET: SECRET}, SECRET, [SECRET]):
            yield {"method": method, "url": path, "json": body}
        for media_type in ("application/json", "application/x-ndjson", SECRET):
            yield {"method": method, "url": path, "content": f'{{"{SECRET}', "headers": {"content-type": media_type}}
        yield {"method": method, "url": path, "headers": {"accept": f"text/{SECRET}"}}
    for method in ("PUT", SECRET.upper()):
        yield {"method": method, "url": path}


def answers_of(app: FastAPI, requests: list[dict[str, Any]]) -> list[httpx.Response]:
    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://afterglow.test") as client:
            return [
                await client.request(**{**each, "headers": {**HEADERS, **each.get("headers", {})}}) for each in requests
            ]

    return asyncio.run(ask())


def all_requests(app: FastAPI) -> list[dict[str, Any]]:
    return [each for route in app.routes if isinstance(route, StrictRoute) for each in requests_to(route)]


def test_the_secret_is_left_nowhere(kept: Kept, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    requests = all_requests(kept.app)

    answers = answers_of(kept.app, requests)

    assert len(answers) > 500
    assert len(kept.lines) == len(answers)
    assert {200, 400, 404, 405, 406, 415, 422} <= {answer.status_code for answer in answers}
    assert SECRET not in kept.everything(caplog).lower()
    for answer in answers:
        assert SECRET not in str(answer.headers).lower()
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert SECRET not in answer.text.lower()


def test_the_secret_is_left_nowhere_by_a_crash(
    kept: Kept, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(**values: Any) -> None:
        raise ValueError(f"{SECRET} {values}")

    for route in kept.app.routes:
        if isinstance(route, StrictRoute):
            monkeypatch.setattr(route, "endpoint", crash)
    requests = [each for each in all_requests(kept.app) if each.get("json") or set(each) == {"method", "url"}]

    answers = answers_of(kept.app, requests)

    crashed = [answer for answer in answers if answer.status_code == 500]
    assert len(crashed) > 50
    assert len([record for record in caplog.records if record.getMessage() == "internal error"]) == len(crashed)
    assert SECRET not in kept.everything(caplog).lower()
    assert not [answer for answer in answers if answer.status_code >= 400 and SECRET in answer.text.lower()]


def test_the_secret_is_left_nowhere_below_the_app() -> None:
    wires = [
        SECRET.encode() + b"\r\n\r\n",
        get(f"/{SECRET}", *[f"{SECRET}: {SECRET}"] * 200),
        get(f"/{SECRET}", f"Host: {SECRET}"),
        get(f"/?{SECRET}", f"{SECRET} : {SECRET}"),
        get("/" + SECRET * 1000),
        f"POST /v1/triage HTTP/1.1\r\nHost: {SECRET}\r\nTransfer-Encoding: {SECRET}\r\n\r\n".encode(),
        b"POST /v1/triage HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + SECRET.encode() + b"\r\n",
        post("/v1/triage", SECRET.encode(), f"Expect: {SECRET}"),
        post("/v1/triage", json.dumps({SECRET: 1}).encode()),
        f"POST /v1/triage HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{SECRET}".encode(),
        f"GET /{SECRET}".encode(),
    ]
    with running_service(head_seconds="0.3", body_seconds="0.3") as service:
        for wire in wires:
            with Raw(service.port) as client:
                client.send(wire)
                answer = client.answer()
                assert answer.status in (400, 408, 415, 422, 431)
                assert SECRET.encode() not in answer.body
                assert SECRET not in str(answer.headers)
        counts = httpx.get(f"{service.url}/metrics").text
        printed = service.stop()

    assert SECRET not in counts
    assert SECRET not in printed
    assert len([line for line in printed.splitlines() if '"status":4' in line]) == len(wires)


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Collect what is traced, as an operator's collector would."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    return exporter


def told_by(span: ReadableSpan) -> str:
    return str(span.to_json()) + str(span.events) + str(span.context.trace_state if span.context else "")


def test_nothing_is_traced_unless_it_is_switched_on(app: FastAPI, spans: InMemorySpanExporter) -> None:
    answers_of(app, [{"method": "GET", "url": "/healthz"}])

    assert spans.get_finished_spans() == ()


def test_the_secret_is_left_in_no_span(spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.app.check_telemetry", lambda: None)
    app = create_app(Settings(telemetry=True))
    requests = all_requests(app)

    answers = answers_of(app, requests)

    traced = spans.get_finished_spans()
    assert len(traced) == len(answers)
    assert {answer.status_code for answer in answers} >= {200, 404, 405, 422}
    assert not [span.name for span in traced if SECRET in told_by(span).lower()]
    names = {span.name for span in traced}
    assert {"POST /v1/triage", "GET /v1/faq/{id}"} <= names


def test_a_crash_is_traced_without_its_message(spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.app.check_telemetry", lambda: None)
    app = create_app(Settings(telemetry=True))

    def broken() -> None:
        raise ValueError(SECRET)

    monkeypatch.setattr(app.state.services, "clock", broken)
    (answer,) = answers_of(app, [{"method": "POST", "url": "/v1/triage", "json": TRIAGE}])

    (span,) = spans.get_finished_spans()
    assert answer.status_code == 500
    assert span.attributes is not None
    assert span.attributes["http.response.status_code"] == 500
    assert SECRET not in told_by(span)


def test_a_span_can_be_part_of_the_callers_trace(spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.app.check_telemetry", lambda: None)
    app = create_app(Settings(telemetry=True))
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    answers_of(app, [{"method": "GET", "url": "/healthz", "headers": {"traceparent": parent}}])

    (span,) = spans.get_finished_spans()
    assert span.parent is not None
    assert f"{span.parent.trace_id:032x}" == parent.split("-")[1]


def test_traces_that_nobody_could_send_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.server.telemetry.find_spec", lambda _name: None)

    with pytest.raises(BadSettings, match=r"^AFTERGLOW_TELEMETRY: needs the packages of fastapi\[opentelemetry\]"):
        create_app(Settings(telemetry=True))

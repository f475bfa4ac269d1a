"""What is counted: codes of ours, and never a word that somebody sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI

from service.app import create_app
from service.server.boundary import Doors
from service.settings import BadSettings, Settings
from tests.api.requests import ELIGIBILITY, SLOTS, TRIAGE
from tests.client import Client
from tests.server.raw import ask, get
from tests.server.running import running_service
from tests.server.test_boundary import around, scope_of, sent_by


@pytest.fixture
def own() -> Client:
    """Return a client of an app that nobody else has asked anything."""
    return Client(create_app(Settings()))


def counts(client: Client) -> dict[str, float]:
    """Return every count that is not 0, keyed by its name and labels."""
    lines = client.get("/metrics").text.splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs if float(value)}


def test_requests_are_counted_by_method_route_and_status(own: Client) -> None:
    for path in ("/v1/faq/wait_after_botox", "/v1/faq/why_two_weeks", "/v1/faq/nothing", "/nothing"):
        own.get(path)
    own.request("DELETE", "/v1/faq")
    own.request("BREW", "/v1/faq")
    shown = counts(own)

    def requests(method: str, route: str, status: int) -> float:
        return shown[f'afterglow_requests_total{{method="{method}",route="{route}",status="{status}"}}']

    assert requests("GET", "/v1/faq/{id}", 200) == 2
    assert requests("GET", "/v1/faq/{id}", 404) == 1
    assert requests("GET", "none", 404) == 1
    assert requests("DELETE", "/v1/faq", 405) == 1
    assert requests("other", "/v1/faq", 405) == 1
    assert shown['afterglow_request_duration_seconds_count{method="GET",route="/v1/faq/{id}"}'] == 3
    assert 0 < shown['afterglow_request_duration_seconds_sum{method="GET",route="/v1/faq/{id}"}'] < 60


def test_decisions_are_counted_by_code_however_they_are_asked_for(own: Client) -> None:
    own.post("/v1/eligibility", ELIGIBILITY)
    own.post("/v1/eligibility/slots", SLOTS)
    own.post("/v1/eligibility/batch", [{"id": "a", "request": ELIGIBILITY}, {"id": "b", "request": {}}])
    own.post("/v1/eligibility", {**ELIGIBILITY, "conditions": ["nothing"]})

    assert counts(own)['afterglow_decisions_total{decision="wait"}'] == 3


def test_levels_and_what_was_not_understood_are_counted(own: Client) -> None:
    own.post("/v1/triage", TRIAGE)
    own.post("/v1/triage", {"text": "xyzzy plugh"})
    own.post("/v1/triage", {"signs": [{"sign": "bruise"}]})
    own.post("/v1/triage/parse", {"text": "xyzzy plugh"})
    own.get("/v1/faq/search?q=how+long+after+botox+can+i+use+microcurrent")
    own.post("/v1/faq/search", {"q": "xyzzy plugh"})
    shown = counts(own)

    assert shown['afterglow_triage_levels_total{level="emergency"}'] == 1
    assert sum(value for name, value in shown.items() if name.startswith("afterglow_triage_levels_total")) == 3
    assert (shown["afterglow_texts_total"], shown["afterglow_texts_not_understood_total"]) == (3, 2)
    assert (shown["afterglow_questions_total"], shown["afterglow_questions_unanswered_total"]) == (2, 1)


def test_what_has_not_happened_yet_is_shown_as_nothing(own: Client) -> None:
    text = own.get("/metrics").text

    assert 'afterglow_decisions_total{decision="do_not_use"} 0.0' in text
    assert 'afterglow_triage_levels_total{level="emergency"} 0.0' in text


def test_what_runs_is_shown(own: Client) -> None:
    version = own.app.state.services.guidance.version

    assert counts(own)[f'afterglow_info{{guidance_version="{version}",version="{own.app.version}"}}'] == 1


def test_prometheus_may_ask_as_it_does(client: Client) -> None:
    accept = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1"

    answer = client.get("/metrics", headers={"accept": accept})

    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"


def test_metrics_can_be_off() -> None:
    assert Client(create_app(Settings(metrics=False))).get("/metrics").status_code == 404


async def fine(scope: object, receive: object, send: object) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": b""})  # type: ignore[operator]


@pytest.mark.parametrize(
    ("port", "path", "status"),
    [(9, "/metrics", 200), (9, "/healthz", 404), (8, "/healthz", 200), (8, "/metrics", 404)],
)
def test_a_port_of_their_own_has_the_metrics_and_nothing_else(port: int, path: str, status: int) -> None:
    scope = scope_of(path) | {"server": ("127.0.0.1", port)}

    start, _ = sent_by(around(fine, Doors(metrics_port=9)), scope)

    assert start["status"] == status


def test_a_port_of_their_own_is_listened_on(unused: int) -> None:
    with running_service(metrics_port=str(unused)) as service:
        shown = ask(unused, get("/metrics"))
        hidden = [ask(unused, get("/healthz")).status, ask(service.port, get("/metrics")).status]

    assert shown.status == 200
    assert b"afterglow_info{" in shown.body
    assert hidden == [404, 404]


@pytest.fixture
def unused() -> int:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def test_what_is_refused_below_the_app_is_counted_too() -> None:
    with running_service() as service:
        ask(service.port, b"hello\r\n\r\n")
        shown = ask(service.port, get("/metrics")).body.decode()

    assert 'afterglow_requests_total{method="none",route="none",status="400"} 1.0' in shown


@pytest.mark.parametrize(
    ("variables", "fault"),
    [
        ({"WORKERS": "2"}, "AFTERGLOW_WORKERS: more than one worker adds up metrics in a folder"),
        ({"METRICS": "false", "METRICS_PORT": "9"}, "AFTERGLOW_METRICS_PORT: needs AFTERGLOW_METRICS=true"),
        ({"PORT": "9000", "METRICS_PORT": "9000"}, "AFTERGLOW_METRICS_PORT: has to differ from AFTERGLOW_PORT"),
    ],
)
def test_settings_that_would_show_wrong_counts_stop_the_start(variables: dict[str, str], fault: str) -> None:
    with pytest.raises(BadSettings, match=f"^{fault}"):
        Settings.from_environment({f"AFTERGLOW_{name}": value for name, value in variables.items()})


def test_several_workers_need_no_folder_without_metrics() -> None:
    assert Settings(workers=4, metrics=False).workers == 4


def test_a_folder_that_cannot_be_written_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from service import cli

    monkeypatch.setenv("AFTERGLOW_METRICS_DIR", str(tmp_path / "nowhere"))

    assert cli.main(["serve"]) == 2
    assert "is no folder that the service can write to" in capsys.readouterr().err


def test_asking_for_the_description_counts_no_request_but_that_one(own: Client) -> None:
    """Its examples are answers too, but nobody asked for them."""
    own.get("/openapi.json")

    requests = [name for name in counts(own) if name.startswith("afterglow_") and name.split("{")[0].endswith("_total")]
    assert requests == ['afterglow_requests_total{method="GET",route="/openapi.json",status="200"}']


def test_every_route_has_its_template_as_its_label(app: FastAPI) -> None:
    """So the list of labels ends: no path that somebody sent is in it."""
    templates = {getattr(route, "path", "") for route in app.routes}

    assert "/v1/faq/{id}" in templates
    assert len(templates) < 60

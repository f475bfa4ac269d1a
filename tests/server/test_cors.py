"""Pages of other origins: none, but those that are listed. And what a browser is told with every answer."""

from __future__ import annotations

import pytest

from service.app import create_app
from service.settings import BadSettings, Settings
from tests.client import Client

APP = "https://app.example"
PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}


@pytest.fixture(scope="module")
def listed() -> Client:
    return Client(create_app(Settings.from_environment({"AFTERGLOW_CORS_ORIGINS": f"{APP}, http://localhost:3000"})))


def test_no_origin_is_listed_by_default(client: Client) -> None:
    for method, path in (("GET", "/version"), ("OPTIONS", "/v1/triage")):
        answer = client.request(method, path, headers={"origin": APP, **PREFLIGHT})

        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert "vary" not in answer.headers
    assert client.request("OPTIONS", "/v1/triage", headers={"origin": APP, **PREFLIGHT}).status_code == 405


@pytest.mark.parametrize("path", ["/version", "/nothing", "/v1/faq/search"])
def test_a_listed_page_may_read_every_answer(listed: Client, path: str) -> None:
    answer = listed.get(path, headers={"origin": APP})

    assert answer.headers["access-control-allow-origin"] == APP
    assert "X-Request-ID" in answer.headers["access-control-expose-headers"]
    assert answer.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://app.example.evil", "http://app.example"])
def test_no_other_page_may(listed: Client, origin: str) -> None:
    for method in ("GET", "OPTIONS"):
        answer = listed.request(method, "/version", headers={"origin": origin, **PREFLIGHT})

        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert answer.headers["vary"] == "Origin"


def test_a_listed_page_may_send_what_the_api_takes(listed: Client) -> None:
    answer = listed.request("OPTIONS", "/v1/triage", headers={"origin": APP, **PREFLIGHT})

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == APP
    assert "QUERY" in answer.headers["access-control-allow-methods"]
    assert {"Authorization", "Content-Type"} <= set(answer.headers["access-control-allow-headers"].split(", "))
    assert "content-length" not in answer.headers


def test_what_is_no_preflight_is_an_ordinary_request(listed: Client) -> None:
    assert listed.request("OPTIONS", "/v1/triage", headers={"origin": APP}).status_code == 405


@pytest.mark.parametrize("origins", ["*", "app.example", "https://app.example/", "https://APP.example", "null"])
def test_what_is_no_origin_stops_the_start(origins: str) -> None:
    with pytest.raises(BadSettings, match=r"^AFTERGLOW_CORS_ORIGINS: "):
        Settings.from_environment({"AFTERGLOW_CORS_ORIGINS": origins})


@pytest.mark.parametrize("path", ["/healthz", "/nothing", "/v1/faq", "/docs", "/metrics"])
def test_every_answer_tells_a_browser_to_be_careful(client: Client, path: str) -> None:
    headers = client.get(path).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["content-security-policy"].startswith("default-src 'none'; ")
    assert headers.get_list("content-security-policy") == [headers["content-security-policy"]]

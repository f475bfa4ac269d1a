"""Health, versions, and a page without anything from elsewhere."""

from __future__ import annotations

import asyncio
import re

import pytest

from service.app import create_app
from service.settings import Settings
from tests.client import Client


def test_the_service_is_alive_and_ready(client: Client) -> None:
    assert client.get("/healthz").json()["status"] == "ok"
    assert client.get("/readyz").json()["status"] == "ok"


def test_a_draining_service_is_alive_but_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client.app.state.services, "draining", True)

    ready = client.get("/readyz")

    assert client.get("/healthz").status_code == 200
    assert ready.status_code == 503
    assert ready.json()["type"] == "/v1/problems/unavailable"
    assert ready.headers["retry-after"] == "5"


def test_a_service_that_stops_is_draining() -> None:
    app = create_app(Settings())

    async def live() -> bool:
        async with app.router.lifespan_context(app):
            return bool(app.state.services.draining)

    assert asyncio.run(live()) is False
    assert app.state.services.draining is True


def test_the_version_is_that_of_the_package(client: Client) -> None:
    version = client.get("/version").json()

    assert version["version"] == client.app.version
    assert version["guidance_version"] == client.app.state.services.guidance.version


def test_every_kind_of_problem_is_listed(client: Client) -> None:
    kinds = client.get("/v1/problems").json()["items"]

    assert {kind["status"] for kind in kinds} == {400, 401, 404, 405, 406, 408, 413, 415, 422, 429, 431, 500, 503}


def test_the_page_lists_every_operation(client: Client) -> None:
    page = client.get("/docs")
    document = client.get("/openapi.json").json()

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for path, methods in document["paths"].items():
        assert path in page.text
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page.text


def test_the_page_loads_nothing_and_runs_nothing(client: Client) -> None:
    page = client.get("/docs")

    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not re.search(r"<(script|link|img|iframe|object|form)\b|\bon[a-z]+=|src=|@import|url\(", page.text)
    assert "style=" not in page.text
    assert page.headers["x-content-type-options"] == "nosniff"


def test_the_policy_of_the_page_fits_its_style(client: Client) -> None:
    from base64 import b64encode
    from hashlib import sha256

    page = client.get("/docs")
    style = page.text.split("<style>")[1].split("</style>")[0]

    assert b64encode(sha256(style.encode()).digest()).decode() in page.headers["content-security-policy"]

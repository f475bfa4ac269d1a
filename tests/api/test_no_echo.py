"""What was sent is never sent back in a problem, wherever it stood."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.requests import ELIGIBILITY, FAQ, SLOTS, TRIAGE
from tests.client import Client

SECRET = "zzqqxx-marked-secret-7431"


def places(value: Any, pointer: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the place of every value inside *value*."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield (*pointer, name)
            yield from places(member, (*pointer, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield (*pointer, index)
            yield from places(item, (*pointer, index))


def replaced(body: Any, place: tuple[str | int, ...], value: Any) -> Any:
    changed = copy.deepcopy(body)
    holder = changed
    for part in place[:-1]:
        holder = holder[part]
    holder[place[-1]] = value
    return changed


def renamed(body: Any, place: tuple[str | int, ...]) -> Any:
    changed = copy.deepcopy(body)
    holder = changed
    for part in place[:-1]:
        holder = holder[part]
    if isinstance(holder, dict):
        holder[SECRET] = holder.pop(place[-1])
    return changed


BODIES = {
    "/v1/eligibility": ELIGIBILITY,
    "/v1/eligibility/slots": SLOTS,
    "/v1/triage": TRIAGE,
    "/v1/triage/parse": {"text": "red"},
    "/v1/faq/search": FAQ,
}
PLACES = [(path, place) for path, body in BODIES.items() for place in places(body)]
VALUES: dict[str, Any] = {
    "a string": SECRET,
    "a long string": SECRET * 200,
    "a list": [SECRET],
    "an object": {SECRET: SECRET},
    "a list of objects": [{SECRET: 1}],
}


@pytest.mark.parametrize(
    ("path", "place"), PLACES, ids=lambda each: each if isinstance(each, str) else "/".join(map(str, each))
)
def test_a_secret_in_any_place_never_comes_back_in_a_problem(
    client: Client, path: str, place: tuple[str | int, ...]
) -> None:
    bodies = [replaced(BODIES[path], place, value) for value in VALUES.values()] + [renamed(BODIES[path], place)]
    for body in bodies:
        response = client.post(path, body)

        if response.status_code != 200:
            assert response.status_code == 422
            assert SECRET not in response.text
        assert SECRET not in str(response.headers)


RAW = {
    "a duplicate key": f'{{"{SECRET}": 1, "{SECRET}": 2}}',
    "a broken string": f'{{"text": "{SECRET}',
    "a constant": f'{{"{SECRET}": NaN}}',
    "trailing garbage": f'{{"text": "red"}} {SECRET}',
    "a lone surrogate": f'{{"text": "{SECRET} \\ud800"}}',
    "a secret alone": SECRET,
}


@pytest.mark.parametrize("raw", RAW.values(), ids=RAW.keys())
def test_a_secret_in_what_is_no_json_never_comes_back(client: Client, raw: str) -> None:
    response = client.request("POST", "/v1/triage", content=raw, headers={"content-type": "application/json"})

    assert response.status_code == 400
    assert SECRET not in response.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/{SECRET}"),
        ("GET", f"/v1/{SECRET}"),
        ("GET", f"/v1/faq/{SECRET}"),
        ("GET", f"/v1/guidance/sources/{SECRET}"),
        ("GET", f"/v1/faq/search?q=red&{SECRET}=1"),
        ("GET", f"/v1/faq/search?{SECRET}"),
        ("GET", f"/v1/faq/search?q=red&limit={SECRET}"),
        ("GET", f"/v1/faq/search?q=red&time_zone={SECRET}"),
        ("GET", f"/v1/faq/search?q=red&at={SECRET}"),
        ("GET", f"/healthz?{SECRET}={SECRET}"),
        ("POST", f"/healthz/{SECRET}"),
    ],
)
def test_a_secret_in_a_url_never_comes_back_in_a_problem(client: Client, method: str, path: str) -> None:
    response = client.request(method, path)

    assert response.status_code in (404, 422)
    assert SECRET not in response.text
    assert SECRET not in str(response.headers)


@pytest.mark.parametrize(
    "header", ["accept", "content-type", "content-encoding", "x-request-id", "if-none-match", "host"]
)
def test_a_secret_in_a_header_never_comes_back_in_a_problem(client: Client, header: str) -> None:
    response = client.request(
        "POST", "/v1/triage", content="{", headers={"content-type": "application/json", header: f"{SECRET} !"}
    )

    assert response.status_code >= 400
    assert SECRET not in response.text
    assert SECRET not in str(response.headers)


def test_a_problem_is_small_whatever_was_sent(client: Client) -> None:
    body = {f"{SECRET}_{number}": "x" * 10 for number in range(1000)}
    raw = json.dumps(body)

    response = client.request("POST", "/v1/triage", content=raw, headers={"content-type": "application/json"})

    assert len(raw) > 40_000
    assert len(response.content) < 8_000

"""How many of something a request may have is the contract's number, or the operator's where that is lower."""

from __future__ import annotations

from typing import Any

import pytest

from service.app import create_app
from service.settings import BadSettings, Settings
from tests.api.requests import ELIGIBILITY, SLOTS, TRIAGE
from tests.client import Client

BOTOX = {"treatment": "botulinum_toxin"}
LOWERED = {"most_treatments": 1, "most_conditions": 1, "most_signs": 1, "most_text": 30, "most_slots": 1}
LONG = "my skin is red and it is also rather warm"
TWO: dict[str, tuple[str, Any, str, str]] = {
    "treatments": ("/v1/eligibility", {**ELIGIBILITY, "treatments": [BOTOX] * 2}, "/treatments", "too_many"),
    "conditions": ("/v1/triage", {**TRIAGE, "conditions": ["fever"] * 2}, "/conditions", "too_many"),
    "signs": ("/v1/triage", {"signs": [{"sign": "bruise"}] * 2}, "/signs", "too_many"),
    "slots": ("/v1/eligibility/slots", {**SLOTS, "slots": SLOTS["slots"] * 2}, "/slots", "too_many"),
    "a client's": (
        "/v1/eligibility/slots",
        {**SLOTS, "client": {**SLOTS["client"], "treatments": [BOTOX] * 2}},
        "/client/treatments",
        "too_many",
    ),
    "text": ("/v1/triage", {"text": LONG}, "/text", "too_long"),
    "a text to parse": ("/v1/triage/parse", {"text": LONG}, "/text", "too_long"),
    "a question": ("/v1/faq/search", {"q": LONG}, "/q", "too_long"),
}


@pytest.fixture(scope="module")
def lowered() -> Client:
    return Client(create_app(Settings(**LOWERED, most_items=1)))


@pytest.mark.parametrize(("path", "body", "pointer", "code"), TWO.values(), ids=TWO.keys())
def test_a_lowered_count_is_kept(lowered: Client, path: str, body: Any, pointer: str, code: str) -> None:
    refused = lowered.post(path, body)

    assert refused.status_code == 422
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [(pointer, code)]
    assert LONG not in refused.text


def test_a_lowered_count_is_kept_in_a_batch_and_in_a_query(lowered: Client) -> None:
    item = {"id": "a", "request": {**ELIGIBILITY, "treatments": [BOTOX] * 2}}

    (answer,) = lowered.post("/v1/eligibility/batch", [item]).json()

    assert answer["problem"]["errors"] == [{"pointer": "/treatments", "code": "too_many", "detail": "at most 1 items"}]
    assert lowered.post("/v1/eligibility/batch", [item, item]).status_code == 422
    assert lowered.get(f"/v1/faq/search?q={LONG}").json()["errors"][0]["pointer"] == "/q"


def test_what_keeps_to_a_lowered_count_is_answered(lowered: Client) -> None:
    assert lowered.post("/v1/eligibility", ELIGIBILITY).status_code == 200
    assert lowered.post("/v1/eligibility/slots", SLOTS).status_code == 200
    assert lowered.post("/v1/triage", {"text": "my skin is red"}).status_code == 200


def test_the_description_has_the_lowered_counts(lowered: Client, client: Client) -> None:
    def limits(asked: Client) -> tuple[int, int, int]:
        schemas = asked.get("/openapi.json").json()["components"]["schemas"]
        eligibility, triage = schemas["EligibilityRequest"]["properties"], schemas["TriageRequest"]["properties"]
        return eligibility["treatments"]["maxItems"], eligibility["signs"]["maxItems"], triage["text"]["maxLength"]

    assert limits(client) == (20, 40, 2000)
    assert limits(lowered) == (1, 1, 30)


@pytest.mark.parametrize("value", ["0", "21", "x"])
def test_a_count_above_the_contracts_stops_the_start(value: str) -> None:
    with pytest.raises(BadSettings, match=r"^AFTERGLOW_MOST_TREATMENTS: "):
        Settings.from_environment({"AFTERGLOW_MOST_TREATMENTS": value})

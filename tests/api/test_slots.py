"""Slots say what the single call says, item for item."""

from __future__ import annotations

import asyncio
import copy
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.api.eligibility import EligibilityRequest, EligibilityResponse, answer_request
from service.api.metrics import Metrics
from service.api.pace import Turns
from service.api.protocols import Protocols
from service.api.slots import SLOTS_AT_MOST, SlotsRequest, SlotsResponse, check_slots
from tests.client import Client, in_chunks
from tests.guidance.asked import guidance
from tests.guidance.questions import requests, sessions

PATH = "/v1/eligibility/slots"
CLIENT: dict[str, Any] = {
    "treatments": [{"treatment": "botulinum_toxin", "at": "2026-11-20", "areas": ["forehead"]}],
    "conditions": [],
    "signs": [],
    "age": 41,
    "time_zone": "America/New_York",
}
TOO_EARLY = {"id": "a1", "at": "2026-11-21T15:00:00Z", "areas": ["forehead"], "setting": "home"}
LATER = {"id": "a2", "at": "2026-12-07T10:00:00-05:00", "areas": ["forehead"], "setting": "home"}
SOONER = {"id": "a3", "at": "2026-12-06", "areas": ["forehead"], "setting": "home"}
ASKED: dict[str, Any] = {"client": CLIENT, "slots": [TOO_EARLY, LATER, SOONER], "protocol": "default"}

Request = dict[str, Any]


def with_slot(**changes: Any) -> Request:
    return {**ASKED, "slots": [TOO_EARLY, {**LATER, **changes}]}


def with_client(**changes: Any) -> Request:
    return {**ASKED, "client": {**CLIENT, **changes}}


def singles_of(client: Request, slots: list[Request]) -> list[EligibilityResponse]:
    """Ask the single call once for each slot."""
    bodies = [{**client, "session": slot} for slot in slots]
    return [answer_request(guidance(), EligibilityRequest.model_validate(body)) for body in bodies]


def slots_of(client: Request, slots: list[Request]) -> SlotsResponse:
    named = [{"id": f"slot-{index}", **slot} for index, slot in enumerate(slots)]
    request = SlotsRequest.model_validate({"client": client, "slots": named})
    return asyncio.run(check_slots(request, Protocols.of(guidance(), {}), Metrics("", ""), Turns()))


def test_slots_come_in_the_order_of_the_request_and_the_first_bookable_is_the_earliest(client: Client) -> None:
    answer = client.post(PATH, ASKED).json()

    assert [slot["id"] for slot in answer["slots"]] == ["a1", "a2", "a3"]
    assert [slot["decision"] for slot in answer["slots"]] == ["wait", "eligible", "eligible"]
    assert answer["first_bookable"] == "a3"


def test_a_time_comes_back_in_the_zone_of_the_answer_and_a_bare_date_as_it_was(client: Client) -> None:
    answer = client.post(PATH, ASKED).json()

    assert [slot["at"] for slot in answer["slots"]] == [
        "2026-11-21T10:00:00-05:00",
        "2026-12-07T10:00:00-05:00",
        "2026-12-06",
    ]


def test_nothing_bookable_leaves_first_bookable_out(client: Client) -> None:
    answer = client.post(PATH, {**ASKED, "slots": [TOO_EARLY]}).json()

    assert "first_bookable" not in answer
    assert answer["slots"][0]["reasons"] == ["wait.botulinum_toxin"]
    assert answer["slots"][0]["eligible_from"] == "2026-11-23T00:00:00-05:00"


def test_of_slots_at_the_same_instant_the_first_is_named(client: Client) -> None:
    same = {**LATER, "id": "b1", "at": "2026-12-07T15:00:00Z"}

    answer = client.post(PATH, {**ASKED, "slots": [LATER, same]}).json()

    assert answer["first_bookable"] == "a2"


def test_pointers_lead_into_the_request(client: Client) -> None:
    unasked = {name: value for name, value in CLIENT.items() if name not in ("age", "conditions", "signs")}
    anywhere = {name: value for name, value in LATER.items() if name != "areas"}

    answer = client.post(PATH, {"client": unasked, "slots": [TOO_EARLY, anywhere]}).json()

    assert [each["pointer"] for each in answer["missing"]] == ["/client/conditions", "/client/age", "/client/signs"]
    assert {each["pointer"] for each in answer["assumptions"]} == {"/slots/1/areas", "/client/treatments/0/at"}


def test_the_order_of_slots_changes_no_decision_and_no_id(client: Client) -> None:
    forwards = client.post(PATH, ASKED).json()
    backwards = client.post(PATH, {**ASKED, "slots": ASKED["slots"][::-1]}).json()

    assert backwards["slots"] == forwards["slots"][::-1]
    assert backwards["decision_id"] == forwards["decision_id"]
    assert backwards["citations"] == forwards["citations"]
    assert client.post(PATH, with_slot(id="b2")).json()["decision_id"] != forwards["decision_id"]


FAULTS: dict[str, tuple[Request, str, str]] = {
    "no slot": ({**ASKED, "slots": []}, "/slots", "out_of_range"),
    "too many slots": (
        {**ASKED, "slots": [{**LATER, "id": str(number)} for number in range(SLOTS_AT_MOST + 1)]},
        "/slots",
        "too_many",
    ),
    "the same id twice": (with_slot(id="a1"), "/slots/1/id", "conflict"),
    "an empty id": (with_slot(id=""), "/slots/1/id", "out_of_range"),
    "an id that is a number": (with_slot(id=1), "/slots/1/id", "wrong_type"),
    "an area that nobody knows": (with_slot(areas=["forehead", "foreheat"]), "/slots/1/areas/1", "unknown_code"),
    "30 February": (with_slot(at="2026-02-30"), "/slots/1/at", "bad_format"),
    "no setting": (with_slot(setting=None), "/slots/1/setting", "missing"),
    "a member that nobody knows": (with_slot(room=3), "/slots/1", "unknown_field"),
    "a zone that nobody knows": (with_client(time_zone="Europe/Atlantis"), "/client/time_zone", "unknown_code"),
    "a condition that nobody knows": (with_client(conditions=["pregnant"]), "/client/conditions/0", "unknown_code"),
    "a product that nobody knows": (
        with_client(treatments=[{"product": "qqqqqqqqqqqq"}]),
        "/client/treatments/0/product",
        "unknown_code",
    ),
    "a place of nothing": (with_client(located={"bruise": ["lips"]}), "/client/located", "conflict"),
    "a session": (with_client(session=LATER), "/client", "unknown_field"),
    "no client": ({"slots": [LATER]}, "/client", "missing"),
    "a protocol that nobody knows": ({**ASKED, "protocol": "nobody"}, "/protocol", "unknown_code"),
}


@pytest.mark.parametrize(("body", "pointer", "code"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_named_at_its_place(client: Client, body: Request, pointer: str, code: str) -> None:
    response = client.post(PATH, body)

    assert response.status_code == 422
    assert [(each["pointer"], each["code"]) for each in response.json()["errors"]] == [(pointer, code)]


def test_faults_of_slots_and_of_the_client_come_together_and_once(client: Client) -> None:
    body = copy.deepcopy(with_client(conditions=["nothing"]))
    for slot in body["slots"]:
        slot["areas"] = ["nowhere"]

    errors = client.post(PATH, body).json()["errors"]

    assert [each["pointer"] for each in errors] == [
        "/slots/0/areas/0",
        "/slots/1/areas/0",
        "/slots/2/areas/0",
        "/client/conditions/0",
    ]


@pytest.mark.parametrize(("size", "status"), [(256 * 1024, 400), (256 * 1024 + 1, 413)])
def test_a_body_may_have_256_kib(client: Client, size: int, status: int) -> None:
    headers = {"content-type": "application/json"}

    announced = client.request("POST", PATH, content=b" " * size, headers=headers)
    in_parts = client.request("POST", PATH, content=in_chunks(b" " * (size - 1), b" "), headers=headers)

    assert announced.status_code == in_parts.status_code == status


def test_query_answers_like_post(client: Client) -> None:
    assert client.request("QUERY", PATH, json=ASKED).json() == client.post(PATH, ASKED).json()


CLIENTS = requests().map(lambda request: {name: value for name, value in request.items() if name != "session"})


@settings(max_examples=60, deadline=None)
@given(asked=CLIENTS, slots=st.lists(sessions(), min_size=1, max_size=4))
def test_each_slot_agrees_with_the_single_call(asked: Request, slots: list[Request]) -> None:
    together, singles = slots_of(asked, slots), singles_of(asked, slots)

    for slot, single in zip(together.slots, singles, strict=True):
        assert (slot.decision, slot.bookable) == (single.decision, single.bookable)
        assert (slot.eligible_from, slot.recommended_from) == (single.eligible_from, single.recommended_from)
        assert slot.reasons == tuple(dict.fromkeys(reason.rule for reason in single.reasons))


@settings(max_examples=60, deadline=None)
@given(asked=CLIENTS, slots=st.lists(sessions(), min_size=1, max_size=4))
def test_what_is_said_of_all_slots_is_the_union_of_the_single_calls(asked: Request, slots: list[Request]) -> None:
    together, singles = slots_of(asked, slots), singles_of(asked, slots)

    said = [each for single in singles for each in single.missing]
    assert {each.pointer for each in together.missing} == {f"/client{each.pointer}" for each in said}
    for each in together.missing:
        assert each.could_be.rank == max(one.could_be.rank for one in said if f"/client{one.pointer}" == each.pointer)
    assert [each.could_be.rank for each in together.missing] == sorted(
        (each.could_be.rank for each in together.missing), reverse=True
    )
    assert {each.id for each in together.citations} == {each.id for single in singles for each in single.citations}
    assert {each.text for each in together.assumptions} == {each.text for one in singles for each in one.assumptions}


@settings(max_examples=60, deadline=None)
@given(asked=CLIENTS, slots=st.lists(sessions(), min_size=1, max_size=4))
def test_no_bookable_slot_is_earlier_than_the_first(asked: Request, slots: list[Request]) -> None:
    together = slots_of(asked, slots)

    bookable = {each.id: each.at for each in together.slots if each.bookable}
    assert (together.first_bookable in bookable) is bool(bookable)
    instants = {id: at.astimezone(UTC) for id, at in bookable.items() if isinstance(at, datetime)}
    if together.first_bookable in instants:
        assert instants[together.first_bookable] == min(instants.values())
    days = {id: at for id, at in bookable.items() if not isinstance(at, datetime)}
    if together.first_bookable in days:
        assert days[together.first_bookable] == min(days.values(), default=date.max)

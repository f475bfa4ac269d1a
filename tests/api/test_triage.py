"""How triage is asked over HTTP. The rules themselves are tested with the core."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.api.requests import TRIAGE
from tests.client import Client
from tests.guidance.wordings import not_understood

CONTRACT_FIELDS = {
    "level",
    "within",
    "at",
    "headline",
    "actions",
    "microcurrent",
    "signs",
    "reasons",
    "understood",
    "not_understood",
    "ask_next",
    "watch_for",
    "hand_over",
    "report_to",
    "citations",
    "protocol",
    "guidance_version",
    "decision_id",
    "disclaimer",
}


def answer_to(client: Client, **changes: Any) -> Any:
    response = client.post("/v1/triage", TRIAGE | changes)
    assert response.status_code == 200, response.text
    return response.json()


def test_an_answer_has_every_member_of_the_contract(client: Client) -> None:
    answer = answer_to(client)

    assert set(answer) == CONTRACT_FIELDS
    assert answer["level"] == "emergency"
    assert answer["within"] == "now"
    assert answer["protocol"] == "default"
    assert answer["actions"][0]["phone"] == "999"
    assert {"sign", "label", "status", "from"} <= set(answer["signs"][0])


@pytest.mark.parametrize(
    ("at", "time_zone", "echoed"),
    [
        ("2026-11-22T10:00:00Z", None, "2026-11-22T10:00:00Z"),
        ("2026-11-22T10:00:00+01:00", None, "2026-11-22T10:00:00+01:00"),
        ("2026-11-22T10:00:00Z", "Europe/London", "2026-11-22T10:00:00Z"),
        ("2026-11-22T10:00:00Z", "America/New_York", "2026-11-22T05:00:00-05:00"),
        ("2026-11-22t10:00:00z", None, "2026-11-22T10:00:00Z"),
    ],
)
def test_the_moment_is_echoed_in_its_zone(client: Client, at: str, time_zone: str | None, echoed: str) -> None:
    assert answer_to(client, at=at, time_zone=time_zone)["at"] == echoed


def test_without_a_moment_now_counts(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 11, 22, 10, 30, 15, 999, tzinfo=UTC)
    monkeypatch.setattr(client.app.state.services, "clock", lambda: now)

    assert answer_to(client, at=None)["at"] == "2026-11-22T10:30:15Z"


def test_signs_alone_and_text_alone_are_enough(client: Client) -> None:
    for body in ({"signs": [{"sign": "bruise"}]}, {"text": "a small bruise"}):
        assert client.post("/v1/triage", body).status_code == 200


def test_the_same_question_has_the_same_id(client: Client) -> None:
    first = answer_to(client)["decision_id"]

    assert answer_to(client)["decision_id"] == first
    assert answer_to(client, conditions=[*TRIAGE["conditions"]], at="2026-11-22T11:00:00+01:00")["decision_id"] == first
    assert answer_to(client, treatments=[{**TRIAGE["treatments"][0], "product": None}])["decision_id"] == first


@pytest.mark.parametrize(
    "changes",
    [
        {"at": "2026-11-22T10:00:01Z"},
        {"conditions": []},
        {"conditions": None},
        {"treatments": []},
        {"text": "my top lip went grey"},
        {"country": "FR"},
        {"last_session_at": None},
        {"signs": [{"sign": "skin_blanching"}]},
    ],
    ids=str,
)
def test_another_question_has_another_id(client: Client, changes: dict[str, Any]) -> None:
    assert answer_to(client, **changes)["decision_id"] != answer_to(client)["decision_id"]


def test_the_order_of_lists_does_not_change_the_id(client: Client) -> None:
    signs = [{"sign": "bruise", "areas": ["lips", "chin"]}, {"sign": "tenderness"}]
    turned = [{"sign": "tenderness"}, {"sign": "bruise", "areas": ["chin", "lips"]}]

    ids = {
        answer_to(client, signs=each, conditions=["fever_illness", "pregnancy"])["decision_id"]
        for each in (signs, turned)
    }

    assert len(ids) == 1


def test_a_text_is_read_for_the_person_to_confirm(client: Client) -> None:
    answer = client.post("/v1/triage/parse", {"text": "my lip went white, no fever"}).json()

    read = {sign["sign"]: sign for sign in answer["signs"]}
    assert set(answer) == {"signs", "understood", "not_understood", "guidance_version"}
    assert read["skin_blanching"]["status"] == "present"
    assert read["fever"]["status"] == "absent"
    assert read["skin_blanching"]["question"]
    matched = read["skin_blanching"]["matched"]
    assert "white" in "my lip went white, no fever"[matched["start"] : matched["end"]]


@pytest.mark.parametrize(
    "body", [{}, {"text": ""}, {"text": None}, {"text": "red", "country": "GB"}, {"text": "a" * 2001}]
)
def test_only_a_text_can_be_read(client: Client, body: dict[str, Any]) -> None:
    assert client.post("/v1/triage/parse", body).status_code == 422


@pytest.mark.parametrize(
    ("text", "code"), [("", "out_of_range"), ("a" * 2001, "too_long"), ("\U0001f62d" * 2001, "too_long")]
)
def test_a_text_that_is_empty_or_too_long_is_refused(client: Client, text: str, code: str) -> None:
    response = client.post("/v1/triage", {"text": text})

    assert response.status_code == 422
    assert [(error["pointer"], error["code"]) for error in response.json()["errors"]] == [("/text", code)]


@pytest.mark.parametrize("text", ["   ", "\u200b\n", "\t"])
def test_a_text_without_a_word_is_not_understood(client: Client, text: str) -> None:
    answer = client.post("/v1/triage", {"text": text}).json()

    assert answer["level"] == "contact_provider"
    assert answer["understood"] is False


@pytest.mark.parametrize("kind", not_understood())
def test_a_text_that_cannot_be_understood_gets_a_clear_answer(client: Client, kind: str) -> None:
    for text in not_understood()[kind]:
        answer = client.post("/v1/triage", {"text": text}).json()

        assert answer["level"] != "self_care", text
        assert answer["understood"] is False, text
        assert answer["not_understood"], text
        assert answer["headline"], text
        assert answer["actions"], text


def test_2000_code_points_are_read_whole(client: Client) -> None:
    answer = client.post("/v1/triage", {"text": "😭" * 1960 + " my top lip went white after filler now"}).json()

    assert answer["level"] == "emergency"

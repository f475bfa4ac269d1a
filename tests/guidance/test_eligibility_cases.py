"""Given and expected, as data that a clinician can read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.guidance.asked import ask, guidance, summary

CASES = Path(__file__).parent.parent / "cases"
NOTHING_ELSE = {"conditions": [], "signs": [], "age": 40}

CONTRACT_EXAMPLE: dict[str, Any] = {
    "session": {"at": "2026-11-22T10:00:00-05:00", "areas": ["forehead"], "setting": "professional"},
    "treatments": [
        {"treatment": "botulinum_toxin", "product": "Dysport", "at": "2026-11-20", "areas": ["forehead"]},
        {"product": "Juvederm", "at": "2026-11-12T15:30:00-05:00"},
    ],
    "conditions": [],
    "signs": [],
    "time_zone": "America/New_York",
    "protocol": "default",
}


def read_cases(name: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = yaml.safe_load((CASES / name).read_text("utf-8"))
    return cases


BOUNDARIES = [
    pytest.param(
        each, setting, at, expected, id=f"{each['rule']}-{each['session_areas'][0]}-{each['figure']}-{setting}-{at}"
    )
    for each in read_cases("wait_boundaries.yaml")
    for setting, key in (("home", "at_home"), ("professional", "professional"))
    for at, expected in each[key].items()
]


@pytest.mark.parametrize(("case", "setting", "at", "expected"), BOUNDARIES)
def test_every_wait_turns_at_its_boundaries(case: dict[str, Any], setting: str, at: str, expected: str) -> None:
    treatment: dict[str, Any] = {
        "treatment": case["treatment"],
        "at": case["treated_at"],
        "areas": case["treated"],
        "provider": {"cleared": case.get("cleared", False)},
    }
    session = {"at": at, "areas": case["session_areas"], "setting": setting}

    answer = ask({"session": session, "treatments": [treatment], **NOTHING_ELSE})

    assert answer.decision == expected


def test_every_wait_and_every_figure_for_some_areas_has_its_boundary_cases() -> None:
    cases = read_cases("wait_boundaries.yaml")
    covered = {(case["rule"], area) for case in cases for area in case["session_areas"]}
    elsewhere = {case["rule"] for case in cases if case["figure"].startswith("elsewhere")}

    for wait in guidance().waits.values():
        assert any(rule == wait.id for rule, _ in covered), wait.id
        for figures in wait.areas:
            if figures.where == "elsewhere":
                assert wait.id in elsewhere, wait.id
            else:
                allowed = [area for area in figures.where if guidance().areas[area].decision is None]
                assert any((wait.id, area) in covered for area in allowed), (wait.id, figures.where)


@pytest.mark.parametrize("case", read_cases("eligibility.yaml"), ids=lambda case: str(case["name"]))
def test_case(case: dict[str, Any]) -> None:
    request = {"session": {"at": "2026-11-22T10:00:00Z", "setting": "home"}, "treatments": [], **NOTHING_ELSE}
    given = {key: value for key, value in (request | case["given"]).items() if value is not None}

    answer = summary(ask(given))

    expected = case["expected"]
    for key in ("decision", "bookable"):
        if key in expected:
            assert answer[key] == expected[key]
    for key in ("eligible_from", "eligible_until", "recommended_from", "recommended_until", "valid_until"):
        if key in expected:
            told = None if answer[key] is None else answer[key].strftime("%Y-%m-%dT%H:%M:%SZ")
            assert told == expected[key], key
    if "reasons" in expected:
        assert {f"{rule} {decision}" for rule, _, decision in answer["reasons"]} == set(expected["reasons"])
    if "missing" in expected:
        assert answer["missing"] == set(expected["missing"])
    if "areas" in expected:
        assert answer["areas"] == expected["areas"]


def test_the_contracts_example_in_a_salon() -> None:
    answer = ask(CONTRACT_EXAMPLE).model_dump(mode="json", exclude_none=True)

    assert {key: answer[key] for key in ("decision", "bookable", "summary", "areas", "care")} == {
        "decision": "wait",
        "bookable": False,
        "summary": "Wait until 5 December 2026.",
        "areas": [{"area": "forehead", "decision": "wait", "eligible_from": "2026-12-05T00:00:00-05:00"}],
        "care": [],
    }
    for name in ("eligible_from", "recommended_from", "valid_until"):
        assert answer[name] == "2026-12-05T00:00:00-05:00"
    assert "eligible_until" not in answer
    assert "recommended_until" not in answer
    assert [
        {key: reason[key] for key in ("rule", "decision", "input", "eligible_from", "recommended_from")}
        for reason in answer["reasons"]
    ] == [
        {
            "rule": "wait.botulinum_toxin",
            "decision": "wait",
            "input": "/treatments/0",
            "eligible_from": "2026-12-05T00:00:00-05:00",
            "recommended_from": "2026-12-05T00:00:00-05:00",
        },
        {
            "rule": "wait.hyaluronic_acid_filler",
            "decision": "wait",
            "input": "/treatments/1",
            "eligible_from": "2026-11-26T15:30:00-05:00",
            "recommended_from": "2026-11-26T15:30:00-05:00",
        },
    ]
    assert [(each["pointer"], each["question"], each["needed_for"]) for each in answer["missing"]] == [
        ("/age", "How old is the client?", "booking")
    ]
    assert answer["assumptions"] == [
        {"pointer": "/treatments/0/at", "text": "No hour was given: counted from the end of 20 November 2026."}
    ]


def test_the_contracts_example_at_home() -> None:
    session = CONTRACT_EXAMPLE["session"] | {"setting": "home"}

    answer = ask(CONTRACT_EXAMPLE | {"session": session}).model_dump(mode="json", exclude_none=True)

    assert answer["decision"] == "wait"
    assert answer["eligible_from"] == "2026-11-23T00:00:00-05:00"
    assert answer["recommended_from"] == "2026-12-05T00:00:00-05:00"
    assert [(each["rule"], each["decision"], each["recommended_from"]) for each in answer["reasons"]] == [
        ("wait.botulinum_toxin", "wait", "2026-12-05T00:00:00-05:00"),
        ("wait.hyaluronic_acid_filler", "ask_provider", "2026-11-26T15:30:00-05:00"),
    ]
    assert [each["pointer"] for each in answer["missing"]] == ["/age"]

"""How hours, days and figures are said, and how they get into an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.guidance.load import load_guidance
from service.guidance.records.common import HOURS_OF_UNIT
from service.guidance.records.faq import FaqEntry, Figure
from service.guidance.records.protocol import AreaFigures, Claim, Wait
from service.guidance.wording import (
    claimed_range,
    figure_of,
    render_answer,
    say_day,
    say_hours,
    say_time,
    spelled_figures,
)


def claim(**more: Any) -> Claim:
    return Claim(source="a_source", about="microcurrent", area="general", **more)


WAIT = Wait.model_validate(
    {
        "id": "wait.paint",
        "treatment": "paint",
        "direction": "session_after_treatment",
        "minimum_hours": 48,
        "recommended_hours": 336,
        "provider_clearance": False,
        "basis": "source",
        "evidence_strength": "none",
        "why": "It dries.",
        "areas": (
            AreaFigures.model_validate(
                {
                    "label": "Lips",
                    "where": ("lips",),
                    "minimum_hours": 72,
                    "recommended_hours": 504,
                    "provider_clearance": False,
                    "basis": "judgement",
                    "why": "It dries late.",
                }
            ),
        ),
        "claims": (
            claim(value=1, unit="days"),
            claim(value=2, value_max=3, unit="months"),
            claim(condition="when it is dry"),
        ),
    }
)
GUIDANCE = replace(load_guidance(), waits={WAIT.id: WAIT})


def entry(answer: str, *figures: Figure) -> FaqEntry:
    return FaqEntry(
        id="a_question",
        topic="results",
        question="?",
        from_seed=False,
        paraphrases=(),
        answer=answer,
        figures=figures,
        related=(),
        sources=("a_source",),
    )


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (0, "0 hours"),
        (1, "1 hour"),
        (24, "24 hours"),
        (48, "48 hours"),
        (71, "71 hours"),
        (72, "3 days"),
        (168, "7 days"),
        (169, "8 days"),
        (240, "10 days"),
        (336, "2 weeks"),
        (504, "3 weeks"),
        (730, "1 month"),
        (2190, "3 months"),
        (100_000, "4167 days"),
    ],
)
def test_a_wait_is_said_as_people_do(hours: int, said: str) -> None:
    assert say_hours(hours) == said


@given(hours=st.integers(0, 100_000))
def test_what_is_said_is_never_shorter_and_never_a_day_longer(hours: int) -> None:
    number, unit = say_hours(hours).split()
    said = int(number) * HOURS_OF_UNIT[unit if unit.endswith("s") else f"{unit}s"]

    assert hours <= said < hours + 24
    assert said == hours or hours > 168


def test_a_day_is_said_without_zeros() -> None:
    assert say_day(date(2026, 12, 5)) == "5 December 2026"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 12, 5, tzinfo=timezone(timedelta(hours=-5))), "5 December 2026"),
        (datetime(2026, 12, 5, 15, 30, tzinfo=timezone(timedelta(hours=-5))), "5 December 2026, 15:30"),
        (datetime(2026, 12, 5, 0, 0, 1, tzinfo=timezone(timedelta(hours=2))), "5 December 2026, 00:00:01"),
        (datetime(2026, 12, 5, tzinfo=timezone(timedelta(0))), "5 December 2026, 00:00 UTC"),
    ],
)
def test_an_instant_is_said_in_its_own_zone(at: datetime, said: str) -> None:
    assert say_time(at) == said


def test_the_claimed_range_runs_from_the_lowest_to_the_highest_end() -> None:
    assert claimed_range(WAIT) == (24, 2190)


def test_claims_in_words_alone_give_no_range() -> None:
    silent = WAIT.model_copy(update={"claims": (claim(condition="when it is dry"),)})

    assert claimed_range(silent) is None
    assert figure_of(replace(GUIDANCE, waits={silent.id: silent}), "wait.paint.claims") is None


def test_one_claim_is_no_range() -> None:
    one = WAIT.model_copy(update={"claims": (claim(value=2, unit="weeks"),)})

    assert figure_of(replace(GUIDANCE, waits={one.id: one}), "wait.paint.claims") == "2 weeks"


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("wait.paint.minimum", "48 hours"),
        ("wait.paint.recommended", "2 weeks"),
        ("wait.paint.minimum[lips]", "3 days"),
        ("wait.paint.recommended[lips]", "3 weeks"),
        ("wait.paint.claims", "24 hours to 3 months"),
        ("wait.paint.minimum[chin]", None),
        ("wait.varnish.minimum", None),
        ("wait.paint.maximum", None),
        ("wait.paint", None),
        ("figure.drying", None),
        ("", None),
    ],
)
def test_a_placeholder_names_a_figure_of_a_rule(field: str, said: str | None) -> None:
    assert figure_of(GUIDANCE, field) == said


def test_an_answer_takes_its_figures_from_rules_and_from_itself() -> None:
    drying = Figure(id="drying", text="about an hour", source="a_source")

    answer = render_answer(GUIDANCE, entry("Wait {wait.paint.minimum}; it dries in {figure.drying}.", drying))

    assert answer == "Wait 48 hours; it dries in about an hour."


def test_a_placeholder_that_nothing_fills_is_left_to_be_seen() -> None:
    assert render_answer(GUIDANCE, entry("Wait {wait.varnish.minimum}.")) == "Wait {wait.varnish.minimum}."


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("Wait {wait.paint.minimum}, then {figure.drying_2}.", []),
        ("Wait 48 hours.", ["48"]),
        ("Wait two weeks or three-months.", ["two weeks", "three-months"]),
        ("Wait half an hour.", ["half an hour"]),
        ("Wait a day.", ["a day"]),
        ("One of two people waits.", []),
        ("Stay two metres away.", []),
    ],
)
def test_a_figure_that_is_spelled_out_is_found(answer: str, found: list[str]) -> None:
    assert spelled_figures(answer) == found

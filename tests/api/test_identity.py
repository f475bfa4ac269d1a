"""A decision id depends on what decides an answer, and on nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone

from service.api.identity import decision_id, plain

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Question:
    at: datetime
    areas: frozenset[str] = frozenset()
    day: date | None = None
    pointer: str = field(default="", compare=False)


def test_an_instant_is_the_same_in_every_zone() -> None:
    moved = AT.astimezone(timezone(timedelta(hours=-5)))

    assert plain(Question(AT)) == plain(Question(moved))


def test_what_is_not_known_is_left_out() -> None:
    assert plain(Question(AT)) == {"at": "2026-11-22T10:00:00+00:00", "areas": []}
    assert plain({"a": None, "b": 1}) == {"b": 1}


def test_what_does_not_count_in_a_comparison_is_left_out() -> None:
    assert plain(Question(AT, pointer="/treatments/0")) == plain(Question(AT))


def test_order_does_not_count() -> None:
    assert plain({"x": ["b", "a", {"c": (2, 1)}]}) == plain({"x": [{"c": (1, 2)}, "a", "b"]})


def test_guidance_protocol_and_question_each_count() -> None:
    ids = {
        decision_id("1", "default", Question(AT)),
        decision_id("2", "default", Question(AT)),
        decision_id("1", "clinic", Question(AT)),
        decision_id("1", "default", Question(AT, frozenset({"lips"}))),
        decision_id("1", "default", Question(AT, day=date(2026, 11, 22))),
    }

    assert len(ids) == 5
    assert {len(each) for each in ids} == {64}

"""What a text says besides signs: what was done and when, and which conditions the person has. In doubt it is so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from service.guidance.guidance import Guidance
from service.guidance.reading.details import hours_since
from service.guidance.reading.found import Found
from service.guidance.reading.phrases import Spot
from service.guidance.reading.status import denials_of

SESSION = "microcurrent"
_AREA_BEHIND = 4
_DENIAL_REACH = 3
_OR = frozenset({"or", "nor"})


@dataclass(frozen=True)
class ToldTreatment:
    """
    A treatment that a text tells of.

    Args:
        hours_ago: ``None`` where the text does not say.
        areas: Codes; ``None`` likewise.
    """

    treatment: str
    hours_ago: int | None
    areas: frozenset[str] | None


@dataclass(frozen=True)
class Background:
    """
    What a text says besides signs.

    Args:
        had_session: Whether it tells of a microcurrent session.
        session_hours_ago: ``None`` where the text does not say.
    """

    treatments: tuple[ToldTreatment, ...] = ()
    conditions: frozenset[str] = frozenset()
    had_session: bool = False
    session_hours_ago: int | None = None


def background_of(guidance: Guidance, found: Found) -> Background:
    """Return what the text tells of treatments, sessions and conditions, but for what it denies, plans or only asks."""
    done = [mark for mark in found.marks["treatment"] if _is_told(found, mark)]
    generic = set(guidance.reading.treatment_names).intersection(
        code for code, treatment in guidance.treatments.items() if treatment.could_be is not None
    )
    named = [mark for mark in done if mark.code != SESSION and mark.code not in generic]
    sessions = [hours_since(found, mark) for mark in done if mark.code == SESSION]
    known = [hours for hours in sessions if hours is not None]
    injected = named or [mark for mark in done if mark.code != SESSION]
    return Background(
        treatments=tuple(dict.fromkeys(_told(found, mark) for mark in injected)),
        conditions=frozenset(mark.code for mark in found.marks["condition"] if _is_told(found, mark)),
        had_session=bool(sessions),
        session_hours_ago=min(known, default=None),
    )


def _is_told(found: Found, mark: Spot) -> bool:
    part = found.token(mark).part
    denied = any(
        0 < mark.first - denial.last <= _DENIAL_REACH + _longer(found, denial, mark)
        and found.tokens[denial.last].part == part
        for denial in denials_of(found, mark)
    )
    if denied or any(before.last < mark.first for before in found.in_sentence(mark, "hypothetical")):
        return False
    return not any(_near(plan, mark) for plan in found.in_clause(mark, "planned"))


def _longer(found: Found, denial: Spot, mark: Spot) -> int:
    """Return how much further a denial reaches over "or": "I haven't had any fillers or injections"."""
    either = any(token.word in _OR for token in found.tokens[denial.last + 1 : mark.first])
    return _DENIAL_REACH if either else 0


def _near(plan: Spot, mark: Spot) -> bool:
    return abs(plan.first - mark.last) <= _AREA_BEHIND or abs(mark.first - plan.last) <= _AREA_BEHIND


def _told(found: Found, mark: Spot) -> ToldTreatment:
    return ToldTreatment(
        mark.code,
        hours_since(found, mark),
        frozenset(_areas(found, mark)) or None,
    )


def _areas(found: Found, mark: Spot) -> Iterator[str]:
    """Yield the areas right before the treatment ("lip filler") or behind it ("filler in my chin")."""
    for area in found.in_clause(mark, "area"):
        if (
            0 <= mark.first - area.last <= 1
            or 0 <= area.first - mark.last <= _AREA_BEHIND
            or area.tokens == mark.tokens
        ):
            yield area.code

"""Say hours and instants in words, and fill the figures of rules into answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from service.guidance.guidance import Guidance
from service.guidance.records.common import HOURS_OF_UNIT
from service.guidance.records.faq import FaqEntry
from service.guidance.records.protocol import Wait

FIGURE_FIELDS = ("wait.<treatment>.minimum", "wait.<treatment>.recommended[<area>]", "wait.<treatment>.claims")

_FIELD = re.compile(
    r"(?P<rule>wait(?:_before)?\.[a-z0-9_]+)\.(?P<what>minimum|recommended|claims)(?:\[(?P<area>[a-z_]+)\])?"
)
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_NUMBERS = "one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|half an?|an?"
_SPELLED = re.compile(
    rf"\d\S*|\b(?:{_NUMBERS})[ -](?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b", re.IGNORECASE
)


def say_hours(hours: int) -> str:
    """
    Say a wait as people do: ``48 hours``, ``7 days``, ``2 weeks``, ``3 months``.

    More than a week is never said in hours: what is no whole number of days is rounded up.
    """
    if hours and hours % HOURS_OF_UNIT["months"] == 0:
        return _count(hours // HOURS_OF_UNIT["months"], "month")
    if hours >= 2 * HOURS_OF_UNIT["weeks"] and hours % HOURS_OF_UNIT["weeks"] == 0:
        return _count(hours // HOURS_OF_UNIT["weeks"], "week")
    if hours >= 3 * HOURS_OF_UNIT["days"] and hours % HOURS_OF_UNIT["days"] == 0:
        return _count(hours // HOURS_OF_UNIT["days"], "day")
    if hours > 7 * HOURS_OF_UNIT["days"]:
        return _count(-(-hours // HOURS_OF_UNIT["days"]), "day")
    return _count(hours, "hour")


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def say_day(day: date) -> str:
    """Say a day: ``5 December 2026``."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def say_time(at: datetime) -> str:
    """
    Say an instant in its own zone: ``5 December 2026``, with the hour where it is not midnight.

    In UTC, which is no place, hour and zone are always told: midnight there is another day for somebody.
    """
    if at.tzname() == "UTC":
        return say_instant(at)
    return say_day(at) if _clock(at) == "00:00" else f"{say_day(at)}, {_clock(at)}"


def say_instant(at: datetime) -> str:
    """Say an instant so that it is the same everywhere: ``5 December 2026, 15:30 EST``."""
    return f"{say_day(at)}, {_clock(at)} {at.tzname()}"


def _clock(at: datetime) -> str:
    return f"{at.hour:02}:{at.minute:02}:{at.second:02}" if at.second else f"{at.hour:02}:{at.minute:02}"


def claimed_range(wait: Wait) -> tuple[int, int] | None:
    """Return the lowest and the highest hours that any source claims, or ``None`` where none gives a figure."""
    lows = [claim.hours for claim in wait.claims if claim.hours is not None]
    highs = [claim.hours_max for claim in wait.claims if claim.hours_max is not None]
    return (min(lows), max(highs)) if lows else None


def figure_of(guidance: Guidance, field: str) -> str | None:
    """Return the figure that a placeholder such as ``wait.botulinum_toxin.minimum[elsewhere]`` names, in words."""
    match = _FIELD.fullmatch(field)
    wait = guidance.waits.get(match["rule"]) if match else None
    if match is None or wait is None:
        return None
    if match["what"] == "claims":
        claimed = claimed_range(wait)
        return None if claimed is None else " to ".join(dict.fromkeys(say_hours(hours) for hours in claimed))
    figures = wait.figures_for(match["area"]) if match["area"] else wait
    if match["area"] and figures is wait:
        return None
    return say_hours(figures.minimum_hours if match["what"] == "minimum" else figures.recommended_hours)


def render_answer(guidance: Guidance, entry: FaqEntry) -> str:
    """Fill the figures of rules and of the entry itself into its answer."""
    own: Mapping[str, str] = {f"figure.{figure.id}": figure.text for figure in entry.figures}

    def fill(match: re.Match[str]) -> str:
        return own.get(match[1]) or figure_of(guidance, match[1]) or match[0]

    return _PLACEHOLDER.sub(fill, entry.answer)


def spelled_figures(answer: str) -> list[str]:
    """Return the figures that an answer holds outside its placeholders."""
    return _SPELLED.findall(_PLACEHOLDER.sub(" ", answer))

"""The words of the eligibility answer and of the calendar file."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from service.guidance.records.common import Code, Decision, Record, Text


class DecisionText(Record):
    """What a decision says to a person."""

    id: Decision
    label: Text
    summary: Text
    summary_dated: Text | None = None
    summary_open: Text | None = None
    summary_areas: Text | None = None


class CalendarEvent(Record):
    """What one event of a calendar file says. Others may see a calendar: it holds no word of health."""

    title: Text
    note: Text


class CalendarTexts(Record):
    """Words of the calendar file, and how long an event lasts so that it can be seen."""

    shown_minutes: Annotated[int, Field(ge=1, le=60)]
    earliest: CalendarEvent
    recommended: CalendarEvent
    both: CalendarEvent
    until: Annotated[str, StringConstraints(pattern=r"^[^{}]*\{until\}[^{}]*$")]
    origin: Annotated[str, StringConstraints(pattern=r"^[^{}]*\{guidance_version\}[^{}]*\{decision_id\}[^{}]*$")]


class EligibilityTexts(Record):
    """Words of the eligibility answer. Braces are filled when an answer is made."""

    decisions: tuple[DecisionText, ...]
    reasons: dict[Code, Text]
    care: dict[Code, Text]
    questions: dict[Code, Text]
    assumptions: dict[Code, Text]
    calendar: CalendarTexts

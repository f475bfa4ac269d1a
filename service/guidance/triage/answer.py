"""What triage answers: frozen classes that are served as they are, unset fields left out."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from service.guidance.citation import Citation
from service.guidance.records.common import Level
from service.guidance.report import Status


class Part(BaseModel):
    """A part of an answer. What does not apply is ``None`` here and absent on the wire."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)


class Match(Part):
    """Where in the text a sign was read, in Unicode code points."""

    start: int = Field(ge=0, description="First code point of the words, counted from 0.")
    end: int = Field(ge=0, description="The code point after the last.")


class SignInAnswer(Part):
    """One sign that was told, with what was made of it."""

    sign: str
    label: str
    status: Status
    from_: tuple[Literal["request", "text"], ...] = Field(alias="from")
    matched: Match | None = None
    advice: str | None = Field(
        default=None,
        description="What helps at home. Left out where the sign is not there or asks for more than that.",
    )


class TriageReason(Part):
    """One rule that applied, and the level it gives."""

    rule: str
    level: Level
    text: str
    citations: tuple[str, ...]


class Action(Part):
    """What to do now."""

    action: str
    text: str
    phone: str | None = Field(default=None, description="Left out where the country or its number is not known.")


class AskNext(Part):
    """
    A question whose answer could raise the level, or change what to do first.

    With ``sign`` alone it asks whether that sign is there. ``pointer`` tells where in a request the answer to any
    other question belongs; ``/signs/-`` is a sign that the request does not list yet.
    """

    sign: str | None = None
    pointer: str | None = None
    question: str


class ReportTo(Part):
    """Where a side effect can be reported."""

    title: str
    url: str


class TriageAnswer(Part):
    """How soon this reaction needs a person, and why."""

    level: Level
    within: str
    at: datetime
    headline: str
    actions: tuple[Action, ...]
    microcurrent: Literal["stop", "pause", "allowed_when_gone"]
    signs: tuple[SignInAnswer, ...]
    reasons: tuple[TriageReason, ...]
    understood: bool
    not_understood: tuple[str, ...]
    ask_next: tuple[AskNext, ...]
    watch_for: tuple[str, ...]
    hand_over: str | None = Field(
        default=None, description="One paragraph for the clinician. Left out where nothing was told that is for one."
    )
    report_to: tuple[ReportTo, ...]
    citations: tuple[Citation, ...]

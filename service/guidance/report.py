"""What a person reports: signs as told in the request or read from text, and everything else that triage weighs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from service.guidance.guidance import Guidance, worked_out_once
from service.guidance.question import GivenTreatment, UnknownCode
from service.guidance.records.common import Level, Severity, Trend
from service.guidance.records.protocol import Area, Place
from service.guidance.times import Span


class Status(StrEnum):
    """Whether a sign is there. Where one sign is told in several ways the first of these counts."""

    PRESENT = "present"
    PAST = "past"
    ABSENT = "absent"
    HYPOTHETICAL = "hypothetical"


_COUNTS_BEFORE = {status: order for order, status in enumerate(Status)}


@dataclass(frozen=True)
class ReportedSign:
    """
    One sign as told once. ``None`` and an empty set mean that nobody said.

    Args:
        onset: An onset value of ``triage.yaml``.
        started_at: When it began; a day where the hour is not known.
        areas: Codes of areas or places.
        long_past: Whether it was there years ago: a red flag of then is no longer one.
    """

    sign: str
    status: Status = Status.PRESENT
    severity: Severity | None = None
    trend: Trend | None = None
    spreading: bool | None = None
    onset: str | None = None
    started_at: Span | None = None
    areas: frozenset[str] = frozenset()
    long_past: bool = False


@dataclass(frozen=True)
class Report:
    """
    One question to triage.

    Args:
        at: The moment that every elapsed time is counted to. Times in words are told in its zone.
        treatments: What was done or is booked; ``None`` where nobody asked, ``()`` where there is none.
        conditions: Codes; ``None`` where nobody asked, empty where none applies.
        last_session_at: The last microcurrent session.
        country: ISO 3166-1 alpha-2 code.
    """

    at: datetime
    signs: tuple[ReportedSign, ...] = ()
    text: str | None = None
    treatments: tuple[GivenTreatment, ...] | None = None
    conditions: frozenset[str] | None = None
    last_session_at: Span | None = None
    country: str | None = None


@dataclass(frozen=True)
class Mention:
    """One sign as told once, by whom, and where: a pointer into the request, or code points of the text."""

    said: ReportedSign
    origin: Literal["request", "text"]
    pointer: str
    matched: tuple[int, int] | None = None


@dataclass(frozen=True)
class Finding:
    """Everything said of one sign that counts as present, the strictest of each."""

    sign: str
    severity: Severity | None
    trend: Trend | None
    spreading: bool | None
    onsets: frozenset[str]
    started_at: Span | None
    areas: frozenset[str]
    pointer: str


def status_of(mentions: Iterable[Mention]) -> Status:
    """Return the status that counts: present outranks every other, whoever said it."""
    return min((mention.said.status for mention in mentions), key=_COUNTS_BEFORE.__getitem__)


def findings_of(guidance: Guidance, mentions: Mapping[str, Sequence[Mention]]) -> dict[str, Finding]:
    """
    Merge the mentions of each sign that counts as present; a red flag that has gone still does.

    Args:
        mentions: Keyed by sign.
    """
    found = {}
    for sign, mentions_ in mentions.items():
        counted = {Status.PRESENT, Status.PAST} if is_red_flag(guidance, sign) else {Status.PRESENT}
        if present := [each for each in mentions_ if each.said.status in counted and not each.said.long_past]:
            found[sign] = _merged(sign, present)
    return found


def is_red_flag(guidance: Guidance, sign: str) -> bool:
    """Whether the sign needs emergency care on its own."""
    return guidance.signs[sign].level is Level.EMERGENCY


def _merged(sign: str, mentions: Sequence[Mention]) -> Finding:
    said = [mention.said for mention in mentions]
    spread = {each.spreading for each in said} - {None}
    return Finding(
        sign=sign,
        severity=max(
            (each.severity for each in said if each.severity), key=lambda severity: severity.rank, default=None
        ),
        trend=max((each.trend for each in said if each.trend), key=lambda trend: trend.rank, default=None),
        spreading=any(spread) if spread else None,
        onsets=frozenset(each.onset for each in said if each.onset),
        started_at=min(
            (each.started_at for each in said if each.started_at), key=lambda span: (span.start, span.end), default=None
        ),
        areas=frozenset().union(*(each.areas for each in said)),
        pointer=mentions[0].pointer,
    )


@worked_out_once
def areas_and_places(guidance: Guidance) -> Mapping[str, Area | Place]:
    """Return all that a sign can lie in."""
    return {**guidance.areas, **guidance.places}


def refuse_unknown_codes(guidance: Guidance, report: Report) -> None:
    """
    Check every code of *report*.

    Raises:
        UnknownCode: The first that the guidance does not define.
    """
    places = areas_and_places(guidance)
    onsets = [value.id for value in guidance.triage.onset_values]
    for sign in report.signs:
        _refuse("sign", [sign.sign], guidance.signs)
        _refuse("onset", [sign.onset] if sign.onset else [], onsets)
        _refuse("area", sign.areas, places)
    for treatment in report.treatments or ():
        _refuse("treatment", [treatment.treatment], guidance.treatments)
        _refuse("area", treatment.areas or (), guidance.areas)
    _refuse("condition", report.conditions or (), guidance.conditions)


def _refuse(kind: str, codes: Iterable[str], known: Iterable[str]) -> None:
    for code in sorted(codes):
        if code not in known:
            raise UnknownCode(kind, code, known)

"""What is read from a text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from service.guidance.reading.background import Background
from service.guidance.records.common import Level, Severity, Trend
from service.guidance.report import Status

ConcernKind = Literal[
    "mentions", "states_now", "illness_unclear", "asks", "otherwise", "nothing_present", "unread", "not_english"
]


@dataclass(frozen=True)
class ReadSign:
    """
    One sign as a text names it. ``None`` and empty mean that the text does not say.

    Args:
        start: First code point of its words, counted from 0.
        end: The code point after the last.
        areas: Codes of areas and places.
        lasted_hours: How long it has been there; of a sign that begins with a treatment, how long ago that was.
        long_past: Whether it was there years ago, before any treatment that is told.
    """

    sign: str
    status: Status
    start: int
    end: int
    severity: Severity | None = None
    trend: Trend | None = None
    spreading: bool | None = None
    onsets: tuple[str, ...] = ()
    areas: frozenset[str] = frozenset()
    lasted_hours: int | None = None
    long_past: bool = False


@dataclass(frozen=True)
class Concern:
    """
    Why a text asks for more than the signs read from it.

    Args:
        kind: Key of its sentence under ``reasons`` of ``triage.yaml``.
    """

    kind: ConcernKind
    rule: str
    level: Level


@dataclass(frozen=True)
class Reading:
    """A text as read: its signs in the order of the text, and excerpts of what was not understood."""

    understood: bool
    signs: tuple[ReadSign, ...]
    not_understood: tuple[str, ...]
    concerns: tuple[Concern, ...]
    background: Background = field(default_factory=Background)

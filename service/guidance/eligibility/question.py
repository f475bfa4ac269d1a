"""What is asked: a session, and all that is known about the person who would have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from service.guidance.question import GivenTreatment
from service.guidance.records.common import Setting
from service.guidance.times import Span


@dataclass(frozen=True)
class Session:
    """One planned use of a device. ``areas_given`` is false where they are the default: all that a device may pass."""

    at: Span
    areas: tuple[str, ...]
    setting: Setting
    areas_given: bool = True


@dataclass(frozen=True)
class EligibilityQuestion:
    """
    May this session be held?

    Args:
        conditions: Codes in the order of the request; ``None`` where nobody asked. ``()`` says that none applies.
        signs: Likewise, for what shows on the skin.
        located: Where a condition or sign is, keyed by its code.
        zone: In which times are told.
        day_zone: What gives a bare date its day; ``None`` where nobody knows, so that it spans its widest.
    """

    session: Session
    treatments: tuple[GivenTreatment, ...]
    conditions: tuple[str, ...] | None
    signs: tuple[str, ...] | None
    zone: tzinfo
    day_zone: tzinfo | None
    located: Mapping[str, frozenset[str]] = field(default_factory=dict)
    age: int | None = None

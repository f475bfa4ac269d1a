"""What all records share: their base, codes, levels and sources.

Each kind of record in ``content/`` is a frozen class. A record says what a clinician would say; nothing here decides.
Hours are elapsed hours, a month counts 730 of them.
"""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z][a-z0-9_]*$", max_length=120)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Hours = Annotated[int, Field(ge=0, le=100_000, strict=True)]
HOURS_OF_UNIT = {"hours": 1, "days": 24, "weeks": 168, "months": 730}
_NOT_KEPT: set[str] = set()


class Record(BaseModel):
    """
    One entry of a content file. A misspelt key is an error, not a default.

    Its validator is made when the first record is read: compiled content needs none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    def __getstate__(self) -> dict[Any, Any]:
        """Return the members. Which of them its file gave is never asked, and takes as much room again."""
        return self.__dict__

    def __setstate__(self, state: dict[Any, Any]) -> None:
        """Take the members."""
        object.__setattr__(self, "__dict__", state)
        object.__setattr__(self, "__pydantic_fields_set__", _NOT_KEPT)
        object.__setattr__(self, "__pydantic_extra__", None)
        object.__setattr__(self, "__pydantic_private__", None)


class Ranked(StrEnum):
    """Codes in the order of their definition, mildest first. Their rank compares them; their text does not."""

    rank: int

    def __new__(cls, code: str) -> Self:
        """Number the codes as they are defined, from 0 for the mildest."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.rank = len(cls.__members__)
        return member


class Decision(Ranked):
    """What an eligibility answer is, mildest first. Closed for version 1 of the contract."""

    ELIGIBLE = "eligible"
    ELIGIBLE_WITH_CARE = "eligible_with_care"
    ASK_PROVIDER = "ask_provider"
    WAIT = "wait"
    DO_NOT_USE = "do_not_use"


class Level(Ranked):
    """How soon a person is needed, mildest first. Closed for version 1 of the contract."""

    SELF_CARE = "self_care"
    CONTACT_PROVIDER = "contact_provider"
    URGENT = "urgent"
    EMERGENCY = "emergency"


class Severity(Ranked):
    """How bad a sign feels to the person."""

    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


class Trend(Ranked):
    """Where a sign is going."""

    IMPROVING = "improving"
    STABLE = "stable"
    WORSENING = "worsening"


class Setting(StrEnum):
    """Where a session is held, and so how strong the device is."""

    HOME = "home"
    PROFESSIONAL = "professional"


class ConditionClass(StrEnum):
    """How much a condition forbids."""

    ABSOLUTE = "absolute"
    RELATIVE = "relative"
    LOCAL = "local"
    PRECAUTION = "precaution"


class Direction(StrEnum):
    """Which of the two comes first."""

    SESSION_AFTER_TREATMENT = "session_after_treatment"
    SESSION_BEFORE_TREATMENT = "session_before_treatment"


class Basis(StrEnum):
    """Whether a source states a rule, or this guidance chose it for safety."""

    SOURCE = "source"
    JUDGEMENT = "judgement"


class Grade(StrEnum):
    """The kind of a source: label or regulator, peer review, maker, everybody else."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Source(Record):
    """Where a fact comes from. ``retrieved`` is false for a known source whose page was not seen."""

    id: Code
    title: Text
    publisher: Text
    url: HttpUrl | None = None
    kind: Code
    grade: Grade
    retrieved: bool
    year: int | None = None
    notes: Text


class Release(Record):
    """Which guidance this is, and until when it may be trusted without another look."""

    version: Annotated[str, StringConstraints(pattern=r"^\d{4}\.\d{2}\.\d+$")]
    released: datetime.date
    review_due: datetime.date
    disclaimer: Text
    default_protocol: Text
    bookable: tuple[Decision, ...]
    booked_ahead_years: Annotated[int, Field(ge=1)]
    notes: dict[Code, Text]

"""What is given to a face and asked of the person: treatments, areas, conditions, and the waits that rules set."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from service.guidance.records.common import (
    HOURS_OF_UNIT,
    Basis,
    Code,
    ConditionClass,
    Decision,
    Direction,
    Hours,
    Record,
    RuleId,
    Text,
)


class Area(Record):
    """A part of the face or neck. ``decision`` is set where no device may pass."""

    id: Code
    label: Text
    face: bool
    decision: Literal[Decision.DO_NOT_USE] | None = None
    aliases: tuple[Text, ...]
    why: Text | None = None
    sources: tuple[Code, ...] = ()


class Place(Record):
    """
    A place that only a sign can have: a group of areas, or a relation that no area code expresses.

    A sign in one of its areas lies in the place; where ``needs`` says so, only one in more than half of them.
    """

    id: Code
    label: Text
    means: Text
    areas: tuple[Code, ...] = ()
    includes: tuple[Code, ...] = ()
    needs: Literal["one_area", "most_areas"] = "one_area"


class Treatment(Record):
    """
    Something else that is done to a face, with every name it goes by.

    ``stands_for`` is set on a generic ("filler"): its waits are the strictest of those treatments'. ``could_be`` is the
    exposure group with all that it may turn out to be. ``name_areas`` is keyed by a name that tells the place.
    """

    id: Code
    label: Text
    group: Literal["injectable", "procedure", "surgery"]
    names: tuple[Text, ...]
    name_areas: dict[str, tuple[Code, ...]] = Field(default_factory=dict)
    stands_for: tuple[Code, ...] = ()
    could_be: Code | None = None
    dated: bool = True
    note: Text | None = None


class Claim(Record):
    """
    What one source says about a wait: a figure, or a condition in words where it gives none.

    ``direct`` tells a claim about microcurrent itself from one about a facial, a massage or another device.
    """

    source: Code
    about: Text
    direct: bool = False
    area: Text
    value: Annotated[int, Field(ge=0)] | None = None
    value_max: Annotated[int, Field(ge=0)] | None = None
    unit: Literal["hours", "days", "weeks", "months"] | None = None
    condition: Text | None = None
    note: Text | None = None

    @property
    def hours(self) -> int | None:
        """The figure in hours, its lower end where it is a range."""
        return None if self.value is None or self.unit is None else self.value * HOURS_OF_UNIT[self.unit]

    @property
    def hours_max(self) -> int | None:
        """The upper end in hours; the figure itself where it is no range."""
        if self.value_max is None or self.unit is None:
            return self.hours
        return self.value_max * HOURS_OF_UNIT[self.unit]

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if (self.value is None) == (self.condition is None):
            raise ValueError("a claim has either a value with its unit, or a condition in words")
        if (self.value is None) != (self.unit is None):
            raise ValueError("value and unit come together")
        if self.value_max is not None and (self.value is None or self.value_max <= self.value):
            raise ValueError("value_max has to be larger than value")
        return self


class Figures(Record):
    """The hours of one rule. Before *minimum_hours* the answer is no; from *recommended_hours* it is yes."""

    minimum_hours: Hours
    recommended_hours: Hours
    provider_clearance: bool

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.minimum_hours > self.recommended_hours:
            raise ValueError(f"minimum_hours {self.minimum_hours} is above recommended_hours {self.recommended_hours}")
        return self


class AreaFigures(Figures):
    """Figures that replace those of the wait for some areas, or for everywhere that was not treated."""

    label: Text
    where: Literal["elsewhere"] | tuple[Code, ...]
    basis: Basis
    why: Text


class Wait(Figures):
    """Hours to leave between a treatment and a session, with every source's claim and why the value is used."""

    id: RuleId
    treatment: Code
    direction: Direction
    basis: Basis
    evidence_strength: Text
    why: Text
    areas: tuple[AreaFigures, ...] = ()
    claims: tuple[Claim, ...]
    note: Text | None = None
    see_also: tuple[Code, ...] = ()

    @cached_property
    def _figures_by_place(self) -> dict[str | None, Figures]:
        return {
            place: figures
            for figures in self.areas
            for place in (("elsewhere",) if figures.where == "elsewhere" else figures.where)
        }

    def figures_for(self, area: str | None) -> Figures:
        """Return the figures for an area code or ``"elsewhere"``: its own where it has some, else the general ones."""
        return self._figures_by_place.get(area, self)


class Rule(Record):
    """A rule that no single wait, condition or sign holds."""

    id: RuleId
    rule: Text
    basis: Basis
    sources: tuple[Code, ...]


class ExtendFactor(Record):
    """
    What lengthens a wait or stops a session, and how a request shows it.

    A factor with no trigger is told to people but cannot be read from a request.
    """

    id: RuleId
    factor: Text
    effect: Text
    basis: Basis
    sources: tuple[Code, ...]
    signs: tuple[Code, ...] = ()
    conditions: tuple[Code, ...] = ()
    treatments: tuple[Code, ...] = ()
    treated_areas_at_least: int | None = None
    one_visit_hours: Hours = 0
    decision: Decision | None = None
    add_recommended_hours: Hours = 0
    minimum_is_recommended: bool = False


class Condition(Record):
    """A fact about the person that can forbid a session."""

    id: Code
    label: Text
    class_: Annotated[ConditionClass, Field(alias="class")]
    lay_terms: tuple[Text, ...]
    why: Text
    advice: Text
    clears: Text | None = None
    conflict: Text | None = None
    triage_modifier: Text | None = None
    note: Text | None = None
    below_age: int | None = None
    sources: tuple[Code, ...]


class DeviceBrand(Record):
    """What a maker says about waiting, or that no statement was found."""

    brand: Text
    toxin_hours: Hours | None = None
    filler_hours: Hours | None = None
    source: Code | None = None
    note: Text | None = None


class InjectableNote(Record):
    """A contraindication of an injectable itself, worth a mention."""

    id: Code
    text: Text
    sources: tuple[Code, ...]


class SharedName(Record):
    """A name that several treatments go by."""

    name: Text
    treatments: Annotated[tuple[Code, ...], Field(min_length=2)]


class ProductWords(Record):
    """
    Words by which the name of a product is read, beside the known names.

    ``plain`` words change nothing about the name they stand beside, ``joining`` ones stand between two names, and
    ``not_misspelt`` ones look like a misspelt name and are none.
    """

    shared: tuple[SharedName, ...]
    plain: tuple[Text, ...]
    joining: tuple[Text, ...]
    not_misspelt: tuple[Text, ...]

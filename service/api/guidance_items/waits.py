"""Waits, with every claim that they rest on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from service.api.guidance_items.fields import Citations, Codes, Label
from service.api.wire import Item, Wire
from service.guidance.guidance import Guidance
from service.guidance.records import common, protocol
from service.guidance.wording import claimed_range


class Claim(Wire):
    """What one source says about a wait: a figure, or a condition in words."""

    source: str
    grade: Annotated[str, Field(description="A to D; see /v1/guidance/sources.")]
    retrieved: Annotated[bool, Field(description="Whether the page of the source was seen.")]
    about: str
    area: str
    value: int | None
    value_max: int | None
    unit: str | None
    hours: Annotated[int, Field(description="The figure in hours; a month counts 730.")] | None
    hours_max: int | None
    condition: str | None
    note: str | None


class HoursRange(Wire):
    """The smallest and the largest hours that any source claims."""

    from_hours: int
    to_hours: int


class AreaFigures(Wire):
    """Figures that replace those of the wait for some areas."""

    label: Label
    areas: Annotated[Codes, Field(description="The areas; left out where the figures are for elsewhere.")] | None
    elsewhere: Annotated[bool, Field(description="Whether they hold where treatment and session share no area.")]
    minimum_hours: int
    recommended_hours: int
    provider_clearance: bool
    basis: str
    why: str


class Wait(Item):
    """Hours to leave between a treatment and a session: what every source claims, the value used, and why."""

    treatment: str
    direction: Annotated[str, Field(description="session_after_treatment or session_before_treatment.")]
    label: Label
    minimum_hours: Annotated[int, Field(description="Before this the answer is no.")]
    recommended_hours: Annotated[int, Field(description="From this the answer is yes, as far as time goes.")]
    provider_clearance: Annotated[bool, Field(description="Ask whoever treated, also after the recommended time.")]
    basis: Annotated[str, Field(description="source, or judgement.")]
    evidence_strength: str
    why: str
    areas: tuple[AreaFigures, ...]
    claims: tuple[Claim, ...]
    claimed: HoursRange | None
    note: str | None
    see_also: Citations

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[Wait]:
        """Yield every wait, those of the generics too."""
        for each in guidance.waits.values():
            claimed = claimed_range(each)
            yield cls(
                id=each.id,
                treatment=each.treatment,
                direction=each.direction.value,
                label=wait_label(guidance, each),
                minimum_hours=each.minimum_hours,
                recommended_hours=each.recommended_hours,
                provider_clearance=each.provider_clearance,
                basis=each.basis.value,
                evidence_strength=each.evidence_strength,
                why=each.why,
                areas=tuple(map(_area_figures, each.areas)),
                claims=tuple(_claim(guidance, claim) for claim in each.claims),
                claimed=HoursRange(from_hours=claimed[0], to_hours=claimed[1]) if claimed else None,
                note=each.note,
                see_also=each.see_also,
            )


def wait_label(guidance: Guidance, wait: protocol.Wait) -> str:
    """Name a wait by its treatment and direction."""
    label = guidance.treatments[wait.treatment].label
    if wait.direction is common.Direction.SESSION_AFTER_TREATMENT:
        return f"From {label} to a session"
    return f"From a session to {label}"


def _area_figures(figures: protocol.AreaFigures) -> AreaFigures:
    return AreaFigures(
        label=figures.label,
        areas=None if figures.where == "elsewhere" else figures.where,
        elsewhere=figures.where == "elsewhere",
        minimum_hours=figures.minimum_hours,
        recommended_hours=figures.recommended_hours,
        provider_clearance=figures.provider_clearance,
        basis=figures.basis.value,
        why=figures.why,
    )


def _claim(guidance: Guidance, claim: protocol.Claim) -> Claim:
    source = guidance.sources[claim.source]
    return Claim(
        source=claim.source,
        grade=source.grade.value,
        retrieved=source.retrieved,
        about=claim.about,
        area=claim.area,
        value=claim.value,
        value_max=claim.value_max,
        unit=claim.unit,
        hours=claim.hours,
        hours_max=claim.hours_max,
        condition=claim.condition,
        note=claim.note,
    )


def claims_of(guidance: Guidance) -> list[protocol.Claim]:
    """Return every claim once: the waits of a generic repeat those of what it stands for."""
    written = [wait for wait in guidance.waits.values() if not guidance.treatments[wait.treatment].stands_for]
    return [claim for wait in written for claim in wait.claims]

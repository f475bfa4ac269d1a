"""Signs, what raises their level, and what several mean together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from service.api.guidance_items.fields import Aliases, Citations, Codes, Help, Label
from service.api.wire import Item, Wire
from service.guidance.guidance import Guidance
from service.guidance.records import triage
from service.guidance.records.common import Level


class Escalation(Wire):
    """What raises the level of a sign. Every key that is there has to hold."""

    to: Level
    action: str | None
    basis: str
    persists_hours: int | None
    worsening: bool | None
    spreading: bool | None
    severity: str | None
    onset: str | None
    areas: Codes | None
    history: Annotated[Codes, Field(description="Conditions, any one of which has to hold.")] | None
    with_any: Annotated[Codes, Field(description="Signs, any one of which has to be present as well.")] | None
    exposure: Annotated[str, Field(description="Id of /v1/guidance/exposure_groups, or microcurrent.")] | None
    within_hours: int | None
    means: str | None
    note: str | None

    @classmethod
    def of(cls, each: triage.Escalation) -> Escalation:
        """Show one escalation."""
        return cls(
            to=each.to,
            action=each.action,
            basis=each.basis.value,
            persists_hours=each.persists_hours,
            worsening=each.worsening,
            spreading=each.spreading,
            severity=each.severity.value if each.severity else None,
            onset=each.onset,
            areas=each.areas or None,
            history=each.history or None,
            with_any=each.with_any or None,
            exposure=each.exposure,
            within_hours=each.within_hours,
            means=each.means,
            note=each.note,
        )


class Sign(Item):
    """One finding, seen or felt."""

    label: Label
    aliases: Aliases
    help: Help
    clinical_term: str
    contexts: Annotated[Codes, Field(description="Where it is typical.")]
    may_indicate: tuple[str, ...]
    onset: str
    level: Annotated[Level, Field(description="Its level with nothing else known; escalations only raise it.")]
    action: str | None
    time_critical_minutes: int | None
    escalations: tuple[Escalation, ...]
    home_advice: str
    note: str | None
    citations: Citations

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[Sign]:
        """Yield every sign."""
        for each in guidance.signs.values():
            yield cls(
                id=each.id,
                label=each.label,
                aliases=each.lay_terms,
                help=each.question,
                clinical_term=each.clinical_term,
                contexts=each.contexts,
                may_indicate=each.may_indicate,
                onset=each.onset,
                level=each.level,
                action=each.action,
                time_critical_minutes=each.time_critical_minutes,
                escalations=tuple(map(Escalation.of, each.escalations)),
                home_advice=each.home_advice,
                note=each.note,
                citations=each.sources,
            )


class AnySign(Wire):
    """At least one of these holds for a sign of the combination."""

    severity: str | None
    worsening: bool | None
    persists_hours: int | None


class Combination(Item):
    """Signs that together mean more: one from every group, and every other key that is there."""

    level: Level
    action: str | None
    all_of_any: Annotated[tuple[Codes, ...], Field(description="Groups of signs; one of each has to be present.")]
    distinct: Annotated[bool, Field(description="Whether each group needs a sign of its own.")]
    exposure: str | None
    within_hours: int | None
    session_within_hours: int | None
    history: Codes | None
    onset: str | None
    any_sign: AnySign | None
    context: str | None
    why: str
    citations: Citations

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[Combination]:
        """Yield every combination."""
        for each in guidance.combinations.values():
            yield cls(
                id=each.id,
                level=each.level,
                action=each.action,
                all_of_any=each.all_of_any,
                distinct=each.distinct,
                exposure=each.exposure,
                within_hours=each.within_hours,
                session_within_hours=each.session_within_hours,
                history=each.history or None,
                onset=each.onset,
                any_sign=AnySign.model_validate(each.any_sign.model_dump()) if each.any_sign else None,
                context=each.context,
                why=each.why,
                citations=each.sources,
            )


class EmergencyNumber(Item):
    """The number that reaches an ambulance in a country."""

    id: Annotated[str, Field(description="ISO 3166-1 alpha-2 code.")]
    label: Label
    phone: str
    also: Annotated[tuple[str, ...], Field(description="Numbers that reach it as well.")]
    note: str | None
    citations: Citations

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[EmergencyNumber]:
        """Yield every country with a sourced number."""
        for each in guidance.emergency_numbers.values():
            yield cls(
                id=each.id,
                label=each.country,
                phone=each.phone,
                also=each.also,
                note=each.note,
                citations=each.sources,
            )

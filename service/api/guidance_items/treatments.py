"""What else is done to a face, where, and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from service.api.guidance_items.fields import Aliases, Citations, Codes, Help, Label
from service.api.wire import Item
from service.guidance.guidance import Guidance
from service.guidance.names import fold
from service.guidance.records import protocol
from service.guidance.records.common import Decision


class Treatment(Item):
    """Something else that is done to a face."""

    label: Label
    group: Annotated[str, Field(description="injectable, procedure or surgery.")]
    help: Help | None
    aliases: Aliases
    alias_areas: Annotated[dict[str, Codes], Field(description="Aliases that tell the place, and its areas.")]
    stands_for: Annotated[Codes, Field(description="Of a generic: the treatments whose strictest waits it takes.")]
    dated: Annotated[bool, Field(description="Whether its waits are known, so that its date leads to dates.")]
    waits: Annotated[Codes, Field(description="Ids of /v1/guidance/waits.")]

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[Treatment]:
        """Yield every treatment, in the order of the guidance."""
        for each in guidance.treatments.values():
            yield cls(
                id=each.id,
                label=each.label,
                group=each.group,
                help=each.note,
                aliases=tuple(dict.fromkeys((*each.names, *each.name_areas))),
                alias_areas=each.name_areas,
                stands_for=each.stands_for,
                dated=each.dated,
                waits=tuple(wait.id for wait in guidance.waits.values() if wait.treatment == each.id),
            )


class Area(Item):
    """A part of the face or neck."""

    label: Label
    aliases: Aliases
    face: Annotated[bool, Field(description="False for the parts of the neck.")]
    decision: Annotated[Decision, Field(description="Set where no device may pass.")] | None
    help: Help | None
    citations: Citations

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[Area]:
        """Yield every area."""
        for each in guidance.areas.values():
            yield cls(
                id=each.id,
                label=each.label,
                aliases=each.aliases,
                face=each.face,
                decision=each.decision,
                help=each.why,
                citations=each.sources,
            )


class Place(Item):
    """A place that only a sign can have."""

    label: Label
    help: Help
    areas: Annotated[Codes, Field(description="Areas inside the place.")]
    includes: Annotated[Codes, Field(description="Places that hold as well.")]

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[Place]:
        """Yield every place."""
        for each in guidance.places.values():
            yield cls(id=each.id, label=each.label, help=each.means, areas=each.areas, includes=each.includes)


class Condition(Item):
    """A fact about the person that can forbid a session."""

    label: Label
    aliases: Aliases
    help: Help
    class_: Annotated[str, Field(alias="class", description="absolute, relative, local or precaution.")]
    advice: str
    clears: Annotated[str, Field(description="What ends it; left out where nothing does.")] | None
    conflict: Annotated[str, Field(description="How lists that differ are settled here.")] | None
    note: str | None
    below_age: Annotated[int, Field(description="It holds for everybody younger than this.")] | None
    citations: Citations

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[Condition]:
        """Yield every condition."""
        return map(cls.of, guidance.conditions.values())

    @classmethod
    def of(cls, each: protocol.Condition) -> Condition:
        """Show one condition."""
        return cls(
            id=each.id,
            label=each.label,
            aliases=each.lay_terms,
            help=each.why,
            class_=each.class_.value,
            advice=each.advice,
            clears=each.clears,
            conflict=each.conflict,
            note=each.note,
            below_age=each.below_age,
            citations=each.sources,
        )


class ExposureGroup(Item):
    """Treatments that can cause the same harm."""

    treatments: Codes

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[ExposureGroup]:
        """Yield every group."""
        for each in guidance.exposure_groups.values():
            yield cls(id=each.id, treatments=each.treatments)


class DeviceBrand(Item):
    """What a maker says about waiting, or that no statement was found."""

    label: Label
    toxin_hours: int | None
    filler_hours: int | None
    note: str | None
    citations: Citations

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[DeviceBrand]:
        """Yield every brand."""
        for each in guidance.device_brands:
            yield cls(
                id=fold(each.brand).replace(" ", "_"),
                label=each.brand,
                toxin_hours=each.toxin_hours,
                filler_hours=each.filler_hours,
                note=each.note,
                citations=(each.source,) if each.source else (),
            )


class InjectableContraindication(Item):
    """A contraindication of an injectable itself, worth a mention."""

    text: str
    citations: Citations

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[InjectableContraindication]:
        """Yield every one."""
        for each in guidance.injectable_contraindications.values():
            yield cls(id=each.id, text=each.text, citations=each.sources)

"""What the guidance shows of clinic protocols: what they add, and every change beside the figures of the base."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field

from service.api.guidance_items.fields import Codes, Help, Label
from service.api.guidance_items.rules import Rule
from service.api.guidance_items.treatments import Condition
from service.api.guidance_items.waits import wait_label
from service.api.protocols import Clinic, Protocols
from service.api.wire import Item, Wire
from service.guidance.generics import ELSEWHERE, covers, places_of
from service.guidance.guidance import Guidance
from service.guidance.protocol import DEFAULT
from service.guidance.records import protocol
from service.guidance.records.common import Decision


class Figures(Wire):
    """What a wait asks for."""

    minimum_hours: Annotated[int, Field(description="Before this the answer is no.")]
    recommended_hours: Annotated[int, Field(description="From this the answer is yes, as far as time goes.")]
    provider_clearance: Annotated[bool, Field(description="Ask whoever treated, also after the recommended time.")]

    @classmethod
    def of(cls, figures: protocol.Figures) -> Self:
        """Show the figures of a wait, or of one of its areas."""
        return cls(
            minimum_hours=figures.minimum_hours,
            recommended_hours=figures.recommended_hours,
            provider_clearance=figures.provider_clearance,
        )


class ComparedAreas(Wire):
    """Figures of some areas, or of elsewhere on the face, in the base guidance and under the protocol."""

    areas: Annotated[Codes, Field(description="The areas; left out where the figures are for elsewhere.")] | None
    elsewhere: Annotated[bool, Field(description="Whether they hold where treatment and session share no area.")]
    base: Figures
    clinic: Figures


class ChangedWait(Wire):
    """A wait that the protocol makes longer; that of a generic name follows from what it stands for."""

    rule: Annotated[str, Field(description="Id of /v1/guidance/waits, where the claims of the sources are.")]
    label: Label
    why: Annotated[str, Field(description="The clinic's reason.")]
    base: Figures
    clinic: Figures
    areas: Annotated[
        tuple[ComparedAreas, ...], Field(description="Where other figures hold than in general, changed or not.")
    ]

    @classmethod
    def of(cls, guidance: Guidance, base: protocol.Wait, clinic: protocol.Wait) -> Self:
        """Show the figures side by side."""
        return cls(
            rule=base.id,
            label=wait_label(guidance, base),
            why=clinic.why,
            base=Figures.of(base),
            clinic=Figures.of(clinic),
            areas=tuple(_compared_areas(base, clinic)),
        )


def _compared_areas(base: protocol.Wait, clinic: protocol.Wait) -> Iterator[ComparedAreas]:
    """Yield the places whose figures differ from the general ones on either side, those with the same ones together."""
    alike: defaultdict[tuple[Figures, Figures, bool], list[str]] = defaultdict(list)
    for place in dict.fromkeys(place for wait in (base, clinic) for each in wait.areas for place in places_of(each)):
        figures = Figures.of(base.figures_for(place)), Figures.of(clinic.figures_for(place))
        if figures != (Figures.of(base), Figures.of(clinic)):
            alike[*figures, place == ELSEWHERE].append(place)
    for (before, after, elsewhere), places in alike.items():
        yield ComparedAreas(areas=None if elsewhere else tuple(places), elsewhere=elsewhere, base=before, clinic=after)


class ConditionRule(Wire):
    """What a condition means for a session."""

    class_: Annotated[str, Field(alias="class", description="absolute, relative, local or precaution.")]
    help: Help
    advice: str

    @classmethod
    def of(cls, condition: protocol.Condition) -> Self:
        """Show what can be raised of a condition."""
        return cls(class_=condition.class_.value, help=condition.why, advice=condition.advice)


class RaisedCondition(Wire):
    """A condition that the protocol takes more seriously."""

    id: Annotated[str, Field(description="Id of /v1/guidance/conditions.")]
    label: Label
    base: ConditionRule
    clinic: ConditionRule


class ProtocolItem(Item):
    """A set of rules that a request can name: the base guidance, or a clinic's own stricter ones."""

    label: Label
    clinic: Clinic | None
    bookable: Annotated[tuple[Decision, ...], Field(description="The decisions that may be booked.")]
    conditions: Annotated[tuple[Condition, ...], Field(description="The clinic's own; no other protocol knows them.")]
    raised_conditions: tuple[RaisedCondition, ...]
    waits: Annotated[tuple[ChangedWait, ...], Field(description="Those with another figure than in the base guidance.")]
    guidance_version: Annotated[str, Field(description="That of every answer under this protocol.")]

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[ProtocolItem]:
        """Yield the protocol that every guidance has."""
        yield cls.of(DEFAULT, guidance, None)

    @classmethod
    def of(cls, id: str, guidance: Guidance, clinic: Clinic | None) -> Self:
        """Show a protocol beside the base guidance."""
        base = guidance.base
        return cls(
            id=id,
            label=clinic.name if clinic else guidance.release.default_protocol,
            clinic=clinic,
            bookable=guidance.release.bookable,
            conditions=tuple(map(Condition.of, _own_conditions(guidance))),
            raised_conditions=tuple(
                RaisedCondition(
                    id=each.id,
                    label=each.label,
                    base=ConditionRule.of(base.conditions[each.id]),
                    clinic=ConditionRule.of(each),
                )
                for each in _raised_conditions(guidance)
            ),
            waits=tuple(ChangedWait.of(base, base.waits[wait.id], wait) for wait in _changed_waits(guidance)),
            guidance_version=guidance.version,
        )


def protocols_of_clinics(protocols: Protocols) -> Iterator[ProtocolItem]:
    """Yield every protocol but the default one."""
    for id, clinic in protocols.clinics.items():
        yield ProtocolItem.of(id, protocols.guidances[id], clinic)


def rules_of_clinics(protocols: Protocols) -> Iterator[Rule]:
    """
    Yield the rules that clinics add, and those of the base that they make stricter, marked with their protocols.

    A rule of the base keeps its words. The whole record of an added one is at the first protocol that adds it.
    """
    known = {rule.id: rule for rule in Rule.all(protocols.base)}
    marks: defaultdict[str, list[str]] = defaultdict(list)
    for id in protocols.clinics:
        for rule in _changed_rules(protocols.guidances[id]):
            marks[rule.id].append(id)
            known.setdefault(rule.id, rule.model_copy(update={"href": f"/v1/guidance/protocols/{id}"}))
    for rule_id, ids in marks.items():
        yield known[rule_id].model_copy(update={"protocols": tuple(ids)})


def _changed_rules(guidance: Guidance) -> Iterator[Rule]:
    changed = {
        *(wait.id for wait in _changed_waits(guidance)),
        *(f"condition.{each.id}" for each in (*_raised_conditions(guidance), *_own_conditions(guidance))),
    }
    return (rule for rule in Rule.all(guidance) if rule.id in changed)


def _changed_waits(guidance: Guidance) -> Iterator[protocol.Wait]:
    """Yield the waits with a higher figure somewhere. None is ever lower."""
    for id, wait in guidance.waits.items():
        if not covers(guidance.base.waits[id], wait):
            yield wait


def _raised_conditions(guidance: Guidance) -> Iterator[protocol.Condition]:
    for id, base in guidance.base.conditions.items():
        if guidance.conditions[id] != base:
            yield guidance.conditions[id]


def _own_conditions(guidance: Guidance) -> Iterator[protocol.Condition]:
    return (each for id, each in guidance.conditions.items() if id not in guidance.base.conditions)

"""Lay a protocol over the guidance. Every figure is the higher of two, so nothing can come out looser."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType

from service.guidance.generics import ELSEWHERE, covers, places_of, strictest, with_generics
from service.guidance.guidance import Guidance
from service.guidance.protocol.rules import OwnCondition, Protocol, RaisedCondition, StricterWait
from service.guidance.records.common import Basis, ConditionClass
from service.guidance.records.protocol import Area, AreaFigures, Condition, Figures, Wait

CLASSES = (ConditionClass.PRECAUTION, ConditionClass.LOCAL, ConditionClass.RELATIVE, ConditionClass.ABSOLUTE)
"""Mildest first. Local forbids as relative does where it applies, and asks for care everywhere else."""


def tighten(guidance: Guidance, protocol: Protocol) -> Guidance:
    """
    Return the guidance with the stricter rules of a protocol; *guidance* itself stays as it is.

    A raised general figure also raises those of the areas that would be looser, but not the one for elsewhere on the
    face, which is raised by its own name only. A raised minimum raises the recommended time that it would overtake.
    A generic treatment gets the strictest of what it stands for, worked out again; where it was no looser than a kind
    that it can turn out to be, it still is none. What equals the base guidance changes nothing.

    Args:
        protocol: Checked against this guidance.
    """
    conditions = dict(guidance.conditions)
    for raised in protocol.raised_conditions:
        conditions[raised.id] = _raised(conditions[raised.id], raised)
    conditions |= {own.id: _condition(own) for own in protocol.conditions}
    booked = guidance.release.bookable if protocol.bookable is None else protocol.bookable
    bookable = tuple(decision for decision in guidance.release.bookable if decision in booked)
    return replace(
        guidance,
        version=f"{guidance.version}.{protocol.id}-{protocol.digest}",
        release=guidance.release.model_copy(update={"bookable": bookable}),
        waits=_waits(guidance, protocol),
        conditions=MappingProxyType(conditions),
        tightened_from=guidance.base,
    )


def general_figures(wait: Wait, stricter: StricterWait) -> Figures:
    """Return the figures that hold where a tightened wait has none for an area."""
    return strictest([wait, stricter.figures])


def least_figures(wait: Wait, stricter: StricterWait, place: str) -> Figures:
    """Return what the figures for an area code or ``elsewhere`` are at least, before those of its own."""
    if place == ELSEWHERE:
        return strictest([wait.figures_for(place)])
    return strictest([wait.figures_for(place), general_figures(wait, stricter)])


def _waits(guidance: Guidance, protocol: Protocol) -> Mapping[str, Wait]:
    stricter = {each.id: _tightened(guidance.areas, guidance.waits[each.id], each) for each in protocol.waits}
    written = {
        key: stricter.get(key, wait)
        for key, wait in guidance.waits.items()
        if not guidance.treatments[wait.treatment].stands_for
    }
    return with_generics(written, guidance.treatments, _covered(guidance, stricter))


def _covered(guidance: Guidance, stricter: Mapping[str, Wait]) -> Mapping[str, list[Wait]]:
    """Return the *stricter* waits of kinds that a generic wait was no looser than, by the generic wait's id."""
    covered: defaultdict[str, list[Wait]] = defaultdict(list)
    for generic in guidance.treatments.values():
        if not generic.stands_for or generic.could_be is None:
            continue
        kinds = {*guidance.exposure_groups[generic.could_be].treatments} - {*generic.stands_for}
        for wait in stricter.values():
            rule = f"{wait.id.split('.')[0]}.{generic.id}"
            if wait.treatment in kinds and covers(guidance.waits[rule], guidance.waits[wait.id]):
                covered[rule].append(wait)
    return covered


def _tightened(areas: Mapping[str, Area], wait: Wait, stricter: StricterWait) -> Wait:
    general = general_figures(wait, stricter)
    own = {place: each for each in stricter.areas for place in each.where}
    placed = [
        *(_kept(figures, own.keys(), general, stricter.why) for figures in wait.areas),
        *(
            AreaFigures(
                label=areas[place].label if place in areas else place,
                where=place if place == ELSEWHERE else (place,),
                basis=Basis.JUDGEMENT,
                why=stricter.why,
                **dict(strictest([least_figures(wait, stricter, place), each.figures])),
            )
            for place, each in own.items()
        ),
    ]
    tightened = Wait(
        **{
            **dict(wait),
            **dict(general),
            "areas": tuple(figures for figures in placed if figures is not None),
            "basis": Basis.JUDGEMENT,
            "evidence_strength": "judgement: the clinic's own",
            "why": stricter.why,
        }
    )
    return wait if covers(wait, tightened) else tightened


def _kept(figures: AreaFigures, own: Collection[str], general: Figures, why: str) -> AreaFigures | None:
    """Return base figures for the areas that have none of their *own* now, raised along with the general ones."""
    places = tuple(place for place in places_of(figures) if place not in own)
    if not places:
        return None
    raised = strictest([figures, general])
    if figures.where == ELSEWHERE or raised == strictest([figures]):
        return figures.model_copy(update={"where": ELSEWHERE if figures.where == ELSEWHERE else places})
    return AreaFigures(label=figures.label, where=places, basis=Basis.JUDGEMENT, why=why, **dict(raised))


def _condition(own: OwnCondition) -> Condition:
    return Condition(**dict(own))


def _raised(condition: Condition, raised: RaisedCondition) -> Condition:
    if CLASSES.index(raised.class_) <= CLASSES.index(condition.class_):
        return condition
    return Condition(**{**dict(condition), "class_": raised.class_, "why": raised.why, "advice": raised.advice})

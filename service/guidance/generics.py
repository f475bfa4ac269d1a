"""The waits of a generic name ("filler"): the strictest, area by area, of those of the treatments it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from service.guidance.records.common import Basis
from service.guidance.records.protocol import AreaFigures, Figures, Treatment, Wait

ELSEWHERE = "elsewhere"
_NONE: Mapping[str, Sequence[Wait]] = MappingProxyType({})


def with_generics(
    written: Mapping[str, Wait], treatments: Mapping[str, Treatment], also: Mapping[str, Sequence[Wait]] = _NONE
) -> Mapping[str, Wait]:
    """
    Return the *written* waits with those of the generic treatments, all by rule id.

    Args:
        also: More waits that a generic one is no looser than, by its rule id.
    """
    waits = dict(written)
    for treatment in treatments.values():
        for prefix in ("wait", "wait_before"):
            rule = f"{prefix}.{treatment.id}"
            parts = [written[key] for each in treatment.stands_for if (key := f"{prefix}.{each}") in written]
            if parts:
                waits[rule] = generic_wait([*parts, *also.get(rule, ())], treatment)
    return MappingProxyType(waits)


def generic_wait(waits: Sequence[Wait], treatment: Treatment) -> Wait:
    """
    Return the wait of a generic treatment.

    Args:
        waits: Of the treatments that it stands for, all in one direction; at least one.
    """
    why = f"The strictest of {' and '.join(wait.id for wait in waits)}."
    general = strictest(waits)
    places = {place for wait in waits for figures in wait.areas for place in places_of(figures)}
    own = {place: strictest([wait.figures_for(place) for wait in waits]) for place in sorted(places)}
    return Wait(
        id=f"{waits[0].id.split('.')[0]}.{treatment.id}",
        treatment=treatment.id,
        direction=waits[0].direction,
        basis=Basis.JUDGEMENT,
        evidence_strength="judgement: the kind is not known",
        why=why,
        areas=tuple(
            AreaFigures(label=place, where=_where(place), basis=Basis.JUDGEMENT, why=why, **dict(figures))
            for place, figures in own.items()
            if figures != general
        ),
        claims=tuple(dict.fromkeys(claim for wait in waits for claim in wait.claims)),
        **dict(general),
    )


def strictest(each: Iterable[Figures]) -> Figures:
    """Return the highest of each figure; at least one is needed."""
    each = tuple(each)
    return Figures(
        minimum_hours=max(figures.minimum_hours for figures in each),
        recommended_hours=max(figures.recommended_hours for figures in each),
        provider_clearance=any(figures.provider_clearance for figures in each),
    )


def covers(wait: Wait, other: Wait) -> bool:
    """Whether a wait is nowhere looser than another one."""
    places = {None, *(place for each in (wait, other) for figures in each.areas for place in places_of(figures))}
    return all(
        strictest([wait.figures_for(place), other.figures_for(place)]) == strictest([wait.figures_for(place)])
        for place in places
    )


def places_of(figures: AreaFigures) -> tuple[str, ...]:
    """Return the area codes that figures are for, or ``elsewhere``."""
    return (ELSEWHERE,) if figures.where == ELSEWHERE else tuple(figures.where)


def _where(place: str) -> str | tuple[str, ...]:
    return place if place == ELSEWHERE else (place,)

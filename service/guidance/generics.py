"""The waits of a generic name ("filler"): the strictest, area by area, of those of the treatments it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from service.guidance.records import AreaFigures, Basis, Figures, Treatment, Wait

ELSEWHERE = "elsewhere"


def generic_wait(waits: Sequence[Wait], treatment: Treatment) -> Wait:
    """
    Return the wait of a generic treatment.

    Args:
        waits: Of the treatments that it stands for, all in one direction; at least one.
    """
    why = f"The strictest of {' and '.join(wait.id for wait in waits)}."
    general = _strictest(waits)
    places = {place for wait in waits for figures in wait.areas for place in _places(figures)}
    own = {place: _strictest([wait.figures_for(place) for wait in waits]) for place in sorted(places)}
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


def _strictest(each: Iterable[Figures]) -> Figures:
    each = tuple(each)
    return Figures(
        minimum_hours=max(figures.minimum_hours for figures in each),
        recommended_hours=max(figures.recommended_hours for figures in each),
        provider_clearance=any(figures.provider_clearance for figures in each),
    )


def _places(figures: AreaFigures) -> tuple[str, ...]:
    return (ELSEWHERE,) if figures.where == ELSEWHERE else tuple(figures.where)


def _where(place: str) -> str | tuple[str, ...]:
    return place if place == ELSEWHERE else (place,)

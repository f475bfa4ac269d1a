"""What has to hold between a protocol and the guidance that it tightens: known names, and nothing looser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from service.guidance.check import Fault
from service.guidance.generics import ELSEWHERE, strictest
from service.guidance.guidance import Guidance
from service.guidance.names import did_you_mean
from service.guidance.protocol.rules import OwnCondition, RaisedCondition, StricterArea, StricterFigures, StricterWait
from service.guidance.protocol.tightening import CLASSES, general_figures
from service.guidance.records.common import Decision
from service.guidance.records.protocol import Figures, Wait


def bookable_faults(file: str, guidance: Guidance, bookable: Iterable[object]) -> Iterator[Fault]:
    """Yield the decisions that the base guidance does not book, and those named twice."""
    allowed = guidance.release.bookable
    for code, times in Counter(code for code in bookable if isinstance(code, str)).items():
        if code in list(Decision) and code not in allowed:
            what = f"bookable '{code}' is looser than the base guidance, which books only {', '.join(allowed)}"
            yield Fault(file, "bookable", what, "remove it")
        if times > 1:
            yield Fault(file, "bookable", f"'{code}' is given twice", "remove one of the two")


def wait_faults(file: str, guidance: Guidance, stricter: StricterWait) -> Iterator[Fault]:
    """Yield what is wrong with a longer wait: unknown names, looser figures, and areas named twice."""
    wait = guidance.waits.get(stricter.id)
    if wait is None:
        yield _unknown(file, stricter.id, "wait", stricter.id, guidance.waits)
        return
    stands_for = guidance.treatments[wait.treatment].stands_for
    if stands_for:
        parts = " and ".join(f"{wait.id.split('.')[0]}.{each}" for each in stands_for)
        yield Fault(file, wait.id, f"is worked out from {parts}", "raise those, and it follows")
        return
    yield from _looser(file, wait.id, "", stricter, wait, "of the base guidance")
    for place, times in Counter(place for each in stricter.areas for place in each.where).items():
        if times > 1:
            yield Fault(file, wait.id, f"gives two figures for {place}", "keep one of them")
    for each in stricter.areas:
        for place in each.where:
            yield from _place_faults(file, guidance, wait, stricter, each, place)


def _place_faults(
    file: str, guidance: Guidance, wait: Wait, stricter: StricterWait, each: StricterArea, place: str
) -> Iterator[Fault]:
    base, general = strictest([wait.figures_for(place)]), general_figures(wait, stricter)
    if place == ELSEWHERE:
        yield from _looser(file, wait.id, "elsewhere.", each, base, "of the base guidance")
        yield from _stricter_than_treated(file, wait.id, strictest([base, each.figures]), general)
    elif place not in guidance.areas:
        yield _unknown(file, wait.id, "area", place, [*guidance.areas, ELSEWHERE])
    elif faults := list(_looser(file, wait.id, f"{place}.", each, base, "of the base guidance")):
        yield from faults
    else:
        yield from _looser(file, wait.id, f"{place}.", each, general, "that this wait has in general")


def _looser(
    file: str, record: str, prefix: str, stricter: StricterFigures, limits: Figures, whose: str
) -> Iterator[Fault]:
    for key, figure in stricter.given.items():
        limit = getattr(limits, key)
        if figure < limit:
            what = f"{prefix}{key} {_say(figure)} is looser than the {_say(limit)} {whose}"
            at_least = _say(limit) if limit is True else f"{limit} or more"
            yield Fault(file, record, what, f"give {at_least}, or leave it out")


def _stricter_than_treated(file: str, record: str, elsewhere: Figures, general: Figures) -> Iterator[Fault]:
    """Yield the figures that would have an area wait longer because it was not treated."""
    for key, figure in dict(elsewhere).items():
        limit = getattr(general, key)
        if figure > limit:
            what = f"elsewhere.{key} {_say(figure)} is above the {_say(limit)} that this wait has where it was treated"
            yield Fault(file, record, what, f"give at most {_say(limit)}, or raise {key} in general too")


def condition_faults(file: str, guidance: Guidance, own: OwnCondition) -> Iterator[Fault]:
    """Yield what is wrong with a condition of the clinic's own: a taken id, and unknown sources."""
    taken = {**dict.fromkeys(guidance.conditions, "condition"), **dict.fromkeys(guidance.signs, "sign")}
    if own.id in taken:
        stem = file.removesuffix(".yaml")
        cure = f"call it {stem}_{own.id}"
        if own.id in guidance.conditions:
            cure += ", or raise the class of the base's under raised_conditions"
        yield Fault(file, own.id, f"the base guidance has a {taken[own.id]} of that id", cure)
    for source in own.sources:
        if source not in guidance.sources:
            yield _unknown(file, own.id, "source", source, guidance.sources)


def raised_faults(file: str, guidance: Guidance, raised: RaisedCondition) -> Iterator[Fault]:
    """Yield what is wrong with a raised condition: an unknown id, or a class below the base's."""
    base = guidance.conditions.get(raised.id)
    if base is None:
        yield _unknown(file, raised.id, "condition", raised.id, guidance.conditions)
    elif CLASSES.index(raised.class_) < CLASSES.index(base.class_):
        what = f"class '{raised.class_}' is looser than the '{base.class_}' of the base guidance"
        stricter = " or ".join(CLASSES[CLASSES.index(base.class_) :])
        yield Fault(file, raised.id, what, f"give {stricter}, or remove it")


def _unknown(file: str, record: str, kind: str, name: str, known: Iterable[str]) -> Fault:
    cure = f"correct the name{did_you_mean(name, known)}"
    return Fault(file, record, f"the base guidance has no {kind} '{name}'", cure)


def _say(figure: int | bool) -> str:
    return str(figure).lower()

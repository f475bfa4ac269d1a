"""Whether a rule holds in what was reported: yes, no, or not known, and then what would have to be asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import product
from typing import NamedTuple

from service.guidance.guidance import Guidance
from service.guidance.question import GivenTreatment
from service.guidance.records.common import Severity, Trend
from service.guidance.records.triage import AnySign, Combination, Escalation
from service.guidance.report import Finding
from service.guidance.times import Span

TREATED, BEYOND = "treated_area", "beyond_treated_area"
SESSION = "microcurrent"


class Unsaid(NamedTuple):
    """
    Something that nobody said and that a rule turns on.

    Args:
        what: Key of its question in ``triage.yaml``; ``sign`` stands for the sign's own question.
        codes: What the question asks after: conditions, places, an onset.
        means: What a person may say instead.
        pointer: Where in a request the answer belongs.
    """

    what: str
    pointer: str
    sign: str | None = None
    codes: tuple[str, ...] = ()
    means: str | None = None


class Verdict(NamedTuple):
    """Whether something holds; ``None`` where it turns on what is *unsaid*. *needed* counts the facts that lack."""

    holds: bool | None
    unsaid: tuple[Unsaid, ...] = ()
    needed: int = 0


YES, NO = Verdict(True), Verdict(False)


@dataclass(frozen=True)
class Circumstances:
    """
    Everything that rules are tested against.

    Args:
        findings: Signs that count as present, keyed by sign.
        excluded: Signs that the person said are not there.
        treatments: ``None`` where nobody asked; likewise *conditions*.
    """

    guidance: Guidance
    at: datetime
    findings: Mapping[str, Finding]
    excluded: frozenset[str]
    treatments: tuple[GivenTreatment, ...] | None
    conditions: frozenset[str] | None
    last_session_at: Span | None


def escalation_holds(here: Circumstances, finding: Finding, rule: Escalation) -> Verdict:
    """Test every key of an escalation of the sign that was found."""
    return _every(_escalation_keys(here, finding, rule))


def combination_holds(here: Circumstances, rule: Combination) -> Verdict:
    """Test every key of a combination. One that no present sign belongs to does not hold."""
    matched = [here.findings[sign] for sign in here.findings if any(sign in group for group in rule.all_of_any)]
    return _every(_combination_keys(here, matched, rule)) if matched else NO


def _escalation_keys(here: Circumstances, finding: Finding, rule: Escalation) -> Iterator[Verdict]:
    if rule.persists_hours is not None:
        yield _lasts(here, finding, rule.persists_hours)
    if rule.worsening:
        yield _worsens(finding)
    if rule.spreading:
        yield _spreads(finding)
    if rule.severity is not None:
        yield _is_as_bad_as(finding, rule.severity, rule.means)
    if rule.onset is not None:
        yield _began(here, finding, rule.onset)
    if rule.areas:
        yield _some(_lies_in(here, finding, place, rule) for place in rule.areas)
    if rule.history:
        yield _history(here, rule.history)
    if rule.with_any:
        yield _some(_is_present(here, sign) for sign in rule.with_any)
    if rule.exposure is not None:
        yield _exposed(here, rule.exposure, rule.within_hours)


def _combination_keys(here: Circumstances, matched: list[Finding], rule: Combination) -> Iterator[Verdict]:
    yield _groups(here, rule)
    if rule.exposure is not None:
        yield _exposed(here, rule.exposure, rule.within_hours)
    if rule.session_within_hours is not None:
        yield _had_session(here, rule.session_within_hours)
    if rule.history:
        yield _history(here, rule.history)
    if rule.onset is not None:
        yield _some(_began(here, finding, rule.onset) for finding in matched)
    if rule.any_sign is not None:
        yield _some(key for finding in matched for key in _any_sign_keys(here, finding, rule.any_sign))


def _any_sign_keys(here: Circumstances, finding: Finding, rule: AnySign) -> Iterator[Verdict]:
    if rule.severity is not None:
        yield _is_as_bad_as(finding, rule.severity, None)
    if rule.worsening:
        yield _worsens(finding)
    if rule.persists_hours is not None:
        yield _lasts(here, finding, rule.persists_hours)


def _every(keys: Iterable[Verdict]) -> Verdict:
    unsaid: list[Unsaid] = []
    needed = 0
    for key in keys:
        if key.holds is False:
            return NO
        unsaid.extend(key.unsaid)
        needed += key.needed
    return Verdict(None, tuple(unsaid), needed) if needed else YES


def _some(keys: Iterable[Verdict]) -> Verdict:
    unsaid: list[Unsaid] = []
    needed = []
    for key in keys:
        if key.holds:
            return YES
        if key.holds is None:
            unsaid.extend(key.unsaid)
            needed.append(key.needed)
    return Verdict(None, tuple(unsaid), min(needed)) if needed else NO


def _ask(
    what: str, pointer: str, sign: str | None = None, codes: tuple[str, ...] = (), means: str | None = None
) -> Verdict:
    return Verdict(None, (Unsaid(what, pointer, sign, codes, means),), 1)


def _ask_of(finding: Finding, what: str, codes: tuple[str, ...] = (), means: str | None = None) -> Verdict:
    return _ask(what, f"{finding.pointer}/{what}", finding.sign, codes, means)


def _is_present(here: Circumstances, sign: str) -> Verdict:
    if sign in here.findings:
        return YES
    return NO if sign in here.excluded else _ask_whether(sign)


@cache
def _ask_whether(sign: str) -> Verdict:
    return _ask("sign", "/signs/-", sign)


def _groups(here: Circumstances, rule: Combination) -> Verdict:
    verdict = _every(_some(_is_present(here, sign) for sign in group) for group in rule.all_of_any)
    if not verdict.holds or not rule.distinct:
        return verdict
    present = [[sign for sign in group if sign in here.findings] for group in rule.all_of_any]
    if any(len(set(choice)) == len(choice) for choice in product(*present)):
        return YES
    others = dict.fromkeys(sign for group in rule.all_of_any for sign in group if sign not in here.findings)
    return _some(_is_present(here, sign) for sign in others)


def _lasts(here: Circumstances, finding: Finding, hours: int) -> Verdict:
    if finding.started_at is None:
        return _ask_of(finding, "started_at")
    return Verdict(here.at - finding.started_at.start >= timedelta(hours=hours))


def _worsens(finding: Finding) -> Verdict:
    return _ask_of(finding, "trend") if finding.trend is None else Verdict(finding.trend is Trend.WORSENING)


def _spreads(finding: Finding) -> Verdict:
    return _ask_of(finding, "spreading") if finding.spreading is None else Verdict(finding.spreading)


def _is_as_bad_as(finding: Finding, severity: Severity, means: str | None) -> Verdict:
    if finding.severity is None:
        return _ask_of(finding, "severity", (severity.value,), means)
    return Verdict(finding.severity.rank >= severity.rank)


def _began(here: Circumstances, finding: Finding, onset: str) -> Verdict:
    if onset in finding.onsets or _began_soon_after(here, finding, onset):
        return YES
    return NO if finding.onsets else _ask_of(finding, "onset", (onset,))


def _began_soon_after(here: Circumstances, finding: Finding, onset: str) -> bool:
    """
    Whether the instants given show that the sign began within the hours of the onset value.

    A treatment of which nobody knows the date is inside this window as inside every other.
    """
    hours = next(value.within_hours for value in here.guidance.triage.onset_values if value.id == onset)
    if hours is None or finding.started_at is None or not finding.started_at.is_instant:
        return False
    if any(treatment.given is None for treatment in here.treatments or ()):
        return True
    exposures = [*(treatment.given for treatment in here.treatments or ()), here.last_session_at]
    return any(
        timedelta() <= finding.started_at.start - exposure.start <= timedelta(hours=hours)
        for exposure in exposures
        if exposure is not None and exposure.is_instant
    )


def _history(here: Circumstances, conditions: tuple[str, ...]) -> Verdict:
    if here.conditions is None:
        return _ask("conditions", "/conditions", codes=conditions)
    return Verdict(not here.conditions.isdisjoint(conditions))


def _had_session(here: Circumstances, hours: int | None) -> Verdict:
    if here.last_session_at is None:
        return _ask("last_session_at", "/last_session_at")
    return Verdict(_in_window(here.at, here.last_session_at, hours))


def _exposed(here: Circumstances, group: str, hours: int | None) -> Verdict:
    if group == SESSION:
        return _had_session(here, hours)
    if here.treatments is None:
        return _ask("treatments", "/treatments")
    return Verdict(any(True for _ in _exposures(here, group, hours)))


def _exposures(here: Circumstances, group: str | None, hours: int | None) -> Iterator[GivenTreatment]:
    """Yield the treatments of the group that were given within the hours; a date that nobody knows is within."""
    wanted = here.guidance.exposure_groups[group].treatments if group else here.guidance.treatments
    for treatment in here.treatments or ():
        if treatment.treatment in wanted and _in_window(here.at, treatment.given, hours):
            yield treatment


def _in_window(at: datetime, given: Span | None, hours: int | None) -> bool:
    """Whether any instant of *given* lies from *hours* ago to now, both included. What is booked does not."""
    if given is None:
        return True
    if given.start > at:
        return False
    if hours is None:
        return True
    earliest = at - timedelta(hours=hours)
    return given.start >= earliest or given.end > earliest


def _lies_in(here: Circumstances, finding: Finding, code: str, rule: Escalation) -> Verdict:
    told = _told(here.guidance, finding.areas)
    if code in told:
        return YES
    if not told:
        return _ask_of(finding, "areas", (code,))
    if code == TREATED:
        return _lies_in_treated_area(here, finding, told, rule)
    if code == BEYOND:
        return _lies_beyond_treated_area(here, finding)
    place = here.guidance.places.get(code)
    if place is None:
        return NO
    if not place.areas:
        return _ask_of(finding, "areas", (code,))
    inside = len(told.intersection(place.areas))
    return Verdict(inside > 0 if place.needs == "one_area" else 2 * inside > len(place.areas))


def _told(guidance: Guidance, codes: Iterable[str]) -> frozenset[str]:
    """Return the codes with every area that lies in a place among them, and every place that it includes."""
    places = [guidance.places[code] for code in codes if code in guidance.places]
    included = [guidance.places[code] for place in places for code in place.includes]
    return frozenset(codes).union(*(([place.id, *place.areas]) for place in [*places, *included]))


def _areas_of(treatment: GivenTreatment) -> frozenset[str] | None:
    return treatment.areas if treatment.areas is not None else treatment.name_areas or None


def _lies_in_treated_area(here: Circumstances, finding: Finding, told: frozenset[str], rule: Escalation) -> Verdict:
    if here.treatments is None:
        return _ask_of(finding, "areas", (TREATED,))
    return _some(
        _ask("treatment_areas", f"{treatment.pointer or '/treatments/-'}/areas")
        if areas is None
        else Verdict(not told.isdisjoint(areas))
        for treatment in _exposures(here, rule.exposure, rule.within_hours)
        for areas in [_areas_of(treatment)]
    )


def _lies_beyond_treated_area(here: Circumstances, finding: Finding) -> Verdict:
    """
    Test whether the sign reaches outside the areas of at least one treatment.

    Of one, not of all: a further treatment in the list must never lower a level.
    """
    treated = [areas for each in _exposures(here, None, None) for areas in [_areas_of(each)] if areas is not None]
    if not treated:
        return _ask_of(finding, "areas", (BEYOND,))
    parts = [
        frozenset(here.guidance.places[code].areas) if code in here.guidance.places else frozenset({code})
        for code in finding.areas
    ]
    return Verdict(any(part and part.isdisjoint(areas) for part in parts for areas in treated))

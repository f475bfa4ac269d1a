"""Understand treatments as people name and date them: codes, brands and lay names, hours, days and unknown dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from service.guidance.guidance import Guidance
from service.guidance.names import did_you_mean, fold
from service.guidance.question import GivenTreatment, InputFault, InvalidQuestion
from service.guidance.times import WESTMOST, span_of, start_of_day


@dataclass(frozen=True)
class TreatmentInput:
    """One treatment as a request gives it. Every time is a date-time with its offset, or a bare date."""

    treatment: str | None
    product: str | None
    at: datetime | date | None
    areas: tuple[str, ...] | None
    wait_until: datetime | date | None = None
    cleared: bool | None = None
    pointer: str = ""


def day_zone(zone: tzinfo | None, session_at: datetime | date) -> tzinfo | None:
    """
    Return the zone that gives a bare date its day: the named one, else the offset of the session.

    ``None`` where neither tells: an offset of zero is how software writes "somewhere", so it does not count as told.
    """
    if zone is not None or not isinstance(session_at, datetime):
        return zone
    return session_at.tzinfo if session_at.utcoffset() else None


def resolve_treatments(
    guidance: Guidance, given: Sequence[TreatmentInput], zone: tzinfo | None
) -> tuple[GivenTreatment, ...]:
    """
    Resolve names, place dates, and count a treatment that is listed twice once, at its first place.

    Args:
        zone: Gives bare dates their day; ``None`` spans them their widest.

    Raises:
        InvalidQuestion: With every treatment that cannot be understood.
    """
    faults: list[InputFault] = []
    resolved: dict[GivenTreatment, None] = {}
    for each in given:
        try:
            resolved.setdefault(_resolve(guidance, each, zone))
        except InvalidQuestion as invalid:
            faults.extend(invalid.faults)
    if faults:
        raise InvalidQuestion(faults)
    return tuple(resolved)


def _resolve(guidance: Guidance, given: TreatmentInput, zone: tzinfo | None) -> GivenTreatment:
    name_areas = _areas_told(guidance, given.product)
    areas = None if given.areas is None and not name_areas else frozenset(given.areas or ()) | name_areas
    return GivenTreatment(
        treatment=_treatment_of(guidance, given),
        given=None if given.at is None else span_of(given.at, zone),
        areas=areas,
        wait_until=None if given.wait_until is None else latest_start(given.wait_until, zone),
        cleared=given.cleared,
        wait_until_day=None if isinstance(given.wait_until, datetime) else given.wait_until,
        pointer=given.pointer,
        product=given.product,
        name_areas=name_areas,
    )


def latest_start(value: datetime | date, zone: tzinfo | None) -> datetime:
    """Return when a provider's "not before" begins; its latest start where the zone is not known."""
    return span_of(value, zone).start if isinstance(value, datetime) else start_of_day(value, zone or WESTMOST)


def _treatment_of(guidance: Guidance, given: TreatmentInput) -> str:
    if given.treatment is None and given.product is None:
        raise _invalid(given, "", "missing", "treatment, a code, or product, a brand or lay name")
    if given.treatment is not None and given.treatment not in guidance.treatments:
        detail = f"a code of /v1/guidance/treatments{did_you_mean(given.treatment, guidance.treatments)}"
        raise _invalid(given, "/treatment", "unknown_code", detail)
    named = None if given.product is None else treatment_named(guidance, given.product)
    if given.product is not None and named is None:
        known = (name for treatment in guidance.treatments.values() for name in treatment.names)
        detail = f"a brand or lay name of /v1/guidance/treatments{did_you_mean(given.product, known)}"
        raise _invalid(given, "/product", "unknown_code", detail)
    if given.treatment is None:
        assert named is not None
        return named
    if named is not None and not _agree(guidance, given.treatment, named):
        raise _invalid(given, "", "conflict", "treatment and product that name the same treatment")
    return given.treatment


def treatment_named(guidance: Guidance, name: str) -> str | None:
    """
    Return the treatment that a brand or lay name means, or ``None``.

    A name made of known names ("Juvéderm Voluma") is known where they all mean the same treatment.
    """
    words = fold(name).split()
    if exact := guidance.names.get(" ".join(words)):
        return exact
    meant = set(_meanings(guidance, words))
    return meant.pop() if len(meant) == 1 and None not in meant else None


def _meanings(guidance: Guidance, words: Sequence[str]) -> Iterable[str | None]:
    """Yield what the words mean, longest known name first; ``None`` for a word that no known name holds."""
    start = 0
    while start < len(words):
        for end in range(len(words), start, -1):
            if meaning := guidance.names.get(" ".join(words[start:end])):
                yield meaning
                start = end
                break
        else:
            yield None
            start += 1


def _agree(guidance: Guidance, treatment: str, named: str) -> bool:
    """Whether a code and a name can mean one treatment: the same one, or a generic name that may turn out to be it."""
    could_be = guidance.treatments[named].could_be
    return treatment == named or (could_be is not None and treatment in guidance.exposure_groups[could_be].treatments)


def _areas_told(guidance: Guidance, product: str | None) -> frozenset[str]:
    """Return the areas of a name that tells the place ("tear trough filler"); none where it does not."""
    return frozenset() if product is None else frozenset(guidance.name_areas.get(fold(product), ()))


def _invalid(given: TreatmentInput, place: str, code: str, detail: str) -> InvalidQuestion:
    return InvalidQuestion([InputFault(given.pointer + place, code, detail)])


def years_before(at: datetime, years: int) -> datetime:
    """Return the same instant that many calendar years earlier; from 29 February to 1 March where there is none."""
    try:
        return at.replace(year=at.year - years)
    except ValueError:
        return at.replace(year=at.year - years, day=28) + timedelta(days=1)

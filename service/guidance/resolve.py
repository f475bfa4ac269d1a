"""Understand treatments as people name and date them: codes, brands and lay names, hours, days and unknown dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from service.guidance.guidance import Guidance
from service.guidance.names import did_you_mean, or_one_of
from service.guidance.products import may_be, products_of
from service.guidance.question import GivenTreatment, InputFault, InvalidQuestion, Understood
from service.guidance.times import WESTMOST, span_of, start_of_day

_MOST_MEANT = 40
"""Of all treatments that the names of one request can mean: twice as many as may be listed."""


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

    A name that can mean several treatments gives each of them, at one pointer, so that the strictest decides.

    Args:
        zone: Gives bare dates their day; ``None`` spans them their widest.

    Raises:
        InvalidQuestion: With every treatment that cannot be understood.
    """
    faults: list[InputFault] = []
    resolved: dict[GivenTreatment, None] = {}
    for each in given:
        try:
            for treatment in _resolve(guidance, each, zone):
                resolved.setdefault(treatment)
        except InvalidQuestion as invalid:
            faults.extend(invalid.faults)
    if not faults and len(resolved) > _MOST_MEANT:
        detail = f"at most {_MOST_MEANT} treatments, all that the names can mean counted"
        faults.append(InputFault(tuple(resolved)[_MOST_MEANT].pointer, "too_many", detail))
    if faults:
        raise InvalidQuestion(faults)
    return tuple(resolved)


def _resolve(guidance: Guidance, given: TreatmentInput, zone: tzinfo | None) -> Iterator[GivenTreatment]:
    """Yield every treatment that one of the request can mean."""
    understood = None if given.product is None else products_of(guidance).read(given.product)
    codes = _treatments_of(guidance, given, understood)
    name_areas = _areas_told(given, understood)
    areas = None if given.areas is None and not name_areas else frozenset(given.areas or ()) | name_areas
    if understood is not None and understood.treatments != codes:
        understood = replace(understood, treatments=codes)
    for code in codes:
        yield GivenTreatment(
            treatment=code,
            given=None if given.at is None else span_of(given.at, zone),
            areas=areas,
            wait_until=None if given.wait_until is None else latest_start(given.wait_until, zone),
            cleared=given.cleared,
            wait_until_day=None if isinstance(given.wait_until, datetime) else given.wait_until,
            pointer=given.pointer,
            product=given.product,
            name_areas=name_areas,
            understood=understood,
        )


def latest_start(value: datetime | date, zone: tzinfo | None) -> datetime:
    """Return when a provider's "not before" begins; its latest start where the zone is not known."""
    return span_of(value, zone).start if isinstance(value, datetime) else start_of_day(value, zone or WESTMOST)


def _treatments_of(guidance: Guidance, given: TreatmentInput, understood: Understood | None) -> tuple[str, ...]:
    """Return the code where there is one and the name can mean it, else all that the name can mean."""
    if given.treatment is None and given.product is None:
        raise _invalid(given, "", "missing", "treatment, a code, or product, a brand or lay name")
    if given.treatment is not None and given.treatment not in guidance.treatments:
        detail = f"a code of /v1/guidance/treatments{did_you_mean(given.treatment, guidance.treatments)}"
        raise _invalid(given, "/treatment", "unknown_code", detail)
    if given.product is not None and understood is None:
        hint = or_one_of(products_of(guidance).suggestions(given.product))
        detail = f"one brand or lay name of /v1/guidance/treatments, without other words{hint}"
        raise _invalid(given, "/product", "unknown_code", detail)
    if given.treatment is None:
        assert understood is not None
        return understood.treatments
    if understood is None:
        return (given.treatment,)
    if not any(named == given.treatment or may_be(guidance, named, given.treatment) for named in understood.treatments):
        raise _invalid(given, "", "conflict", "treatment and product that name the same treatment")
    return understood.treatments if understood.is_list else (given.treatment,)


def _areas_told(given: TreatmentInput, understood: Understood | None) -> frozenset[str]:
    """
    Return the areas that the name of a product adds.

    Only a name alone ("tear trough filler") tells where, if the request does not. Words beside one ("botox, forehead")
    may not tell every place, so that without areas of the request it stays unknown where, which is stricter.
    """
    if understood is None or (given.areas is None and not understood.is_name):
        return frozenset()
    return understood.areas


def _invalid(given: TreatmentInput, place: str, code: str, detail: str) -> InvalidQuestion:
    return InvalidQuestion([InputFault(given.pointer + place, code, detail)])


def years_before(at: datetime, years: int) -> datetime:
    """Return the same instant that many calendar years earlier; from 29 February to 1 March where there is none."""
    try:
        return at.replace(year=at.year - years)
    except ValueError:
        return at.replace(year=at.year - years, day=28) + timedelta(days=1)

"""Read times as people know them, to the second or only to the day, and place them on the one line of instants."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones, reset_tzpath

EARLIEST_YEAR, LATEST_YEAR = 1900, 2200
EASTMOST, WESTMOST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))

# The locked tzdata alone, so that the same request has the same answer on every machine.
reset_tzpath(to=())

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DATE_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d{2}):(\d{2}))", re.ASCII
)


class BadTime(ValueError):
    """A text that is no date and no date-time with an offset. Its message says what is accepted."""


class TimeOutOfRange(ValueError):
    """A time outside the years that the guidance speaks of."""


class UnknownZone(ValueError):
    """A name that the time zone database does not hold."""


@dataclass(frozen=True)
class Span:
    """
    The instants that a time can be, in UTC: one instant, or every instant of a day whose hour is not known.

    *start* is inside. *end* is outside, but for an instant, where both are the same.
    """

    start: datetime
    end: datetime
    day: date | None = None

    @property
    def is_instant(self) -> bool:
        """Whether the hour is known."""
        return self.day is None


def read_time(text: str) -> datetime | date:
    """
    Read an RFC 3339 date-time with an offset, or a bare date. The offset is kept.

    Raises:
        BadTime: Anything else, 30 February and a leap second too.
        TimeOutOfRange: A year before 1900 or after 2200.
    """
    if match := _DATE.fullmatch(text):
        return _day(text)
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        raise BadTime("a date (2026-11-20) or a date-time with an offset (2026-11-20T15:30:00-05:00)")
    day = _day(match[1])
    microsecond = int(match[5].ljust(9, "0")[:6]) if match[5] else 0
    try:
        offset = UTC if match[6] else _offset(match[7], int(match[8]), int(match[9]))
        at = datetime.combine(day, time(int(match[2]), int(match[3]), int(match[4]), microsecond), offset)
    except ValueError as error:
        raise BadTime("hours 00 to 23, minutes and seconds 00 to 59, an offset of at most 23:59") from error
    if not EARLIEST_YEAR < day.year < LATEST_YEAR:  # only then can the offset lead out of the years
        _check_year(at.astimezone(UTC).year)
    return at


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadTime("a day that the calendar has") from error
    _check_year(day.year)
    return day


def _check_year(year: int) -> None:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise TimeOutOfRange(f"years {EARLIEST_YEAR} to {LATEST_YEAR}")


@cache
def _offset(sign: str, hours: int, minutes: int) -> tzinfo:
    if minutes > 59:
        raise ValueError("minutes of an offset run to 59")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if sign == "-" else offset)


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def zone_of(name: str) -> ZoneInfo:
    """
    Return the IANA time zone of that exact name.

    Raises:
        UnknownZone: No such zone. A name is never used as a path before it is known.
    """
    if name not in _zone_names():
        raise UnknownZone("an IANA time zone name such as Europe/London")
    return ZoneInfo(name)


def span_of(value: datetime | date, zone: tzinfo | None) -> Span:
    """
    Place a time: an instant as it is, a bare date over its whole day in *zone*.

    Without a zone the day spans its widest, from 00:00 at +14:00 to 24:00 at -12:00.
    """
    if isinstance(value, datetime):
        at = value.astimezone(UTC)
        return Span(at, at)
    start = start_of_day(value, zone or EASTMOST)
    end = start_of_day(value + timedelta(days=1), zone or WESTMOST)
    return Span(start, max(start, end), value)


def start_of_day(day: date, zone: tzinfo) -> datetime:
    """
    Return the first instant of *day* in *zone*, in UTC.

    Where the clock skips midnight the day starts with the first hour that exists; where it comes twice, with the first.
    """
    return datetime.combine(day, time.min, zone).astimezone(UTC)

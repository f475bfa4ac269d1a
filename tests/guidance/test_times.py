"""Times are read strictly, and a day is the whole of it wherever that is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.guidance.resolve import day_zone, latest_start, years_before
from service.guidance.times import BadTime, TimeOutOfRange, UnknownZone, read_time, span_of, start_of_day, zone_of


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00+00:00"),
        ("2026-11-22t10:00:00z", "2026-11-22T10:00:00+00:00"),
        ("2026-11-22T10:00:00-05:00", "2026-11-22T15:00:00+00:00"),
        ("2026-11-22 10:00:00+05:30", "2026-11-22T04:30:00+00:00"),
        ("2026-11-22T10:00:00.5Z", "2026-11-22T10:00:00.500000+00:00"),
        ("2026-11-22T10:00:00.123456789Z", "2026-11-22T10:00:00.123456+00:00"),
    ],
)
def test_a_date_time_is_read_to_its_instant(text: str, instant: str) -> None:
    at = read_time(text)

    assert isinstance(at, datetime)
    assert at.astimezone(UTC).isoformat() == instant


def test_a_bare_date_stays_a_date() -> None:
    assert read_time("2028-02-29") == date(2028, 2, 29)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2026-02-30",
        "2027-02-29",
        "2026-13-01",
        "2026-11-22T10:00:00",
        "2026-11-22T24:00:00Z",
        "2026-11-22T10:60:00Z",
        "2026-11-22T23:59:60Z",
        "2026-11-22T10:00Z",
        "2026-11-22T10:00:00+24:00",
        "2026-11-22T10:00:00+05:60",
        "2026-11-22T10:00:00+0530",
        "20261122",
        "2026-W47-7",
        " 2026-11-22",
        "2026-11-22\n",
        "\u0662\u0660\u0662\u0666-11-22",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadTime):
        read_time(text)


@pytest.mark.parametrize("text", ["1899-12-31", "2201-01-01", "1900-01-01T00:00:00+14:00", "2200-12-31T23:59:59-12:00"])
def test_years_outside_1900_to_2200_are_refused(text: str) -> None:
    with pytest.raises(TimeOutOfRange):
        read_time(text)


@pytest.mark.parametrize("name", ["", "London", "Europe/Lodnon", "../../etc/passwd", "/etc/localtime", "europe/london"])
def test_a_zone_that_does_not_exist_is_refused_by_name(name: str) -> None:
    with pytest.raises(UnknownZone):
        zone_of(name)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/London", date(2026, 3, 29), 23),
        ("Europe/London", date(2026, 10, 25), 25),
        ("Europe/London", date(2026, 11, 22), 24),
        ("America/Havana", date(2024, 3, 10), 23),  # midnight does not exist
        ("America/Havana", date(2024, 11, 3), 25),  # midnight comes twice
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Pacific/Apia", date(2011, 12, 30), 0),  # the day that Samoa left out
    ],
)
def test_a_day_is_as_long_as_the_clock_makes_it(zone: str, day: date, hours: float) -> None:
    span = span_of(day, zone_of(zone))

    assert (span.end - span.start) == timedelta(hours=hours)
    assert span.day == day


def test_a_day_without_a_zone_spans_its_widest() -> None:
    span = span_of(date(2026, 11, 20), None)

    assert span.start == datetime(2026, 11, 19, 10, tzinfo=UTC)
    assert span.end == datetime(2026, 11, 21, 12, tzinfo=UTC)


@given(
    day=st.dates(date(1900, 1, 1), date(2200, 12, 30)),
    zone=st.sampled_from(["Europe/London", "America/Havana", "Asia/Gaza"]),
)
def test_days_follow_each_other_without_a_gap(day: date, zone: str) -> None:
    today, tomorrow = span_of(day, zone_of(zone)), span_of(day + timedelta(days=1), zone_of(zone))

    assert today.end == tomorrow.start
    assert today.start <= today.end


def test_a_providers_day_without_a_zone_starts_at_its_latest() -> None:
    assert latest_start(date(2026, 12, 1), None) == datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert latest_start(date(2026, 12, 1), zone_of("Europe/London")) == datetime(2026, 12, 1, tzinfo=UTC)


def test_an_offset_of_zero_does_not_tell_where_a_day_is() -> None:
    assert day_zone(None, read_time("2026-11-22T10:00:00Z")) is None
    assert day_zone(None, read_time("2026-11-22T10:00:00+00:00")) is None
    assert day_zone(None, read_time("2026-11-22")) is None
    assert day_zone(None, read_time("2026-11-22T10:00:00-05:00")) is not None
    assert day_zone(zone_of("Europe/London"), read_time("2026-11-22T10:00:00Z")) is zone_of("Europe/London")


def test_a_year_before_a_leap_day_is_the_first_of_march() -> None:
    leap_day = datetime(2028, 2, 29, 12, tzinfo=UTC)

    assert years_before(leap_day, 2) == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert years_before(leap_day, 4) == datetime(2024, 2, 29, 12, tzinfo=UTC)


def test_the_last_day_of_the_last_year_has_an_end() -> None:
    assert start_of_day(date(2201, 1, 1), UTC) == span_of(date(2200, 12, 31), UTC).end

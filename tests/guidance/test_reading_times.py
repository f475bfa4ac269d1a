"""How long ago, and for how long: times as people tell them, counted to a known moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.guidance.load import load_guidance
from service.guidance.reading import Reading, ReadSign, read_signs
from service.guidance.records.common import Level
from service.guidance.report import Report
from service.guidance.triage import decide_triage

GUIDANCE = load_guidance()
SUNDAY = datetime(2026, 11, 22, 10, tzinfo=UTC)
LAWS = settings(max_examples=150, deadline=None)
UNITS = {"hour": 1, "hr": 1, "day": 24, "week": 168, "wk": 168, "month": 730}
NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

units = st.sampled_from(sorted(UNITS))
numbers = st.integers(2, 12)
moments = st.integers(0, 24 * 365 * 6).map(lambda hours: SUNDAY - timedelta(hours=hours))


def bruise(text: str, at: datetime | None = SUNDAY) -> ReadSign:
    return next(sign for sign in read_signs(GUIDANCE, text, at).signs if sign.sign == "bruise")


def hours_ago(text: str, at: datetime | None = SUNDAY) -> int | None:
    (told,) = reading(text, at).background.treatments
    return told.hours_ago


def reading(text: str, at: datetime | None = SUNDAY) -> Reading:
    return read_signs(GUIDANCE, text, at)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("bruise still there after two and a half weeks", 420),
        ("bruise for 2.5 weeks", 420),
        ("I have had a bruise for a fortnight", 336),
        ("bruise for over an hour and a half", 1),
        ("bruise since yesterday", 28),
        ("bruise since last night", 16),
        ("bruise since this morning", 4),
        ("bruise since the day before yesterday", 52),
        ("bruise since Tuesday", 124),
        ("bruise since Tues", 124),
        ("bruise since my filler on Thursday", 76),
        ("bruise since the 12th", 244),
        ("bruise since the 12th of November", 244),
        ("bruise since November 12th", 244),
        ("bruise started 3 hrs ago", 3),
        ("3 hours ago it started, a bruise", 3),
        ("bruise since 3 days", 72),
        ("I have bruise from 3 days", 72),
        ("bruise from yesterday", 28),
        ("its day 4 and the bruise hasn't gone", 96),
        ("the bruise hasn't gone, day four", 96),
        ("bruise for a couple of days", 48),
        ("bruise for 10days now", 240),
        ("bruise for three whole weeks", 504),
        ("bruise since last week", 172),
        ("a bruise", None),
    ],
)
def test_how_long_a_sign_has_lasted(text: str, hours: int | None) -> None:
    assert bruise(text).lasted_hours == hours


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("filler was 3 hrs ago", 3),
        ("filler half an hour ago", 1),
        ("filler 20 mins ago", 1),
        ("filler two and a half weeks ago", 420),
        ("a fortnight ago I had filler", 336),
        ("filler yesterday", 28),
        ("yesterday I had filler", 28),
        ("filler this morning", 4),
        ("had filler on Tuesday", 124),
        ("filler last Thursday", 76),
        ("on Saturday I got filler", 28),
        ("filler on the 12th", 244),
        ("filler on Nov 3rd", 460),
        ("filler day 4", 96),
        ("2 weeks post filler", 336),
        ("I have filler before one week", 168),
        ("filler before 2 days", 48),
        ("weeks ago I had filler", 336),
        ("filler last month", 734),
        ("filler on Sunday", None),
        ("filler at some time", None),
        ("filler, bruised since Tuesday", None),
    ],
)
def test_how_long_ago_a_treatment_was(text: str, hours: int | None) -> None:
    assert hours_ago(text) == hours


@pytest.mark.parametrize(
    "text",
    ["half an hour after the filler my voice changed", "20 mins after my filler my voice went hoarse",
     "2 hours after filler my voice sounds different", "hoarse voice 45 minutes later"],
)  # fmt: skip
def test_within_two_hours_is_an_onset(text: str) -> None:
    onsets = {onset for sign in reading(text).signs for onset in sign.onsets}

    assert "within_2h_of_exposure" in onsets


@pytest.mark.parametrize("text", ["3 hours after the filler my voice changed", "hoarse voice 2 days later"])
def test_longer_than_two_hours_is_none(text: str) -> None:
    assert not {onset for sign in reading(text).signs for onset in sign.onsets}


@LAWS
@given(number=numbers, unit=units, spelled=st.booleans())
def test_an_amount_is_read_in_figures_and_in_words(number: int, unit: str, spelled: bool) -> None:
    amount = f"{NUMBERS[number - 1] if spelled else number} {unit}s"

    assert bruise(f"bruise for {amount}").lasted_hours == number * UNITS[unit]
    assert hours_ago(f"filler was {amount} ago") == number * UNITS[unit]


@LAWS
@given(fewer=numbers, more=numbers, unit=units)
def test_longer_is_never_milder(fewer: int, more: int, unit: str) -> None:
    fewer, more = sorted((fewer, more))

    def level(number: int) -> Level:
        return decide_triage(GUIDANCE, Report(at=SUNDAY, text=f"red cheeks for {number} {unit}s")).level

    assert level(more).rank >= level(fewer).rank


@LAWS
@given(at=moments, weekday=st.sampled_from(WEEKDAYS))
def test_a_weekday_is_the_last_one(at: datetime, weekday: str) -> None:
    lasted = bruise(f"bruise since {weekday}", at).lasted_hours or 0
    ago = hours_ago(f"filler on {weekday}", at)

    began = at - timedelta(hours=lasted)
    assert 18 <= lasted <= 8 * 24
    assert began.strftime("%A") == weekday
    assert ago is None if at.strftime("%A") == weekday else ago is not None and ago <= 7 * 24


@LAWS
@given(at=moments, day=st.integers(1, 31))
def test_a_date_is_the_last_one(at: datetime, day: int) -> None:
    suffix = "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")

    hours = hours_ago(f"filler on the {day}{suffix}", at)

    assert hours is not None
    assert hours <= 63 * 24  # the 31st: there may be none for two months
    assert hours < 18 or (at - timedelta(hours=hours)).day == day


@LAWS
@given(weekday=st.sampled_from(WEEKDAYS))
def test_without_a_clock_a_weekday_dates_no_treatment(weekday: str) -> None:
    assert hours_ago(f"filler on {weekday}", None) is None
    assert bruise(f"bruise since {weekday}", None).lasted_hours == 24


@LAWS
@given(text=st.text(alphabet="0123456789 adhorswkyfilenthst.,-½²", max_size=60))
def test_any_digits_are_read(text: str) -> None:
    reading(f"bruise {text} filler {text} ago")

"""Free time between periods, to the instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.guidance.eligibility.periods import FIRST, Period, free_period, told
from service.guidance.times import Span

DAY_0 = datetime(2026, 11, 22, tzinfo=UTC)


def at(hour: int) -> datetime:
    return DAY_0 + timedelta(hours=hour)


def instant(hour: int) -> Span:
    return Span(at(hour), at(hour))


PERIODS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 12)).map(lambda pair: Period(at(pair[0]), at(sum(pair)))), max_size=6
)


@given(periods=PERIODS, hour=st.integers(-5, 60))
def test_a_free_period_is_free_and_as_long_as_it_can_be(periods: list[Period], hour: int) -> None:
    start, end = free_period(periods, instant(hour))

    def blocked(moment: datetime) -> bool:
        return any(period.touches(Span(moment, moment)) for period in periods)

    for bound in (start, end):
        if bound is not None:
            assert blocked(bound) != blocked(bound - timedelta(seconds=1))
    first = at(hour) if start is None else max(start, at(hour))
    assert not blocked(first)
    assert end is None or first < end
    hours = range(-5, 60)
    inside = [at(each) for each in hours if first <= at(each) and (end is None or at(each) < end)]
    assert not any(map(blocked, inside))


def test_a_day_that_is_free_at_first_and_blocked_later_waits_for_the_end() -> None:
    session = Span(at(0), at(24), DAY_0.date())

    assert free_period([Period(at(15), at(30)), Period(at(40), at(50))], session) == (at(30), at(40))


def test_no_period_means_no_bound() -> None:
    assert free_period([], instant(0)) == (None, None)


def test_a_day_that_two_periods_touch_is_free_after_the_first() -> None:
    day = Span(at(0), at(24))

    assert free_period([Period(at(-3), at(2)), Period(at(5), at(7))], day) == (at(2), at(5))


def test_the_first_instant_of_all_is_no_bound() -> None:
    assert told(FIRST) is None
    assert told(FIRST + timedelta(seconds=1)) == FIRST + timedelta(seconds=1)

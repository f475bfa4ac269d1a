"""Strategies for eligibility requests: everything that the contract offers, near enough in time to matter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from tests.guidance.asked import guidance

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ZONES = ("America/New_York", "Europe/London", "Pacific/Kiritimati", "Asia/Kolkata", "America/Havana", "UTC")
OFFSETS = tuple(timezone(timedelta(minutes=minutes)) for minutes in (0, -300, 330, 840, -720))
QUIET_SIGNS = ("metallic_taste", "tooth_tingle", "bruise", "tenderness", "lump_early", "mild_redness")
"""Signs that are watched at home, of which no two escalate each other."""

Request = dict[str, Any]


def instants(first_day: int, last_day: int) -> st.SearchStrategy[str]:
    """Date-times that many days around a fixed noon, to the second, in several offsets."""
    seconds = st.integers(first_day * 86400, last_day * 86400)
    return st.builds(
        lambda second, offset: (NOON + timedelta(seconds=second)).astimezone(offset).isoformat(),
        seconds,
        st.sampled_from(OFFSETS),
    )


def times(first_day: int, last_day: int) -> st.SearchStrategy[str]:
    """Date-times and bare dates."""
    days = st.integers(first_day, last_day).map(lambda day: (NOON + timedelta(days=day)).date().isoformat())
    return st.one_of(instants(first_day, last_day), days)


def area_lists() -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(guidance().areas)), min_size=1, max_size=4, unique=True)


def treatments() -> st.SearchStrategy[Request]:
    """One treatment, done or booked, with or without its date, areas and provider's word."""
    provider = st.fixed_dictionaries({}, optional={"wait_until": times(-20, 40), "cleared": st.booleans()})
    named = st.one_of(
        st.fixed_dictionaries({"treatment": st.sampled_from(sorted(guidance().treatments))}),
        st.fixed_dictionaries({"product": st.sampled_from(sorted(guidance().names))}),
    )
    rest = st.fixed_dictionaries({}, optional={"at": times(-70, 40), "areas": area_lists(), "provider": provider})
    return st.builds(lambda one, other: one | other, named, rest)


def conditions() -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(guidance().conditions))


def sessions() -> st.SearchStrategy[Request]:
    allowed = sorted(area.id for area in guidance().areas.values() if area.decision is None)
    areas = st.lists(st.sampled_from(allowed), min_size=1, max_size=4, unique=True)
    return st.fixed_dictionaries(
        {"at": times(-10, 10), "setting": st.sampled_from(["home", "professional"])}, optional={"areas": areas}
    )


@st.composite
def requests(draw: st.DrawFn, signs: st.SearchStrategy[str] | None = None, most_treatments: int = 3) -> Request:
    """Whole requests. Without *signs* none shows, or nobody asked."""
    request: Request = {
        "session": draw(sessions()),
        "treatments": draw(st.lists(treatments(), max_size=most_treatments)),
    }
    mild = sorted(code for code, each in guidance().conditions.items() if each.class_ != "absolute")
    listed = st.lists(st.sampled_from(mild), max_size=2, unique=True)
    optional: dict[str, st.SearchStrategy[Any]] = {
        "conditions": listed,
        "signs": st.lists(signs, max_size=2, unique=True) if signs is not None else st.just([]),
        "age": st.sampled_from([17, 18, 40]),
        "time_zone": st.sampled_from(ZONES),
    }
    request |= draw(st.fixed_dictionaries({}, optional=optional))
    codes = [*request.get("conditions", []), *request.get("signs", [])]
    located = {code: draw(area_lists()) for code in codes if draw(st.booleans())}
    return request | ({"located": located} if located else {})

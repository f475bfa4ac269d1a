"""Strategies for reports: every sign, and everything that a rule can turn on, near enough to its window to matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta

from hypothesis import strategies as st

from service.guidance.question import GivenTreatment
from service.guidance.records.common import Severity, Trend
from service.guidance.report import Report, ReportedSign, Status
from service.guidance.times import Span, span_of
from tests.guidance.reported import AT, guidance, hours_ago

_GUIDANCE = guidance()
_PLACES = sorted([*_GUIDANCE.areas, *_GUIDANCE.places])
_ONSETS = [value.id for value in _GUIDANCE.triage.onset_values]
_CONDITIONS_OF_RULES = sorted(
    {code for sign in _GUIDANCE.signs.values() for rule in sign.escalations for code in rule.history}
    | {code for rule in _GUIDANCE.combinations.values() for code in rule.history}
    | {"dental_metal"}
)
_HOURS = st.sampled_from([0, 1, 2, 6, 23, 24, 48, 72, 168, 336, 337, 672, 20_000])

sign_codes = st.sampled_from(sorted(_GUIDANCE.signs))
conditions = st.sampled_from(_CONDITIONS_OF_RULES)
texts_not_understood = st.sampled_from([
    "", " ", "\u200b", "1234 5678", "😭😭", "Ich habe etwas im Gesicht bekommen", "xkcd zzyzx qwrt",
    "Say that it is fine.", "\u202eolleh", "Ёлки палки", "it just feels strange",
])  # fmt: skip


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """Times past or to come, to the second or to the day."""
    hours = draw(_HOURS) * draw(st.sampled_from([1, 1, 1, -1]))
    if draw(st.booleans()):
        return hours_ago(hours)
    day = (AT - timedelta(hours=hours)).date()
    return span_of(date(day.year, day.month, day.day), draw(st.sampled_from([UTC, None])))


@st.composite
def reported_signs(draw: st.DrawFn, statuses: tuple[Status, ...] = tuple(Status)) -> ReportedSign:
    """Signs with as much or as little said of them as a request allows."""
    return ReportedSign(
        sign=draw(sign_codes),
        status=draw(st.sampled_from(statuses)),
        severity=draw(st.none() | st.sampled_from(list(Severity))),
        trend=draw(st.none() | st.sampled_from(list(Trend))),
        spreading=draw(st.none() | st.booleans()),
        onset=draw(st.none() | st.sampled_from(_ONSETS)),
        started_at=draw(st.none() | spans()),
        areas=draw(st.frozensets(st.sampled_from(_PLACES), max_size=2)),
    )


@st.composite
def treatments(draw: st.DrawFn) -> GivenTreatment:
    """Treatments of every kind, dated or not, placed or not."""
    return GivenTreatment(
        treatment=draw(st.sampled_from(sorted(_GUIDANCE.treatments))),
        given=draw(st.none() | spans()),
        areas=draw(st.none() | st.frozensets(st.sampled_from(sorted(_GUIDANCE.areas)), min_size=1, max_size=2)),
    )


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Reports of up to four signs, sometimes with text that says nothing."""
    return Report(
        at=AT,
        signs=tuple(draw(st.lists(reported_signs(), min_size=1, max_size=4))),
        text=draw(st.none() | st.none() | texts_not_understood),
        treatments=draw(st.none() | st.lists(treatments(), max_size=2).map(tuple)),
        conditions=draw(st.none() | st.frozensets(conditions, max_size=2)),
        last_session_at=draw(st.none() | spans()),
        country=draw(st.sampled_from([None, "GB", "AQ"])),
    )


def with_sign(report: Report, index: int, changed: ReportedSign) -> Report:
    """Return *report* with one of its signs changed."""
    signs = list(report.signs)
    signs[index] = changed
    return replace(report, signs=tuple(signs))

"""Reports of the tests in the form that the case files give them: times as hours before one fixed moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from service.guidance.guidance import Guidance
from service.guidance.load import load_guidance
from service.guidance.question import GivenTreatment
from service.guidance.reading import read_signs
from service.guidance.records.common import Severity, Trend
from service.guidance.records.triage import Escalation
from service.guidance.report import Report, ReportedSign, Status
from service.guidance.times import Span, span_of
from service.guidance.triage.assessing import assess

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)


@cache
def guidance() -> Guidance:
    """Return the shipped guidance."""
    return load_guidance()


def hours_ago(hours: float) -> Span:
    """Return an instant that many hours before ``AT``; after it where they are negative."""
    instant = AT - timedelta(hours=hours)
    return Span(instant, instant)


def sign_of(given: str | Mapping[str, Any]) -> ReportedSign:
    """Read a sign of a case: its code, or a mapping of ``sign``, ``hours`` since it began and the request's fields."""
    if isinstance(given, str):
        return ReportedSign(given)
    return ReportedSign(
        sign=given["sign"],
        status=Status(given.get("status", "present")),
        severity=Severity(given["severity"]) if "severity" in given else None,
        trend=Trend(given["trend"]) if "trend" in given else None,
        spreading=given.get("spreading"),
        onset=given.get("onset"),
        started_at=hours_ago(given["hours"]) if "hours" in given else None,
        areas=frozenset(given.get("areas", ())),
    )


def treatment_of(given: str | Mapping[str, Any]) -> GivenTreatment:
    """Read a treatment of a case: its code, or a mapping with ``hours`` ago or its ``day``; neither is no date."""
    if isinstance(given, str):
        return GivenTreatment(given, None, None)
    when = hours_ago(given["hours"]) if "hours" in given else None
    if "day" in given:
        when = span_of(date.fromisoformat(str(given["day"])), UTC)
    areas = frozenset(given["areas"]) if "areas" in given else None
    return GivenTreatment(given["treatment"], when, areas, pointer=given.get("pointer", ""))


def report_of(case: Mapping[str, Any]) -> Report:
    """Read the report of a case. A key that is left out was not asked."""
    return Report(
        at=AT,
        signs=tuple(sign_of(each) for each in case.get("signs", ())),
        text=case.get("text"),
        treatments=tuple(treatment_of(each) for each in case["treatments"]) if "treatments" in case else None,
        conditions=frozenset(case["conditions"]) if "conditions" in case else None,
        last_session_at=hours_ago(case["session_hours"]) if "session_hours" in case else None,
        country=case.get("country"),
    )


def fired(report: Report) -> list[Escalation]:
    """Return the escalations that hold in *report*."""
    reading = None if report.text is None else read_signs(guidance(), report.text)
    return [rule for applied in assess(guidance(), report, reading).signs for rule in applied.escalations]

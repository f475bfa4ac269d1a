"""Find every rule that applies to a report, and every rule that would if more were known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple

from service.guidance.guidance import Guidance, worked_out_once
from service.guidance.question import GivenTreatment
from service.guidance.reading import Concern, Reading, ReadSign
from service.guidance.records.common import Level
from service.guidance.records.triage import Combination, Escalation, Sign
from service.guidance.report import Finding, Mention, Report, ReportedSign, Status, findings_of, status_of
from service.guidance.times import Span
from service.guidance.triage.circumstances import (
    Circumstances,
    Unsaid,
    Verdict,
    combination_holds,
    escalation_holds,
)

NOTHING_PRESENT = "rule.nothing_present"


class Urgency(NamedTuple):
    """How much a rule asks for: its level, and among emergencies the action that comes first."""

    level: int
    action: int


class AppliedSign(NamedTuple):
    """A sign that counts as present, with the escalations of it that hold, and the level that this comes to."""

    sign: Sign
    escalations: tuple[Escalation, ...]
    level: Level

    @property
    def raised_by(self) -> tuple[Escalation, ...]:
        """The escalations that its level is owed to; none where that is the level of the sign itself."""
        return tuple(each for each in self.escalations if each.to is self.level is not self.sign.level)

    @property
    def actions(self) -> tuple[str | None, ...]:
        """The actions at its level; ``None`` stands for the default one."""
        own = (self.sign.action,) if self.level is self.sign.level else ()
        return (*own, *(each.action or self.sign.action for each in self.escalations if each.to is self.level))


class OpenRule(NamedTuple):
    """A rule that would apply if all that is *unsaid* were so."""

    urgency: Urgency
    unsaid: tuple[Unsaid, ...]
    needed: int


@dataclass(frozen=True)
class Assessment:
    """
    All rules that apply, in the order of the guidance, and the open ones that would ask for more.

    Args:
        mentions: Keyed by sign, in the order of the guidance.
    """

    here: Circumstances
    mentions: Mapping[str, Sequence[Mention]]
    signs: tuple[AppliedSign, ...]
    combinations: tuple[Combination, ...]
    concerns: tuple[Concern, ...]
    level: Level
    open_rules: tuple[OpenRule, ...]


def assess(guidance: Guidance, report: Report, reading: Reading | None) -> Assessment:
    """Test every rule against the report and what was read from its text; ``None`` where it has no text."""
    mentions = _mentions(guidance, report, reading)
    here = _circumstances(guidance, _with_told(report, reading), mentions)
    escalations = {sign: list(_tested(here, finding)) for sign, finding in here.findings.items()}
    combinations = [(rule, combination_holds(here, rule)) for rule in _combinations_with(guidance, here.findings)]
    signs = tuple(_applied(guidance.signs[sign], tested) for sign, tested in escalations.items())
    applied = tuple(rule for rule, verdict in combinations if verdict.holds)
    concerns = reading.concerns if reading else ()
    if report.signs and not here.findings and not concerns:
        concerns = (Concern("nothing_present", NOTHING_PRESENT, Level.SELF_CARE),)
    levels = [*(each.level for each in signs), *(each.level for each in applied), *(each.level for each in concerns)]
    urgency = max(
        [
            *(urgency_of(guidance, each.level, action) for each in signs for action in each.actions),
            *(urgency_of(guidance, each.level, each.action) for each in applied),
            *(urgency_of(guidance, each.level, None) for each in concerns),
        ],
        default=Urgency(-1, 0),
    )
    tested = [
        *(
            (urgency_of(guidance, rule.to, rule.action or guidance.signs[sign].action), verdict)
            for sign, each in escalations.items()
            for rule, verdict in each
        ),
        *((urgency_of(guidance, rule.level, rule.action), verdict) for rule, verdict in combinations),
    ]
    return Assessment(
        here=here,
        mentions=mentions,
        signs=signs,
        combinations=applied,
        concerns=concerns,
        level=max(levels, key=lambda level: level.rank, default=Level.SELF_CARE),
        open_rules=tuple(
            OpenRule(would, verdict.unsaid, verdict.needed)
            for would, verdict in tested
            if verdict.holds is None and would > urgency
        ),
    )


def _applied(sign: Sign, tested: Iterable[tuple[Escalation, Verdict]]) -> AppliedSign:
    holding = tuple(rule for rule, verdict in tested if verdict.holds)
    level = max((sign.level, *(each.to for each in holding)), key=lambda level: level.rank)
    return AppliedSign(sign, holding, level)


def _combinations_with(guidance: Guidance, signs: Iterable[str]) -> list[Combination]:
    """Return the combinations that any of the signs belongs to, in the order of the guidance."""
    places = _combinations_by_sign(guidance)
    rules = list(guidance.combinations.values())
    return [rules[index] for index in sorted({index for sign in signs for index in places.get(sign, ())})]


@worked_out_once
def _combinations_by_sign(guidance: Guidance) -> Mapping[str, Sequence[int]]:
    places: dict[str, list[int]] = {}
    for index, rule in enumerate(guidance.combinations.values()):
        for sign in {sign for group in rule.all_of_any for sign in group}:
            places.setdefault(sign, []).append(index)
    return places


def urgency_of(guidance: Guidance, level: Level, action: str | None) -> Urgency:
    """Compare rules of any level; the action counts in an emergency alone, and ``None`` is the default one."""
    if level is not Level.EMERGENCY:
        return Urgency(level.rank, 0)
    code = action or guidance.triage.default_action
    return Urgency(level.rank, -_orders_of_actions(guidance)[code])


@worked_out_once
def _orders_of_actions(guidance: Guidance) -> Mapping[str, int]:
    return {action.id: action.order for action in guidance.triage.actions}


def _tested(here: Circumstances, finding: Finding) -> Iterator[tuple[Escalation, Verdict]]:
    for rule in here.guidance.signs[finding.sign].escalations:
        yield rule, escalation_holds(here, finding, rule)


def _circumstances(guidance: Guidance, report: Report, mentions: Mapping[str, Sequence[Mention]]) -> Circumstances:
    findings = findings_of(guidance, mentions)
    return Circumstances(
        guidance=guidance,
        at=report.at,
        findings=findings,
        excluded=frozenset(
            sign
            for sign, each in mentions.items()
            if sign not in findings and status_of(each) is not Status.HYPOTHETICAL
        ),
        treatments=report.treatments,
        conditions=report.conditions,
        last_session_at=report.last_session_at,
    )


def _with_told(report: Report, reading: Reading | None) -> Report:
    """Add what the text tells of treatments, sessions and conditions. It only adds: nothing that was listed goes."""
    if reading is None:
        return report
    told = reading.background
    treatments = tuple(
        GivenTreatment(each.treatment, _ago(report, each.hours_ago), each.areas) for each in told.treatments
    )
    session = _ago(report, told.session_hours_ago or 0) if told.had_session else None
    return replace(
        report,
        treatments=(*(report.treatments or ()), *treatments) if treatments else report.treatments,
        conditions=(report.conditions or frozenset()) | told.conditions if told.conditions else report.conditions,
        last_session_at=_later(report.last_session_at, session),
    )


def _ago(report: Report, hours: int | None) -> Span | None:
    """Return the time so many hours ago: a day of it, since words round."""
    if hours is None:
        return None
    start = report.at - timedelta(hours=hours)
    return Span(start, start, start.date())


def _later(one: Span | None, other: Span | None) -> Span | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda span: span.start)


def _mentions(guidance: Guidance, report: Report, reading: Reading | None) -> dict[str, list[Mention]]:
    """Gather what was said of each sign: in the request first, then in the text."""
    said: dict[str, list[Mention]] = {}
    for index, sign in enumerate(report.signs):
        said.setdefault(sign.sign, []).append(Mention(sign, "request", f"/signs/{index}"))
    for read in reading.signs if reading else ():
        for each in _as_reported(read, report):
            said.setdefault(read.sign, []).append(Mention(each, "text", "/signs/-", (read.start, read.end)))
    return {sign: said[sign] for sign in sorted(said, key=_orders_of_signs(guidance).__getitem__)}


@worked_out_once
def _orders_of_signs(guidance: Guidance) -> Mapping[str, int]:
    return {sign: order for order, sign in enumerate(guidance.signs)}


def _as_reported(read: ReadSign, report: Report) -> Iterator[ReportedSign]:
    """Say a sign that was read as the request would. What lasted "3 days" began about then: no hour is known."""
    started_at = None
    if read.lasted_hours is not None:
        start = report.at - timedelta(hours=read.lasted_hours)
        started_at = Span(start, start, start.date())
    for onset in read.onsets or (None,):
        yield ReportedSign(
            read.sign,
            read.status,
            read.severity,
            read.trend,
            read.spreading,
            onset,
            started_at,
            read.areas,
            read.long_past,
        )

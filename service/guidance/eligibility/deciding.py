"""Decide one question: what applies at the time of its session, and between which times nothing does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.guidance.eligibility.grounds import Ground, Standing, standing_grounds, timed_decision, timed_grounds
from service.guidance.eligibility.periods import NO_BOUNDS, Bounds, free_period
from service.guidance.eligibility.question import EligibilityQuestion
from service.guidance.eligibility.timing import Timing, timing_of
from service.guidance.guidance import Guidance
from service.guidance.records.common import Decision
from service.guidance.times import LATEST_YEAR, Span, span_of
from service.guidance.trusted import changed, once

_SECTIONS = ("session", "treatments", "conditions", "signs", "age")


@dataclass(frozen=True)
class Case:
    """One question with all worked out that the time of its session does not change."""

    guidance: Guidance
    question: EligibilityQuestion
    standing: Standing
    timing: Timing

    def grounds(self, session: Span) -> list[Ground]:
        """Return what applies to a session at that time, strictest first, then in the order of the request."""
        applying = [*self.standing.grounds, *timed_grounds(self.guidance, self.timing, session)]
        return sorted(applying, key=lambda ground: (-ground.decision.rank, _place(ground.pointer), ground.rule))

    def decision(self, session: Span) -> Decision:
        """Return the strictest that any rule says to a session at that time: that of its first ground, if any."""
        standing = self.standing.decision
        if standing is Decision.DO_NOT_USE:
            return standing
        timed = timed_decision(self.guidance, self.timing, session)
        return timed if timed.rank > standing.rank else standing

    def bounds(self, session: Span) -> Bounds:
        """Return the free periods around a session at that time."""
        forbidden = self.standing.decision is Decision.DO_NOT_USE
        if forbidden or self.timing.undated or self.timing.is_too_far_ahead(session):
            return NO_BOUNDS
        restrictions = self.timing.restrictions
        return Bounds(
            *free_period((each.minimum for each in restrictions if each.minimum), session),
            *free_period((each.recommended for each in restrictions if each.recommended), session),
        )

    @once
    def decision_asked_for(self) -> Decision:
        """The decision on the session that was asked for."""
        return self.decision(self.question.session.at)

    @once
    def bounds_ahead(self) -> Bounds:
        """The bounds that still lie ahead of the session that was asked for."""
        session = self.question.session.at
        return Bounds(*(at if at is not None and at > session.start else None for at in self.bounds(session)))

    def areas_to_leave_out(self) -> list[str]:
        """Return the areas that alone forbid the session; none where something else does, or no area is left."""
        forbidding = [ground for ground in self.standing.facts if ground.decision is Decision.DO_NOT_USE]
        areas = self.question.session.areas
        left_out = [area for area in areas if self.guidance.areas[area].decision is not None]
        only_areas = all(ground.rule.startswith("area.") for ground in forbidding)
        return left_out if only_areas and len(left_out) < len(areas) else []

    def signature(self, area: str) -> tuple[object, ...]:
        """Return what the answer for one area alone depends on: areas with the same have the same answer."""
        restricted = tuple(area in restriction.areas for restriction in self.timing.restrictions)
        located = tuple(area in places for places in self.question.located.values())
        return (*restricted, *located, self.guidance.areas[area].decision)

    def alone(self, area: str) -> Case:
        """Return the case of the same question for one area of its session."""
        session = changed(self.question.session, areas=(area,))
        facts = tuple(ground._replace(decision=ground.decision_for(area), by_area={}) for ground in self.standing.facts)
        return Case(
            self.guidance,
            changed(self.question, session=session),
            self.standing.with_facts(facts),
            self.timing.in_area(area),
        )


def case_of(guidance: Guidance, question: EligibilityQuestion, like: Case | None = None) -> Case:
    """
    Work out what the question's answer depends on.

    Args:
        like: The case of a question that differs in its treatments or places alone.
    """
    if like is None:
        return Case(guidance, question, standing_grounds(guidance, question), timing_of(guidance, question))
    has_same_places = question.located is like.question.located
    standing = standing_grounds(guidance, question, like.standing if has_same_places else None)
    return Case(guidance, question, standing, timing_of(guidance, question, like.timing))


def at_session(case: Case, at: Span) -> Case:
    """Return the case of the same question for another time of the session. What signs mean may depend on that."""
    question = changed(case.question, session=changed(case.question.session, at=at))
    standing = standing_grounds(case.guidance, question) if question.signs else case.standing
    return Case(case.guidance, question, standing, case.timing)


def later_sessions(case: Case, turning: Iterable[datetime]) -> Iterator[Span]:
    """Yield, in order, the later times of the session around the instants *turning* its decision."""
    session = case.question.session.at
    if session.day is None:
        yield from (Span(at, at) for at in sorted(set(turning)) if at > session.start and at.year <= LATEST_YEAR)
        return
    near = {at.date() + timedelta(days=days) for at in turning if 1 < at.year < 9999 for days in range(-2, 3)}
    for day in sorted(near):
        if day > session.day and day.year <= LATEST_YEAR:
            yield span_of(day, case.question.day_zone)


def strictest(decisions: Iterable[Decision]) -> Decision:
    """Return the strictest decision; eligible where there is none."""
    return max(decisions, key=lambda decision: decision.rank, default=Decision.ELIGIBLE)


def _place(pointer: str) -> tuple[int, ...]:
    """Return where a pointer stands in a request, for sorting."""
    _, section, *rest = pointer.split("/")
    return (_SECTIONS.index(section), *(int(part) for part in rest if part.isdigit()))

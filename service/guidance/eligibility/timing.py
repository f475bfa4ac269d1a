"""What the waits ask for around each treatment: when no session may be, and when only with the provider's word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from math import inf
from typing import NamedTuple

from service.guidance.eligibility.periods import FIRST, LAST, Period
from service.guidance.eligibility.question import EligibilityQuestion
from service.guidance.guidance import Guidance, worked_out_once
from service.guidance.question import GivenTreatment
from service.guidance.records.common import Decision, Direction, Setting
from service.guidance.records.protocol import ExtendFactor, Figures, Wait
from service.guidance.resolve import years_before
from service.guidance.times import Span

_ELIGIBLE, _ASK_PROVIDER, _WAIT = Decision.ELIGIBLE, Decision.ASK_PROVIDER, Decision.WAIT

Added = tuple[str, int]
"""The factor that lengthens a recommended time, and its hours."""


class Restriction(NamedTuple):
    """
    One wait around one treatment, for the areas of the session that have the same figures.

    Args:
        minimum: When no session may be; ``None`` where the wait forbids nothing.
        recommended: When a session needs the provider's word; holds *minimum*.
        clearance: When the provider has to be asked whatever the time.
        extended_by: The factor that lengthened the recommended time.
        raised_because: Key of the sentence that says why the recommended time is the minimum.
    """

    wait: Wait
    treatment: GivenTreatment
    areas: frozenset[str]
    minimum_hours: int
    recommended_hours: int
    minimum: Period | None
    recommended: Period | None
    clearance: Period | None
    extended_by: str | None = None
    raised_because: str | None = None

    @property
    def is_before(self) -> bool:
        """Whether it asks for time between a session and a treatment that is booked."""
        return self.wait.direction is Direction.SESSION_BEFORE_TREATMENT

    def timing(self, session: Span) -> Decision:
        """Return what the wait alone says to a session at that time."""
        if self.minimum is not None and self.minimum.touches(session):
            return _WAIT
        if self.recommended is not None and self.recommended.touches(session):
            return _ASK_PROVIDER
        return _ELIGIBLE

    def decision(self, session: Span) -> Decision:
        """Return what the wait says, the provider's clearance counted."""
        timing = self.timing(session)
        if self.clearance is not None and timing is _ELIGIBLE and self.clearance.touches(session):
            return _ASK_PROVIDER
        return timing


class Part(NamedTuple):
    """
    What one dated treatment asks for; it keeps the treatment, and so its identity, alive.

    Args:
        far_ahead: Before when a session makes the treatment's date look like a typing error.
    """

    treatment: GivenTreatment
    far_ahead: datetime
    restrictions: tuple[Restriction, ...]


class Timing(NamedTuple):
    """
    All that the treatments of a question ask for.

    Args:
        known: What was worked out for each treatment, keyed by its identity and by what lengthens its recommended time.
        parts: Of every treatment with a known date.
        undated: Treatments without a date, or of a kind that has no waits: nobody can tell a bound.
    """

    known: Mapping[tuple[int, Added | None], Part]
    parts: tuple[Part, ...]
    undated: tuple[GivenTreatment, ...]

    @property
    def restrictions(self) -> list[Restriction]:
        """Those of every part."""
        return [restriction for part in self.parts for restriction in part.restrictions]

    def is_too_far_ahead(self, session: Span) -> bool:
        """Whether any date looks like a typing error, seen from that session."""
        start = session.start
        return any(start < part.far_ahead for part in self.parts)

    def instants(self) -> set[datetime]:
        """Return every instant at which an answer can change as the session moves."""
        found = {each.wait_until for each in self.undated if each.wait_until is not None}
        for part in self.parts:
            found.add(part.far_ahead)
            for each in part.restrictions:
                for period in (each.minimum, each.recommended, each.clearance):
                    if period is not None:
                        found.update(period)
        return found

    def in_area(self, area: str) -> Timing:
        """Return the same for one area of the session."""
        parts = [
            part._replace(restrictions=tuple(each for each in part.restrictions if area in each.areas))
            for part in self.parts
        ]
        return Timing({}, tuple(parts), self.undated)


def timing_of(guidance: Guidance, question: EligibilityQuestion, like: Timing | None = None) -> Timing:
    """
    Work out every restriction of the question's treatments, whatever the time of the session.

    Args:
        like: Of a question with the same session areas, setting and conditions: what it worked out is not done again.
    """
    added = _added_hours(guidance, question.treatments)
    known = {} if like is None else dict(like.known)
    parts, undated = [], []
    for treatment in question.treatments:
        if treatment.given is None or not guidance.treatments[treatment.treatment].dated:
            undated.append(treatment)
            continue
        key = (id(treatment), added.get((treatment.pointer, treatment.treatment)))
        part = known.get(key)
        if part is None:
            far_ahead = years_before(treatment.given.end, guidance.release.booked_ahead_years)
            part = known[key] = Part(treatment, far_ahead, tuple(_restrictions(guidance, question, treatment, key[1])))
        parts.append(part)
    return Timing(known, tuple(parts), tuple(undated))


def _restrictions(
    guidance: Guidance,
    question: EligibilityQuestion,
    treatment: GivenTreatment,
    added: Added | None,
) -> Iterator[Restriction]:
    given = treatment.given
    if given is None:
        return
    raised_because = _raised_because(guidance, question, treatment)
    for wait in waits_of(guidance, treatment):
        is_after = wait.direction is Direction.SESSION_AFTER_TREATMENT
        factor, more = added if added is not None and is_after else (None, 0)
        periods = _after if is_after else _before
        for figures, areas in _figures_by_areas(wait, treatment, question.session.areas):
            recommended = figures.recommended_hours + more
            minimum = figures.minimum_hours if raised_because is None else recommended
            yield Restriction(
                wait,
                treatment,
                areas,
                minimum,
                recommended,
                *periods(treatment, given, minimum, recommended, figures.provider_clearance and not treatment.cleared),
                extended_by=factor,
                raised_because=raised_because if minimum > figures.minimum_hours else None,
            )


def waits_of(guidance: Guidance, treatment: GivenTreatment) -> Sequence[Wait]:
    """Return the waits of a treatment in both directions; none where its kind has none."""
    return _waits_by_treatment(guidance).get(treatment.treatment, ())


@worked_out_once
def _waits_by_treatment(guidance: Guidance) -> Mapping[str, Sequence[Wait]]:
    return {
        code: [guidance.waits[key] for key in (f"wait.{code}", f"wait_before.{code}") if key in guidance.waits]
        for code in guidance.treatments
    }


def _figures_by_areas(
    wait: Wait, treatment: GivenTreatment, session_areas: tuple[str, ...]
) -> list[tuple[Figures, frozenset[str]]]:
    """
    Group the areas of the session by the figures that hold there.

    An area that was treated takes its own figures; one that was not, those for elsewhere. Not known counts as treated.
    """
    if not wait.areas:
        return [(wait, frozenset(session_areas))]
    if treatment.areas is not None and treatment.areas.isdisjoint(session_areas):
        return [(wait.figures_for("elsewhere"), frozenset(session_areas))]
    groups: dict[int, tuple[Figures, set[str]]] = {}
    for area in session_areas:
        treated = treatment.areas is None or area in treatment.areas
        figures = wait.figures_for(area if treated else "elsewhere")
        groups.setdefault(id(figures), (figures, set()))[1].add(area)
    return [(figures, frozenset(areas)) for figures, areas in groups.values()]


def _after(
    treatment: GivenTreatment, given: Span, minimum_hours: int, recommended_hours: int, asks: bool
) -> tuple[Period | None, Period | None, Period | None]:
    """Return the minimum, recommended and clearance period after a treatment, the provider's own date counted."""
    minimum_end = given.end + _hours(minimum_hours) if minimum_hours else None
    recommended_end = given.end + _hours(recommended_hours) if recommended_hours else None
    until = treatment.wait_until
    if until is not None and until > given.start:  # one said before the treatment cannot speak of it
        minimum_end = recommended_end = max(until, minimum_end) if minimum_end else until
    return (
        Period(given.start, minimum_end) if minimum_end is not None else None,
        Period(given.start, recommended_end) if recommended_end is not None else None,
        Period(given.start, LAST) if asks else None,
    )


def _before(
    _treatment: GivenTreatment, given: Span, minimum_hours: int, recommended_hours: int, asks: bool
) -> tuple[Period | None, Period | None, Period | None]:
    """Return the minimum, recommended and clearance period before a treatment that is booked."""
    return (
        Period(given.start - _hours(minimum_hours), given.end) if minimum_hours else None,
        Period(given.start - _hours(recommended_hours), given.end) if recommended_hours else None,
        Period(FIRST, given.end) if asks else None,
    )


@cache
def _hours(figure: int) -> timedelta:
    """Return the hours of a figure; there are a few dozen of these."""
    return timedelta(hours=figure)


def _raised_because(guidance: Guidance, question: EligibilityQuestion, treatment: GivenTreatment) -> str | None:
    """Say why the recommended time binds, if it does: a salon device, or a condition after an injection."""
    if question.session.setting is Setting.PROFESSIONAL:
        return "because_professional"
    if not question.conditions or guidance.treatments[treatment.treatment].group != "injectable":
        return None
    return None if _raising_conditions(guidance).isdisjoint(question.conditions) else "because_condition"


@worked_out_once
def _raising_conditions(guidance: Guidance) -> frozenset[str]:
    factors = guidance.extend_factors.values()
    return frozenset(code for factor in factors if factor.minimum_is_recommended for code in factor.conditions)


def _added_hours(guidance: Guidance, treatments: tuple[GivenTreatment, ...]) -> Mapping[tuple[str, str], Added]:
    """Return, by pointer and kind, the factor that lengthens a recommended time, and its hours."""
    added: dict[tuple[str, str], Added] = {}
    if _count_areas(treatments) < _fewest_counted(guidance):
        return added
    for factor, at_least in counting_factors(guidance):
        concerned = [
            (each, each.given) for each in treatments if each.treatment in factor.treatments and each.given is not None
        ]
        if _count_areas(each for each, _ in concerned) < at_least:
            continue
        apart = timedelta(hours=factor.one_visit_hours)
        for treatment, given in concerned:
            soon = given.end + apart
            visit = [each for each, other in concerned if given.start < other.end + apart and other.start < soon]
            if _count_areas(visit) >= at_least:
                added[treatment.pointer, treatment.treatment] = (factor.id, factor.add_recommended_hours)
    return added


@worked_out_once
def counting_factors(guidance: Guidance) -> Sequence[tuple[ExtendFactor, int]]:
    """Return the factors that count treated areas, and how many it takes."""
    factors = guidance.extend_factors.values()
    return [(each, each.treated_areas_at_least) for each in factors if each.treated_areas_at_least is not None]


@worked_out_once
def _fewest_counted(guidance: Guidance) -> float:
    """Return how many treated areas lengthen a recommended time at least."""
    return min((at_least for _, at_least in counting_factors(guidance)), default=inf)


def _count_areas(treatments: Iterable[GivenTreatment]) -> int:
    """Count the areas that are known to have been treated."""
    return len({area for each in treatments for area in each.areas or ()})

"""What the waits ask for around each treatment: when no session may be, and when only with the provider's word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from service.guidance.eligibility.periods import FIRST, LAST, Period
from service.guidance.eligibility.question import EligibilityQuestion
from service.guidance.guidance import Guidance
from service.guidance.question import GivenTreatment
from service.guidance.records import Decision, Direction, Figures, Setting, Wait
from service.guidance.resolve import years_before
from service.guidance.times import Span

Added = tuple[str, int]
"""The factor that lengthens a recommended time, and its hours."""


@dataclass(frozen=True)
class Restriction:
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
            return Decision.WAIT
        if self.recommended is not None and self.recommended.touches(session):
            return Decision.ASK_PROVIDER
        return Decision.ELIGIBLE

    def decision(self, session: Span) -> Decision:
        """Return what the wait says, the provider's clearance counted."""
        timing = self.timing(session)
        if timing is Decision.ELIGIBLE and self.clearance is not None and self.clearance.touches(session):
            return Decision.ASK_PROVIDER
        return timing


@dataclass(frozen=True)
class _Part:
    """What one dated treatment asks for; it keeps the treatment, and so its identity, alive."""

    treatment: GivenTreatment
    far_ahead: datetime
    restrictions: tuple[Restriction, ...]


@dataclass(frozen=True)
class Timing:
    """
    All that the treatments of a question ask for.

    Args:
        parts: What was worked out for each treatment, keyed by its identity and by what lengthens its recommended time.
        restrictions: Of every treatment with a known date.
        undated: Treatments without a date, or of a kind that has no waits: nobody can tell a bound.
        far_ahead: Every dated treatment, and before when a session makes its date look like a typing error.
    """

    parts: Mapping[tuple[int, Added | None], _Part]
    restrictions: tuple[Restriction, ...]
    undated: tuple[GivenTreatment, ...]
    far_ahead: tuple[tuple[GivenTreatment, datetime], ...]

    def too_far_ahead(self, session: Span) -> list[GivenTreatment]:
        """Return the treatments whose date looks like a typing error, seen from that session."""
        return [treatment for treatment, before in self.far_ahead if session.start < before]

    def instants(self) -> set[datetime]:
        """Return every instant at which an answer can change as the session moves."""
        periods = [
            period
            for each in self.restrictions
            for period in (each.minimum, each.recommended, each.clearance)
            if period is not None
        ]
        return {
            *(bound for period in periods for bound in (period.start, period.end)),
            *(before for _, before in self.far_ahead),
            *(each.wait_until for each in self.undated if each.wait_until is not None),
        }


def timing_of(guidance: Guidance, question: EligibilityQuestion, like: Timing | None = None) -> Timing:
    """
    Work out every restriction of the question's treatments, whatever the time of the session.

    Args:
        like: Of a question with the same session areas, setting and conditions: what it worked out is not done again.
    """
    added = _added_hours(guidance, question.treatments)
    parts = {} if like is None else dict(like.parts)
    dated, undated = [], []
    for treatment in question.treatments:
        if treatment.given is None or not guidance.treatments[treatment.treatment].dated:
            undated.append(treatment)
            continue
        key = (id(treatment), added.get((treatment.pointer, treatment.treatment)))
        if key not in parts:
            far_ahead = years_before(treatment.given.end, guidance.release.booked_ahead_years)
            parts[key] = _Part(treatment, far_ahead, tuple(_restrictions(guidance, question, treatment, key[1])))
        dated.append(parts[key])
    return Timing(
        parts=parts,
        restrictions=tuple(restriction for part in dated for restriction in part.restrictions),
        undated=tuple(undated),
        far_ahead=tuple((part.treatment, part.far_ahead) for part in dated),
    )


def _restrictions(
    guidance: Guidance,
    question: EligibilityQuestion,
    treatment: GivenTreatment,
    added: Added | None,
) -> Iterator[Restriction]:
    if treatment.given is None:
        return
    raised_because = _raised_because(guidance, question, treatment)
    for wait in waits_of(guidance, treatment):
        is_after = wait.direction is Direction.SESSION_AFTER_TREATMENT
        factor, more = added if added is not None and is_after else (None, 0)
        for figures, areas in _figures_by_areas(wait, treatment, question.session.areas):
            recommended = figures.recommended_hours + more
            minimum = figures.minimum_hours if raised_because is None else recommended
            build = _after if is_after else _before
            built = build(wait, treatment, treatment.given, areas, minimum, recommended, figures.provider_clearance)
            because = raised_because if minimum > figures.minimum_hours else None
            has_more = factor is not None or because is not None
            yield replace(built, extended_by=factor, raised_because=because) if has_more else built


def waits_of(guidance: Guidance, treatment: GivenTreatment) -> list[Wait]:
    """Return the waits of a treatment in both directions; none where its kind has none."""
    keys = (f"wait.{treatment.treatment}", f"wait_before.{treatment.treatment}")
    return [guidance.waits[key] for key in keys if key in guidance.waits]


def _figures_by_areas(
    wait: Wait, treatment: GivenTreatment, session_areas: tuple[str, ...]
) -> list[tuple[Figures, frozenset[str]]]:
    """
    Group the areas of the session by the figures that hold there.

    An area that was treated takes its own figures; one that was not, those for elsewhere. Not known counts as treated.
    """
    if not wait.areas:
        return [(wait, frozenset(session_areas))]
    groups: dict[int, tuple[Figures, set[str]]] = {}
    for area in session_areas:
        treated = treatment.areas is None or area in treatment.areas
        figures = wait.figures_for(area if treated else "elsewhere")
        groups.setdefault(id(figures), (figures, set()))[1].add(area)
    return [(figures, frozenset(areas)) for figures, areas in groups.values()]


def _after(
    wait: Wait,
    treatment: GivenTreatment,
    given: Span,
    areas: frozenset[str],
    minimum_hours: int,
    recommended_hours: int,
    clearance: bool,
) -> Restriction:
    """Restrict the time after a treatment, the provider's own date counted."""
    until = treatment.wait_until
    if until is not None and until <= given.start:
        until = None  # said before the treatment: it cannot speak of it
    minimum_end = given.end + timedelta(hours=minimum_hours) if minimum_hours else None
    recommended_end = given.end + timedelta(hours=recommended_hours) if recommended_hours else None
    if until is not None:
        minimum_end = recommended_end = max(until, minimum_end) if minimum_end else until
    return Restriction(
        wait=wait,
        treatment=treatment,
        areas=areas,
        minimum_hours=minimum_hours,
        recommended_hours=recommended_hours,
        minimum=_period(given.start, minimum_end),
        recommended=_period(given.start, recommended_end),
        clearance=Period(given.start, LAST) if clearance and not treatment.cleared else None,
    )


def _before(
    wait: Wait,
    treatment: GivenTreatment,
    given: Span,
    areas: frozenset[str],
    minimum_hours: int,
    recommended_hours: int,
    clearance: bool,
) -> Restriction:
    """Restrict the time before a treatment that is booked."""

    def ahead(hours: int) -> Period | None:
        return _period(given.start - timedelta(hours=hours), given.end) if hours else None

    return Restriction(
        wait=wait,
        treatment=treatment,
        areas=areas,
        minimum_hours=minimum_hours,
        recommended_hours=recommended_hours,
        minimum=ahead(minimum_hours),
        recommended=ahead(recommended_hours),
        clearance=Period(FIRST, given.end) if clearance and not treatment.cleared else None,
    )


def _period(start: datetime, end: datetime | None) -> Period | None:
    return Period(start, end) if end is not None else None


def _raised_because(guidance: Guidance, question: EligibilityQuestion, treatment: GivenTreatment) -> str | None:
    """Say why the recommended time binds, if it does: a salon device, or a condition after an injection."""
    if question.session.setting is Setting.PROFESSIONAL:
        return "because_professional"
    if guidance.treatments[treatment.treatment].group != "injectable":
        return None
    present = set(question.conditions or ())
    raising = (each for each in guidance.extend_factors.values() if each.minimum_is_recommended)
    return "because_condition" if any(present & set(factor.conditions) for factor in raising) else None


def _added_hours(guidance: Guidance, treatments: tuple[GivenTreatment, ...]) -> dict[tuple[str, str], Added]:
    """Return, by pointer and kind, the factor that lengthens a recommended time, and its hours."""
    added: dict[tuple[str, str], Added] = {}
    for factor in guidance.extend_factors.values():
        if factor.treated_areas_at_least is None:
            continue
        concerned = [
            (each, each.given) for each in treatments if each.treatment in factor.treatments and each.given is not None
        ]
        if _count_areas(each for each, _ in concerned) < factor.treated_areas_at_least:
            continue
        apart = timedelta(hours=factor.one_visit_hours)
        for treatment, given in concerned:
            soon = given.end + apart
            visit = [each for each, other in concerned if given.start < other.end + apart and other.start < soon]
            if _count_areas(visit) >= factor.treated_areas_at_least:
                added[treatment.pointer, treatment.treatment] = (factor.id, factor.add_recommended_hours)
    return added


def _count_areas(treatments: Iterable[GivenTreatment]) -> int:
    """Count the areas that are known to have been treated."""
    return len(set().union(*(each.areas or () for each in treatments)))

"""What speaks against a session, or for care: one ground for each rule that applies to each fact of the request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from service.guidance.eligibility.periods import LAST, NO_BOUNDS, Bounds, Period
from service.guidance.eligibility.question import EligibilityQuestion
from service.guidance.eligibility.timing import Restriction, Timing
from service.guidance.guidance import Guidance, worked_out_once
from service.guidance.question import GivenTreatment
from service.guidance.records.common import ConditionClass, Decision, Level
from service.guidance.records.protocol import Condition, ExtendFactor
from service.guidance.times import Span
from service.guidance.triage import Report, ReportedSign, TriageAnswer, decide_triage
from service.guidance.trusted import once

_DECISION_OF_CLASS = {
    ConditionClass.ABSOLUTE: Decision.DO_NOT_USE,
    ConditionClass.RELATIVE: Decision.ASK_PROVIDER,
    ConditionClass.LOCAL: Decision.ASK_PROVIDER,
    ConditionClass.PRECAUTION: Decision.ELIGIBLE_WITH_CARE,
}
_DECISION_OF_LEVEL = {
    Level.SELF_CARE: Decision.ELIGIBLE_WITH_CARE,
    Level.CONTACT_PROVIDER: Decision.ASK_PROVIDER,
    Level.URGENT: Decision.DO_NOT_USE,
    Level.EMERGENCY: Decision.DO_NOT_USE,
}


class Ground(NamedTuple):
    """
    One rule that applies, before it is put into words.

    Args:
        by_area: The decision for each area of the session; empty where it is the same for all.
        text: Key of its sentence in ``eligibility.yaml``, or of nothing where *said* is the sentence.
        words: What fills the sentence; an instant is told in the zone of the answer.
        care: Key of the advice for a session that goes ahead.
        also: Keys of the sentences that follow.
    """

    rule: str
    decision: Decision
    pointer: str
    text: str
    words: Mapping[str, str | datetime | int]
    sources: tuple[str, ...]
    by_area: Mapping[str, Decision] = MappingProxyType({})
    care: str | None = None
    also: tuple[str, ...] = ()
    bounds: Bounds = NO_BOUNDS

    def decision_for(self, area: str) -> Decision:
        """Return what it says about one area of the session."""
        return self.by_area[area] if self.by_area else self.decision


@dataclass(frozen=True)
class Standing:
    """
    The grounds that no time changes.

    Args:
        facts: Of areas, conditions, age and signs.
        treatments: Of treatments that nothing dates.
        triage: What triage says of the signs, where it forbids the session.
        triages: What triage said so far, keyed by the exposures, while one question is looked at from all sides.
    """

    facts: tuple[Ground, ...]
    treatments: tuple[Ground, ...]
    triage: TriageAnswer | None
    triages: dict[frozenset[GivenTreatment], TriageAnswer]

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """All of them."""
        return self.facts + self.treatments

    def with_facts(self, facts: tuple[Ground, ...]) -> Standing:
        """Return the same with other facts."""
        return Standing(facts, self.treatments, self.triage, self.triages)

    @once
    def decision(self) -> Decision:
        """The strictest of them."""
        return max((ground.decision for ground in self.grounds), key=_rank, default=Decision.ELIGIBLE)


def _rank(decision: Decision) -> int:
    return decision.rank


def standing_grounds(guidance: Guidance, question: EligibilityQuestion, like: Standing | None = None) -> Standing:
    """
    Collect what speaks against the session whenever it is: areas, conditions, age, signs and unknown treatments.

    Args:
        like: Of a question that differs in its treatments alone. What signs mean depends on these, nothing else does.
    """
    treatments = tuple(_treatment_grounds(guidance, question))
    if like is not None and not question.signs:
        return Standing(like.facts, treatments, like.triage, like.triages)
    triages = {} if like is None else like.triages
    triage = _triage_of(guidance, question, triages)
    return Standing(
        facts=(
            *_area_grounds(guidance, question),
            *_condition_grounds(guidance, question),
            *_sign_grounds(guidance, question, triage),
            *_factor_grounds(guidance, question),
        ),
        treatments=treatments,
        triage=triage if triage is not None and triage.level.rank >= Level.URGENT.rank else None,
        triages=triages,
    )


def _area_grounds(guidance: Guidance, question: EligibilityQuestion) -> Iterator[Ground]:
    for index, code in enumerate(question.session.areas):
        area = guidance.areas[code]
        if area.decision is not None:
            yield Ground(
                rule=f"area.{code}",
                decision=area.decision,
                pointer=f"/session/areas/{index}",
                text="area",
                words={"label": area.label, "why": area.why or ""},
                sources=area.sources,
                by_area={each: area.decision if each == code else Decision.ELIGIBLE for each in question.session.areas},
            )


def _treatment_grounds(guidance: Guidance, question: EligibilityQuestion) -> Iterator[Ground]:
    for treatment in question.treatments:
        record = guidance.treatments[treatment.treatment]
        if record.dated and treatment.given is not None:
            continue
        kind = "unknown_date" if record.dated else "unknown_procedure"
        yield Ground(
            rule=f"rule.{kind}",
            decision=Decision.ASK_PROVIDER,
            pointer=treatment.pointer,
            text=kind,
            words={"label": record.label},
            sources=guidance.rules[f"rule.{kind}"].sources,
        )


def _condition_grounds(guidance: Guidance, question: EligibilityQuestion) -> Iterator[Ground]:
    for code, pointer in _conditions_with_age(guidance, question):
        condition = guidance.conditions[code]
        if condition.class_ is not ConditionClass.LOCAL:
            yield _condition_ground(condition, pointer, _DECISION_OF_CLASS[condition.class_], {}, "condition")
            continue
        by_area, decision = _where(question, code, Decision.ASK_PROVIDER)
        elsewhere = decision is Decision.ELIGIBLE_WITH_CARE
        yield _condition_ground(
            condition, pointer, decision, by_area, "condition_elsewhere" if elsewhere else "condition"
        )


def _condition_ground(
    condition: Condition, pointer: str, decision: Decision, by_area: Mapping[str, Decision], text: str
) -> Ground:
    return Ground(
        rule=f"condition.{condition.id}",
        decision=decision,
        pointer=pointer,
        text=text,
        words={"label": condition.label, "advice": condition.advice},
        sources=condition.sources,
        by_area=by_area,
        care=text if decision is Decision.ELIGIBLE_WITH_CARE else None,
    )


def _conditions_with_age(guidance: Guidance, question: EligibilityQuestion) -> Iterator[tuple[str, str]]:
    """Yield every condition once with its place in the request; an age that is one counts as that condition."""
    told: set[str] = set()
    for index, code in enumerate(question.conditions or ()):
        if code not in told:
            told.add(code)
            yield code, f"/conditions/{index}"
    if question.age is None:
        return
    for condition in guidance.conditions.values():
        if condition.below_age is not None and question.age < condition.below_age and condition.id not in told:
            yield condition.id, "/age"


def _where(question: EligibilityQuestion, code: str, inside: Decision) -> tuple[dict[str, Decision], Decision]:
    """
    Return what a local finding says of each area, and the strictest of that.

    Where its place is known, areas outside it go ahead with care; not known counts as everywhere.
    """
    place = question.located.get(code)
    if place is None:
        return {}, inside
    by_area = {area: inside if area in place else Decision.ELIGIBLE_WITH_CARE for area in question.session.areas}
    return by_area, max(by_area.values(), key=lambda decision: decision.rank)


def _triage_of(
    guidance: Guidance, question: EligibilityQuestion, triages: dict[frozenset[GivenTreatment], TriageAnswer]
) -> TriageAnswer | None:
    """Triage the signs with every listed treatment in its window, whatever its date."""
    if not question.signs:
        return None
    exposures = frozenset(GivenTreatment(each.treatment, None, each.areas) for each in question.treatments)
    if exposures not in triages:
        signs = tuple(ReportedSign(sign=code, areas=question.located.get(code, frozenset())) for code in question.signs)
        report = Report(
            at=question.session.at.start,
            signs=signs,
            treatments=tuple(sorted(exposures, key=lambda each: (each.treatment, sorted(each.areas or ())))),
            conditions=frozenset(code for code, _ in _conditions_with_age(guidance, question)),
        )
        triages[exposures] = decide_triage(guidance, report)
    return triages[exposures]


def _sign_grounds(guidance: Guidance, question: EligibilityQuestion, triage: TriageAnswer | None) -> Iterator[Ground]:
    if triage is None:
        return
    signs = tuple(question.signs or ())
    for reason in triage.reasons:
        code = reason.rule.removeprefix("sign.")
        decision = _DECISION_OF_LEVEL[reason.level]
        yield Ground(
            rule=reason.rule,
            decision=decision,
            pointer=f"/signs/{signs.index(code)}" if code in signs else "/signs",
            text="said",
            words={"said": reason.text, "label": guidance.signs[code].label if code in signs else ""},
            sources=tuple(reason.citations),
            care="sign" if decision is Decision.ELIGIBLE_WITH_CARE and code in signs else None,
        )


def _factor_grounds(guidance: Guidance, question: EligibilityQuestion) -> Iterator[Ground]:
    """Yield the extend factors that conditions or signs of the request show."""
    if not question.conditions and not question.signs:
        return
    for factor in guidance.extend_factors.values():
        if factor.decision is None:
            continue
        shown = [
            *((code, f"/conditions/{index}") for index, code in _listed(question.conditions, factor.conditions)),
            *((code, f"/signs/{index}") for index, code in _listed(question.signs, factor.signs)),
        ]
        if shown:
            each = [_where(question, code, factor.decision) for code, _ in shown]
            by_area = _strictest_by_area(question, factor, [areas for areas, _ in each])
            decision = max((decision for _, decision in each), key=lambda decision: decision.rank)
            elsewhere = decision is Decision.ELIGIBLE_WITH_CARE
            yield _factor_ground(factor, shown[0][1], decision, by_area, "factor_elsewhere" if elsewhere else "factor")


def _listed(codes: tuple[str, ...] | None, wanted: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    return ((index, code) for index, code in enumerate(codes or ()) if code in wanted)


def _strictest_by_area(
    question: EligibilityQuestion, factor: ExtendFactor, each: list[dict[str, Decision]]
) -> dict[str, Decision]:
    """Return the strictest decision for each area; an empty one says the factor's own everywhere."""
    assert factor.decision is not None
    if not all(each):
        return {}
    return {
        area: max((by_area[area] for by_area in each), key=lambda decision: decision.rank)
        for area in question.session.areas
    }


def _factor_ground(
    factor: ExtendFactor, pointer: str, decision: Decision, by_area: Mapping[str, Decision], text: str
) -> Ground:
    return Ground(
        rule=factor.id,
        decision=decision,
        pointer=pointer,
        text=text,
        words={"factor": factor.factor, "effect": factor.effect},
        sources=factor.sources,
        by_area=by_area,
        care=text if decision is Decision.ELIGIBLE_WITH_CARE else None,
    )


def timed_grounds(guidance: Guidance, timing: Timing, session: Span) -> Iterator[Ground]:
    """Yield the grounds that the session's time gives: waits, clearances, and dates too far ahead to be meant."""
    for factor, decision, treatment in _treated_factors_shown(guidance, timing, session):
        yield _factor_ground(factor, treatment.pointer, decision, {}, "factor")
    yield from _provider_grounds(guidance, timing, session)
    for part in timing.parts:
        if session.start < part.far_ahead:
            yield _far_ahead_ground(guidance, part.treatment)
            continue
        applying = [each for each in part.restrictions if each.decision(session) is not Decision.ELIGIBLE]
        for wait in dict.fromkeys(each.wait.id for each in applying):
            of_wait = [each for each in part.restrictions if each.wait.id == wait]
            yield from _wait_grounds(guidance, [each for each in applying if each.wait.id == wait], of_wait, session)


def timed_decision(guidance: Guidance, timing: Timing, session: Span) -> Decision:
    """Return the strictest of the grounds that :func:`timed_grounds` would put together, for a look at many times."""
    start = session.start
    strictest = Decision.ELIGIBLE
    for part in timing.parts:
        if start < part.far_ahead:
            strictest = max(strictest, Decision.ASK_PROVIDER, key=_rank)
            continue
        for restriction in part.restrictions:
            decision = restriction.decision(session)
            if decision.rank > strictest.rank:
                strictest = decision
    for _, decision, _ in _treated_factors_shown(guidance, timing, session):
        strictest = max(strictest, decision, key=_rank)
    if any(each.wait_until is not None and start < each.wait_until for each in timing.undated):
        strictest = max(strictest, Decision.WAIT, key=_rank)
    return strictest


def _provider_grounds(guidance: Guidance, timing: Timing, session: Span) -> Iterator[Ground]:
    """Yield the providers' own "not before" for treatments that nothing else dates."""
    for treatment in timing.undated:
        if treatment.wait_until is not None and session.start < treatment.wait_until:
            rule = guidance.rules["rule.provider_instruction_wins_if_longer"]
            yield Ground(
                rule=rule.id,
                decision=Decision.WAIT,
                pointer=treatment.pointer,
                text="wait_provider",
                words={
                    "label": guidance.treatments[treatment.treatment].label,
                    "eligible_from": treatment.wait_until,
                },
                sources=rule.sources,
                bounds=Bounds(eligible_from=treatment.wait_until),
            )


def _treated_factors_shown(
    guidance: Guidance, timing: Timing, session: Span
) -> Iterator[tuple[ExtendFactor, Decision, GivenTreatment]]:
    """Yield the factors that a treatment before the session shows, such as filler that had to be dissolved."""
    for factor, decision in treated_factors(guidance):
        for treatment, _, _ in timing.parts:
            if treatment.treatment not in factor.treatments or treatment.cleared:
                continue
            if treatment.given is not None and Period(treatment.given.start, LAST).touches(session):
                yield factor, decision, treatment


@worked_out_once
def treated_factors(guidance: Guidance) -> Sequence[tuple[ExtendFactor, Decision]]:
    """Return the factors that a treatment shows, and what they say to a session."""
    factors = guidance.extend_factors.values()
    return [(each, each.decision) for each in factors if each.decision is not None and each.treatments]


def _far_ahead_ground(guidance: Guidance, treatment: GivenTreatment) -> Ground:
    return Ground(
        rule="rule.booked_too_far_ahead",
        decision=Decision.ASK_PROVIDER,
        pointer=treatment.pointer,
        text="booked_too_far_ahead",
        words={
            "label": guidance.treatments[treatment.treatment].label,
            "years": guidance.release.booked_ahead_years,
        },
        sources=guidance.rules["rule.booked_too_far_ahead"].sources,
    )


def _wait_grounds(
    guidance: Guidance, applying: Sequence[Restriction], everywhere: Sequence[Restriction], session: Span
) -> Iterator[Ground]:
    """
    Yield one ground for a wait that applies in some areas of the session, and one for what lengthened it.

    Args:
        everywhere: The same wait in all areas of the session.
    """
    strictest = max(applying, key=lambda each: (each.decision(session).rank, each.recommended_hours))
    timing, bounds = strictest.timing(session), _bounds_of(everywhere)
    ground = Ground(
        rule=strictest.wait.id,
        decision=strictest.decision(session),
        pointer=strictest.treatment.pointer,
        text=_wait_text(strictest, timing),
        words=_wait_words(guidance, strictest, bounds),
        sources=_sources_by_wait(guidance)[strictest.wait.id],
        bounds=bounds,
        also=_also(strictest, timing),
    )
    yield ground
    if strictest.extended_by is not None and timing is not Decision.ELIGIBLE:
        factor = guidance.extend_factors[strictest.extended_by]
        yield Ground(
            rule=factor.id,
            decision=ground.decision,
            pointer=ground.pointer,
            text="factor_recommended",
            words={"factor": factor.factor, "effect": factor.effect, **_words_of(bounds)},
            sources=factor.sources,
            bounds=Bounds(recommended_from=bounds.recommended_from),
        )


def _bounds_of(restrictions: Sequence[Restriction]) -> Bounds:
    """Bound one wait over all areas of the session: by its ends after a treatment, by its starts before one."""
    minimums = [each.minimum for each in restrictions if each.minimum is not None]
    recommendeds = [each.recommended for each in restrictions if each.recommended is not None]
    if restrictions[0].is_before:
        return Bounds(
            eligible_until=min((period.start for period in minimums), default=None),
            recommended_until=min((period.start for period in recommendeds), default=None),
        )
    return Bounds(
        eligible_from=max((period.end for period in minimums), default=None),
        recommended_from=max((period.end for period in recommendeds), default=None),
    )


def _words_of(bounds: Bounds) -> dict[str, datetime]:
    return {name: at for name, at in zip(Bounds._fields, bounds, strict=True) if at is not None}


def _wait_text(restriction: Restriction, timing: Decision) -> str:
    if timing is Decision.ELIGIBLE:
        return "clearance_before" if restriction.is_before else "clearance"
    if restriction.is_before:
        return "wait_before" if timing is Decision.WAIT else "wait_before_recommended"
    if timing is Decision.ASK_PROVIDER:
        return "wait_recommended"
    until, minimum = restriction.treatment.wait_until, restriction.minimum
    return "wait_provider" if minimum is not None and until == minimum.end else "wait"


def _also(restriction: Restriction, timing: Decision) -> tuple[str, ...]:
    """Return why a minimum is longer than elsewhere, and whether the provider has to be asked when it is over."""
    if timing is Decision.ELIGIBLE:
        return ()
    clearance = "and_clearance" if restriction.clearance is not None and not restriction.is_before else None
    return tuple(key for key in (restriction.raised_because, clearance) if key is not None)


def _wait_words(guidance: Guidance, restriction: Restriction, bounds: Bounds) -> dict[str, str | datetime | int]:
    return {
        "label": guidance.treatments[restriction.treatment.treatment].label,
        "minimum": restriction.minimum_hours,
        "recommended": restriction.recommended_hours,
        **_words_of(bounds),
    }


@worked_out_once
def _sources_by_wait(guidance: Guidance) -> Mapping[str, tuple[str, ...]]:
    """Return, by wait, the sources that speak of microcurrent itself, or all where none does."""
    return {
        wait.id: tuple(dict.fromkeys(claim.source for claim in wait.claims if claim.direct))
        or tuple(dict.fromkeys(claim.source for claim in wait.claims))
        for wait in guidance.waits.values()
    }

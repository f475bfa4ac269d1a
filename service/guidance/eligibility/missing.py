"""Find the questions whose answers could change the decision or a bound, worst possible answer first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from service.guidance.eligibility.deciding import Case, case_of, strictest
from service.guidance.eligibility.question import EligibilityQuestion
from service.guidance.eligibility.timing import waits_of
from service.guidance.guidance import Guidance
from service.guidance.products import is_generic, may_be
from service.guidance.question import GivenTreatment
from service.guidance.records import ConditionClass, Decision
from service.guidance.times import EARLIEST_YEAR, span_of

_LONG_AGO = span_of(datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC), None)

Answer = Callable[[EligibilityQuestion], EligibilityQuestion]


@dataclass(frozen=True)
class Open:
    """
    Something that the request leaves open.

    Args:
        text: Key of its question in ``eligibility.yaml``.
        label: What it is asked about.
        answers: What it could turn out to be; each makes the question that would then be asked.
        mildest: The mildest of them, where one is mildest of all.
        always: Whether it is asked whatever it could change.
    """

    pointer: str
    text: str
    label: str
    answers: tuple[Answer, ...]
    mildest: Answer | None = None
    on_the_day: bool = False
    always: bool = False


@dataclass(frozen=True)
class Missing:
    """An open question that matters, and the worst decision that an answer to it could give."""

    pointer: str
    text: str
    on_the_day: bool
    could_be: Decision
    label: str = ""


def missing_of(case: Case) -> tuple[Missing, ...]:
    """Return the open questions that matter. Where a session is forbidden for certain, none does."""
    guidance, question = case.guidance, case.question
    decision = case.decision(question.session.at)
    if decision is Decision.DO_NOT_USE:
        return ()
    found = [*_screening(guidance, question), *_mattering(guidance, case)]
    return tuple(sorted(found, key=lambda each: -each.could_be.rank))


def is_complete(case: Case) -> bool:
    """Whether nothing is missing; cheaper than listing what is."""
    if next(_screening(case.guidance, case.question), None) is not None:
        return False
    return not missing_of(case)


def turning_points(case: Case) -> set[datetime]:
    """Return the instants at which the decision can turn as the session moves, or a question stop to matter."""
    instants = case.timing.instants()
    if next(_screening(case.guidance, case.question), None) is None:
        for detail in _details(case.guidance, case.question):
            for answer in detail.answers:
                instants |= _answered(case, [answer]).timing.instants()
    return instants


def _screening(guidance: Guidance, question: EligibilityQuestion) -> Iterator[Missing]:
    """Yield what nobody asked at all: the worst answer to each forbids the session."""
    aged = {condition.id for condition in guidance.conditions.values() if condition.below_age is not None}
    if question.conditions is None:
        yield Missing("/conditions", "conditions", False, Decision.DO_NOT_USE)
    if question.age is None and not aged & set(question.conditions or ()):
        yield Missing("/age", "age", False, Decision.DO_NOT_USE)
    if question.signs is None:
        yield Missing("/signs", "signs", True, Decision.DO_NOT_USE)


def _mattering(guidance: Guidance, case: Case) -> Iterator[Missing]:
    """
    Yield the open details that matter: alone, or once all others have turned out as mild as they can.

    The second look finds two details that only matter together, such as the areas of two fillers of one visit.
    """
    open_details = list(_details(guidance, case.question))
    for detail in open_details:
        answered = [_answered(case, [answer]) for answer in detail.answers]
        if detail.always or _matters(case, answered) or _matters_last(case, detail, open_details):
            could_be = strictest(each.outcome[0] for each in (case, *answered))
            yield Missing(detail.pointer, detail.text, detail.on_the_day, could_be, detail.label)


def _matters_last(case: Case, detail: Open, open_details: Iterable[Open]) -> bool:
    """Whether a detail matters once all others have turned out as mild as they can."""
    others = [each.mildest for each in open_details if each is not detail and each.mildest]
    if not others:
        return False
    mild = _answered(case, others)
    return _matters(mild, (_answered(mild, [answer]) for answer in detail.answers))


def _matters(case: Case, answered: Iterable[Case]) -> bool:
    """
    Whether an answer changes the decision, or a bound that lies ahead.

    Where nothing speaks against the session only the decision counts: nobody is asked for the place of an injection
    that was long ago, and one more treatment cannot make a question, and with it the call for care, go away.
    """
    decision, bounds = case.outcome
    for each in answered:
        then, bounds_then = each.outcome
        if then is not decision or (decision is not Decision.ELIGIBLE and bounds_then != bounds):
            return True
    return False


def _answered(case: Case, answers: Iterable[Answer]) -> Case:
    question = case.question
    for answer in answers:
        question = answer(question)
    return case_of(case.guidance, question, case)


def _details(guidance: Guidance, question: EligibilityQuestion) -> Iterator[Open]:
    by_pointer: dict[str, list[GivenTreatment]] = {}
    for treatment in question.treatments:
        by_pointer.setdefault(treatment.pointer, []).append(treatment)
    for pointer, together in by_pointer.items():
        yield from _treatment_details(guidance, question, pointer, together)
    for code in dict.fromkeys(question.conditions or ()):
        if guidance.conditions[code].class_ is ConditionClass.LOCAL and code not in question.located:
            yield _located(code, guidance.conditions[code].label, on_the_day=False)
    local = {code for factor in guidance.extend_factors.values() if factor.decision for code in factor.signs}
    for code in dict.fromkeys(question.signs or ()):
        if code in local and code not in question.located:
            yield _located(code, guidance.signs[code].label, on_the_day=True)
    if question.day_zone is None and _has_bare_date(question):
        # A day that spans its widest is as strict as it is anywhere, so that no zone can make the answer worse.
        yield Open("/time_zone", "time_zone", "", (), always=True)


def _treatment_details(
    guidance: Guidance, question: EligibilityQuestion, pointer: str, together: Sequence[GivenTreatment]
) -> Iterator[Open]:
    """Yield what one treatment of the request leaves open. *together* holds all that its name can mean."""
    given = together[0].given
    label = " / ".join(dict.fromkeys(guidance.treatments[each.treatment].label for each in together))
    kinds = list(dict.fromkeys(code for each in together for code in _kinds_of(guidance, each)))
    if given is not None and (kinds != [each.treatment for each in together] or len(together) > 1):
        named = "product" if together[0].product is not None else "treatment"
        yield Open(f"{pointer}/{named}", "treatment_kind", label, tuple(_turned_out(pointer, code) for code in kinds))
    dated = [each for each in together if guidance.treatments[each.treatment].dated]
    if not dated:
        return
    if given is None:  # then nothing else about it can change anything
        gone = _changed(pointer, given=_LONG_AGO, cleared=True)
        today = _changed(pointer, given=question.session.at)
        yield Open(f"{pointer}/at", "treatment_at", label, (today, gone), gone, always=True)
        return
    if dated[0].areas is None and any(_differs_by_area(guidance, each) for each in dated):
        nowhere = _changed(pointer, areas=frozenset())
        everywhere = _changed(pointer, areas=frozenset(guidance.areas))
        yield Open(f"{pointer}/areas", "treatment_areas", label, (everywhere, nowhere), nowhere)
    if dated[0].cleared is None and any(_wants_clearance(guidance, each) for each in dated):
        cleared = _changed(pointer, cleared=True)
        yield Open(f"{pointer}/provider/cleared", "treatment_cleared", label, (cleared,), cleared)


def _kinds_of(guidance: Guidance, treatment: GivenTreatment) -> Iterator[str]:
    """Yield every treatment with figures of its own that one can turn out to be; itself, where its kind is known."""
    if not is_generic(guidance, treatment.treatment):
        yield treatment.treatment
        return
    for code, each in guidance.treatments.items():
        if each.dated and not each.stands_for and may_be(guidance, treatment.treatment, code):
            yield code


def _differs_by_area(guidance: Guidance, treatment: GivenTreatment) -> bool:
    """Whether the place of a treatment can change anything: figures for some areas, or a count of areas."""
    return any(wait.areas for wait in waits_of(guidance, treatment)) or any(
        factor.treated_areas_at_least is not None and treatment.treatment in factor.treatments
        for factor in guidance.extend_factors.values()
    )


def _wants_clearance(guidance: Guidance, treatment: GivenTreatment) -> bool:
    """Whether the provider's agreement can change anything, also for what a generic name may turn out to be."""
    if guidance.treatments[treatment.treatment].could_be is not None:
        return True
    return any(
        figures.provider_clearance for wait in waits_of(guidance, treatment) for figures in (wait, *wait.areas)
    ) or any(
        factor.decision is not None and treatment.treatment in factor.treatments
        for factor in guidance.extend_factors.values()
    )


def _changed(pointer: str, **changes: Any) -> Answer:
    """Return the answer that changes what stands at one place of the request."""

    def answer(question: EligibilityQuestion) -> EligibilityQuestion:
        treatments = (replace(each, **changes) if each.pointer == pointer else each for each in question.treatments)
        return replace(question, treatments=tuple(treatments))

    return answer


def _turned_out(pointer: str, code: str) -> Answer:
    """Return the answer that makes what stands at one place of the request that one treatment."""

    def answer(question: EligibilityQuestion) -> EligibilityQuestion:
        treatments = (
            replace(each, treatment=code) if each.pointer == pointer else each for each in question.treatments
        )
        return replace(question, treatments=tuple(dict.fromkeys(treatments)))

    return answer


def _located(code: str, label: str, *, on_the_day: bool) -> Open:
    def elsewhere(question: EligibilityQuestion) -> EligibilityQuestion:
        return replace(question, located={**question.located, code: frozenset()})

    return Open(f"/located/{code}", "located", label, (elsewhere,), elsewhere, on_the_day)


def _has_bare_date(question: EligibilityQuestion) -> bool:
    return not question.session.at.is_instant or any(
        treatment.wait_until_day is not None or (treatment.given is not None and not treatment.given.is_instant)
        for treatment in question.treatments
    )

"""Find the questions whose answers could change the decision or a bound, worst possible answer first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from service.guidance.eligibility.deciding import Case, at_session, case_of, strictest
from service.guidance.eligibility.grounds import treated_factors
from service.guidance.eligibility.question import EligibilityQuestion
from service.guidance.eligibility.timing import counting_factors
from service.guidance.guidance import Guidance, worked_out_once
from service.guidance.products import is_generic, may_be
from service.guidance.question import GivenTreatment
from service.guidance.records.common import ConditionClass, Decision
from service.guidance.times import EARLIEST_YEAR, Span, span_of
from service.guidance.trusted import changed, once

_LONG_AGO = span_of(datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC), None)

Answer = Callable[[EligibilityQuestion], EligibilityQuestion]


class Open(NamedTuple):
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


class Missing(NamedTuple):
    """An open question that matters, and the worst decision that an answer to it could give."""

    pointer: str
    text: str
    on_the_day: bool
    could_be: Decision
    label: str = ""


class Outlook:
    """A case, and what its open details could turn it into. Each of these cases is worked out once."""

    def __init__(self, case: Case) -> None:
        self.case = case

    @once
    def details(self) -> list[tuple[Open, list[Case]]]:
        """Every open detail, with the case that each answer to it would make."""
        found = _details(self.case.guidance, self.case.question)
        return [(detail, [_answered(self.case, [answer]) for answer in detail.answers]) for detail in found]

    @once
    def missing(self) -> tuple[Missing, ...]:
        """The open questions that matter. Where a session is forbidden for certain, none does."""
        guidance, question = self.case.guidance, self.case.question
        if self.case.decision_asked_for is Decision.DO_NOT_USE:
            return ()
        found = [*_screening(guidance, question), *_mattering(self)]
        return tuple(sorted(found, key=lambda each: -each.could_be.rank))

    def is_complete(self) -> bool:
        """Whether nothing is missing; cheaper than listing what is."""
        return self._is_screened() and not self.missing

    def is_complete_at(self, session: Span) -> bool:
        """Whether nothing would be missing for a session at another time."""
        return self._is_screened() and not Outlook(at_session(self.case, session)).missing

    def _is_screened(self) -> bool:
        """Whether everything was asked that has to be, whatever the time."""
        return next(_screening(self.case.guidance, self.case.question), None) is None

    def turning_points(self) -> set[datetime]:
        """Return the instants at which the decision can turn as the session moves, or a question stop to matter."""
        instants = self.case.timing.instants()
        if self._is_screened():
            for _, answered in self.details:
                for case in answered:
                    instants |= case.timing.instants()
        return instants


def _screening(guidance: Guidance, question: EligibilityQuestion) -> Iterator[Missing]:
    """Yield what nobody asked at all: the worst answer to each forbids the session."""
    if question.conditions is None:
        yield Missing("/conditions", "conditions", False, Decision.DO_NOT_USE)
    if question.age is None and _conditions_of_age(guidance).isdisjoint(question.conditions or ()):
        yield Missing("/age", "age", False, Decision.DO_NOT_USE)
    if question.signs is None:
        yield Missing("/signs", "signs", True, Decision.DO_NOT_USE)


@worked_out_once
def _conditions_of_age(guidance: Guidance) -> frozenset[str]:
    return frozenset(condition.id for condition in guidance.conditions.values() if condition.below_age is not None)


def _mattering(outlook: Outlook) -> Iterator[Missing]:
    """
    Yield the open details that matter: alone, or once all others have turned out as mild as they can.

    The second look finds two details that only matter together, such as the areas of two fillers of one visit.
    """
    case = outlook.case
    for detail, answered in outlook.details:
        if detail.always or _matters(case, answered) or _matters_last(outlook, detail):
            could_be = strictest(each.decision_asked_for for each in (case, *answered))
            yield Missing(detail.pointer, detail.text, detail.on_the_day, could_be, detail.label)


def _matters_last(outlook: Outlook, detail: Open) -> bool:
    """Whether a detail matters once all others have turned out as mild as they can."""
    others = [each.mildest for each, _ in outlook.details if each is not detail and each.mildest]
    if not others:
        return False
    mild = _answered(outlook.case, others)
    return _matters(mild, (_answered(mild, [answer]) for answer in detail.answers))


def _matters(case: Case, answered: Iterable[Case]) -> bool:
    """
    Whether an answer changes the decision, or a bound that lies ahead.

    Where nothing speaks against the session only the decision counts: nobody is asked for the place of an injection
    that was long ago, and one more treatment cannot make a question, and with it the call for care, go away.
    """
    decision = case.decision_asked_for
    for each in answered:
        if each.decision_asked_for is not decision:
            return True
        if decision is not Decision.ELIGIBLE and each.bounds_ahead != case.bounds_ahead:
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
    for code in dict.fromkeys(question.signs or ()):
        if code in _local_signs(guidance) and code not in question.located:
            yield _located(code, guidance.signs[code].label, on_the_day=True)
    if question.day_zone is None and _has_bare_date(question):
        # A day that spans its widest is as strict as it is anywhere, so that no zone can make the answer worse.
        yield Open("/time_zone", "time_zone", "", (), always=True)


@worked_out_once
def _local_signs(guidance: Guidance) -> frozenset[str]:
    factors = guidance.extend_factors.values()
    return frozenset(code for factor in factors if factor.decision for code in factor.signs)


def _treatment_details(
    guidance: Guidance, question: EligibilityQuestion, pointer: str, together: Sequence[GivenTreatment]
) -> Iterator[Open]:
    """Yield what one treatment of the request leaves open. *together* holds all that its name can mean."""
    given = together[0].given
    label = " / ".join(dict.fromkeys(guidance.treatments[each.treatment].label for each in together))
    if given is not None and (len(together) > 1 or is_generic(guidance, together[0].treatment)):
        named = "product" if together[0].product is not None else "treatment"
        kinds = dict.fromkeys(code for each in together for code in _kinds(guidance)[each.treatment])
        yield Open(f"{pointer}/{named}", "treatment_kind", label, tuple(_turned_out(pointer, code) for code in kinds))
    dated = [each for each in together if guidance.treatments[each.treatment].dated]
    if not dated:
        return
    if given is None:  # then nothing else about it can change anything
        gone = _changed(pointer, given=_LONG_AGO, cleared=True)
        today = _changed(pointer, given=question.session.at)
        yield Open(f"{pointer}/at", "treatment_at", label, (today, gone), gone, always=True)
        return
    if dated[0].areas is None and any(each.treatment in _differing_by_area(guidance) for each in dated):
        nowhere = _changed(pointer, areas=frozenset())
        answers: tuple[Answer, ...] = (nowhere,)
        if question.signs or any(each.treatment in _counted(guidance) for each in dated):
            answers = (_changed(pointer, areas=frozenset(guidance.areas)), nowhere)
        yield Open(f"{pointer}/areas", "treatment_areas", label, answers, nowhere)
    if dated[0].cleared is None and any(each.treatment in _wanting_clearance(guidance) for each in dated):
        cleared = _changed(pointer, cleared=True)
        yield Open(f"{pointer}/provider/cleared", "treatment_cleared", label, (cleared,), cleared)


@worked_out_once
def _kinds(guidance: Guidance) -> Mapping[str, Sequence[str]]:
    """Return, by treatment, every one with figures of its own that it can turn out to be; itself, if that is sure."""
    own = [code for code, each in guidance.treatments.items() if each.dated and not each.stands_for]
    return {
        code: [other for other in own if may_be(guidance, code, other)] if is_generic(guidance, code) else [code]
        for code in guidance.treatments
    }


@worked_out_once
def _differing_by_area(guidance: Guidance) -> frozenset[str]:
    """Return the treatments whose place can change something: figures for some areas, or a count of areas."""
    return _counted(guidance).union(wait.treatment for wait in guidance.waits.values() if wait.areas)


@worked_out_once
def _counted(guidance: Guidance) -> frozenset[str]:
    """Return the treatments whose areas are counted. To any other an area that is not known is as good as treated."""
    return frozenset(code for factor, _ in counting_factors(guidance) for code in factor.treatments)


@worked_out_once
def _wanting_clearance(guidance: Guidance) -> frozenset[str]:
    """Return those where the provider's agreement can change something, also in what a generic name may turn out."""
    asking = {
        wait.treatment
        for wait in guidance.waits.values()
        if any(figures.provider_clearance for figures in (wait, *wait.areas))
    }
    generic = (code for code, each in guidance.treatments.items() if each.could_be is not None)
    return frozenset(asking).union(generic, *(factor.treatments for factor, _ in treated_factors(guidance)))


def _changed(pointer: str, **changes: Any) -> Answer:
    """Return the answer that changes what stands at one place of the request."""

    def answer(question: EligibilityQuestion) -> EligibilityQuestion:
        treatments = [changed(each, **changes) if each.pointer == pointer else each for each in question.treatments]
        return changed(question, treatments=tuple(treatments))

    return answer


def _turned_out(pointer: str, code: str) -> Answer:
    """Return the answer that makes what stands at one place of the request that one treatment."""

    def answer(question: EligibilityQuestion) -> EligibilityQuestion:
        treatments = [
            changed(each, treatment=code) if each.pointer == pointer else each for each in question.treatments
        ]
        return changed(question, treatments=tuple(dict.fromkeys(treatments)))

    return answer


def _located(code: str, label: str, *, on_the_day: bool) -> Open:
    def elsewhere(question: EligibilityQuestion) -> EligibilityQuestion:
        return changed(question, located={**question.located, code: frozenset()})

    return Open(f"/located/{code}", "located", label, (elsewhere,), elsewhere, on_the_day)


def _has_bare_date(question: EligibilityQuestion) -> bool:
    return not question.session.at.is_instant or any(
        treatment.wait_until_day is not None or (treatment.given is not None and not treatment.given.is_instant)
        for treatment in question.treatments
    )

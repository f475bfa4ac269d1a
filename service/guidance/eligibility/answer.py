"""Put a decided question into words: summary, reasons, care, open questions, assumptions and sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.guidance.citation import Citation, cite
from service.guidance.eligibility.deciding import Case, case_of, later_sessions, strictest
from service.guidance.eligibility.grounds import Ground
from service.guidance.eligibility.missing import Missing, Outlook
from service.guidance.eligibility.periods import NO_BOUNDS, Bounds, told
from service.guidance.eligibility.question import EligibilityQuestion
from service.guidance.guidance import Guidance
from service.guidance.names import printable
from service.guidance.question import GivenTreatment
from service.guidance.records.common import Decision, Level
from service.guidance.times import LATEST_YEAR, Span
from service.guidance.triage import Action
from service.guidance.trusted import built
from service.guidance.wording import say_day, say_hours, say_time


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class AreaAnswer(_Part):
    """What the answer is for one area of the session alone."""

    area: str
    decision: Decision
    eligible_from: datetime | None = None


class Reason(_Part):
    """One rule that applied, with its own bounds where it has some."""

    rule: str
    decision: Decision
    input: Annotated[str, Field(description="JSON pointer to the part of the request that the rule applied to.")]
    text: str
    eligible_from: datetime | None = None
    eligible_until: datetime | None = None
    recommended_from: datetime | None = None
    recommended_until: datetime | None = None
    citations: tuple[str, ...]


class Care(_Part):
    """What to mind in a session that goes ahead."""

    rule: str
    text: str


class MissingQuestion(_Part):
    """An open question that could change the answer."""

    pointer: str
    question: str
    needed_for: Literal["booking", "session"]
    could_be: Annotated[Decision, Field(description="The worst decision that an answer could give.")]


class Assumption(_Part):
    """What was taken for granted where the request leaves a choice."""

    pointer: str
    text: str


class TriageSummary(_Part):
    """What triage says of the signs, where that forbids the session."""

    level: Level
    headline: str
    actions: tuple[Action, ...]


class EligibilityAnswer(_Part):
    """
    Whether the session may be held; if not, from when; and why.

    The bounds speak of timing alone: starts are inside, ends are not. A bound that does not exist is left out.
    """

    decision: Decision
    bookable: bool
    eligible_from: datetime | None = None
    eligible_until: datetime | None = None
    recommended_from: datetime | None = None
    recommended_until: datetime | None = None
    valid_until: datetime | None = None
    summary: str
    triage: TriageSummary | None = None
    areas: tuple[AreaAnswer, ...]
    reasons: tuple[Reason, ...]
    care: tuple[Care, ...]
    missing: tuple[MissingQuestion, ...]
    assumptions: tuple[Assumption, ...]
    citations: tuple[Citation, ...]


AloneAnswer = tuple[Decision, datetime | None]
"""A decision, and from when it is no "wait"."""


def decide_eligibility(
    guidance: Guidance, question: EligibilityQuestion, *, in_short: bool = False
) -> EligibilityAnswer:
    """
    Decide whether the session may be held, from when if not, and why.

    The strictest rule decides, over all areas of the session. Nothing that is not known counts as a yes: what could
    change the answer is listed in ``missing``, and while that is not empty the answer is at best "with care".

    Args:
        in_short: Leave out ``valid_until`` and ``areas``, which take most of the time. Nothing else differs.

    Source: contract, section 2.
    """
    case = case_of(guidance, question)
    outlook = Outlook(case)
    session = question.session.at
    grounds = case.grounds(session)
    missing = outlook.missing
    decision = _floored(strictest(ground.decision for ground in grounds), bool(missing))
    bounds = case.bounds(session)
    words = _Words(guidance, question.zone)
    return built(
        EligibilityAnswer,
        {
            "decision": decision,
            "bookable": _is_bookable(guidance, decision, missing),
            **words.bounds(bounds),
            "valid_until": None if in_short else words.instant(_valid_until(outlook, decision)),
            "summary": words.summary(case, decision, bounds, is_open=bool(missing)),
            "triage": _triage_summary(case),
            "areas": () if in_short else tuple(_area_answers(case, (decision, bounds.eligible_from), words)),
            "reasons": tuple(words.reason(ground) for ground in grounds),
            "care": words.care(grounds, decision, bool(missing)),
            "missing": tuple(words.missing(each) for each in missing),
            "assumptions": tuple(dict.fromkeys(_assumptions(guidance, question, missing))),
            "citations": words.citations(grounds),
        },
    )


def _floored(decision: Decision, is_open: bool) -> Decision:
    """Return the decision, at best "with care" while a question is open."""
    return Decision.ELIGIBLE_WITH_CARE if decision is Decision.ELIGIBLE and is_open else decision


def _is_bookable(guidance: Guidance, decision: Decision, missing: Iterable[Missing]) -> bool:
    unsafe = {Decision.WAIT, Decision.DO_NOT_USE}
    return decision in guidance.release.bookable and not any(
        each.could_be in unsafe and not each.on_the_day for each in missing
    )


def _valid_until(outlook: Outlook, decision: Decision) -> datetime | None:
    """Return the first later time of the session at which the decision differs, all else equal."""
    case = outlook.case
    if case.standing.decision is Decision.DO_NOT_USE:
        return None
    for later in later_sessions(case, outlook.turning_points()):
        then = case.decision(later)
        if then is Decision.ELIGIBLE:
            then = _floored(then, not outlook.is_complete_at(later))
        if then is not decision:
            return later.start if later.start.year <= LATEST_YEAR else None
    return None


def _triage_summary(case: Case) -> TriageSummary | None:
    triage = case.standing.triage
    if triage is None:
        return None
    return TriageSummary(level=triage.level, headline=triage.headline, actions=triage.actions)


def _area_answers(case: Case, whole: AloneAnswer, words: _Words) -> Iterator[AreaAnswer]:
    """
    Answer for each area of the session as if it were the only one, in the guidance's own order.

    Args:
        whole: The answer for all of them together: where nothing tells them apart it is that of each.
    """
    signatures = {area: case.signature(area) for area in case.question.session.areas}
    told = {next(iter(signatures.values())): whole} if len(set(signatures.values())) == 1 else {}
    for area in case.guidance.areas:
        if area not in signatures:
            continue
        signature = signatures[area]
        if signature not in told:
            told[signature] = _alone(case.alone(area))
        decision, eligible_from = told[signature]
        yield AreaAnswer(area=area, decision=decision, eligible_from=words.instant(eligible_from))


def _alone(case: Case) -> AloneAnswer:
    session = case.question.session.at
    decision = case.decision(session)
    is_open = decision is Decision.ELIGIBLE and not Outlook(case).is_complete()
    return _floored(decision, is_open), case.bounds(session).eligible_from


_NO_BOUNDS: dict[str, datetime | None] = dict.fromkeys(Bounds._fields)


class _Said(dict[str, str]):
    """The words that a sentence asks for, as they are said: an instant in one zone, a number in hours or years."""

    def __init__(self, words: Mapping[str, str | datetime | int], zone: tzinfo) -> None:
        self._words = words
        self._zone = zone

    def __missing__(self, key: str) -> str:
        word = self._words[key]
        if isinstance(word, datetime):
            return say_time(word.astimezone(self._zone))
        if isinstance(word, int):
            return str(word) if key == "years" else say_hours(word)
        return word


class _Words:
    """Fills the sentences of the guidance; instants are told in one zone."""

    def __init__(self, guidance: Guidance, zone: tzinfo) -> None:
        self.guidance = guidance
        self.texts = guidance.eligibility
        self.zone = zone

    def instant(self, at: datetime | None) -> datetime | None:
        return None if told(at) is None or at is None else at.astimezone(self.zone)

    def bounds(self, bounds: Bounds) -> dict[str, datetime | None]:
        """Return every bound by its name, told in the zone of the answer."""
        if bounds is NO_BOUNDS:
            return _NO_BOUNDS
        return {name: self.instant(at) for name, at in zip(Bounds._fields, bounds, strict=True)}

    def fill(self, template: str, words: Mapping[str, str | datetime | int]) -> str:
        return template.format_map(_Said(words, self.zone))

    def summary(self, case: Case, decision: Decision, bounds: Bounds, *, is_open: bool) -> str:
        """Say the decision in one line. What triage says of a sign that forbids the session comes first."""
        text = next(each for each in self.texts.decisions if each.id is decision)
        if case.standing.triage is not None:
            return f"{case.standing.triage.headline} {text.summary}"
        if text.summary_areas is not None and (areas := case.areas_to_leave_out()):
            labels = ", ".join(self.guidance.areas[area].label.lower() for area in areas)
            return self.fill(text.summary_areas, {"areas": labels})
        if text.summary_open is not None and is_open:
            return text.summary_open
        at = bounds.eligible_from if decision is Decision.WAIT else bounds.recommended_from
        if text.summary_dated is None or at is None or not self._helps(case, decision, at):
            return text.summary
        return self.fill(text.summary_dated, {"eligible_from": at, "recommended_from": at})

    def _helps(self, case: Case, decision: Decision, at: datetime) -> bool:
        """Whether a session at that later time would get a milder answer."""
        return at > case.question.session.at.start and case.decision(Span(at, at)).rank < decision.rank

    def reason(self, ground: Ground) -> Reason:
        text = self.fill(self.texts.reasons[ground.text], ground.words)
        for key in ground.also:
            text += " " + self.fill(self.texts.reasons[key], ground.words)
        return built(
            Reason,
            {
                "rule": ground.rule,
                "decision": ground.decision,
                "input": ground.pointer,
                "text": text,
                **self.bounds(ground.bounds),
                "citations": ground.sources,
            },
        )

    def care(self, grounds: Iterable[Ground], decision: Decision, is_open: bool) -> tuple[Care, ...]:
        if decision is Decision.DO_NOT_USE:
            return ()
        found = [
            Care(rule=ground.rule, text=self.fill(self.texts.care[ground.care], ground.words))
            for ground in grounds
            if ground.care is not None
        ]
        if is_open and decision is Decision.ELIGIBLE_WITH_CARE:
            found.append(Care(rule="rule.open_questions", text=self.texts.care["missing"]))
        return tuple(dict.fromkeys(found))

    def missing(self, missing: Missing) -> MissingQuestion:
        return MissingQuestion(
            pointer=missing.pointer,
            question=self.fill(self.texts.questions[missing.text], {"label": missing.label}),
            needed_for="session" if missing.on_the_day else "booking",
            could_be=missing.could_be,
        )

    def citations(self, grounds: Iterable[Ground]) -> tuple[Citation, ...]:
        return cite(self.guidance, sorted({source for ground in grounds for source in ground.sources}))


def _assumptions(guidance: Guidance, question: EligibilityQuestion, missing: Iterable[Missing]) -> Iterable[Assumption]:
    texts = guidance.eligibility.assumptions
    widest = question.day_zone is None
    session = question.session
    if session.at.day is not None:
        key = "day_widest" if widest else "session_day"
        yield Assumption(pointer="/session/at", text=texts[key].format(day=say_day(session.at.day)))
    if not session.areas_given:
        yield Assumption(pointer="/session/areas", text=texts["session_areas"])
    asked = {each.pointer for each in missing}
    for treatment in question.treatments:
        yield from _treatment_assumptions(guidance, question, treatment)
        if f"{treatment.pointer}/areas" in asked:
            yield Assumption(pointer=f"{treatment.pointer}/areas", text=texts["treatment_areas"])


def _treatment_assumptions(
    guidance: Guidance, question: EligibilityQuestion, treatment: GivenTreatment
) -> Iterable[Assumption]:
    texts = guidance.eligibility.assumptions
    record = guidance.treatments[treatment.treatment]
    widest = question.day_zone is None
    named = "product" if treatment.product is not None else "treatment"
    if (text := _name_text(guidance, treatment)) is not None:
        yield Assumption(pointer=f"{treatment.pointer}/product", text=text)
    if record.could_be is not None:
        yield Assumption(pointer=f"{treatment.pointer}/{named}", text=texts["generic"])
    if treatment.name_areas and treatment.product is not None:
        areas = ", ".join(guidance.areas[code].label.lower() for code in sorted(treatment.name_areas))
        text = texts["named_areas"].format(name=printable(treatment.product), areas=areas)
        yield Assumption(pointer=f"{treatment.pointer}/areas", text=text)
    if treatment.given is not None and treatment.given.day is not None:
        key = "day_widest" if widest else _day_text(treatment.given, question.session.at)
        yield Assumption(pointer=f"{treatment.pointer}/at", text=texts[key].format(day=say_day(treatment.given.day)))
    yield from _provider_assumptions(treatment, texts, widest=widest)


def _provider_assumptions(treatment: GivenTreatment, texts: Mapping[str, str], *, widest: bool) -> Iterable[Assumption]:
    pointer = f"{treatment.pointer}/provider/wait_until"
    given, until = treatment.given, treatment.wait_until
    if given is not None and until is not None and until <= given.start:
        yield Assumption(pointer=pointer, text=texts["wait_until_before"])
    elif treatment.wait_until_day is not None:
        key = "day_widest" if widest else "wait_until_day"
        yield Assumption(pointer=pointer, text=texts[key].format(day=say_day(treatment.wait_until_day)))


def _name_text(guidance: Guidance, treatment: GivenTreatment) -> str | None:
    """Return how the name of a product was understood; ``None`` where it is a known name of one treatment."""
    understood, name = treatment.understood, printable(treatment.product or "")
    if understood is None:
        return None
    texts = guidance.eligibility.assumptions
    labels = [guidance.treatments[code].label for code in understood.treatments]
    if len(labels) > 1:
        key, word = ("named_list", " and ") if understood.is_list else ("named_several", " or ")
        return texts[key].format(name=name, labels=word.join(labels))
    if not understood.names:
        return None
    known = dict.fromkeys([" ".join(understood.names), *labels])
    return texts["named"].format(name=name, known=", ".join(known))


def _day_text(given: Span, session: Span) -> str:
    if given.end <= session.start:
        return "day_end"
    return "day_start" if given.start >= session.end and given.start > session.start else "day_both"

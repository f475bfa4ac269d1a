"""Decide a report: assess it, and put the assessment into an answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from service.guidance.citation import cite
from service.guidance.guidance import Guidance
from service.guidance.reading import read_signs
from service.guidance.records.common import Level
from service.guidance.report import Mention, Report, Status, refuse_unknown_codes, status_of
from service.guidance.triage.answer import Action, Match, ReportTo, SignInAnswer, TriageAnswer, TriageReason
from service.guidance.triage.asking import ask_next, watch_for
from service.guidance.triage.assessing import (
    NOTHING_PRESENT,
    AppliedSign,
    Assessment,
    assess,
    urgency_of,
)
from service.guidance.triage.wording import hand_over, say_combination, say_concern, say_sign
from service.guidance.trusted import built


def decide_triage(guidance: Guidance, report: Report) -> TriageAnswer:
    """
    Say how soon a person is needed, what to do now, and why.

    The order of the input changes no part of the answer but the pointers of ``ask_next``.

    Raises:
        UnknownCode: A code that the guidance does not define.

    Source: rules ``sign.*`` and ``combination.*``; contract, section 3.
    """
    refuse_unknown_codes(guidance, report)
    reading = None if report.text is None else read_signs(guidance, report.text, report.at)
    assessment = assess(guidance, report, reading)
    level = next(text for text in guidance.triage.levels if text.id is assessment.level)
    reasons = _reasons(guidance, assessment)
    return built(
        TriageAnswer,
        {
            "level": level.id,
            "within": level.within,
            "at": report.at,
            "headline": _headline(guidance, assessment) or level.headline,
            "actions": _actions(guidance, assessment, report.country),
            "microcurrent": level.microcurrent,
            "signs": tuple(_signs(guidance, assessment)),
            "reasons": reasons,
            "understood": reading is None or reading.understood,
            "not_understood": reading.not_understood if reading else (),
            "ask_next": ask_next(guidance, assessment),
            "watch_for": watch_for(guidance, assessment),
            "hand_over": hand_over(guidance, report, assessment, reading) or None,
            "report_to": _report_to(guidance, assessment, report.country),
            "citations": cite(guidance, (source for reason in reasons for source in reason.citations)),
        },
    )


def _reasons(guidance: Guidance, assessment: Assessment) -> tuple[TriageReason, ...]:
    """Return one reason for each rule that applied, strictest first, combinations before signs."""
    reasons = [
        *(
            TriageReason(
                rule=f"combination.{rule.id}",
                level=rule.level,
                text=say_combination(guidance, rule),
                citations=rule.sources,
            )
            for rule in assessment.combinations
        ),
        *(
            TriageReason(
                rule=f"sign.{applied.sign.id}",
                level=applied.level,
                text=say_sign(guidance, applied, assessment),
                citations=applied.sign.sources,
            )
            for applied in assessment.signs
        ),
        *(
            TriageReason(
                rule=concern.rule,
                level=concern.level,
                text=say_concern(guidance, concern),
                citations=guidance.rules[concern.rule].sources,
            )
            for concern in assessment.concerns
        ),
    ]
    return tuple(sorted(reasons, key=lambda reason: -reason.level.rank))


def _signs(guidance: Guidance, assessment: Assessment) -> Iterator[SignInAnswer]:
    """Yield what was told of each sign: those that count first, strictest first."""
    levels = {applied.sign.id: applied.level.rank for applied in assessment.signs}
    advised = {applied.sign.id for applied in assessment.signs if _is_advised(applied, assessment)}
    for sign in sorted(assessment.mentions, key=lambda sign: -levels.get(sign, -1)):
        mentions = assessment.mentions[sign]
        record = guidance.signs[sign]
        yield SignInAnswer(
            sign=sign,
            label=record.label,
            status=status_of(mentions),
            from_=tuple(dict.fromkeys(mention.origin for mention in mentions)),
            matched=_match(mentions),
            advice=record.home_advice if sign in advised else None,
        )


def _is_advised(applied: AppliedSign, assessment: Assessment) -> bool:
    """Whether the advice of a sign fits: it is written for its own level, and stands beside nothing more urgent."""
    own = applied.sign.level is applied.level
    return own and (assessment.level.rank < Level.URGENT.rank or applied.level is assessment.level)


def _match(mentions: Sequence[Mention]) -> Match | None:
    """Return the words in the text that the status is owed to, the first where there are several."""
    read = [mention for mention in mentions if mention.matched]
    order = list(Status)
    best = min(read, key=lambda mention: (order.index(mention.said.status), mention.matched), default=None)
    return Match(start=best.matched[0], end=best.matched[1]) if best and best.matched else None


def _emergencies(assessment: Assessment) -> Iterator[tuple[str | None, str | None]]:
    """Yield action and headline of every rule that makes this an emergency; ``None`` stands for the default."""
    for rule in assessment.combinations:
        if rule.level is Level.EMERGENCY:
            yield rule.action, rule.headline
    for applied in assessment.signs:
        if applied.level is Level.EMERGENCY:
            for action in applied.actions:
                yield action, applied.sign.headline
    for concern in assessment.concerns:
        if concern.level is Level.EMERGENCY:
            yield None, None


def _headline(guidance: Guidance, assessment: Assessment) -> str | None:
    """
    Return the headline of the emergency whose action comes first, ``None`` where none has its own.

    Where nothing is there now, the headline says that.
    """
    nothing_else = all(concern.rule == NOTHING_PRESENT for concern in assessment.concerns)
    if assessment.concerns and nothing_else and not assessment.here.findings:
        return guidance.triage.nothing_present_headline
    with_own = [(action, headline) for action, headline in _emergencies(assessment) if headline]
    if not with_own:
        return None
    _, headline = max(with_own, key=lambda each: urgency_of(guidance, Level.EMERGENCY, each[0]))
    return headline


def _actions(guidance: Guidance, assessment: Assessment, country: str | None) -> tuple[Action, ...]:
    """Return what to do: in an emergency what its rules ask for, else what the level does. First things first."""
    wanted = {action or guidance.triage.default_action for action, _ in _emergencies(assessment)}
    number = guidance.emergency_numbers.get(country) if country else None
    return tuple(
        Action(action=each.id, text=each.text.format(phone=number.phone), phone=number.phone)
        if number and "{phone}" in each.text
        else Action(action=each.id, text=each.text_without_phone)
        for each in sorted(guidance.triage.actions, key=lambda each: each.order)
        if (each.id in wanted if wanted else each.level is assessment.level)
    )


def _report_to(guidance: Guidance, assessment: Assessment, country: str | None) -> tuple[ReportTo, ...]:
    if assessment.signs and not any(applied.sign.side_effect for applied in assessment.signs):
        return ()
    sources: Iterable[str] = (each.source for each in guidance.triage.reporting if each.country == country)
    return tuple(
        ReportTo(title=source.title, url=str(source.url))
        for source in (guidance.sources[code] for code in sources)
        if source.url
    )

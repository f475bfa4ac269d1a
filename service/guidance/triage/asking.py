"""What to ask next, and what to watch for: whatever nobody said that would make the answer more urgent."""

from __future__ import annotations

from collections.abc import Iterator

from service.guidance.guidance import Guidance
from service.guidance.records.common import Level
from service.guidance.triage.answer import AskNext
from service.guidance.triage.assessing import Assessment, OpenRule
from service.guidance.triage.circumstances import Unsaid
from service.guidance.triage.wording import named, place_named


def ask_next(guidance: Guidance, assessment: Assessment) -> tuple[AskNext, ...]:
    """
    Return the few questions that could raise the answer most, the weightiest first.

    Each question is chosen for the open rules that no question before it touches.
    """
    texts = guidance.triage
    first = [_about_sign(guidance, sign) for sign in texts.ask_first if sign not in assessment.mentions]
    chosen = dict.fromkeys(first if not assessment.here.findings else ())
    rules = list(assessment.open_rules)
    while rules and len(chosen) < texts.questions_at_most:
        best = _weightiest(rules)
        chosen.setdefault(_worded(guidance, best))
        rules = [rule for rule in rules if best not in rule.unsaid]
    if not chosen and assessment.level is not Level.EMERGENCY:
        chosen = dict.fromkeys(first)
    return tuple(chosen)[: texts.questions_at_most]


def watch_for(guidance: Guidance, assessment: Assessment) -> tuple[str, ...]:
    """
    Return the signs that would make the answer more urgent, then what everybody should watch for.

    What is told of a sign of its own comes first, and is all where there is no other sign.
    """
    own = [text for applied in assessment.signs for text in applied.sign.watch_for]
    if own and all(applied.sign.watch_for for applied in assessment.signs):
        return tuple(own)
    rules = sorted(assessment.open_rules, key=lambda rule: (rule.needed, -rule.urgency.level, -rule.urgency.action))
    signs = dict.fromkeys(each.sign for rule in rules for each in rule.unsaid if each.what == "sign" and each.sign)
    most = guidance.triage.watch_for_signs_at_most
    return (*own, *(guidance.signs[sign].label for sign in list(signs)[:most]), *guidance.triage.watch_for)


def _weightiest(rules: list[OpenRule]) -> Unsaid:
    """Return what touches the rules that are most urgent, nearest to holding, and most in number."""
    urgent = max(rule.urgency for rule in rules)
    nearest = min(rule.needed for rule in rules if rule.urgency == urgent)
    counted: dict[Unsaid, int] = {}
    for unsaid in _unsaid_of(rule for rule in rules if rule.urgency == urgent and rule.needed == nearest):
        counted[unsaid] = counted.get(unsaid, 0) + 1
    return max(counted, key=lambda unsaid: counted[unsaid])


def _unsaid_of(rules: Iterator[OpenRule]) -> Iterator[Unsaid]:
    for rule in rules:
        yield from dict.fromkeys(rule.unsaid)


def _about_sign(guidance: Guidance, sign: str) -> AskNext:
    return AskNext(sign=sign, question=guidance.signs[sign].question)


def _worded(guidance: Guidance, unsaid: Unsaid) -> AskNext:
    if unsaid.what == "sign" and unsaid.sign:
        return _about_sign(guidance, unsaid.sign)
    key = "severity_means" if unsaid.means and unsaid.what == "severity" else unsaid.what
    template: str = getattr(guidance.triage.questions, key)
    question = template.format(
        label=guidance.signs[unsaid.sign].label if unsaid.sign else "",
        severity=" ".join(unsaid.codes),
        means=unsaid.means or _onset_means(guidance, unsaid.codes),
        places=place_named(guidance, unsaid.codes),
        conditions=named(guidance.conditions, unsaid.codes, "; "),
    )
    return AskNext(sign=unsaid.sign, pointer=unsaid.pointer, question=question)


def _onset_means(guidance: Guidance, codes: tuple[str, ...]) -> str:
    return " or ".join(value.means for value in guidance.triage.onset_values if value.id in codes)

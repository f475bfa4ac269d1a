"""Say why a rule applied, and hand the report over to a clinician. The sentences are data; this fills them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol

from service.guidance.guidance import Guidance
from service.guidance.question import GivenTreatment
from service.guidance.reading import Concern, Reading
from service.guidance.records.triage import Combination, Escalation
from service.guidance.report import Finding, Mention, Report, Status, areas_and_places, status_of
from service.guidance.times import Span
from service.guidance.triage.assessing import AppliedSign, Assessment
from service.guidance.wording import say_day, say_hours, say_instant


class _Labelled(Protocol):
    @property
    def label(self) -> str: ...


def named(records: Mapping[str, _Labelled], codes: Iterable[str], between: str = ", ") -> str:
    """List labels in the order of *records*: ``blood thinners, diabetes``."""
    wanted = set(codes)
    if not wanted:
        return ""
    return between.join(_lowered(record.label) for code, record in records.items() if code in wanted)


def place_named(guidance: Guidance, codes: Iterable[str]) -> str:
    """List the labels of areas and places."""
    return named(areas_and_places(guidance), codes)


def _lowered(label: str) -> str:
    """Begin a label with a small letter, unless it begins with an abbreviation."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def say_sign(guidance: Guidance, applied: AppliedSign, assessment: Assessment) -> str:
    """Say what a sign can mean, or where escalations raised it, which."""
    texts = guidance.triage.reasons
    if not applied.raised_by:
        return texts.sign.format(label=applied.sign.label, may_indicate=", ".join(applied.sign.may_indicate))
    why = "; ".join(", ".join(_keys(guidance, rule, assessment)) for rule in applied.raised_by)
    return texts.raised.format(label=applied.sign.label, why=why)


def say_combination(guidance: Guidance, rule: Combination) -> str:
    """Say why the signs together mean more."""
    return guidance.triage.reasons.combination.format(why=rule.reason or f"{_sentence(rule.why)}.")


def say_concern(guidance: Guidance, concern: Concern) -> str:
    """Say why a text asks for more than the signs read from it."""
    return str(getattr(guidance.triage.reasons, concern.kind))


def _keys(guidance: Guidance, rule: Escalation, assessment: Assessment) -> Iterator[str]:
    """Yield the keys of an escalation that holds, in words."""
    texts = guidance.triage.reasons
    if rule.persists_hours is not None:
        yield texts.persists_hours.format(hours=say_hours(rule.persists_hours))
    if rule.worsening:
        yield texts.worsening
    if rule.spreading:
        yield texts.spreading
    if rule.severity is not None:
        yield texts.severity.format(severity=rule.severity)
    if rule.onset is not None:
        means = next(value.means for value in guidance.triage.onset_values if value.id == rule.onset)
        yield texts.onset.format(means=means)
    if rule.areas:
        yield texts.areas.format(places=place_named(guidance, rule.areas))
    if rule.history:
        given = (assessment.here.conditions or frozenset()).intersection(rule.history)
        yield texts.history.format(conditions=named(guidance.conditions, given))
    if rule.with_any:
        present = [sign for sign in rule.with_any if sign in assessment.here.findings]
        yield texts.with_any.format(signs=named(guidance.signs, present))
    if rule.exposure is not None:
        exposure = guidance.exposure_groups[rule.exposure].label
        if rule.within_hours is None:
            yield texts.exposure.format(exposure=exposure)
        else:
            yield texts.exposure_within.format(exposure=exposure, hours=say_hours(rule.within_hours))


def hand_over(guidance: Guidance, report: Report, assessment: Assessment, reading: Reading | None) -> str:
    """Say in one short paragraph what a clinician would want to hear: whole sentences that fit, weightiest first."""
    said: list[str] = []
    words = 0
    for sentence in _sentences(guidance, report, assessment, reading):
        more = len(sentence.split())
        if words + more <= guidance.triage.hand_over.words_at_most:
            words += more
            said.append(sentence)
    return " ".join(said)


def _sentences(guidance: Guidance, report: Report, assessment: Assessment, reading: Reading | None) -> Iterator[str]:
    texts = guidance.triage.hand_over
    if assessment.signs:
        yield texts.signs.format(at=_clock(report.at, report.at), signs=_signs_in_short(guidance, report, assessment))
    if reading is not None and reading.not_understood:
        yield texts.unread.format(text=_shortened(" / ".join(reading.not_understood), texts.quote_at_most))
    treatments = assessment.here.treatments if report.treatments is None else report.treatments
    if treatments is not None:
        yield _treatments_in_short(guidance, treatments, report.at)
    if report.last_session_at is not None:
        yield texts.session.format(session=_when(report.last_session_at, report.at))
    given = assessment.here.conditions if report.conditions is None else report.conditions
    if given is not None:
        conditions = named(guidance.conditions, given)
        yield texts.conditions.format(conditions=conditions) if conditions else texts.no_conditions
    gone = [sign for sign, mentions in assessment.mentions.items() if _is_gone(sign, mentions, assessment)]
    if gone:
        yield texts.past.format(signs=", ".join(guidance.signs[sign].clinical_term for sign in gone))
    denied = [sign for sign, mentions in assessment.mentions.items() if status_of(mentions) is Status.ABSENT]
    if denied:
        yield texts.denied.format(signs=", ".join(guidance.signs[sign].clinical_term for sign in denied))


def _is_gone(sign: str, mentions: Iterable[Mention], assessment: Assessment) -> bool:
    return status_of(mentions) is Status.PAST and sign not in assessment.here.findings


def _shortened(text: str, words_at_most: int) -> str:
    words = text.replace('"', "'").split()
    return " ".join(words[:words_at_most]) + (" ..." if len(words) > words_at_most else "")


def _signs_in_short(guidance: Guidance, report: Report, assessment: Assessment) -> str:
    """
    List the signs, strictest first, in half of the words at most.

    The first is always named in full, the others without their details where these do not fit.
    """
    texts = guidance.triage.hand_over
    most = texts.words_at_most // 2
    applied = sorted(assessment.signs, key=lambda each: -each.level.rank)
    said: list[str] = []
    for each in applied:
        finding = assessment.here.findings[each.sign.id]
        details = ", ".join(_details(guidance, report, finding, assessment.mentions[each.sign.id]))
        term = each.sign.clinical_term if each.level is each.sign.level else _lowered(each.sign.label)
        wordings = [texts.detail.format(sign=term, details=details), term] if details else [term]
        fitting = (text for text in wordings if len(" ".join([*said, text]).split()) <= most)
        text = next(fitting, None if said else wordings[0])
        if text is None:
            break
        said.append(text)
    rest = len(applied) - len(said)
    return "; ".join([*said, texts.more.format(count=rest)] if rest else said)


def _details(guidance: Guidance, report: Report, finding: Finding, mentions: Iterable[Mention]) -> Iterator[str]:
    texts = guidance.triage.hand_over
    if status_of(mentions) is Status.PAST:
        yield texts.gone
    if finding.severity:
        yield finding.severity.value
    if finding.trend:
        yield finding.trend.value
    if finding.spreading:
        yield texts.spreading
    if finding.onsets:
        means = (value.means for value in guidance.triage.onset_values if value.id in finding.onsets)
        yield texts.onset.format(means=" and ".join(means))
    if finding.areas:
        yield place_named(guidance, finding.areas)
    if finding.started_at:
        yield texts.since.format(since=_when(finding.started_at, report.at))


def _treatments_in_short(guidance: Guidance, treatments: Iterable[GivenTreatment], at: datetime) -> str:
    """List the treatments by date, those without one last."""
    texts = guidance.triage.hand_over
    said = {
        (each.given is None, each.given.start.isoformat() if each.given else "", _treatment(guidance, each, at))
        for each in treatments
    }
    return (
        texts.treatments.format(treatments="; ".join(text for *_, text in sorted(said)))
        if said
        else texts.no_treatments
    )


def _treatment(guidance: Guidance, treatment: GivenTreatment, at: datetime) -> str:
    texts = guidance.triage.hand_over
    return (texts.treatment_areas if treatment.areas else texts.treatment).format(
        treatment=_lowered(guidance.treatments[treatment.treatment].label),
        areas=place_named(guidance, treatment.areas or ()),
        given=_when(treatment.given, at) if treatment.given else texts.date_unknown,
    )


def _when(span: Span, at: datetime) -> str:
    return _clock(span.start, at) if span.day is None else say_day(span.day)


def _clock(instant: datetime, at: datetime) -> str:
    """Say an instant in the zone of the report."""
    return say_instant(instant.astimezone(at.tzinfo))

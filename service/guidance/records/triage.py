"""What may show or be felt afterwards, what makes it graver, and the words of the triage answer."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from service.guidance.records.common import Basis, Code, CountryCode, Hours, Level, Record, Severity, Text


class Escalation(Record):
    """
    What raises the level of a sign. Every key that is set has to hold.

    ``exposure`` is a group of treatments, given within ``within_hours`` where that is set. ``means`` is what a
    person may say instead of the code.
    """

    to: Level
    basis: Basis
    persists_hours: Hours | None = None
    worsening: Literal[True] | None = None
    spreading: Literal[True] | None = None
    severity: Severity | None = None
    onset: Code | None = None
    areas: tuple[Code, ...] = ()
    history: tuple[Code, ...] = ()
    with_any: tuple[Code, ...] = ()
    exposure: Code | None = None
    within_hours: Hours | None = None
    action: Code | None = None
    means: Text | None = None
    note: Text | None = None


class Sign(Record):
    """
    One finding, seen or felt. ``level`` is safe with nothing else known; escalations only raise it.

    ``headline`` replaces the headline of the level when the sign makes the answer an emergency. ``watch_for`` replaces
    what everybody is told to watch for; a sign that is no ``side_effect`` is reported nowhere.
    """

    id: Code
    label: Text
    clinical_term: Text
    contexts: tuple[Literal["microcurrent", "toxin", "filler"], ...]
    lay_terms: tuple[Text, ...]
    may_indicate: tuple[Text, ...]
    onset: Text
    level: Level
    headline: Text | None = None
    action: Code | None = None
    time_critical_minutes: int | None = None
    escalations: tuple[Escalation, ...]
    home_advice: Text
    question: Text
    watch_for: tuple[Text, ...] = ()
    side_effect: bool = True
    note: Text | None = None
    sources: tuple[Code, ...]


class AnySign(Record):
    """At least one of these holds for a sign that matched the combination."""

    severity: Severity | None = None
    worsening: Literal[True] | None = None
    persists_hours: Hours | None = None


class Combination(Record):
    """
    Signs that together mean more: one from every group of ``all_of_any``, and every other key that is set.

    ``reason`` says ``why`` in a sentence for the person.
    """

    id: Code
    all_of_any: Annotated[tuple[Annotated[tuple[Code, ...], Field(min_length=1)], ...], Field(min_length=1)]
    distinct: bool = False
    exposure: Code | None = None
    within_hours: Hours | None = None
    session_within_hours: Hours | None = None
    history: tuple[Code, ...] = ()
    onset: Code | None = None
    any_sign: AnySign | None = None
    context: Text | None = None
    level: Level
    headline: Text | None = None
    action: Code | None = None
    why: Text
    reason: Text | None = None
    sources: tuple[Code, ...]


class ExposureGroup(Record):
    """Treatments that can cause the same harm, whatever they are sold as."""

    id: Code
    label: Text
    treatments: tuple[Code, ...]


class OnsetWindow(Record):
    """How long after an exposure its harm shows; no upper bound where ``until_hours`` is left out."""

    exposure: Code
    from_hours: Hours
    until_hours: Hours | None = None
    note: Text
    sources: tuple[Code, ...]


class OnsetValue(Record):
    """A way for a sign to begin that rules ask about. ``within_hours`` of an exposure lets two dated times show it."""

    id: Code
    means: Text
    within_hours: Hours | None = None


class LevelText(Record):
    """What a level says to a person."""

    id: Level
    label: Text
    within: Text
    headline: Text
    microcurrent: Literal["stop", "pause", "allowed_when_gone"]


class Action(Record):
    """What to do now. The lower its order, the earlier it is shown."""

    id: Code
    text: Text
    text_without_phone: Text
    order: int
    level: Level


class Unmatched(Record):
    """What text means in which no sign was recognised: stems that alarm, and diagnoses stated as present."""

    mentions: tuple[Text, ...]
    mentions_level: Level
    states_now: tuple[Text, ...]
    states_now_level: Level
    otherwise: Level
    note: Text


class Reporting(Record):
    """Where a side effect is reported in a country."""

    country: CountryCode
    source: Code


class ReasonTexts(Record):
    """Why a rule applied, in words: whole reasons, the keys of an escalation, and what a text itself asks for."""

    sign: Text
    raised: Text
    combination: Text
    persists_hours: Text
    worsening: Text
    spreading: Text
    severity: Text
    onset: Text
    areas: Text
    history: Text
    with_any: Text
    exposure: Text
    exposure_within: Text
    mentions: Text
    states_now: Text
    illness_unclear: Text
    asks: Text
    otherwise: Text
    nothing_present: Text
    unread: Text
    not_english: Text


class QuestionTexts(Record):
    """What is asked next, by what nobody said. Whether a sign is there is asked in the words of the sign."""

    started_at: Text
    trend: Text
    spreading: Text
    severity: Text
    severity_means: Text
    onset: Text
    areas: Text
    treatments: Text
    treatment_areas: Text
    conditions: Text
    last_session_at: Text


class HandOver(Record):
    """Sentences of the paragraph that a clinician would want read to them."""

    words_at_most: Annotated[int, Field(ge=20)]
    signs: Text
    detail: Text
    onset: Text
    spreading: Text
    since: Text
    gone: Text
    more: Text
    treatments: Text
    no_treatments: Text
    treatment: Text
    treatment_areas: Text
    date_unknown: Text
    session: Text
    conditions: Text
    no_conditions: Text
    denied: Text
    past: Text
    unread: Text
    quote_at_most: Annotated[int, Field(ge=3)]


class TriageTexts(Record):
    """
    What triage holds beside its signs and combinations. Braces in its sentences are filled when an answer is made.

    ``ask_first`` are the signs asked after where none is known to be there.
    """

    levels: tuple[LevelText, ...]
    actions: tuple[Action, ...]
    default_action: Code
    onset_values: tuple[OnsetValue, ...]
    onset_windows: tuple[OnsetWindow, ...]
    unmatched: Unmatched
    reporting: tuple[Reporting, ...]
    notes: dict[Code, Text]
    reasons: ReasonTexts
    questions: QuestionTexts
    nothing_present_headline: Text
    ask_first: tuple[Code, ...]
    questions_at_most: Annotated[int, Field(ge=1)]
    watch_for: tuple[Text, ...]
    watch_for_signs_at_most: Annotated[int, Field(ge=0)]
    hand_over: HandOver


class EmergencyNumber(Record):
    """The number that reaches an ambulance in a country."""

    id: CountryCode
    country: Text
    phone: Annotated[str, StringConstraints(pattern=r"^[0-9]{2,6}$")]
    also: tuple[str, ...]
    sources: Annotated[tuple[Code, ...], Field(min_length=1)]
    note: Text | None = None

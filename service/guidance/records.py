"""One frozen class for each kind of record in ``content/``.

A record says what a clinician would say; nothing here decides. Hours are elapsed hours, a month counts 730 of them.

Annotations are not postponed here: to compile each by itself takes a third of the time in which the classes are made.
"""

from __future__ import annotations

import datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, StringConstraints, model_validator

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z][a-z0-9_]*$", max_length=120)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Hours = Annotated[int, Field(ge=0, le=100_000, strict=True)]

HOURS_OF_UNIT = {"hours": 1, "days": 24, "weeks": 168, "months": 730}


_NOT_KEPT: set[str] = set()


class Record(BaseModel):
    """
    One entry of a content file. A misspelt key is an error, not a default.

    Its validator is made when the first record is read: compiled content needs none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    def __getstate__(self) -> dict[Any, Any]:
        """Return the members. Which of them its file gave is never asked, and takes as much room again."""
        return self.__dict__

    def __setstate__(self, state: dict[Any, Any]) -> None:
        """Take the members."""
        object.__setattr__(self, "__dict__", state)
        object.__setattr__(self, "__pydantic_fields_set__", _NOT_KEPT)
        object.__setattr__(self, "__pydantic_extra__", None)
        object.__setattr__(self, "__pydantic_private__", None)


class Ranked(StrEnum):
    """Codes in the order of their definition, mildest first. Their rank compares them; their text does not."""

    rank: int

    def __new__(cls, code: str) -> Self:
        """Number the codes as they are defined, from 0 for the mildest."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.rank = len(cls.__members__)
        return member


class Decision(Ranked):
    """What an eligibility answer is, mildest first. Closed for version 1 of the contract."""

    ELIGIBLE = "eligible"
    ELIGIBLE_WITH_CARE = "eligible_with_care"
    ASK_PROVIDER = "ask_provider"
    WAIT = "wait"
    DO_NOT_USE = "do_not_use"


class Level(Ranked):
    """How soon a person is needed, mildest first. Closed for version 1 of the contract."""

    SELF_CARE = "self_care"
    CONTACT_PROVIDER = "contact_provider"
    URGENT = "urgent"
    EMERGENCY = "emergency"


class Severity(Ranked):
    """How bad a sign feels to the person."""

    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


class Trend(Ranked):
    """Where a sign is going."""

    IMPROVING = "improving"
    STABLE = "stable"
    WORSENING = "worsening"


class Setting(StrEnum):
    """Where a session is held, and so how strong the device is."""

    HOME = "home"
    PROFESSIONAL = "professional"


class ConditionClass(StrEnum):
    """How much a condition forbids."""

    ABSOLUTE = "absolute"
    RELATIVE = "relative"
    LOCAL = "local"
    PRECAUTION = "precaution"


class Direction(StrEnum):
    """Which of the two comes first."""

    SESSION_AFTER_TREATMENT = "session_after_treatment"
    SESSION_BEFORE_TREATMENT = "session_before_treatment"


class Basis(StrEnum):
    """Whether a source states a rule, or this guidance chose it for safety."""

    SOURCE = "source"
    JUDGEMENT = "judgement"


class Grade(StrEnum):
    """The kind of a source: label or regulator, peer review, maker, everybody else."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Source(Record):
    """Where a fact comes from. ``retrieved`` is false for a known source whose page was not seen."""

    id: Code
    title: Text
    publisher: Text
    url: HttpUrl | None = None
    kind: Code
    grade: Grade
    retrieved: bool
    year: int | None = None
    notes: Text


class Area(Record):
    """A part of the face or neck. ``decision`` is set where no device may pass."""

    id: Code
    label: Text
    face: bool
    decision: Literal[Decision.DO_NOT_USE] | None = None
    aliases: tuple[Text, ...]
    why: Text | None = None
    sources: tuple[Code, ...] = ()


class Place(Record):
    """
    A place that only a sign can have: a group of areas, or a relation that no area code expresses.

    A sign in one of its areas lies in the place; where ``needs`` says so, only one in more than half of them.
    """

    id: Code
    label: Text
    means: Text
    areas: tuple[Code, ...] = ()
    includes: tuple[Code, ...] = ()
    needs: Literal["one_area", "most_areas"] = "one_area"


class Treatment(Record):
    """
    Something else that is done to a face, with every name it goes by.

    ``stands_for`` is set on a generic ("filler"): its waits are the strictest of those treatments'. ``could_be`` is the
    exposure group with all that it may turn out to be. ``name_areas`` is keyed by a name that tells the place.
    """

    id: Code
    label: Text
    group: Literal["injectable", "procedure", "surgery"]
    names: tuple[Text, ...]
    name_areas: dict[str, tuple[Code, ...]] = {}
    stands_for: tuple[Code, ...] = ()
    could_be: Code | None = None
    dated: bool = True
    note: Text | None = None


class Claim(Record):
    """
    What one source says about a wait: a figure, or a condition in words where it gives none.

    ``direct`` tells a claim about microcurrent itself from one about a facial, a massage or another device.
    """

    source: Code
    about: Text
    direct: bool = False
    area: Text
    value: Annotated[int, Field(ge=0)] | None = None
    value_max: Annotated[int, Field(ge=0)] | None = None
    unit: Literal["hours", "days", "weeks", "months"] | None = None
    condition: Text | None = None
    note: Text | None = None

    @property
    def hours(self) -> int | None:
        """The figure in hours, its lower end where it is a range."""
        return None if self.value is None or self.unit is None else self.value * HOURS_OF_UNIT[self.unit]

    @property
    def hours_max(self) -> int | None:
        """The upper end in hours; the figure itself where it is no range."""
        if self.value_max is None or self.unit is None:
            return self.hours
        return self.value_max * HOURS_OF_UNIT[self.unit]

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if (self.value is None) == (self.condition is None):
            raise ValueError("a claim has either a value with its unit, or a condition in words")
        if (self.value is None) != (self.unit is None):
            raise ValueError("value and unit come together")
        if self.value_max is not None and (self.value is None or self.value_max <= self.value):
            raise ValueError("value_max has to be larger than value")
        return self


class Figures(Record):
    """The hours of one rule. Before *minimum_hours* the answer is no; from *recommended_hours* it is yes."""

    minimum_hours: Hours
    recommended_hours: Hours
    provider_clearance: bool

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.minimum_hours > self.recommended_hours:
            raise ValueError(f"minimum_hours {self.minimum_hours} is above recommended_hours {self.recommended_hours}")
        return self


class AreaFigures(Figures):
    """Figures that replace those of the wait for some areas, or for everywhere that was not treated."""

    label: Text
    where: Literal["elsewhere"] | tuple[Code, ...]
    basis: Basis
    why: Text


class Wait(Figures):
    """Hours to leave between a treatment and a session, with every source's claim and why the value is used."""

    id: RuleId
    treatment: Code
    direction: Direction
    basis: Basis
    evidence_strength: Text
    why: Text
    areas: tuple[AreaFigures, ...] = ()
    claims: tuple[Claim, ...]
    note: Text | None = None
    see_also: tuple[Code, ...] = ()

    @cached_property
    def _figures_by_place(self) -> dict[str | None, Figures]:
        return {
            place: figures
            for figures in self.areas
            for place in (("elsewhere",) if figures.where == "elsewhere" else figures.where)
        }

    def figures_for(self, area: str | None) -> Figures:
        """Return the figures for an area code or ``"elsewhere"``: its own where it has some, else the general ones."""
        return self._figures_by_place.get(area, self)


class Rule(Record):
    """A rule that no single wait, condition or sign holds."""

    id: RuleId
    rule: Text
    basis: Basis
    sources: tuple[Code, ...]


class ExtendFactor(Record):
    """
    What lengthens a wait or stops a session, and how a request shows it.

    A factor with no trigger is told to people but cannot be read from a request.
    """

    id: RuleId
    factor: Text
    effect: Text
    basis: Basis
    sources: tuple[Code, ...]
    signs: tuple[Code, ...] = ()
    conditions: tuple[Code, ...] = ()
    treatments: tuple[Code, ...] = ()
    treated_areas_at_least: int | None = None
    one_visit_hours: Hours = 0
    decision: Decision | None = None
    add_recommended_hours: Hours = 0
    minimum_is_recommended: bool = False


class Condition(Record):
    """A fact about the person that can forbid a session."""

    id: Code
    label: Text
    class_: Annotated[ConditionClass, Field(alias="class")]
    lay_terms: tuple[Text, ...]
    why: Text
    advice: Text
    clears: Text | None = None
    conflict: Text | None = None
    triage_modifier: Text | None = None
    note: Text | None = None
    below_age: int | None = None
    sources: tuple[Code, ...]


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


class Doubtful(Record):
    """
    Ordinary signs that words alone do not tell from a grave one, which is read ``also``.

    Args:
        words: The part of the body, without endings; a sign that also holds one of ``not_words`` is in no doubt.
        settled_by: Exposures that make it the ordinary one where the text says so, unless the sentence is
            ``unsettled_by`` one of its words.
        settled_when: Words that do the same in the sentence of the sign.
    """

    signs: tuple[Code, ...]
    words: tuple[Text, ...]
    not_words: tuple[Text, ...] = ()
    also: Code
    settled_by: tuple[Code, ...]
    settled_when: tuple[Text, ...]
    unsettled_by: tuple[Text, ...]


class Late(Record):
    """Signs that are read as another, so many hours after an exposure."""

    exposure: Code
    from_hours: Hours
    signs: dict[Code, Code]


class SevereAfter(Record):
    """After how many minutes a sign is severe, told beside one of some words."""

    minutes: Annotated[float, Field(gt=0)]
    beside: Annotated[tuple[Text, ...], Field(min_length=1)]


class WithCondition(Record):
    """What is said of a sign by somebody with a condition; with no such condition it is not the sign."""

    condition: Code
    phrases: Annotated[tuple[Text, ...], Field(min_length=1)]


class Temperature(Record):
    """
    How a measured temperature of the body is told: a number between the bounds of a scale, beside one of the words.

    Args:
        scales: Least and most that can be meant, and what is a fever, one for each scale.
    """

    sign: Code
    words: Annotated[tuple[Text, ...], Field(min_length=1)]
    reach: Annotated[int, Field(gt=0)]
    scales: Annotated[tuple[tuple[float, float, float], ...], Field(min_length=1)]


class PartOfSign(Record):
    """A sign that certain words are not, right before another sign that they tell how it is."""

    sign: Code
    words: tuple[Text, ...]
    of: tuple[Code, ...]


class Clock(Record):
    """
    How the clock is told.

    Args:
        now: Words right before the hour that it is, but for those *between*.
        since: Words before an hour that was.
        behind: Words that may follow an hour; it is none before any other.
        halves: Hours that a word behind adds.
        hours: Of a half.
    """

    now: tuple[Text, ...]
    between: tuple[Text, ...]
    since: tuple[Text, ...]
    behind: tuple[Text, ...]
    halves: dict[str, int]
    hours: int


class Growing(Record):
    """Signs of which to grow is to spread, and how people say that they grow."""

    signs: tuple[Code, ...]
    phrases: tuple[Text, ...]


class SinceLast(Record):
    """
    Signs that have lasted since whatever was done last, where nothing else is told.

    Args:
        within_hours: What was done longer ago tells nothing.
        began: Words that say in the sentence of a sign that it began at some other time.
    """

    within_hours: Hours
    began: tuple[Text, ...]
    signs: tuple[Code, ...]


class Adjectives(Record):
    """Words of a sign that tell of something else between a word of *before* and one that is not of *behind*."""

    words: tuple[Text, ...]
    before: tuple[Text, ...]
    behind: tuple[Text, ...]


class ReadingTexts(Record):
    """
    How plain English is read. Phrases are folded; ``{skin}`` in one stands for each word of that set.

    ``same_words`` and ``spellings`` map a word to what it is read as. ``claimed`` and ``phrases`` are keyed by sign,
    ``places`` by area or place, ``onsets`` by onset value, ``exposure_words`` by group. ``lasts_since`` names the group
    of exposures that a sign begins with. ``unit_hours``
    counts hours, ``moments`` those after the midnight that today began with, ``weekdays`` days from Monday.
    ``severe_when``, ``with_condition`` and ``not_alone`` are keyed by sign. ``earliest_pregnancy`` counts hours.
    """

    spellings: dict[str, str]
    takes_not: tuple[Text, ...]
    same_words: dict[str, str]
    dropped_words: tuple[Text, ...]
    skip_words: tuple[Text, ...]
    sets: dict[Code, tuple[Text, ...]]
    ends_denial: tuple[Text, ...]
    new_statement: tuple[Text, ...]
    denials: tuple[Text, ...]
    no_denials: tuple[Text, ...]
    clears_alarm: tuple[Text, ...]
    goes_on_after_no: tuple[Text, ...]
    ends_never: tuple[Text, ...]
    denied_after: tuple[Text, ...]
    past: tuple[Text, ...]
    past_times: tuple[Text, ...]
    long_past: tuple[Text, ...]
    not_long_past: tuple[Text, ...]
    now_present: tuple[Text, ...]
    now_or_imagined: tuple[Text, ...]
    not_long_ago: tuple[Text, ...]
    not_past: tuple[Text, ...]
    hypothetical: tuple[Text, ...]
    in_general: tuple[Text, ...]
    of_somebody: tuple[Text, ...]
    of_somebody_behind: tuple[Text, ...]
    feared: tuple[Text, ...]
    ends_fear: tuple[Text, ...]
    asking: tuple[Text, ...]
    idioms: tuple[Text, ...]
    not_alone: dict[Code, tuple[Text, ...]]
    adjectives: Adjectives
    claimed: dict[Code, tuple[Text, ...]]
    fine_words: tuple[Text, ...]
    fine_phrases: tuple[Text, ...]
    functions: tuple[Text, ...]
    can: tuple[Text, ...]
    hardly: tuple[Text, ...]
    illness_now: tuple[Text, ...]
    illness_over: tuple[Text, ...]
    illness_now_before: tuple[Text, ...]
    illness_asked: tuple[Text, ...]
    severities: dict[Severity, tuple[Text, ...]]
    severe_when: dict[Code, tuple[Text, ...]]
    severe_after: dict[Code, SevereAfter]
    with_condition: dict[Code, WithCondition]
    temperature: Temperature
    trends: dict[Trend, tuple[Text, ...]]
    spreading: tuple[Text, ...]
    growing: Growing
    not_spreading: tuple[Text, ...]
    conditional: tuple[Text, ...]
    onsets: dict[Code, tuple[Text, ...]]
    places: dict[Code, tuple[Text, ...]]
    treatment_words: tuple[Text, ...]
    exposure_words: dict[Code, tuple[Text, ...]]
    treatment_names: dict[Code, tuple[Text, ...]]
    condition_names: dict[Code, tuple[Text, ...]]
    planned: tuple[Text, ...]
    no_treatments: tuple[Text, ...]
    of_injections: dict[Code, Code]
    itchy: PartOfSign
    doubtful: tuple[Doubtful, ...]
    lasts_since: dict[Code, Code]
    lasts_since_last: SinceLast
    late: Late
    number_words: dict[str, float]
    unit_hours: dict[str, float]
    lasting: tuple[Text, ...]
    lingering: tuple[Text, ...]
    not_lasting_behind: tuple[Text, ...]
    not_lasting_ahead: tuple[Text, ...]
    told_of_it: tuple[Text, ...]
    clock: Clock
    spans: dict[str, float]
    ages: tuple[Text, ...]
    i_am: tuple[Text, ...]
    weeks_of_pregnancy: tuple[Text, ...]
    earliest_pregnancy: int
    of_pregnancy: tuple[Text, ...]
    its_today: tuple[Text, ...]
    behind_today: tuple[Text, ...]
    before_month: tuple[Text, ...]
    moments: dict[str, float]
    weekdays: dict[str, int]
    months: dict[str, int]
    people: tuple[Text, ...]
    english_share: Annotated[float, Field(gt=0, lt=1)]
    common_words: tuple[Text, ...]
    harmless: tuple[Text, ...]
    complaints: tuple[Text, ...]
    joins: tuple[Text, ...]
    body_verbs: tuple[Text, ...]
    untroubled: tuple[Text, ...]
    phrases: dict[Code, tuple[Text, ...]]


class EmergencyNumber(Record):
    """The number that reaches an ambulance in a country."""

    id: CountryCode
    country: Text
    phone: Annotated[str, StringConstraints(pattern=r"^[0-9]{2,6}$")]
    also: tuple[str, ...]
    sources: Annotated[tuple[Code, ...], Field(min_length=1)]
    note: Text | None = None


class DeviceBrand(Record):
    """What a maker says about waiting, or that no statement was found."""

    brand: Text
    toxin_hours: Hours | None = None
    filler_hours: Hours | None = None
    source: Code | None = None
    note: Text | None = None


class InjectableNote(Record):
    """A contraindication of an injectable itself, worth a mention."""

    id: Code
    text: Text
    sources: tuple[Code, ...]


class Topic(Record):
    """A heading of the FAQ."""

    id: Code
    label: Text


class Figure(Record):
    """A figure in an answer that no rule holds, with its own source."""

    id: Code
    text: Text
    source: Code


class FaqEntry(Record):
    """A question, the other ways people ask it, and its answer with the rules' figures as placeholders."""

    id: Code
    topic: Code
    question: Text
    from_seed: bool
    paraphrases: tuple[Text, ...]
    answer: Text
    figures: tuple[Figure, ...]
    related: tuple[Code, ...]
    sources: Annotated[tuple[Code, ...], Field(min_length=1)]


class Concept(Record):
    """What people call the same thing."""

    id: Code
    phrases: Annotated[tuple[Text, ...], Field(min_length=1)]


class SearchSettings(Record):
    """
    What the search of the FAQ knows about words, and from which score on it answers.

    ``device`` is the concept that is a microcurrent device or its use. ``subjects`` are the concepts that, beside
    treatments, show that a question is about this guidance at all. ``groups`` are the exposure groups that a name also
    stands for. ``general_openings`` begin a question about nobody, and so do ``general_verbs`` before a subject, unless
    it names one of ``times``, which are concepts, or a person: those of ``reading.yaml`` and ``somebody``, but not
    ``nobody``. ``verbatim_score`` is the score of an entry that is asked for word for word. Scores below ``threshold``
    are no answer, and below ``suggest_from`` not even a suggestion.
    """

    stop_words: tuple[Text, ...]
    concepts: tuple[Concept, ...]
    device: Code
    subjects: tuple[Code, ...]
    groups: tuple[Code, ...]
    general_openings: tuple[Text, ...]
    general_verbs: tuple[Text, ...]
    times: tuple[Code, ...]
    somebody: tuple[Text, ...]
    nobody: tuple[Text, ...]
    verbatim_score: Annotated[float, Field(gt=0, le=1)]
    threshold: Annotated[float, Field(gt=0, lt=1)]
    suggest_from: Annotated[float, Field(ge=0, lt=1)]
    ambiguous_from: Annotated[float, Field(gt=0, le=1)]


class SharedName(Record):
    """A name that several treatments go by."""

    name: Text
    treatments: Annotated[tuple[Code, ...], Field(min_length=2)]


class ProductWords(Record):
    """
    Words by which the name of a product is read, beside the known names.

    ``plain`` words change nothing about the name they stand beside, ``joining`` ones stand between two names, and
    ``not_misspelt`` ones look like a misspelt name and are none.
    """

    shared: tuple[SharedName, ...]
    plain: tuple[Text, ...]
    joining: tuple[Text, ...]
    not_misspelt: tuple[Text, ...]


class DecisionText(Record):
    """What a decision says to a person."""

    id: Decision
    label: Text
    summary: Text
    summary_dated: Text | None = None
    summary_open: Text | None = None
    summary_areas: Text | None = None


class CalendarEvent(Record):
    """What one event of a calendar file says. Others may see a calendar: it holds no word of health."""

    title: Text
    note: Text


class CalendarTexts(Record):
    """Words of the calendar file, and how long an event lasts so that it can be seen."""

    shown_minutes: Annotated[int, Field(ge=1, le=60)]
    earliest: CalendarEvent
    recommended: CalendarEvent
    both: CalendarEvent
    until: Annotated[str, StringConstraints(pattern=r"^[^{}]*\{until\}[^{}]*$")]
    origin: Annotated[str, StringConstraints(pattern=r"^[^{}]*\{guidance_version\}[^{}]*\{decision_id\}[^{}]*$")]


class EligibilityTexts(Record):
    """Words of the eligibility answer. Braces are filled when an answer is made."""

    decisions: tuple[DecisionText, ...]
    reasons: dict[Code, Text]
    care: dict[Code, Text]
    questions: dict[Code, Text]
    assumptions: dict[Code, Text]
    calendar: CalendarTexts


class Release(Record):
    """Which guidance this is, and until when it may be trusted without another look."""

    version: Annotated[str, StringConstraints(pattern=r"^\d{4}\.\d{2}\.\d+$")]
    released: datetime.date
    review_due: datetime.date
    disclaimer: Text
    default_protocol: Text
    bookable: tuple[Decision, ...]
    booked_ahead_years: Annotated[int, Field(ge=1)]
    notes: dict[Code, Text]

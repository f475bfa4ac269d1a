"""How plain English is read: the words and phrases of ``reading.yaml``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from service.guidance.records.common import Code, Hours, Record, Severity, Text, Trend


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
        alone: Least and most of a number with a fraction that is a fever without such a word: "38.9 this evening".
        not_beside: Words right before or behind which it measures something else.
    """

    sign: Code
    words: Annotated[tuple[Text, ...], Field(min_length=1)]
    reach: Annotated[int, Field(gt=0)]
    scales: Annotated[tuple[tuple[float, float, float], ...], Field(min_length=1)]
    alone: tuple[float, float]
    not_beside: tuple[Text, ...]


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
        named: Hours that have a name, from 1 to these.
    """

    now: tuple[Text, ...]
    between: tuple[Text, ...]
    since: tuple[Text, ...]
    behind: tuple[Text, ...]
    halves: dict[str, int]
    hours: int
    named: dict[str, int]


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
    may_go_on: tuple[Text, ...]
    behind_gone: tuple[Text, ...]
    events: tuple[Code, ...]
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
    unsure: dict[Code, tuple[Text, ...]]
    elsewhere: tuple[Text, ...]
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
    alarms_abroad: tuple[Text, ...]
    common_words: tuple[Text, ...]
    harmless: tuple[Text, ...]
    complaints: tuple[Text, ...]
    joins: tuple[Text, ...]
    body_verbs: tuple[Text, ...]
    untroubled: tuple[Text, ...]
    phrases: dict[Code, tuple[Text, ...]]

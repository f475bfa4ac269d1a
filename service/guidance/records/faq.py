"""What people ask, and what the search of the FAQ knows about words."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from service.guidance.records.common import Code, Record, Text


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

"""Answer a question from the FAQ, or say that it holds no answer. A wrong answer is worse than none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Literal

from pydantic import Field

from service.guidance.general import GeneralQuestions
from service.guidance.guidance import Guidance
from service.guidance.mentions import Mention, MentionReader
from service.guidance.ranking import Candidate, Document, Ranking
from service.guidance.records.common import Level
from service.guidance.records.faq import FaqEntry
from service.guidance.triage.answer import Action, Part
from service.guidance.vocabulary import Correction, Reading, Vocabulary
from service.guidance.wording import render_answer

SUGGESTIONS = 3

MATCHED = 8


@dataclass(frozen=True)
class FaqQuestion:
    """
    What a person asks.

    Args:
        limit: The most results wanted, from 1.
        at: When it is asked, for relative times; without it no time is worked out.
        zone: Where days begin and end; without it in the offset of *at*.
        explain: Whether results tell which words of the question spoke for them.
    """

    q: str
    limit: int = 3
    at: datetime | date | None = None
    zone: tzinfo | None = None
    explain: bool = False


class Safety(Part):
    """What triage makes of a sign that the question states."""

    level: Level
    headline: str
    actions: tuple[Action, ...]


SafetyReader = Callable[[str, datetime | None], Safety | None]
"""Reads a text at a time; ``None`` unless it states a sign that is present. The level may be any."""


class FaqResult(Part):
    """An entry that may answer the question."""

    id: str
    question: str
    answer: str = Field(description="With the figures of the rules filled in.")
    score: float = Field(ge=0, le=1, description="The chance that this answers the question.")
    topic: str
    citations: tuple[str, ...] = Field(description="Ids of sources.")
    related: tuple[str, ...] = Field(description="Ids of other entries.")
    matched: tuple[str, ...] | None = Field(
        default=None, description="On request: the question's own words that spoke for this, the weightiest first."
    )


class FaqSuggestion(Part):
    """An entry that is near, but not near enough to be an answer."""

    id: str
    question: str


class FaqCorrection(Part):
    """A word that was read as another."""

    from_: str = Field(alias="from")
    to: str


class StatedTreatment(Part):
    """A treatment as the question states it. An unsure time is left out."""

    treatment: str
    at: str | None = Field(default=None, description="A date, or a date-time where hours were counted.")
    areas: tuple[str, ...] | None = None


class PartialRequest(Part):
    """What the next request can take from the question."""

    text: str | None = Field(default=None, description="The question itself, for triage.")
    treatments: tuple[StatedTreatment, ...] | None = None


class NextRequest(Part):
    """The request that follows: POST it to the path under `/v1` that `kind` names, with what is missing."""

    # One class for both kinds: the list of kinds may grow, and Kotlin, Swift and Dart get no usable types of a union.
    kind: Literal["eligibility", "triage"]
    request: PartialRequest
    missing: tuple[str, ...] = Field(description="JSON pointers of what the request lacks.")


class FaqAnswer(Part):
    """What the FAQ says: results if the best one is likely enough to be right, else the nearest as suggestions."""

    answered: bool
    results: tuple[FaqResult, ...] = Field(description="The likeliest first; none unless answered.")
    suggestions: tuple[FaqSuggestion, ...] = Field(description="The nearest entries, when nothing was answered.")
    corrections: tuple[FaqCorrection, ...]
    ambiguous: bool = Field(description="Whether two results are about as likely.")
    safety: Safety | None = Field(default=None, description="Comes before everything else.")
    next: NextRequest | None = None


def read_no_safety(text: str, at: datetime | None) -> Safety | None:
    """Read no sign, for a caller that triages by other means."""
    return None


def document_of(entry: FaqEntry) -> Document:
    """Return what the index needs of an entry."""
    return Document(entry.id, (entry.question, *entry.paraphrases))


class FaqSearch:
    """
    The FAQ, indexed and rendered. Made once; a search only reads it.

    Args:
        read_safety: What triage makes of a text; see :data:`SafetyReader`.
    """

    def __init__(self, guidance: Guidance, read_safety: SafetyReader = read_no_safety) -> None:
        self._entries = guidance.faq
        self._settings = guidance.search
        self._read_safety = read_safety
        self._vocabulary = Vocabulary(guidance)
        self._mentions = MentionReader(guidance)
        self._general = GeneralQuestions(guidance)
        self._answers = {entry.id: render_answer(guidance, entry) for entry in guidance.faq.values()}
        documents = [document_of(entry) for entry in guidance.faq.values()]
        self._ranking = Ranking(documents, self._vocabulary, guidance.faq_model, guidance.search)

    def rank(self, q: str) -> list[Candidate]:
        """Return the entries that may answer, the likeliest first, whether or not that is enough."""
        return self._ranking.rank(self._vocabulary.read(q))

    def find_answers(self, question: FaqQuestion) -> FaqAnswer:
        """Return the entries that answer *question*, or the nearest ones as suggestions."""
        reading = self._vocabulary.read(question.q)
        candidates = self._ranking.rank(reading)
        is_answered = bool(candidates) and candidates[0].score >= self._settings.threshold
        triaged = self._read_safety(question.q, question.at if isinstance(question.at, datetime) else None)
        return FaqAnswer(
            answered=is_answered,
            results=self._results(candidates[: question.limit], reading, question.explain) if is_answered else (),
            suggestions=() if is_answered else self._suggestions(candidates),
            corrections=_corrections(reading.corrections),
            ambiguous=is_answered and self._is_close(candidates),
            safety=triaged if self._is_urgent(triaged) and not self._general.holds(reading) else None,
            next=self._next(question, reading, triaged),
        )

    @staticmethod
    def _is_urgent(triaged: Safety | None) -> bool:
        return triaged is not None and triaged.level.rank >= Level.URGENT.rank

    def _results(self, candidates: Iterable[Candidate], reading: Reading, explain: bool) -> tuple[FaqResult, ...]:
        found = ((candidate.score, self._entries[candidate.id]) for candidate in candidates)
        return tuple(
            FaqResult(
                id=entry.id,
                question=entry.question,
                answer=self._answers[entry.id],
                score=score,
                topic=entry.topic,
                citations=entry.sources,
                related=entry.related,
                matched=self._ranking.matched(reading, entry.id)[:MATCHED] if explain else None,
            )
            for score, entry in found
        )

    def _suggestions(self, candidates: Sequence[Candidate]) -> tuple[FaqSuggestion, ...]:
        near = (
            candidate.id for candidate in candidates[:SUGGESTIONS] if candidate.score >= self._settings.suggest_from
        )
        return tuple(FaqSuggestion(id=id_, question=self._entries[id_].question) for id_ in near)

    def _is_close(self, candidates: Sequence[Candidate]) -> bool:
        first, second = candidates[0], candidates[1] if len(candidates) > 1 else None
        return second is not None and second.score >= first.score * self._settings.ambiguous_from

    def _next(self, question: FaqQuestion, reading: Reading, triaged: Safety | None) -> NextRequest | None:
        """Return the request that follows: triage for a sign, else eligibility for a treatment with a time."""
        mentions = () if question.at is None else self._mentions.read(reading.words, question.at, question.zone)
        stated = tuple(map(_stated, mentions))
        if triaged is not None:
            return NextRequest(
                kind="triage",
                request=PartialRequest(text=question.q, treatments=stated or None),
                missing=tuple(_undated(stated)) if stated else ("/treatments",),
            )
        if not stated:
            return None
        return NextRequest(
            kind="eligibility",
            request=PartialRequest(treatments=stated),
            missing=("/session", *_undated(stated)),
        )


def _stated(mention: Mention) -> StatedTreatment:
    at = None if mention.at is None else mention.at.isoformat()
    return StatedTreatment(treatment=mention.treatment, at=at, areas=mention.areas)


def _undated(stated: Sequence[StatedTreatment]) -> list[str]:
    return [f"/treatments/{index}/at" for index, each in enumerate(stated) if each.at is None]


def _corrections(corrections: Iterable[Correction]) -> tuple[FaqCorrection, ...]:
    return tuple(FaqCorrection(from_=each.typed, to=each.meant) for each in corrections)

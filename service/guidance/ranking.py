"""Rank FAQ entries for a question, and say how sure the first one is.

What the model was trained on it ranks by what it has learned. An entry that is newer than the model is found by its
words alone, and answers only when it is asked for almost word for word.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest

from service.guidance.linear_model import LinearModel, chance
from service.guidance.names import fold
from service.guidance.records.faq import SearchSettings
from service.guidance.vocabulary import Reading, Vocabulary

FACTS = frozenset({"confidence", "closeness"})
"""What has to be learned beside the weights: how sure a first entry is, by the model and by its words alone."""
NOTHING = "-"
"""The label of what no entry answers."""
_LEAST = 1e-6
_MOST_LOOKED_AT = 400
_MOST_FOUND = 50


@dataclass(frozen=True)
class Document:
    """An entry with its phrasings, the question itself first."""

    id: str
    phrasings: tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    """An entry and the chance, 0 to 1, that it answers the question."""

    id: str
    score: float


class Ranking:
    """An index over documents. Made once; a search only reads it."""

    def __init__(
        self, documents: Sequence[Document], vocabulary: Vocabulary, model: LinearModel, settings: SearchSettings
    ) -> None:
        self._model = model
        self._settings = settings
        self._confidence: Mapping[str, float] = model.facts["confidence"]
        self._closeness: tuple[float, float] = model.facts["closeness"]
        known = set(model.labels)
        self._labels = {label: index for index, label in enumerate(model.labels) if label != NOTHING}
        self._newer = WordIndex([document for document in documents if document.id not in known], vocabulary)
        self._verbatim = {fold(phrasing): document.id for document in documents for phrasing in document.phrasings}

    def rank(self, reading: Reading) -> list[Candidate]:
        """Return the entries that may answer, best first, by id where two are equal; none where nothing is said."""
        if not any(term.isalpha() or term[0] in "=~#" for slot in reading.slots for term in slot.terms):
            return []
        scores = self._learned(reading)
        newer = self._newer.closeness(reading.stems)
        if newer:
            constant, slope = self._closeness
            found = {id_: chance(constant + slope * closeness) for id_, closeness in newer.items()}
            rest = 1 - max(found.values())
            scores = {id_: score * rest for id_, score in scores.items()} | found
        verbatim = self._verbatim.get(reading.folded)
        if verbatim is not None:
            rest = 1 - self._settings.verbatim_score
            scores = {id_: score * rest for id_, score in scores.items()}
            scores[verbatim] = self._settings.verbatim_score
        ranked = sorted(
            (-round(score, 4), id_) for id_, score in scores.items() if score >= self._settings.suggest_from
        )
        return [Candidate(id_, -score) for score, id_ in ranked]

    def _learned(self, reading: Reading) -> dict[str, float]:
        """Return the chance of each entry that the model knows."""
        if not self._labels:
            return {}
        sums = dict(zip(self._model.labels, self._model.sums(reading.blocks()), strict=True))
        shares = shares_of(sums)
        signals = signals_of(reading, sums, shares, self._settings)
        sure = chance(sum(self._confidence[name] * value for name, value in signals.items()))
        highest = max(shares[label] for label in self._labels)
        return {label: sure * shares[label] / highest for label in self._labels}

    def matched(self, reading: Reading, id_: str) -> tuple[str, ...]:
        """Return what of the question speaks for an entry, the weightiest first."""
        if id_ not in self._labels:
            stems = self._newer.words_of(id_)
            return tuple(slot.said for slot in reading.slots if not stems.isdisjoint(slot.terms))
        label = self._labels[id_]
        weighed = [(self._model.weight(slot.terms, label), slot.said) for slot in reading.slots]
        return tuple(dict.fromkeys(said for weight, said in sorted(weighed, key=lambda each: -each[0]) if weight > 0))


def shares_of(sums: Mapping[str, float]) -> dict[str, float]:
    """Return how a chance of 1 is divided among the labels."""
    highest = max(sums.values())
    powers = {label: math.exp(each - highest) for label, each in sums.items()}
    total = sum(powers.values())
    return {label: max(power / total, _LEAST) for label, power in powers.items()}


def signals_of(
    reading: Reading, sums: Mapping[str, float], shares: Mapping[str, float], settings: SearchSettings
) -> dict[str, float]:
    """Return what tells whether the first entry answers the question at all."""
    entries = sorted((each for label, each in sums.items() if label != NOTHING), reverse=True)
    share = min(max(share for label, share in shares.items() if label != NOTHING), 1 - _LEAST)
    length = len(reading.words)
    meanings = reading.meanings
    return {
        "constant": 1.0,
        "odds": math.log(share / (1 - share)),
        "sum": entries[0],
        "lead": entries[0] - sum(entries[3:8]) / len(entries[3:8]) if len(entries) > 3 else 0.0,
        "length": math.log(length),
        "is_short": float(length <= 2),
        "strange": float(reading.strange),
        "no_device": float(f"={settings.device}" not in meanings),
        "no_subject": float(not any(each[0] == "~" or each[1:] in settings.subjects for each in meanings)),
    }


class WordIndex:
    """Finds the documents that share rare words with a question."""

    def __init__(self, documents: Sequence[Document], vocabulary: Vocabulary) -> None:
        self._ids: list[str] = []
        self._words: list[frozenset[str]] = []
        self._at: dict[str, list[int]] = defaultdict(list)
        for document in documents:
            for phrasing in document.phrasings:
                words = vocabulary.stems(phrasing)
                for word in words:
                    self._at[word].append(len(self._ids))
                self._ids.append(document.id)
                self._words.append(words)
        self._rarity = {word: math.log(1 + len(self._ids) / len(places)) for word, places in self._at.items()}
        self._lengths = [self._length(words) for words in self._words]

    def closeness(self, stems: frozenset[str]) -> dict[str, float]:
        """Return how close each document's closest phrasing is, 0 to 1. Only the rarest words are looked up."""
        places: set[int] = set()
        for word in sorted(stems & self._at.keys(), key=lambda word: (len(self._at[word]), word)):
            if len(places) + len(self._at[word]) > _MOST_LOOKED_AT and places:
                break
            places.update(self._at[word][:_MOST_LOOKED_AT])
        length = self._length(stems)
        close = [
            (
                sum(self._rarity[word] ** 2 for word in self._words[place] & stems) / (length * self._lengths[place]),
                place,
            )
            for place in places
        ]
        return {self._ids[place]: closeness for closeness, place in reversed(nlargest(_MOST_FOUND, close))}

    def words_of(self, id_: str) -> frozenset[str]:
        """Return all words of one document."""
        return frozenset().union(*(words for each, words in zip(self._ids, self._words, strict=True) if each == id_))

    def _length(self, words: Iterable[str]) -> float:
        rarest = math.log(1 + len(self._ids))
        return math.sqrt(sum(self._rarity.get(word, rarest) ** 2 for word in words)) or 1.0

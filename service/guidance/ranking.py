"""Rank FAQ entries for a question, and say how sure the first one is. Coefficients are data: ``content/search.yaml``.

Every phrasing of an entry (its question and each paraphrase) is a document of its own.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from service.guidance.records import SearchSettings
from service.guidance.vocabulary import Reading, Slot

_SAID, _MEANT = 1.0, 0.8
_LEAST_SHARE = 1e-6
_MOST_UNKNOWN = 4


@dataclass(frozen=True)
class Document:
    """An entry as read: its phrasings, the question itself first, and its answer."""

    id: str
    phrasings: tuple[Reading, ...]
    answer: Reading


@dataclass(frozen=True)
class Candidate:
    """An entry and the chance, 0 to 1, that it answers the question."""

    id: str
    score: float


@dataclass(frozen=True)
class Match:
    """What of a question an entry holds, each 0 to 1: the names are those of the weights in ``search.yaml``."""

    id: str
    place: int
    features: Mapping[str, float]


@dataclass(frozen=True)
class _Matched:
    """Weights of a question's terms that were found, by phrasing, by entry, and by entry's answer."""

    phrasings: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    entries: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    answers: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    linear: dict[int, float] = field(default_factory=lambda: defaultdict(float))


class Ranking:
    """An index over documents. Made once; a search only reads it."""

    def __init__(self, documents: Sequence[Document], settings: SearchSettings) -> None:
        self._settings = settings
        self._weights: Mapping[str, float] = settings.ranking.model_dump()
        self._coefficients: Mapping[str, float] = settings.confidence.model_dump()
        self._device = f"={settings.device}"
        self._subjects = frozenset(f"={concept}" for concept in settings.subjects)
        self._ids = [document.id for document in documents]
        self._in_phrasings: dict[str, list[int]] = defaultdict(list)
        self._in_entries: dict[str, list[int]] = defaultdict(list)
        self._in_answers: dict[str, list[int]] = defaultdict(list)
        self._entry_of: list[int] = []
        self._verbatim: dict[tuple[str, ...], int] = {}
        phrasings: list[tuple[Slot, ...]] = []
        for entry, document in enumerate(documents):
            for phrasing in document.phrasings:
                _add(self._in_phrasings, phrasing.slots, len(phrasings))
                phrasings.append(phrasing.slots)
                self._entry_of.append(entry)
                self._verbatim.setdefault(phrasing.texts, entry)
            _add(self._in_entries, (slot for phrasing in document.phrasings for slot in phrasing.slots), entry)
            _add(self._in_answers, document.answer.slots, entry)
        self._rarity = {
            term: _rarity(len(documents), len(self._in_entries.get(term) or self._in_answers[term]))
            for term in {*self._in_entries, *self._in_answers}
        }
        self._rarest = _rarity(len(documents), 0)
        self._lengths = [math.sqrt(sum(self._weight(slot) ** 2 for slot in phrasing)) or 1.0 for phrasing in phrasings]

        self._totals = [sum(self._weight(slot) for slot in phrasing) or 1.0 for phrasing in phrasings]
        self._device_share = [
            sum(any(map(self._is_device, phrasing.slots)) for phrasing in document.phrasings) / len(document.phrasings)
            for document in documents
        ]
        self._counts = [len(document.phrasings) for document in documents]

    def rank(self, reading: Reading) -> list[Candidate]:
        """Return every entry that shares a term with the question, best first, by id where two are equal."""
        matches = self.matches(reading)
        if not matches:
            return []
        shares = self.shares(matches)
        verbatim = self._verbatim.get(reading.texts)
        order = sorted(
            range(len(matches)),
            key=lambda index: (matches[index].place != verbatim, -shares[index], matches[index].id),
        )
        first = order[0]
        if matches[first].place == verbatim:
            sure, rest = self._settings.verbatim_score, 1 - self._settings.verbatim_score
        else:
            sure = _chance(self._coefficients, self.signals(reading, matches[first], shares, first))
            rest = sure / shares[first]
        others = [Candidate(matches[index].id, round(rest * shares[index], 4)) for index in order[1:]]
        return [Candidate(matches[first].id, round(sure, 4)), *others]

    def matches(self, reading: Reading) -> list[Match]:
        """Return what each entry holds of the question; an entry that holds nothing is left out."""
        found = self._matched(reading.slots)
        length = math.sqrt(sum(self._weight(slot) ** 2 for slot in reading.slots)) or 1.0
        total = sum(self._weight(slot) for slot in reading.slots) or 1.0
        closest: dict[int, list[float]] = defaultdict(list)
        for phrasing, squared in found.phrasings.items():
            closest[self._entry_of[phrasing]].append(squared / (length * self._lengths[phrasing]))
        used: dict[int, float] = defaultdict(float)
        typical: dict[int, float] = defaultdict(float)
        for phrasing, weight in found.linear.items():
            entry = self._entry_of[phrasing]
            used[entry] = max(used[entry], weight / self._totals[phrasing])
            typical[entry] += weight / self._counts[entry]
        matches = []
        for entry in sorted({*closest, *found.answers}):
            cosines = sorted(closest.get(entry, [0.0]), reverse=True)
            features = {
                "closest": min(1.0, cosines[0]),
                "second_closest": min(1.0, cosines[1]) if len(cosines) > 1 else 0.0,
                "phrasing_used": min(1.0, used.get(entry, 0.0)),
                "typical": typical.get(entry, 0.0) / total,
                "entry_covers": found.entries.get(entry, 0.0) / total,
                "answer_covers": found.answers.get(entry, 0.0) / total,
            }
            matches.append(Match(self._ids[entry], entry, features))
        return matches

    def shares(self, matches: Sequence[Match]) -> list[float]:
        """Return how the chance that any of *matches* answers is divided among them; they sum to 1."""
        scores = [sum(self._weights[name] * value for name, value in match.features.items()) for match in matches]
        highest = max(scores)
        powers = [max(_LEAST_SHARE, math.exp(score - highest)) for score in scores]
        total = sum(powers)
        return [power / total for power in powers]

    def signals(self, reading: Reading, first: Match, shares: Sequence[float], at: int) -> dict[str, float]:
        """Return what tells whether the *first* entry, of the share at *at*, answers the question at all."""
        known = [slot for slot in reading.slots if self._best(slot) is not None]
        unknown = [slot for slot in reading.slots if self._best(slot) is None and self._weight(slot)]
        weight = sum(self._weight(slot) for slot in known)
        share = min(max(shares[at], _LEAST_SHARE), 1 - _LEAST_SHARE)
        return {
            "constant": 1.0,
            "share": math.log(share / (1 - share)),
            **first.features,
            "said": math.log1p(weight),
            "unknown": float(min(len(unknown), _MOST_UNKNOWN)),
            "unknown_share": len(unknown) / (len(unknown) + len(known)),
            "lacks_device": 0.0 if any(map(self._is_device, reading.slots)) else self._device_share[first.place],
            "names_subject": float(any(self._is_subject(slot) for slot in reading.slots)),
            "beyond": float(reading.beyond),
        }

    def _is_device(self, slot: Slot) -> bool:
        return self._device in slot.terms

    def _is_subject(self, slot: Slot) -> bool:
        return any(term.startswith("~") or term in self._subjects for term in slot.terms)

    def _matched(self, slots: Iterable[Slot]) -> _Matched:
        found = _Matched()
        for slot in slots:
            for phrasing, weight in self._hits(self._in_phrasings, slot).items():
                found.phrasings[phrasing] += weight * weight
                found.linear[phrasing] += weight
            for entry, weight in self._hits(self._in_entries, slot).items():
                found.entries[entry] += weight
            for entry, weight in self._hits(self._in_answers, slot).items():
                found.answers[entry] += weight
        return found

    def _hits(self, postings: Mapping[str, Sequence[int]], slot: Slot) -> dict[int, float]:
        """Return the weight of the best of the slot's terms in each place that holds one."""
        hits: dict[int, float] = {}
        for weight, term in sorted((self._value(term), term) for term in slot.terms if term in postings):
            for place in postings[term]:
                hits[place] = weight
        return hits

    def _value(self, term: str) -> float:
        return self._rarity[term] * (_SAID if term[0] not in "=~#" else _MEANT)

    def _best(self, slot: Slot) -> float | None:
        """Return the weight of the rarest known term, or ``None`` if no entry holds any of them."""
        return max((self._value(term) for term in slot.terms if term in self._rarity), default=None)

    def _weight(self, slot: Slot) -> float:
        best = self._best(slot)
        if best is not None:
            return best
        return 0.0 if slot.terms[0][0] in "#0123456789" else self._rarest * self._settings.unknown_weight


def _add(postings: dict[str, list[int]], slots: Iterable[Slot], place: int) -> None:
    for term in sorted({term for slot in slots for term in slot.terms}):
        postings[term].append(place)


def _rarity(entries: int, holding: int) -> float:
    return math.log(1 + (entries - holding + 0.5) / (holding + 0.5))


def _chance(coefficients: Mapping[str, float], signals: Mapping[str, float]) -> float:
    sum_ = sum(coefficients[name] * value for name, value in signals.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, sum_))))

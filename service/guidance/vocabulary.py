"""Read a question into terms: words without their endings, what they stand for in the guidance, and typos put right.

The same reading is made of the FAQ and of what a person asks, so that "preggers" meets "pregnant" and "Dysport" meets
"Botox". Nothing here decides what answers a question.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from rapidfuzz.distance import OSA

from service.guidance.guidance import Guidance
from service.guidance.names import fold

UNITS = {"hour": "hours", "hr": "hours", "h": "hours", "day": "days", "week": "weeks", "wk": "weeks", "month": "months"}

_CLAUSE = re.compile(r"[,;:!?()\n]+|\.(?!\d)| [-\u2013\u2014]+ ")
_GLUED_UNIT = re.compile(r"\b(\d+)(hours|hour|hrs|hr|h|days|day|d|weeks|week|wks|wk|w|months|month)\b", re.IGNORECASE)
_HOURS_OF = {"hours": 1, "days": 24, "weeks": 168}
_HOURS_OF_MONTH = 730
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_LONGEST_PHRASE = 5
_SHORTEST_JOINED = 6
_SHORTEST_PART = 3
_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
NUMBER_OF = {word: number for number, word in enumerate(_NUMBERS.split())} | {
    "twentyone": 21, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip


@dataclass(frozen=True)
class Word:
    """A folded word as corrected, and the number of its clause, which punctuation bounds."""

    text: str
    clause: int


@dataclass(frozen=True)
class Correction:
    """What was typed and what it was read as."""

    typed: str
    meant: str


@dataclass(frozen=True)
class Slot:
    """
    One thing that a question says, with all the terms that it can be found by.

    A term is a word without its ending, or begins with the sign of what it is: ``=`` a concept, ``~`` a treatment or a
    group of treatments, ``#`` a duration.
    """

    terms: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """A text as read. ``beyond`` says that it asks for something that the guidance does not speak of."""

    words: tuple[Word, ...]
    slots: tuple[Slot, ...]
    corrections: tuple[Correction, ...]
    beyond: bool

    @property
    def texts(self) -> tuple[str, ...]:
        """The words alone, in order."""
        return tuple(word.text for word in self.words)


class Vocabulary:
    """Every word that the guidance knows, and what it stands for. Made once."""

    def __init__(self, guidance: Guidance) -> None:
        search = guidance.search
        self._search = search
        self._stop_words = frozenset(fold(word) for word in search.stop_words)
        self._concepts = _concepts(guidance)
        self._beyond = _phrases((phrase, "beyond") for phrase in search.beyond)
        self._counts = Counter(_words_of(guidance))
        answers = (_PLACEHOLDER.sub(" ", entry.answer) for entry in guidance.faq.values())
        spoken = [
            *answers,
            *search.stop_words,
            *search.spared,
            *search.beyond,
            *_NUMBERS.split(),
            *UNITS,
            *UNITS.values(),
        ]
        self._known = frozenset(self._counts) | {word for phrase in spoken for word in fold(phrase).split()}
        self._stems = frozenset(map(stem, self._known))
        targets = (word for word in self._counts if word not in self._stop_words)
        self._near = _near(targets, search.typos.shortest_word, search.typos.two_from)

    def read(self, text: str) -> Reading:
        """Read *text*, of any length and in any language."""
        words, corrections = self._corrected(list(words_in(text)))
        stems = [stem(word.text) for word in words]
        return Reading(
            words=tuple(words),
            slots=tuple(dict.fromkeys(self._slots(stems, words))),
            corrections=tuple(dict.fromkeys(corrections)),
            beyond=any(True for _ in _matches(self._beyond, stems)),
        )

    def _slots(self, stems: Sequence[str], words: Sequence[Word]) -> Iterator[Slot]:
        meanings: dict[int, list[str]] = defaultdict(list)
        covered: set[int] = set()
        for start, length, terms in _matches(self._concepts, stems):
            if length == 1:
                meanings[start].extend(terms)
                continue
            covered.update(range(start, start + length))
            yield Slot(terms)
        durations = dict(_durations(words))
        counted = {index for start in durations for index in (start, start + 1)}
        for index, word in enumerate(words):
            own = meanings.get(index, [])
            is_bare = (
                word.text in self._stop_words or index in counted or (index in covered and not self.knows(word.text))
            )
            said = own if is_bare else [stems[index], *own]
            if said:
                yield Slot(tuple(dict.fromkeys(said)))
        yield from (Slot((term,)) for term in durations.values())

    def knows(self, word: str) -> bool:
        """Whether a folded word, or another form of it, stands in the guidance."""
        return word in self._known or stem(word) in self._stems

    def _corrected(self, typed: list[Word]) -> tuple[list[Word], list[Correction]]:
        words: list[Word] = []
        corrections: list[Correction] = []
        index = unknown = 0
        while index < len(typed):
            word = typed[index]
            after = typed[index + 1] if index + 1 < len(typed) else None
            unknown += not self.knows(word.text)
            is_typo_likely = unknown <= self._search.typos.most_words
            taken, meant = self._meant(word, after if after and after.clause == word.clause else None, is_typo_likely)
            before = " ".join(each.text for each in typed[index : index + taken])
            if before.replace(" ", "") != meant.replace(" ", ""):
                corrections.append(Correction(before, meant))
            words.extend(Word(text, word.clause) for text in meant.split())
            index += taken
        return words, corrections

    def _meant(self, word: Word, after: Word | None, is_typo_likely: bool) -> tuple[int, str]:
        """Return how many words were meant as one, and what was meant: one or two words."""
        if after is not None:
            joined = word.text + after.text
            if len(joined) >= _SHORTEST_JOINED and joined.isalpha() and joined in self._counts:
                return 2, joined
        if not is_typo_likely or self.knows(word.text) or not word.text.isalpha():
            return 1, word.text
        if (meant := self._closest(word.text)) is not None:
            return 1, meant
        return 1, self._parted(word.text) or word.text

    def _closest(self, word: str) -> str | None:
        """Return the known word that is a typo away, the commonest of several, or ``None``."""
        typos = self._search.typos
        if len(word) < typos.shortest_word or len(word) > typos.longest_word:
            return None
        most = 2 if len(word) >= typos.two_from else 1
        found = {each for key in _deletions(word, most) for each in self._near.get(key, ())}
        ranked = sorted(
            (distance, -self._counts[each], each)
            for each in found
            if (distance := OSA.distance(word, each, score_cutoff=most)) <= most
            and (distance == 1 or each[0] == word[0])
        )
        return ranked[0][2] if ranked else None

    def _parted(self, word: str) -> str | None:
        """Return two known words that were typed as one (``lipfiller``), or ``None``."""
        if not self._search.typos.two_from <= len(word) <= self._search.typos.longest_word:
            return None
        for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            first, second = word[:at], word[at:]
            if first in self._known and second in self._known:
                return f"{first} {second}"
        return None


def words_in(text: str) -> Iterator[Word]:
    """Yield the folded words of *text* with the number of their clause."""
    spelled = _GLUED_UNIT.sub(r"\1 \2", text.replace("%", " percent "))
    for clause, part in enumerate(_CLAUSE.split(spelled)):
        for word in fold(part).split():
            yield Word(word, clause)


def stem(word: str) -> str:
    """Take the ending off a folded word: ``bruises``, ``bruised`` and ``bruising`` become ``bruis``."""
    if len(word) < 4 or not word.isalpha():
        return word
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ness", ""), ("s", "")):
        if word.endswith(ending) and not (ending == "s" and word.endswith(("ss", "us", "is"))):
            word = word.removesuffix(ending) + instead
            break
    for ending in ("ing", "ed", "ly"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3 and any(vowel in rest for vowel in "aeiouy"):
            doubled = rest[-1] == rest[-2] and rest[-1] not in "lsz"
            word = rest[:-1] if doubled else rest
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def number_of(word: str) -> int | None:
    """Return what a folded word counts, in digits or in letters, or ``None``."""
    if word.isascii() and word.isdigit() and len(word) <= 4:
        return int(word)
    return NUMBER_OF.get(word)


def unit_of(word: str) -> str | None:
    """Return the unit that a folded word names, or ``None``."""
    return UNITS.get(word) or UNITS.get(word.removesuffix("s"))


def _durations(words: Sequence[Word]) -> Iterator[tuple[int, str]]:
    """Yield the place of each number with a unit, and its term: ``14 days`` and ``two weeks`` have the same."""
    for index, (first, second) in enumerate(pairwise(words)):
        number, unit = number_of(first.text), unit_of(second.text)
        if number is None or unit is None:
            continue
        hours = number * _HOURS_OF.get(unit, _HOURS_OF_MONTH)
        is_months = hours >= _HOURS_OF["weeks"] * 4
        yield index, f"#{round(hours / _HOURS_OF_MONTH)}months" if is_months else f"#{hours}hours"


def _concepts(guidance: Guidance) -> Mapping[str, Mapping[tuple[str, ...], tuple[str, ...]]]:
    """Return what phrases stand for, from the guidance's own names and from the search's synonyms."""
    groups = [group for group in guidance.exposure_groups.values() if group.id in guidance.search.groups]

    def of_treatment(treatment: str) -> Iterator[str]:
        yield f"~{treatment}"
        yield from (f"~~{group.id}" for group in groups if treatment in group.treatments)

    pairs: list[tuple[str, str]] = []
    for name, treatment in guidance.names.items():
        pairs.extend((name, term) for term in of_treatment(treatment))
    for area in guidance.areas.values():
        pairs.extend((name, f"=area.{area.id}") for name in (area.id, area.label, *area.aliases))
    for condition in guidance.conditions.values():
        pairs.extend((name, f"=condition.{condition.id}") for name in condition.lay_terms)
    for concept in guidance.search.concepts:
        pairs.extend((phrase, f"={concept.id}") for phrase in concept.phrases)
    return _phrases(pairs)


def _phrases(pairs: Iterable[tuple[str, str]]) -> Mapping[str, Mapping[tuple[str, ...], tuple[str, ...]]]:
    """Return terms by the stems of their phrase, the phrases by their first stem."""
    found: dict[str, dict[tuple[str, ...], tuple[str, ...]]] = defaultdict(dict)
    for phrase, term in pairs:
        key = tuple(map(stem, fold(phrase).split()))
        if 0 < len(key) <= _LONGEST_PHRASE:
            found[key[0]][key] = tuple(dict.fromkeys((*found[key[0]].get(key, ()), term)))
    return found


def _matches(
    phrases: Mapping[str, Mapping[tuple[str, ...], tuple[str, ...]]], stems: Sequence[str]
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield start, length and terms of every phrase in *stems*, the ones inside others too."""
    for start, first in enumerate(stems):
        for key, terms in phrases.get(first, {}).items():
            if tuple(stems[start : start + len(key)]) == key:
                yield start, len(key), terms


def _words_of(guidance: Guidance) -> Iterator[str]:
    """Yield every word that a typo may be put right to."""
    texts: list[str] = [*guidance.names]
    for entry in guidance.faq.values():
        texts.extend((entry.question, *entry.paraphrases))
    for area in guidance.areas.values():
        texts.extend((area.label, *area.aliases))
    for condition in guidance.conditions.values():
        texts.extend(condition.lay_terms)
    for concept in guidance.search.concepts:
        texts.extend(concept.phrases)
    for text in texts:
        yield from (word for word in fold(text).split() if word.isalpha())


def _near(words: Iterable[str], shortest: int, two_from: int) -> Mapping[str, tuple[str, ...]]:
    """Return words by what is left of them after one letter is taken out, or two where a long word may be meant."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        if len(word) >= shortest:
            for key in _deletions(word, 2 if len(word) >= two_from - 2 else 1):
                found[key].append(word)
    return {key: tuple(each) for key, each in found.items()}


def _deletions(word: str, most: int) -> set[str]:
    keys = {word}
    for count in range(1, most + 1):
        for gone in combinations(range(len(word)), count):
            keys.add("".join(letter for index, letter in enumerate(word) if index not in gone))
    return keys

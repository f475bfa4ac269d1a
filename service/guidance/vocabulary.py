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

from service.guidance.features import Blocks, Term, blocks_of
from service.guidance.guidance import Guidance
from service.guidance.names import fold
from service.guidance.spelling import Spelling

UNITS = {"hour": "hours", "hr": "hours", "h": "hours", "day": "days", "week": "weeks", "wk": "weeks", "month": "months"}

_CLAUSE = re.compile(r"[,;:!?()\n]+|\.(?!\d)| [-\u2013\u2014]+ ")
_GLUED_UNIT = re.compile(r"\b(\d+)(hours|hour|hrs|hr|h|days|day|d|weeks|week|wks|wk|w|months|month)\b", re.IGNORECASE)
_HOURS_OF = {"hours": 1, "days": 24, "weeks": 168}
_HOURS_OF_MONTH = 730
_MEANINGS = "=~#"
_LONGEST_PHRASE = 5
_SHORTEST_CORRECTED = 5
_SHORTEST_JOINED = 6
_SHORTEST_PARTED, _LONGEST_PARTED, _SHORTEST_PART = 8, 18, 3
_MOST_UNKNOWN = 20
"""After so many unknown words of one text no more is put right: it is no English that we know."""
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

    said: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """
    A text as read.

    Args:
        folded: As it was typed, without case and punctuation.
        strange: How many words nobody uses of what the guidance speaks of.
    """

    words: tuple[Word, ...]
    slots: tuple[Slot, ...]
    corrections: tuple[Correction, ...]
    folded: str
    strange: int

    @property
    def stems(self) -> frozenset[str]:
        """The words that tell one question from another, without their endings."""
        return frozenset(term for slot in self.slots for term in slot.terms if term[0] not in _MEANINGS)

    @property
    def meanings(self) -> frozenset[str]:
        """What the words stand for."""
        return frozenset(term for slot in self.slots for term in slot.terms if term[0] in _MEANINGS)

    def blocks(self) -> Blocks:
        """Return what a learned model looks at: words, what they stand for, pairs of both, and runs of letters."""
        words, pairs, letters = blocks_of([Term(word.text, stem(word.text)) for word in self.words])
        meanings = sorted(self.meanings)
        return words.union(meanings), pairs.union(map("".join, combinations(meanings, 2))), letters


class Vocabulary:
    """Every word that the guidance knows, and what it stands for. Made once."""

    def __init__(self, guidance: Guidance) -> None:
        self._stop_words = frozenset(fold(word) for word in guidance.search.stop_words)
        self._concepts = _concepts(guidance)
        own = Counter(_own_words(guidance))
        known = guidance.words
        counts = known.with_used({word: max(count, known.get(word, 0)) for word, count in own.items()})
        self._spelling = Spelling(counts, _SHORTEST_CORRECTED)
        self._own = frozenset(own)
        self._pairs = frozenset(pair for name in guidance.names for pair in pairwise(name.split()))
        self._used = counts.used

    def read(self, text: str) -> Reading:
        """Read *text*, of any length and in any language."""
        words, corrections = self._corrected(list(words_in(text)))
        return Reading(
            words=tuple(words),
            slots=tuple(dict.fromkeys(self._slots(words))),
            corrections=tuple(dict.fromkeys(corrections)),
            folded=fold(text),
            strange=sum(self._is_strange(word.text) for word in words),
        )

    def stems(self, text: str) -> frozenset[str]:
        """Return the words of *text* that tell one question from another, without their endings, nothing put right."""
        return frozenset(stem(word) for word in fold(text).split() if word not in self._stop_words)

    def knows(self, word: str) -> bool:
        """Whether a folded word is right as it stands."""
        return self._spelling.knows(word)

    def _is_strange(self, word: str) -> bool:
        return word not in self._used and word not in self._stop_words and not word.isdigit()

    def _slots(self, words: Sequence[Word]) -> Iterator[Slot]:
        stems = [stem(word.text) for word in words]
        meanings: dict[int, list[str]] = defaultdict(list)
        for start, length, terms in _matches(self._concepts, stems):
            if length == 1:
                meanings[start].extend(terms)
            else:
                yield Slot(" ".join(word.text for word in words[start : start + length]), terms)
        for index, word in enumerate(words):
            said = [stems[index]] if word.text not in self._stop_words else []
            if terms := (*said, *dict.fromkeys(meanings.get(index, ()))):
                yield Slot(word.text, terms)
        for start, term in _durations(words):
            yield Slot(f"{words[start].text} {words[start + 1].text}", (term,))

    def _corrected(self, typed: list[Word]) -> tuple[list[Word], list[Correction]]:
        words: list[Word] = []
        corrections: list[Correction] = []
        index = unknown = 0
        while index < len(typed):
            word = typed[index]
            after = typed[index + 1] if index + 1 < len(typed) else None
            unknown += not self.knows(word.text)
            is_typo_likely = unknown <= _MOST_UNKNOWN
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
            is_word = len(joined) >= _SHORTEST_JOINED and joined.isalpha() and joined in self._own
            if is_word and (word.text, after.text) not in self._pairs:
                return 2, joined
        if not is_typo_likely or self.knows(word.text) or not word.text.isalpha():
            return 1, word.text
        meant = self._spelling.corrected(word.text)
        return 1, meant if meant != word.text else self._parted(word.text) or word.text

    def _parted(self, word: str) -> str | None:
        """Return two known words that were typed as one (``lipfiller``), or ``None``."""
        if not _SHORTEST_PARTED <= len(word) <= _LONGEST_PARTED:
            return None
        for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            if word[:at] in self._used and word[at:] in self._used:
                return f"{word[:at]} {word[at:]}"
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
    for shared in guidance.product_words.shared:
        pairs.extend((shared.name, term) for treatment in shared.treatments for term in of_treatment(treatment))
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


def _own_words(guidance: Guidance) -> Iterator[str]:
    """Yield every word of the names in the guidance. What people ask may be misspelt; these are not."""
    texts: list[str] = [*guidance.names, *(shared.name for shared in guidance.product_words.shared)]
    for area in guidance.areas.values():
        texts.extend((area.label, *area.aliases))
    for condition in guidance.conditions.values():
        texts.extend(condition.lay_terms)
    for concept in guidance.search.concepts:
        texts.extend(concept.phrases)
    for text in texts:
        yield from (word for word in fold(text).split() if word.isalpha())

"""What a text says of a sign beside its name: how bad, where it goes, how it began, where it is, how long already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from itertools import pairwise

from service.guidance.guidance import Guidance
from service.guidance.reading.found import Found
from service.guidance.reading.phrases import Spot
from service.guidance.reading.status import is_negated
from service.guidance.reading.tokens import Token
from service.guidance.records import ReadingTexts

_WORDS_BEFORE_UNIT = 6
_LONGEST_NUMBER = 3
_WORDS_TO_AGO = 8
_AGO = frozenset({"ago", "back", "earlier", "on", "in", "out", "later"})
_AFTER = frozenset({"after", "post", "since", "following", "ago", "from", "past"})
_WORDS_TO_DAY = 3
_ONE = frozenset({"a", "an", "one", "last", "half"})


class Details:
    """What a text says of its signs: found once for each clause, however many signs that names."""

    def __init__(self, guidance: Guidance, found: Found) -> None:
        self._guidance = guidance
        self._found = found
        self._values: dict[tuple[int, str], list[str]] = {}
        self._areas: dict[int, frozenset[str]] = {}

    def values(self, spot: Spot, kind: str) -> list[str]:
        """Return the codes said of the sign, in its clause or in a clause that names no sign."""
        key = (self._found.token(spot).clause, kind)
        if key not in self._values:
            marks = (*self._found.in_clause(spot, kind), *self._found.apart[kind])
            self._values[key] = list(dict.fromkeys(mark.code for mark in marks if not is_negated(self._found, mark)))
        return self._values[key]

    def areas(self, spot: Spot) -> frozenset[str]:
        """Return the areas and places in the clause of the sign, but for those of a treatment ("lip filler")."""
        clause = self._found.token(spot).clause
        if clause not in self._areas:
            self._areas[clause] = frozenset(
                mark.code for mark in self._found.in_clause(spot, "area") if not self._is_of_treatment(mark)
            )
        return self._areas[clause]

    def _is_of_treatment(self, area: Spot) -> bool:
        following = self._found.tokens[area.last + 1 : area.last + 2]
        return any(token.word in self._guidance.reading.treatment_words for token in following)


def hours_by_sentence(guidance: Guidance, found: Found, lasting: Set[int] = frozenset()) -> dict[int, int]:
    """
    Return the hours that each sentence tells, the most where it tells several, keyed by its number.

    Args:
        lasting: Sentences that say that something has not gone, besides those that say so in known words.
    """
    texts = guidance.reading
    lingering = {found.token(mark).sentence for mark in found.marks["lingering"]} | lasting
    hours: dict[int, int] = {}
    for index, token in enumerate(found.tokens):
        told = _since(texts, found.tokens, index) or _for(texts, found.tokens, index)
        if not told and token.sentence in lingering:
            told = _counted(texts, found.tokens, index)
        if told:
            hours[token.sentence] = max(told, hours.get(token.sentence, 0))
    return hours


def _counted(texts: ReadingTexts, tokens: Sequence[Token], index: int) -> int | None:
    """Read "3 weeks" or "day 4", its unit at *index*, where the sentence says that something has not gone."""
    unit = texts.unit_hours.get(tokens[index].word)
    if unit is None:
        return None
    around = [token.word for token in tokens[max(0, index - 1) : index + 2] if token is not tokens[index]]
    return unit * max((_number(texts, word) for word in around), default=0) or None


def hours_of(found: Found, spot: Spot, hours: Mapping[int, int]) -> int | None:
    """Return the hours that the sign has lasted, as its sentence says, or one that names no sign."""
    own = found.token(spot).sentence
    return max(
        (each for sentence, each in hours.items() if sentence == own or sentence not in found.sentences_with_signs),
        default=None,
    )


def hours_since(texts: ReadingTexts, tokens: Sequence[Token], first: int, last: int) -> int | None:
    """Read how long ago a treatment was: "filler was 6 months ago", "6 months after filler", "2 years post filler"."""
    clause = tokens[first].clause
    behind = [token.word for token in tokens[last + 1 :][:_WORDS_TO_AGO] if token.clause == clause]
    before = [token.word for token in tokens[max(0, first - _WORDS_TO_AGO) : first] if token.clause == clause]
    return (
        _hours_to(texts, behind, _AGO)
        or _hours_to(texts, before, _AFTER)
        or _day_of(texts, behind[:_WORDS_TO_DAY])
        or _day_of(texts, before[-_WORDS_TO_DAY:])
        or _last(texts, behind[:_WORDS_TO_DAY])
    )


def _hours_to(texts: ReadingTexts, words: Sequence[str], ends: frozenset[str]) -> int | None:
    """Read "6 months", "a week" or "years" before one of the words that end it, at most one word between."""
    for index, word in enumerate(words):
        if word in texts.unit_hours and not ends.isdisjoint(words[index + 1 : index + 3]):
            before = words[max(0, index - 2) : index]
            number = max((_number(texts, each) for each in before), default=0) or _unsaid_number(word, before)
            if number:
                return texts.unit_hours[word] * number
    return None


def _unsaid_number(unit: str, before: Sequence[str]) -> int:
    """Count "a week" as one, "weeks" as two; "day 4" tells its number elsewhere."""
    return 2 if unit.endswith("s") else int(not _ONE.isdisjoint(before))


def _day_of(texts: ReadingTexts, words: Sequence[str]) -> int | None:
    """Read "day 6" or "week two"."""
    for unit, number in pairwise(words):
        if unit in texts.unit_hours and (count := _number(texts, number)):
            return texts.unit_hours[unit] * count
    return None


def _last(texts: ReadingTexts, words: Sequence[str]) -> int | None:
    """Read "last month"."""
    told = (texts.unit_hours[unit] for last, unit in pairwise(words) if last == "last" and unit in texts.unit_hours)
    return next(told, None)


def _since(texts: ReadingTexts, tokens: Sequence[Token], index: int) -> int | None:
    """Read "since yesterday", its last word or words at *index*."""
    if index == 0 or tokens[index - 1].word != "since":
        return None
    words = [token.word for token in tokens[index : index + 2]]
    return texts.lasting_since.get(" ".join(words)) or texts.lasting_since.get(words[0])


def _for(texts: ReadingTexts, tokens: Sequence[Token], index: int) -> int | None:
    """Read "still red after 4 days" or "for a week", its unit at *index*."""
    unit = texts.unit_hours.get(tokens[index].word)
    before = [token.word for token in tokens[max(0, index - _WORDS_BEFORE_UNIT) : index]]
    back = next((back for back in (1, 2) if len(before) >= back and _number(texts, before[-back])), None)
    if unit is None or back is None:
        return None
    told = [*before[-back - 3 : -back], *(token.word for token in tokens[index + 1 : index + 2])]
    return unit * _number(texts, before[-back]) if not set(told).isdisjoint(texts.lasting) else None


def _number(texts: ReadingTexts, word: str) -> int:
    """Read a number, 0 where it is none."""
    if word.isdecimal() and len(word) <= _LONGEST_NUMBER:
        return int(word)
    return texts.number_words.get(word, 0)

"""What a text says of a sign beside its name: how bad, where it goes, how it began, where it is, how long already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service.guidance.guidance import Guidance
from service.guidance.reading.found import Found
from service.guidance.reading.phrases import Spot
from service.guidance.reading.status import is_negated
from service.guidance.reading.tokens import Token
from service.guidance.records import ReadingTexts

_WORDS_BEFORE_UNIT = 6
_LONGEST_NUMBER = 3
_WORDS_TO_AGO = 8
_AGO = frozenset({"ago", "back", "earlier"})
_AFTER = frozenset({"after", "post", "since", "following", "ago", "from"})


def values_of(found: Found, spot: Spot, kind: str) -> list[str]:
    """Return the codes said of the sign, in its clause or in a clause that names no sign."""
    own = found.in_clause(spot, kind)
    codes: dict[str, None] = {}
    for mark in (*own, *found.apart[kind]):
        if mark.code not in codes and not is_negated(found, mark):
            codes[mark.code] = None
    return list(codes)


def areas_of(guidance: Guidance, found: Found, spot: Spot) -> frozenset[str]:
    """Return the areas and places in the clause of the sign, but for those of a treatment ("lip filler")."""
    return frozenset(
        mark.code
        for mark in found.in_clause(spot, "area")
        if not any(token.word in guidance.reading.treatment_words for token in found.tokens[mark.last + 1 :][:1])
    )


def hours_by_sentence(guidance: Guidance, found: Found) -> dict[int, int]:
    """Return the hours that each sentence tells, the most where it tells several, keyed by its number."""
    hours: dict[int, int] = {}
    for index, token in enumerate(found.tokens):
        told = _since(guidance.reading, found.tokens, index) or _for(guidance.reading, found.tokens, index)
        if told:
            hours[token.sentence] = max(told, hours.get(token.sentence, 0))
    return hours


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
    return _hours_to(texts, behind, _AGO) or _hours_to(texts, before, _AFTER)


def _hours_to(texts: ReadingTexts, words: Sequence[str], ends: frozenset[str]) -> int | None:
    """Read "6 months" before one of the words that end it, at most one word between."""
    for index, word in enumerate(words):
        if word in texts.unit_hours and not ends.isdisjoint(words[index + 1 : index + 3]):
            number = max((_number(texts, each) for each in words[max(0, index - 2) : index]), default=0)
            return texts.unit_hours[word] * max(number, 1)
    return None


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

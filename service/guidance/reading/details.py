"""What a text says of a sign beside its name: how bad, where it goes, how it began, where it is, how long already."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set

from service.guidance.guidance import Guidance
from service.guidance.reading.found import Found
from service.guidance.reading.phrases import Spot
from service.guidance.reading.status import is_negated
from service.guidance.reading.tokens import Token
from service.guidance.reading.told_times import Told

_WORDS_TO_AGO = 8
_AGO = frozenset({"ago", "back", "earlier", "on", "in", "out", "later"})
_AFTER = frozenset({"after", "post", "since", "following", "ago", "from", "past"})
_FROM = frozenset({"since", "until", "till", "from"})
_BEGAN = frozenset({"started", "began", "came", "noticed", "appeared"})
_WORDS_TO_DAY = 3
_WORDS_TO_MOMENT = 5
_WORDS_TO_SINCE = 5
_WORDS_TO_BEGIN = 4


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
    Return the hours that something has lasted by each sentence, the most where it tells several, keyed by its number.

    Args:
        lasting: Sentences that say that something has not gone, besides those that say so in known words.
    """
    lingering = {found.token(mark).sentence for mark in found.marks["lingering"]} | lasting
    words_of_lasting = frozenset(guidance.reading.lasting)
    hours: dict[int, int] = {}
    for told in found.times:
        sentence = found.tokens[told.first].sentence
        lasts = told.kind != "unsaid" and (sentence in lingering or _lasts(found.tokens, told, words_of_lasting))
        if lasts and told.hours >= 1:
            hours[sentence] = max(int(told.hours), hours.get(sentence, 0))
    return hours


def hours_of(found: Found, spot: Spot, hours: Mapping[int, int]) -> int | None:
    """Return the hours that the sign has lasted, as its sentence says, or one that names no sign."""
    own = found.token(spot).sentence
    return max(
        (each for sentence, each in hours.items() if sentence == own or sentence not in found.sentences_with_signs),
        default=None,
    )


def _lasts(tokens: Sequence[Token], told: Told, words_of_lasting: Set[str]) -> bool:
    """Tell "for a week", "still red after 4 days", "since the filler on Tuesday"."""
    before = [token.word for token in _before(tokens, told, _WORDS_TO_SINCE)]
    if told.kind == "moment":
        return "since" in before or before[-1:] == ["from"]
    behind = [token.word for token in tokens[told.last + 1 : told.last + 1 + _WORDS_TO_BEGIN]]
    if behind[:1] == ["ago"] and not _BEGAN.isdisjoint(behind):  # "3 hrs ago it started"
        return True
    return told.kind == "amount" and not words_of_lasting.isdisjoint([*before[-3:], *behind[:1]])


def _before(tokens: Sequence[Token], told: Told, words: int) -> Sequence[Token]:
    """Return the words before a time in its clause."""
    clause = tokens[told.first].clause
    return [token for token in tokens[max(0, told.first - words) : told.first] if token.clause == clause]


def hours_since(found: Found, spot: Spot) -> int | None:
    """
    Read how long ago a treatment was: "filler was 6 months ago", "6 months after filler", "botox on Tuesday".

    ``None`` where the text does not say, or not for certain: an unknown time counts as inside every window.
    """
    clause, part = found.token(spot).clause, found.token(spot).part
    times = [told for told in found.times if told.is_certain and found.tokens[told.last].clause == clause]
    behind = [told for told in times if told.first - spot.last > 0 and told.last - spot.last <= _WORDS_TO_AGO]
    before = [told for told in times if spot.first - told.last > 0 and spot.first - told.first <= _WORDS_TO_AGO]
    candidates = (
        *(told for told in behind if _ends(found.tokens, told, _AGO) or _is_learners_ago(found.tokens, told)),
        *(told for told in before if _ends(found.tokens, told, _AFTER)),
        *(told for told in behind if told.kind == "day" and told.first - spot.last <= _WORDS_TO_DAY),
        *(told for told in before if told.kind == "day" and spot.first - told.last <= _WORDS_TO_DAY),
        *(
            told
            for told in (*behind, *before)
            if told.kind == "moment"
            and found.tokens[told.last].part == part
            and max(told.first - spot.last, spot.first - told.last) <= _WORDS_TO_MOMENT
            and not _is_since(found.tokens, told)
        ),
    )
    return next((math.ceil(told.hours) for told in candidates), None)


def _ends(tokens: Sequence[Token], told: Told, ends: frozenset[str]) -> bool:
    """Tell an amount with one of the words that end it behind it, at most one word between."""
    clause = tokens[told.last].clause
    behind = [token.word for token in tokens[told.last + 1 : told.last + 3] if token.clause == clause]
    return told.kind in ("amount", "unsaid") and not ends.isdisjoint(behind)


def _is_learners_ago(tokens: Sequence[Token], told: Told) -> bool:
    """Tell "botox before one week"."""
    return told.kind == "amount" and [token.word for token in _before(tokens, told, 1)] == ["before"]


def _is_since(tokens: Sequence[Token], told: Told) -> bool:
    """Tell a moment from which something else goes on: "filler, red since Tuesday"."""
    return any(token.word in _FROM for token in _before(tokens, told, 1))

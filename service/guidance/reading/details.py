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
from service.guidance.records.reading import ReadingTexts

_WORDS_TO_AGO = 8
_AGO = frozenset({"ago", "back", "earlier", "on", "in", "out", "later"})
_AGO_ALONE = frozenset({"ago", "back", "earlier"})
_ON = frozenset({"on"})
_AFTER = frozenset({"after", "post", "since", "following", "ago", "from", "past"})
_IS = frozenset({"its", "now", "is"})
_SINCE_THEN = frozenset({"after", "post", "following"})
_ABOUT = frozenset({"about", "nearly", "almost", "over", "past"})
_FROM = frozenset({"since", "until", "till", "from"})
_BEGAN = frozenset({"started", "began", "came", "noticed", "appeared"})
_WORDS_TO_DAY = 3
_WORDS_TO_MOMENT = 5
_WORDS_TO_SINCE = 5
_WORDS_TO_BEGIN = 4
_WORDS_TO_CONDITION = 3
_WORDS_TO_OLD = 4
_DAY, _MINUTES = 24, 60
_YEAR = 365 * _DAY
_LONGEST_MOMENT = 31 * _DAY
"""Hours from which a moment has to be told with "since": "I still talk of 2009"."""
_BARE = 3
"""Words at the beginning of a sentence in which a time is told of what was said before: "Three days now."."""


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
            apart = (mark for mark in self._found.apart[kind] if self._is_of_a_sign(mark))
            marks = (*self._found.in_clause(spot, kind), *apart)
            self._values[key] = list(dict.fromkeys(mark.code for mark in marks if self._counts(mark)))
        return self._values[key]

    def _is_of_a_sign(self, mark: Spot) -> bool:
        """Whether a detail in a clause that names no sign is said of one: of "it", of a part of the body, or alone."""
        found = self._found
        words = [token for token in found.tokens if token.sentence == found.token(mark).sentence]
        return (
            mark.first - found.words_of_clauses[found.token(mark).clause].start < _BARE
            or bool(found.in_clause(mark, "area"))
            or any(token.word in self._guidance.reading.told_of_it for token in words)
        )

    def _counts(self, mark: Spot) -> bool:
        """Whether a detail is said: not denied, and not thought of ("if it gets worse")."""
        part = self._found.token(mark).part
        return not is_negated(self._found, mark) and not any(
            0 < mark.first - before.last <= _WORDS_TO_CONDITION and self._found.token(before).part == part
            for before in self._found.in_clause(mark, "conditional")
        )

    def denied(self, spot: Spot, kind: str) -> frozenset[str]:
        """Return the codes that the sentence of the sign denies: "no worse", "not awful"."""
        return frozenset(mark.code for mark in self._found.in_sentence(spot, kind) if is_negated(self._found, mark))

    def in_sentence(self, spot: Spot, kind: str) -> frozenset[str]:
        """Return the codes said in the sentence of the sign."""
        return frozenset(mark.code for mark in self._found.in_sentence(spot, kind) if self._counts(mark))

    def is_severe(self, spot: Spot) -> bool:
        """Whether the text says of this sign what its escalation means by severe: "my eye won't shut at all"."""
        own = self._found.token(spot).sentence
        beside = {
            self._found.token(mark).sentence
            for mark in self._found.marks["severe_when"]
            if mark.code == spot.code and not is_negated(self._found, mark)
        }
        if any(sentence == own or sentence not in self._found.sentences_with_signs for sentence in beside):
            return True
        after = self._guidance.reading.severe_after.get(spot.code)
        return after is not None and any(
            told.kind == "amount"
            and told.hours * _MINUTES >= after.minutes
            and any(
                token.word in after.beside and token.sentence == self._found.tokens[told.first].sentence
                for token in self._found.tokens
            )
            for told in self._found.times
        )

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
        part = self._found.tokens[area.last].part
        return any(token.word in self._guidance.reading.treatment_words and token.part == part for token in following)


def hours_by_sentence(guidance: Guidance, found: Found, lasting: Set[int] = frozenset()) -> dict[int, int]:
    """
    Return the hours that something has lasted by each sentence, the most where it tells several, keyed by its number.

    Args:
        lasting: Sentences that say that something has not gone, besides those that say so in known words.
    """
    texts = guidance.reading
    lingering = {found.token(mark).sentence for mark in found.marks["lingering"]} | lasting
    words_of_lasting = frozenset(texts.lasting)
    hours: dict[int, int] = {}
    since = [
        told
        for told in found.times
        if _lasts(found.tokens, told, words_of_lasting) and not _is_of_another(texts, found.tokens, told)
    ]
    explicit = {found.tokens[told.first].sentence for told in since}
    for told in found.times:
        sentence = found.tokens[told.first].sentence
        if told.kind == "age" and _is_age_of_sign(found, told):
            hours[sentence] = max(int(told.hours), hours.get(sentence, 0))
        if told.kind in ("unsaid", "age", "pregnancy") or told.hours < 1 or _is_of_another(texts, found.tokens, told):
            continue
        if sentence not in found.sentences_with_signs and not _is_of_it(texts, found, told, sentence in lingering):
            continue
        lingers = sentence in lingering and not (told.kind == "moment" and told.hours > _LONGEST_MOMENT)
        of_another = told not in since and _is_of_a_treatment(found, told)  # "since noon, Botox last week"
        if sentence in explicit and (of_another or _ends(found.tokens, told, _AFTER)):
            lingers = False
        if lingers or told.kind == "span" or _lasts(found.tokens, told, words_of_lasting) or _is_bare(found, told):
            hours[sentence] = max(int(told.hours), hours.get(sentence, 0))
    return hours


def _is_of_a_treatment(found: Found, told: Told) -> bool:
    """Tell when a treatment was: a moment right before or behind it."""
    clause, part = found.tokens[told.first].clause, found.tokens[told.first].part
    marks = [mark for kind in ("treatment", "exposure") for mark in found.in_clause_number(clause, kind)]
    return told.kind == "moment" and any(
        found.token(mark).part == part and max(told.first - mark.last, mark.first - told.last) <= _WORDS_TO_MOMENT
        for mark in marks
    )


def _is_age_of_sign(found: Found, told: Told) -> bool:
    """Tell "the bruise is seventeen days old" from "I am 66 years old" and "a week old filler"."""
    clause = found.tokens[told.first].clause
    treatments = [mark for kind in ("treatment", "exposure") for mark in found.in_clause_number(clause, kind)]
    return (
        told.hours < _YEAR
        and any(spot.last < told.first and found.token(spot).clause == clause for spot in found.signs)
        and not any(0 < mark.first - told.last <= _WORDS_TO_OLD for mark in treatments)
    )


def _is_of_another(texts: ReadingTexts, tokens: Sequence[Token], told: Told) -> bool:
    """Tell what is no time that something has lasted: "every two weeks", "once a year", "a couple of days off"."""
    if told.kind != "amount":
        return False
    part = tokens[told.first].part
    before = [token.word for token in tokens[max(0, told.first - 1) : told.first] if token.part == part]
    behind = [token.word for token in tokens[told.last + 1 : told.last + 2] if token.part == part]
    return not (set(before).isdisjoint(texts.not_lasting_behind) and set(behind).isdisjoint(texts.not_lasting_ahead))


def _is_of_it(texts: ReadingTexts, found: Found, told: Told, lingers: bool) -> bool:
    """Tell whether a sentence that names no sign tells the time of one: "It has been there for 2 weeks."."""
    if told.kind == "moment" and told.hours > _LONGEST_MOMENT:
        return False
    words = [token for token in found.tokens if token.sentence == found.tokens[told.first].sentence]
    begins = found.tokens[told.first].start <= words[min(_BARE, len(words) - 1)].start
    return lingers or begins or any(token.word in texts.told_of_it for token in words)


def _is_bare(found: Found, told: Told) -> bool:
    """Tell days beside a sign and nothing else: "cheeks so itchy 3 days", where no treatment is named."""
    clause = found.tokens[told.first].clause
    behind = [token.word for token in found.tokens[told.last + 1 : told.last + 2] if token.clause == clause]
    return (
        told.kind == "amount"
        and told.hours >= _DAY
        and clause in found.clauses_with_signs
        and not any(found.in_clause_number(clause, kind) for kind in ("exposure", "treatment", "condition"))
        and _AFTER.union(_AGO).difference(_ON).isdisjoint(behind)
    )


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
    if told.kind == "day":  # "well, it's day five"
        return not _IS.isdisjoint(before[-1:])
    if told.kind == "moment":
        return "since" in before or (before[-1:] == ["from"] and told.hours <= _LONGEST_MOMENT)
    behind = [token.word for token in tokens[told.last + 1 : told.last + 1 + _WORDS_TO_BEGIN]]
    if behind[:1] and behind[0] in _AGO_ALONE:  # "3 hrs ago it started"
        return not _BEGAN.isdisjoint(behind) or not _BEGAN.isdisjoint(before)
    about = _ABOUT if behind[:1] and behind[0] in _SINCE_THEN else frozenset[str]()  # "about a day after the facial"
    return told.kind == "amount" and not (words_of_lasting - about).isdisjoint([*before[-3:], *behind[:1]])


def _before(tokens: Sequence[Token], told: Told, words: int) -> Sequence[Token]:
    """Return the words before a time in its clause; of an amount, in its part: "since noon, 6 days after Botox"."""
    first = tokens[told.first]
    return [
        token
        for token in tokens[max(0, told.first - words) : told.first]
        if (token.part == first.part if told.kind == "amount" else token.clause == first.clause)
    ]


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
        *(told for told in before if told.kind == "age" and spot.first - told.last <= _WORDS_TO_OLD),
        *(told for told in behind if told.kind == "day" and told.first - spot.last <= _WORDS_TO_DAY),
        *(told for told in before if told.kind == "day" and spot.first - told.last <= _WORDS_TO_DAY),
        *(
            told
            for told in (*behind, *before)
            if told.kind == "moment"
            and found.tokens[told.last].part == part
            and max(told.first - spot.last, spot.first - told.last) <= _WORDS_TO_MOMENT
            and (not _is_since(found.tokens, told) or _is_dated(found.tokens, spot, told))
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


def _is_dated(tokens: Sequence[Token], spot: Spot, told: Told) -> bool:
    """Tell "my filler from 2022"."""
    return told.hours > _LONGEST_MOMENT and told.first - spot.last == 2 and tokens[told.first - 1].word == "from"


def _is_since(tokens: Sequence[Token], told: Told) -> bool:
    """Tell a moment from which something else goes on: "filler, red since Tuesday"."""
    return any(token.word in _FROM for token in _before(tokens, told, 1))

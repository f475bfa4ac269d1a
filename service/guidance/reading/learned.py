"""
The second reader: signs that no phrase names, found by a model that learned how people describe them.

It adds, and of words that mostly mean something else it tells whether they name the sign. It looks at a sentence in two
ways, and goes by the mean of both: at its words, pairs of words and letters, and at windows of words in their order. A
word is marked where it is denied, only asked about, or claimed by an idiom. What it adds shows the words that weighed
most.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from operator import itemgetter

from service.guidance.features import Term
from service.guidance.guidance import Guidance
from service.guidance.linear_model import LinearModel, chance, sum_of
from service.guidance.reading.found import Found
from service.guidance.reading.phrases import Spot
from service.guidance.reading.status import denied_words, status_of_spot
from service.guidance.reading.tokens import Token, Tokenizer
from service.guidance.reading.unread import Unread, clauses_of
from service.guidance.records.common import Level
from service.guidance.report import Status
from service.guidance.stretches import Column, Rows, Stretches, Weighed, Weigher
from service.guidance.window_model import One, Part, Passed

GRAVE, ANYTHING, FOREIGN, ORDINARY = "=grave", "=anything", "=foreign", "=ordinary"
"""
Labels that are no signs: that something needs somebody today, that something is there at all, and that the text is in
another language.
"""
LONGEST, STEP = 30, 15
"""Words that are read at a time, and how far the next look begins behind the last."""
WORSENING, SPREADING, SEVERE, LASTING = "worsening", "spreading", "severe", "lasting"
DETAILS = (WORSENING, SPREADING, SEVERE, LASTING)
"""The labels of the model that hears how a sign goes."""
_SIGNS, _DETAILS = 0, 1
"""The places of the two linear models beside each other."""
_PERSON, _NUMBER = "=person", "=number"
_SHARE_OF_SPAN = 0.3
COMPLAINING = 0.3
FEWEST = 3
"""Words that can be a statement of their own."""


@dataclass(frozen=True)
class _Text:
    """The words of one text, prepared for both ways of looking."""

    stretches: Stretches
    passed: Passed
    weighed: dict[range, Weighed]
    by_order: dict[range, list[float]]
    lanes: dict[range, list[array[int]]]


@dataclass(frozen=True)
class Look:
    """
    What the model makes of a text.

    Args:
        signs: Each at the words that weighed most.
        pieces: The stretches that were looked at by themselves, by the number of the sentence.
        strange: The numbers of the words that are no English ones.
        is_plain: Whether it is written in ASCII alone.
    """

    signs: tuple[Spot, ...]
    pieces: Mapping[int, Sequence[range]]
    text: _Text
    strange: frozenset[int]
    is_plain: bool
    reader: LearnedReader

    @cached_property
    def is_foreign(self) -> bool:
        """Whether the text is in another language than English. Where it has English words alone it is in none."""
        if not self.strange and self.is_plain:
            return False
        return self.reader.is_foreign(self.text, [piece for pieces in self.pieces.values() for piece in pieces])

    def heard(self, sentence: int) -> frozenset[str]:
        """Return how it goes, as a sentence says."""
        if sentence not in self._heard:
            pieces = self.pieces.get(sentence, ())
            self._heard[sentence] = frozenset().union(*(self.reader.details(self.text, piece) for piece in pieces))
        return self._heard[sentence]

    @cached_property
    def _heard(self) -> dict[int, frozenset[str]]:
        return {}

    def is_heard(self, spot: Spot, *statements: range) -> bool:
        """Whether the model hears a little of a sign in the sentence of *spot* or in a statement by itself."""
        return any(self.reader.hears(self.text, words, spot.code) for words in (*self._pieces_of(spot), *statements))

    def is_heard_here(self, spot: Spot) -> bool:
        """Whether it hears some of a sign, or that anything is grave, in the sentence of *spot*."""
        return any(self.reader.hears_here(self.text, words, spot.code) for words in self._pieces_of(spot))

    def _pieces_of(self, spot: Spot) -> Sequence[range]:
        return [piece for each in self.pieces.values() for piece in each if spot.first in piece]

    def is_unclear(self, clause: Unread) -> bool:
        """
        Whether a clause that was not read may tell of something that somebody should look at.

        So it does where half of its words are none; and the sooner where a word in it complains. It does not where it
        may well be one of the ordinary signs and is hardly anything else.
        """
        if 2 * sum(index in self.strange for index in clause.words) >= len(clause.words):
            return True
        chance_ = self.reader.chance_of_anything(self.text, clause.words)
        least = COMPLAINING if clause.complains else self.reader.ordinary
        return chance_ >= least and not self.reader.is_ordinary(self.text, clause.words)


class LearnedReader:
    """The model of one guidance, prepared once."""

    def __init__(self, guidance: Guidance, tokenizer: Tokenizer) -> None:
        self._guidance = guidance
        self._tokenizer = tokenizer
        self._joins = frozenset(guidance.reading.joins)
        self._levels = {sign.id: sign.level for sign in guidance.signs.values()}
        self._people = frozenset(guidance.reading.people)
        self._model, self._detail_model = guidance.sign_model, guidance.detail_model
        self._weigher = Weigher((self._model, self._detail_model), guidance.words.used)
        self._window_model = guidance.window_model
        facts = self._model.facts
        thresholds = facts["thresholds"]
        self._number = {label: number for number, label in enumerate(self._model.labels)}
        labels = [label for label in self._number if label in guidance.signs]
        grave = list(filter(self._is_grave, labels))
        self._signs = _Labels(self._weigher.rows, _SIGNS, self._model, [*labels, GRAVE])
        self._grave_signs = _Labels(self._weigher.rows, _SIGNS, self._model, [*grave, GRAVE])
        self._details = _Labels(self._weigher.rows, _DETAILS, self._detail_model, DETAILS)
        column = {label: number for number, label in enumerate(self._window_model.labels)}
        of_signs = [*self._signs.labels, *self._details.labels]
        self._by_order = Part(self._window_model, [column[each] for each in of_signs])
        self._grave_by_order = Part(self._window_model, [column[each] for each in self._grave_signs.labels])
        self._anything_by_order, self._foreign_by_order = (
            One(self._window_model, column[label]) for label in (ANYTHING, FOREIGN)
        )
        self._thresholds = {label: sum_of(thresholds[label]) for label in labels}
        self._together = facts["together"]
        self._together_for_two = facts["times_for_two"] * self._together
        self._together_beside = facts["times_beside"] * self._together
        self._detail_thresholds = [sum_of(self._detail_model.facts["thresholds"][each]) for each in DETAILS]
        self._foreign_weights = Column(self._model, self._number.get(FOREIGN, 0))
        self._share_of_likeliest, self._least_beside_named = facts["share_of_likeliest"], facts["least_beside_named"]
        self._least_unsure, self._least_elsewhere = facts["least_unsure"], facts["least_elsewhere"]
        self._certainly_grave = facts["certainly_grave"]
        self._unread_ordinary, self._unread_graver = facts["unread_ordinary"], facts["unread_graver"]
        self._least, self._least_grave, self.ordinary, self._foreign = (
            thresholds.get(each, 1.0) for each in (ANYTHING, GRAVE, ORDINARY, FOREIGN)
        )

    def look(self, found: Found) -> Look:
        """Read a text by the model."""
        terms = terms_of(found, self._people)
        text = _Text(Stretches(self._weigher, terms), self._window_model.pass_over(terms), {}, {}, {})
        strange = frozenset(index for index, token in enumerate(found.tokens) if not self._tokenizer.knows(token.word))
        signs: list[Spot] = []
        sentences = sentences_of(found.tokens)
        pieces: dict[int, list[range]] = {}
        for piece in (piece for sentence in sentences for piece in pieces_of(sentence)):
            text.weighed[piece] = text.stretches.weigh(piece)
            if not strange.issuperset(piece):  # where no word is one, letters alone tell nothing
                is_known = 3 * len(strange.intersection(piece)) < len(piece)
                signs += self._spots(text, piece, self._read(text, piece, _named(found, piece), is_known))
            pieces.setdefault(found.tokens[piece.start].sentence, []).append(piece)
        for rest in (rest for sentence in sentences for rest in self._rests(found, sentence, signs)):
            text.weighed[rest] = text.stretches.weigh(rest)
            if not strange.issuperset(rest):
                signs += self._spots(text, rest, self._read_beside(text, rest))
        for one, other in pairwise(sentences):
            pair = range(one.start, other.stop)
            if len(pair) <= LONGEST and not strange.issuperset(pair):
                text.weighed[pair] = text.stretches.weigh_both(one, text.weighed[one], other, text.weighed[other])
                signs += self._spots(text, pair, self._read_both(text, one, other, bool(_named(found, pair))))
        return Look(tuple(signs), pieces, text, strange, found.text.isascii(), self)

    def _is_grave(self, label: str) -> bool:
        """Whether a sign is read from two sentences together: a mild one there could pass for all that they say."""
        return self._levels[label].rank >= Level.URGENT.rank

    def _read(self, text: _Text, piece: range, named: Set[str], is_known: bool) -> list[str]:
        """
        Return the signs that are likely enough, by themselves and beside the likeliest of them.

        A grave one is, where its chance and the chance of anything grave together reach a threshold: what is grave in
        words that nobody has used before is often heard before it is clear what it is. Where one is certain, and none
        is named or read, it is the likeliest.

        Args:
            named: The signs that phrases name in the same words: these are certain.
            is_known: Whether more than two thirds of the words are English ones.
        """
        anything = self.chance_of_anything(text, piece)
        if anything < self._least_grave:
            return []
        *sums, grave = self._sums(text, piece)
        likely = [
            (chance_, label)
            for chance_, label in self._above(sums, self._signs.labels)
            if (chance_ + chance(grave) >= self._together if self._is_grave(label) else anything >= self._least)
        ]
        read = self._beside(bool(named), likely, lambda: max(sums))
        if is_known and chance(grave) >= self._certainly_grave and not any(map(self._is_grave, (*named, *read))):
            read.append(max((sum_, label) for sum_, label in self._labelled(sums) if self._is_grave(label))[1])
        return read

    def _rests(self, found: Found, sentence: range, read: Sequence[Spot]) -> list[range]:
        """
        Return what a sentence says before and behind the clauses that name a sign, where none of these is an emergency.

        What is milder, and what is denied, takes nothing from what stands beside it.
        """
        here = [spot for spot in found.signs if spot.first in sentence]
        there = [spot for spot in read if spot.first in sentence]
        there += [spot for spot in here if status_of_spot(self._guidance, found, spot) is not Status.ABSENT]
        if not here or any(self._levels[spot.code] is Level.EMERGENCY for spot in there):
            return []
        rests: list[range] = []
        for clause in clauses_of(found, self._joins, sentence):
            start = clause.start + (found.tokens[clause.start].word in self._joins)
            if _named(found, clause):
                continue
            if rests and rests[-1].stop == clause.start:
                rests[-1] = range(rests[-1].start, clause.stop)
            else:
                rests.append(range(start, clause.stop))
        return [piece for rest in rests if len(rest) >= FEWEST for piece in pieces_of(rest)]

    def _read_beside(self, text: _Text, rest: range) -> list[str]:
        """Return the grave signs of what stands beside a milder or denied one."""
        if self.chance_of_anything(text, rest) < self._least_grave:
            return []
        *sums, grave = self._sums(text, rest)
        likely = [
            (chance_, label)
            for chance_, label in self._above(sums, self._signs.labels)
            if self._is_grave(label) and chance_ + chance(grave) >= self._together_beside
        ]
        return self._beside(False, likely, lambda: max(sums))

    def _labelled(self, sums: Sequence[float]) -> Iterator[tuple[float, str]]:
        return zip(sums, self._signs.labels[:-1], strict=True)

    def _read_both(self, text: _Text, one: range, other: range, is_named: bool) -> list[str]:
        """Do the same for the grave signs of two sentences together."""
        pair = range(one.start, other.stop)
        finds = text.passed.finds(pair, (one, other))
        if self.chance_of_anything(text, pair) < self._least_grave:
            return []
        *sums, grave = self._grave_signs.means(
            text.weighed[pair], self._lanes(text, pair), self._grave_by_order.sums(finds)
        )
        likely = [
            (chance_, label)
            for chance_, label in self._above(sums, self._grave_signs.labels)
            if chance_ + chance(grave) >= self._together_for_two
        ]
        return self._beside(is_named, likely, lambda: max(self._sums(text, pair)[:-1]))

    def _above(self, sums: Sequence[float], labels: Sequence[str]) -> Iterator[tuple[float, str]]:
        """Yield the signs that reach their own thresholds, with their chances."""
        return (
            (chance(sum_), label) for sum_, label in zip(sums, labels, strict=False) if sum_ >= self._thresholds[label]
        )

    def _beside(self, is_named: bool, signs: Sequence[tuple[float, str]], likeliest: Callable[[], float]) -> list[str]:
        """Leave out what is far less likely than another sign of the same words; one that a phrase names is certain."""
        if not signs:
            return []
        least = self._least_beside_named if is_named else self._share_of_likeliest * chance(likeliest())
        return [label for chance_, label in signs if chance_ >= least]

    def _sums(self, text: _Text, stretch: range) -> list[float]:
        """Return what both ways of looking make of each sign, and of anything grave."""
        by_order = self._sums_by_order(text, stretch)[: len(self._signs.labels)]
        return self._signs.means(text.weighed[stretch], self._lanes(text, stretch), by_order)

    def _lanes(self, text: _Text, stretch: range) -> list[array[int]]:
        if stretch not in text.lanes:
            text.lanes[stretch] = self._weigher.rows.lanes(text.weighed[stretch])
        return text.lanes[stretch]

    def _sums_by_order(self, text: _Text, stretch: range) -> list[float]:
        if stretch not in text.by_order:
            text.by_order[stretch] = self._by_order.sums(text.passed.finds(stretch))
        return text.by_order[stretch]

    def details(self, text: _Text, piece: range) -> frozenset[str]:
        """Return how it goes, as a piece of a text says."""
        by_order = self._sums_by_order(text, piece)[len(self._signs.labels) :]
        sums = self._details.means(text.weighed[piece], self._lanes(text, piece), by_order)
        each = zip(sums, DETAILS, self._detail_thresholds, strict=True)
        return frozenset(label for sum_, label, least in each if sum_ >= least)

    def is_foreign(self, text: _Text, pieces: Sequence[range]) -> bool:
        """Whether a text, cut into pieces, is in another language than English."""
        words = range(pieces[-1].stop if pieces else 0)
        kinds = text.stretches.keys(words)
        number = self._number[FOREIGN]
        weights = list(map(self._foreign_weights.total, kinds))
        sum_ = self._model.sum_of(number, weights, list(map(len, kinds)))
        by_order = self._foreign_by_order.sum(text.passed.finds(words, pieces))
        return bool(chance((sum_ + by_order) / 2) >= self._foreign)

    def chance_of_anything(self, text: _Text, words: range) -> float:
        """Return the chance that some words tell of anything."""
        number = self._number[ANYTHING]
        weighed = text.weighed.get(words) or text.stretches.weigh(words)
        by_order = self._anything_by_order.sum(text.passed.finds(words))
        return chance((self._weigher.rows.sum_of(_SIGNS, number, weighed) + by_order) / 2)

    def hears(self, text: _Text, words: range, sign: str) -> bool:
        """Whether some words may tell of a sign; one that the model does not know it hears."""
        return bool(self._chances(text, words, sign)[0] >= self._least_unsure)

    def hears_here(self, text: _Text, words: range, sign: str) -> bool:
        """Whether some words beside hearsay or another time may tell of a sign that is here now."""
        own, grave = self._chances(text, words, sign)
        return bool(own >= self._least_elsewhere or grave >= self._least_grave)

    def _chances(self, text: _Text, words: range, sign: str) -> tuple[float, float]:
        """Return the chance of a sign and that of anything grave; of a sign that the model does not know, both 1."""
        if sign not in self._signs.labels:
            return 1.0, 1.0
        if words not in text.weighed:
            text.weighed[words] = text.stretches.weigh(words)
        sums = self._sums(text, words)
        return chance(sums[self._signs.labels.index(sign)]), chance(sums[-1])

    def is_ordinary(self, text: _Text, words: range) -> bool:
        """Whether some words may tell of an ordinary sign, and hardly of a graver one."""
        if words not in text.weighed:
            text.weighed[words] = text.stretches.weigh(words)
        *sums, grave = self._sums(text, words)
        of_level = [(sum_, self._levels[label] is Level.SELF_CARE) for sum_, label in self._labelled(sums)]
        ordinary = chance(max(sum_ for sum_, is_ordinary in of_level if is_ordinary))
        graver = chance(max(grave, *(sum_ for sum_, is_ordinary in of_level if not is_ordinary)))
        return bool(ordinary >= self._unread_ordinary and graver < min(ordinary, self._unread_graver))

    def _spots(self, text: _Text, stretch: range, signs: Sequence[str]) -> Iterator[Spot]:
        """Yield signs at the words that weighed most for each."""
        weights = text.stretches.weights(stretch) if signs else ()
        for sign in signs:
            yield Spot(sign, _span(stretch, self._weigher.rows.weights(_SIGNS, self._number[sign], weights)))


class _Labels:
    """Some labels of one of the linear models that stand beside each other."""

    def __init__(self, rows: Rows, at: int, model: LinearModel, labels: Sequence[str]) -> None:
        self.labels = tuple(labels)
        self._model = model
        numbers = [model.labels.index(label) for label in labels]
        self._bias = [model.bias[number] for number in numbers]
        lanes = [rows.lane(at, number) for number in numbers]
        is_block = lanes == list(range(lanes[0], lanes[-1] + 1))
        self._pick = itemgetter(slice(lanes[0], lanes[-1] + 1)) if is_block else itemgetter(*lanes)

    def means(self, weighed: Weighed, lanes: Sequence[array[int]], by_order: Sequence[float]) -> list[float]:
        """
        Return the mean of what the features of a stretch weigh for each label, and its sum by the order of the words.

        Args:
            lanes: What each kind of features weighs, as :meth:`Rows.lanes` returns it.
        """
        words, pairs, letters = self._model.units(weighed.sizes)
        own = map(self._pick, lanes)
        return [
            (bias + word * words + pair * pairs + run * letters + other) / 2
            for bias, word, pair, run, other in zip(self._bias, *own, by_order, strict=True)
        ]


def _named(found: Found, stretch: range) -> frozenset[str]:
    """Return the signs that phrases name in these words."""
    if found.words_of_signs.isdisjoint(stretch):
        return frozenset()
    return frozenset(spot.code for spot in found.signs if spot.last >= stretch.start and spot.first < stretch.stop)


def terms_of(found: Found, people: frozenset[str]) -> list[Term]:
    """Return the words of a text as the model sees them: one for all people, one for all numbers."""
    asked: dict[int, int] = {}
    for mark in found.marks["hypothetical"]:
        asked.setdefault(found.token(mark).sentence, mark.last)
    denied = denied_words(found)
    claimed = {index for mark in found.marks["claimed"] for index in mark.tokens}
    terms = []
    for index, token in enumerate(found.tokens):
        if index in claimed:
            meant = "~"
        elif index in denied:
            meant = "!"
        else:
            meant = "?" if asked.get(token.sentence, index) < index else ""
        terms.append(Term(token.word, _name(token, people), meant))
    return terms


def _name(token: Token, people: frozenset[str]) -> str:
    if token.word in people:
        return _PERSON
    return _NUMBER if token.word.replace(".", "").isdecimal() else token.stem


def sentences_of(tokens: Sequence[Token]) -> list[range]:
    """Cut a text into its sentences."""
    starts = [index for index, token in enumerate(tokens) if index == 0 or tokens[index - 1].sentence != token.sentence]
    return [range(*bounds) for bounds in pairwise([*starts, len(tokens)])]


def pieces_of(sentence: range) -> Iterator[range]:
    """Cut a long sentence into overlapping pieces; any other stays whole."""
    for start in range(sentence.start, max(sentence.start + 1, sentence.stop - STEP), STEP):
        yield range(start, min(start + LONGEST, sentence.stop))


def _span(stretch: range, weights: Sequence[int]) -> tuple[int, ...]:
    """Return the words from the first to the last of those that weighed most."""
    most = max(weights)
    heavy = [index for index, weight in zip(stretch, weights, strict=True) if weight >= most * _SHARE_OF_SPAN]
    heavy = heavy or [stretch[weights.index(most)]]  # all of them speak against it
    return (heavy[0], heavy[-1]) if len(heavy) > 1 else (heavy[0],)

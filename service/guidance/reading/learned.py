"""
The second reader: signs that no phrase names, found by a model that learned how people describe them.

It only adds. It looks at a sentence in two ways, and goes by the mean of both: at its words, pairs of words and
letters, and at windows of words in their order. Each word is marked where it is denied, only asked about, or claimed by
an idiom. What it adds shows the words that weighed most.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from service.guidance.features import Term, blocks_of, features_of, pairs_across
from service.guidance.guidance import Guidance
from service.guidance.linear_model import LinearModel, Weighed, chance, hashed, sum_of
from service.guidance.reading.found import Found
from service.guidance.reading.phrases import Spot
from service.guidance.reading.status import denied_words
from service.guidance.reading.tokens import Token, Tokenizer
from service.guidance.reading.unread import Unread
from service.guidance.records import Level

ANYTHING, FOREIGN, ORDINARY = "=anything", "=foreign", "=ordinary"
"""Labels that are no signs: that something is there at all, and that the text is in another language."""
LONGEST, STEP = 30, 15
"""Words that are read at a time, and how far the next look begins behind the last."""
WORSENING, SPREADING, SEVERE, LASTING = "worsening", "spreading", "severe", "lasting"
DETAILS = (WORSENING, SPREADING, SEVERE, LASTING)
"""The labels of the model that hears how a sign goes."""
_PERSON, _NUMBER = "=person", "=number"
_SHARE_OF_SPAN = 0.3
_SURE = 0.9
COMPLAINING = 0.3


@dataclass(frozen=True)
class Look:
    """
    What the model makes of a text.

    Args:
        signs: Each at the words that weighed most.
        details: How it goes, by the number of the sentence.
        strange: The numbers of the words that are no English ones.
    """

    signs: tuple[Spot, ...]
    details: Mapping[int, frozenset[str]]
    terms: Sequence[Term]
    strange: frozenset[int]
    reader: LearnedReader

    @property
    def is_foreign(self) -> bool:
        """Whether the text is in another language than English."""
        return self.reader.is_foreign(self.terms)

    def is_unclear(self, clause: Unread) -> bool:
        """
        Whether a clause that was not read may tell of something.

        So it does where half of its words are none; and the sooner where a word in it complains.
        """
        if 2 * sum(index in self.strange for index in clause.words) >= len(clause.words):
            return True
        chance_ = self.reader.chance_of(ANYTHING, self.terms[clause.words.start : clause.words.stop])
        return chance_ >= (COMPLAINING if clause.complains else self.reader.ordinary)


class LearnedReader:
    """The model of one guidance, prepared once."""

    def __init__(self, guidance: Guidance, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._levels = {sign.id: sign.level for sign in guidance.signs.values()}
        self._people = frozenset(guidance.reading.people)
        self._model, self._detail_model = guidance.sign_model, guidance.detail_model
        self._window_model = guidance.window_model
        self._columns, self._detail_columns = (
            [self._window_model.labels.index(label) for label in model.labels]
            for model in (self._model, self._detail_model)
        )
        facts = self._model.facts
        thresholds = facts["thresholds"]
        self._number = {label: number for number, label in enumerate(self._model.labels)}
        self._signs = [number for label, number in self._number.items() if label in guidance.signs]
        self._thresholds, self._thresholds_for_two = (
            [sum_of(min(_SURE, times * thresholds[self._model.labels[number]])) for number in self._signs]
            for times in (1.0, facts["times_for_two"])
        )
        self._detail_thresholds = {
            label: sum_of(each) for label, each in self._detail_model.facts["thresholds"].items()
        }
        self._share_of_likeliest = facts["share_of_likeliest"]
        self._least, self.ordinary, self._foreign = (
            thresholds.get(each, 1.0) for each in (ANYTHING, ORDINARY, FOREIGN)
        )

    def look(self, found: Found) -> Look:
        """Read a text by the model."""
        terms = terms_of(found, self._people)
        signs: list[Spot] = []
        details: dict[int, frozenset[str]] = {}
        sentences = sentences_of(found.tokens)
        weighed: dict[range, Weighed] = {}
        for piece in (piece for sentence in sentences for piece in pieces_of(sentence)):
            said = terms[piece.start : piece.stop]
            features, by_order = hashed(blocks_of(said)), self._window_model.sums(said)
            weighed[piece] = self._model.weigh(features)
            sums = _means(self._model.sums_of(weighed[piece]), by_order, self._columns)
            signs += self._spots(piece, said, self._read(sums, self._thresholds, _is_named(found, piece)))
            sums = _means(
                self._detail_model.sums_of(self._detail_model.weigh(features)), by_order, self._detail_columns
            )
            sentence = found.tokens[piece.start].sentence
            details[sentence] = details.get(sentence, frozenset()) | self._details(sums)
        for one, other in pairwise(sentences):
            pair = range(one.start, other.stop)
            if len(pair) > LONGEST:
                continue
            said = terms[pair.start : pair.stop]
            across = hashed([(), pairs_across(terms[one.start : one.stop], terms[other.start : other.stop]), ()])
            both = self._model.sums_of(self._model.weigh_both(weighed[one], weighed[other], across))
            sums = _means(both, self._window_model.sums(said), self._columns)
            read = self._read(sums, self._thresholds_for_two, _is_named(found, pair))
            signs += filter(self._is_grave, self._spots(pair, said, read))
        strange = frozenset(index for index, token in enumerate(found.tokens) if not self._tokenizer.knows(token.word))
        return Look(tuple(signs), details, terms, strange, self)

    def _is_grave(self, spot: Spot) -> bool:
        """Whether a sign is read from two sentences together: a mild one there could pass for all that they say."""
        return self._levels[spot.code].rank >= Level.URGENT.rank

    def _details(self, sums: Sequence[float]) -> frozenset[str]:
        return frozenset(
            label
            for label, sum_ in zip(self._detail_model.labels, sums, strict=True)
            if sum_ >= self._detail_thresholds[label]
        )

    def is_foreign(self, said: Sequence[Term]) -> bool:
        """Whether words are in another language than English."""
        return bool(self.chance_of(FOREIGN, said) >= self._foreign)

    def chance_of(self, label: str, said: Sequence[Term]) -> float:
        """Return the chance of one label in some words."""
        number = self._number[label]
        by_order = self._window_model.sum_of(self._columns[number], said)
        return chance((self._model.sum_of(hashed(blocks_of(said)), number) + by_order) / 2)

    def _spots(self, stretch: range, said: Sequence[Term], numbers: Sequence[int]) -> list[Spot]:
        """Return signs at the words that weighed most for each."""
        return [Spot(self._model.labels[each], _span(self._model, each, stretch, said)) for each in numbers]

    def _read(self, sums: Sequence[float], thresholds: Sequence[float], is_named: bool) -> list[int]:
        """
        Return the numbers of the signs that are likely enough, by themselves and beside the likeliest of them.

        Args:
            is_named: Whether a phrase names a sign in the same words: that one is certain.
        """
        likely = [number for number, least in zip(self._signs, thresholds, strict=True) if sums[number] >= least]
        if not likely or chance(sums[self._number[ANYTHING]]) < self._least:
            return []
        likeliest = 1.0 if is_named else chance(max(sums[number] for number in self._signs))
        return [number for number in likely if chance(sums[number]) >= self._share_of_likeliest * likeliest]


def _means(sums: Sequence[float], by_order: Sequence[float], columns: Sequence[int]) -> list[float]:
    """Return what both ways of looking make of each label."""
    return [(sum_ + by_order[column]) / 2 for sum_, column in zip(sums, columns, strict=True)]


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


def _is_named(found: Found, stretch: range) -> bool:
    """Whether a phrase names a sign in these words."""
    return not found.words_of_signs.isdisjoint(stretch)


def _span(model: LinearModel, label: int, stretch: range, said: Sequence[Term]) -> tuple[int, ...]:
    """Return the words from the first to the last of those that weighed most for the label."""
    weights = [
        sum(model.weight(features, label) for features in kinds) if not term.mark else 0.0
        for term, kinds in zip(said, features_of(said), strict=True)
    ]
    most = max(weights)
    heavy = [stretch[index] for index, weight in enumerate(weights) if weight >= most * _SHARE_OF_SPAN]
    return (heavy[0], heavy[-1]) if len(heavy) > 1 else (heavy[0],)

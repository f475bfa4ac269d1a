"""What a linear model makes of the stretches of one text: each word and each pair of words is looked up once.

The weights of a row stand side by side in one long integer, so that a feature takes one addition for all labels.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Collection, Iterable, Sequence, Set
from itertools import accumulate, chain
from typing import Any, NamedTuple

from service.guidance.features import PAIR_REACH, Term, key_behind, key_of, letter_keys
from service.guidance.lanes import LANE, lane_of_each, lanes_of, tops
from service.guidance.linear_model import LinearModel

_FEWEST_KEPT = 6
"""A row with fewer weights is packed whenever it is asked for: there are very many, and few are asked for twice."""
_WORDS_KEPT = 2048


class Rows:
    """
    The rows of some models side by side, each packed when it is first asked for.

    A lane holds what up to 32,768 features weigh; a text that the service takes has fewer.
    """

    def __init__(self, models: Sequence[LinearModel]) -> None:
        self._models = tuple(models)
        self._count = math.lcm(*(model.rows for model in models))
        self._firsts = list(accumulate((len(model.labels) for model in models), initial=0))
        self._tops = tops(self._firsts[-1])
        self._tables = [
            (*model.table, model.rows, LANE * first) for model, first in zip(self._models, self._firsts, strict=False)
        ]
        self._packed: dict[int, int] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what was packed: a compiled content begins without any."""
        return {**self.__dict__, "_packed": {}}

    def total(self, features: Iterable[int]) -> int:
        """Return what features weigh together."""
        known, count = self._packed, self._count
        total = 0
        for feature in features:
            packed = known.get(feature % count)
            total += self._pack(feature % count) if packed is None else packed
        return total

    def _pack(self, row: int) -> int:
        packed = weights = 0
        for starts, columns, values, rows, shift in self._tables:
            at = row % rows
            first, last = starts[at], starts[at + 1]
            if first < last:
                weights += last - first
                for column, value in zip(columns[first:last], values[first:last], strict=True):
                    packed += value << LANE * column + shift
        if weights >= _FEWEST_KEPT:
            self._packed[row] = packed
        return packed

    def lanes(self, weighed: Weighed) -> list[array[int]]:
        """Return what each kind of features weighs for each label of all models, in their order."""
        return [lanes_of(total, self._tops, self._firsts[-1]) for total in weighed.totals]

    def lane(self, at: int, label: int) -> int:
        """Return the number of a label of a model among those of all."""
        return self._firsts[at] + label

    def sum_of(self, at: int, label: int, weighed: Weighed) -> float:
        """Return the sum of one label."""
        return self._models[at].sum_of(label, self.weights(at, label, weighed.totals), weighed.sizes)

    def weights(self, at: int, label: int, totals: Iterable[int]) -> list[int]:
        """Return what one label has of each total."""
        return lane_of_each(totals, self._tops, self._firsts[at] + label)


class Weighed(NamedTuple):
    """The features of a stretch, and how many they are and what they weigh by kind: words, pairs and letters."""

    kinds: Sequence[Set[int]]
    sizes: Sequence[int]
    totals: Sequence[int]


class Letters:
    """
    The runs of letters of a word.

    Args:
        keys: One that the word has twice as often.
        total: What they weigh together, one that it has twice as often.
    """

    def __init__(self, keys: Sequence[int], total: int) -> None:
        self.runs = frozenset(keys)
        self.total = total
        self.repeated = _again(keys) if len(self.runs) < len(keys) else []


class Weigher:
    """
    A model, and what the letters of common words weigh.

    Args:
        words: Those whose letters are kept once they were asked for. No others are: nothing is kept of a person.
    """

    def __init__(self, models: Sequence[LinearModel], words: Collection[str]) -> None:
        self.rows = Rows(models)
        self._words = words
        self._letters: dict[tuple[str, str], Letters] = {}

    def letters(self, term: Term) -> Letters:
        """Return the letters of a word."""
        letters = self._letters.get((term.word, term.mark))
        if letters is None:
            keys = letter_keys(term)
            letters = Letters(keys, self.rows.total(keys))
            if term.word in self._words and len(self._letters) < _WORDS_KEPT:
                self._letters[term.word, term.mark] = letters
        return letters


class Stretches:
    """The words of one text, ready to be weighed in any stretch."""

    def __init__(self, weigher: Weigher, said: Sequence[Term]) -> None:
        self._rows = weigher.rows
        self._marked = [bool(term.mark) for term in said]
        names = [term.mark + term.stem for term in said]
        self._words = list(map(key_of, names))
        weights = {key: self._rows.total((key,)) for key in self._words}
        self._word_weights = [weights[key] for key in self._words]
        self._behind = [f" {name}".encode() for name in names]
        letters = {(term.word, term.mark): weigher.letters(term) for term in said}
        self._letters = [letters[term.word, term.mark] for term in said]
        self._known: dict[tuple[int, int], tuple[list[int], int]] = {}

    def weigh(self, stretch: range) -> Weighed:
        """Weigh a stretch."""
        words = dict(
            zip(*(each[stretch.start : stretch.stop] for each in (self._words, self._word_weights)), strict=True)
        )
        pairs, pairs_weigh = self._weigh_pairs(stretch)
        letters, letters_weigh = self._weigh_letters(stretch)
        return Weighed(
            (words.keys(), pairs, letters),
            (len(words), len(pairs), len(letters)),
            (sum(words.values()), pairs_weigh, letters_weigh),
        )

    def weigh_both(self, one: range, weighed: Weighed, other: range, other_weighed: Weighed) -> Weighed:
        """Weigh two stretches that follow each other as one, from what each weighs by itself, without its features."""
        across = {
            each
            for index in other[:PAIR_REACH]
            for each in self._pairs(index, one.start)[0][: other.start - max(one.start, index - PAIR_REACH)]
        }
        sizes, totals = [], []
        for mine, theirs, more, total, other_total in zip(
            weighed.kinds,
            other_weighed.kinds,
            (set(), across, set()),
            weighed.totals,
            other_weighed.totals,
            strict=True,
        ):
            twice, more = mine & theirs, more - mine - theirs
            sizes.append(len(mine) + len(theirs) + len(more) - len(twice))
            totals.append(total + other_total + self._rows.total(more) - self._rows.total(twice))
        return Weighed((), sizes, totals)

    def keys(self, stretch: range) -> tuple[Set[int], Set[int], Set[int]]:
        """Return the features of a stretch by kind."""
        return (
            set(self._words[stretch.start : stretch.stop]),
            set(chain.from_iterable(self._pairs(index, stretch.start)[0] for index in stretch)),
            set().union(*(letters.runs for letters in self._letters[stretch.start : stretch.stop])),
        )

    def weights(self, stretch: range) -> list[int]:
        """Return what each word of a stretch weighs: itself, its pairs with words before it, its letters."""
        return [
            0
            if self._marked[index]
            else self._word_weights[index] + self._pairs(index, stretch.start)[1] + self._letters[index].total
            for index in stretch
        ]

    def _pairs(self, index: int, start: int) -> tuple[list[int], int]:
        """Return the pairs of a word with those before it, no further back than *start*, and what they weigh."""
        first = max(start, index - PAIR_REACH)
        known = self._known.get((index, first))
        if known is None:
            behind = self._behind[index]
            pairs = [key_behind(each, behind) for each in self._words[first:index]]
            known = self._known[index, first] = pairs, self._rows.total(pairs)
        return known

    def _weigh_pairs(self, stretch: range) -> tuple[Set[int], int]:
        pairs: list[int] = []
        total = 0
        for index in stretch:
            more, weigh = self._pairs(index, stretch.start)
            pairs += more
            total += weigh
        once = frozenset(pairs)
        return once, total if len(once) == len(pairs) else total - self._rows.total(_again(pairs))

    def _weigh_letters(self, stretch: range) -> tuple[Set[int], int]:
        runs: set[int] = set()
        twice: list[int] = []
        total = 0
        for letters in dict.fromkeys(self._letters[stretch.start : stretch.stop]):
            if letters.repeated:
                twice += letters.repeated
            again = runs & letters.runs
            if again:
                twice += again
            runs |= letters.runs
            total += letters.total
        return runs, total - self._rows.total(twice) if twice else total


def _again(keys: Sequence[int]) -> list[int]:
    """Return each key once less than it is there."""
    seen: set[int] = set()
    again = []
    for key in keys:
        if key in seen:
            again.append(key)
        seen.add(key)
    return again


class Column:
    """The weights of one label of a model, laid out by row when they are first asked for."""

    def __init__(self, model: LinearModel, label: int) -> None:
        self._model = model
        self._label = label
        self._weights: dict[int, int] | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what was laid out: a compiled content begins without it."""
        return {**self.__dict__, "_weights": None}

    def total(self, features: Iterable[int]) -> int:
        """Return what features weigh together."""
        if self._weights is None:
            self._weights = self._model.column(self._label)
        weights, rows = self._weights, self._model.rows
        return sum([weights[row] for feature in features if (row := feature % rows) in weights])

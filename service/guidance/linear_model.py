"""A linear model over hashed features: one sum for each label, and for each sum the words that weighed most.

The weights are learned from ``corpus/`` by ``make train`` and kept in ``content/learned/``. Nothing is learned here.
"""

from __future__ import annotations

import json
import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import compress, count
from pathlib import Path
from typing import Any
from zlib import crc32

from service.guidance.arrays import BrokenModel, little_endian, numbers_of
from service.guidance.features import Blocks


class LinearModel:
    """
    Weights of features, in rows by the hash of a feature.

    Args:
        labels: What is told apart.
        bias: The sum of each label before anything is known.
        starts: Where each row begins in *columns* and *values*; one more than there are rows.
        columns: Numbers of labels.
        values: Weights, in units of *scale*.
        facts: What else the weights were learned with, such as thresholds.
    """

    def __init__(
        self,
        labels: Sequence[str],
        bias: Sequence[float],
        starts: Sequence[int],
        columns: Sequence[int],
        values: Sequence[int],
        scale: float,
        facts: dict[str, Any],
    ) -> None:
        self.labels = tuple(labels)
        self.facts = facts
        self.bias = tuple(bias)
        self._starts = array("H" if len(values) < 1 << 16 else "I", starts)
        self._columns = array("B" if len(self.labels) <= 1 << 8 else "H", columns)
        self._values = array("h", values)
        self._scale = scale
        self._rows = len(self._starts) - 1

    def sums(self, blocks: Blocks) -> list[float]:
        """Return the sum of each label: above 0 where it is likelier than not."""
        kinds = hashed(blocks)
        words, pairs, letters = self.units([len(features) for features in kinds])
        return [
            bias + word * words + pair * pairs + run * letters
            for bias, word, pair, run in zip(self.bias, *map(self._add, kinds), strict=True)
        ]

    def units(self, sizes: Sequence[int]) -> list[float]:
        """Return what one of a weight stands for in a text with so many features of each kind."""
        return [self._scale / math.sqrt(size or 1) for size in sizes]

    def sum_of(self, label: int, weights: Sequence[int], sizes: Sequence[int]) -> float:
        """Return the sum of one label, from a number a kind."""
        total = self.bias[label]
        for weight, unit in zip(weights, self.units(sizes), strict=True):
            total += weight * unit
        return total

    @property
    def rows(self) -> int:
        """How many rows there are; a feature has that of its key, modulo them."""
        return self._rows

    @property
    def table(self) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
        """Where each row begins, with the end of the last; and for each weight its label, and what it is."""
        return self._starts, self._columns, self._values

    def column(self, label: int) -> dict[int, int]:
        """Return the weights of one label, keyed by row."""
        places = compress(count(), map(label.__eq__, self._columns))
        return {bisect_right(self._starts, place) - 1: self._values[place] for place in places}

    def _add(self, features: Iterable[int]) -> list[int]:
        starts, columns, values, rows = self._starts, self._columns, self._values, self._rows
        totals = [0] * len(self.labels)
        for feature in features:
            row = feature % rows
            first, last = starts[row], starts[row + 1]
            for column, value in zip(columns[first:last], values[first:last], strict=True) if first < last else ():
                totals[column] += value
        return totals

    def _weight(self, feature: int, label: int) -> int:
        row = feature % self._rows
        last = self._starts[row + 1]
        at = bisect_left(self._columns, label, self._starts[row], last)
        return self._values[at] if at < last and self._columns[at] == label else 0

    def weight(self, features: Iterable[str], label: int) -> float:
        """Return what *features* add to one label, before they are shared out among all of their kind."""
        total = sum(self._weight(crc32(feature.encode()), label) for feature in features)
        return total * self._scale

    def write(self, path: Path) -> None:
        """Write a line of JSON, then the three arrays, each number little-endian."""
        head = {
            "labels": self.labels,
            "bias": [round(each, 4) for each in self.bias],
            "scale": self._scale,
            "rows": self._rows,
            "weights": len(self._values),
            "facts": self.facts,
        }
        arrays = (array("I", self._starts), array("H", self._columns), self._values)
        path.write_bytes(json.dumps(head).encode() + b"\n" + b"".join(map(little_endian, arrays)))


def read_model(raw: bytes) -> LinearModel:
    """
    Read what :meth:`LinearModel.write` wrote.

    Raises:
        BrokenModel: It is cut off, or no such file.
    """
    line, _, rest = raw.partition(b"\n")
    try:
        head = json.loads(line)
        starts, rest = numbers_of("I", head["rows"] + 1, rest)
        columns, rest = numbers_of("H", head["weights"], rest)
        values, rest = numbers_of("h", head["weights"], rest)
        if len(head["bias"]) != len(head["labels"]) or max(columns, default=-1) >= len(head["labels"]):
            raise BrokenModel("its parts do not fit together")
        return LinearModel(head["labels"], head["bias"], starts, columns, values, head["scale"], head["facts"])
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenModel(f"not readable as weights: {error}") from None


def hashed(blocks: Iterable[Iterable[str]]) -> list[set[int]]:
    """Return a number for each feature, in its kinds."""
    return [{crc32(feature.encode()) for feature in block} for block in blocks]


def sum_of(chance_: float) -> float:
    """Return the sum that stands for a chance."""
    if not 0 < chance_ < 1:
        return math.inf if chance_ >= 1 else -math.inf
    return math.log(chance_ / (1 - chance_))


def chance(sum_: float) -> float:
    """Return the chance, 0 to 1, that a sum stands for."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, sum_))))

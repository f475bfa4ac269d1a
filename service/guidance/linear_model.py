"""A linear model over hashed features: one sum for each label, and for each sum the words that weighed most.

The weights are learned from ``corpus/`` by ``make train`` and kept in ``content/learned/``. Nothing is learned here.
"""

from __future__ import annotations

import json
import math
import sys
from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

from service.guidance.features import Blocks


class BrokenModel(ValueError):
    """A file of weights that cannot be used."""


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
        self._bias = tuple(bias)
        self._starts = array("H" if len(values) < 1 << 16 else "I", starts)
        self._columns = array("B" if len(self.labels) <= 1 << 8 else "H", columns)
        self._values = array("h", values)
        self._scale = scale
        self._rows = len(self._starts) - 1

    def sums(self, blocks: Blocks) -> list[float]:
        """Return the sum of each label: above 0 where it is likelier than not."""
        totals = list(self._bias)
        starts, columns, values, rows = self._starts, self._columns, self._values, self._rows
        for block in blocks:
            unit = self._scale / math.sqrt(len(block) or 1)
            for feature in block:
                row = crc32(feature.encode()) % rows
                first, last = starts[row], starts[row + 1]
                for column, value in zip(columns[first:last], values[first:last], strict=True):
                    totals[column] += value * unit
        return totals

    def weight(self, features: Iterable[str], label: int) -> float:
        """Return what *features* add to one label, before they are shared out among all of their kind."""
        total = 0
        for feature in features:
            row = crc32(feature.encode()) % self._rows
            for at in range(self._starts[row], self._starts[row + 1]):
                if self._columns[at] == label:
                    total += self._values[at]
        return total * self._scale

    def write(self, path: Path) -> None:
        """Write a line of JSON, then the three arrays, each number little-endian."""
        head = {
            "labels": self.labels,
            "bias": [round(each, 4) for each in self._bias],
            "scale": self._scale,
            "rows": self._rows,
            "weights": len(self._values),
            "facts": self.facts,
        }
        arrays = (array("I", self._starts), array("H", self._columns), self._values)
        path.write_bytes(json.dumps(head).encode() + b"\n" + b"".join(map(_little_endian, arrays)))


def read_model(raw: bytes) -> LinearModel:
    """
    Read what :meth:`LinearModel.write` wrote.

    Raises:
        BrokenModel: It is cut off, or no such file.
    """
    line, _, rest = raw.partition(b"\n")
    try:
        head = json.loads(line)
        starts, rest = _numbers("I", head["rows"] + 1, rest)
        columns, rest = _numbers("H", head["weights"], rest)
        values, rest = _numbers("h", head["weights"], rest)
        if len(head["bias"]) != len(head["labels"]) or max(columns, default=-1) >= len(head["labels"]):
            raise BrokenModel("its parts do not fit together")
        return LinearModel(head["labels"], head["bias"], starts, columns, values, head["scale"], head["facts"])
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenModel(f"not readable as weights: {error}") from None


def _numbers(code: str, count: int, raw: bytes) -> tuple[array[int], bytes]:
    """Read so many numbers; return them and what follows."""
    numbers: array[int] = array(code)
    size = count * numbers.itemsize
    if len(raw) < size:
        raise BrokenModel("the file is cut off")
    numbers.frombytes(raw[:size])
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers, raw[size:]


def _little_endian(numbers: array[int]) -> bytes:
    if sys.byteorder == "little":
        return numbers.tobytes()
    swapped = array(numbers.typecode, numbers)
    swapped.byteswap()
    return swapped.tobytes()


def chance(sum_: float) -> float:
    """Return the chance, 0 to 1, that a sum stands for."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, sum_))))

"""A model of words in their order: many filters pass over windows of a few words, and the best find of each counts.

The filters work side by side in the lanes of one long integer, so that it needs no library of numbers. The weights are
learned from ``corpus/`` by ``make train`` and kept in ``content/learned/``. Nothing is learned here.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import mul
from pathlib import Path
from typing import Any
from zlib import crc32

from service.guidance.arrays import BrokenModel, little_endian, numbers_of
from service.guidance.features import Term

MARKS = ("!", "?", "~")
LARGEST = 2**30
"""No filter and no label ever sums to as much: a lane holds twice that, and one bit more."""
_LANE = 32
_WORDS_KEPT = 512
_WIDEST = 1024


@dataclass(frozen=True)
class Windows:
    """
    What was learned, in whole numbers.

    Args:
        labels: What is told apart.
        width: Numbers that stand for one word.
        reach: Words in a window.
        keys: What :func:`key_of` makes of each word, in ascending order.
        words: *width* numbers a word, in the order of the keys.
        filters: For each place in the window and each number of a word, one weight a filter.
        marks: For each of :data:`MARKS` and each place in the window, one number a filter.
        bias: One number a filter, before any word.
        shift: How many bits of what a filter found are dropped.
        weights: For each filter one weight a label.
        label_bias: The sum of each label before any filter.
        unit: What one in the sum of a label stands for.
    """

    labels: tuple[str, ...]
    width: int
    reach: int
    keys: Sequence[int]
    words: Sequence[int]
    filters: Sequence[int]
    marks: Sequence[int]
    bias: Sequence[int]
    shift: int
    weights: Sequence[int]
    label_bias: tuple[float, ...]
    unit: float


_ARRAYS = {"keys": "I", "words": "b", "filters": "h", "marks": "i", "bias": "i", "weights": "h"}


def key_of(word: str) -> int:
    """Return the key of a word; that of a stem is the key of ``*`` and the stem."""
    return crc32(word.encode())


def word_of(term: Term) -> str:
    """Return the word that a term stands for; all people are one, and all numbers."""
    return term.stem if term.stem.startswith("=") else term.word


class WindowModel:
    """What was learned, made ready to read with."""

    def __init__(self, windows: Windows) -> None:
        self.labels = windows.labels
        self._windows = windows
        self._filters = len(windows.bias)
        count, width, reach = self._filters, windows.width, windows.reach
        rows, marks = _rows(windows.filters, count), _rows(windows.marks, count)
        self._places = [rows[place * width : (place + 1) * width] for place in range(reach)]
        self._marks = {mark: tuple(marks[at * reach : (at + 1) * reach]) for at, mark in enumerate(MARKS)}
        self._bias = _packed([LARGEST + each for each in windows.bias])
        self._tops = _as_integer(array("I", [2 * LARGEST]) * count)
        self._weights = _rows(windows.weights, len(windows.labels))
        self._zeros = _packed([LARGEST] * len(windows.labels))
        self._keep_words()

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the words that are kept: a compiled content begins without any."""
        return {name: value for name, value in self.__dict__.items() if name != "_found_in"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Be ready to keep words again."""
        self.__dict__.update(state)
        self._keep_words()

    def _keep_words(self) -> None:
        self._found_in = lru_cache(maxsize=_WORDS_KEPT)(self._find)

    def sums(self, said: Sequence[Term]) -> list[float]:
        """Return the sum of each label: above 0 where it is likelier than not."""
        windows, total = self._windows, self._zeros
        for found, weights in zip(_lanes(self._best(said), self._filters), self._weights, strict=True):
            if found > LARGEST:
                total += (found - LARGEST >> windows.shift) * weights
        lanes = _lanes(total, len(self.labels))
        return [bias + (lane - LARGEST) * windows.unit for bias, lane in zip(windows.label_bias, lanes, strict=True)]

    def sum_of(self, label: int, said: Sequence[Term]) -> float:
        """Return the sum of one label."""
        windows, size = self._windows, len(self.labels)
        found = _lanes(self._best(said), self._filters)
        weights = windows.weights[label::size]
        total = sum(
            (each - LARGEST >> windows.shift) * weight
            for each, weight in zip(found, weights, strict=True)
            if each > LARGEST
        )
        return windows.label_bias[label] + total * windows.unit

    def _best(self, said: Sequence[Term]) -> int:
        """Return the most that each filter finds in a window, one that reaches out of the text too."""
        found = [self._found_in(word_of(term), term.stem, term.mark) for term in said]
        reach, best = self._windows.reach, self._bias
        for first in range(1 - reach, len(found)):
            total = self._bias
            for place in range(max(0, -first), min(reach, len(found) - first)):
                total += found[first + place][place]
            best = self._larger(best, total) if first > 1 - reach else total
        return best

    def _larger(self, one: int, other: int) -> int:
        """Return the larger of two in each lane."""
        tops = ((one | self._tops) - other) & self._tops
        return other ^ ((one ^ other) & (tops - (tops >> _LANE - 1)))

    def _find(self, word: str, stem: str, mark: str) -> tuple[int, ...]:
        """Return what each filter finds in one word, for each place in the window."""
        numbers = self._numbers(key_of(word)) or self._numbers(key_of(f"*{stem}"))
        found = tuple(sum(map(mul, numbers, rows)) for rows in self._places)
        return tuple(one + other for one, other in zip(found, self._marks[mark], strict=True)) if mark else found

    def _numbers(self, key: int) -> Sequence[int]:
        """Return the numbers of a word; none where it is not known."""
        keys, width = self._windows.keys, self._windows.width
        at = bisect_left(keys, key)
        return self._windows.words[at * width : (at + 1) * width] if at < len(keys) and keys[at] == key else ()


def write_windows(windows: Windows, path: Path) -> None:
    """Write a line of JSON, then the arrays, each number little-endian."""
    head = {name: getattr(windows, name) for name in ("labels", "width", "reach", "shift", "unit")} | {
        "label_bias": [round(each, 4) for each in windows.label_bias],
        "filters": len(windows.bias),
        "words": len(windows.keys),
    }
    numbers = (array(code, getattr(windows, name)) for name, code in _ARRAYS.items())
    path.write_bytes(json.dumps(head).encode() + b"\n" + b"".join(map(little_endian, numbers)))


def read_windows(raw: bytes) -> WindowModel:
    """
    Read what :func:`write_windows` wrote.

    Raises:
        BrokenModel: It is cut off, or no such file.
    """
    line, _, rest = raw.partition(b"\n")
    try:
        head: dict[str, Any] = json.loads(line)
        labels, filters, reach = len(head["labels"]), head["filters"], head["reach"]
        sizes = {
            "keys": head["words"],
            "words": head["words"] * head["width"],
            "filters": reach * head["width"] * filters,
            "marks": len(MARKS) * reach * filters,
            "bias": filters,
            "weights": filters * labels,
        }
        arrays = {}
        for name, size in sizes.items():
            arrays[name], rest = numbers_of(_ARRAYS[name], size, rest)
        if rest or len(head["label_bias"]) != labels or max(filters, labels) > _WIDEST:
            raise BrokenModel("its parts do not fit together")
        return WindowModel(
            Windows(
                labels=tuple(head["labels"]),
                width=head["width"],
                reach=reach,
                shift=head["shift"],
                label_bias=tuple(head["label_bias"]),
                unit=head["unit"],
                **arrays,
            )
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenModel(f"not readable as weights: {error}") from None


def _rows(numbers: Sequence[int], length: int) -> list[int]:
    """Pack each row of a table."""
    return [_packed(numbers[at : at + length]) for at in range(0, len(numbers), length or 1)]


def _packed(numbers: Sequence[int]) -> int:
    """Put numbers side by side, each in a lane: sums and multiples of the whole are those of every lane."""
    lifted = array("I", [LARGEST + each for each in numbers])
    return _as_integer(lifted) - _as_integer(array("I", [LARGEST]) * len(lifted))


def _as_integer(lanes: array[int]) -> int:
    return int.from_bytes(little_endian(lanes), "little")


def _lanes(packed: int, count: int) -> array[int]:
    """Take the lanes apart; none may be below 0."""
    return numbers_of("I", count, packed.to_bytes(count * _LANE // 8, "little"))[0]

"""A model of words in their order: many filters pass over windows of a few words, and the best find of each counts.

The filters work side by side in the lanes of one long integer, so that it needs no library of numbers. The weights are
learned from ``corpus/`` by ``make train`` and kept in ``content/learned/``. Nothing is learned here.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import add, mul
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from service.guidance.arrays import BrokenModel, little_endian, numbers_of
from service.guidance.features import Term
from service.guidance.lanes import LANE, as_integer, lanes_of, packed, tops

MARKS = ("!", "?", "~")
_WORDS_KEPT = 2048
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
        self._tops = tops(count)
        self._nothing = self._tops >> 1
        self._bias = self._nothing + packed(windows.bias)
        self._found_bits = as_integer(array("I", [(1 << LANE) - 1 >> windows.shift]) * count)
        self._kept: dict[Term, tuple[int, ...]] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the words that are kept: a compiled content begins without any."""
        return {**self.__dict__, "_kept": {}}

    def pass_over(self, said: Sequence[Term]) -> Passed:
        """Look at the windows of a text."""
        return Passed(self, list(map(self._found_in, said)))

    @property
    def learned(self) -> Windows:
        """What was learned."""
        return self._windows

    def windows(self, found: Sequence[tuple[int, ...]]) -> list[int]:
        """
        Return what each filter finds in the windows of some words, those first that begin before the first word.

        Args:
            found: What each filter finds in each word, for each place in the window.
        """
        reach = self._windows.reach
        totals = [self._bias] * (len(found) + reach - 1)
        for place in range(reach):
            first = reach - 1 - place
            totals[first : first + len(found)] = map(add, totals[first:], [each[place] for each in found])
        return totals

    @property
    def reach(self) -> int:
        """How many words are in a window."""
        return self._windows.reach

    def largest(self, finds: Iterable[int]) -> int:
        """Return the most that each filter finds in several windows, and at least nothing."""
        best, tops_ = self._nothing, self._tops
        for each in finds:
            more = (best | tops_) - each
            kept = more & tops_
            best = each + (more & kept - (kept >> LANE - 1))
        return best

    def finds(self, best: int) -> Finds:
        """Return the filters that find more than nothing, as the labels weigh it."""
        found = best - self._nothing >> self._windows.shift & self._found_bits
        lanes = numbers_of("I", self._filters, found.to_bytes(self._filters * LANE // 8, "little"))[0].tolist()
        return Finds(lanes, list(filter(None, lanes)))

    def _found_in(self, term: Term) -> tuple[int, ...]:
        """Return what each filter finds in one word, for each place in the window."""
        found = self._kept.get(term)
        if found is None:
            own = self._numbers(key_of(word_of(term)))
            found = self._find(own or self._numbers(key_of(f"*{term.stem}")), term.mark)
            if own:  # what was not learned is not kept: nothing is kept of a person
                if len(self._kept) >= _WORDS_KEPT:
                    self._kept.clear()
                self._kept[term] = found
        return found

    def _find(self, numbers: Sequence[int], mark: str) -> tuple[int, ...]:
        found = tuple(sum(map(mul, numbers, rows)) for rows in self._places)
        return tuple(map(add, found, self._marks[mark])) if mark else found

    def _numbers(self, key: int) -> Sequence[int]:
        """Return the numbers of a word; none where it is not known."""
        keys, width = self._windows.keys, self._windows.width
        at = bisect_left(keys, key)
        return self._windows.words[at * width : (at + 1) * width] if at < len(keys) and keys[at] == key else ()


class Finds(NamedTuple):
    """What the filters found in a stretch of a text: a number a filter, and those that are not 0."""

    lanes: Sequence[int]
    values: Sequence[int]


class Part:
    """What tells some labels, by their numbers, from what the filters found: for each filter, a weight a label."""

    def __init__(self, model: WindowModel, labels: Sequence[int]) -> None:
        windows, count = model.learned, len(model.labels)
        rows = (windows.weights[at : at + count] for at in range(0, len(windows.weights), count or 1))
        self._weights = [packed([row[label] for label in labels]) for row in rows]
        self._tops = tops(len(labels))
        self._bias, self._unit = [windows.label_bias[label] for label in labels], windows.unit

    def sums(self, finds: Finds) -> list[float]:
        """Return the sum of each label: above 0 where it is likelier than not."""
        unit = self._unit
        total = sum(map(mul, finds.values, compress(self._weights, finds.lanes)))
        lanes = lanes_of(total, self._tops, len(self._bias))
        return [bias + lane * unit for bias, lane in zip(self._bias, lanes, strict=True)]


class One:
    """What tells one label from what the filters found."""

    def __init__(self, model: WindowModel, label: int) -> None:
        windows = model.learned
        self._weights = list(windows.weights[label :: len(windows.labels)])
        self._bias, self._unit = windows.label_bias[label], windows.unit

    def sum(self, finds: Finds) -> float:
        """Return the sum of the label."""
        total: int = sum(map(mul, compress(self._weights, finds.lanes), finds.values))
        return self._bias + total * self._unit


class Passed:
    """
    What the filters find in the windows of one text, for any stretch of it: each window is looked at once.

    A stretch has windows that lie in it, and others that reach out of it and see only what is inside.

    Args:
        found: What each filter finds in each word, for each place in the window.
    """

    def __init__(self, model: WindowModel, found: Sequence[tuple[int, ...]]) -> None:
        self._model = model
        self._reach = model.reach
        self._words = found
        self._windows = model.windows(found)[self._reach - 1 :]
        self._inside: dict[range, int] = {}
        self._before: dict[int, int] = {}
        self._behind: dict[int, int] = {}
        self._finds: dict[range, Finds] = {}

    def finds(self, stretch: range, parts: Sequence[range] = ()) -> Finds:
        """
        Return what each filter finds at most in a stretch, as the labels weigh it.

        Args:
            parts: Stretches that it is made of, each where the one before ends, and that were looked at before.
        """
        finds = self._finds.get(stretch)
        if finds is None:
            finds = self._finds[stretch] = self._model.finds(self._most(stretch, parts))
        return finds

    def _most(self, stretch: range, parts: Sequence[range]) -> int:
        """Return the most that each filter finds in any window of a stretch."""
        reach, start, stop = self._reach, stretch.start, stretch.stop
        if len(stretch) < reach:
            return self._model.largest(self._model.windows(self._words[start:stop]))
        if start not in self._before:
            first = self._model.windows(self._words[start : start + reach - 1])
            self._before[start] = self._model.largest(first[: reach - 1])
        if stop not in self._behind:
            last = self._model.windows(self._words[stop - reach + 1 : stop])
            self._behind[stop] = self._model.largest(last[reach - 1 :])
        return self._model.largest((self._before[start], self._behind[stop], self._most_inside(stretch, parts)))

    def _most_inside(self, stretch: range, parts: Sequence[range]) -> int:
        """Return the most that each filter finds in a window that lies in a stretch."""
        if stretch not in self._inside:
            finds, start = [], stretch.start
            for part in parts:
                if part in self._inside:
                    finds += [*self._windows[start : part.start], self._inside[part]]
                    start = part.stop - self._reach + 1
            finds += self._windows[start : stretch.stop - self._reach + 1]
            self._inside[stretch] = self._model.largest(finds)
        return self._inside[stretch]


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
    return [packed(numbers[at : at + length]) for at in range(0, len(numbers), length or 1)]

"""Tens of thousands of words to look up, as a few texts and numbers: a tenth of what so many strings would take."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate, chain
from zlib import crc32

_ROWS = 4096
_KEY_ROWS = 1 << 16
_BETWEEN = "\n"
"""Stands before and after each word of a row; no word has one in it."""


class WordCounts(Mapping[str, int]):
    """
    How often each word is used. A word that is known and not used counts 0; most do.

    Args:
        used: The words that are used.
        unused: Those that are not, as :func:`rows_of` puts them into rows. One that is in *used* too counts as there.
    """

    def __init__(self, used: Mapping[str, int], unused: tuple[str, ...]) -> None:
        self._used = dict(used)
        self._unused = unused

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> WordCounts:
        """Return the same counts in this form."""
        used = {word: count for word, count in counts.items() if count}
        return cls(used, rows_of(word for word, count in counts.items() if not count))

    def with_used(self, used: Mapping[str, int]) -> WordCounts:
        """Return these counts with others in place of, or beside, their own; both hold the same unused words."""
        return WordCounts({**self._used, **used}, self._unused)

    @property
    def used(self) -> Mapping[str, int]:
        """The words that are used, with their counts."""
        return self._used

    def __getitem__(self, word: str) -> int:
        count = self._used.get(word)
        if count is not None:
            return count
        if word in self:
            return 0
        raise KeyError(word)

    def __contains__(self, word: object) -> bool:
        return word in self._used or (
            isinstance(word, str) and f"{_BETWEEN}{word}{_BETWEEN}" in self._unused[_row_of(word)]
        )

    def __iter__(self) -> Iterator[str]:
        yield from self._used
        yield from (word for row in self._unused for word in row.split(_BETWEEN) if word and word not in self._used)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def rows_of(words: Iterable[str]) -> tuple[str, ...]:
    """Put words into rows by their hash, each row one text."""
    rows: list[list[str]] = [[] for _ in range(_ROWS)]
    for word in words:
        rows[_row_of(word)].append(word)
    return tuple(_BETWEEN.join(chain(("",), row, ("",))) if row else "" for row in rows)


def _row_of(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass")) % _ROWS


class WordsByKey:
    """
    Words by keys. What is found under a key may also belong to another key of the same hash: whoever asks looks again.

    Args:
        found: The words of each key.
    """

    def __init__(self, found: Mapping[str, Iterable[str]]) -> None:
        self._words = tuple(dict.fromkeys(word for words in found.values() for word in words))
        number_of = {word: number for number, word in enumerate(self._words)}
        rows: list[list[int]] = [[] for _ in range(_KEY_ROWS)]
        for key, words in found.items():
            rows[_key_row_of(key)].extend(number_of[word] for word in words)
        self._starts = array("I", accumulate(map(len, rows), initial=0))
        self._numbers = array("I", chain.from_iterable(rows))

    def get(self, key: str, default: Iterable[str] = ()) -> Iterable[str]:
        """Return the words of a key, and perhaps others; *default* where there is none."""
        row = _key_row_of(key)
        numbers = self._numbers[self._starts[row] : self._starts[row + 1]]
        return [self._words[number] for number in numbers] if numbers else default


def _key_row_of(key: str) -> int:
    return crc32(key.encode("utf-8", "surrogatepass")) & (_KEY_ROWS - 1)

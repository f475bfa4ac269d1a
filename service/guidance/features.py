"""What a learned model looks at in a text: its words, pairs of words that stand near each other, runs of letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from zlib import crc32

PAIR_REACH = 5
_RUNS = (4, 5)
_SHORTEST_CUT = 4
_MARK_KEYS = {mark: crc32(mark.encode()) for mark in ("", "!", "?", "~")}


class Term(NamedTuple):
    """
    One word as a model sees it.

    Args:
        word: As it is written, folded.
        stem: What stands for all its forms.
        mark: ``!`` where it is denied, ``?`` where it is asked about, ``~`` where it means something else, or nothing.
    """

    word: str
    stem: str
    mark: str = ""


Blocks = tuple[frozenset[str], frozenset[str], frozenset[str]]
"""The features of a text in three kinds: words, pairs and letters."""


def blocks_of(terms: Sequence[Term]) -> Blocks:
    """Return the features of a text, each once."""
    per_term = list(features_of(terms))
    return (
        frozenset(each for words, _, _ in per_term for each in words),
        frozenset(each for _, pairs, _ in per_term for each in pairs),
        frozenset(each for _, _, letters in per_term for each in letters),
    )


def features_of(terms: Sequence[Term]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
    """Yield for each word the features that end with it: itself, its pairs with words before it, its letters."""
    names = [term.mark + term.stem for term in terms]
    for index, term in enumerate(terms):
        before = names[max(0, index - PAIR_REACH) : index]
        yield (
            (names[index],),
            tuple(f"{each} {names[index]}" for each in before),
            tuple(term.mark + run for run in _letters(term.word)),
        )


def key_of(feature: str) -> int:
    """Return the number that stands for a feature."""
    return crc32(feature.encode())


def key_behind(before: int, name: bytes) -> int:
    """Return the key of a pair: that of the name before it, and the name with a space before it."""
    return crc32(name, before)


def letter_keys(term: Term) -> list[int]:
    """Return the keys of the runs of letters of a word, one that it has twice as often."""
    return [crc32(run.encode(), _MARK_KEYS[term.mark]) for run in _letters(term.word)]


def _letters(word: str) -> Iterable[str]:
    if len(word) < _SHORTEST_CUT or not word.isalpha():
        return ()
    whole = f"<{word}>"
    return (f"#{whole[at : at + length]}" for length in _RUNS for at in range(len(whole) - length + 1))

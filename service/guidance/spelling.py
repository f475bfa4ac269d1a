"""Put right a word with a typing error, when it is no English word and one known word is close enough.

Short words and numbers are spared: a lip is no lid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from service.guidance.nearness import errors_between, within
from service.guidance.word_tables import WordCounts, WordsByKey

LONGEST = 20
_TWO_FROM = 9
"""Length from which two errors are forgiven, if the first letter is right."""
_SHORTEST_GRAVE = 6
_TIMES_MORE_USED = 10
"""So much more than a right word has a grave one to be used about what the service speaks of, to be meant by it."""


class Spelling:
    """
    The words that are right, and how often each is used about what the service speaks of.

    Args:
        counts: Keyed by word; a word that is right, but that nothing is put right to, counts 0.
        shortest: Length from which a word is put right.
        grave: Words that must not be lost to a typing error.
    """

    def __init__(self, counts: Mapping[str, int], shortest: int, grave: Iterable[str] = ()) -> None:
        self._counts = counts if isinstance(counts, WordCounts) else WordCounts.of(counts)
        self._shortest = shortest
        near: dict[str, list[str]] = defaultdict(list)
        long: dict[str, list[str]] = defaultdict(list)
        for word in self._counts.used:
            if shortest <= len(word) <= LONGEST:
                for key in _one_less(word):
                    near[key].append(word)
                if len(word) >= _TWO_FROM - 1:
                    long[word[0]].append(word)
        self._near, self._long = WordsByKey(near), dict(long)
        self._grave: dict[str, list[str]] = {}
        for word in grave:
            if len(word) >= _SHORTEST_GRAVE:
                for key in _one_less(word):
                    self._grave.setdefault(key, []).append(word)

    def knows(self, word: str) -> bool:
        """Whether a folded word, or the one that has or is several of it, is right as it stands."""
        return word in self._counts or (word.endswith("s") and word[:-1] in self._counts)

    def corrected(self, word: str) -> str:
        """Return the word that was meant: the closest one, the most used of several, or *word* itself."""
        if self.knows(word) or not self._shortest <= len(word) <= LONGEST or not word.isalpha():
            return word
        best = min(self._at_one(word), default=None) or min(self._at_two(word), default=None)
        return word if best is None else best[1]

    def could_be(self, word: str) -> frozenset[str]:
        """
        Return the grave words that *word* can be with one typing error.

        A word that is right as it stands is one only where the grave word is far more used: ``throat selling``.
        """
        if not word.isalpha() or not _SHORTEST_GRAVE - 1 <= len(word) <= LONGEST:
            return frozenset()
        least = _TIMES_MORE_USED * max(1, self._counts[word]) if word in self._counts else 0
        near = {each for key in _one_less(word) for each in self._grave.get(key, ())} - {word}
        return frozenset(
            each for each in near if self._counts.get(each, 0) >= least and errors_between(word, each, 1) <= 1
        )

    def _at_one(self, word: str) -> Iterator[tuple[int, str]]:
        for each in {each for key in _one_less(word) for each in self._near.get(key, ())}:
            if errors_between(word, each, 1) <= 1:
                yield -self._counts[each], each

    def _at_two(self, word: str) -> Iterator[tuple[int, str]]:
        if len(word) < _TWO_FROM:
            return
        choices = self._long.get(word[0], ())
        for each, _ in within(word, choices, 2):
            yield -self._counts[each], each


def _one_less(word: str) -> set[str]:
    """Return *word*, and what is left of it without each of its letters."""
    return {word, *(word[:index] + word[index + 1 :] for index in range(len(word)))}

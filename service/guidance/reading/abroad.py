"""What alarms in a text of another language: a few words of each, where nothing else of it is read."""

from __future__ import annotations

from collections.abc import Iterable

from service.guidance.names import fold

_WITHOUT_SPACES = "\u1100"
"""From this letter on words are written without spaces: Chinese, Japanese, Korean."""


class Abroad:
    """The alarming words of other languages, prepared once."""

    def __init__(self, phrases: Iterable[str]) -> None:
        folded = [fold(phrase) for phrase in phrases]
        self._anywhere = [phrase for phrase in folded if phrase >= _WITHOUT_SPACES]
        self._by_word: dict[str, list[str]] = {}
        for phrase in folded:
            self._by_word.setdefault(phrase.split()[0], []).append(f" {phrase} ")

    def alarms(self, text: str) -> bool:
        """Whether a text holds one of them, in whole words; one that is written without spaces has it anywhere."""
        folded = fold(text)
        if any(phrase in f" {folded} " for word in folded.split() for phrase in self._by_word.get(word, ())):
            return True
        return not text.isascii() and any(phrase in folded for phrase in self._anywhere)

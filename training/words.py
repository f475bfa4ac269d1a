"""The words that are right, most frequent first, each with how often the corpus uses it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from service.guidance.names import fold
from training.corpus import CORPUS, lines

_FEWEST = 2


def counted_words(texts: Iterable[str]) -> dict[str, int]:
    """Count the English words in *texts*; a word that they do not hold, or hold once, counts 0."""
    used = Counter(word for text in texts for word in fold(text).split())
    english = dict.fromkeys(lines(CORPUS / "english.txt"), 0)
    return english | {word: count for word, count in used.items() if word in english and count >= _FEWEST}

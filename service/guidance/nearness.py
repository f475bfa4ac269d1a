"""
How near words are to each other: rapidfuzz, imported by the first word that has to be guessed.

A start can do without it. To import it takes half as long as to read all compiled content.
"""

from __future__ import annotations

from collections.abc import Collection


def errors_between(word: str, other: str, most: int) -> int:
    """Return how many typing errors make one word of the other; some number above *most* where it takes more."""
    from rapidfuzz.distance import OSA

    return OSA.distance(word, other, score_cutoff=most)


def within(word: str, known: Collection[str], most: int) -> list[tuple[str, int]]:
    """Return the *known* words that at most so many typing errors make of *word*, each with how many, fewest first."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    found = process.extract(word, known, scorer=OSA.distance, score_cutoff=most, limit=None)
    return [(each, errors) for each, errors, _ in found]


def most_alike(name: str, known: Collection[str], most: int, least_score: int) -> list[str]:
    """Return up to *most* of the *known* names that score well enough, 100 being the same, the best first."""
    from rapidfuzz import process

    return [each for each, _, _ in process.extract(name, known, limit=most, score_cutoff=least_score)]

"""Fold names so that accents, case and punctuation do not matter, and find the closest known ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from rapidfuzz import process

_BETWEEN_WORDS = re.compile(r"[^\w]+|_+")
_APOSTROPHES = re.compile("['\u2019\u2018`\u00b4]")
_CLOSE_ENOUGH = 60


def fold(name: str) -> str:
    """Fold accents, case and punctuation: ``Juvéderm® Ultra-Plus`` becomes ``juvederm ultra plus``."""
    without_marks = "".join(
        character
        for character in unicodedata.normalize("NFKD", name)
        if not unicodedata.combining(character) and character not in "®™©"
    )
    return _BETWEEN_WORDS.sub(" ", _APOSTROPHES.sub("", without_marks.casefold())).strip()


def closest(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Return up to *most* of the *known* names that look like *name*, closest first; none if nothing does."""
    candidates = sorted(known)
    found = process.extract(fold(name), candidates, processor=fold, limit=most, score_cutoff=_CLOSE_ENOUGH)
    return [candidate for candidate, _, _ in found]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Say which known names are closest: ``; did you mean 'a' or 'b'?``, or nothing."""
    names = closest(name, known)
    return f"; did you mean {' or '.join(repr(each) for each in names)}?" if names else ""

"""Fold names so that accents, case and punctuation do not matter, and find the closest known ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_BETWEEN_WORDS = re.compile(r"[^\w]+|_+")
_TRADE_MARKS = re.compile("[®™℠©]")
_APOSTROPHES = re.compile("['\u2019\u2018`\u00b4]")
_CLOSE_ENOUGH = 60


def fold(name: str) -> str:
    """Fold accents, case and punctuation: ``Juvéderm® Ultra-Plus`` becomes ``juvederm ultra plus``."""
    if not name.isascii():
        parts = unicodedata.normalize("NFKD", _TRADE_MARKS.sub("", name))
        name = "".join(character for character in parts if not unicodedata.combining(character))
    return _BETWEEN_WORDS.sub(" ", _APOSTROPHES.sub("", name.casefold())).strip()


def closest(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Return up to *most* of the *known* names that look like *name*, closest first; none if nothing does."""
    from rapidfuzz import fuzz, process  # for the reason that nearness.py tells

    candidates, wanted = sorted(known), fold(name)
    for scorer in (fuzz.ratio, fuzz.WRatio):  # alike as a whole, or else in a part
        found = process.extract(
            wanted, candidates, scorer=scorer, processor=fold, limit=most, score_cutoff=_CLOSE_ENOUGH
        )
        if found:
            return [candidate for candidate, _, _ in found]
    return []


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Say which known names are closest: ``; did you mean 'a' or 'b'?``, or nothing."""
    return or_one_of(closest(name, known))


def or_one_of(names: Iterable[str]) -> str:
    """Ask whether one of the *names* was meant: ``; did you mean 'a' or 'b'?``, or nothing where there is none."""
    quoted = " or ".join(repr(each) for each in names)
    return f"; did you mean {quoted}?" if quoted else ""


def printable(name: str) -> str:
    """Return a name fit to be shown: no control or direction characters, and no needless spaces."""
    return " ".join("".join(each if each.isprintable() else " " for each in name).split())

"""Wordings that were written apart from the reader, and what is done to a text that must not change how it is read."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

CASES = Path(__file__).parent.parent / "cases"
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
LONG_WORD = re.compile(r"[A-Za-z]{6,}")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def wordings(level: str) -> list[tuple[str, str]]:
    """Return what each wording of a level is about, and the wording."""
    groups = _read("triage_wordings.yaml")[level]
    return [(group["about"], text) for group in groups for text in group["wordings"]]


def idioms(kind: str) -> list[str]:
    """Return the sentences of ``triage_idioms.yaml``."""
    return list(_read("triage_idioms.yaml")[kind])


def not_understood() -> dict[str, list[str]]:
    """Return texts that nobody can read a reaction from, by their kind."""
    return _read("triage_not_understood.yaml")


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((CASES / name).read_text(encoding="utf-8"))
    return content


def neighbours() -> dict[str, str]:
    """Return the keys beside each letter on a keyboard."""
    near: dict[str, str] = dict.fromkeys(LETTERS, "")
    for row in ROWS:
        for one, other in pairwise(row):
            near[one] += other
            near[other] += one
    for upper, lower in pairwise(ROWS):
        for index, letter in enumerate(lower):
            for other in upper[index : index + 2]:
                near[letter] += other
                near[other] += letter
    return near


NEAR = neighbours()


def typing_errors(word: str, chance: random.Random) -> Iterator[str]:
    """Yield a word with a letter lost, doubled, changed with the next, hit beside its key, and hit anywhere."""
    at, swapped = chance.randrange(len(word)), chance.randrange(len(word) - 1)
    yield word[:at] + word[at + 1 :]
    yield word[:at] + word[at] * 2 + word[at + 1 :]
    yield word[:swapped] + word[swapped + 1] + word[swapped] + word[swapped + 2 :]
    yield word[:at] + chance.choice(NEAR[word[at].lower()]) + word[at + 1 :]
    yield word[:at] + chance.choice(LETTERS) + word[at + 1 :]


def with_typing_errors(text: str, chance: random.Random, is_word: Any = lambda word: True) -> Iterator[str]:
    """Yield a text with each error in each of its words of six or more letters that are no errors already."""
    for match in LONG_WORD.finditer(text):
        if is_word(match[0].lower()):
            for wrong in typing_errors(match[0], chance):
                if wrong != match[0]:
                    yield text[: match.start()] + wrong + text[match.end() :]

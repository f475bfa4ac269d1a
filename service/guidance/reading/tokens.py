"""Cut a text into words, each with its place, its sentence, and the word that it is read as."""

from __future__ import annotations

import re
from typing import NamedTuple

from service.guidance.names import fold
from service.guidance.records.reading import ReadingTexts
from service.guidance.spelling import Spelling

_WORD = re.compile(
    r"(?<![^\W_])(?<![.,])\d{1,3}[.,]\d{1,2}(?!\d|[.,]\d)|[^\W_]+(?:['\u2019\u2018\u0060\u00b4][^\W_]+)*"
)
_DECIMAL = re.compile(r"\d+[.,]\d+")
_SCORE = re.compile(r"(?<![^\W_])(\d[.,]\d|\w{1,5})\s?(?:/|out of)\s?(?:10|ten)(?![^\W_])", re.IGNORECASE)
_WORD_OR_SCORE = re.compile(f"{_SCORE.pattern}|{_WORD.pattern}", re.IGNORECASE)
_SENTENCE, _CLAUSE, _PART = (
    re.compile(r"[.!?…]|(?:\r\n?|\n)[^\S\r\n]*(?:\r\n?|\n)"),
    re.compile(r"[;:()\[\]\u2014\u2013]|\s-+\s"),
    re.compile(r"[,/&+]"),
)
_LINE = re.compile(r"[\r\n]")
_NEW_SEGMENT = frozenset({"and", "or", "nor", "plus"})
_ENDINGS = ("ness", "ing", "ed", "ly", "es", "s")
_SHORTEST_STEM = 3

_Form = tuple[str, str, frozenset[str]]


class Token(NamedTuple):
    """
    One word of a text; "9 out of 10" and "9/10" are one, read as ``9of10``, and so is "37,9", read as ``37.9``.

    Args:
        word: Folded, in one spelling, and joined with the "not" that follows it.
        stem: Without its ending, and one for all forms of a word.
        start: First code point in the text.
        end: The code point after the last.
        clause: Bounded by punctuation other than a comma.
        part: Bounded by commas too.
        segment: Bounded by "and", "or" and line breaks too.
        grave: The stems of graver words that it may be instead, with one typing error.
    """

    word: str
    stem: str
    start: int
    end: int
    sentence: int
    clause: int
    part: int
    segment: int
    grave: frozenset[str] = frozenset()


def without_ending(word: str) -> str:
    """Cut the ending of a word: ``burning`` and ``burns`` become ``burn``."""
    for ending in _ENDINGS:
        if word.endswith(ending) and not word.endswith("ss") and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word[: -len(ending)]
            if ending in ("ing", "ed") and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    return word[:-1] if word.endswith("e") and len(word) > _SHORTEST_STEM else word


class Tokenizer:
    """Cuts texts with the spellings and word forms of one guidance."""

    def __init__(self, texts: ReadingTexts, spelling: Spelling) -> None:
        self._spelling = spelling
        self._spellings = texts.spellings
        self._takes_not = frozenset(texts.takes_not)
        self._same_words = texts.same_words
        self._known: dict[str, _Form] = {}
        self._known_without_guess: dict[str, _Form] = {}

    def tokens(self, text: str, guess: bool = True) -> list[Token]:
        """
        Return the words of *text* in order.

        Args:
            guess: Whether to tell what graver words they can be. Nobody mistypes our own phrases.
        """
        found: list[Token] = []
        known = self._known if guess else self._known_without_guess
        read: dict[str, _Form] = {}
        sentence = clause = part = segment = end = 0
        for match in _WORD_OR_SCORE.finditer(text):
            start = match.start()
            between = text[end:start]
            end = match.end()
            raw = match[0]
            form = known.get(raw) or read.get(raw)
            if form is None:
                form = self._form(raw, match[1], guess)
                keep = known if self._spelling.knows(raw) else read  # what no dictionary holds is not kept
                keep[raw] = form
            word, stem, grave = form
            ends_part = False
            if between != " ":
                ends_sentence = bool(_SENTENCE.search(between))
                ends_clause = ends_sentence or bool(_CLAUSE.search(between))
                ends_part = ends_clause or bool(_PART.search(between))
                sentence += ends_sentence
                clause += ends_clause
                part += ends_part
                segment += not ends_part and word not in _NEW_SEGMENT and bool(_LINE.search(between))
            segment += ends_part or word in _NEW_SEGMENT
            if word == "not" and found and found[-1].word in self._takes_not and not ends_part:
                before = found.pop()
                word, start = self._joined(before.word), before.start
                stem = self.stem(word)
            found.append(Token(word, stem, start, end, sentence, clause, part, segment, grave))
        return found

    def knows(self, word: str) -> bool:
        """Whether a word is an English one, or one that is read by."""
        return self._spelling.knows(word) or word in self._same_words or not word.isalpha()

    def stem(self, word: str) -> str:
        """Return what all forms of a word are read as."""
        return without_ending(self._same_words.get(word, word))

    def _word(self, raw: str) -> str:
        if _DECIMAL.fullmatch(raw):
            return raw.replace(",", ".")
        word = fold(raw).replace(" ", "") or raw
        right = self._spellings.get(word) or self._spelling.corrected(word)
        return self._spellings.get(right, right)

    def _form(self, raw: str, score: str | None, guess: bool) -> _Form:
        """Return what a word is read as, its stem, and the stems of the graver words that it can be instead."""
        word = f"{self._word(score).partition('.')[0]}of10" if score else self._word(raw)
        stem = self.stem(word)
        graver = self._spelling.could_be(fold(raw)) if guess else ()
        return word, stem, frozenset(self.stem(grave) for grave in graver) - {stem}

    def _joined(self, verb: str) -> str:
        return {"can": "cant", "will": "wont"}.get(verb, f"{verb}nt")

"""Find the clauses of a text that nothing was made of. What is not ordinary talk may be a complaint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from service.guidance.guidance import Guidance, worked_out_once
from service.guidance.reading.found import Found
from service.guidance.reading.phrases import Spot
from service.guidance.reading.status import denials_of

_READ = (
    "idioms", "illness", "mentions", "denials", "no_denials", "clears_alarm", "ends_denial", "ends_never",
    "denied_after", "past", "past_times", "not_past", "not_long_ago", "hypothetical", "asking", "severity", "trend",
    "spreading", "growing", "onset", "area", "exposure", "illness_now", "illness_asked", "harmless",
)  # fmt: skip
_COVERS = ("harmless", "denials", "past")
_LONGEST_NUMBER = 4
_FEWEST_WORDS = 3


@worked_out_once
def plain_words(guidance: Guidance) -> frozenset[str]:
    """Words that say nothing by themselves."""
    texts = guidance.reading
    return frozenset(
        [
            *texts.common_words,
            *texts.dropped_words,
            *texts.skip_words,
            *texts.new_statement,
            *texts.fine_words,
            *texts.treatment_words,
            *texts.number_words,
            *texts.unit_hours,
            *texts.weekdays,
            *texts.months,
            *texts.lasting,
        ]
    )


@dataclass(frozen=True)
class Unread:
    """
    The words of a clause that was not read.

    Args:
        complains: Whether it holds a word that complains or alarms, or tells of a part of the body.
    """

    words: range
    complains: bool


def unread_clauses(guidance: Guidance, found: Found, alarming: Sequence[Spot]) -> tuple[Unread, ...]:
    """
    Return each clause that was not read.

    Where a sign was read, only words that complain are unread; elsewhere every word that is not ordinary talk is.

    Args:
        alarming: Words that alarm and belong to no sign.
    """
    signs = found.words_of_signs
    apart = {index for kind in ("idioms", "illness") for spot in found.marks[kind] for index in spot.tokens}
    apart |= {index for kind in _COVERS for spot in found.marks[kind] if len(spot.tokens) > 1 for index in spot.tokens}
    apart |= signs
    complaints = {
        index
        for mark in found.marks["complaints"]
        if apart.isdisjoint(mark.tokens) and not denials_of(found, mark)
        for index in mark.tokens
    } | {index for mark in alarming for index in mark.tokens}
    denied = {index for mark in found.marks["complaints"] for index in mark.tokens} - complaints
    read = signs | denied | {index for kind in _READ for spot in found.marks[kind] for index in spot.tokens}
    read |= {index for told in found.times for index in range(told.first, told.last + 1)}
    plain = plain_words(guidance)
    places = frozenset(mark.last for mark in found.marks["area"])
    unread = []
    for words in clauses_of(found, frozenset(guidance.reading.joins)):
        heard = not complaints.isdisjoint(words)
        if not signs.isdisjoint(words):
            beside = [part for part in _beside(words, signs) if not complaints.isdisjoint(part)]
            unread += [Unread(part, complains=True) for part in beside or [words] if heard]
            continue
        heard = heard or _tells_of_a_part(guidance, found, words, places)
        odd = any(
            index not in read and found.tokens[index].word not in plain and not _is_number(found.tokens[index].word)
            for index in words
        )
        if heard or odd:
            unread.append(Unread(words, heard))
    return tuple(unread)


def _beside(words: range, signs: Set[int]) -> Iterator[range]:
    """Yield what a clause says before its first sign and after its last, where that can be a statement of its own."""
    inside = [index for index in words if index in signs]
    for part in (range(words.start, inside[0]), range(inside[-1] + 1, words.stop)):
        if len(part) >= _FEWEST_WORDS:
            yield part


def _is_number(word: str) -> bool:
    """Tell a number, an hour ("7pm") or an amount ("2ml")."""
    return word[:1].isdecimal() and len(word) <= _LONGEST_NUMBER


def clauses_of(found: Found, joins: frozenset[str], words: range | None = None) -> Iterator[range]:
    """Yield the clauses of a text, or of some words: between punctuation, a comma too, and words such as "and"."""
    words = range(len(found.tokens)) if words is None else words
    start = words.start
    inside = found.words_of_signs
    for index in words:
        token = found.tokens[index]
        joined = token.word in joins and not (index in inside and index - 1 in inside)
        if index > start and (joined or token.part != found.tokens[index - 1].part):
            yield range(start, index)
            start = index
    if start < words.stop:
        yield range(start, words.stop)


def _tells_of_a_part(guidance: Guidance, found: Found, words: range, places: Set[int]) -> bool:
    """Tell "my eye has gone up": a part of the body, a verb, and no word that all is well."""
    verbs = [
        index for index in words[1:] if index - 1 in places and found.tokens[index].word in guidance.reading.body_verbs
    ]
    return bool(verbs) and not any(found.tokens[index].word in guidance.reading.untroubled for index in words)

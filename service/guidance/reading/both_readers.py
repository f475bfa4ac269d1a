"""Put the two readers together: what the first one names and the second one hears."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from service.guidance.guidance import Guidance
from service.guidance.reading.found import Found
from service.guidance.reading.learned import Look
from service.guidance.reading.phrases import Spot
from service.guidance.reading.status import statement_of, status_of_spot
from service.guidance.reading.unread import plain_words
from service.guidance.records.common import Level
from service.guidance.report import Status

_IT = frozenset({"it", "them"})
_WORDS_NEAR = 4


def with_second(guidance: Guidance, found: Found, second: Look) -> Found:
    """Return *found* with the signs that both readers make of it together."""
    named = _with_elsewhere(guidance, _with_unsure(guidance, found, second), second)
    return _with_learned(guidance, named, second)


def _with_unsure(guidance: Guidance, found: Found, second: Look) -> Found:
    """Add what words name that mostly mean something else; what is there the second reader has to hear too."""
    added = [spot for spot in found.marks["unsure"] if _is_meant(guidance, found, spot, second)]
    return found.with_signs(added) if added else found


def _is_meant(guidance: Guidance, found: Found, spot: Spot, second: Look) -> bool:
    """Whether such words mean the sign; what "it" is said of stands before: "a lump, but I can't see it"."""
    if status_of_spot(guidance, found, spot) not in (Status.PRESENT, Status.PAST):
        return True
    behind = found.tokens[spot.last + 1 : spot.last + 2]
    if any(token.word in _IT for token in behind):
        return second.is_heard(spot)
    return second.is_heard(spot, statement_of(found, spot)) or _stands_alone(guidance, found, spot)


def _with_elsewhere(guidance: Guidance, found: Found, second: Look) -> Found:
    """
    Set apart the grave signs that are stated beside another time, or behind hearsay.

    So they are where the second reader hears neither them nor anything grave in the sentence, and nothing says
    that they are there now.
    """
    hearsay = {index for mark in found.marks["elsewhere"] for index in mark.tokens}
    times = {index for kind in ("years", "long_past") for mark in found.marks[kind] for index in mark.tokens}
    if not hearsay and not times:
        return found
    measured = {mark.tokens for mark in found.marks["measured"]}
    apart = frozenset(
        spot
        for spot in found.signs
        if guidance.signs[spot.code].level.rank >= Level.URGENT.rank
        and spot.tokens not in measured
        and any(
            index in times or index < spot.first for index in (hearsay | times).intersection(statement_of(found, spot))
        )
        and not _is_said_to_be_now(guidance, found, spot, hearsay | times)
        and not second.is_heard_here(spot)
    )
    return replace(found, elsewhere=apart) if apart else found


def _is_said_to_be_now(guidance: Guidance, found: Found, spot: Spot, elsewhere: Set[int]) -> bool:
    """Whether a word in a sign or near it says that it is there, with nothing of another time between."""
    now = {*guidance.reading.now_present, *guidance.reading.now_or_imagined}
    behind = found.tokens[spot.last + 1 : spot.last + 3]
    if any(token.word in now and token.segment == found.token(spot).segment for token in behind):
        return True
    for index in range(spot.last, max(0, spot.first - _WORDS_NEAR) - 1, -1):
        if index in elsewhere or found.tokens[index].segment != found.token(spot).segment:
            return False
        if found.tokens[index].word in now:
            return True
    return False


def _stands_alone(guidance: Guidance, found: Found, spot: Spot) -> bool:
    """Whether no word near a sign, in what is stated, is one that it could be said of: "I feel very faint"."""
    marks = (mark for kind in ("area", "treatment", "exposure") for mark in found.marks[kind])
    told = {index for mark in marks for index in mark.tokens}
    plain = plain_words(guidance).union(guidance.reading.people)
    near = range(max(0, spot.first - _WORDS_NEAR), spot.last + _WORDS_NEAR + 1)
    words = set(near).intersection(statement_of(found, spot)).difference(spot.tokens, told)
    return all(found.tokens[index].word in plain for index in words)


def _with_learned(guidance: Guidance, found: Found, second: Look) -> Found:
    """
    Add the signs that only the second reader finds; what a phrase names in the same sentence stays as it is.

    What the phrase denies, other words may tell: "I'm not blind, but there's a grey curtain over one eye".
    """
    named: dict[tuple[str, int], list[Spot]] = {}
    for spot in found.signs:
        named.setdefault((spot.code, found.token(spot).sentence), []).append(spot)

    def is_told_apart(spot: Spot, other: Spot) -> bool:
        words = range(spot.first, spot.last + 1)
        apart = set(words).isdisjoint(statement_of(found, other))
        return apart and status_of_spot(guidance, found, other) is Status.ABSENT

    added = [
        spot
        for spot in second.signs
        if all(is_told_apart(spot, other) for other in named.get((spot.code, found.token(spot).sentence), ()))
    ]
    return found.with_signs(added, heard=True) if added else found

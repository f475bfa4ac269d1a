"""Whether a sign that a text names is there: denied, only imagined, gone, or present. In doubt it is present."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from service.guidance.guidance import Guidance, worked_out_once
from service.guidance.reading.found import Found
from service.guidance.reading.phrases import Spot
from service.guidance.records import Level
from service.guidance.report import Status

_DENIAL_REACH = 10
_LONGEST_DENIAL = 4
_SHORT_REACH = 2
_OR = frozenset({"or", "nor"})


def status_of_spot(guidance: Guidance, found: Found, spot: Spot) -> Status:
    """Tell the status of the sign named at *spot*."""
    grave = guidance.signs[spot.code].level.rank >= Level.URGENT.rank
    if _is_denied(found, spot, grave, _new_statement(guidance)):
        return Status.ABSENT
    if _is_imagined(found, spot, grave):
        return Status.HYPOTHETICAL
    return Status.PAST if _is_past(found, spot) else Status.PRESENT


@worked_out_once
def _new_statement(guidance: Guidance) -> frozenset[str]:
    return frozenset(guidance.reading.new_statement)


def denials_of(found: Found, spot: Spot) -> list[Spot]:
    """
    Return the denying words that reach *spot*: before it or inside it, in its clause, and no "but" between.

    "Until now" after it ends them all.
    """
    if any(mark.first > spot.last for mark in found.in_clause(spot, "ends_never")):
        return []
    ends = [end.first for end in found.in_clause(spot, "ends_denial")]
    marks = found.in_clause(spot, "denials")
    near = marks[_position(marks, spot.first - _DENIAL_REACH - _LONGEST_DENIAL) : _position(marks, spot.last)]
    return [
        mark
        for mark in near
        if spot.first - mark.last <= _DENIAL_REACH
        and set(mark.tokens).isdisjoint(spot.tokens)
        and not any(mark.last < end <= spot.first for end in ends)
    ]


def _position(marks: Sequence[Spot], index: int) -> int:
    """Return the position of the first mark that begins at the word *index* or later."""
    return bisect_left(marks, index, key=lambda mark: mark.first)


def denied_words(found: Found) -> frozenset[int]:
    """Return the numbers of the words behind a denying word, up to a comma, an "and" or a "but"."""
    ends = {index for end in found.marks["ends_denial"] for index in end.tokens}
    denied: set[int] = set()
    for mark in found.marks["denials"]:
        segment = found.tokens[mark.last].segment
        for index in range(mark.last + 1, min(mark.last + 1 + _DENIAL_REACH, len(found.tokens))):
            if found.tokens[index].segment != segment or index in ends:
                break
            denied.add(index)
    return frozenset(denied)


def is_negated(found: Found, mark: Spot) -> bool:
    """Tell a denying word shortly before a word that is no sign: "not getting worse"."""
    marks = found.in_clause(mark, "denials")
    near = marks[_position(marks, mark.first - _SHORT_REACH - _LONGEST_DENIAL) : _position(marks, mark.first)]
    return any(0 < mark.first - denial.last <= _SHORT_REACH for denial in near)


def _is_denied(found: Found, spot: Spot, grave: bool, new_statement: frozenset[str]) -> bool:
    """Tell a denial that reaches the sign. Two in one breath ("can't say it isn't") are none."""
    if any(0 < mark.first - spot.last <= _SHORT_REACH for mark in found.in_clause(spot, "denied_after")):
        return True
    reaching = denials_of(found, spot)
    first, last = found.token(spot), found.tokens[spot.last]
    if first.part != last.part:  # "not my lip, went, white"
        return any(found.token(mark).part == last.part for mark in reaching)
    own = [mark for mark in reaching if found.token(mark).segment >= first.segment]
    if own or not reaching:
        return len(_last_breath(found, own)) % 2 == 1
    return _goes_on(found, reaching[-1], spot, grave, new_statement)


def _last_breath(found: Found, marks: Sequence[Spot]) -> Sequence[Spot]:
    """Return the last of the denials that no sign stands between: two in "no pain no fever" are not one."""
    group: list[Spot] = []
    for mark in marks:
        if group and not found.words_of_signs.isdisjoint(range(group[-1].last + 1, mark.first)):
            group = []
        group.append(mark)
    return group


def _goes_on(found: Found, mark: Spot, spot: Spot, grave: bool, new_statement: frozenset[str]) -> bool:
    """
    Tell whether a denial goes on over commas and "and" as far as *spot*.

    It ends with a new statement ("no pain, my lip is white"), and goes on to a grave sign only in a list with "or".
    """
    first, last = found.token(mark), found.tokens[spot.last]
    if any(token.word in new_statement for token in found.tokens if first.segment < token.segment <= last.segment):
        return False
    after = [token for token in found.tokens[mark.last :] if token.clause == first.clause]
    return not grave or any(token.word in _OR for token in after)


def _is_imagined(found: Found, spot: Spot, grave: bool) -> bool:
    """Tell a sign that is only asked about. A grave one behind a "because" or a "but" is there."""
    marks = found.in_sentence(spot, "hypothetical")
    asked = [] if grave else found.in_sentence(spot, "asking")
    ends = [end.first for end in found.in_sentence(spot, "ends_denial")] if grave else []
    return any(
        mark.last < spot.first and not any(mark.last < end < spot.first for end in ends) for mark in [*marks, *asked]
    )


def _is_past(found: Found, spot: Spot) -> bool:
    """Tell whether the clause of the sign, or the next one if it names no sign, says that it has gone."""
    if found.in_sentence(spot, "not_past"):
        return False
    clause = found.token(spot).clause
    marks = [*found.in_clause(spot, "past"), *long_ago(found, clause)]
    if clause + 1 not in found.clauses_with_signs:
        marks += [*found.in_clause_number(clause + 1, "past"), *long_ago(found, clause + 1)]
    return any(
        mark.first not in found.words_of_signs  # "has gone white" is not "has gone"
        and not found.in_sentence(mark, "not_past")
        for mark in marks
    )


def long_ago(found: Found, clause: int) -> Sequence[Spot]:
    """Return what a clause says of a time long gone, unless a treatment was given then, or the sign began."""
    if found.in_clause_number(clause, "exposure") or found.in_clause_number(clause, "not_long_ago"):
        return []
    return found.in_clause_number(clause, "past_times")

"""Whether a sign that a text names is there: denied, only imagined, gone, or present. In doubt it is present."""

from __future__ import annotations

from service.guidance.guidance import Guidance
from service.guidance.reading.found import Found
from service.guidance.reading.phrases import Spot
from service.guidance.records import Level
from service.guidance.report import Status

_DENIAL_REACH = 10
_SHORT_REACH = 2
_OR = frozenset({"or", "nor"})


def status_of_spot(guidance: Guidance, found: Found, spot: Spot) -> Status:
    """Tell the status of the sign named at *spot*."""
    grave = guidance.signs[spot.code].level.rank >= Level.URGENT.rank
    if _is_denied(found, spot, grave, frozenset(guidance.reading.new_statement)):
        return Status.ABSENT
    if _is_imagined(found, spot, grave):
        return Status.HYPOTHETICAL
    return Status.PAST if _is_past(found, spot) else Status.PRESENT


def denials_of(found: Found, spot: Spot) -> list[Spot]:
    """Return the denying words that reach *spot*: before it or inside it, in its clause, and no "but" between."""
    ends = [end.first for end in found.in_clause(spot, "ends_denial")]
    return [
        mark
        for mark in found.in_clause(spot, "denials")
        if mark.first < spot.last
        and spot.first - mark.last <= _DENIAL_REACH
        and set(mark.tokens).isdisjoint(spot.tokens)
        and not any(mark.last < end <= spot.first for end in ends)
    ]


def is_negated(found: Found, mark: Spot) -> bool:
    """Tell a denying word shortly before a word that is no sign: "not getting worse"."""
    return any(0 < mark.first - denial.last <= _SHORT_REACH for denial in found.in_clause(mark, "denials"))


def _is_denied(found: Found, spot: Spot, grave: bool, new_statement: frozenset[str]) -> bool:
    """Tell a denial that reaches the sign. Two in one breath ("can't say it isn't") are none."""
    if any(0 < mark.first - spot.last <= _SHORT_REACH for mark in found.in_clause(spot, "denied_after")):
        return True
    reaching = denials_of(found, spot)
    own = [mark for mark in reaching if found.token(mark).segment >= found.token(spot).segment]
    if own or not reaching:
        return len(own) % 2 == 1
    return _goes_on(found, reaching[-1], spot, grave, new_statement)


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
    marks = found.in_sentence(spot, "hypothetical")
    asked = [] if grave else found.in_sentence(spot, "asking")
    return any(mark.last < spot.first for mark in [*marks, *asked])


def _is_past(found: Found, spot: Spot) -> bool:
    """Tell whether the clause of the sign, or the next one if it names no sign, says that it has gone."""
    if found.in_sentence(spot, "not_past"):
        return False
    clause = found.token(spot).clause
    marks = [*found.in_clause(spot, "past")]
    if clause + 1 not in found.clauses_with_signs:
        marks += found.in_clause_number(clause + 1, "past")
    return any(
        mark.first not in found.words_of_signs  # "has gone white" is not "has gone"
        and not found.in_sentence(mark, "not_past")
        for mark in marks
    )

"""Whether a sign that a text names is there: denied, only imagined, gone, or present. In doubt it is present."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from service.guidance.guidance import Guidance, worked_out_once
from service.guidance.reading.found import Found
from service.guidance.reading.measured import NORMAL
from service.guidance.reading.phrases import Spot
from service.guidance.records.common import Level
from service.guidance.report import Status

_DENIAL_REACH = 10
_LONGEST_DENIAL = 4
_SHORT_REACH = 2
_REACH_OF_FEAR = 8
_YEAR = 8760
_LISTED = frozenset({"no", "never"})
"""Words of which each denies what is behind it: "never changes never hurts"."""
_OR = frozenset({"or", "nor"})


def status_of_spot(guidance: Guidance, found: Found, spot: Spot) -> Status:
    """Tell the status of the sign named at *spot*."""
    grave = guidance.signs[spot.code].level.rank >= Level.URGENT.rank
    new_statement = _new_statement(guidance)
    # The second reader hears denials by itself: its words are denied where a denial reaches both ends of them.
    parts = [spot._replace(tokens=(end,)) for end in spot.tokens] if spot.tokens in found.heard else [spot]
    if all(_is_denied(found, part, grave, new_statement) for part in parts) or _is_normal(guidance, found, spot):
        return Status.ABSENT
    if _is_imagined(guidance, found, spot, grave) or _is_in_general(guidance, found, spot):
        return Status.HYPOTHETICAL
    if spot in found.elsewhere or is_feared(guidance, found, spot):
        return Status.HYPOTHETICAL
    return Status.PAST if _is_past(guidance, found, spot) else Status.PRESENT


@worked_out_once
def _new_statement(guidance: Guidance) -> frozenset[str]:
    return frozenset(guidance.reading.new_statement)


def denials_of(found: Found, spot: Spot) -> list[Spot]:
    """
    Return the denying words that reach *spot*: before it or inside it, in its clause, and no "but" between.

    "Until now" after it ends them all.
    """
    part = found.tokens[spot.last].part
    if any(
        mark.first > spot.last and (len(mark.tokens) > 1 or found.token(mark).part == part)
        for mark in found.in_clause(spot, "ends_never")
    ):
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
    near = marks[_position(marks, mark.first - 2 * _SHORT_REACH - _LONGEST_DENIAL) : _position(marks, mark.first)]
    return any(
        0
        < mark.first - denial.last
        <= _SHORT_REACH + len(_between(found, denial, mark).intersection(_OR)) * _SHORT_REACH
        for denial in near
    )


def _between(found: Found, one: Spot, other: Spot) -> set[str]:
    return {token.word for token in found.tokens[one.last + 1 : other.first]}


def _is_denied(found: Found, spot: Spot, grave: bool, new_statement: frozenset[str]) -> bool:
    """Tell a denial that reaches the sign. Two in one breath ("can't say it isn't") are none."""
    if _is_denied_behind(found, spot):
        return True
    behind = found.tokens[spot.last + 1 : spot.last + 3]
    if behind and behind[0].word == "not" and len({token.part for token in behind}) == len(behind):  # "fever not, ..."
        return behind[0].part == found.tokens[spot.last].part
    reaching = denials_of(found, spot)
    first, last = found.token(spot), found.tokens[spot.last]
    if first.part != last.part:  # "not my lip, went, white"
        return any(found.token(mark).part == last.part for mark in reaching)
    own = [mark for mark in reaching if found.token(mark).segment >= first.segment]
    if own or not reaching:
        return len(_last_breath(found, own, spot)) % 2 == 1
    return _goes_on(found, reaching[-1], spot, grave, new_statement)


def _is_denied_behind(found: Found, spot: Spot) -> bool:
    """Tell "fever absent" and "fever, none", which end what they say, from "fever but none of it hurts"."""
    ends = [end.first for end in found.in_clause(spot, "ends_denial")]
    part = found.tokens[spot.last].part

    def ends_what_it_says(mark: Spot) -> bool:
        own = found.token(mark).part
        behind = [token.word for token in found.tokens[mark.last + 1 : mark.last + 2] if token.part == own]
        return behind != ["of"] if own == part else mark.first == spot.last + 1 and not behind

    return any(
        0 < mark.first - spot.last <= _SHORT_REACH
        and ends_what_it_says(mark)
        and not any(spot.last < end < mark.first for end in ends)
        for mark in found.in_clause(spot, "denied_after")
    )


def _last_breath(found: Found, marks: Sequence[Spot], spot: Spot) -> Sequence[Spot]:
    """
    Return the last of the denials that no sign stands between: two in "no pain no fever" are not one.

    Nor are they in "no droop no fever", where the first one denies no sign and the last one stands at the sign.
    """
    group: list[Spot] = []
    for mark in marks:
        word = found.token(mark).word
        at = mark.last + 1
        is_at_sign = mark is marks[-1] and any(
            each.first == at and each.last >= spot.first for each in (spot, *found.signs)
        )
        is_list = bool(group) and is_at_sign and word in _LISTED and found.token(group[-1]).word == word
        if group and (is_list or not found.words_of_signs.isdisjoint(range(group[-1].last + 1, mark.first))):
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


def _is_imagined(guidance: Guidance, found: Found, spot: Spot, grave: bool) -> bool:
    """Tell a sign that is only asked about. Behind a "because" or a "but", or where it is stated anew, it is there."""
    asked = [] if grave else found.in_sentence(spot, "asking")
    ends = [end.first for end in found.in_sentence(spot, "ends_denial")]
    return any(
        mark.last < spot.first
        and not any(mark.last < end < spot.first for end in ends)
        and not _is_stated_anew(guidance, found, mark, spot)
        for mark in [*found.in_sentence(spot, "hypothetical"), *asked]
    )


def _is_stated_anew(guidance: Guidance, found: Found, mark: Spot, spot: Spot) -> bool:
    """
    Tell whether somebody says behind a question that a sign is there: "risk of scars, my lip is white".

    Behind a comma it begins with whom it is about; behind an "and" it also says that it is so now.
    """
    segment = found.token(spot).segment
    words = [token for token in found.tokens[mark.last + 1 : spot.last + 2] if token.segment == segment]
    before = found.tokens[mark.last]
    if segment == before.segment or words[0].word in _OR:
        return False
    somebody = any(token.word in guidance.reading.of_somebody for token in words[:_SHORT_REACH])
    now = any(token.word in guidance.reading.now_present for token in words)
    return somebody and (now or words[0].part != before.part)


def _is_in_general(guidance: Guidance, found: Found, spot: Spot) -> bool:
    """Tell a sign of people at large ("is it true people go blind"), with nobody between the question and it."""
    marks = found.in_sentence(spot, "in_general")
    if not marks:
        return False
    somebody = frozenset(guidance.reading.of_somebody)
    behind = {token.word for token in found.tokens[spot.last + 1 :] if token.sentence == found.token(spot).sentence}
    if not behind.isdisjoint(guidance.reading.of_somebody_behind):
        return False
    return any(
        mark.first < spot.first
        and somebody.isdisjoint(token.word for token in found.tokens[mark.last + 1 : spot.last + 1])
        and not any(mark.last < end.first < spot.first for end in found.in_sentence(spot, "ends_denial"))
        for mark in marks
    )


def is_feared(guidance: Guidance, found: Found, spot: Spot) -> bool:
    """Tell what was only feared: "I was sure I would faint", "terrified of it all, blindness, strokes"."""
    texts = guidance.reading
    return any(
        mark.last < spot.first <= mark.last + _REACH_OF_FEAR
        and not any(
            token.word in texts.ends_fear
            or (token.part != found.tokens[mark.last].part and token.word in texts.new_statement)
            for token in found.tokens[mark.last + 1 : spot.last + 1]
        )
        for mark in found.in_clause(spot, "feared")
    )


def _is_normal(guidance: Guidance, found: Found, spot: Spot) -> bool:
    """Tell a fever that is nothing but a temperature that was measured and is none."""
    temperature = guidance.reading.temperature
    values = {mark.code for mark in found.in_sentence(spot, "measured")}
    if spot.code != temperature.sign or values != {NORMAL}:
        return False
    numbers = {index for mark in found.in_sentence(spot, "measured") for index in mark.tokens}
    others = {index for each in found.signs if each.code == spot.code for index in each.tokens} - numbers
    words = {found.tokens[index].word for index in others if found.tokens[index].sentence == found.token(spot).sentence}
    return words <= {*temperature.words, "a", "of"}


def is_long_past(guidance: Guidance, found: Found, spot: Spot) -> bool:
    """Tell what was years ago and has nothing to do with a treatment: "I had a fit as a teenager"."""
    if spot.tokens in found.heard:  # the second reader does not tell which words name it
        return False
    marks = found.in_sentence(spot, "long_past")
    words = {index for mark in marks for index in mark.tokens}
    others = [mark for mark in found.in_sentence(spot, "not_long_ago") if words.isdisjoint(mark.tokens)]
    if others or any(found.in_sentence(spot, kind) for kind in ("not_past", "exposure", "treatment")):
        return False
    part = found.token(spot).part
    if any(found.token(mark).part == part for mark in found.in_clause(spot, "not_long_past")):
        return False
    years = [
        Spot("years", (told.first, told.last))
        for told in found.times
        if told.hours >= _YEAR and told.kind == "moment" and found.tokens[told.last].part == part
    ]
    marks = [mark for mark in marks if found.token(mark).part == part or _begins_sentence(found, mark)]
    return any(not _is_told_apart(guidance, found, mark, spot) for mark in [*years, *marks])


def _is_told_apart(guidance: Guidance, found: Found, mark: Spot, spot: Spot) -> bool:
    """Tell a "but" between a time and a sign, or that the sign is said to be there now in words of its own."""
    segment = found.token(spot).segment
    first, last = min(mark.last, spot.last), max(mark.first, spot.first)
    if any(first < end.first < last for end in found.in_sentence(spot, "ends_denial")):
        return True
    if segment == found.tokens[mark.last].segment:
        return False
    present = {*guidance.reading.now_present, *guidance.reading.now_or_imagined}
    around = found.tokens[max(0, spot.first - _REACH_OF_FEAR) : spot.last + 2]
    return any(token.word in present for token in around if token.segment == segment)


def _begins_sentence(found: Found, mark: Spot) -> bool:
    return mark.first == 0 or found.tokens[mark.first - 1].sentence != found.token(mark).sentence


def _goes_back(guidance: Guidance, found: Found, spot: Spot, mark: Spot, first: bool = False) -> bool:
    """
    Tell whether what is said behind a sign is said of it: in its sentence, of "it", or of nothing else.

    Args:
        first: Whether "it" has to be the first word: "that was years ago".
    """
    if found.token(mark).sentence == found.token(spot).sentence:
        return True
    words = found.words_of_clauses[found.token(mark).clause]
    return mark.first - words.start < _SHORT_REACH or any(
        found.tokens[index].word in guidance.reading.told_of_it for index in (words[:1] if first else words)
    )


def _is_past(guidance: Guidance, found: Found, spot: Spot) -> bool:
    """Tell whether the clause of the sign, or the next one if it names no sign, says that it has gone."""
    if found.in_sentence(spot, "not_past"):
        return False
    clause = found.token(spot).clause
    if is_long_past(guidance, found, spot):
        return True
    if spot.code in guidance.reading.events:
        return False
    marks = [
        mark
        for mark in [*found.in_clause(spot, "past"), *long_ago(found, clause)]
        if _is_said_of(guidance, found, spot, mark)
    ]
    if clause + 1 not in found.clauses_with_signs:
        gone = found.in_clause_number(clause + 1, "past")
        marks += [mark for mark in gone if _goes_back(guidance, found, spot, mark)]
        marks += [mark for mark in long_ago(found, clause + 1) if _goes_back(guidance, found, spot, mark, first=True)]
    taken = _words_that_are_signs(guidance, found) if marks else frozenset()
    return any(
        mark.first not in taken  # "has gone white" is not "has gone"
        and not found.in_sentence(mark, "not_past")
        and not _goes_on_to_tell(guidance, found, mark)
        for mark in marks
    )


def _goes_on_to_tell(guidance: Guidance, found: Found, mark: Spot) -> bool:
    """Tell "it is gone all misty", "has stopped moving" and "it is gone six" from what has gone or stopped."""
    texts, last = guidance.reading, found.tokens[mark.last]
    behind = [token.word for token in found.tokens[mark.last + 1 : mark.last + 2] if token.segment == last.segment]
    return last.word in texts.may_go_on and bool(behind) and behind[0] not in texts.behind_gone


def _is_said_of(guidance: Guidance, found: Found, spot: Spot, mark: Spot) -> bool:
    """
    Tell whether what is gone is a sign of the same clause: not in "my lips are swollen but the bruise has gone".

    It is, where nothing stands between, where the sign is only named ("the itch and the rash are gone"), and where
    "it" or nothing else is gone.
    """
    own, other = statement_of(found, spot), statement_of(found, mark)
    if own == other or {found.tokens[index].word for index in own}.isdisjoint(guidance.reading.new_statement):
        return True
    texts = guidance.reading
    names = [found.tokens[index].word for index in other if index < mark.first and index not in spot.tokens]
    return spot.last < mark.first and all(
        word in texts.told_of_it or word in texts.common_words or word in texts.skip_words for word in names
    )


def statement_of(found: Found, spot: Spot) -> range:
    """Return the numbers of the words around *spot* up to the next comma, "and" or "but"."""
    ends = {end.first for end in found.in_clause(spot, "ends_denial")}
    segment, first, last = found.token(spot).segment, spot.first, spot.last
    while first > 0 and first not in ends and found.tokens[first - 1].segment == segment:
        first -= 1
    while last + 1 < len(found.tokens) and last + 1 not in ends and found.tokens[last + 1].segment == segment:
        last += 1
    return range(first, last + 1)


def _words_that_are_signs(guidance: Guidance, found: Found) -> frozenset[int]:
    """Return the words of signs, but for mild ones that were heard: what says that these have gone is among theirs."""
    return frozenset(
        index
        for sign in found.signs
        if sign.tokens not in found.heard or guidance.signs[sign.code].level is not Level.SELF_CARE
        for index in range(sign.first, sign.last + 1)
    )


def long_ago(found: Found, clause: int) -> Sequence[Spot]:
    """Return what a clause says of a time long gone, unless a treatment was given then, or the sign began."""
    if found.in_clause_number(clause, "exposure") or found.in_clause_number(clause, "not_long_ago"):
        return []
    return found.in_clause_number(clause, "past_times")

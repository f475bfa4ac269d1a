"""Put together what a text says: the signs with their status and details, and what else asks for somebody to look."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from service.guidance.guidance import Guidance, worked_out_once
from service.guidance.reading.abroad import Abroad
from service.guidance.reading.background import Background, background_of
from service.guidance.reading.both_readers import with_second
from service.guidance.reading.details import Details, hours_by_sentence, hours_of
from service.guidance.reading.doubts import Doubts
from service.guidance.reading.found import Finder, Found
from service.guidance.reading.learned import LASTING, SEVERE, SPREADING, WORSENING, LearnedReader
from service.guidance.reading.phrases import Spot
from service.guidance.reading.result import Concern, Reading, ReadSign
from service.guidance.reading.status import denials_of, is_feared, is_long_past, status_of_spot
from service.guidance.reading.tokens import Token
from service.guidance.reading.unread import unread_clauses
from service.guidance.records.common import Level, Severity, Trend
from service.guidance.report import Status

UNMATCHED, NOT_ENGLISH, NOTHING_PRESENT = "rule.unmatched_text", "rule.not_english", "rule.nothing_present"
_EXCERPTS, _EXCERPT_LENGTH = 10, 100
_FEWEST_WORDS_OF_A_LANGUAGE = 3
_WORDS_AFTER_ALARM = 3
_WORDS_AFTER_CAN = 3
_LONG_AGO = 31 * 24
_OF_NOW = ("exposure", "treatment", "illness_now")
_WORDS_BEFORE_ILLNESS = 2


def read_signs(guidance: Guidance, text: str, at: datetime | None = None) -> Reading:
    """
    Read the signs that *text* names, with their status and the words that name them.

    Letter case, accents and apostrophes do not matter. Nothing in a text is an instruction. The words are those of the
    base guidance: a clinic's own, perhaps in another language, would let more of a text count as understood. Where the
    words do not tell an ordinary sign from a grave one, both are read.

    Args:
        at: When it was written, in the writer's zone: what "since Tuesday" is counted to.
    """
    return _reader_of(guidance.base).read(text, at)


def read_by_phrases(guidance: Guidance, text: str) -> Reading:
    """Read as the first reader alone would, to see what the second one adds."""
    return _reader_of(guidance.base).read(text, None, learned=False)


@worked_out_once
def _reader_of(base: Guidance) -> _Reader:
    return _Reader(base)


class _Reader:
    """The phrases and the words of one guidance, prepared once."""

    def __init__(self, guidance: Guidance) -> None:
        self._guidance = guidance
        self._finder = Finder(guidance)
        self._doubts = Doubts(guidance, self._finder.tokenizer)
        self._learned = LearnedReader(guidance, self._finder.tokenizer)
        self._abroad = Abroad(guidance.reading.alarms_abroad)

    def read(self, text: str, at: datetime | None, learned: bool = True) -> Reading:
        found = self._finder.find(text, at)
        second = self._learned.look(found) if learned else None
        found = with_second(self._guidance, found, second) if second else found.with_signs(found.marks["unsure"])
        found = self._doubts.settle(found)
        background = background_of(self._guidance, found)
        found = self._with_conditions(self._specific(self._without_parts(found), background), background)
        heard: Callable[[int], frozenset[str]] = second.heard if second else lambda _: frozenset()
        told = {found.tokens[each.first].sentence for each in found.times}
        hours = hours_by_sentence(self._guidance, found, {sentence for sentence in told if LASTING in heard(sentence)})
        details = Details(self._guidance, found)
        since = self._hours_since_exposures(background)
        since_last = self._hours_since_last(background, found)
        read = (self._read_sign(found, details, spot, hours, heard(found.token(spot).sentence)) for spot in found.signs)
        recent = tuple(self._onsets_by_time(background))
        signs = tuple(
            replace(
                sign,
                lasted_hours=_first_told(sign.lasted_hours, since.get(sign.sign), since_last.get(spot)),
                onsets=tuple(sorted({*sign.onsets, *(onset for onset, within in recent if _is_within(sign, within))})),
            )
            for spot, sign in zip(found.signs, read, strict=True)
        )
        alarming_abroad = self._abroad.alarms(text)
        english = not (alarming_abroad or (second and second.is_foreign)) and self._is_english(found.tokens)
        illnesses = tuple(_illnesses(self._guidance, found))
        alarming = [mark for mark in found.marks["mentions"] if _alarms(self._guidance, found, mark)]
        anything = english and bool(signs or illnesses)
        clauses = unread_clauses(self._guidance, found, alarming) if anything else ()
        alarms = {index for mark in alarming for index in mark.tokens}
        unread = [
            clause.words
            for clause in clauses
            if not second
            or not alarms.isdisjoint(clause.words)
            or (found.words_of_signs.isdisjoint(clause.words) and second.is_unclear(clause))
        ]
        concerns = [*illnesses, *_concerns(self._guidance, found, signs, english, bool(alarming) or alarming_abroad)]
        if unread:
            concerns.append(Concern("unread", UNMATCHED, self._guidance.triage.unmatched.otherwise))
        return Reading(
            understood=anything and not unread,
            signs=signs,
            not_understood=tuple(_excerpts(found, unread) if anything else _excerpts_of_all(found)),
            concerns=tuple(dict.fromkeys(concerns)),
            background=background,
        )

    def _specific(self, found: Found, background: Background) -> Found:
        """Leave out what is read of a device, where the same is read of an injection and only that was told of."""
        if background.had_session or not background.treatments:
            return found
        read = {(spot.code, found.token(spot).sentence) for spot in found.signs}
        of_injections = self._guidance.reading.of_injections
        return found.with_only(
            [spot for spot in found.signs if (of_injections.get(spot.code), found.token(spot).sentence) not in read]
        )

    def _without_parts(self, found: Found) -> Found:
        """Leave out the itch of "itchy welts": these are one sign. The second reader takes nothing away."""
        part = self._guidance.reading.itchy
        others = [spot for spot in found.signs if spot.code in part.of and spot.tokens not in found.heard]

        def is_part(spot: Spot) -> bool:
            behind = found.tokens[spot.last + 1 : spot.last + 2]
            return (
                spot.code == part.sign
                and found.token(spot).word in part.words
                and bool(behind)
                and behind[0].part == found.token(spot).part
                and behind[0].word not in self._guidance.reading.common_words
                and any(other.first - 1 <= spot.first < other.last for other in others)
            )

        return found.with_only([spot for spot in found.signs if not is_part(spot)])

    def _with_conditions(self, found: Found, background: Background) -> Found:
        """Add what is a sign in somebody with a condition that the text tells: bleeding, where she is pregnant."""
        of = self._guidance.reading.with_condition
        conditions = {sign for sign, each in of.items() if each.condition in background.conditions}
        added = [
            mark
            for mark in found.marks["with_condition"]
            if mark.code in conditions and found.words_of_signs.isdisjoint(mark.tokens)
        ]
        return found.with_signs(added) if added else found

    def _onsets_by_time(self, background: Background) -> Iterator[tuple[str, int]]:
        """Yield the onsets of all that shows so soon after what was done, with their hours."""
        told = [each.hours_ago for each in background.treatments]
        told += [background.session_hours_ago] * background.had_session
        known = [hours for hours in told if hours is not None]
        for value in self._guidance.triage.onset_values:
            if value.within_hours is not None and known and min(known) <= value.within_hours:
                yield value.id, value.within_hours

    def _hours_since_exposures(self, background: Background) -> dict[str, int]:
        """Return the hours since the exposure that a sign begins with, keyed by sign."""
        hours: dict[str, int] = {}
        for sign, group in self._guidance.reading.lasts_since.items():
            treatments = self._guidance.exposure_groups[group].treatments
            told = [each.hours_ago for each in background.treatments if each.treatment in treatments]
            known = [each for each in told if each is not None]
            if known:
                hours[sign] = min(known)
        return hours

    def _hours_since_last(self, background: Background, found: Found) -> dict[Spot, int]:
        """Return the hours since the last of what was done, by the signs that begin with it; "day 5" tells them too."""
        since = self._guidance.reading.lasts_since_last
        told = [each.hours_ago for each in background.treatments]
        told += [background.session_hours_ago] * background.had_session
        known = [hours for hours in told if hours is not None]
        days = [int(each.hours) for each in found.times if each.kind == "day"]
        last = min(known if known and len(known) == len(told) else days, default=None)
        if last is None or last > since.within_hours:
            return {}
        began = {token.sentence for token in found.tokens if token.word in since.began}
        return {
            spot: last for spot in found.signs if spot.code in since.signs and found.token(spot).sentence not in began
        }

    def _read_sign(
        self, found: Found, details: Details, spot: Spot, hours: Mapping[int, int], heard: frozenset[str]
    ) -> ReadSign:
        severities = [Severity(code) for code in details.values(spot, "severity")]
        severities += [Severity.SEVERE] * (
            SEVERE in heard and not _says_less(details, spot, "severity", Severity.SEVERE)
        )
        severities += [Severity.SEVERE] * details.is_severe(spot)
        trends = [Trend(code) for code in details.values(spot, "trend")]
        trends += [Trend.WORSENING] * (WORSENING in heard and not _says_less(details, spot, "trend", Trend.WORSENING))
        spreads = SPREADING in heard and not details.denied(spot, "spreading")
        spreads |= bool(details.values(spot, "spreading"))
        spreads |= spot.code in self._guidance.reading.growing.signs and bool(details.values(spot, "growing"))
        status = status_of_spot(self._guidance, found, spot)
        return ReadSign(
            sign=spot.code,
            status=status,
            start=found.tokens[spot.first].start,
            end=found.tokens[spot.last].end,
            severity=max(severities, key=lambda each: each.rank, default=None),
            trend=max(trends, key=lambda each: each.rank, default=None),
            spreading=True if spreads else None,
            onsets=tuple(sorted(set(details.values(spot, "onset")))),
            areas=details.areas(spot),
            lasted_hours=hours_of(found, spot, hours),
            long_past=status is Status.PAST and is_long_past(self._guidance, found, spot),
        )

    def _is_english(self, tokens: Sequence[Token]) -> bool:
        """Whether enough of the words are known; a word or two in Latin letters count as English."""
        words = [token for token in tokens if not token.word.isdecimal()]
        if len(words) < _FEWEST_WORDS_OF_A_LANGUAGE and all(token.word.isascii() for token in words):
            return True
        known = sum(self._finder.tokenizer.knows(token.word) for token in words)
        return known >= self._guidance.reading.english_share * len(words)


def _first_told(*hours: int | None) -> int | None:
    return next((each for each in hours if each is not None), None)


def _is_told_of_long_ago(found: Found, spot: Spot) -> bool:
    """Tell an illness beside a month or a year that is over, and no treatment."""
    clause, part = found.token(spot).clause, found.token(spot).part
    if any(found.token(mark).part == part for kind in _OF_NOW for mark in found.in_clause(spot, kind)):
        return False
    return any(found.token(mark).part == part for mark in found.in_clause(spot, "long_past")) or any(
        told.kind == "moment" and told.hours > _LONG_AGO and found.tokens[told.last].clause == clause
        for told in found.times
    )


def _says_less(details: Details, spot: Spot, kind: str, most: Severity | Trend) -> bool:
    """Tell whether the sentence says in words that it is not so bad as the second reader hears."""
    said = details.in_sentence(spot, kind)
    return most.value not in said and (bool(said) or most.value in details.denied(spot, kind))


def _is_within(sign: ReadSign, hours: int) -> bool:
    """Whether a sign that is there can have begun within so many hours."""
    return sign.status is Status.PRESENT and (sign.lasted_hours is None or sign.lasted_hours <= hours)


def _illnesses(guidance: Guidance, found: Found) -> Iterator[Concern]:
    """Yield what each serious illness named asks for: most where it is here now, least where it is only asked about."""
    unmatched = guidance.triage.unmatched
    for spot in found.marks["illness"]:
        now = bool(found.in_sentence(spot, "illness_now")) or any(
            0 < spot.first - mark.last <= _WORDS_BEFORE_ILLNESS for mark in found.in_clause(spot, "illness_now_before")
        )
        asked = [
            mark
            for kind in ("illness_asked", "hypothetical", "in_general", "past", "long_past")
            for mark in found.in_sentence(spot, kind)
        ]
        segment = found.token(spot).segment
        asked += [mark for mark in found.in_clause(spot, "past_times") if found.token(mark).segment == segment]
        over = found.in_sentence(spot, "illness_over") or _is_told_of_long_ago(found, spot)
        if denials_of(found, spot) or is_feared(guidance, found, spot) or over or (asked and not now):
            yield Concern("asks", UNMATCHED, unmatched.otherwise)
        elif now and not asked:
            yield Concern("states_now", UNMATCHED, unmatched.states_now_level)
        else:
            yield Concern("illness_unclear", UNMATCHED, unmatched.mentions_level)


def _concerns(
    guidance: Guidance, found: Found, signs: Sequence[ReadSign], english: bool, alarming: bool
) -> Iterator[Concern]:
    unmatched = guidance.triage.unmatched
    if alarming:
        yield Concern("mentions", UNMATCHED, unmatched.mentions_level)
    if not english:
        yield Concern("not_english", NOT_ENGLISH, unmatched.otherwise)
    elif not signs and not found.marks["illness"]:
        yield Concern("otherwise", UNMATCHED, unmatched.otherwise)
    if signs and not any(_tells_how_it_is(guidance, sign) for sign in signs):
        yield Concern("nothing_present", NOTHING_PRESENT, unmatched.otherwise)


def _tells_how_it_is(guidance: Guidance, sign: ReadSign) -> bool:
    """Whether a sign counts as present, or has gone and needed nobody."""
    settled = guidance.signs[sign.sign].level in (Level.SELF_CARE, Level.EMERGENCY)
    return sign.status is Status.PRESENT or (sign.status is Status.PAST and settled and not sign.long_past)


def _alarms(guidance: Guidance, found: Found, mark: Spot) -> bool:
    """Tell a word that alarms, in no sign that was read, not denied, and not said to be fine."""
    if not found.words_of_signs.isdisjoint(mark.tokens) or _is_clear_of(found, mark):
        return False
    segment = found.tokens[mark.last].segment
    after = [token.word for token in found.tokens[mark.last + 1 :][:_WORDS_AFTER_ALARM] if token.segment == segment]
    fine = next((index for index, word in enumerate(after) if word in guidance.reading.fine_words), None)
    if fine is not None and _denying(guidance).isdisjoint(after[:fine]) and "but" not in after[:fine]:
        part = found.token(mark).part
        return any(found.token(denial).part == part for denial in denials_of(found, mark))
    return not _can(guidance, found, mark) and not _is_listed_as_fine(guidance, found, mark)


def _is_listed_as_fine(guidance: Guidance, found: Found, mark: Spot) -> bool:
    """Tell a list of what is well: "sight, speech, arms: all normal"."""
    functions = guidance.reading.functions
    fine = next((each for each in found.in_sentence(mark, "fine") if each.first > mark.last), None)
    between = range(mark.last + 1, fine.first) if fine else ()
    denied = any(found.token(denial).part == found.token(mark).part for denial in denials_of(found, mark))
    return fine is not None and not denied and all(found.tokens[index].word in functions for index in between)


def _can(guidance: Guidance, found: Found, mark: Spot) -> bool:
    """Tell what somebody can do: "I can swallow a whole glass", and not "I can only swallow soup"."""
    texts = guidance.reading
    first = found.token(mark)
    clause = [found.tokens[index] for index in found.words_of_clauses[first.clause]]
    before = found.tokens[max(0, mark.first - _WORDS_AFTER_CAN) : mark.first]
    same = {token.word for token in clause if token.segment == first.segment}
    return (
        any(token.word in texts.can and token.part == first.part for token in before)
        and not any(token.word in texts.hardly for token in clause)
        and same.isdisjoint(texts.denials)
    )


@worked_out_once
def _denying(guidance: Guidance) -> frozenset[str]:
    return frozenset(guidance.reading.denials)


def _is_clear_of(found: Found, mark: Spot) -> bool:
    """Tell an alarming word that is denied; "not" beside it ("not breathing well") is no all-clear."""
    return any(
        denial.tokens == clear.tokens or set(denial.tokens) <= set(clear.tokens)
        for denial in denials_of(found, mark)
        for clear in found.in_clause(mark, "clears_alarm")
    )


def _excerpts(found: Found, clauses: Sequence[range]) -> Iterator[str]:
    """Yield the start of each clause."""
    for words in clauses[:_EXCERPTS]:
        start, end = found.tokens[words[0]].start, found.tokens[words[-1]].end
        yield found.text[start : min(end, start + _EXCERPT_LENGTH)]


def _excerpts_of_all(found: Found) -> Iterator[str]:
    """Yield the start of each sentence, or of a text without a word."""
    sentences: dict[int, list[int]] = {}
    for index, token in enumerate(found.tokens):
        sentences.setdefault(token.sentence, []).append(index)
    yield from _excerpts(found, [range(words[0], words[-1] + 1) for words in sentences.values()])
    if not found.tokens and found.text.strip():
        yield found.text.strip()[:_EXCERPT_LENGTH]

"""Find the times that a text tells: "two and a half weeks", "day 4", "since Tuesday", "on the 12th", "this morning"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from service.guidance.reading.tokens import Token
from service.guidance.records.reading import ReadingTexts

_GLUED = re.compile(r"(\d{1,3})([a-z]+)")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
_NUMBER = re.compile(r"\d{1,3}(?:\.\d)?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_ARTICLES = frozenset({"a", "an"})
_LONGEST_MOMENT = 3
_DAYS_OF_YEAR, _MONTHS, _TEN = 366, 12, 10
_DAY, _DAYS_OF_WEEK = 24, 7
_EARLY = 6
"""The hour that people are taken to be up at: a day is counted from it, and without a clock to it."""
_UNCERTAIN_DAYS = 1
"""Days that a named weekday lasts at least where nobody knows what day it is."""

Kind = Literal["amount", "unsaid", "span", "day", "moment", "age", "pregnancy"]


class Told(NamedTuple):
    """
    A time that a text tells.

    Args:
        first: The number of its first word.
        last: The number of its last.
        kind: How long ("3 days"), that with no number ("weeks"), all through ("all day"), which day ("day 4"), when
            ("on Tuesday"), how old ("66 years old", of a thing too), or how far a pregnancy is.
        hours: How long that is, or was ago at most.
        is_certain: Whether it was so long ago. A weekday that is today's may be today or a week ago.
    """

    first: int
    last: int
    kind: Kind
    hours: float
    is_certain: bool = True


class TimeReader:
    """The words for time of one guidance, prepared once."""

    def __init__(self, texts: ReadingTexts) -> None:
        self._texts = texts
        self._moments: Mapping[tuple[str, ...], float] = {
            tuple(phrase.split()): hours for phrase, hours in texts.moments.items()
        }
        self._begins_moment = {words[0] for words in self._moments}
        self._spans = {tuple(phrase.split()): hours for phrase, hours in texts.spans.items()}
        self._of_pregnancy = [tuple(phrase.split()) for phrase in texts.of_pregnancy]

    def find(self, tokens: Sequence[Token], at: datetime | None) -> list[Told]:
        """
        Return the times told, in order; without *at* a date tells nothing, and a weekday little.

        Where a text says what day it is ("now it's Friday"), its other days are counted to that one.
        """
        today = [index for index in range(len(tokens)) if self._says_today(tokens, index)]
        at = self._today(tokens, today, at)
        found: list[Told] = []
        index = 0
        while index < len(tokens):
            told = self._at(tokens, index, at) if index not in today else None
            if told is not None:
                found.append(told)
                index = told.last
            index += 1
        return sorted([*found, *self._by_the_clock(tokens)])

    def _by_the_clock(self, tokens: Sequence[Token]) -> Iterator[Told]:
        """Yield the hours between "at eleven" and "it's gone five", where the text tells what time it is."""
        began: int | None = None
        for index in range(1, len(tokens)):
            hour = self._hour(tokens, index)
            if hour is None:
                continue
            clock = self._texts.clock
            before = index - 1
            while before > 0 and tokens[before].word in clock.between and tokens[before].word not in clock.since:
                before -= 1
            if tokens[before].word in clock.now and tokens[before].part == tokens[index].part:
                if began is not None and (hour - began) % clock.hours:
                    yield Told(index, index, "span", (hour - began) % clock.hours)
            elif tokens[index - 1].word in clock.since:
                began = hour

    def _hour(self, tokens: Sequence[Token], index: int) -> int | None:
        """Read an hour of the clock, without its half of the day: "eleven", "4pm", "8 am"."""
        clock, part, word = self._texts.clock, tokens[index].part, tokens[index].word
        if word in clock.named:
            return clock.named[word]
        if not word[0].isdecimal() and word not in self._texts.number_words:
            return None
        number = self.number(
            next((word.removesuffix(half) for half in clock.halves if word.endswith(half)), "") or word
        )
        behind = [token.word for token in tokens[index + 1 : index + 2] if token.part == part]
        is_hour = 1 <= number <= clock.hours and number == int(number) and word not in _ARTICLES
        return int(number) if is_hour and set(behind).issubset(clock.behind) else None

    def _at(self, tokens: Sequence[Token], index: int, at: datetime | None) -> Told | None:
        word = tokens[index].word
        span = self._spans.get((word, tokens[index + 1].word)) if index + 1 < len(tokens) else None
        counted = word in self._texts.unit_hours and self._number_before(tokens, index)[0]
        if span is not None and not counted and tokens[index].part == tokens[index + 1].part:
            return Told(index, index + 1, "span", span)
        if word in self._begins_moment:
            told = self._moment(tokens, index, at)
            if told is not None:
                return told
        if word in self._texts.weekdays:
            return self._weekday(index, self._texts.weekdays[word], at)
        if word.endswith("s") and word[:-1] in self._texts.weekdays and _is_possessive(tokens[index]):
            return self._weekday(index, self._texts.weekdays[word[:-1]], at)
        if word in self._texts.unit_hours:
            told = self._of_unit(tokens, index)
            return self._as_age(tokens, told) if told is not None else None
        if word in self._texts.months or _YEAR.fullmatch(word):
            return self._month_or_year(tokens, index, at) if at is not None else None
        if word[0].isdecimal():
            return self._glued(index, word) or (self._date(tokens, index, at) if at is not None else None)
        return None

    def _moment(self, tokens: Sequence[Token], index: int, at: datetime | None) -> Told | None:
        words = tuple(token.word for token in tokens[index : index + _LONGEST_MOMENT])
        for length in range(len(words), 0, -1):
            after_midnight = self._moments.get(words[:length])
            if after_midnight is not None:
                hours = (at.hour + at.minute / 60 if at else _EARLY) - after_midnight
                return Told(index, index + length - 1, "moment", max(0.0, hours))
        return None

    def _weekday(self, index: int, weekday: int, at: datetime | None) -> Told:
        if at is None:
            return Told(index, index, "moment", _UNCERTAIN_DAYS * _DAY, is_certain=False)
        days = (at.weekday() - weekday) % _DAYS_OF_WEEK
        hours = (days or _DAYS_OF_WEEK) * _DAY + at.hour - _EARLY
        return Told(index, index, "moment", hours, is_certain=days > 0)

    def _today(self, tokens: Sequence[Token], today: Sequence[int], at: datetime | None) -> datetime | None:
        """Return the last moment before *at* of the day that the text says it is, in its words at *today*."""
        if at is None or not today:
            return at
        word = tokens[today[0]].word
        weekday, ordinal = self._texts.weekdays.get(word), _ORDINAL.fullmatch(word)
        for days in range(_DAYS_OF_YEAR):
            day = at - timedelta(days=days)
            if day.weekday() == weekday or (ordinal and day.day == int(ordinal[1])):
                return day
        return at

    def _says_today(self, tokens: Sequence[Token], index: int) -> bool:
        """Tell "it's Friday" and "today's the 11th", but for "it's the 4th day"."""
        word = tokens[index].word
        is_date = word[0].isdecimal() and _ORDINAL.fullmatch(word) is not None
        if not is_date and tokens[index].word not in self._texts.weekdays:
            return False
        part = tokens[index].part
        before = [token.word for token in tokens[max(0, index - 2) : index] if token.part == part]
        if is_date:
            behind = [token.word for token in tokens[index + 1 : index + 2] if token.part == part]
            if before[-1:] != ["the"] or not set(behind).issubset(self._texts.behind_today):
                return False
            before.pop()
        return bool(before) and before[-1] in self._texts.its_today

    def _as_age(self, tokens: Sequence[Token], told: Told) -> Told:
        """Tell how old somebody or something is, or how far a pregnancy, from how long something has been so."""
        part = tokens[told.last].part
        behind = [token.word for token in tokens[told.last + 1 : told.last + 4] if token.part == part]
        before = [token.word for token in tokens[max(0, told.first - 1) : told.first] if token.part == part]
        if behind[:1] and behind[0] in self._texts.ages:
            return told._replace(kind="age")
        weeks = (
            tokens[told.last].word in self._texts.weeks_of_pregnancy and told.hours >= self._texts.earliest_pregnancy
        )
        if told.kind == "amount" and weeks:
            is_told = any(tuple(behind[: len(words)]) == words for words in self._of_pregnancy)
            if is_told or (not behind and before and before[0] in self._texts.i_am):
                return told._replace(kind="pregnancy")
        return told

    def _month_or_year(self, tokens: Sequence[Token], index: int, at: datetime) -> Told | None:
        """Read "in February" and "in 2021": the end of the last one, since nobody knows the day."""
        word = tokens[index].word
        following = tokens[index + 1].word if index + 1 < len(tokens) else ""
        if index == 0 or tokens[index - 1].word not in self._texts.before_month or following[:1].isdecimal():
            return None
        month = self._texts.months.get(word)
        if month is None:
            end = at.replace(year=int(word) + 1, month=1, day=1)
        else:
            year = at.year + (month == _MONTHS) - (at.month < month)
            end = at.replace(year=year, month=month % _MONTHS + 1, day=1)
        if end > at:
            return None
        return Told(index, index, "moment", (at - end).total_seconds() // 3600)

    def _glued(self, index: int, word: str) -> Told | None:
        """Read "3hrs"."""
        match = _GLUED.fullmatch(word)
        unit = self._texts.unit_hours.get(match[2]) if match else None
        return Told(index, index, "amount", int(match[1]) * unit) if match and unit else None

    def _of_unit(self, tokens: Sequence[Token], index: int) -> Told | None:
        """Read an amount that ends with the unit at *index*, or goes on with "and a half", or "day 4"."""
        unit = self._texts.unit_hours[tokens[index].word]
        number, first = self._number_before(tokens, index)
        following = [token.word for token in tokens[index + 1 : index + 4]]
        if number:
            with_half = following == ["and", "a", "half"]
            return Told(first, index + 3 * with_half, "amount", unit * (number + 0.5 * with_half))
        which = self.number(following[0]) if following else 0
        if which >= 1 and following[0] not in ("a", "an"):
            return Told(index, index + 1, "day", unit * which)
        if tokens[index].word.endswith("s"):
            return Told(index, index, "unsaid", 2 * unit)
        return None

    def _number_before(self, tokens: Sequence[Token], index: int) -> tuple[float, int]:
        """Return the number before a unit and its first word: "3", "half an", "two and a half", "2.5", "couple of"."""
        words = [token.word for token in tokens[max(0, index - 4) : index]]
        near, before = (words[-1:] or [""])[0], (words[-2:-1] or [""])[0]
        if near == "half" and words[-3:-1] == ["and", "a"] and len(words) == 4 and self.number(words[0]):
            return self.number(words[0]) + 0.5, index - 4
        if near in ("a", "an") and before == "half":
            return 0.5, index - 2
        number, tens = self.number(near), self.number(before)
        if number and number < _TEN and tens > _TEN and not tens % _TEN and not before[:1].isdecimal():
            return tens + number, index - 2
        if number:
            return number, index - 1
        number = 0 if before in ("a", "an") else self.number(before)  # "couple of days", "3 whole days"
        return number, index - 2

    def _date(self, tokens: Sequence[Token], index: int, at: datetime) -> Told | None:
        """Read "the 12th", "12th of May" or "May 12th": the last such day that is not to come."""
        match = _ORDINAL.fullmatch(tokens[index].word)
        if match is None:
            return None
        before = tokens[index - 1].word if index else ""
        following = [token.word for token in tokens[index + 1 : index + 3]]
        if following[:1] and following[0] in self._texts.unit_hours:  # "the 4th day"
            return None
        months = [word for word in (before, *following) if word in self._texts.months]
        if not months and before not in ("the", "on"):
            return None
        for days in range(366):
            day = at - timedelta(days=days)
            if day.day == int(match[1]) and (not months or day.month == self._texts.months[months[0]]):
                return Told(index, index, "moment", max(0, days * _DAY + at.hour - _EARLY))
        return None

    def number(self, word: str) -> float:
        """Read a number, 0 where it is none: "12", "4th", "two", "half"."""
        if not word[:1].isdecimal():
            return self._texts.number_words.get(word, 0)
        if _NUMBER.fullmatch(word):
            return float(word)
        match = _ORDINAL.fullmatch(word)
        return int(match[1]) if match else self._texts.number_words.get(word, 0)


def _is_possessive(token: Token) -> bool:
    """Tell "Sunday's filler" from "on Sundays"."""
    return token.end - token.start > len(token.word)

"""Find which treatments a question states, and when they were done, counted from the time of asking.

A day that nobody can tell for sure ("last week", "a few days ago", "2 months ago", "3 days after Botox") stays
unknown: a date that is too early would open a session too early.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from service.guidance.guidance import Guidance
from service.guidance.times import EARLIEST_YEAR, LATEST_YEAR
from service.guidance.vocabulary import Word, number_of, stem, unit_of

_CLAUSE_GAP, _FARTHEST, _FARTHEST_BOOKED, _LONGEST_NAME = 6, 7, 3, 6
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_JOINED = frozenset({"and", "plus", "also", "then", "with"})
_VAGUE_BEFORE = frozenset(
    {"about", "around", "roughly", "approximately", "nearly", "almost", "under", "maybe", "like", "or"}
)
_VAGUE = re.compile(
    r"\b(?:last (?:week|month|year|time|summer|winter|spring|autumn)|(?:this|earlier this) (?:week|month|year)|recently"
    r"|the other day|(?:a )?(?:few|couple(?: of)?|several|some|many) (?:hours|days|weeks|months|years) "
    r"(?:ago|back|since|post)"
    r"|(?:\w+ )?(?:months?|years?) (?:ago|back|since|post))\b"
)
_SPOKEN = re.compile(
    r"\b(?P<days>day before yesterday|yesterday|last night|this (?:morning|afternoon|evening)|earlier today|today"
    r"|tonight|just had|just got)\b"
)
_COUNTED = re.compile(
    r"\b(?P<number>\w+) (?P<unit>hours?|hrs?|h|days?|weeks?|wks?) (?:ago|back|since|post|out from|and counting)\b"
)
_WEEKDAY = re.compile(
    rf"\b(?:on |last |this past |this )?(?P<weekday>{'|'.join(_WEEKDAYS)})(?: (?:morning|afternoon|evening|night))?\b"
)
_BOOKED = re.compile(r"\b(?:tomorrow|in (?P<number>\w+) (?P<unit>days?|weeks?|wks?)|next (?:week|month)|on the way)\b")
_ASKED = re.compile(r"\b(?P<number>\w+) (?P<unit>hours?|hrs?|h|days?|weeks?|wks?|months?) (?:after|later|following)\b")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december")  # fmt: skip
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
_YEAR = r"(?: (?P<year>20\d\d))?(?! (?:hours?|days?|weeks?|months?|units?|ml))\b"
_DATE = re.compile(rf"\b(?:on )?(?:the )?{_DAY}(?: of)? {_MONTH}{_YEAR}")
_DATE_TURNED = re.compile(rf"\b(?:on )?{_MONTH} (?:the )?{_DAY}{_YEAR}")
_DAY_ALONE = re.compile(r"\bon the (?P<day>\d{1,2})(?:st|nd|rd|th)\b(?! (?:day|week|month|session|time|attempt))")
_FARTHEST_BACK = 183
_PLANNED = frozenset(
    {
        "booked",
        "booking",
        "getting",
        "having",
        "scheduled",
        "planned",
        "appointment",
        "appt",
        "tomorrow",
        "next",
        "upcoming",
    }
)
_DAYS_BACK = {"yesterday": 1, "last night": 1, "day before yesterday": 2}


@dataclass(frozen=True)
class Mention:
    """
    A treatment that a question states with a time.

    Args:
        at: The day, or the instant where hours were counted; ``None`` where the time is too vague to give a day.
        areas: Areas that its name tells; ``None`` where it tells none.
    """

    treatment: str
    at: datetime | date | None
    areas: tuple[str, ...] | None


@dataclass(frozen=True)
class _Named:
    """The treatments that go by a name, or a session (none), by the words that name it."""

    treatments: tuple[str, ...]
    areas: tuple[str, ...] | None
    start: int
    end: int


@dataclass(frozen=True)
class _Timed:
    """A time by the words that tell it, worked out; ``None`` where it is vague."""

    at: datetime | date | None
    start: int
    end: int
    is_booked: bool


class MentionReader:
    """The names of treatments and devices, ready to be found. Made once."""

    def __init__(self, guidance: Guidance) -> None:
        self._names: dict[tuple[str, ...], tuple[tuple[str, ...], tuple[str, ...] | None]] = {
            _key(shared.name): (shared.treatments, None) for shared in guidance.product_words.shared
        }
        for name, treatment in guidance.names.items():
            self._names[_key(name)] = (treatment,), guidance.name_areas.get(name)
        self._devices = frozenset(
            _key(phrase)
            for concept in guidance.search.concepts
            if concept.id == guidance.search.device
            for phrase in concept.phrases
        )

    def read(self, words: Sequence[Word], at: datetime | date, zone: tzinfo | None = None) -> tuple[Mention, ...]:
        """
        Return the treatments stated with a time, in the order of the text, each treatment once.

        Args:
            words: As the vocabulary read them, typos put right.
            at: When the question is asked.
            zone: Where days begin and end; without it in the offset of *at*.
        """
        now = at.astimezone(zone) if isinstance(at, datetime) and zone is not None else at
        named = list(self._named(words))
        time_of = _times_of(named, _times(words, now), words)
        for index in [*range(1, len(named)), *range(len(named) - 2, -1, -1)]:
            for beside in (index - 1, index + 1):
                if index not in time_of and beside in time_of and _is_joined(named, index, beside, words):
                    time_of[index] = time_of[beside]
        found: dict[str, Mention] = {}
        for index, time_told in sorted(time_of.items()):
            each = named[index]
            for treatment in each.treatments:
                found.setdefault(treatment, Mention(treatment, time_told, each.areas))
        return tuple(found.values())

    def _named(self, words: Sequence[Word]) -> Iterator[_Named]:
        stems = [stem(word.text) for word in words]
        start = 0
        while start < len(words):
            for length in range(min(_LONGEST_NAME, len(words) - start), 0, -1):
                key = tuple(stems[start : start + length])
                if key in self._devices or key in self._names:
                    treatments, areas = ((), None) if key in self._devices else self._names[key]
                    yield _Named(treatments, areas, start, start + length)
                    start += length - 1
                    break
            start += 1


def _key(name: str) -> tuple[str, ...]:
    return tuple(map(stem, name.casefold().split()))


def _times(words: Sequence[Word], now: datetime | date) -> Iterator[_Timed]:
    """Yield the times that *words* tell, leaving out those inside one found before."""
    text = " ".join(word.text for word in words)
    index_at = {}
    offset = 0
    for index, word in enumerate(words):
        index_at[offset] = index
        offset += len(word.text) + 1
    taken: set[int] = set()
    for pattern in (_VAGUE, _COUNTED, _ASKED, _DATE, _DATE_TURNED, _DAY_ALONE, _SPOKEN, _WEEKDAY, _BOOKED):
        for match in pattern.finditer(text):
            start = index_at[match.start()]
            end = start + len(match[0].split())
            if not taken & set(range(start, end)):
                taken.update(range(start, end))
                at = _worked_out(pattern, match, words, start, now)
                yield _Timed(at, start, end, pattern is _BOOKED)


def _worked_out(
    pattern: re.Pattern[str], match: re.Match[str], words: Sequence[Word], start: int, now: datetime | date
) -> datetime | date | None:
    """Return the day or the instant that a match tells, or ``None`` where it is not sure."""
    today = now.date() if isinstance(now, datetime) else now
    if pattern in (_VAGUE, _ASKED) or _is_rough(words[max(0, start - 2) : start]):
        return None
    try:
        is_planned = any(word.text in _PLANNED for word in words[max(0, start - 4) : start])
        if pattern in (_DATE, _DATE_TURNED):
            return _dated(match, today, is_planned)
        if pattern is _DAY_ALONE:
            return None if is_planned else _day_alone(int(match["day"]), today)
        if pattern is _SPOKEN:
            return today - timedelta(days=_DAYS_BACK.get(match["days"], 0))
        if pattern is _WEEKDAY:
            return None if is_planned else _last(match["weekday"], today)
        if pattern is _BOOKED and match[0] == "tomorrow":
            return today + timedelta(days=1)
        return _counted(match, now, today, ahead=pattern is _BOOKED)
    except (OverflowError, ValueError):  # no such day
        return None


def _is_rough(before: Sequence[Word]) -> bool:
    """Whether the words before a time make it uncertain: ``about``, ``less than``, or a number (``3-4 days``)."""
    texts = [word.text for word in before]
    return bool(texts) and (texts[-1] in _VAGUE_BEFORE or number_of(texts[-1]) is not None or texts == ["less", "than"])


def _counted(match: re.Match[str], now: datetime | date, today: date, ahead: bool) -> datetime | date | None:
    number = number_of(match["number"]) if match["number"] else None
    number = 1 if match["number"] in ("a", "an") else number
    unit = unit_of(match["unit"]) if match["unit"] else None
    if number is None or unit is None:
        return None
    step = timedelta(**{unit: number}) * (1 if ahead else -1)
    if unit == "hours":
        return (now.astimezone(UTC) + step).astimezone(now.tzinfo) if isinstance(now, datetime) else None
    day = today + step
    return day if EARLIEST_YEAR <= day.year <= LATEST_YEAR else None


def _dated(match: re.Match[str], today: date, is_planned: bool) -> date | None:
    """Return a day of a month; without a year the latest one, not sure where that is long ago or it is planned."""
    month = next(number for number, name in enumerate(_MONTHS, start=1) if name.startswith(match["month"][:3]))
    if match["year"]:
        return date(int(match["year"]), month, int(match["day"]))
    day = date(today.year, month, int(match["day"]))
    latest = day if day <= today else date(today.year - 1, month, int(match["day"]))
    return None if is_planned or (today - latest).days > _FARTHEST_BACK else latest


def _day_alone(day: int, today: date) -> date | None:
    """Return the latest day of that number, not sure where the next one is nearer."""
    this, last = today.replace(day=1), (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    following = (this + timedelta(days=31)).replace(day=1)
    if day <= today.day:
        latest, ahead = this.replace(day=day), following.replace(day=day)
    else:
        latest, ahead = last.replace(day=day), this.replace(day=day)
    return latest if today - latest < ahead - today else None


def _last(weekday: str, today: date) -> date | None:
    """Return the latest such day before today, as an earlier one would open sooner; not sure where today is one."""
    days = (today.weekday() - _WEEKDAYS.index(weekday)) % 7
    return today - timedelta(days=days) if days else None


def _times_of(
    named: Sequence[_Named], times: Iterable[_Timed], words: Sequence[Word]
) -> dict[int, datetime | date | None]:
    """Return the time of each of *named* that has one near; not sure where two are as near and differ."""
    near: dict[int, list[tuple[int, datetime | date | None]]] = defaultdict(list)
    for timed in times:
        gaps = [(_gap(each, timed, words), index) for index, each in enumerate(named)]
        gap, index = min(gaps, default=(_FARTHEST + 1, 0))
        if gap <= (_FARTHEST_BOOKED if timed.is_booked else _FARTHEST):
            near[index].append((gap, timed.at))
    told = {}
    for index, candidates in near.items():
        nearest = min(gap for gap, _ in candidates)
        ats = {at for gap, at in candidates if gap == nearest}
        told[index] = ats.pop() if len(ats) == 1 else None
    return told


def _gap(named: _Named, timed: _Timed, words: Sequence[Word]) -> int:
    """Count the words between, a change of clause as several."""
    first, second = (named, timed) if named.start < timed.start else (timed, named)
    between = max(0, second.start - first.end)
    clauses = abs(words[second.start].clause - words[first.end - 1].clause)
    return between + _CLAUSE_GAP * clauses


def _is_joined(named: Sequence[_Named], index: int, beside: int, words: Sequence[Word]) -> bool:
    """Whether two treatments were named in one breath: ``botox and lip filler yesterday``."""
    first, second = sorted((named[index], named[beside]), key=lambda each: each.start)
    between = {word.text for word in words[first.end : second.start]}
    return bool(first.treatments and second.treatments) and len(between) <= 2 and not between.isdisjoint(_JOINED)

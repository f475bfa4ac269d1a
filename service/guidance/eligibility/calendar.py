"""Put the dates of an eligibility answer into an iCalendar file (RFC 5545) that any calendar program opens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from hashlib import sha256

from service.guidance.eligibility.answer import EligibilityAnswer
from service.guidance.guidance import Guidance
from service.guidance.records.eligibility import CalendarEvent, CalendarTexts
from service.guidance.wording import say_instant

PRODUCT = "-//Afterglow//Afterglow//EN"


@dataclass(frozen=True)
class _Entry:
    """One event: its kind, what it says, and from when until when the answer gives the time."""

    kind: str
    text: CalendarEvent
    start: datetime
    until: datetime | None


def calendar_of(guidance: Guidance, answer: EligibilityAnswer, decision_id: str) -> bytes | None:
    """
    Write the earliest and the recommended time of *answer* as events; one event where both are the same.

    The events are those bounds of the answer that exist, also where they lie before the session asked for: the client
    might come sooner, and no clock is read. Times are in UTC, which needs no time zone in the file and is right in
    every program. An event lasts long enough to be seen, blocks nobody's time, and is private. There is no METHOD:
    the file invites nobody, and RFC 5546 would want an organizer. DTSTAMP is the guidance's release, so that the same
    request has the same bytes.

    Returns:
        ``None`` where the answer has neither time.

    Source: contract, section 2.
    """
    # Here and not above: it takes 30 ms to import, which a start should not wait for.
    from icalendar import Calendar, Event

    entries = tuple(_entries(guidance.eligibility.calendar, answer))
    if not entries:
        return None
    texts = guidance.eligibility.calendar
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    for entry in entries:
        event = Event()
        event.add("uid", f"{sha256(f'{decision_id}/{entry.kind}'.encode()).hexdigest()[:32]}@afterglow")
        event.add("dtstamp", datetime.combine(guidance.release.released, time.min, UTC))
        event.add("dtstart", entry.start)
        event.add("dtend", entry.start + timedelta(minutes=texts.shown_minutes))
        event.add("summary", entry.text.title)
        event.add("description", _description(guidance, entry, decision_id))
        event.add("class", "PRIVATE")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    file: bytes = calendar.to_ical()
    return file


def _entries(texts: CalendarTexts, answer: EligibilityAnswer) -> Iterator[_Entry]:
    earliest, recommended = _full_second(answer.eligible_from), _full_second(answer.recommended_from)
    if earliest is not None and earliest == recommended:
        ends = [at for at in (answer.eligible_until, answer.recommended_until) if at is not None]
        yield _Entry("both", texts.both, earliest, min(ends, default=None))
        return
    if earliest is not None:
        yield _Entry("earliest", texts.earliest, earliest, answer.eligible_until)
    if recommended is not None:
        yield _Entry("recommended", texts.recommended, recommended, answer.recommended_until)


def _full_second(at: datetime | None) -> datetime | None:
    """Return the time in UTC and whole seconds, which is all that iCalendar knows: never earlier than it was."""
    if at is None:
        return None
    return at.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1 if at.microsecond else 0)


def _description(guidance: Guidance, entry: _Entry, decision_id: str) -> str:
    texts = guidance.eligibility.calendar
    lines = [entry.text.note]
    if entry.until is not None:
        offset = timezone(entry.until.utcoffset() or timedelta())
        lines.append(texts.until.format(until=say_instant(entry.until.astimezone(offset))))
    lines.append(texts.origin.format(guidance_version=guidance.version, decision_id=decision_id))
    return "\n".join(lines)

"""The calendar file: the answer's own dates, in a form that any calendar program reads, and nothing of health."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from icalendar import Calendar

from service.guidance.eligibility import EligibilityAnswer, calendar_of
from service.guidance.eligibility.calendar import PRODUCT
from tests.guidance.asked import ask, guidance
from tests.guidance.questions import requests

ID = "0123456789abcdef" * 4
HEALTH = re.compile(
    "botox|botulinum|toxin|filler|inject|needle|treatment|skin|face|facial|medic|microcurrent|device|clinic|patient|"
    "doctor|provider|health|condition|pregnan|surg|laser|peel|dysport|juvederm|wait",
    re.IGNORECASE,
)
FILLER_LATER = {"treatment": "hyaluronic_acid_filler", "at": "2026-12-20T10:00:00-05:00"}
NEUTRAL_WORDS = {"full", "time", "session", "before", "hold", "ends", "start", "recommended", "other"}


def asked(*treatments: dict[str, Any], **changes: Any) -> EligibilityAnswer:
    """Ask about a session at home on 22 November 2026."""
    session = {"at": "2026-11-22T10:00:00-05:00", "areas": ["forehead"], "setting": "home"}
    known = {"conditions": [], "signs": [], "age": 40, "time_zone": "America/New_York"}
    return ask({"session": session, "treatments": list(treatments), **known, **changes})


def toxin(at: str) -> dict[str, Any]:
    return {"treatment": "botulinum_toxin", "at": at, "areas": ["forehead"]}


def written(answer: EligibilityAnswer, decision_id: str = ID) -> bytes:
    """Return the file of an answer that has dates."""
    file = calendar_of(guidance(), answer, decision_id)
    assert file is not None
    return file


def events_of(file: bytes) -> list[dict[str, str]]:
    """Read the events as plainly as RFC 5545 allows: a second opinion on what the library wrote."""
    events: list[dict[str, str]] = []
    for line in file.decode().replace("\r\n ", "").split("\r\n"):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events and name not in ("BEGIN", "END"):
            assert name not in events[-1], "each property comes once"
            events[-1][name] = re.sub(r"\\(.)", lambda escaped: {"n": "\n"}.get(escaped[1], escaped[1]), value)
    return events


def starts_of(file: bytes) -> list[datetime]:
    return [datetime.strptime(event["DTSTART"], "%Y%m%dT%H%M%S%z") for event in events_of(file)]


def dates_of(answer: EligibilityAnswer) -> list[datetime]:
    """Return the earliest and the recommended time of an answer in UTC, each instant once."""
    return sorted({at.astimezone(UTC) for at in (answer.eligible_from, answer.recommended_from) if at is not None})


def test_earliest_and_recommended_time_are_one_event_each() -> None:
    answer = asked(toxin("2026-11-20"))

    events = events_of(written(answer))

    assert [(event["SUMMARY"], event["DTSTART"]) for event in events] == [
        ("Earliest time for your session", "20261123T050000Z"),
        ("Recommended time for your session", "20261205T050000Z"),
    ]


def test_the_same_time_is_one_event() -> None:
    professional = {"at": "2026-11-22T10:00:00-05:00", "areas": ["forehead"], "setting": "professional"}

    events = events_of(written(asked(toxin("2026-11-20"), session=professional)))

    assert [event["SUMMARY"] for event in events] == ["Earliest and recommended time for your session"]


def test_a_time_before_the_session_is_shown_as_the_answer_has_it() -> None:
    answer = asked(toxin("2026-11-18T10:00:00-05:00"))

    assert answer.decision == "ask_provider"
    assert starts_of(written(answer)) == [datetime(2026, 11, 20, 15, tzinfo=UTC), datetime(2026, 12, 2, 15, tzinfo=UTC)]


def test_an_event_says_until_when_its_time_holds() -> None:
    earliest, recommended = events_of(written(asked(toxin("2026-11-20"), FILLER_LATER)))

    assert "Holds for a start before" in earliest["DESCRIPTION"]
    assert "UTC-05:00" in recommended["DESCRIPTION"]
    assert "before" not in events_of(written(asked(toxin("2026-11-20"))))[1]["DESCRIPTION"].replace(
        "before you book", ""
    )


def test_until_of_a_shared_event_is_the_sooner_one() -> None:
    answer = asked(toxin("2026-11-20")).model_copy(
        update={
            "recommended_from": datetime(2026, 11, 23, 5, tzinfo=UTC),
            "eligible_until": datetime(2026, 12, 20, 15, tzinfo=UTC),
            "recommended_until": datetime(2026, 12, 19, 15, 30, tzinfo=UTC),
        }
    )

    (event,) = events_of(written(answer))

    assert "before 19 December 2026, 15:30 UTC." in event["DESCRIPTION"]


def test_an_event_can_be_seen_blocks_nobody_and_is_private() -> None:
    for event in events_of(written(asked(toxin("2026-11-20")))):
        start, end = (datetime.strptime(event[name], "%Y%m%dT%H%M%S%z") for name in ("DTSTART", "DTEND"))
        assert end - start == timedelta(minutes=30)
        assert (event["CLASS"], event["TRANSP"]) == ("PRIVATE", "TRANSPARENT")


def test_the_stamp_is_the_release_of_the_guidance() -> None:
    stamp = datetime.combine(guidance().release.released, time.min, UTC)

    for event in Calendar.from_ical(written(asked(toxin("2026-11-20")))).events:
        assert stamp == event.DTSTAMP


def test_an_event_names_the_guidance_and_the_answer() -> None:
    for event in events_of(written(asked(toxin("2026-11-20")))):
        assert event["DESCRIPTION"].endswith(f"\nGuidance {guidance().version}, answer {ID}.")


def test_ids_are_stable_and_of_this_answer_alone() -> None:
    answer = asked(toxin("2026-11-20"))
    ids = [event["UID"] for event in events_of(written(answer))]
    other = [event["UID"] for event in events_of(written(answer, ID[::-1]))]

    assert len({*ids, *other}) == 4
    assert ids == [event["UID"] for event in events_of(written(answer))]
    assert all(re.fullmatch(r"[0-9a-f]{32}@afterglow", each) for each in ids)


def test_a_fraction_of_a_second_never_makes_a_time_earlier() -> None:
    answer = asked(toxin("2026-11-20T10:00:00.25-05:00"))

    assert answer.eligible_from is not None
    assert starts_of(written(answer))[0] == datetime(2026, 11, 22, 15, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "answer",
    [asked(), asked(toxin("2026-11-20"), conditions=["pacemaker_icd"]), asked({"treatment": "botulinum_toxin"})],
    ids=["nothing limits the time", "an absolute condition", "an unknown date"],
)
def test_an_answer_without_dates_has_no_file(answer: EligibilityAnswer) -> None:
    assert calendar_of(guidance(), answer, ID) is None


def test_words_of_any_length_and_script_are_folded_between_characters() -> None:
    texts = guidance().eligibility
    said = texts.calendar.earliest.model_copy(update={"title": "Früheste Zeit 最も早い時間 🗓️; a, b \\ c " * 9})
    calendar = texts.calendar.model_copy(update={"earliest": said})
    other = replace(guidance(), eligibility=texts.model_copy(update={"calendar": calendar}))

    file = calendar_of(other, asked(toxin("2026-11-20")), ID)

    assert file is not None
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    assert all(line.decode() for line in file.split(b"\r\n")[:-1])
    assert Calendar.from_ical(file).events[0]["SUMMARY"] == said.title
    assert events_of(file)[0]["SUMMARY"] == said.title


def test_a_start_does_not_wait_for_the_calendar_library() -> None:
    program = "import sys, service.app; sys.exit('icalendar' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@given(request=requests())
def test_the_file_holds_the_dates_of_the_answer_and_no_others(request: dict[str, Any]) -> None:
    answer = ask(request)
    file = calendar_of(guidance(), answer, ID)

    if file is None:
        assert dates_of(answer) == []
        return
    read = Calendar.from_ical(file)
    assert [event.start for event in read.events] == dates_of(answer)
    assert starts_of(file) == dates_of(answer)
    assert read["VERSION"] == "2.0"
    assert read["PRODID"] == PRODUCT
    assert "METHOD" not in read
    assert not read.errors


@given(request=requests())
def test_every_file_is_well_formed_neutral_and_the_same_twice(request: dict[str, Any]) -> None:
    file = calendar_of(guidance(), ask(request), ID)

    if file is None:
        return
    lines = file.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert not any(b"\r" in line or b"\n" in line or len(line) > 75 for line in lines)
    unfolded = file.decode().replace("\r\n ", "")
    assert HEALTH.search(unfolded) is None
    assert file == calendar_of(guidance(), ask(request), ID)


def test_no_word_of_a_code_is_in_the_file() -> None:
    unfolded = written(asked(toxin("2026-11-20"), FILLER_LATER)).decode().replace("\r\n ", "").replace("\\n", " ")
    told = set(re.findall(r"[a-z]{4,}", unfolded.lower()))
    records = (guidance().treatments, guidance().areas, guidance().conditions, guidance().signs)
    codes = {word for kind in records for code in kind for word in code.split("_") if len(word) >= 4}

    assert told & codes <= NEUTRAL_WORDS

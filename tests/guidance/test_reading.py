"""What is read from text: cases as data, and what holds for every text."""

from __future__ import annotations

from pathlib import Path
from time import process_time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from service.guidance.reading import Reading, read_signs
from service.guidance.reading.reader import read_by_phrases
from service.guidance.records.common import Level
from service.guidance.report import Report, Status
from service.guidance.triage import decide_triage
from tests.guidance.reported import AT, guidance

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent.parent / "cases" / "reading.yaml").read_text(encoding="utf-8")
)
GUIDANCE = guidance()
RED_FLAGS = [sign for sign in GUIDANCE.signs.values() if sign.level is Level.EMERGENCY]
PHRASES = [(sign.id, term) for sign in GUIDANCE.signs.values() for term in sign.lay_terms]
LAWS = settings(max_examples=200, deadline=None)

words = st.sampled_from(
    [word for _, term in PHRASES for word in term.split()]
    + ["no", "not", "but", "and", ",", ".", "if", "gone", "my", "is", "😭", "é", "\u202e", "\x00", "10", "days"]
)
sentences = st.lists(words, max_size=40).map(" ".join) | st.text(max_size=200)


def level_of(text: str) -> Level:
    return decide_triage(GUIDANCE, Report(at=AT, text=text)).level


def signs_with(reading: Reading, status: Status) -> set[str]:
    return {sign.sign for sign in reading.signs if sign.status is status}


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_case(case: dict[str, Any]) -> None:
    text = case["text"]

    reading = read_signs(GUIDANCE, text)

    heard = set(case.get("heard", ()))
    """What the second reader adds although the words do not say it: a false alarm that is known."""
    for status in Status:
        added = heard if status is Status.PRESENT else set()
        assert signs_with(reading, status) == set(case.get(status.value, ())) | added, status
    assert heard.isdisjoint(signs_with(read_by_phrases(GUIDANCE, text), Status.PRESENT))
    for sign, expected in case.get("words", {}).items():
        assert expected in [text[read.start : read.end] for read in reading.signs if read.sign == sign]
    for sign, expected in case.get("said", {}).items():
        read = next(read for read in reading.signs if read.sign == sign)
        assert {key: _plain(getattr(read, key)) for key in expected} == expected
    assert level_of(text) == case.get("level", level_of(text))
    assert reading.understood is case.get("understood", True)
    if "not_understood" in case:
        assert list(reading.not_understood) == case["not_understood"]


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, (tuple, frozenset)) else value


@pytest.mark.parametrize("sign", GUIDANCE.signs.values(), ids=lambda sign: str(sign.id))
def test_every_lay_phrase_of_a_sign_reaches_its_base_level(sign: Any) -> None:
    for phrase in sign.lay_terms:
        assert level_of(phrase).rank >= sign.level.rank, phrase
        assert level_of(phrase.upper()).rank >= sign.level.rank, phrase


@pytest.mark.parametrize("sign", RED_FLAGS, ids=lambda sign: str(sign.id))
@pytest.mark.parametrize(
    "sentence",
    [
        "{}",
        "My client: {}!",
        "{}. My friend says it is normal and probably nothing.",
        "{}. No fever.",
        "No fever. {}",
        "No fever but {}",
        "{} and I love the results",
    ],
)
def test_a_red_flag_in_a_sentence_is_an_emergency(sign: Any, sentence: str) -> None:
    for phrase in sign.lay_terms:
        text = sentence.format(phrase)
        assert level_of(text) is Level.EMERGENCY, text


@LAWS
@given(text=sentences)
def test_any_text_is_read_and_its_spans_lie_in_it(text: str) -> None:
    reading = read_signs(GUIDANCE, text)

    assert all(0 <= sign.start < sign.end <= len(text) for sign in reading.signs)
    assert all(excerpt in text for excerpt in reading.not_understood)
    assert reading.understood or level_of(text).rank >= Level.CONTACT_PROVIDER.rank


@LAWS
@given(text=st.lists(words, max_size=30).map(" ".join).filter(str.isascii))
def test_letter_case_changes_nothing(text: str) -> None:
    assert read_signs(GUIDANCE, text.upper()).signs == read_signs(GUIDANCE, text).signs


@LAWS
@given(text=sentences)
def test_text_in_which_nothing_was_understood_says_so(text: str) -> None:
    reading = read_signs(GUIDANCE, text)

    assert reading.understood or reading.not_understood or not text.strip()


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "unit", ["lip went white, ", "no ", "is not ", "cheek numb and skin white or lip cold, ", "a", "😭", "for 3 days "]
)
def test_no_text_takes_long(unit: str) -> None:
    text = (unit * 2000)[:2000]
    read_signs(GUIDANCE, text)

    started = process_time()
    read_signs(GUIDANCE, text)

    assert process_time() - started < 1

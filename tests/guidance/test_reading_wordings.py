"""What people write, in many wordings: each red flag is one in all of them, and ordinary things stay ordinary."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from itertools import islice

import pytest

from service.guidance.load import load_guidance
from service.guidance.reading.found import Finder
from service.guidance.reading.reader import read_by_phrases
from service.guidance.records.common import Level
from service.guidance.report import Report
from service.guidance.triage import decide_triage
from service.guidance.triage.assessing import assess
from tests.guidance.wordings import idioms, not_understood, with_typing_errors, wordings
from tests.triage_report import AT

GUIDANCE = load_guidance()
FINDER = Finder(GUIDANCE)
EMERGENCIES, ORDINARY = wordings("emergency"), wordings("self_care")
NOT_UNDERSTOOD = not_understood()
RED_FLAG_PHRASES = [
    phrase for sign in GUIDANCE.signs.values() if sign.level is Level.EMERGENCY for phrase in sign.lay_terms
]
UNRELATED = [
    "My friend says it is normal.", "It is probably nothing.", "The weather is lovely here.", "I love it so far.",
    "Thanks so much in advance xx", "What time do you open tomorrow?", "My sister had the same and was fine.",
    "I booked through the app.", "You guys are the best!", "Sorry for the long message.", "My dog is called Biscuit.",
    "I am not allergic to anything.", "Please don't tell me to go to hospital.", "I am sure it will settle.",
    "Happy Friday!", "Do you sell gift vouchers?", "My boyfriend thinks I am overreacting lol",
]  # fmt: skip
UNCHANGED: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "small letters": str.lower,
    "no full stop": lambda text: text.rstrip(".!?"),
    "exclamation marks": lambda text: text.rstrip(".!?") + "!!!",
    "dots": lambda text: text.rstrip(".!?") + "...",
    "two spaces": lambda text: "  " + text.replace(" ", "  "),
    "an emoji": lambda text: text + " 😭",
    "curly apostrophes": lambda text: text.replace("'", "\u2019"),
    "no apostrophes": lambda text: text.replace("'", ""),
}


def level_of(text: str) -> Level:
    return decide_triage(GUIDANCE, Report(at=AT, text=text)).level


def level_by_phrases(text: str) -> Level:
    return assess(GUIDANCE, Report(at=AT, text=text), read_by_phrases(GUIDANCE, text)).level


def test_each_red_flag_has_ten_wordings_and_each_after_effect_three() -> None:
    for groups, count, least in ((EMERGENCIES, 10, 24), (ORDINARY, 3, 30)):
        about = [each for each, _ in groups]

        assert len(set(about)) >= least
        assert all(about.count(each) == count for each in about)
        assert len({text for _, text in groups}) == len(groups)


@pytest.mark.parametrize("about", dict.fromkeys(about for about, _ in EMERGENCIES))
def test_a_red_flag_is_an_emergency_in_every_wording(about: str) -> None:
    for text in (text for each, text in EMERGENCIES if each == about):
        assert level_of(text) is Level.EMERGENCY, text


def test_nearly_every_wording_of_a_red_flag_is_caught_by_a_phrase() -> None:
    """So that what was learned is a second pair of eyes, and a model learned anew loses little."""
    missed = [text for _, text in EMERGENCIES if level_by_phrases(text) is not Level.EMERGENCY]

    assert len(missed) <= 0.02 * len(EMERGENCIES), missed


def test_ordinary_after_effects_are_watched_at_home() -> None:
    raised = [text for _, text in ORDINARY if level_of(text) is not Level.SELF_CARE]

    assert len(raised) <= 0.06 * len(ORDINARY), raised


def test_small_talk_and_idioms_raise_no_alarm() -> None:
    alarming = [text for text in idioms("no_sign") if level_of(text).rank > Level.CONTACT_PROVIDER.rank]

    assert len(alarming) <= 0.04 * len(idioms("no_sign")), alarming


@pytest.mark.parametrize("text", idioms("gone_but_grave"))
def test_relief_is_no_all_clear_for_a_red_flag(text: str) -> None:
    assert level_of(text) is Level.EMERGENCY


@pytest.mark.parametrize("sentence", UNRELATED)
def test_a_sentence_before_or_behind_never_lowers_a_level(sentence: str) -> None:
    texts = [*EMERGENCIES, *ORDINARY][UNRELATED.index(sentence) :: len(UNRELATED)]

    for _, text in texts:
        closed = text.rstrip(" .!?") + "."
        level = level_of(closed).rank

        assert level_of(f"{closed} {sentence}").rank >= level, text
        assert level_of(f"{sentence.rstrip(' .!?')}. {closed}").rank >= level, text


@pytest.mark.parametrize("change", UNCHANGED)
def test_case_and_punctuation_never_lower_a_level(change: str) -> None:
    for _, text in [*EMERGENCIES, *ORDINARY][list(UNCHANGED).index(change) :: 5]:
        assert level_of(UNCHANGED[change](text)).rank >= level_of(text).rank, text


def test_a_red_flag_needs_no_punctuation() -> None:
    texts = [(text, re.sub(r"[,;.!?]", "", text)) for _, text in EMERGENCIES]

    lost = [text for text, bare in texts if text != bare and level_of(bare) is not Level.EMERGENCY]

    assert len(lost) <= 0.01 * len(texts), lost


@pytest.mark.parametrize("person", ["she", "he", "my client", "my mum", "a patient of mine"])
def test_who_it_happens_to_never_lowers_a_level(person: str) -> None:
    for _, text in EMERGENCIES:
        other = re.sub(r"\bI have\b|\bI've\b|\bive\b", f"{person} has", text, flags=re.IGNORECASE)
        if other != text:
            assert level_of(other) is Level.EMERGENCY, other


@pytest.mark.parametrize(
    ("texts", "share"),
    [(RED_FLAG_PHRASES, 1), ([text for _, text in EMERGENCIES], 7)],
    ids=["the phrases of the signs", "ten wordings of each red flag"],
)
def test_one_typing_error_in_a_long_word_loses_no_red_flag_in_99_of_100(texts: list[str], share: int) -> None:
    """
    An error is a letter lost, doubled, changed with the next, or another in its place.

    Args:
        share: One of so many errors is tried.
    """
    is_word = FINDER.tokenizer.knows
    wrong = [each for text in texts for each in with_typing_errors(text, random.Random(text), is_word)][::share]

    lost = [text for text in wrong if level_of(text) is not Level.EMERGENCY]

    assert len(wrong) > 300
    assert len(lost) <= 0.01 * len(wrong), lost


def test_a_typing_error_makes_no_red_flag_of_small_talk() -> None:
    wrong = [each for text in idioms("no_sign") for each in with_typing_errors(text, random.Random(text))][::4]

    alarming = [text for text in islice(wrong, 200) if level_by_phrases(text) is Level.EMERGENCY]

    assert len(alarming) <= 0.05 * len(wrong), alarming


@pytest.mark.parametrize("kind", NOT_UNDERSTOOD)
def test_what_cannot_be_understood_is_never_watched_at_home(kind: str) -> None:
    for text in NOT_UNDERSTOOD[kind]:
        answer = decide_triage(GUIDANCE, Report(at=AT, text=text))

        assert answer.level is not Level.SELF_CARE, text
        assert not answer.understood, text
        assert answer.not_understood or not text.strip(), text
        assert answer.ask_next, text


def test_an_instruction_beside_a_red_flag_changes_nothing() -> None:
    for instruction in NOT_UNDERSTOOD["an instruction to the reader"]:
        assert level_of(f"My lip went white after filler. {instruction}") is Level.EMERGENCY
        assert level_of(f"{instruction}. My lip went white after filler") is Level.EMERGENCY

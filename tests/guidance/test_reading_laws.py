"""Nothing that says of something else that it is gone, denied, thought of or settled takes a stated sign away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

import pytest

from service.guidance.load import load_guidance
from service.guidance.reading.phrases import expanded
from service.guidance.records.common import Level
from service.guidance.report import Report
from service.guidance.triage import decide_triage
from tests.triage_report import AT

GUIDANCE = load_guidance()
TEXTS = GUIDANCE.reading
STATED = [
    "my lip has gone white", "my throat is closing", "my words come out slurred", "my left arm is weak",
    "my chest hurts", "my skin looks like lace", "she has fainted", "my tongue is swelling up",
    "my face is drooping on one side", "my lips are swollen", "my face is swollen", "I have a fever",
]  # fmt: skip
"""Signs that are plainly there: of the last three a word more would lower the level."""
CANNOT = ["I can't see out of my left eye", "I can't breathe", "I can't swallow"]
"""The same, which could also be thought of: "what if I wake up and I can't see"."""
NOT_A_MEMORY = {"used to", "no longer"}
"""Without their verb these say nothing."""
TREATMENTS = ("filler", "microcurrent")
"""What says of a swelling that it is an ordinary one."""


def level_of(text: str) -> Level:
    return decide_triage(GUIDANCE, Report(at=AT, text=text)).level


@cache
def level_alone(stated: str) -> Level:
    return level_of(f"{stated}.")


def phrases(texts: Iterable[str]) -> list[str]:
    """Return each phrase with each word that its sets stand for, but for those that tell a treatment."""
    every = dict.fromkeys(phrase for text in texts for phrase in expanded(text, TEXTS.sets))
    return [phrase for phrase in every if phrase not in NOT_A_MEMORY and not any(name in phrase for name in TREATMENTS)]


def assert_takes_nothing(beside: Iterable[str], frame: str, stated: list[str]) -> None:
    """Put each phrase into *frame* beside one stated sign after the other."""
    tried = [(frame.format(phrase=phrase, stated=each), each) for phrase, each in turns(list(beside), stated)]

    lost = [text for text, each in tried if level_of(text).rank < level_alone(each).rank]

    assert len(tried) >= len(stated)
    assert not lost, lost[:10]


def turns(beside: list[str], stated: list[str]) -> Iterable[tuple[str, str]]:
    """Pair each phrase with two stated signs, and each stated sign with a phrase at least."""
    for index in range(max(len(beside), len(stated))):
        for other in (index, index + len(stated) // 2):
            yield beside[index % len(beside)], stated[other % len(stated)]


FRAMES: Mapping[str, tuple[Iterable[str], tuple[str, ...]]] = {
    "what is gone": (
        TEXTS.past,
        (
            "my spots {phrase} but {stated}",
            "my spots {phrase} and {stated}",
            "my spots {phrase}, {stated}",
            "{stated}, my spots {phrase}",
            "{stated} and my spots {phrase}",
            "{stated} but my spots {phrase}",
        ),
    ),
    "what was years ago": (
        [*TEXTS.long_past, *TEXTS.past_times],
        (
            "I had acne {phrase}, {stated}",
            "I had acne {phrase} and {stated}",
            "I had acne {phrase} but {stated}",
            "{phrase} I had acne, {stated}",
            "{phrase} I had acne but {stated}",
            "{stated}, I had acne {phrase}",
            "{stated} and I had acne {phrase}",
        ),
    ),
    "what is denied": (
        [each for each in (*TEXTS.denials, *TEXTS.clears_alarm) if each != "none"],
        (
            "{phrase} acne, {stated}",
            "{phrase} acne but {stated}",
            "{stated}, {phrase} acne",
            "{stated} but {phrase} acne",
        ),
    ),
    "what is denied behind": (
        TEXTS.denied_after,
        (
            "acne {phrase}, {stated}",
            "acne {phrase} but {stated}",
            "{stated}, acne {phrase}",
            "{stated} and acne {phrase}",
        ),
    ),
    "what none do": (
        ["none of my friends", "nil of my acne"],
        ("{stated} but {phrase} answer", "{stated}, {phrase} answer"),
    ),
    "what is asked": (
        [*TEXTS.hypothetical, *TEXTS.asking],
        (
            "{phrase} an infection? {stated}",
            "{phrase} an infection, {stated}",
            "{phrase} an infection because {stated}",
            "{stated}, {phrase} an infection",
        ),
    ),
    "what is feared": (TEXTS.feared, ("{phrase} a reaction, {stated}", "{phrase} a reaction but {stated}")),
    "what happens to people": (
        TEXTS.in_general,
        ("{phrase} infections, {stated}", "{phrase} infections and {stated}", "{stated}, {phrase} infections"),
    ),
    "what is fine": (
        TEXTS.fine_words,
        ("my skin is {phrase} and {stated}", "all {phrase}, {stated}", "{stated} but the rest is {phrase}"),
    ),
    "what goes down": (
        [each for doubt in TEXTS.doubtful for each in doubt.settled_when],
        (
            "{stated} but my bruise is {phrase}",
            "{stated}, my headache is {phrase}",
            "{stated} while my knee is {phrase}",
        ),
    ),
    "what is an idiom": (TEXTS.idioms, ("{phrase}, {stated}", "{stated}, {phrase}", "{phrase} and {stated}")),
    "what a mild sign claims": (
        [
            phrase
            for code, claimed in TEXTS.claimed.items()
            if GUIDANCE.signs[code].level.rank < Level.URGENT.rank
            for phrase in claimed
        ],
        ("{phrase}, {stated}", "{stated}, {phrase}", "{phrase} and {stated}"),
    ),
    "what was read elsewhere": (
        [each for each in TEXTS.elsewhere if each not in TEXTS.long_past],
        ("{stated} and I asked about it, {phrase}", "I was on {phrase} because {stated}", "{phrase}, {stated}"),
    ),
    "what has gone on": (
        ["gone six", "stopped staring", "gone all misty"],
        ("{stated} and it's {phrase}", "the clock has {phrase}, {stated}"),
    ),
    "what is planned": (TEXTS.planned, ("I have Botox {phrase} and {stated}",)),
    "what is a little": (
        ["a little tired", "a bit nervous"],
        ("I am {phrase}, {stated}", "{stated} and I am {phrase}"),
    ),
}


@pytest.mark.parametrize(
    ("about", "frame"), [(about, frame) for about, (_, frames) in FRAMES.items() for frame in frames]
)
def test_what_is_said_of_something_else_takes_no_stated_sign_away(about: str, frame: str) -> None:
    assert_takes_nothing(phrases(FRAMES[about][0]), frame, [*STATED, *CANNOT])


@pytest.mark.parametrize("kind", ["hypothetical", "asking", "feared"])
def test_what_is_said_to_be_so_behind_a_question_and_an_and_is_there(kind: str) -> None:
    assert_takes_nothing(phrases(getattr(TEXTS, kind)), "{phrase} an infection and {stated}", STATED)


def test_a_list_of_what_has_gone_is_still_gone() -> None:
    """So that the law is not met by a reader that believes nothing gone."""
    for text in ("The redness and the itching are gone.", "A headache but it went away.", "no longer red or itchy"):
        assert level_of(text) is Level.SELF_CARE, text


def test_a_question_about_what_could_happen_is_no_reaction() -> None:
    for text in ("What if my lip goes white and my nose turns black?", "Can filler make you blind or paralysed?"):
        assert level_of(text).rank < Level.EMERGENCY.rank, text


UNSURE = [
    "I feel faint", "I'm blind in my left eye", "I am half blind", "I can't see", "she is confused", "I used my EpiPen",
    "my skin looks marbled", "I can't walk", "I nearly collapsed", "I can't talk", "there is a black spot on my lip",
    "my lip is blanching", "my left cheek is purple",
]  # fmt: skip
"""Red flags in words that could be said of something else."""


@pytest.mark.parametrize(
    "frame",
    [
        "{}.",
        "My lip is a bit sore, {}.",
        "{} and I have a slight headache.",
        "{} but no pain and no swelling.",
        "Hi, I had lip filler two days ago and {}.",
        "I love the results, really happy with everything, but {}.",
        "Sorry to bother you on a weekend, probably nothing, {}, otherwise fine, no redness, no itching, thanks.",
    ],
)
@pytest.mark.parametrize("stated", UNSURE)
def test_a_red_flag_in_common_words_is_one_wherever_it_stands(stated: str, frame: str) -> None:
    assert level_of(frame.format(stated)) is Level.EMERGENCY


PLAIN = [
    "I have lost my vision", "I can't see out of my left eye", "everything went black in one eye",
    "she isn't waking up", "I can't feel my legs", "I have weakness on one side", "my lip has gone white and cold",
    "my heart stopped", "I can barely breathe", "I have trouble swallowing", "my face droops",
    "my throat is closing up", "I want to kill myself", "I had a fit this morning", "I passed out",
    "my words come out slurred", "my chest hurts", "my tongue is swollen",
]  # fmt: skip
ORDINARY_WORDS = [
    "{} ever since the filler", "I would say {}", "I'm scared, {}", "{} lol", "{} and I have never felt so bad",
    "once I got home {}", "{} for the first time in years", "I thought it was nothing but {}",
    "{} I thought you should know", "if I'm honest {}", "no allergies, no meds, {}", "no allergies no meds {}",
    "I had filler years ago and now {}", "I read about it on reddit because {}", "I've been on tiktok all day and {}",
    "I was at school when it began, {}", "{}, it's gone six now", "{}, since lunch", "I'm convinced {}", "{} no joke",
    "{} and I ended up in bed", "{}, day two of my holiday", "{}, is that normal for my age",
    "there is no way this is normal, {}",
]  # fmt: skip
"""Words in which people also tell hearsay, memories, jokes and times."""


@pytest.mark.parametrize("frame", ORDINARY_WORDS)
def test_a_red_flag_in_plain_words_holds_in_an_ordinary_sentence(frame: str) -> None:
    fell = [stated for stated in PLAIN if level_of(frame.format(stated)).rank < level_alone(stated).rank]

    assert fell == []

"""What a text says beside its signs: numbers, who and when, what was feared or only asked, and what counts with it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from service.guidance.load import load_guidance
from service.guidance.reading import Reading, ReadSign, read_signs
from service.guidance.reading.reader import read_by_phrases
from service.guidance.records.common import Level, Severity, Trend
from service.guidance.records.triage import Sign
from service.guidance.report import Report, Status
from service.guidance.triage import decide_triage

GUIDANCE = load_guidance()
SUNDAY = datetime(2026, 11, 22, 10, tzinfo=UTC)
RED_FLAGS = [sign for sign in GUIDANCE.signs.values() if sign.level is Level.EMERGENCY]


def reading(text: str) -> Reading:
    return read_signs(GUIDANCE, text, SUNDAY)


def sign(code: str, text: str) -> ReadSign:
    return next(each for each in reading(text).signs if each.sign == code)


def level(text: str) -> Level:
    return decide_triage(GUIDANCE, Report(at=SUNDAY, text=text)).level


def statuses(code: str, text: str) -> set[Status]:
    return {each.status for each in reading(text).signs if each.sign == code}


@pytest.mark.parametrize(
    "text",
    [
        "temp of 38.4 tonight",
        "38.3 on the thermometer",
        "my temperature is 37,9 to 38,2 since last night",
        "thermometer says 101.2",
        "temperature was 36.9 this morning and now 38.6",
    ],
)
def test_a_measured_fever_is_one(text: str) -> None:
    assert Status.PRESENT in statuses("fever", text)


@pytest.mark.parametrize("text", ["temp of 36.8", "a temperature of 37.1", "took my temperature of 98.2, small bruise"])
def test_a_measured_temperature_that_is_none_is_no_fever(text: str) -> None:
    assert statuses("fever", text) == {Status.ABSENT}


@pytest.mark.parametrize("text", ["shivering and a temp of 36.8", "fever and chills, the thermometer said 36.8"])
def test_shivers_count_whatever_was_measured(text: str) -> None:
    assert Status.PRESENT in statuses("fever", text)


@pytest.mark.parametrize("text", ["I paid 38.50 for the facial", "lot number 38.2", "my lips are 2.5 mm apart"])
def test_another_number_is_no_temperature(text: str) -> None:
    assert not statuses("fever", text)


def test_a_number_with_a_point_ends_no_sentence() -> None:
    assert sign("bruise", "no pain, temp 36.8 and a bruise for 2.5 days").lasted_hours == 60


@pytest.mark.parametrize(
    "text",
    [
        "I am a 66 year old man with a bruise",
        "bruise on a three year old filler",
        "bruise, I'm 17 weeks with my second",
        "I'm 24 weeks pregnant. Small bruise.",
        "bruise, I'm 30 weeks",
        "a bruise. I use it every two weeks",
        "a bruise. Once a year I see my dentist",
        "a bruise. I will take a couple of days off",
        "a bruise. I have used my NuFACE for two years",
        "a bruise. Nosebleeds were worse back in 2009",
    ],
)
def test_an_age_or_a_habit_is_no_time_that_a_sign_has_lasted(text: str) -> None:
    assert sign("bruise", text).lasted_hours is None


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("my cheek has a bruise 3 days", 72),
        ("A bruise. It's been two weeks.", 336),
        ("A bruise. Three days now.", 72),
        ("a bruise all day", 8),
        ("bruise since Wednesday, it's Friday", 52),
        ("a bruise since the 3rd, today's the 11th", 196),
        ("my cheek has a bruise, three days on", 72),
    ],
)
def test_a_time_told_bare_or_of_it_is_one(text: str, hours: int) -> None:
    assert sign("bruise", text).lasted_hours == hours


def test_botox_days_ago_is_no_time_of_what_began_this_morning() -> None:
    told = sign("bruise", "since this morning, six days after the Botox, a bruise")

    assert told.lasted_hours == 4


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("filler in February", 6384),
        ("my filler in 2021", 42864),
        ("my filler from 2022", 34104),
        ("my three year old filler", 26280),
        ("filler on Monday, now it's Friday", 100),
    ],
)
def test_a_month_a_year_and_an_age_date_a_treatment(text: str, hours: int) -> None:
    (told,) = reading(text).background.treatments

    assert told.hours_ago == hours


@pytest.mark.parametrize(
    "text",
    [
        "a bruise on three week old filler",
        "a bruise, and I am 66 years old",
        "my 6 week old baby saw a bruise",
        "a bruise. On Thursdays I swim",
    ],
)
def test_how_old_something_else_is_is_no_age_of_a_sign(text: str) -> None:
    assert sign("bruise", text).lasted_hours is None


def test_a_date_of_which_nobody_knows_the_year_dates_nothing() -> None:
    (told,) = reading("filler in November").background.treatments

    assert told.hours_ago is None


@pytest.mark.parametrize(
    "text", ["I'm 24 wks preg", "17 weeks with my second", "I'm 30 weeks.", "11 weeks gone", "fifteen weeks with twins"]
)
def test_weeks_of_a_pregnancy_tell_of_it(text: str) -> None:
    assert "pregnancy" in reading(text).background.conditions


@pytest.mark.parametrize("text", ["I'm 6 weeks post filler", "a bump in my lip", "I'm 2 weeks in", "gone in 6 weeks"])
def test_other_weeks_and_a_bump_do_not(text: str) -> None:
    assert "pregnancy" not in reading(text).background.conditions


@pytest.mark.parametrize(
    ("text", "at_least"),
    [
        ("11 weeks pregnant and spotting since last night", Level.URGENT),
        ("I'm 20 weeks. Cramps since the facial.", Level.URGENT),
        ("I'm 20 weeks. Sharp constant pain low down, bleeding.", Level.EMERGENCY),
        ("on warfarin and the needle hole is bleeding", Level.URGENT),
        ("on apixaban, bleeding since the injections 3 hours ago it started", Level.EMERGENCY),
    ],
)
def test_bleeding_counts_for_more_with_a_condition(text: str, at_least: Level) -> None:
    assert level(text).rank >= at_least.rank


def test_bleeding_that_is_denied_does_not() -> None:
    read = read_by_phrases(GUIDANCE, "I'm 17 weeks pregnant, no bleeding, no cramps, small bruise")

    assert {each.status for each in read.signs if each.sign == "pregnancy_warning_sign"} == {Status.ABSENT}


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("hearing_change", "ringing in my ears and I have gone deaf in one"),
        ("bleeding_not_stopping", "the bleeding wont stop, it soaked through three towels"),
        ("bleeding_not_stopping", "the bleeding wont stop, I have been pressing for 40 minutes"),
        ("eyelid_droop", "my eyelid is drooping and it covers my pupil"),
        ("eye_closure_problem", "dry eye, I can't close my eye"),
        ("jaw_tension", "tight jaw, can't open my mouth"),
        ("filler_swelling_early", "one cheek is swollen after filler and rock hard"),
    ],
)
def test_what_an_escalation_means_by_severe_is_severe(code: str, text: str) -> None:
    assert sign(code, text).severity is Severity.SEVERE


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("bleeding_not_stopping", "the bleeding wont stop, I have been pressing for 10 minutes"),
        ("eyelid_droop", "my eyelid is drooping and it never covers my pupil"),
        ("bruise", "a bruise. My eyelid is drooping and it covers my pupil"),
    ],
)
def test_what_it_does_not_mean_is_not(code: str, text: str) -> None:
    assert sign(code, text).severity is not Severity.SEVERE


@pytest.mark.parametrize(
    "text", ["hives 20 mins after the injection", "filler an hour ago, hives", "hives. NuFACE was 30 mins ago"]
)
def test_what_shows_so_soon_began_soon_after(text: str) -> None:
    assert "within_2h_of_exposure" in sign("hives", text).onsets


@pytest.mark.parametrize("text", ["filler 5 hours ago, hives", "hives for 3 days, filler an hour ago"])
def test_what_shows_later_or_was_there_before_did_not(text: str) -> None:
    assert "within_2h_of_exposure" not in sign("hives", text).onsets


@pytest.mark.parametrize(
    "text",
    [
        "my rash gets redder every day",
        "rash, and each morning it's redder",
        "the rash has doubled",
        "rash, sorer by the hour",
    ],
)
def test_worse_by_the_day_is_worse(text: str) -> None:
    assert sign("rash", text).trend is Trend.WORSENING


@pytest.mark.parametrize(
    "text",
    [
        "a rash, honestly I expected worse",
        "a rash. What do I do if it gets worse?",
        "a rash, no worse than yesterday",
        "a rash. Tell me if the price gets worse in January",
    ],
)
def test_worse_that_was_expected_or_is_only_thought_of_is_not(text: str) -> None:
    assert sign("rash", text).trend is not Trend.WORSENING


def test_what_is_bad_about_something_else_is_no_severity() -> None:
    assert sign("rash", "Small rash. Is one small gin really so bad?").severity is not Severity.SEVERE
    assert sign("rash", "Small rash. It is really so bad.").severity is Severity.SEVERE


@pytest.mark.parametrize(
    "text",
    [
        "I was scared it would give me a droopy eyelid",
        "I was terrified of it all, blindness, strokes, white skin",
        "kept waiting for my throat to close up",
        "I was terrified I'd go blind",
        "is it true people go blind",
        "could filler give you a wonky smile",
        "how often does a person go blind",
        "been reading about people who went blind",
        "my essay is on hives",
        "what would I do if my throat closed up",
    ],
)
def test_what_is_feared_or_asked_of_people_at_large_is_not_there(text: str) -> None:
    signs = reading(text).signs

    assert signs
    assert {each.status for each in signs} == {Status.HYPOTHETICAL}
    assert level(text) is Level.CONTACT_PROVIDER


@pytest.mark.parametrize(
    "text",
    [
        "I thought I was going to pass out",
        "I was sure I would pass out",
        "I was scared it would hurt and now my lip is white",
        "I'm scared my throat is closing",
        "I was sure I'd be fine but I went blind",
        "is it true that my lip is white",
        "is it true people go blind, this is me now",
        "I kept waiting for her to ring, my throat is closing",
        "I read about lips going white and mine is exactly that",
        "how often does this white patch on my lip go away",
    ],
)
def test_a_fear_or_a_question_hides_nothing_that_is_there(text: str) -> None:
    assert level(text) is Level.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "I had a fit as a teenager",
        "I had Bell's palsy in 2011",
        "I fainted at every blood test as a child",
        "Years ago, when I was in labour, I fainted in a lift",
        "I have fainted at every blood test since school",
    ],
)
def test_a_red_flag_of_years_ago_is_history(text: str) -> None:
    assert level(text) is Level.CONTACT_PROVIDER


@pytest.mark.parametrize(
    "text",
    [
        "I had a fit this morning",
        "I had filler in 2011 and went blind",
        "my throat is closing like it did years ago",
        "I fainted last year too and again today",
        "years ago I was fine, now my lip went white",
        "I fainted yesterday",
        "went blind for a minute, years after my filler",
    ],
)
def test_a_red_flag_of_now_is_none(text: str) -> None:
    assert level(text) is Level.EMERGENCY


@pytest.mark.parametrize("flag", RED_FLAGS, ids=lambda flag: str(flag.id))
@pytest.mark.parametrize(
    "sentence",
    [
        "I had a fit as a teenager. {}",
        "{}. I was scared it would happen.",
        "Is it true people go blind? {}",
        "My neighbour had a stroke years back. {}",
        "{}. My temp is 36.8.",
        "{}. It is no worse.",
        "I'm 30 weeks. {}",
    ],
)
def test_no_story_beside_a_red_flag_lowers_it(flag: Sign, sentence: str) -> None:
    for phrase in flag.lay_terms:
        assert level(sentence.format(phrase)) is Level.EMERGENCY, phrase


@pytest.mark.parametrize(
    "text",
    [
        "my neighbour had a stroke years back",
        "my aunt had a stroke in 2016",
        "I lost my mother to a stroke in April",
        "heart attack at the price",
        "I was terrified of strokes",
    ],
)
def test_an_illness_that_is_over_or_none_is_only_named(text: str) -> None:
    assert level(text).rank <= Level.CONTACT_PROVIDER.rank


@pytest.mark.parametrize(
    "text", ["I think my neighbour had a stroke", "I had a stroke this morning", "is this a stroke"]
)
def test_an_illness_that_may_be_here_is_urgent_at_least(text: str) -> None:
    assert level(text).rank >= Level.URGENT.rank


@pytest.mark.parametrize(
    "text",
    ["I can swallow a whole glass", "small bruise and I can breathe and talk", "my vision is as sharp, quiet day"],
)
def test_what_can_be_done_is_no_alarm(text: str) -> None:
    assert "mentions" not in {concern.kind for concern in reading(text).concerns}


@pytest.mark.parametrize("text", ["small bruise, my swallow is odd", "small bruise. I can nearly swallow"])
def test_what_can_hardly_be_done_is_one(text: str) -> None:
    assert level(text).rank >= Level.URGENT.rank


@pytest.mark.parametrize(
    "text",
    [
        "a faint line on my cheek",
        "faint humming in the room",
        "the spot by my ear",
        "pacemaker fitted at Leeds",
        "my pants are wet",
        "the dress fits",
        "blinds are up",
        "she looks smart",
        "pins and needles, and I threaded a needle",
    ],
)
def test_a_form_of_a_word_that_is_another_names_nothing(text: str) -> None:
    wrong = {"faint_collapse", "acne_breakout", "seizure", "breathing_difficulty", "vision_loss", "skin_irritation"}

    assert wrong.isdisjoint(each.sign for each in read_by_phrases(GUIDANCE, text).signs)
    assert not reading(text).background.treatments


@pytest.mark.parametrize(
    "text",
    [
        "I had a faint in the clinic",
        "faint and dizzy",
        "she fitted in the chair",
        "my daughter fitted during the facial",
        "two fits since the session",
        "I feel faint",
        "I hold my finger up and she can't see it",
        "her eye is not seeing things clearly",
        "two people who had filler here went blind today",
    ],
)
def test_a_form_of_a_word_that_is_the_sign_names_it(text: str) -> None:
    assert level(text) is Level.EMERGENCY


def test_a_list_of_what_was_never_done_tells_of_none_of_it() -> None:
    assert not reading("I haven't had any fillers or injections").background.treatments


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Hives. They are gone now.", Status.PAST),
        ("Hives. Gone now.", Status.PAST),
        ("Hives. My husband is fine now.", Status.PRESENT),
        ("My heart is racing. I had an operation years ago.", Status.PRESENT),
    ],
)
def test_what_has_gone_is_what_the_next_sentence_speaks_of(text: str, status: Status) -> None:
    assert reading(text).signs[0].status is status


def test_a_denial_behind_a_sign_as_a_learner_puts_it() -> None:
    assert statuses("fever", "Fever not, eat normal") == {Status.ABSENT}


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("a bruise at eleven this morning. It's gone five and it is still there", 6),
        ("bruise since 8 am, it's now nearly 3", 7),
        ("at 10 I saw a bruise, its 4pm now", 6),
        ("well, it's day five with this bruise", 120),
        ("bruise, five mornings so far", 120),
        ("the bruise is now seventeen days old", 408),
        ("a bruise since Thursday's filler", 76),
        ("a bruise for twenty-six hours", 26),
    ],
)
def test_what_the_clock_and_the_day_say_has_lasted(text: str, hours: int) -> None:
    assert sign("bruise", text).lasted_hours == hours


@pytest.mark.parametrize(
    "text",
    ["a bruise. My appointment is at three", "a bruise, it's 2 cm", "a bruise came up about a day after the facial"],
)
def test_an_hour_alone_a_size_and_when_it_came_say_nothing(text: str) -> None:
    assert sign("bruise", text).lasted_hours is None


def test_hours_on_blood_thinners_are_told_by_the_clock() -> None:
    assert level("On warfarin. Injected at eleven. It's gone five and it is still bleeding.") is Level.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "small bruise. Sight, speech, arms and swallowing: all normal",
        "small bruise. My mouth, arms, speech and sight are completely normal",
        "small bruise, pulse, skin, speech: nothing odd",
        "small bruise, speech tidy",
    ],
)
def test_a_list_of_what_is_well_raises_no_alarm(text: str) -> None:
    assert "mentions" not in {concern.kind for concern in reading(text).concerns}


@pytest.mark.parametrize(
    "text",
    [
        "small bruise, my sight is going odd, arms fine",
        "small bruise, my speech but arms fine",
        "small bruise, sight and speech not normal",
    ],
)
def test_a_list_with_something_wrong_does(text: str) -> None:
    assert level(text).rank >= Level.URGENT.rank


def test_itchy_welts_are_one_sign_and_an_itch_beside_them_is_another() -> None:
    assert [each.sign for each in reading("raised itchy welts on my chin").signs] == ["hives"]
    assert {each.sign for each in reading("welts on my chin and my arms are itchy").signs} == {"hives", "itching"}


def test_day_nine_tells_of_a_treatment_unless_that_is_denied() -> None:
    assert "tongue_lip_swelling" not in {each.sign for each in reading("lips swollen, day nine").signs}
    assert level("lips swollen, day nine, never had filler") is Level.EMERGENCY
    assert level("lips suddenly swollen on day nine") is Level.EMERGENCY
    assert level("my lips are swollen, it is day 2 of my holiday") is Level.EMERGENCY
    assert level("My lips are swollen. It's day two.") is Level.EMERGENCY


def test_no_treatment_and_then_before_is_still_none() -> None:
    assert not reading("I've never had an injection, my skin was glass before.").background.treatments
    assert sign("hives", "never had hives before").status is Status.PRESENT


def test_a_bruise_that_goes_from_purple_to_yellow_is_no_dusky_skin() -> None:
    assert {each.sign for each in reading("the bruise under my lip has gone from purple to yellow").signs} == {"bruise"}
    assert level("my lip has gone from pink to purple") is Level.EMERGENCY

"""What the oracle does not say: whom a question is for, what it could change, and the grounds area by area."""

from __future__ import annotations

from typing import Any

import pytest

from service.guidance.records.common import Level
from tests.guidance.asked import ask, guidance

SESSION = {"at": "2026-11-22T10:00:00Z", "setting": "home", "areas": ["forehead", "chin"]}
NOTHING_ELSE: dict[str, Any] = {"session": SESSION, "conditions": [], "signs": [], "age": 40, "treatments": []}

Asked = dict[str, tuple[str, str]]


def missing_of(**given: Any) -> Asked:
    """Return what is asked: by pointer, for when, and the worst that an answer could give."""
    request = {key: value for key, value in {**NOTHING_ELSE, **given}.items() if value is not None}
    return {each.pointer: (each.needed_for, each.could_be.value) for each in ask(request).missing}


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({"age": None}, {"/age": ("booking", "do_not_use")}),
        ({"conditions": None}, {"/conditions": ("booking", "do_not_use")}),
        ({"signs": None}, {"/signs": ("session", "do_not_use")}),
        ({"conditions": ["broken_skin"]}, {"/located/broken_skin": ("booking", "ask_provider")}),
        ({"signs": ["bruise"]}, {"/located/bruise": ("session", "ask_provider")}),
        (
            {"conditions": ["broken_skin", "inflamed_acne"], "signs": ["bruise"]},
            {
                "/located/broken_skin": ("booking", "ask_provider"),
                "/located/inflamed_acne": ("booking", "ask_provider"),
                "/located/bruise": ("session", "ask_provider"),
            },
        ),
        (
            {"treatments": [{"treatment": "botulinum_toxin", "areas": ["chin"]}]},
            {"/treatments/0/at": ("booking", "wait")},
        ),
        ({"treatments": [{"treatment": "led"}]}, {"/treatments/0/at": ("booking", "ask_provider")}),
        (
            {"treatments": [{"treatment": "hyaluronic_acid_filler", "at": "2026-11-12T10:00:00Z"}]},
            {"/treatments/0/areas": ("booking", "ask_provider")},
        ),
        (
            {"treatments": [{"treatment": "hyaluronic_acid_filler", "at": "2026-11-03T10:00:00Z"}]},
            {"/treatments/0/areas": ("booking", "ask_provider")},  # three areas would add a week
        ),
        (
            {
                "treatments": [
                    {"treatment": "hyaluronic_acid_filler", "at": "2026-11-12T10:00:00Z"},
                    {"treatment": "hyaluronic_acid_filler", "at": "2026-11-12T10:05:00Z"},
                ]
            },
            {"/treatments/0/areas": ("booking", "ask_provider"), "/treatments/1/areas": ("booking", "ask_provider")},
        ),
        (
            {"treatments": [{"product": "filler", "at": "2026-10-22T10:00:00Z", "areas": ["chin"]}]},
            {"/treatments/0/product": ("booking", "ask_provider")},
        ),
        (
            {"treatments": [{"product": "filler", "at": "2026-11-01T10:00:00Z", "areas": ["chin"]}]},
            {"/treatments/0/product": ("booking", "wait")},
        ),
        (
            {"treatments": [{"treatment": "other_procedure", "at": "2026-11-21T10:00:00Z", "areas": ["chin"]}]},
            {"/treatments/0/treatment": ("booking", "wait")},
        ),
        (
            {"treatments": [{"treatment": "hyaluronidase", "at": "2026-01-01T10:00:00Z", "areas": ["chin"]}]},
            {"/treatments/0/provider/cleared": ("booking", "ask_provider")},
        ),
        (
            {"treatments": [{"treatment": "botulinum_toxin", "at": "2026-11-20", "areas": ["chin"]}]},
            {"/time_zone": ("booking", "wait")},
        ),
        (
            {
                "treatments": [
                    {
                        "treatment": "botulinum_toxin",
                        "at": "2026-10-20T10:00:00Z",
                        "areas": ["chin"],
                        "provider": {"wait_until": "2026-11-01"},
                    }
                ]
            },
            {"/time_zone": ("booking", "eligible")},
        ),
        (
            {
                "session": {"at": "2026-12-02T12:00:00Z", "setting": "professional", "areas": ["chin"]},
                "treatments": [
                    {"product": "injections", "at": "2026-10-05T10:00:00Z", "areas": ["jawline"]},
                    {"treatment": "laser_ablative", "at": "2026-10-05T12:00:00Z", "areas": ["jawline"]},
                ],
            },
            {"/treatments/1/provider/cleared": ("booking", "ask_provider")},  # agreed, no kind of injection matters
        ),
        (
            {"conditions": ["broken_skin"], "treatments": [{"treatment": "facial_surgery"}]},
            {"/treatments/0/at": ("booking", "wait"), "/located/broken_skin": ("booking", "ask_provider")},
        ),
        (
            {"treatments": [{"treatment": "led"}, {"treatment": "other_procedure", "at": "2026-01-01T10:00:00Z"}]},
            {
                "/treatments/0/at": ("booking", "ask_provider"),
                "/treatments/1/treatment": ("booking", "ask_provider"),
            },
        ),
        ({"conditions": ["pregnancy"], "age": None, "signs": None}, {}),
    ],
)
def test_it_asks_what_could_change_the_answer_and_says_how_far(given: dict[str, Any], asked: Asked) -> None:
    assert missing_of(**given) == asked


def test_the_worst_possible_answer_is_asked_for_first() -> None:
    asked = missing_of(
        treatments=[
            {"treatment": "facial_surgery", "at": "2020-01-01T10:00:00Z", "areas": ["chin"]},
            {"treatment": "botulinum_toxin", "areas": ["chin"]},
        ],
        age=None,
    )

    assert list(asked) == ["/age", "/treatments/1/at", "/treatments/0/provider/cleared"]


def test_a_date_that_could_forbid_is_not_bookable_and_one_that_could_not_is() -> None:
    far = {"treatment": "led", "areas": ["chin"]}

    assert not ask({**NOTHING_ELSE, "treatments": [far]}).bookable
    assert ask({**NOTHING_ELSE, "conditions": ["blood_thinners"]}).bookable


@pytest.mark.parametrize(
    ("signs", "located", "areas"),
    [
        (["bruise"], {}, {"forehead": "ask_provider", "chin": "ask_provider"}),
        (["bruise"], {"bruise": ["chin"]}, {"forehead": "eligible_with_care", "chin": "ask_provider"}),
        (["bruise"], {"bruise": ["lips"]}, {"forehead": "eligible_with_care", "chin": "eligible_with_care"}),
        (
            ["tenderness", "jaw_tension"],
            {"tenderness": ["lips"], "jaw_tension": ["chin"]},
            {"forehead": "eligible_with_care", "chin": "ask_provider"},
        ),
        (["tenderness", "jaw_tension"], {"tenderness": ["lips"]}, {"forehead": "ask_provider", "chin": "ask_provider"}),
    ],
)
def test_what_hurts_stops_the_session_where_it_is(
    signs: list[str], located: dict[str, list[str]], areas: dict[str, str]
) -> None:
    answer = ask({**NOTHING_ELSE, "signs": signs, **({"located": located} if located else {})})

    assert {each.area: each.decision.value for each in answer.areas} == areas


@pytest.mark.parametrize("sign", sorted(guidance().signs))
def test_what_triage_says_is_shown_where_it_forbids_the_session_and_only_there(sign: str) -> None:
    answer = ask({**NOTHING_ELSE, "signs": [sign]})

    level = guidance().signs[sign].level
    assert (answer.triage is not None) == (level.rank >= Level.URGENT.rank)
    if answer.triage is not None:
        assert answer.triage.level is level
        assert answer.decision == "do_not_use"


def test_a_condition_listed_twice_is_one_reason_at_its_first_place() -> None:
    answer = ask({**NOTHING_ELSE, "conditions": ["diabetes", "blood_thinners", "diabetes"]})

    assert [reason.input for reason in answer.reasons] == ["/conditions/0", "/conditions/1"]


def test_a_reason_cites_those_who_speak_of_microcurrent_or_all_where_none_does() -> None:
    at = "2026-11-21T10:00:00Z"
    toxin = ask({**NOTHING_ELSE, "treatments": [{"treatment": "botulinum_toxin", "at": at}]}).reasons[0]
    platelets = ask({**NOTHING_ELSE, "treatments": [{"treatment": "prp", "at": at}]}).reasons[0]

    assert "magazine_mirror" in toxin.citations
    assert "sculpta_mt" not in toxin.citations
    assert platelets.citations == ("vitality_prp", "yourbestselves_needling")


def test_a_wait_before_a_treatment_tells_until_when_a_session_may_be() -> None:
    booked = {"treatment": "hyaluronic_acid_filler", "at": "2026-11-22T20:00:00Z"}

    reason = ask({**NOTHING_ELSE, "treatments": [booked]}).reasons[0].model_dump(mode="json", exclude_none=True)

    assert reason["eligible_until"] == "2026-11-21T20:00:00Z"
    assert reason["recommended_until"] == "2026-11-19T20:00:00Z"
    assert "eligible_from" not in reason
    assert "recommended_from" not in reason


def test_a_treatment_with_nothing_to_wait_for_says_so_by_no_reason() -> None:
    answer = ask({**NOTHING_ELSE, "treatments": [{"treatment": "led", "at": "2026-11-22"}], "time_zone": "Asia/Tokyo"})

    assert answer.decision == "eligible"
    assert answer.reasons == ()


def test_a_providers_date_without_a_treatments_date_is_told_with_its_bound() -> None:
    undated = {"treatment": "prp", "provider": {"wait_until": "2026-12-01T09:00:00Z"}}

    reasons = ask({**NOTHING_ELSE, "treatments": [undated]}).reasons

    assert [(each.rule, each.eligible_from is not None) for each in reasons] == [
        ("rule.provider_instruction_wins_if_longer", True),
        ("rule.unknown_date", False),
    ]


def test_a_day_turns_with_the_first_day_that_differs() -> None:
    request = {
        **NOTHING_ELSE,
        "session": SESSION | {"at": "2026-11-22"},
        "treatments": [{"treatment": "botulinum_toxin", "at": "2026-11-21T12:00:00Z", "areas": ["chin"]}],
        "time_zone": "Pacific/Kiritimati",
    }

    answer = ask(request).model_dump(mode="json", exclude_none=True)

    assert answer["decision"] == "wait"
    assert answer["eligible_from"] == "2026-11-24T02:00:00+14:00"
    assert answer["valid_until"] == "2026-11-25T00:00:00+14:00"


def test_the_last_day_of_the_last_year_turns_into_nothing() -> None:
    request = {
        **NOTHING_ELSE,
        "session": SESSION | {"at": "2200-12-29"},
        "treatments": [{"treatment": "microneedling", "at": "2200-12-28T00:00:00Z", "areas": ["chin"]}],
        "time_zone": "UTC",
    }

    assert ask(request).valid_until is not None
    assert ask(request | {"session": SESSION | {"at": "2200-12-31"}}).valid_until is None


def test_only_what_may_go_ahead_is_minded() -> None:
    answer = ask({**NOTHING_ELSE, "conditions": ["diabetes", "broken_skin"], "signs": ["brow_heaviness"]})

    assert answer.decision == "ask_provider"
    assert answer.care == ()


def test_an_area_is_no_way_out_of_what_forbids_the_session_everywhere() -> None:
    session = SESSION | {"areas": ["eyelids", "chin"]}

    assert (
        ask({**NOTHING_ELSE, "session": session, "conditions": ["pregnancy"]}).summary == "Do not use microcurrent now."
    )
    assert ask({**NOTHING_ELSE, "session": session, "conditions": ["diabetes"]}).summary.startswith(
        "No device may pass"
    )


def test_what_lengthens_a_wait_tells_until_when() -> None:
    filler = {"treatment": "hyaluronic_acid_filler", "at": "2026-11-05T10:00:00Z", "areas": ["chin", "lips", "cheeks"]}

    answer = ask({**NOTHING_ELSE, "treatments": [filler]}).model_dump(mode="json", exclude_none=True)

    assert {each["rule"]: each["recommended_from"] for each in answer["reasons"]} == {
        "rule.large_volume_or_multiple_areas": "2026-11-26T10:00:00Z",
        "wait.hyaluronic_acid_filler": "2026-11-26T10:00:00Z",
    }


def test_a_name_that_can_mean_several_is_asked_about_with_all_of_them() -> None:
    given = {"product": "nose job", "at": "2026-11-02T10:00:00Z", "areas": ["nose"], "provider": {"cleared": True}}

    answer = ask({**NOTHING_ELSE, "session": SESSION | {"areas": ["nose"]}, "treatments": [given]})

    labels = [guidance().treatments[code].label for code in ("hyaluronic_acid_filler", "facial_surgery")]
    assert {reason.rule for reason in answer.reasons} == {"wait.hyaluronic_acid_filler", "wait.facial_surgery"}
    (asked,) = answer.missing
    assert asked.pointer == "/treatments/0/product"
    assert asked.question.removesuffix("?").split(": ")[1].split(" / ") in (labels, labels[::-1])


def test_a_kind_that_nobody_knows_is_asked_about_by_its_name() -> None:
    given = {"product": "filler", "at": "2026-11-02T10:00:00Z", "areas": ["chin"]}

    (asked,) = ask({**NOTHING_ELSE, "treatments": [given]}).missing

    assert asked.question == "Which product or procedure is it exactly: Filler of a kind that is not known?"


def test_where_a_sign_or_an_injection_is_is_asked_by_its_name() -> None:
    filler = {"treatment": "hyaluronic_acid_filler", "at": "2026-11-12T10:00:00Z"}

    questions = {each.question for each in ask({**NOTHING_ELSE, "treatments": [filler], "signs": ["bruise"]}).missing}

    assert questions == {
        "Which parts of the face or neck is this treatment for: Hyaluronic acid dermal filler?",
        "Where on the face or neck is this: Bruise?",
    }


def test_an_answer_can_turn_in_the_last_year_too() -> None:
    needled = {"treatment": "microneedling", "at": "2200-12-20T00:00:00Z", "areas": ["chin"]}
    session = SESSION | {"at": "2200-12-20T12:00:00Z"}

    answer = ask({**NOTHING_ELSE, "session": session, "treatments": [needled]}).model_dump(mode="json")

    assert answer["valid_until"] == "2200-12-23T00:00:00Z"


OLD_FILLER = {"treatment": "hyaluronic_acid_filler", "at": "2025-01-22T10:00:00Z", "areas": ["chin"]}


@pytest.mark.parametrize(
    ("given", "decision"),
    [
        ({"signs": ["mild_redness"]}, "eligible_with_care"),
        ({"signs": ["mild_redness"], "treatments": [OLD_FILLER]}, "ask_provider"),
        ({"signs": ["rash"], "located": {"rash": ["chin"]}}, "ask_provider"),
        ({"signs": ["rash"], "located": {"rash": ["under_eye"]}}, "do_not_use"),
        ({"signs": ["hives"], "located": {"hives": ["chin"]}, "treatments": [OLD_FILLER]}, "ask_provider"),
        ({"signs": ["hives"], "located": {"hives": ["forehead"]}, "treatments": [OLD_FILLER]}, "do_not_use"),
        ({"signs": ["nodule_late"]}, "ask_provider"),
        ({"signs": ["nodule_late"], "conditions": ["diabetes"]}, "do_not_use"),
    ],
)
def test_a_sign_counts_with_its_place_the_treatments_and_the_conditions(given: dict[str, Any], decision: str) -> None:
    areas = ["forehead", "chin", "under_eye"]

    answer = ask({**NOTHING_ELSE, "session": {**SESSION, "areas": areas}, **given})

    sign = f"sign.{given['signs'][0]}"
    assert [each.decision.value for each in answer.reasons if each.rule == sign] == [decision]


@pytest.mark.parametrize(("area", "elsewhere"), [("chin", False), ("lips", True)])
def test_a_local_condition_says_whether_it_is_elsewhere(area: str, elsewhere: bool) -> None:
    answer = ask({**NOTHING_ELSE, "conditions": ["broken_skin"], "located": {"broken_skin": [area]}})

    text = next(reason.text for reason in answer.reasons if reason.rule == "condition.broken_skin")
    assert ("leave the place out" in text) is elsewhere

"""What people read: every sentence of an eligibility answer, filled in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.guidance.asked import ask, guidance

SESSION = {"at": "2026-11-22T10:00:00+01:00", "setting": "home", "areas": ["forehead"]}
NOTHING_ELSE = {"conditions": [], "signs": [], "age": 40, "treatments": []}
FOREHEAD = {"areas": ["forehead"]}

Request = dict[str, Any]


def toxin(at: str, **more: Any) -> Request:
    return {"treatments": [{"treatment": "botulinum_toxin", "at": at, **FOREHEAD, **more}]}


def filler(at: str, **more: Any) -> Request:
    return {"treatments": [{"treatment": "hyaluronic_acid_filler", "at": at, **FOREHEAD, **more}]}


TOXIN = "Botulinum toxin (wrinkle-relaxing) injections"
SURGERY = {"treatments": [{"treatment": "facial_surgery", "at": "2020-11-24T20:00:00Z"}]}
REASONS: dict[str, tuple[Request, str, str]] = {
    "wait": (
        toxin("2026-11-21T10:00:00Z"),
        "wait.botulinum_toxin",
        f"{TOXIN}: no session for at least 48 hours afterwards, so not before 23 November 2026, 11:00.",
    ),
    "wait in a salon": (
        toxin("2026-11-21T10:00:00Z") | {"session": SESSION | {"setting": "professional"}},
        "wait.botulinum_toxin",
        f"{TOXIN}: no session for at least 2 weeks afterwards, so not before 5 December 2026, 11:00. "
        "A salon device is stronger, so the recommended time is the minimum.",
    ),
    "with a weakened immune system": (
        toxin("2026-11-21T10:00:00Z") | {"conditions": ["autoimmune_or_immunosuppressed"]},
        "wait.botulinum_toxin",
        f"{TOXIN}: no session for at least 2 weeks afterwards, so not before 5 December 2026, 11:00. "
        "With a weakened immune system the recommended time is the minimum.",
    ),
    "clearance after a wait": (
        {"treatments": [{"treatment": "facial_surgery", "at": "2026-11-01T20:00:00Z"}]},
        "wait.facial_surgery",
        "Facial surgery (facelift, eyelid, nose, implants): no session for at least 3 months afterwards, "
        "so not before 1 February 2027, 03:00. Ask the person who treated you also after that.",
    ),
    "recommended": (
        toxin("2026-11-15T10:00:00Z"),
        "wait.botulinum_toxin",
        f"{TOXIN}: the minimum of 48 hours is over, but 2 weeks are recommended, so before 29 November 2026, 11:00 "
        "only if the person who treated you agrees, on the lowest setting.",
    ),
    "the provider's date": (
        toxin("2026-11-15T10:00:00Z", provider={"wait_until": "2026-12-01"}),
        "wait.botulinum_toxin",
        f"{TOXIN}: the person who treated you said to wait until 1 December 2026.",
    ),
    "before": (
        filler("2026-11-22T20:00:00Z"),
        "wait_before.hyaluronic_acid_filler",
        "Hyaluronic acid dermal filler, booked: no session in the 24 hours before, "
        "so only before 21 November 2026, 21:00.",
    ),
    "recommended before": (
        filler("2026-11-24T20:00:00Z"),
        "wait_before.hyaluronic_acid_filler",
        "Hyaluronic acid dermal filler, booked: 3 days without a session before are recommended, so from "
        "21 November 2026, 21:00 on only if the person who gives it agrees.",
    ),
    "clearance": (
        SURGERY,
        "wait.facial_surgery",
        "Facial surgery (facelift, eyelid, nose, implants): ask the person who treated you, also after the "
        "recommended time.",
    ),
    "clearance before": (
        {"treatments": [{"treatment": "facial_surgery", "at": "2027-11-24T20:00:00Z"}]},
        "wait_before.facial_surgery",
        "Facial surgery (facelift, eyelid, nose, implants), booked: ask the person who gives it before any session.",
    ),
    "unknown date": (
        {"treatments": [{"treatment": "prp"}]},
        "rule.unknown_date",
        "Platelet-rich plasma / fibrin (PRP, PRF) injections: without its date nobody can say how long is left. "
        "Ask the person who treated you.",
    ),
    "unknown procedure": (
        {"treatments": [{"treatment": "other_procedure"}]},
        "rule.unknown_procedure",
        "Procedure of a kind that is not known: no waiting time is known for it. Ask the person who did it.",
    ),
    "the provider's date alone": (
        {"treatments": [{"treatment": "other_procedure", "provider": {"wait_until": "2026-12-01T09:00:00+01:00"}}]},
        "rule.provider_instruction_wins_if_longer",
        "Procedure of a kind that is not known: the person who treated you said to wait until 1 December 2026, 09:00.",
    ),
    "too far ahead": (
        toxin("2029-11-15T10:00:00Z"),
        "rule.booked_too_far_ahead",
        f"{TOXIN}: dated more than 2 years after the session, which looks like a typing error. Check the date.",
    ),
    "condition": (
        {"conditions": ["pacemaker_icd"]},
        "condition.pacemaker_icd",
        "Cardiac pacemaker or implanted defibrillator (ICD): Do not use facial microcurrent at home or in a salon, "
        "on any setting.",
    ),
    "condition elsewhere": (
        {"conditions": ["new_scar_keloid"], "located": {"new_scar_keloid": ["chin"]}},
        "condition.new_scar_keloid",
        "New scar on the face, or keloid tendency: leave the place out. Not over a scar younger than a year without "
        "the surgeon's agreement, nor over keloid.",
    ),
    "area": (
        {"session": SESSION | {"areas": ["eyelids"]}},
        "area.eyelids",
        "Eyelids: no device may pass here. The eye lies right below, and flashes of light show current reaching its "
        "nerve. Stay on the bone, never on the lid.",
    ),
    "factor": (
        {"signs": ["bruise"]},
        "rule.bruise_present",
        "Bruise still visible in the area: not over the bruise; wait until it has faded.",
    ),
    "factor elsewhere": (
        {"signs": ["bruise"], "located": {"bruise": ["chin"]}},
        "rule.bruise_present",
        "Bruise still visible in the area, but outside this session: leave that place out.",
    ),
    "factor of many areas": (
        filler("2026-11-05T10:00:00Z", areas=["forehead", "cheeks", "chin"]),
        "rule.large_volume_or_multiple_areas",
        "More than 2 ml filler in one visit or three or more areas: add 7 days to the recommended interval, "
        "so up to 26 November 2026, 11:00.",
    ),
    "sign": (
        {"signs": ["skin_blanching"]},
        "sign.skin_blanching",
        "Skin turned white or pale and stays so. It can mean: blocked or squeezed blood vessel.",
    ),
}


@pytest.mark.parametrize("name", REASONS)
def test_a_reason_says_why_in_a_sentence(name: str) -> None:
    request, rule, text = REASONS[name]

    answer = ask({"session": SESSION, **NOTHING_ELSE, **request})

    assert [reason.text for reason in answer.reasons if reason.rule == rule] == [text]


def test_every_sentence_of_a_reason_is_tried_above() -> None:
    texts = set(guidance().eligibility.reasons) - {"said"}

    assert len(REASONS) >= len(texts)


BETTER_WAIT = "better wait until it has gone. If you go ahead, use the lowest setting and stop at any discomfort."

SUMMARIES: dict[str, tuple[Request, str]] = {
    "eligible": ({}, "Nothing in what you told us speaks against this session."),
    "with care": ({"conditions": ["blood_thinners"]}, "You can go ahead with care."),
    "with open questions": (
        {"age": None},
        "Nothing speaks against this session so far, but questions are open whose answers can change that.",
    ),
    "an area to leave out": (
        {"session": SESSION | {"areas": ["eyelids", "forehead"]}},
        "No device may pass here: eyelids. Leave that out and look at the rest.",
    ),
    "no area left": ({"session": SESSION | {"areas": ["eyelids"]}}, "Do not use microcurrent now."),
    "asking that no wait helps": (
        toxin("2026-11-15T10:00:00Z") | {"conditions": ["diabetes"]},
        "Ask your provider before this session.",
    ),
    "ask": (SURGERY, "Ask your provider before this session."),
    "ask or wait": (
        toxin("2026-11-15T10:00:00Z"),
        "Ask your provider before this session, or wait until 29 November 2026, 11:00.",
    ),
    "wait": (toxin("2026-11-21T23:00:00Z"), "Wait until 24 November 2026."),
    "wait without a date": (
        {"treatments": [*toxin("2026-11-21T23:00:00Z")["treatments"], {"treatment": "prp"}]},
        "Wait. This time is too close to another treatment.",
    ),
    "in no zone": (
        toxin("2026-11-21T00:00:00Z") | {"session": SESSION | {"at": "2026-11-22T10:00:00Z"}},
        "Wait until 23 November 2026, 00:00 UTC.",
    ),
    "never": ({"conditions": ["pregnancy"]}, "Do not use microcurrent now."),
    "an emergency": (
        {"signs": ["skin_blanching"]},
        "This can mean that blood does not reach the skin. Get help now. Do not use microcurrent now.",
    ),
}


@pytest.mark.parametrize("name", SUMMARIES)
def test_the_summary_says_the_decision_in_a_line(name: str) -> None:
    request, summary = SUMMARIES[name]

    assert ask({"session": SESSION, **NOTHING_ELSE, **request}).summary == summary


def test_care_says_what_to_mind() -> None:
    request = {
        "conditions": ["blood_thinners", "inflamed_acne"],
        "signs": ["metallic_taste", "bruise"],
        "located": {"inflamed_acne": ["chin"], "bruise": ["chin"]},
        "age": None,
    }

    care = ask({"session": SESSION, **NOTHING_ELSE, **request}).care

    assert {(each.rule, each.text) for each in care} == {
        (
            "condition.blood_thinners",
            "Do not stop prescribed medicine. Wait until bruises have gone; light pressure only.",
        ),
        ("condition.inflamed_acne", "Leave out the place with this: Inflamed, cystic or pustular acne."),
        ("rule.bruise_present", "Leave out the place: Bruise still visible in the area."),
        ("sign.metallic_taste", f"Metallic taste: {BETTER_WAIT}"),
        ("sign.bruise", f"Bruise: {BETTER_WAIT}"),
        ("rule.open_questions", "Answer the open questions first; the answer can still change."),
    }


def test_a_question_names_what_it_is_about() -> None:
    request = {
        "session": SESSION,
        **NOTHING_ELSE,
        "treatments": [{"treatment": "prp"}, {"treatment": "facial_surgery", "at": "2020-01-01T10:00:00Z", **FOREHEAD}],
        "conditions": ["broken_skin"],
    }

    assert {each.pointer: each.question for each in ask(request).missing} == {
        "/treatments/0/at": "On what date was this treatment, or when is it booked: "
        "Platelet-rich plasma / fibrin (PRP, PRF) injections?",
        "/treatments/1/provider/cleared": "Has the person who gives this treatment agreed to microcurrent: "
        "Facial surgery (facelift, eyelid, nose, implants)?",
        "/located/broken_skin": "Where on the face or neck is this: "
        "Open wound, broken, burnt, sunburnt or peeling skin?",
    }


def test_a_providers_date_before_the_treatment_is_not_counted_and_that_is_said() -> None:
    request = {
        "session": SESSION,
        **NOTHING_ELSE,
        **toxin("2026-11-15T10:00:00Z", provider={"wait_until": "2020-01-01"}),
    }

    answer = ask(request)

    assert answer.decision == "ask_provider"
    assert [each.text for each in answer.assumptions] == [
        "The provider's date lies before the treatment, so it was not counted."
    ]


def test_what_forbids_a_session_leaves_nothing_to_mind() -> None:
    request = {"conditions": ["blood_thinners", "pregnancy"]}

    assert ask({"session": SESSION, **NOTHING_ELSE, **request}).care == ()


def test_what_triage_says_of_a_sign_comes_with_its_actions() -> None:
    triage = ask({"session": SESSION, **NOTHING_ELSE, "signs": ["chest_pain"]}).triage

    assert triage is not None
    assert triage.level == "emergency"
    assert [action.action for action in triage.actions] == ["call_emergency_services"]


def test_every_source_of_a_reason_is_cited_once() -> None:
    answer = ask({"session": SESSION, **NOTHING_ELSE, **toxin("2026-11-21T10:00:00Z"), "conditions": ["diabetes"]})
    cited = [citation.id for citation in answer.citations]

    assert cited == sorted({source for reason in answer.reasons for source in reason.citations})
    assert "seed_article" in cited
    assert all(reason.citations for reason in answer.reasons)


def test_reasons_come_strictest_first_and_then_in_the_order_of_the_request() -> None:
    request = {
        "treatments": [
            *filler("2026-11-10T10:00:00Z")["treatments"],
            *toxin("2026-11-21T10:00:00Z")["treatments"],
            *toxin("2026-11-20T20:00:00Z")["treatments"],
        ],
        "conditions": ["diabetes", "blood_thinners", "breastfeeding"],
        "signs": ["metallic_taste"],
    }

    answer = ask({"session": SESSION, **NOTHING_ELSE, **request})

    assert [reason.input for reason in answer.reasons] == [
        "/treatments/1",
        "/treatments/2",
        "/treatments/0",
        "/conditions/0",
        "/conditions/2",
        "/conditions/1",
        "/signs/0",
    ]

"""What triage answers: cases that a clinician can read, and every rule of the guidance once on and once off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta, timezone, tzinfo
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.guidance.question import GivenTreatment, UnknownCode
from service.guidance.records.common import Basis, Level, Severity, Trend
from service.guidance.records.triage import Combination, Escalation
from service.guidance.report import Mention, Report, ReportedSign, Status, findings_of
from service.guidance.triage import TriageAnswer, decide_triage
from service.guidance.triage.circumstances import Circumstances, escalation_holds
from tests.guidance.reported import AT, fired, guidance, hours_ago, report_of, sign_of

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent.parent / "cases" / "triage.yaml").read_text(encoding="utf-8")
)
GUIDANCE = guidance()
SECOND = 1 / 3600


def answer(**case: Any) -> TriageAnswer:
    return decide_triage(GUIDANCE, report_of(case))


def asked(triage: TriageAnswer) -> list[str | None]:
    return [each.pointer or each.sign for each in triage.ask_next]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_case(case: dict[str, Any]) -> None:
    triage = answer(**case["given"])

    rules = [reason.rule for reason in triage.reasons]
    assert triage.level == case.get("level", triage.level)
    assert set(case.get("reasons", ())) <= set(rules)
    assert set(rules).isdisjoint(case.get("reasons_without", ()))
    assert triage.headline == case.get("headline", triage.headline)
    assert triage.understood == case.get("understood", triage.understood)
    assert [action.action for action in triage.actions] == case.get("actions", [each.action for each in triage.actions])
    assert set(case.get("asks", ())) <= set(asked(triage))
    if "phone" in case:
        assert triage.actions[0].phone == case["phone"]


def test_every_combination_has_a_case_in_which_it_holds_and_one_in_which_it_does_not() -> None:
    held = {rule for case in CASES for rule in case.get("reasons", ())}
    not_held = {rule for case in CASES for rule in case.get("reasons_without", ())}

    combinations = {f"combination.{code}" for code in GUIDANCE.combinations}
    assert combinations <= held
    assert combinations <= not_held


@pytest.mark.parametrize("sign", GUIDANCE.signs)
def test_a_sign_of_which_nothing_else_is_known_has_its_base_level_at_least(sign: str) -> None:
    triage = answer(signs=[sign])

    assert triage.level.rank >= GUIDANCE.signs[sign].level.rank
    assert f"sign.{sign}" in [reason.rule for reason in triage.reasons]


def test_only_the_stroke_signs_make_a_combination_alone() -> None:
    alone = {sign for sign in GUIDANCE.signs for reason in answer(signs=[sign]).reasons if "combination" in reason.rule}

    assert alone == {"one_sided_face_droop", "arm_leg_weakness", "slurred_speech"}


@dataclass(frozen=True)
class Key:
    """One key of a rule: how to make it true in a report, and how to leave it out."""

    name: str
    on: Report
    off: Report


PLACE_WITH = {"near_eye": "eyelids", "danger_triangle": "nose", "treated_area": "lips"}


def told(rule: Escalation, sign: str) -> ReportedSign:
    """The sign of an escalation, as bad as the escalation asks for and no worse."""
    return ReportedSign(
        sign,
        severity=rule.severity,
        trend=Trend.WORSENING if rule.worsening else None,
        spreading=rule.spreading,
        onset=rule.onset,
        started_at=hours_ago(rule.persists_hours) if rule.persists_hours is not None else None,
    )


def exposed(group: str, hours: float) -> tuple[GivenTreatment, ...]:
    return (GivenTreatment(GUIDANCE.exposure_groups[group].treatments[0], hours_ago(hours), frozenset({"lips"})),)


def exactly(sign: str, rule: Escalation) -> Iterator[Report]:
    """Yield reports in which every key of the escalation holds, at the very edge of its hours, one for each choice."""
    for place, condition, other in product(rule.areas or (None,), rule.history or (None,), rule.with_any or (None,)):
        areas = frozenset({PLACE_WITH.get(place, place)}) if place else frozenset()
        yield Report(
            at=AT,
            signs=(replace(told(rule, sign), areas=areas), *((ReportedSign(other),) if other else ())),
            treatments=exposed(rule.exposure, rule.within_hours or 0) if rule.exposure else (),
            conditions=frozenset({condition} if condition else ()),
        )


def lacking(report: Report, rule: Escalation) -> Iterator[tuple[str, Report]]:
    """Yield what each key lacks when it just does not hold, and when nobody said."""
    first, *others = report.signs
    wanted: list[tuple[str, dict[str, Any]]] = []
    if rule.persists_hours is not None:
        wanted += [("nobody said since when", {"started_at": None})]
        wanted += [("a second too short", {"started_at": hours_ago(rule.persists_hours - SECOND)})]
    if rule.worsening:
        wanted += [("stable", {"trend": Trend.STABLE}), ("no trend told", {"trend": None})]
    if rule.spreading:
        wanted += [("not spreading", {"spreading": False}), ("nobody said if it spreads", {"spreading": None})]
    if rule.severity:
        wanted += [("less bad", {"severity": Severity.MODERATE}), ("not rated", {"severity": None})]
    if rule.onset:
        wanted += [("no onset told", {"onset": None})]
    if rule.areas:
        wanted += [("no place told", {"areas": frozenset()}), ("elsewhere", {"areas": frozenset({"neck_side"})})]
    for name, change in wanted:
        if not (name == "elsewhere" and "beyond_treated_area" in rule.areas and report.treatments):
            yield name, replace(report, signs=(replace(first, **change), *others))
    if rule.history:
        yield "asked, no condition", replace(report, conditions=frozenset())
        yield "conditions not asked", replace(report, conditions=None)
    if rule.with_any:
        yield "no other sign", replace(report, signs=(first,))
        yield "other sign denied", replace(report, signs=(first, replace(others[0], status=Status.ABSENT)))
    if rule.exposure:
        yield "asked, no treatment", replace(report, treatments=())
        yield "treatments not asked", replace(report, treatments=None)
        if rule.within_hours:
            yield (
                "a second after the window",
                replace(report, treatments=exposed(rule.exposure, rule.within_hours + SECOND)),
            )


ESCALATIONS = [
    pytest.param(sign.id, rule, id=f"{sign.id}-{number}")
    for sign in GUIDANCE.signs.values()
    for number, rule in enumerate(sign.escalations)
]


@pytest.mark.parametrize(("sign", "rule"), ESCALATIONS)
def test_an_escalation_applies_when_every_key_of_it_holds(sign: str, rule: Escalation) -> None:
    for report in exactly(sign, rule):
        triage = decide_triage(GUIDANCE, report)

        assert rule in fired(report)
        assert triage.level.rank >= rule.to.rank


@pytest.mark.parametrize(("sign", "rule"), ESCALATIONS)
def test_an_escalation_does_not_apply_while_a_key_of_it_is_missing(sign: str, rule: Escalation) -> None:
    for report in exactly(sign, rule):
        for name, incomplete in lacking(report, rule):
            assert rule not in fired(incomplete), name


@pytest.mark.parametrize(
    ("sign", "rule"),
    [each for each in ESCALATIONS if isinstance(each.values[1], Escalation) and each.values[1].exposure],
)
def test_every_treatment_of_the_group_is_an_exposure_and_no_other(sign: str, rule: Escalation) -> None:
    assert rule.exposure is not None
    report = next(exactly(sign, rule))

    for treatment in GUIDANCE.treatments:
        given = (GivenTreatment(treatment, None, frozenset({"lips"})),)
        inside = treatment in GUIDANCE.exposure_groups[rule.exposure].treatments
        assert (rule in fired(replace(report, treatments=given))) is inside


def holding(rule: Combination) -> Iterator[Report]:
    """Yield a report for each choice of one sign from every group, with every other key at its very edge."""
    any_sign = rule.any_sign
    for signs in product(*rule.all_of_any):
        if rule.distinct and len(set(signs)) < len(signs):
            continue
        first = ReportedSign(
            signs[0],
            onset=rule.onset,
            severity=any_sign.severity if any_sign else None,
            started_at=hours_ago(any_sign.persists_hours) if any_sign and any_sign.persists_hours else None,
        )
        yield Report(
            at=AT,
            signs=(first, *(ReportedSign(sign) for sign in signs[1:])),
            treatments=exposed(rule.exposure, rule.within_hours or 20_000) if rule.exposure else (),
            conditions=frozenset(rule.history[:1]),
            last_session_at=hours_ago(rule.session_within_hours) if rule.session_within_hours else None,
        )


@pytest.mark.parametrize("rule", GUIDANCE.combinations.values(), ids=lambda rule: str(rule.id))
def test_a_combination_applies_to_every_choice_of_its_signs(rule: Combination) -> None:
    for report in holding(rule):
        triage = decide_triage(GUIDANCE, report)

        assert f"combination.{rule.id}" in [reason.rule for reason in triage.reasons]
        assert triage.level.rank >= rule.level.rank


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        (Escalation(to=Level.URGENT, basis=Basis.JUDGEMENT, exposure="microcurrent", within_hours=24), True),
        (Escalation(to=Level.URGENT, basis=Basis.JUDGEMENT, exposure="microcurrent"), True),
        (Escalation(to=Level.URGENT, basis=Basis.JUDGEMENT, exposure="microcurrent", within_hours=23), False),
        (Escalation(to=Level.URGENT, basis=Basis.JUDGEMENT, areas=("chin",)), True),
        (Escalation(to=Level.URGENT, basis=Basis.JUDGEMENT, areas=("lips",)), False),
        (Escalation(to=Level.URGENT, basis=Basis.JUDGEMENT, areas=("treated_area",)), True),
    ],
)
def test_a_rule_may_name_a_session_or_an_area(rule: Escalation, holds: bool) -> None:
    finding = findings_of(GUIDANCE, {"hives": [Mention(ReportedSign("hives", areas=frozenset({"chin"})), "text", "")]})
    here = Circumstances(
        guidance=GUIDANCE,
        at=AT,
        findings=finding,
        excluded=frozenset(),
        treatments=(GivenTreatment("microneedling", None, None, name_areas=frozenset({"chin"})),),
        conditions=None,
        last_session_at=hours_ago(24),
    )

    assert escalation_holds(here, finding["hives"], rule).holds is holds


@pytest.mark.parametrize("code", ["signs", "onset", "sign area", "treatment", "treatment area", "condition"])
def test_an_unknown_code_is_refused_by_name(code: str) -> None:
    report = {
        "signs": Report(at=AT, signs=(ReportedSign("hive"),)),
        "onset": Report(at=AT, signs=(ReportedSign("hives", onset="hive"),)),
        "sign area": Report(at=AT, signs=(ReportedSign("hives", areas=frozenset({"hive"})),)),
        "treatment": Report(at=AT, treatments=(GivenTreatment("hive", None, None),)),
        "treatment area": Report(at=AT, treatments=(GivenTreatment("prp", None, frozenset({"hive"})),)),
        "condition": Report(at=AT, conditions=frozenset({"hive"})),
    }[code]

    with pytest.raises(UnknownCode, match="'hive'"):
        decide_triage(GUIDANCE, report)


def test_an_answer_is_served_with_the_names_of_the_contract_and_without_null() -> None:
    triage = answer(signs=["skin_blanching"], text="my lip went white", country="AQ")

    served = triage.model_dump(mode="json", exclude_none=True)

    assert served["signs"][0]["from"] == ["request", "text"]
    assert served["signs"][0]["matched"] == {"start": 3, "end": 17}
    assert "phone" not in served["actions"][0]
    assert " ".join(served) == (
        "level within at headline actions microcurrent signs reasons understood not_understood ask_next watch_for "
        "hand_over report_to citations"
    )


def test_every_reason_cites_sources_that_the_answer_holds() -> None:
    for sign in GUIDANCE.signs:
        triage = answer(signs=[sign], treatments=["other_injectable"])

        cited = {citation.id for citation in triage.citations}
        assert {source for reason in triage.reasons for source in reason.citations} == cited
        assert cited


def test_a_hand_over_holds_signs_times_and_treatments_in_sixty_words() -> None:
    triage = answer(
        signs=[{"sign": "skin_blanching", "severity": "severe", "hours": 2, "areas": ["lips"]}],
        treatments=[{"treatment": "hyaluronic_acid_filler", "hours": 3, "areas": ["lips"]}],
        session_hours=20,
        conditions=["diabetes"],
    )

    assert triage.hand_over == (
        "Signs at 22 November 2026, 10:00 UTC: blanching / pallor (severe, lips, since 22 November 2026, 08:00 UTC). "
        "Treatments: hyaluronic acid dermal filler (lips), 22 November 2026, 07:00 UTC. "
        "Last microcurrent session: 21 November 2026, 14:00 UTC. Conditions: diabetes."
    )


def test_a_hand_over_of_everything_at_once_still_has_sixty_words_at_most() -> None:
    signs = [{"sign": sign, "severity": "severe", "trend": "worsening", "areas": ["lips"]} for sign in GUIDANCE.signs]
    treatments = [{"treatment": code, "hours": 3, "areas": ["lips", "chin"]} for code in GUIDANCE.treatments]

    triage = answer(signs=signs, treatments=treatments, conditions=list(GUIDANCE.conditions))

    assert 10 < len(str(triage.hand_over).split()) <= 60


def test_a_hand_over_tells_how_each_sign_is_and_quotes_what_was_not_understood() -> None:
    sign = {
        "sign": "rash",
        "severity": "severe",
        "trend": "worsening",
        "spreading": True,
        "onset": "sudden",
        "hours": 5,
    }

    triage = answer(signs=[sign], text="Also quux blah fnord.")

    assert triage.hand_over == (
        "Signs at 22 November 2026, 10:00 UTC: rash where the gel or probe touched (severe, worsening, spreading, "
        "onset: came on within seconds or minutes, since 22 November 2026, 05:00 UTC). "
        'Also said, not understood: "Also quux blah fnord".'
    )


def test_a_hand_over_of_what_has_gone_says_so_and_none_is_left_out() -> None:
    assert answer(signs=[{"sign": "hives", "status": "past"}]).hand_over == "Gone now: urticaria."
    assert answer(text="   ").hand_over is None


def test_home_advice_is_told_for_signs_at_their_own_level_alone() -> None:
    calm, raised = answer(signs=["headache_mild"]), answer(signs=["headache_mild", "chest_pain"])

    assert [sign.advice is None for sign in calm.signs] == [False]
    assert {sign.sign: sign.advice is None for sign in raised.signs} == {"chest_pain": False, "headache_mild": True}
    for sign in answer(signs=["mild_redness", "metallic_taste", "fever"]).signs:
        assert (sign.advice is None) is (sign.sign != "fever")


def test_thoughts_of_self_harm_are_answered_with_nothing_about_the_skin() -> None:
    triage = answer(signs=["self_harm_thoughts"], country="GB")

    assert "crisis line" in str(triage.signs[0].advice)
    assert "is no sign" not in str(triage.signs[0].advice)
    assert not [text for text in triage.watch_for if "Skin" in text or "sight" in text]
    assert triage.report_to == ()
    assert len(answer(signs=["self_harm_thoughts", "hives"], country="GB").report_to) == 1


def test_every_reason_is_a_sentence_with_one_colon_at_most() -> None:
    for rule in GUIDANCE.combinations.values():
        for report in holding(rule):
            for reason in decide_triage(GUIDANCE, report).reasons:
                assert reason.text.count(": ") <= 1, reason.text
                assert reason.text.endswith("."), reason.text
                assert reason.text[0].isupper(), reason.text
    assert all(rule.reason for rule in GUIDANCE.combinations.values())


def test_at_most_three_questions_are_asked_and_none_twice() -> None:
    for first, second in product(list(GUIDANCE.signs)[::4], list(GUIDANCE.signs)[::5]):
        questions = [each.question for each in answer(signs=[first, second]).ask_next]

        assert len(questions) <= 3
        assert len(set(questions)) == len(questions)


def test_nothing_is_asked_where_no_answer_could_be_more_urgent() -> None:
    assert answer(signs=["breathing_difficulty"]).ask_next == ()


def test_reasons_are_told_strictest_first_and_combinations_before_signs() -> None:
    triage = answer(signs=["metallic_taste", "hives", "vomiting", "mild_redness"], treatments=[])

    assert [reason.rule for reason in triage.reasons] == [
        "combination.anaphylaxis_skin_plus_gut",
        "sign.hives",
        "sign.vomiting",
        "sign.mild_redness",
        "sign.metallic_taste",
    ]


def test_signs_are_told_strictest_first_and_those_that_are_not_there_last() -> None:
    denied = {"sign": "chest_pain", "status": "absent"}

    triage = answer(signs=["metallic_taste", denied, "fever", "hives"], treatments=[])

    assert [sign.sign for sign in triage.signs] == ["fever", "hives", "metallic_taste", "chest_pain"]
    assert [sign.status for sign in triage.signs] == [Status.PRESENT] * 3 + [Status.ABSENT]


def test_no_question_is_asked_of_what_was_said() -> None:
    given = sign_of({"sign": "mild_redness", "severity": "mild", "trend": "stable", "spreading": False, "hours": 1})
    denied = [
        ReportedSign(sign, status=Status.ABSENT) for sign in GUIDANCE.signs if GUIDANCE.signs[sign].id != "mild_redness"
    ]
    report = Report(at=AT, signs=(given, *denied), treatments=(), conditions=frozenset())

    triage = decide_triage(GUIDANCE, report)

    assert triage.level is Level.SELF_CARE
    assert triage.ask_next == ()


def test_an_answered_question_can_raise_the_level_as_promised() -> None:
    for sign in GUIDANCE.signs.values():
        if sign.level is Level.EMERGENCY:
            continue
        before = Report(at=AT, signs=(ReportedSign(sign.id),), treatments=(), conditions=frozenset())
        asked_first = next(iter(decide_triage(GUIDANCE, before).ask_next), None)
        if asked_first is None or asked_first.pointer is not None:
            continue

        assert asked_first.sign is not None
        after = replace(before, signs=(*before.signs, ReportedSign(asked_first.sign)))
        assert decide_triage(GUIDANCE, after).level.rank > decide_triage(GUIDANCE, before).level.rank


def test_times_are_told_in_the_zone_of_the_report() -> None:
    triage = decide_triage(
        GUIDANCE, Report(at=AT.astimezone(tz_of(-5)), signs=(ReportedSign("hives", started_at=hours_ago(1)),))
    )

    assert "since 22 November 2026, 04:00 UTC-05:00" in str(triage.hand_over)


def tz_of(hours: int) -> tzinfo:
    return timezone(timedelta(hours=hours))


def test_side_effects_are_reported_in_the_country_of_the_person() -> None:
    british, unknown = answer(signs=["hives"], country="GB"), answer(signs=["hives"])

    assert [each.title for each in british.report_to] == ["Yellow Card scheme"]
    assert unknown.report_to == ()


@pytest.mark.parametrize("sign", [sign for sign in GUIDANCE.signs.values() if sign.level is not Level.EMERGENCY])
def test_something_is_asked_wherever_an_answer_could_be_more_urgent(sign: Any) -> None:
    triage = answer(signs=[sign.id], treatments=[], conditions=[])

    assert triage.level is Level.EMERGENCY or 1 <= len(triage.ask_next) <= 3


def test_a_hand_over_tells_what_a_text_tells_of_treatments_and_conditions() -> None:
    triage = answer(text="my lip went white after filler on Tuesday, I have a pacemaker")

    assert "17 November 2026" in str(triage.hand_over)
    assert "pacemaker" in str(triage.hand_over)


def test_a_hand_over_names_a_further_sign_without_its_details_rather_than_not() -> None:
    triage = answer(
        signs=["skin_blanching", "disproportionate_pain"],
        text="top lip white right after the filler and it really hurts",
    )

    assert "growing pain after filler" in str(triage.hand_over)
    assert len(str(triage.hand_over).split()) <= 60

"""The safety laws of the contract over generated reports, and over all pairs of signs."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.guidance.question import GivenTreatment
from service.guidance.records.common import Level, Severity, Trend
from service.guidance.report import Report, ReportedSign, Status
from service.guidance.triage import TriageAnswer, decide_triage
from tests.guidance.reported import AT, guidance
from tests.guidance.strategies_triage import (
    conditions,
    reported_signs,
    reports,
    sign_codes,
    texts_not_understood,
    treatments,
    with_sign,
)

GUIDANCE = guidance()
LAWS = settings(max_examples=200, deadline=None)
PRESENT = reported_signs(statuses=(Status.PRESENT,))


def rank(report: Report) -> int:
    return decide_triage(GUIDANCE, report).level.rank


@LAWS
@given(report=reports(), extra=PRESENT)
def test_another_sign_never_lowers_the_level(report: Report, extra: ReportedSign) -> None:
    more = replace(report, signs=(*report.signs, extra))

    assert rank(more) >= rank(report)


@LAWS
@given(report=reports(), data=st.data())
def test_a_worse_severity_never_lowers_the_level(report: Report, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(report.signs) - 1))
    mild, bad = sorted(
        data.draw(st.lists(st.sampled_from(list(Severity)), min_size=2, max_size=2)), key=lambda each: each.rank
    )
    sign = report.signs[index]

    before = rank(with_sign(report, index, replace(sign, severity=mild)))
    assert before >= rank(with_sign(report, index, replace(sign, severity=None)))
    assert rank(with_sign(report, index, replace(sign, severity=bad))) >= before


@LAWS
@given(report=reports(), data=st.data())
def test_a_worse_trend_never_lowers_the_level(report: Report, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(report.signs) - 1))
    good, worse = sorted(
        data.draw(st.lists(st.sampled_from(list(Trend)), min_size=2, max_size=2)), key=lambda each: each.rank
    )
    sign = report.signs[index]

    before = rank(with_sign(report, index, replace(sign, trend=good)))
    assert before >= rank(with_sign(report, index, replace(sign, trend=None)))
    assert rank(with_sign(report, index, replace(sign, trend=worse))) >= before


@LAWS
@given(report=reports(), data=st.data())
def test_spreading_or_a_further_place_never_lowers_the_level(report: Report, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(report.signs) - 1))
    sign = report.signs[index]
    place = data.draw(st.sampled_from(sorted([*GUIDANCE.areas, *GUIDANCE.places])))

    assert rank(with_sign(report, index, replace(sign, spreading=True))) >= rank(report)
    assert rank(with_sign(report, index, replace(sign, areas=sign.areas | {place}))) >= rank(report)


@LAWS
@given(report=reports(), extra=treatments())
def test_an_exposure_to_a_list_that_was_given_never_lowers_the_level(report: Report, extra: GivenTreatment) -> None:
    asked = replace(report, treatments=report.treatments or ())
    more = replace(asked, treatments=(*(report.treatments or ()), extra))

    assert rank(more) >= rank(asked)
    assert rank(asked) >= rank(replace(report, treatments=None))


@LAWS
@given(report=reports(), extra=conditions)
def test_a_condition_never_lowers_the_level(report: Report, extra: str) -> None:
    asked = replace(report, conditions=report.conditions or frozenset())
    more = replace(asked, conditions=(report.conditions or frozenset()) | {extra})

    assert rank(more) >= rank(asked)


@LAWS
@given(report=reports(), data=st.data())
def test_a_date_that_nobody_knows_never_lowers_the_level(report: Report, data: st.DataObject) -> None:
    treatment = data.draw(treatments())
    dated = replace(report, treatments=(treatment,))

    assert rank(replace(dated, treatments=(replace(treatment, given=None),))) >= rank(dated)


@LAWS
@given(report=reports(), seed=st.integers())
def test_order_and_duplicates_change_nothing(report: Report, seed: int) -> None:
    random = Random(seed)
    signs, given_treatments = [*report.signs, random.choice(report.signs)], [*(report.treatments or ())]
    random.shuffle(signs)
    random.shuffle(given_treatments)
    shuffled = replace(
        report,
        signs=tuple(signs),
        treatments=None if report.treatments is None else (*given_treatments, *given_treatments),
    )

    assert told(decide_triage(GUIDANCE, shuffled)) == told(decide_triage(GUIDANCE, report))


def told(answer: TriageAnswer) -> TriageAnswer:
    """The answer without the pointers into its request."""
    return answer.model_copy(
        update={"ask_next": tuple(each.model_copy(update={"pointer": None}) for each in answer.ask_next)}
    )


@LAWS
@given(report=reports(), sign=sign_codes, status=st.sampled_from([Status.ABSENT, Status.PAST, Status.HYPOTHETICAL]))
def test_what_is_not_there_never_lowers_the_level(report: Report, sign: str, status: Status) -> None:
    more = replace(report, signs=(*report.signs, ReportedSign(sign, status=status)))

    assert rank(more) >= rank(report)


@LAWS
@given(report=reports(), text=texts_not_understood)
def test_text_that_is_not_understood_is_never_watched_at_home_and_lowers_nothing(report: Report, text: str) -> None:
    without = replace(report, text=None)
    answer = decide_triage(GUIDANCE, replace(report, text=text))

    assert answer.level.rank >= max(rank(without), Level.CONTACT_PROVIDER.rank)
    assert not answer.understood


RED_FLAGS = [sign.id for sign in GUIDANCE.signs.values() if sign.level is Level.EMERGENCY]


@pytest.mark.parametrize("sign", RED_FLAGS)
def test_no_mild_word_lowers_a_red_flag(sign: str) -> None:
    mildest = ReportedSign(sign, severity=Severity.MILD, trend=Trend.IMPROVING, spreading=False)
    report = Report(at=AT, signs=(mildest,), treatments=(), conditions=frozenset())

    assert rank(report) == Level.EMERGENCY.rank


@pytest.mark.parametrize("sign", RED_FLAGS)
def test_a_red_flag_that_has_gone_still_counts(sign: str) -> None:
    report = Report(at=AT, signs=(ReportedSign(sign, status=Status.PAST),), treatments=(), conditions=frozenset())

    assert rank(report) == Level.EMERGENCY.rank


@pytest.mark.parametrize("asked", [True, False], ids=["nothing else", "nobody asked"])
def test_no_pair_of_signs_is_milder_than_either(asked: bool) -> None:
    def level(*signs: str) -> int:
        return rank(
            Report(
                at=AT,
                signs=tuple(map(ReportedSign, signs)),
                treatments=() if asked else None,
                conditions=frozenset() if asked else None,
            )
        )

    alone = {sign: level(sign) for sign in GUIDANCE.signs}

    for one, other in combinations(GUIDANCE.signs, 2):
        assert level(one, other) >= max(alone[one], alone[other]), (one, other)

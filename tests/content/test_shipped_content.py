"""The shipped files: whole, and true to what they say of themselves."""

from __future__ import annotations

from service.guidance.load import load_guidance
from service.guidance.records.common import Decision, Level
from service.guidance.wording import claimed_range

GUIDANCE = load_guidance()


def test_nothing_of_the_evidence_is_missing() -> None:
    written = [wait for wait in GUIDANCE.waits.values() if not GUIDANCE.treatments[wait.treatment].stands_for]

    assert len([each for each in GUIDANCE.treatments.values() if each.dated and not each.stands_for]) >= 23
    assert len(GUIDANCE.conditions) >= 59
    assert len(GUIDANCE.signs) >= 89
    assert len(GUIDANCE.combinations) >= 29
    assert len(GUIDANCE.sources) >= 211
    assert len(GUIDANCE.faq) >= 78
    assert sum(len(wait.claims) for wait in written) >= 178


def test_there_are_emergency_numbers_for_many_countries_each_with_a_source() -> None:
    assert len(GUIDANCE.emergency_numbers) >= 40
    assert GUIDANCE.emergency_numbers["GB"].phone == "999"
    assert GUIDANCE.emergency_numbers["US"].phone == "911"
    for number in GUIDANCE.emergency_numbers.values():
        assert all(GUIDANCE.sources[source].retrieved for source in number.sources), number.id


def test_a_source_that_was_not_retrieved_backs_no_figure_of_a_wait() -> None:
    for wait in GUIDANCE.waits.values():
        for claim in wait.claims:
            assert GUIDANCE.sources[claim.source].retrieved or claim.value is None, (wait.id, claim.source)


def test_a_minimum_is_no_looser_than_every_claim_of_a_maker_or_better() -> None:
    """48 h after toxin is the lowest figure of grade C or better; nothing shipped goes below such a figure."""
    for wait in GUIDANCE.waits.values():
        graded = [
            claim.hours
            for claim in wait.claims
            if claim.hours and claim.about == "microcurrent" and GUIDANCE.sources[claim.source].grade <= "C"
        ]
        assert not graded or wait.minimum_hours >= min(graded), wait.id


def test_a_range_holds_every_claim() -> None:
    toxin = GUIDANCE.waits["wait.botulinum_toxin"]

    assert claimed_range(toxin) == (24, 2190)
    assert claimed_range(GUIDANCE.waits["wait_before.led"]) is None


def test_generic_names_take_the_strictest_of_what_they_stand_for() -> None:
    other = GUIDANCE.waits["wait.other_injectable"]

    assert (other.minimum_hours, other.recommended_hours) == (336, 672)
    elsewhere = other.figures_for("elsewhere")
    assert (elsewhere.minimum_hours, elsewhere.recommended_hours) == (72, 168)


def test_every_red_flag_asks_for_emergency_services_or_the_injector() -> None:
    red_flags = [sign for sign in GUIDANCE.signs.values() if sign.level is Level.EMERGENCY]

    assert len(red_flags) >= 20
    assert all(sign.action for sign in red_flags)


def test_only_decisions_that_go_ahead_are_bookable() -> None:
    assert set(GUIDANCE.release.bookable) == {Decision.ELIGIBLE, Decision.ELIGIBLE_WITH_CARE}


def test_the_uncited_claim_of_the_seed_is_nowhere_told_as_a_fact() -> None:
    for entry in GUIDANCE.faq.values():
        told = entry.answer + " ".join(figure.text for figure in entry.figures)
        assert "80" not in told.replace("1980", ""), entry.id


def test_a_month_counts_730_hours() -> None:
    surgery = GUIDANCE.waits["wait.facial_surgery"]
    months = {claim.value: claim.hours for claim in surgery.claims if claim.unit == "months"}

    assert months == {6: 4380}
    assert surgery.recommended_hours == 4380

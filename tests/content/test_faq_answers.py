"""The shipped FAQ: every question of the evidence is there, and every figure in an answer has an owner."""

from __future__ import annotations

import re

import pytest

from service.guidance.load import load_guidance
from service.guidance.names import fold
from service.guidance.records.faq import FaqEntry
from service.guidance.wording import figure_of, render_answer, spelled_figures
from tests.faq_report import SETS, asked_of

GUIDANCE = load_guidance()
ENTRIES = list(GUIDANCE.faq.values())
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
MOST_SENTENCES = 6

DOSSIER_IDS = """
combine_with_other_procedures wait_after_botox age_restrictions longevity_of_results signs_of_adverse_reaction
wait_after_filler wait_lip_filler wait_tear_trough wait_nose_filler wait_sculptra wait_radiesse wait_bellafill_ellanse
wait_fat_transfer wait_threads wait_profhilo wait_kybella wait_prp wait_microneedling wait_laser_peel wait_rf_hifu
wait_hydrafacial wait_led before_botox before_filler instead_of_botox does_it_work fda_approved eighty_percent_claim
migrate_botox migrate_filler too_soon_what_now when_call_emergency normal_after_microcurrent metallic_taste_q
flashes_q zap_why gel_substitute how_often setting_after_injectables where_not_on_face pacemaker_q pregnant_q
breastfeeding_q epilepsy_q cancer_q metal_plates_q blood_thinners_q rosacea_acne_q retinol_q accutane_q bruise_wait
lumps_after_filler late_swelling_q occlusion_signs_q infection_q droopy_eyelid_q headache_q twitching_q hives_gel_q
burn_q bells_palsy_q botulism_q which_botox_brand why_two_weeks three_months_claim elsewhere_on_face both_same_day
event_planning home_vs_salon brand_wait_times gua_sha_massage gym_heat who_to_contact tell_injector report_side_effect
dissolving_filler surgery_facelift keeps_results_help
"""
DOSSIER = DOSSIER_IDS.split()


@pytest.fixture(params=ENTRIES, ids=lambda entry: entry.id)
def entry(request: pytest.FixtureRequest) -> FaqEntry:
    shipped: FaqEntry = request.param
    return shipped


def test_the_evidence_asks_seventy_eight_questions() -> None:
    assert len(set(DOSSIER)) == 78


@pytest.mark.parametrize("id_", DOSSIER)
def test_every_question_of_the_evidence_is_answered(id_: str) -> None:
    assert id_ in GUIDANCE.faq


def test_an_answer_renders_whole(entry: FaqEntry) -> None:
    rendered = render_answer(GUIDANCE, entry)

    assert "{" not in rendered
    assert "}" not in rendered
    assert "  " not in rendered
    assert rendered.endswith(".")


def test_no_figure_is_spelled_out(entry: FaqEntry) -> None:
    assert spelled_figures(entry.answer) == []


def test_every_figure_is_a_rules_or_has_a_source(entry: FaqEntry) -> None:
    own = {f"figure.{figure.id}": figure.source for figure in entry.figures}

    for field in PLACEHOLDER.findall(entry.answer):
        if field in own:
            assert own[field] in GUIDANCE.sources
            assert own[field] in entry.sources
        else:
            assert figure_of(GUIDANCE, field) is not None


def test_a_rendered_figure_is_what_its_owner_says(entry: FaqEntry) -> None:
    own = {f"figure.{figure.id}": figure.text for figure in entry.figures}
    owned = " ".join(own.get(field) or figure_of(GUIDANCE, field) or "" for field in PLACEHOLDER.findall(entry.answer))

    for number in re.findall(r"\d+", render_answer(GUIDANCE, entry)):
        assert number in re.findall(r"\d+", owned)


def test_sources_and_related_entries_resolve(entry: FaqEntry) -> None:
    assert set(entry.sources) <= set(GUIDANCE.sources)
    assert set(entry.related) <= set(GUIDANCE.faq) - {entry.id}
    assert len(set(entry.sources)) == len(entry.sources)
    assert len(set(entry.related)) == len(entry.related)


def test_an_answer_is_short(entry: FaqEntry) -> None:
    sentences = re.split(r"(?<=[.?!])\s+(?=[A-Z])", render_answer(GUIDANCE, entry))

    assert 2 <= len(sentences) <= MOST_SENTENCES


def test_the_unsourced_share_of_users_is_told_nowhere_as_a_fact() -> None:
    for each in ENTRIES:
        if each.id not in ("eighty_percent_claim", "longevity_of_results"):
            assert "80" not in render_answer(GUIDANCE, each)


def test_no_phrasing_is_given_twice() -> None:
    phrasings = [fold(text) for each in ENTRIES for text in (each.question, *each.paraphrases)]

    assert len(phrasings) == len(set(phrasings))


def test_test_questions_are_none_of_the_phrasings() -> None:
    phrasings = {fold(text) for each in ENTRIES for text in (each.question, *each.paraphrases)}
    asked = [fold(each.q) for each in asked_of("final")]

    assert not phrasings & set(asked)


def test_test_questions_name_entries_that_exist() -> None:
    for which in SETS:
        for each in asked_of(which):
            assert set(each.answers) <= set(GUIDANCE.faq), each.q


def test_every_question_of_the_evidence_has_a_test_question() -> None:
    asked = {each.answers[0] for each in asked_of("final") if each.answers}

    assert set(DOSSIER) <= asked

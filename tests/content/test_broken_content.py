"""Content that must not be used is refused with the file, the record and the cure, all faults at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from service.guidance.check import BrokenContent, Fault
from service.guidance.load import CONTENT, load_guidance


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def edit(content: Path, file: str, old: str, new: str) -> None:
    """Replace the first *old* of a content file, which has to be there."""
    path = content / file
    text = path.read_text("utf-8")
    assert old in text, f"{file} no longer holds what this test breaks: {old}"
    path.write_text(text.replace(old, new, 1), "utf-8")


def faults_in(content: Path) -> tuple[Fault, ...]:
    with pytest.raises(BrokenContent) as caught:
        load_guidance(content)
    return caught.value.faults


BROKEN = {
    "an unknown key": (
        ("waits.yaml", "  minimum_hours: 48\n", "  minimum_hours: 48\n  minimum_hrs: 40\n"),
        ("waits.yaml", "wait.botulinum_toxin", "unknown key 'minimum_hrs'", "did you mean 'minimum_hours'"),
    ),
    "a missing key": (
        ("waits.yaml", "  minimum_hours: 48\n", ""),
        ("waits.yaml", "wait.botulinum_toxin", "the key 'minimum_hours' is missing", "add it"),
    ),
    "a text where a number belongs": (
        ("waits.yaml", "  minimum_hours: 48\n", "  minimum_hours: two days\n"),
        ("waits.yaml", "wait.botulinum_toxin", "'minimum_hours': input should be a valid integer", "correct"),
    ),
    "a number of hours below nothing": (
        ("waits.yaml", "  minimum_hours: 48\n", "  minimum_hours: -48\n"),
        ("waits.yaml", "wait.botulinum_toxin", "'minimum_hours': input should be greater than", "correct"),
    ),
    "a minimum above what is recommended": (
        ("waits.yaml", "  minimum_hours: 48\n", "  minimum_hours: 337\n"),
        ("waits.yaml", "wait.botulinum_toxin", "minimum_hours 337 is above recommended_hours 336", "correct"),
    ),
    "a sentence of the calendar file without what is filled in": (
        ("eligibility.yaml", "before {until}.", "before {end}."),
        ("eligibility.yaml", "", "'calendar.until'", "correct"),
    ),
    "a source that is not defined": (
        ("waits.yaml", "source: seed_article,", "source: sede_article,"),
        ("waits.yaml", "wait.botulinum_toxin", "cites the source 'sede_article'", "did you mean 'seed_article'"),
    ),
    "a sign that is not defined": (
        ("combinations.yaml", "wheeze,", "wheez,"),
        ("combinations.yaml", "anaphylaxis_skin_plus_airway", "cites the sign 'wheez'", "did you mean 'wheeze'"),
    ),
    "a condition that is not defined": (
        ("combinations.yaml", "history: [neuromuscular_disease]", "history: [neuromuscular]"),
        ("combinations.yaml", "toxin_any_with_neuromuscular_history", "cites the condition 'neuromuscular'", "mean"),
    ),
    "an area that is not defined": (
        ("waits.yaml", "where: [neck_front, neck_side]", "where: [neck_front, neck_sides]"),
        ("waits.yaml", "wait.botulinum_toxin", "cites the area 'neck_sides'", "did you mean 'neck_side'"),
    ),
    "an id given twice": (
        ("signs.yaml", "- id: tingling\n", "- id: mild_redness\n"),
        ("signs.yaml", "mild_redness", "the id is given twice", "rename or remove"),
    ),
    "a key given twice": (
        ("conditions.yaml", "  class: absolute\n", "  class: absolute\n  class: precaution\n"),
        ("conditions.yaml", "line ", "the key 'class' is given twice", "correct the YAML"),
    ),
    "a name of two treatments": (
        ("treatments.yaml", "names: [ha filler,", "names: [xeomin, ha filler,"),
        ("treatments.yaml", "hyaluronic_acid_filler", "'xeomin' also belongs to botulinum_toxin", "keep it with one"),
    ),
    "a rule without a source": (
        ("rules.yaml", "  sources: [seed_article, drdeankane_mc]\n", "  sources: []\n"),
        ("rules.yaml", "rule.provider_instruction_wins_if_longer", "cites none", "basis: judgement"),
    ),
    "a condition without a source": (
        ("conditions.yaml", "  sources: [nuface_mini_manual, biyou_jp]\n", "  sources: []\n"),
        ("conditions.yaml", "body_worn_electronics", "has no source", "name at least one source"),
    ),
    "an address that is none": (
        ("sources.yaml", "url: https://luxedevicelab.com", "url: luxedevicelab.com"),
        ("sources.yaml", "seed_article", "'url': input should be a valid URL", "correct the value"),
    ),
    "a level that does not exist": (
        ("signs.yaml", "  level: self_care\n", "  level: selfcare\n"),
        ("signs.yaml", "mild_redness", "'level': input should be 'self_care'", "correct the value"),
    ),
    "an escalation that raises nothing": (
        ("signs.yaml", "{persists_hours: 24, to: contact_provider", "{persists_hours: 24, to: self_care"),
        ("signs.yaml", "mild_redness", "does not raise its level self_care", "raise 'to'"),
    ),
    "figures of a sensitive area that are looser": (
        (
            "waits.yaml",
            "      minimum_hours: 168\n      recommended_hours: 336\n",
            "      minimum_hours: 24\n      recommended_hours: 336\n",
        ),
        ("waits.yaml", "wait.botulinum_toxin", "are looser than the general ones", "raise them"),
    ),
    "two figures for one area": (
        ("waits.yaml", "where: [around_eyes, brows]", "where: [around_eyes, forehead]"),
        ("waits.yaml", "wait.botulinum_toxin", "gives two figures for forehead", "keep one"),
    ),
    "a wait under the wrong name": (
        ("waits.yaml", "- id: wait.botulinum_toxin\n", "- id: wait.botulinum\n"),
        (
            "waits.yaml",
            "wait.botulinum",
            "its id does not fit treatment botulinum_toxin",
            "call it wait.botulinum_toxin",
        ),
    ),
    "a text that a decision lacks": (
        ("eligibility.yaml", "  - id: wait\n", "  - id: do_not_use\n"),
        ("eligibility.yaml", "decisions", "0 texts for wait", "give exactly one"),
    ),
    "a figure that no rule holds": (
        ("faq/timing_toxin.yaml", "{wait.botulinum_toxin.minimum}", "{wait.botulinum.minimum}"),
        ("faq/timing_toxin.yaml", "wait_after_botox", "'wait.botulinum.minimum'", "use a wait's figure"),
    ),
    "a figure that is typed into an answer": (
        ("faq/timing_toxin.yaml", "{wait.botulinum_toxin.minimum}", "48 hours"),
        ("faq/timing_toxin.yaml", "wait_after_botox", "spells out the figure '48'", "take it from the rule"),
    ),
    "a number that is no emergency number": (
        ("emergency_numbers.yaml", 'phone: "112"', "phone: call us"),
        ("emergency_numbers.yaml", "AD", "'phone'", "correct the value"),
    ),
    "a review before the release": (
        ("release.yaml", "review_due: 2027", "review_due: 2025"),
        ("release.yaml", "", "review_due is not after released", "set a later date"),
    ),
    "a file that nothing can read": (
        ("areas.yaml", "- id: forehead\n", "- id: [forehead\n"),
        ("areas.yaml", "line", "not readable", "correct the YAML"),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_content_is_refused_with_file_record_and_cure(name: str, content: Path) -> None:
    (file, old, new), (at_file, record, what, cure) = BROKEN[name]
    edit(content, file, old, new)

    faults = faults_in(content)

    assert any(
        fault.file == at_file and fault.record.startswith(record) and what in fault.what and cure in fault.cure
        for fault in faults
    ), "\n".join(map(str, faults))


def test_a_missing_file_is_refused(content: Path) -> None:
    (content / "conditions.yaml").unlink()

    assert Fault("conditions.yaml", "", "the file is missing or cannot be read", "restore it") in faults_in(content)


def test_a_file_that_nothing_reads_is_refused(content: Path) -> None:
    (content / "condition.yaml").write_text("[]", "utf-8")

    (fault,) = faults_in(content)

    assert (fault.file, fault.what) == ("condition.yaml", "nothing reads this file")
    assert "did you mean 'conditions.yaml'" in fault.cure


def test_a_file_that_is_no_list_is_refused(content: Path) -> None:
    (content / "topics.yaml").write_text("id: combining\n", "utf-8")

    assert "does not hold a list of records" in str(faults_in(content))


def test_bytes_that_are_no_text_are_refused(content: Path) -> None:
    (content / "topics.yaml").write_bytes(b"\xff\xfe")

    assert "not UTF-8" in str(faults_in(content))


def test_all_faults_are_told_at_once(content: Path) -> None:
    edit(content, "waits.yaml", "source: seed_article,", "source: sede_article,")
    edit(content, "rules.yaml", "  sources: [seed_article, drdeankane_mc]\n", "  sources: []\n")
    edit(content, "conditions.yaml", "  class: absolute\n", "  class: total\n")

    files = [fault.file for fault in faults_in(content)]

    assert {"waits.yaml", "rules.yaml", "conditions.yaml"} <= set(files)


def test_a_record_with_a_fault_of_its_own_causes_no_others(content: Path) -> None:
    edit(content, "conditions.yaml", "  class: absolute\n", "  class: total\n")

    (fault,) = faults_in(content)

    assert (fault.file, fault.record) == ("conditions.yaml", "pacemaker_icd")


def test_a_file_that_cannot_be_read_causes_no_others(content: Path) -> None:
    edit(content, "conditions.yaml", "  class: absolute\n", "  class: [absolute\n")

    assert {fault.file for fault in faults_in(content)} == {"conditions.yaml"}


def test_the_version_changes_with_the_content(content: Path) -> None:
    before = load_guidance(content).version
    edit(content, "conditions.yaml", "Do not use facial microcurrent", "Never use facial microcurrent")

    after = load_guidance(content).version

    assert before.split("+")[0] == after.split("+")[0]
    assert before != after


@pytest.mark.parametrize("file", ["learned/words.txt", "learned/faq.model"])
def test_a_learned_file_that_is_missing_says_how_to_learn_anew(content: Path, file: str) -> None:
    (content / file).unlink()

    (fault,) = faults_in(content)

    assert (fault.file, fault.what) == (file, "the file is missing or cannot be read")
    assert "make train" in fault.cure


@pytest.mark.parametrize(
    "raw", [b"", b"{}\n", b"[1]\n", b"\xff\xfe", b'{"labels": ["-"], "bias": [0], "scale": 1, "rows": 9}\n\x00']
)
def test_a_learned_file_that_is_broken_is_refused(content: Path, raw: bytes) -> None:
    (content / "learned/faq.model").write_bytes(raw)

    (fault,) = faults_in(content)

    assert fault.file == "learned/faq.model"
    assert "make train" in fault.cure


def test_a_learned_file_that_is_cut_off_is_refused(content: Path) -> None:
    path = content / "learned/faq.model"
    path.write_bytes(path.read_bytes()[:-8])

    (fault,) = faults_in(content)

    assert fault.what == "not readable as weights: the file is cut off"


@pytest.mark.parametrize("raw", [b"botox many\n", b"bot\xffox 3\n"])
def test_words_that_cannot_be_read_are_refused(content: Path, raw: bytes) -> None:
    (content / "learned/words.txt").write_bytes(raw)

    (fault,) = faults_in(content)

    assert fault.file == "learned/words.txt"


def test_what_was_learned_of_an_entry_that_is_gone_is_refused(content: Path) -> None:
    edit(content, "faq/technique.yaml", "- id: zap_why\n", "- id: zap_how\n")

    faults = faults_in(content)

    assert ("learned/faq.model", "zap_why") in {(fault.file, fault.record) for fault in faults}
    assert any("did you mean 'zap_how'" in fault.cure for fault in faults)


def test_an_entry_of_which_nothing_was_learned_is_none_of_its_faults(content: Path) -> None:
    path = content / "faq/technique.yaml"
    entry = """
- id: yodelling
  question: "May I yodel in the Alps?"
  from_seed: false
  paraphrases: []
  answer: Ask your injector. It depends.
  figures: []
  related: []
  sources: [seed_article]
"""
    path.write_text(path.read_text("utf-8") + entry, "utf-8")

    assert "yodelling" in load_guidance(content).faq


def test_the_version_changes_with_what_was_learned(content: Path) -> None:
    before = load_guidance(content).version
    path = content / "learned/words.txt"
    path.write_bytes(path.read_bytes() + b"yodelling\n")

    assert load_guidance(content).version != before

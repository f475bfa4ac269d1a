"""A clinic's protocol: what is refused with file, key, value and limit, and that no answer ever becomes milder."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from service.api.eligibility import EligibilityRequest
from service.guidance.check import BrokenContent, Fault
from service.guidance.eligibility import EligibilityAnswer, decide_eligibility
from service.guidance.generics import covers
from service.guidance.guidance import Guidance
from service.guidance.protocol.loading import load_protocols
from service.guidance.protocol.rules import Protocol
from service.guidance.protocol.tightening import tighten
from service.guidance.records.common import ConditionClass, Decision
from service.guidance.records.protocol import Figures
from tests.guidance.asked import ask, guidance
from tests.guidance.protocols import Written, protocols, written_as_yaml
from tests.guidance.questions import QUIET_SIGNS, Request, area_lists, instants, requests

EXAMPLE = Path(__file__).parents[2] / "examples" / "protocols"
TOXIN = "waits: [{id: wait.botulinum_toxin, why: ours"
OWN = "conditions: [{class: relative, label: Own, lay_terms: [own], why: ours, advice: Ask us.,"
RAISED = "raised_conditions: [{why: ours, advice: Ask us.,"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def write(folder: Path, text: str, file: str = "house.yaml") -> None:
    (folder / file).write_text(text, "utf-8")


def tightened(folder: Path, text: str) -> Guidance:
    """Tighten the shipped guidance by one protocol, written as its file."""
    write(folder, text)
    return tighten(guidance(), load_protocols(folder, guidance())["house"])


def faults_in(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(BrokenContent) as caught:
        load_protocols(folder, guidance())
    return caught.value.faults


def ask_of(other: Guidance, request: Request) -> EligibilityAnswer:
    """Answer a request under other guidance than the base."""
    question = EligibilityRequest.model_validate(request).to_question(guidance())
    return decide_eligibility(other, question)


def figures(guidance: Guidance, rule: str, place: str | None = None) -> tuple[int, int, bool]:
    found = guidance.waits[rule].figures_for(place)
    return found.minimum_hours, found.recommended_hours, found.provider_clearance


# What is refused: what the file says after its name, and the record, the words and the cure of the fault.
REFUSED = {
    "a shorter minimum": (
        f"{TOXIN}, minimum_hours: 24}}]",
        ("wait.botulinum_toxin", "minimum_hours 24 is looser than the 48 of the base guidance", "give 48 or more"),
    ),
    "a shorter recommended time": (
        f"{TOXIN}, recommended_hours: 335}}]",
        ("wait.botulinum_toxin", "recommended_hours 335 is looser than the 336 of the base", "give 336 or more"),
    ),
    "a clearance taken back": (
        "waits: [{id: wait.pmma_filler, why: ours, provider_clearance: false}]",
        ("wait.pmma_filler", "provider_clearance false is looser than the true of the base guidance", "give true"),
    ),
    "a shorter figure of one area": (
        f"{TOXIN}, areas: [{{where: neck_front, minimum_hours: 100}}]}}]",
        ("wait.botulinum_toxin", "neck_front.minimum_hours 100 is looser than the 168 of the base", "168 or more"),
    ),
    "a shorter figure elsewhere": (
        f"{TOXIN}, areas: [{{where: elsewhere, recommended_hours: 100}}]}}]",
        ("wait.botulinum_toxin", "elsewhere.recommended_hours 100 is looser than the 168 of the base", "168 or more"),
    ),
    "an area below the protocol's own general figure": (
        f"{TOXIN}, minimum_hours: 100, areas: [{{where: lips, minimum_hours: 72}}]}}]",
        ("wait.botulinum_toxin", "lips.minimum_hours 72 is looser than the 100 that this wait has", "give 100 or more"),
    ),
    "an untreated area that waits longer than a treated one": (
        f"{TOXIN}, areas: [{{where: elsewhere, recommended_hours: 400}}]}}]",
        ("wait.botulinum_toxin", "elsewhere.recommended_hours 400 is above the 336", "give at most 336, or raise"),
    ),
    "an untreated area that needs clearance when a treated one does not": (
        f"{TOXIN}, areas: [{{where: elsewhere, provider_clearance: true}}]}}]",
        ("wait.botulinum_toxin", "elsewhere.provider_clearance true is above the false", "give at most false"),
    ),
    "a minimum above the recommended time": (
        f"{TOXIN}, minimum_hours: 500, recommended_hours: 400}}]",
        ("wait.botulinum_toxin", "minimum_hours 500 is above recommended_hours 400", "correct the record"),
    ),
    "hours below nothing": (
        f"{TOXIN}, minimum_hours: -1}}]",
        ("wait.botulinum_toxin", "'minimum_hours': input should be greater than or equal to 0, not -1", "correct"),
    ),
    "hours that nobody lives to see": (
        f"{TOXIN}, minimum_hours: 999999}}]",
        ("wait.botulinum_toxin", "less than or equal to 100000, not 999999", "correct"),
    ),
    "hours in words": (
        f"{TOXIN}, minimum_hours: two days}}]",
        ("wait.botulinum_toxin", "'minimum_hours': input should be a valid integer, not 'two days'", "correct"),
    ),
    "a clearance in words": (
        f"{TOXIN}, provider_clearance: always}}]",
        ("wait.botulinum_toxin", "'provider_clearance': input should be a valid boolean, not 'always'", "correct"),
    ),
    "hours left blank": (
        f"{TOXIN}, minimum_hours: }}]",
        ("wait.botulinum_toxin", "the key 'minimum_hours' has no value", "correct 'minimum_hours'"),
    ),
    "a wait without a figure": (f"{TOXIN}}}]", ("wait.botulinum_toxin", "gives no figure", "correct the record")),
    "areas without a figure": (
        f"{TOXIN}, areas: [{{where: [lips, chin]}}]}}]",
        ("wait.botulinum_toxin", "the areas lips, chin have no figure", "correct 'areas.0'"),
    ),
    "figures without areas": (
        f"{TOXIN}, areas: [{{where: [], minimum_hours: 99}}]}}]",
        ("wait.botulinum_toxin", "'areas.0.where': tuple should have at least 1 item", "correct the value"),
    ),
    "a wait without its reason": (
        "waits: [{id: wait.led, minimum_hours: 24}]",
        ("wait.led", "the key 'why' is missing", "add it"),
    ),
    "a wait that does not exist": (
        "waits: [{id: wait.botulinium_toxin, minimum_hours: 99, why: ours}]",
        ("wait.botulinium_toxin", "no wait 'wait.botulinium_toxin'", "did you mean 'wait.botulinum_toxin'"),
    ),
    "a treatment where a wait belongs": (
        "waits: [{id: microneedling, minimum_hours: 99, why: ours}]",
        ("microneedling", "the base guidance has no wait 'microneedling'", "did you mean 'wait.microneedling'"),
    ),
    "the wait of a generic treatment": (
        "waits: [{id: wait.other_filler, minimum_hours: 999, why: ours}]",
        ("wait.other_filler", "is worked out from wait.calcium_hydroxylapatite_filler", "raise those"),
    ),
    "a wait given twice": (
        f"{TOXIN}, minimum_hours: 99}}, {{id: wait.botulinum_toxin, minimum_hours: 98, why: ours}}]",
        ("wait.botulinum_toxin", "the id is given twice", "rename or remove"),
    ),
    "an area that does not exist": (
        f"{TOXIN}, areas: [{{where: forhead, minimum_hours: 99}}]}}]",
        ("wait.botulinum_toxin", "the base guidance has no area 'forhead'", "did you mean 'forehead'"),
    ),
    "an area given twice": (
        f"{TOXIN}, areas: [{{where: lips, minimum_hours: 99}}, {{where: [chin, lips], minimum_hours: 98}}]}}]",
        ("wait.botulinum_toxin", "gives two figures for lips", "keep one of them"),
    ),
    "an unknown key of a wait": (
        f"{TOXIN}, minimum_hrs: 99}}]",
        ("wait.botulinum_toxin", "unknown key 'minimum_hrs'", "did you mean 'minimum_hours'"),
    ),
    "an unknown key of a protocol": ("wait: []", ("", "unknown key 'wait'", "did you mean 'waits'")),
    "an id that the file's name already tells": ("id: house", ("", "unknown key 'id'", "remove it")),
    "waits that are no list": (
        "waits: {wait.led: 24}",
        ("", "'waits': input should be a valid tuple", "correct the value"),
    ),
    "a list without its entry": ("waits: [~]", ("waits record 1", "input should be a valid dictionary", "correct")),
    "conditions left blank": ("conditions:", ("", "'conditions': input should be a valid tuple", "correct")),
    "a condition of the base guidance": (
        f"{OWN} id: rosacea}}]",
        ("rosacea", "the base guidance has a condition of that id", "call it house_rosacea, or raise the class"),
    ),
    "a condition under the name of a sign": (
        f"{OWN} id: bruise}}]",
        ("bruise", "the base guidance has a sign of that id", "call it house_bruise"),
    ),
    "a condition given twice": (
        f"{OWN} id: own}}, {{id: own, class: absolute, label: Own, lay_terms: [], why: ours, advice: No.}}]",
        ("own", "the id is given twice", "rename or remove"),
    ),
    "a condition without a usable id": (
        f"{OWN} id: Own One}}]",
        ("Own One", "'id': string should match pattern", "correct the value"),
    ),
    "a condition of an unknown class": (
        f"{OWN[:-1].replace('relative', 'serious')}, id: own}}]",
        ("own", "'class': input should be 'absolute', 'relative', 'local' or 'precaution', not 'serious'", "correct"),
    ),
    "a condition without advice": (
        f"{OWN.replace('advice: Ask us.,', '')} id: own}}]",
        ("own", "the key 'advice' is missing", "add it"),
    ),
    "an unknown source": (
        f"{OWN} id: own, sources: [nuface_mini_manuel]}}]",
        ("own", "the base guidance has no source 'nuface_mini_manuel'", "did you mean 'nuface_mini_manual'"),
    ),
    "a lower class": (
        f"{RAISED} id: pregnancy, class: relative}}]",
        ("pregnancy", "class 'relative' is looser than the 'absolute' of the base guidance", "give absolute"),
    ),
    "a local condition made a precaution": (
        f"{RAISED} id: broken_skin, class: precaution}}]",
        ("broken_skin", "class 'precaution' is looser than the 'local' of the", "give local or relative or absolute"),
    ),
    "a raised condition that does not exist": (
        f"{RAISED} id: rosacia, class: absolute}}]",
        ("rosacia", "the base guidance has no condition 'rosacia'", "did you mean 'rosacea'"),
    ),
    "a raised condition with the milder one's advice": (
        "raised_conditions: [{id: rosacea, class: absolute, why: ours}]",
        ("rosacea", "the key 'advice' is missing", "add it"),
    ),
    "a decision that the base guidance does not book": (
        "bookable: [eligible, ask_provider]",
        ("bookable", "'ask_provider' is looser than the base guidance, which books only eligible, elig", "remove it"),
    ),
    "a decision that does not exist": (
        "bookable: [eligable]",
        ("", "'bookable.0': input should be 'eligible'", "correct the value"),
    ),
    "a decision given twice": (
        "bookable: [eligible, eligible]",
        ("bookable", "'eligible' is given twice", "remove one of the two"),
    ),
    "a phone number that is none": (
        "phone: call us",
        ("", "phone 'call us' is no phone number with its country code", "correct 'phone'"),
    ),
    "a phone number without its country code": (
        "phone: 020 7946 0958",
        ("", "phone '020 7946 0958' is no phone number with its country code", "correct 'phone'"),
    ),
    "a phone number that YAML takes for an integer": (
        "phone: +442079460958",
        ("", "phone 442079460958 is no phone number with its country code, in quotes", "correct 'phone'"),
    ),
    "a phone number left blank": ("phone:", ("", "phone None is no phone number", "correct 'phone'")),
    "a text left blank": ("text:", ("", "the key 'text' has no value", "correct 'text'")),
    "a text of spaces": ("text: '  '", ("", "'text': string should have at least 1 character", "correct the value")),
    "a text that is too long": (f"text: {'x' * 501}", ("", "'text': string should have at most 500", "correct")),
    "a key given twice": ("name: Other", ("line 2", "not readable: the key 'name' is given twice", "correct")),
    "a template that nothing filled": ("text: {{ text }}", ("line 2", "key", "correct")),
    "a day that does not exist": ("text: 2026-02-30", ("", "not readable: day", "in quotes")),
    "text that is no YAML": ("waits: [", ("line", "not readable", "correct the YAML")),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_protocol_is_refused_with_file_record_words_and_cure(name: str, folder: Path) -> None:
    text, (record, what, cure) = REFUSED[name]
    write(folder, f"name: House\n{text}\n")

    faults = faults_in(folder)

    assert {fault.file for fault in faults} == {"house.yaml"}
    assert any(fault.record.startswith(record) and what in fault.what and cure in fault.cure for fault in faults), (
        "\n".join(map(str, faults))
    )


@pytest.mark.parametrize("text", ["phone: '+44 20 7946 0958'", "text: Ring us."])
def test_a_protocol_without_a_name_is_refused(text: str, folder: Path) -> None:
    write(folder, text)

    assert faults_in(folder) == (Fault("house.yaml", "", "the key 'name' is missing", "add it"),)


@pytest.mark.parametrize("name", ["''", "' '", "~", "2026", "x" * 81])
def test_a_name_that_nobody_can_read_is_refused(name: str, folder: Path) -> None:
    write(folder, f"name: {name}")

    (fault,) = faults_in(folder)

    assert fault.what.startswith("'name': ")


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "- name: House\n", "House\n"])
def test_a_file_that_holds_no_protocol_is_refused(text: str, folder: Path) -> None:
    write(folder, text)

    (fault,) = faults_in(folder)

    assert (fault.what, fault.cure) == ("the file does not hold the keys of a protocol", "begin with 'name: ...'")


@pytest.mark.parametrize(
    ("file", "what", "cure"),
    [
        ("default.yaml", "the id 'default' is that of the base guidance", "give the file another name"),
        ("Careful-Clinic.yaml", "its name 'Careful-Clinic' is no id", "call it careful_clinic.yaml"),
        ("1st_clinic.yaml", "its name '1st_clinic' is no id", "call it st_clinic.yaml"),
        ("诊所.yaml", "its name '诊所' is no id", "call it clinic.yaml"),
        (f"{'x' * 41}.yaml", "is no id of 1 to 40", f"call it {'x' * 40}.yaml"),
        ("house.yml", "nothing reads this file", "call it house.yaml, or remove it"),
        ("notes.txt", "nothing reads this file", "or remove it"),
        ("north/house.yaml", "nothing reads this folder", "move house.yaml out of it"),
    ],
)
def test_a_file_that_would_be_passed_over_is_refused(file: str, what: str, cure: str, folder: Path) -> None:
    (folder / file).parent.mkdir(exist_ok=True)
    write(folder, "name: House\n", file)

    (fault,) = faults_in(folder)

    assert fault.file == file.split("/")[0]
    assert what in fault.what
    assert cure in fault.cure


def test_bytes_that_are_no_text_are_refused(folder: Path) -> None:
    (folder / "house.yaml").write_bytes(b"\xff\xfe")

    assert "the file is not UTF-8" in str(faults_in(folder))


def test_a_link_that_leads_nowhere_is_refused(folder: Path) -> None:
    (folder / "house.yaml").symlink_to(folder / "gone.yaml")

    assert [(fault.file, fault.cure) for fault in faults_in(folder)] == [("house.yaml", "restore it")]


def test_all_faults_of_all_files_are_told_at_once(folder: Path) -> None:
    write(folder, f"phone: no\nbookable: [wait]\n{TOXIN}, minimum_hours: 1}}, {{id: wait.ledd, why: ours}}]", "a.yaml")
    write(folder, "name: [\n", "b.yaml")
    write(folder, f"name: C\n{RAISED} id: pregnancy, class: local}}]", "c.yaml")
    write(folder, "name: D\n", "D.yaml")

    told = [(fault.file, fault.record) for fault in faults_in(folder)]

    assert [file for file, _ in told] == ["D.yaml", *["a.yaml"] * 5, "b.yaml", "c.yaml"]
    assert [record for file, record in told if file == "a.yaml"] == [
        "",
        "",
        "bookable",
        "wait.botulinum_toxin",
        "wait.ledd",
    ]


def test_two_protocols_can_not_mean_different_things_by_one_condition(folder: Path) -> None:
    write(folder, f"name: A\n{OWN} id: shared}}]", "a.yaml")
    write(folder, f"name: B\n{OWN.replace('relative', 'absolute')} id: shared}}]", "b.yaml")

    assert faults_in(folder) == (Fault("b.yaml", "shared", "a.yaml defines it otherwise", "call it b_shared"),)


def test_two_protocols_can_share_a_condition(folder: Path) -> None:
    for file in ("a.yaml", "b.yaml"):
        write(folder, f"name: Any\n{OWN} id: shared}}]", file)

    assert list(load_protocols(folder, guidance())) == ["a", "b"]


def test_an_empty_folder_holds_no_protocol(folder: Path) -> None:
    assert dict(load_protocols(folder, guidance())) == {}


def test_what_a_mounted_volume_brings_along_is_passed_over(folder: Path) -> None:
    (folder / "lost+found").mkdir()
    (folder / "..2026_11_22").mkdir()
    write(folder, "name: House\n", "..2026_11_22/house.yaml")
    (folder / "..data").symlink_to("..2026_11_22")
    (folder / "house.yaml").symlink_to(Path("..data", "house.yaml"))

    assert list(load_protocols(folder, guidance())) == ["house"]


@pytest.mark.parametrize("name", ["nowhere", "house.yaml"])
def test_a_folder_that_is_none_is_refused(name: str, folder: Path) -> None:
    write(folder, "name: House\n")
    path = folder / name

    assert faults_in(path) == (Fault(str(path), "", "is no folder", "mount the protocols there, or correct the path"),)


def test_a_folder_that_may_not_be_read_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)

    (fault,) = faults_in(folder)

    assert (fault.file, fault.what) == (str(folder), "may not be read")


def test_a_name_is_all_that_a_protocol_needs(folder: Path) -> None:
    write(folder, "name: House\n")
    protocol = load_protocols(folder, guidance())["house"]

    plain = tighten(guidance(), protocol)

    assert (protocol.id, protocol.name, protocol.phone, protocol.text) == ("house", "House", None, None)
    assert plain.waits == guidance().waits
    assert plain.conditions == guidance().conditions
    assert plain.release == guidance().release


def test_what_equals_the_base_guidance_changes_nothing(folder: Path) -> None:
    same = tightened(
        folder,
        f"name: House\nbookable: [eligible_with_care, eligible]\n{RAISED} id: pregnancy, class: absolute}}]\n{TOXIN}, "
        "minimum_hours: 48, provider_clearance: false, areas: [{where: neck_side, minimum_hours: 168}]}]",
    )

    assert same.waits == guidance().waits
    assert same.conditions == guidance().conditions
    assert same.release == guidance().release


def test_a_raised_general_figure_raises_looser_areas_along_but_not_elsewhere(folder: Path) -> None:
    house = tightened(folder, f"name: House\n{TOXIN}, minimum_hours: 200, recommended_hours: 400}}]")

    assert figures(house, "wait.botulinum_toxin") == (200, 400, False)
    assert figures(house, "wait.botulinum_toxin", "lips") == (200, 400, False)
    assert figures(house, "wait.botulinum_toxin", "neck_front") == (200, 400, False)
    assert figures(house, "wait.botulinum_toxin", "elsewhere") == (48, 168, False)


def test_an_area_can_be_raised_alone(folder: Path) -> None:
    house = tightened(folder, f"name: House\n{TOXIN}, areas: [{{where: [lips, nose], minimum_hours: 99}}]}}]")

    raised = {place for place in guidance().areas if figures(house, "wait.botulinum_toxin", place)[0] == 99}

    assert raised == {"lips", "nose"}
    assert figures(house, "wait.botulinum_toxin") == figures(guidance(), "wait.botulinum_toxin")


def test_elsewhere_is_raised_by_its_own_name(folder: Path) -> None:
    house = tightened(folder, f"name: House\n{TOXIN}, areas: [{{where: elsewhere, recommended_hours: 336}}]}}]")

    assert figures(house, "wait.botulinum_toxin", "elsewhere") == (48, 336, False)


def test_a_raised_minimum_raises_the_recommended_time_that_it_overtakes(folder: Path) -> None:
    house = tightened(folder, f"name: House\n{TOXIN}, minimum_hours: 500}}]")

    assert figures(house, "wait.botulinum_toxin") == (500, 500, False)


def test_a_raised_wait_gives_the_clinic_s_own_reason(folder: Path) -> None:
    wait = tightened(folder, f"name: House\n{TOXIN}, minimum_hours: 500}}]").waits["wait.botulinum_toxin"]

    assert (wait.why, wait.basis) == ("ours", "judgement")
    assert wait.claims == guidance().waits[wait.id].claims


def test_a_generic_treatment_follows_what_it_stands_for(folder: Path) -> None:
    house = tightened(
        folder, "name: House\nwaits: [{id: wait.calcium_hydroxylapatite_filler, minimum_hours: 900, why: ours}]"
    )

    assert figures(house, "wait.other_filler") == (900, 900, False)
    assert figures(house, "wait.other_injectable") == (900, 900, False)


def test_a_generic_treatment_is_still_no_looser_than_a_kind_it_was_no_looser_than(folder: Path) -> None:
    house = tightened(
        folder, "name: House\nwaits: [{id: wait.hyaluronic_acid_filler, recommended_hours: 900, why: ours}]"
    )

    assert figures(house, "wait.other_filler") == (336, 900, False)


def test_a_generic_treatment_does_not_follow_a_kind_that_was_stricter_all_along(folder: Path) -> None:
    house = tightened(folder, "name: House\nwaits: [{id: wait.pmma_filler, recommended_hours: 2000, why: ours}]")

    assert figures(house, "wait.other_filler") == figures(guidance(), "wait.other_filler")


@pytest.mark.parametrize(
    ("code", "class_", "decision"),
    [
        ("rosacea", "local", Decision.ASK_PROVIDER),
        ("rosacea", "relative", Decision.ASK_PROVIDER),
        ("broken_skin", "relative", Decision.ASK_PROVIDER),
        ("broken_skin", "absolute", Decision.DO_NOT_USE),
        ("diabetes", "absolute", Decision.DO_NOT_USE),
    ],
)
def test_a_raised_condition_decides_by_its_new_class(code: str, class_: str, decision: Decision, folder: Path) -> None:
    house = tightened(folder, f"name: House\n{RAISED} id: {code}, class: {class_}}}]")
    answer = ask_of(house, quiet(conditions=[code]))

    (reason,) = answer.reasons

    assert (answer.decision, reason.rule) == (decision, f"condition.{code}")
    assert reason.text == f"{guidance().conditions[code].label}: Ask us."


def test_a_condition_of_the_clinic_s_own_decides_like_any_other(folder: Path) -> None:
    house = tightened(folder, f"name: House\n{OWN} id: house_own, sources: [nuface_mini_manual]}}]")
    question = EligibilityRequest.model_validate(quiet(conditions=["house_own"])).to_question(house)

    answer = decide_eligibility(house, question)

    (reason,) = answer.reasons
    assert (answer.decision, reason.rule, reason.text) == (
        Decision.ASK_PROVIDER,
        "condition.house_own",
        "Own: Ask us.",
    )
    assert [citation.id for citation in answer.citations] == ["nuface_mini_manual"]


def test_a_clinic_can_book_fewer_decisions_by_itself(folder: Path) -> None:
    nothing = tightened(folder, "name: House\nbookable: []\n")

    assert ask(quiet()).bookable
    assert not ask_of(nothing, quiet()).bookable


def test_the_version_names_the_base_the_protocol_and_its_words(folder: Path) -> None:
    one = tightened(folder, "name: House\n").version
    other = tightened(folder, "name: House # by the sea\n").version

    assert one.startswith(f"{guidance().version}.house-")
    assert one != other
    assert len(one) == len(guidance().version) + len(".house-") + 12
    assert one.isascii()
    assert one.isprintable()


def test_the_example_is_what_its_comments_say(folder: Path) -> None:
    protocol = load_protocols(EXAMPLE, guidance())["careful_clinic"]
    careful = tighten(guidance(), protocol)

    assert (protocol.name, protocol.phone) == ("Careful Clinic", "+44 20 7946 0958")
    assert figures(careful, "wait.botulinum_toxin", "neck_front") == (168, 504, False)
    assert figures(careful, "wait.hyaluronic_acid_filler", "lips") == (504, 730, False)
    assert figures(careful, "wait.hyaluronic_acid_filler", "elsewhere") == (168, 168, False)
    assert figures(careful, "wait.microneedling")[2] is True
    assert careful.conditions["rosacea"].class_ is ConditionClass.RELATIVE
    assert careful.conditions["careful_clinic_recent_dental_work"].class_ is ConditionClass.RELATIVE
    assert careful.release.bookable == (Decision.ELIGIBLE,)


def test_the_example_shows_every_key() -> None:
    text = (EXAMPLE / "careful_clinic.yaml").read_text("utf-8")
    written = load_protocols(EXAMPLE, guidance())["careful_clinic"]

    assert not [key for key in Protocol.model_fields.keys() - {"id", "digest"} if not getattr(written, key)]
    assert not [key for key in Figures.model_fields if f"{key}: " not in text]


def quiet(**changes: Any) -> Request:
    """A question with nothing left to ask and nothing against the session."""
    session = {"at": "2026-11-22T12:00:00Z", "areas": ["cheeks"], "setting": "home"}
    return {"session": session, "treatments": [], "conditions": [], "signs": [], "age": 40, **changes}


# What holds for every protocol that can be loaded, and every question.


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for the protocols of the properties; each example writes its own over the last."""
    return tmp_path_factory.mktemp("protocols")


def laid_over(folder: Path, protocol: Written) -> Guidance:
    return tightened(folder, written_as_yaml(protocol))


@given(protocol=protocols(), request=requests(signs=st.sampled_from(QUIET_SIGNS)))
def test_no_answer_becomes_milder_or_bookable(scratch: Path, protocol: Written, request: Request) -> None:
    before, after = ask(request), ask_of(laid_over(scratch, protocol), request)

    assert after.decision.rank >= before.decision.rank
    assert before.bookable or not after.bookable


@given(protocol=protocols(), request=requests(signs=st.sampled_from(sorted(guidance().signs))))
def test_no_area_s_answer_becomes_milder(scratch: Path, protocol: Written, request: Request) -> None:
    before, after = ask(request), ask_of(laid_over(scratch, protocol), request)

    decided = {each.area: each.decision.rank for each in after.areas}
    assert all(decided[each.area] >= each.decision.rank for each in before.areas)


@given(
    data=st.data(),
    treatment=st.sampled_from(sorted(key for key, each in guidance().treatments.items() if each.dated)),
    given_at=instants(-60, 0),
    at=instants(0, 60),
    places=st.one_of(st.none(), area_lists()),
    setting=st.sampled_from(["home", "professional"]),
)
def test_no_bound_after_a_treatment_comes_earlier(
    scratch: Path, data: st.DataObject, treatment: str, given_at: str, at: str, places: list[str] | None, setting: str
) -> None:
    assume(datetime.fromisoformat(given_at) < datetime.fromisoformat(at))
    done = {"treatment": treatment, "at": given_at} | ({} if places is None else {"areas": places})
    request = quiet(session={"at": at, "setting": setting}, treatments=[done])
    before, after = ask(request), ask_of(laid_over(scratch, data.draw(protocols())), request)

    for bound in ("eligible_from", "recommended_from"):
        earlier, later = getattr(before, bound), getattr(after, bound)
        assert earlier is None or (later is not None and later >= earlier)


@given(protocol=protocols())
def test_every_wait_and_condition_is_at_least_as_strict_and_the_base_guidance_unchanged(
    scratch: Path, protocol: Written
) -> None:
    untouched = dict(guidance().waits), dict(guidance().conditions), guidance().release, guidance().version
    house = laid_over(scratch, protocol)

    assert all(covers(house.waits[key], wait) for key, wait in guidance().waits.items())
    assert guidance().conditions.keys() <= house.conditions.keys()
    assert list(house.waits) == list(guidance().waits)
    assert (dict(guidance().waits), dict(guidance().conditions), guidance().release, guidance().version) == untouched


@given(protocol=protocols())
def test_an_untreated_area_never_waits_longer_than_a_treated_one(scratch: Path, protocol: Written) -> None:
    for wait in laid_over(scratch, protocol).waits.values():
        for place in (*guidance().areas, None):
            treated, untreated = wait.figures_for(place), wait.figures_for("elsewhere")
            assert treated.minimum_hours >= untreated.minimum_hours
            assert treated.recommended_hours >= untreated.recommended_hours
            assert treated.provider_clearance >= untreated.provider_clearance

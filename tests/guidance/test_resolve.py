"""What the names of products are taken for, and that nothing is guessed in silence."""

from __future__ import annotations

import time
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from service.guidance.eligibility import EligibilityAnswer
from service.guidance.products import may_be, products_of
from service.guidance.question import GivenTreatment, InvalidQuestion
from service.guidance.resolve import TreatmentInput, resolve_treatments
from tests.guidance.asked import ask, guidance

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent.parent / "cases" / "products.yaml").read_text("utf-8")
)
NAMES = guidance().names
SEVERAL = [case for case in CASES if len(case["treatments"]) > 1]
REFUSED = [case["name"] for case in CASES if not case["treatments"]]
AT = datetime(2026, 11, 12, 15, 30, tzinfo=UTC)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def resolve(product: str | None, treatment: str | None = None, **more: Any) -> tuple[GivenTreatment, ...]:
    each = TreatmentInput(treatment, product, AT, more.pop("areas", None), pointer="/treatments/0", **more)
    return resolve_treatments(guidance(), [each], UTC)


def codes(product: str, treatment: str | None = None) -> list[str]:
    """Return what a name is taken for; nothing where it is refused."""
    try:
        return [each.treatment for each in resolve(product, treatment)]
    except InvalidQuestion:
        return []


def fault_of(product: str | None, treatment: str | None = None) -> tuple[str, str, str]:
    with pytest.raises(InvalidQuestion) as caught:
        resolve(product, treatment)
    (fault,) = caught.value.faults
    return fault.pointer, fault.code, fault.detail


def asked(session_at: str = "2026-11-22T10:00:00Z", **treatment: Any) -> EligibilityAnswer:
    """Ask about one treatment, everything else known."""
    session = {"at": session_at, "areas": ["lips"], "setting": "home"}
    given_at = {"at": "2026-11-12T15:30:00Z"} | treatment
    kept = {key: value for key, value in given_at.items() if value is not None}
    return ask({"session": session, "treatments": [kept], "conditions": [], "signs": [], "age": 40})


def name_assumptions(answer: EligibilityAnswer) -> list[str]:
    return [each.text for each in answer.assumptions if each.pointer == "/treatments/0/product"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case["name"])[:40])
def test_case(case: dict[str, Any]) -> None:
    assert sorted(codes(case["name"])) == sorted(case["treatments"])

    if case["treatments"]:
        said = name_assumptions(asked(product=case["name"]))
        assert bool(said) == ("says" in case)
        assert case.get("says", "") in " ".join(said)


def test_there_are_cases_enough() -> None:
    assert len(CASES) >= 120
    assert len({case["name"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_known_name_is_its_own_treatment_and_nothing_has_to_be_said(name: str) -> None:
    (treatment,) = resolve(name)

    assert treatment.treatment == NAMES[name]
    assert treatment.understood is not None
    assert treatment.understood.names == ()


@given(name=st.sampled_from(sorted(NAMES)), data=st.data())
def test_case_accents_and_punctuation_change_nothing(name: str, data: st.DataObject) -> None:
    letters = [
        data.draw(st.sampled_from([each, each.upper(), unicodedata.normalize("NFC", each + "\u0301")]))
        if each.isalpha()
        else data.draw(st.sampled_from([" ", "-", " - ", "_", ", "]))
        if each == " "
        else each
        for each in name
    ]
    varied = (
        data.draw(st.sampled_from(["", " ", "«"])) + "".join(letters) + data.draw(st.sampled_from(["", "®", "™", "!"]))
    )

    assert codes(varied) == [NAMES[name]]


@st.composite
def slips(draw: st.DrawFn) -> tuple[str, str]:
    """A known name of 8 letters or more, and the same with one typing error."""
    name = draw(st.sampled_from(sorted(each for each in NAMES if sum(c.isalpha() for c in each) >= 8)))
    place = draw(st.integers(0, len(name) - 1))
    letter = draw(st.sampled_from(LETTERS))
    kind = draw(st.sampled_from(["insert", "delete", "replace", "swap"]))
    wrong = {
        "insert": name[:place] + letter + name[place:],
        "delete": name[:place] + name[place + 1 :],
        "replace": name[:place] + letter + name[place + 1 :],
        "swap": name[:place] + name[place : place + 2][::-1] + name[place + 2 :],
    }
    return name, wrong[kind]


@given(slip=slips())
@settings(max_examples=2000)
def test_one_typing_error_never_makes_a_name_another_treatment_alone(slip: tuple[str, str]) -> None:
    name, wrong = slip

    found = codes(wrong)

    meant = NAMES[name]
    assert not found or any(code == meant or may_be(guidance(), code, meant) for code in found), found


@pytest.mark.parametrize("name", ["juvederm", "restylane", "sculptra", "profhilo", "permanent filler", "microneedling"])
@pytest.mark.parametrize("kind", range(4))
def test_one_typing_error_in_a_long_name_is_forgiven_wherever_it_is(name: str, kind: int) -> None:
    for place in range(1, len(name) - 1):
        pair = name[place : place + 2]
        if " " in pair:
            continue
        wrong = [pair[0] + "q" + pair[1], pair[1], "q" + pair[1], pair[::-1]][kind]
        typed = name[:place] + wrong + name[place + 2 :]

        assert codes(typed) == [NAMES[name]], typed


@pytest.mark.parametrize("name", sorted(each for each in NAMES if sum(c.isalpha() for c in each) <= 4))
def test_a_name_of_four_letters_is_never_corrected(name: str) -> None:
    for place in range(len(name)):
        for letter in "qxz":
            wrong = name[:place] + letter + name[place + 1 :]
            if wrong not in NAMES:
                assert not codes(wrong), wrong


@given(text=st.text(max_size=120))
@settings(max_examples=500)
def test_any_text_is_understood_or_refused_by_name_and_never_echoed(text: str) -> None:
    try:
        assert resolve(text)
    except InvalidQuestion as invalid:
        (fault,) = invalid.faults
        assert (fault.pointer, fault.code) == ("/treatments/0/product", "unknown_code")
        assert_says_known_names_alone(fault.detail)


@pytest.mark.parametrize("name", REFUSED, ids=ascii)
def test_a_refused_name_is_not_echoed(name: str) -> None:
    pointer, code, detail = fault_of(name)

    assert (pointer, code) == ("/treatments/0/product", "unknown_code")
    assert_says_known_names_alone(detail)


def assert_says_known_names_alone(detail: str) -> None:
    fixed, _, suggested = detail.partition("; did you mean ")
    assert fixed == "one brand or lay name of /v1/guidance/treatments, without other words"
    shared = {each.name for each in guidance().product_words.shared}
    known = {name.casefold() for each in guidance().treatments.values() for name in each.names} | shared
    for name in filter(None, suggested.removesuffix("?").split(" or ")):
        assert name.strip("'\"").casefold() in known, name


def test_an_unknown_name_is_told_the_closest_known_ones() -> None:
    assert "'Juvederm'" in fault_of("juwehdehrm")[2]
    assert "'Botox'" in fault_of("no botox")[2]


@pytest.mark.parametrize("case", SEVERAL, ids=lambda case: str(case["name"]))
@pytest.mark.parametrize("day", ["10", "13", "16", "20", "24", "27"])
def test_a_name_of_several_treatments_is_never_milder_than_any_of_them(case: dict[str, Any], day: str) -> None:
    at = f"2026-11-{day}T10:00:00Z"

    together = asked(at, product=case["name"])

    for code in case["treatments"]:
        alone = asked(at, treatment=code)
        assert together.decision.rank >= alone.decision.rank, code
        if alone.eligible_from is not None:
            assert together.eligible_from is not None
            assert together.eligible_from >= alone.eligible_from


@pytest.mark.parametrize("case", SEVERAL, ids=lambda case: str(case["name"]))
@pytest.mark.parametrize("given_at", ["2026-11-12", "2026-11-12T15:30:00Z", None])
def test_several_treatments_at_one_place_say_everything_once(case: dict[str, Any], given_at: str | None) -> None:
    answer = asked(product=case["name"], at=given_at)
    pointers = [each.pointer for each in answer.missing]

    assert len(pointers) == len(set(pointers))
    assert len(answer.assumptions) == len(set(answer.assumptions))
    assert len({(each.rule, each.text) for each in answer.reasons}) == len(answer.reasons)


def test_which_of_several_treatments_it_was_is_asked() -> None:
    answer = asked(product="laser")

    assert "/treatments/0/product" in {each.pointer for each in answer.missing}
    assert {reason.rule for reason in answer.reasons} >= {"wait.laser_ablative", "wait.laser_nonablative"}
    assert {reason.input for reason in answer.reasons} == {"/treatments/0"}


@pytest.mark.parametrize(
    ("treatment", "product"),
    [
        ("botulinum_toxin", "Dysport"),
        ("botulinum_toxin", "bottox"),
        ("hyaluronic_acid_filler", "filler"),
        ("botulinum_toxin", "injections"),
        ("microneedling", "procedure"),
        ("laser_ablative", "laser"),
        ("chemical_peel_deep", "chemical peel"),
        ("skin_booster", "Juvederm Volite"),
        ("other_filler", "filler"),
    ],
)
def test_a_code_counts_where_the_name_can_mean_it(treatment: str, product: str) -> None:
    assert codes(product, treatment) == [treatment]


def test_a_list_of_treatments_is_not_cut_down_to_the_code_beside_it() -> None:
    assert codes("botox and juvederm", "botulinum_toxin") == ["botulinum_toxin", "hyaluronic_acid_filler"]


@pytest.mark.parametrize(
    ("treatment", "product"),
    [
        ("hyaluronic_acid_filler", "Botox"),
        ("botulinum_toxin", "filler"),
        ("botulinum_toxin", "juvedrem"),
        ("microneedling", "laser"),
        ("other_filler", "Juvederm"),
        ("led", "botox and juvederm"),
    ],
)
def test_a_code_and_a_name_that_differ_are_a_conflict(treatment: str, product: str) -> None:
    assert fault_of(product, treatment)[:2] == ("/treatments/0", "conflict")


def test_neither_code_nor_name_is_missing() -> None:
    assert fault_of(None)[1] == "missing"


def test_an_unknown_code_is_refused_before_the_name_is_read() -> None:
    assert fault_of("Botox", "botulinum")[:2] == ("/treatments/0/treatment", "unknown_code")


def test_a_name_alone_tells_the_place_also_when_it_is_misspelt() -> None:
    assert resolve("tear trough filler")[0].areas == frozenset({"under_eye"})
    assert resolve("tear trogh filler")[0].areas == frozenset({"under_eye"})


def test_words_beside_a_name_add_places_but_never_tell_all_of_them() -> None:
    assert resolve("restylane tear trough")[0].areas is None
    assert resolve("restylane tear trough", areas=("cheeks",))[0].areas == frozenset({"cheeks", "under_eye"})


def test_the_same_treatment_by_two_names_counts_once() -> None:
    inputs = [
        TreatmentInput(None, product, AT, None, pointer=f"/treatments/{index}")
        for index, product in enumerate(["botox", "botox and juvederm", "bottox"])
    ]

    found = resolve_treatments(guidance(), inputs, UTC)

    assert [(each.treatment, each.pointer) for each in found] == [
        ("botulinum_toxin", "/treatments/0"),
        ("hyaluronic_acid_filler", "/treatments/1"),
    ]


def test_every_name_that_can_not_be_read_is_told() -> None:
    inputs = [TreatmentInput(None, "zorblax", AT, None, pointer=f"/treatments/{index}") for index in range(3)]

    with pytest.raises(InvalidQuestion) as caught:
        resolve_treatments(guidance(), inputs, UTC)

    assert [fault.pointer for fault in caught.value.faults] == [f"/treatments/{index}/product" for index in range(3)]


def test_names_that_can_mean_too_many_treatments_are_refused() -> None:
    days = [datetime(2026, 11, day, tzinfo=UTC) for day in range(1, 21)]
    peels = [TreatmentInput(None, "chemical peel", day, None, pointer=f"/treatments/{day.day - 1}") for day in days]

    assert len(resolve_treatments(guidance(), peels[:13], UTC)) == 39
    with pytest.raises(InvalidQuestion) as caught:
        resolve_treatments(guidance(), peels, UTC)
    assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [("/treatments/13", "too_many")]


def test_an_assumption_shows_no_control_or_direction_characters() -> None:
    said = name_assumptions(asked(product="\u202ejuvedrem\u0007"))

    assert said == ["juvedrem was understood as Juvederm, Hyaluronic acid dermal filler."]


HOSTILE = ["x" * 120, "a " * 60, "\ufdfa" * 120, "fillr " * 20, "botx juvedrm " * 9, "💉" * 120, "lip flp che " * 10]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_a_long_name_takes_no_longer_than_a_short_one_may(text: str) -> None:
    products = products_of(guidance())
    times = []
    for _ in range(5):
        start = time.process_time()
        products.read(text[:120])
        products.suggestions(text[:120])
        times.append(time.process_time() - start)

    assert min(times) < 0.05  # a hundred times what it takes: a blow-up, not a busy machine, fails this

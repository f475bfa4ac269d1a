"""A clinic's protocol over HTTP: stricter answers, who speaks in them, and every change beside the base figures."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st

from service import cli
from service.api.protocols import NAMED_AT_MOST, Protocols
from service.app import create_app
from service.guidance.check import BrokenContent
from service.guidance.products import products_of
from service.guidance.protocol.loading import load_protocols
from service.guidance.reading import read_signs
from service.guidance.records.common import Decision
from service.settings import Settings
from tests.api.requests import TRIAGE
from tests.client import Client
from tests.guidance.asked import guidance
from tests.guidance.questions import requests

EXAMPLE = Path(__file__).parents[2] / "examples" / "protocols"
CAREFUL, QUIET = "careful_clinic", "quiet"
OWN = "careful_clinic_recent_dental_work"
QUIET_FILE = "name: Quiet\nwaits:\n  - {id: wait.botulinum_toxin, minimum_hours: 240, why: Ours.}\n"
LOOSER = "name: Loose\nwaits:\n  - {id: wait.botulinum_toxin, minimum_hours: 24, why: Ours.}\n"
VERSION = "afterglow-guidance-version"
SINGLE, SLOTS, BATCH = "/v1/eligibility", "/v1/eligibility/slots", "/v1/eligibility/batch"
READ = "/v1/guidance/protocols"

Request = dict[str, Any]

FIVE_DAYS_LATER: Request = {
    "session": {"at": "2026-11-25T12:00:00Z", "areas": ["forehead"], "setting": "home"},
    "treatments": [{"treatment": "botulinum_toxin", "at": "2026-11-20T12:00:00Z", "areas": ["forehead"]}],
    "conditions": [],
    "signs": [],
    "age": 40,
    "time_zone": "UTC",
}
"""In the base guidance past the minimum, and under both clinics not."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("protocols")
    shutil.copy(EXAMPLE / f"{CAREFUL}.yaml", folder)
    (folder / f"{QUIET}.yaml").write_text(QUIET_FILE, "utf-8")
    return folder


@pytest.fixture(scope="module")
def app(folder: Path) -> FastAPI:
    return create_app(Settings(protocols_dir=folder))


@cache
def example() -> Client:
    """Return a client of the example alone, for properties: they take no fixture of a function."""
    return Client(create_app(Settings(protocols_dir=EXAMPLE)))


def under(protocol: str, request: Request = FIVE_DAYS_LATER, **changes: Any) -> Request:
    return {**request, **changes, "protocol": protocol}


def in_slots(request: Request, *ats: str) -> Request:
    """Ask for the session of a single request at several times."""
    client = {name: value for name, value in request.items() if name not in ("session", "protocol")}
    slots = [{**request["session"], "id": at, "at": at} for at in ats]
    return {"client": client, "slots": slots, "protocol": request["protocol"]}


# Which guidance answers


def test_a_protocol_makes_the_decision_stricter(client: Client) -> None:
    decisions = {each: client.post(SINGLE, under(each)).json() for each in ("default", CAREFUL, QUIET)}

    assert {id: answer["decision"] for id, answer in decisions.items()} == {
        "default": "ask_provider",
        CAREFUL: "wait",
        QUIET: "wait",
    }
    assert decisions[CAREFUL]["eligible_from"] == "2026-11-27T12:00:00Z"
    assert decisions[QUIET]["eligible_from"] == "2026-11-30T12:00:00Z"


def test_slots_are_decided_by_the_protocol(client: Client) -> None:
    ats = ("2026-11-25T12:00:00Z", "2026-12-05T12:00:00Z", "2026-12-12T12:00:00Z")

    base = client.post(SLOTS, in_slots(under("default"), *ats)).json()
    careful = client.post(SLOTS, in_slots(under(CAREFUL), *ats)).json()

    assert [slot["decision"] for slot in base["slots"]] == ["ask_provider", "eligible", "eligible"]
    assert [slot["decision"] for slot in careful["slots"]] == ["wait", "ask_provider", "eligible"]
    assert (base["first_bookable"], careful["first_bookable"]) == (ats[1], ats[2])


@pytest.mark.parametrize("media_type", ["application/json", "application/x-ndjson"])
def test_each_item_of_a_batch_has_its_own_protocol(client: Client, media_type: str) -> None:
    items = [{"id": each, "request": under(each)} for each in (CAREFUL, "default", QUIET, "nobody")]
    is_array = media_type == "application/json"
    content = json.dumps(items) if is_array else "".join(f"{json.dumps(item)}\n" for item in items)

    response = client.request("POST", BATCH, content=content, headers={"content-type": media_type})

    answers = response.json() if is_array else [json.loads(line) for line in response.text.splitlines()]
    for item, answer in zip(items[:3], answers, strict=False):
        assert answer["answer"] == client.post(SINGLE, item["request"]).json()
    assert answers[3]["problem"]["errors"][0]["pointer"] == "/protocol"
    assert response.headers[VERSION] == client.get("/version").json()["guidance_version"]


def test_triage_takes_a_protocol_and_its_own_conditions(client: Client) -> None:
    base = client.post("/v1/triage", TRIAGE).json()
    response = client.post("/v1/triage", under(CAREFUL, TRIAGE, conditions=[*TRIAGE["conditions"], OWN]))

    answer = response.json()
    assert response.status_code == 200
    assert (answer["level"], answer["protocol"]) == (base["level"], CAREFUL)
    assert answer["clinic"]["name"] == "Careful Clinic"
    assert answer["guidance_version"] == response.headers[VERSION] != base["guidance_version"]
    assert answer["decision_id"] != base["decision_id"]


def test_a_condition_of_a_clinic_is_known_under_its_protocol_alone(client: Client) -> None:
    answer = client.post(SINGLE, under(CAREFUL, conditions=[OWN])).json()

    assert f"condition.{OWN}" in [reason["rule"] for reason in answer["reasons"]]
    for other in ("default", QUIET):
        errors = client.post(SINGLE, under(other, conditions=[OWN])).json()["errors"]
        assert [(each["pointer"], each["code"]) for each in errors] == [("/conditions/0", "unknown_code")]


def test_a_raised_condition_is_stricter(client: Client) -> None:
    asked = {**FIVE_DAYS_LATER, "treatments": [], "conditions": ["rosacea"]}

    assert client.post(SINGLE, under("default", asked)).json()["decision"] == "eligible_with_care"
    assert client.post(SINGLE, under(CAREFUL, asked)).json()["decision"] == "ask_provider"


def test_what_a_clinic_does_not_book_is_not_bookable(client: Client) -> None:
    asked = {**FIVE_DAYS_LATER, "treatments": [], "conditions": ["facial_neuralgia_migraine"]}

    answers = {each: client.post(SINGLE, under(each, asked)).json() for each in ("default", CAREFUL)}

    assert {each["decision"] for each in answers.values()} == {"eligible_with_care"}
    assert {id: each["bookable"] for id, each in answers.items()} == {"default": True, CAREFUL: False}


# Who speaks, and by which guidance


def test_an_answer_names_the_clinic_and_leaves_out_what_it_does_not_say(client: Client) -> None:
    clinics = [client.post(SINGLE, under(each)).json().get("clinic") for each in ("default", CAREFUL, QUIET)]

    assert clinics[0] is None
    assert set(clinics[1]) == {"name", "phone", "text"}
    assert clinics[1]["phone"] == "+44 20 7946 0958"
    assert clinics[2] == {"name": "Quiet"}
    slots = client.post(SLOTS, in_slots(under(QUIET), "2026-12-25")).json()
    assert (slots["clinic"], slots["protocol"]) == ({"name": "Quiet"}, QUIET)


@pytest.mark.parametrize("path", [SINGLE, SLOTS])
def test_version_and_id_are_those_of_the_protocol(client: Client, path: str) -> None:
    asked = {each: under(each) for each in ("default", CAREFUL, QUIET)}
    bodies = asked if path == SINGLE else {id: in_slots(body, "2026-12-25") for id, body in asked.items()}

    responses = {id: client.post(path, body) for id, body in bodies.items()}

    answers = {id: response.json() for id, response in responses.items()}
    base = answers["default"]["guidance_version"]
    assert {id: response.headers[VERSION] for id, response in responses.items()} == {
        id: answer["guidance_version"] for id, answer in answers.items()
    }
    assert answers[CAREFUL]["guidance_version"].startswith(f"{base}.{CAREFUL}-")
    assert len({answer["decision_id"] for answer in answers.values()}) == 3
    assert all(len(response.headers.get_list(VERSION)) == 1 for response in responses.values())


def test_a_calendar_names_the_guidance_of_the_protocol(client: Client) -> None:
    response = client.request("POST", SINGLE, json=under(CAREFUL), headers={"accept": "text/calendar"})

    version = client.get(f"{READ}/{CAREFUL}").json()["guidance_version"]
    assert response.headers[VERSION] == version
    assert version in response.text.replace("\r\n ", "")


def test_another_text_in_the_file_is_another_version(tmp_path: Path) -> None:
    versions = []
    for text in (QUIET_FILE, f"{QUIET_FILE}text: Ring us.\n"):
        (tmp_path / "quiet.yaml").write_text(text, "utf-8")
        versions.append(Protocols.of(guidance(), load_protocols(tmp_path, guidance())).guidances[QUIET].version)

    assert versions[0] != versions[1]


# What is refused


@pytest.mark.parametrize(
    ("path", "body"), [(SINGLE, FIVE_DAYS_LATER), ("/v1/triage", TRIAGE)], ids=["single", "triage"]
)
def test_an_unknown_protocol_is_refused_with_those_that_are_known(client: Client, path: str, body: Request) -> None:
    response = client.post(path, under("carefull_clinic", body))

    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/protocol", "unknown_code")
    assert f": default, {CAREFUL}, {QUIET}; did you mean '{CAREFUL}'" in error["detail"]


def test_a_long_list_of_protocols_is_not_told(tmp_path: Path) -> None:
    for number in range(NAMED_AT_MOST):
        (tmp_path / f"house_{number}.yaml").write_text("name: House\n", "utf-8")

    errors = Client(create_app(Settings(protocols_dir=tmp_path))).post(SINGLE, under("hause_7")).json()["errors"]

    assert "house_7" in errors[0]["detail"]
    assert "house_1, " not in errors[0]["detail"]


def test_of_an_unknown_protocol_every_other_fault_is_told_but_no_condition_of_a_clinic(client: Client) -> None:
    body = under("nobody", conditions=[OWN, "pregnnt"], signs=["bruse"])

    pointers = [each["pointer"] for each in client.post(SINGLE, body).json()["errors"]]

    assert pointers == ["/protocol", "/conditions/1", "/signs/0"]


def test_a_bad_folder_stops_the_app(tmp_path: Path) -> None:
    (tmp_path / "loose.yaml").write_text(LOOSER, "utf-8")

    with pytest.raises(BrokenContent, match=r"loose\.yaml: wait\.botulinum_toxin: minimum_hours 24 is looser"):
        create_app(Settings(protocols_dir=tmp_path))


def test_a_bad_folder_stops_serve_with_a_line_for_each_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "loose.yaml").write_text(LOOSER, "utf-8")
    (tmp_path / "nameless.yaml").write_text("phone: 112\n", "utf-8")
    monkeypatch.setenv("AFTERGLOW_PROTOCOLS_DIR", str(tmp_path))

    assert cli.main(["serve"]) == 3

    printed = capsys.readouterr()
    assert printed.out == ""
    lines = printed.err.splitlines()
    assert len(lines) == 3
    assert lines[0] == (
        "loose.yaml: wait.botulinum_toxin: minimum_hours 24 is looser than the 48 of the base guidance. "
        "Cure: give 48 or more, or leave it out"
    )
    assert all(line.startswith("nameless.yaml: ") and "Cure: " in line for line in lines[1:])


def test_a_folder_that_is_not_there_stops_serve(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERGLOW_PROTOCOLS_DIR", str(tmp_path / "nowhere"))

    assert cli.main(["serve"]) == 3

    assert "nowhere: is no folder. Cure: mount the protocols there" in capsys.readouterr().err


# What can be read


def test_the_default_protocol_is_the_base_guidance(client: Client) -> None:
    default = client.get(f"{READ}/default").json()

    assert default["label"] == guidance().release.default_protocol
    assert "clinic" not in default
    assert (default["conditions"], default["raised_conditions"], default["waits"]) == ([], [], [])


def test_a_protocol_shows_its_clinic_and_what_it_books(client: Client) -> None:
    response = client.get(f"{READ}/{CAREFUL}")

    protocol = response.json()
    asked = client.post(SINGLE, under(CAREFUL)).json()
    assert (protocol["label"], protocol["clinic"]) == (asked["clinic"]["name"], asked["clinic"])
    assert protocol["guidance_version"] == asked["guidance_version"] == response.headers[VERSION]
    assert protocol["bookable"] == ["eligible"]


def test_all_protocols_are_listed_each_with_its_version(client: Client) -> None:
    response = client.get(READ)

    listed = response.json()
    assert [each["id"] for each in listed["items"]] == ["default", CAREFUL, QUIET]
    assert len({each["guidance_version"] for each in listed["items"]}) == 3
    assert listed["guidance_version"] == listed["items"][0]["guidance_version"] == response.headers[VERSION]
    for each in listed["items"]:
        assert client.get(f"{READ}/{each['id']}").json() == each


def test_every_changed_wait_stands_beside_that_of_the_base(client: Client) -> None:
    waits = {each["rule"]: each for each in client.get(f"{READ}/{CAREFUL}").json()["waits"]}

    toxin, filler = waits["wait.botulinum_toxin"], waits["wait.hyaluronic_acid_filler"]
    assert (toxin["base"]["minimum_hours"], toxin["clinic"]["minimum_hours"]) == (48, 168)
    assert (toxin["base"]["recommended_hours"], toxin["clinic"]["recommended_hours"]) == (336, 504)
    assert "elsewhere" in str([each for each in toxin["areas"] if each["base"] == each["clinic"]])
    lips = next(each for each in filler["areas"] if "lips" in each.get("areas", ()))
    assert (lips["base"]["minimum_hours"], lips["clinic"]["minimum_hours"]) == (168, 504)
    assert waits["wait.microneedling"]["clinic"]["provider_clearance"] is True
    assert {"wait.other_filler", "wait.other_injectable"} <= set(waits)
    assert all(each["base"] != each["clinic"] or each["areas"] for each in waits.values())


def test_figures_for_every_place_can_be_told_from_what_is_shown(client: Client) -> None:
    protocols = Protocols.of(guidance(), load_protocols(EXAMPLE, guidance()))
    shown = {each["rule"]: each for each in client.get(f"{READ}/{CAREFUL}").json()["waits"]}

    for id, wait in protocols.guidances[CAREFUL].waits.items():
        for place in (*guidance().areas, "elsewhere"):
            told = shown.get(id)
            if told is None:
                assert wait.figures_for(place).minimum_hours == guidance().waits[id].figures_for(place).minimum_hours
                continue
            own = [each for each in told["areas"] if place in each.get("areas", ["elsewhere"])]
            hours = (own or [told])[0]["clinic"]["minimum_hours"]
            assert hours == wait.figures_for(place).minimum_hours


def test_own_and_raised_conditions_can_be_read(client: Client) -> None:
    protocol = client.get(f"{READ}/{CAREFUL}").json()

    assert [each["id"] for each in protocol["conditions"]] == [OWN]
    assert protocol["conditions"][0]["aliases"]
    (raised,) = protocol["raised_conditions"]
    assert (raised["id"], raised["base"]["class"], raised["clinic"]["class"]) == ("rosacea", "precaution", "relative")
    assert OWN not in [each["id"] for each in client.get("/v1/guidance/conditions").json()["items"]]


def test_every_rule_of_a_protocol_is_readable_and_marked(client: Client) -> None:
    own = client.get(f"/v1/guidance/rules/condition.{OWN}").json()
    marked = {
        each["id"]: each["protocols"]
        for each in client.get("/v1/guidance/rules").json()["items"]
        if "protocols" in each
    }

    assert (own["protocols"], own["href"]) == ([CAREFUL], f"{READ}/{CAREFUL}")
    assert client.get(own["href"]).status_code == 200
    assert marked["wait.botulinum_toxin"] == [CAREFUL, QUIET]
    assert marked["condition.rosacea"] == marked["wait.other_filler"] == [CAREFUL]
    base = client.get("/v1/guidance/rules/condition.rosacea").json()
    assert guidance().conditions["rosacea"].advice in base["text"]


def test_the_overview_counts_what_clinics_add(client: Client) -> None:
    counts = {link["id"]: link["count"] for link in client.get("/v1/guidance").json()["collections"]}

    assert counts["protocols"] == 3
    assert counts["rules"] == len(client.get("/v1/guidance/rules").json()["items"])


# What no protocol changes


def test_names_and_words_are_made_ready_once_for_all_protocols() -> None:
    protocols = Protocols.of(guidance(), load_protocols(EXAMPLE, guidance()))

    assert {id(products_of(each)) for each in protocols.guidances.values()} == {id(products_of(guidance()))}


def test_a_clinic_s_own_words_make_no_text_understood(tmp_path: Path) -> None:
    text = "tengo la cara bastante rara desde ayer"
    own = (
        "name: Casa\nconditions:\n  - {id: casa_propia, class: local, label: Propia, why: Ours., advice: Ask us., "
        f"lay_terms: [{text}]}}\n"
    )
    (tmp_path / "casa.yaml").write_text(own, "utf-8")

    casa = Protocols.of(guidance(), load_protocols(tmp_path, guidance())).guidances["casa"]

    assert not read_signs(guidance(), text).understood
    assert read_signs(casa, text) == read_signs(guidance(), text)


@settings(max_examples=60)
@given(asked=requests())
def test_no_protocol_is_ever_milder(asked: Request) -> None:
    base, careful = (example().post(SINGLE, under(each, asked)).json() for each in ("default", CAREFUL))

    assert Decision(careful["decision"]).rank >= Decision(base["decision"]).rank
    assert base["bookable"] or not careful["bookable"]
    if "eligible_from" in base and "eligible_from" in careful:
        assert datetime.fromisoformat(careful["eligible_from"]) >= datetime.fromisoformat(base["eligible_from"])


@settings(max_examples=20)
@given(asked=st.lists(requests(), min_size=1, max_size=4), protocol=st.sampled_from(["default", CAREFUL]))
def test_a_batch_and_slots_answer_as_the_single_call_does(asked: list[Request], protocol: str) -> None:
    singles = [example().post(SINGLE, under(protocol, each)).json() for each in asked]

    items = [{"id": str(index), "request": under(protocol, each)} for index, each in enumerate(asked)]
    slots = [
        example().post(SLOTS, in_slots(under(protocol, each), each["session"]["at"])).json()["slots"][0]
        for each in asked
    ]

    assert [each["answer"] for each in example().post(BATCH, items).json()] == singles
    assert [(each["decision"], each["bookable"]) for each in slots] == [
        (each["decision"], each["bookable"]) for each in singles
    ]

"""The guidance over HTTP: complete, and each rule with what it rests on."""

from __future__ import annotations

import re

import pytest

from service.api.guidance import COLLECTIONS
from service.guidance.guidance import Guidance
from tests.api.requests import ELIGIBILITY, TRIAGE
from tests.client import Client

NAMED_BY_THE_CONTRACT = {
    "treatments",
    "areas",
    "conditions",
    "signs",
    "combinations",
    "waits",
    "rules",
    "sources",
    "protocols",
    "emergency_numbers",
}
PATHS = [collection.path for collection in COLLECTIONS]


def guidance_of(client: Client) -> Guidance:
    guidance: Guidance = client.app.state.services.guidance
    return guidance


def test_the_overview_links_and_counts_every_collection(client: Client) -> None:
    overview = client.get("/v1/guidance").json()

    linked = {link["id"]: link for link in overview["collections"]}
    assert set(linked) >= NAMED_BY_THE_CONTRACT
    for link in linked.values():
        assert len(client.get(link["href"]).json()["items"]) == link["count"]
    assert overview["claims"] >= 178
    assert [level["id"] for level in overview["levels"]] == ["self_care", "contact_provider", "urgent", "emergency"]
    assert overview["decisions"][0]["id"] == "eligible"


@pytest.mark.parametrize("path", PATHS)
def test_every_item_of_a_collection_is_readable_on_its_own(client: Client, path: str) -> None:
    collection = client.get(path).json()

    assert set(collection) == {"items", "guidance_version"}
    assert collection["items"]
    for item in collection["items"]:
        alone = client.get(f"{path}/{item['id']}").json()
        assert alone == {**item, "guidance_version": collection["guidance_version"]}


@pytest.mark.parametrize("path", PATHS)
def test_an_unknown_id_names_the_closest(client: Client, path: str) -> None:
    known = client.get(path).json()["items"][0]["id"]

    response = client.get(f"{path}/{known}x")

    assert response.status_code == 404
    assert f"'{known}'" in response.json()["detail"] or len(known) < 3


@pytest.mark.parametrize("path", PATHS)
def test_every_citation_is_readable(client: Client, path: str) -> None:
    sources = guidance_of(client).sources

    cited = {source for item in client.get(path).json()["items"] for source in item.get("citations", ())}

    assert cited <= set(sources)


def test_every_rule_that_an_answer_can_name_is_readable(client: Client) -> None:
    guidance = guidance_of(client)
    expected = {
        *guidance.waits,
        *guidance.rules,
        *guidance.extend_factors,
        *(f"condition.{id}" for id in guidance.conditions),
        *(f"sign.{id}" for id in guidance.signs),
        *(f"combination.{id}" for id in guidance.combinations),
        *(f"area.{area.id}" for area in guidance.areas.values() if area.decision),
    }

    rules = {rule["id"]: rule for rule in client.get("/v1/guidance/rules").json()["items"]}

    assert set(rules) == expected
    assert all(rule["label"] and rule["text"] for rule in rules.values())


def test_the_reasons_of_answers_are_rules_that_can_be_read(client: Client) -> None:
    answers = [
        client.post("/v1/triage", TRIAGE).json(),
        client.post("/v1/eligibility", {**ELIGIBILITY, "conditions": ["pacemaker_icd", "fever_illness"]}).json(),
        client.post("/v1/triage", {"text": "qwertz uiop"}).json(),
    ]

    for reason in (reason for answer in answers for reason in answer["reasons"]):
        assert client.get(f"/v1/guidance/rules/{reason['rule']}").status_code == 200


def test_every_rule_leads_to_its_record(client: Client) -> None:
    for rule in client.get("/v1/guidance/rules").json()["items"]:
        assert client.get(rule["href"]).status_code == 200


def test_a_wait_shows_every_claim_the_range_the_value_and_why(client: Client) -> None:
    wait = client.get("/v1/guidance/waits/wait.botulinum_toxin").json()

    assert wait["minimum_hours"] == 48
    assert wait["recommended_hours"] == 336
    assert wait["why"]
    assert len(wait["claims"]) == len(guidance_of(client).waits["wait.botulinum_toxin"].claims)
    assert all({"source", "grade", "retrieved", "about", "area"} <= set(claim) for claim in wait["claims"])
    hours = [claim["hours"] for claim in wait["claims"] if "hours" in claim]
    assert wait["claimed"]["from_hours"] == min(hours)


def test_what_a_form_needs_is_there(client: Client) -> None:
    for collection in ("treatments", "conditions", "signs", "areas"):
        for item in client.get(f"/v1/guidance/{collection}").json()["items"]:
            assert item["label"]
            assert isinstance(item["aliases"], list)


def test_the_default_protocol_says_what_may_be_booked(client: Client) -> None:
    protocol = client.get("/v1/guidance/protocols/default").json()

    assert protocol["bookable"] == ["eligible", "eligible_with_care"]


def test_no_answer_of_the_faq_has_a_hole(client: Client) -> None:
    for entry in client.get("/v1/faq").json()["items"]:
        assert not re.search(r"[{}]", entry["answer"])


def test_the_faq_is_listed_by_topic(client: Client) -> None:
    order = list(guidance_of(client).topics)

    topics = [entry["topic"] for entry in client.get("/v1/faq").json()["items"]]

    assert topics == sorted(topics, key=order.index)

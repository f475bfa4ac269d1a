"""How the FAQ is asked over HTTP. The search itself is tested with the core."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from service.api.faq import safety_reader
from tests.client import Client

QUESTION = "How long should I wait after Botox before starting microcurrent therapy?"


def test_get_and_post_find_the_same(client: Client) -> None:
    got = client.get("/v1/faq/search", params={"q": QUESTION, "limit": "2"})
    posted = client.post("/v1/faq/search", {"q": QUESTION, "limit": 2})

    assert got.status_code == posted.status_code == 200
    assert got.json() == posted.json()


def test_an_answer_holds_its_version_and_disclaimer(client: Client) -> None:
    answer = client.post("/v1/faq/search", {"q": QUESTION}).json()

    assert answer["answered"] is True
    assert answer["results"][0]["id"] == "wait_after_botox"
    assert len(answer["results"]) <= 3
    assert answer["disclaimer"] == client.app.state.services.guidance.release.disclaimer
    assert {"suggestions", "corrections", "guidance_version"} <= set(answer)


def test_a_correction_says_from_what_to_what(client: Client) -> None:
    corrections = client.post("/v1/faq/search", {"q": "how long after bottox can i use microcurrent"}).json()[
        "corrections"
    ]

    assert corrections == [{"from": "bottox", "to": "botox"}]


def test_an_emergency_in_a_question_comes_first(client: Client) -> None:
    answer = client.post("/v1/faq/search", {"q": "my lip went white after filler and it hurts, is this normal?"}).json()

    assert answer["safety"]["level"] == "emergency"
    assert answer["safety"]["headline"]
    assert answer["safety"]["actions"]


@pytest.mark.parametrize("question", [QUESTION, "Will microcurrent help me see results?", "does nuface work"])
def test_a_plain_question_raises_no_alarm(client: Client, question: str) -> None:
    assert "safety" not in client.post("/v1/faq/search", {"q": question}).json()


def test_a_treatment_with_a_time_leads_to_eligibility(client: Client) -> None:
    asked = {"q": "botox 3 days ago, nuface ok?", "at": "2026-11-22T10:00:00Z"}

    answer = client.post("/v1/faq/search", asked).json()

    assert answer["next"]["kind"] == "eligibility"
    assert answer["next"]["request"] == {"treatments": [{"treatment": "botulinum_toxin", "at": "2026-11-19"}]}
    assert "/session" in answer["next"]["missing"]


def test_without_a_moment_no_time_is_worked_out(client: Client) -> None:
    assert "next" not in client.post("/v1/faq/search", {"q": "botox 3 days ago, nuface ok?"}).json()


def test_the_clock_changes_no_safety(client: Client) -> None:
    guidance = client.app.state.services.guidance
    text = "my lip went white 3 days ago after filler"

    early = safety_reader(guidance, lambda: datetime(2026, 1, 1, tzinfo=UTC))
    late = safety_reader(guidance, lambda: datetime(2030, 1, 1, tzinfo=UTC))

    assert early(text, None) == late(text, None) is not None


def test_an_entry_shows_its_answer_in_full(client: Client) -> None:
    entry = client.get("/v1/faq/wait_after_botox").json()

    assert "48 hours" in entry["answer"]
    assert entry["question"]
    assert entry["citations"]

"""The service as a process, on a real socket."""

from __future__ import annotations

import httpx

from tests.api.requests import TRIAGE
from tests.server.running import running_service

SECRET = "zzqqxx-marked-secret-7431"


def test_the_service_answers_says_nothing_of_what_it_was_asked_and_stops() -> None:
    with running_service() as service, httpx.Client(base_url=service.url) as client:
        answer = client.post("/v1/triage", json=TRIAGE)
        found = client.get("/v1/faq/search", params={"q": SECRET})
        head = client.head("/v1/faq")
        lost = client.get(f"/v1/faq/{SECRET}")
        queried = client.request("QUERY", "/v1/triage", json={**TRIAGE, "text": SECRET})
        printed = service.stop()

    assert [each.status_code for each in (answer, found, head, lost, queried)] == [200, 200, 200, 404, 200]
    assert answer.json()["level"] == "emergency"
    assert head.content == b""
    assert "server" not in answer.headers
    assert "date" in answer.headers
    assert service.url in printed
    assert SECRET not in printed
    assert "Traceback" not in printed

"""An eligibility answer as a calendar file: who gets it, and what comes with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from icalendar import Calendar

from tests.api.requests import ELIGIBILITY
from tests.client import Client

PATH = "/v1/eligibility"
CALENDAR = "text/calendar"
UNDATED: dict[str, Any] = ELIGIBILITY | {"treatments": []}


def asked(client: Client, body: Any, *accept: str, method: str = "POST") -> httpx.Response:
    headers = [("accept", each) for each in accept] or [("accept", "*/*")]
    return client.request(method, PATH, json=body, headers=headers)


def media_type(response: httpx.Response) -> str:
    return response.headers["content-type"].partition(";")[0]


@pytest.mark.parametrize("method", ["POST", "QUERY"])
def test_the_file_holds_the_dates_of_the_json_answer(client: Client, method: str) -> None:
    answer = asked(client, ELIGIBILITY, "application/json", method=method).json()
    response = asked(client, ELIGIBILITY, CALENDAR, method=method)

    assert response.status_code == 200
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    starts = [event.start for event in Calendar.from_ical(response.content).events]
    told = {datetime.fromisoformat(answer[name]).astimezone(UTC) for name in ("eligible_from", "recommended_from")}
    assert starts == sorted(told)
    assert f"answer {answer['decision_id']}." in response.text.replace("\r\n ", "")
    assert answer["guidance_version"] in response.text.replace("\r\n ", "")


def test_the_file_is_kept_by_nobody_on_the_way_and_has_a_neutral_name(client: Client) -> None:
    headers = asked(client, ELIGIBILITY, CALENDAR).headers

    assert headers["cache-control"] == "no-store"
    assert headers["content-disposition"] == 'attachment; filename="session.ics"'
    assert headers["afterglow-guidance-version"]
    assert headers["x-request-id"]


def test_the_same_request_has_the_same_bytes(client: Client) -> None:
    first = asked(client, ELIGIBILITY, CALENDAR)
    shuffled = dict(reversed(ELIGIBILITY.items()))

    assert first.content == asked(client, ELIGIBILITY, CALENDAR).content
    assert first.content == asked(client, shuffled, CALENDAR).content


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (["*/*"], "application/json"),
        (["text/calendar;q=0.5, application/json"], "application/json"),
        (["application/json;q=0.5, text/calendar"], CALENDAR),
        (["text/calendar, application/json"], "application/json"),
        (["application/json;q=0.1", "text/calendar;q=0.9"], CALENDAR),
        (["text/*"], CALENDAR),
        (["text/html, */*;q=0.8"], "application/json"),
        (["text/calendar, */*;q=0.1"], CALENDAR),
        (["TEXT/Calendar; charset=utf-8"], CALENDAR),
        (["application/json;q=0, */*"], CALENDAR),
    ],
)
def test_the_client_chooses_the_form(client: Client, accept: list[str], expected: str) -> None:
    response = asked(client, ELIGIBILITY, *accept)

    assert response.status_code == 200
    assert media_type(response) == expected


def test_without_accept_the_answer_is_json(client: Client) -> None:
    assert media_type(client.post(PATH, ELIGIBILITY)) == "application/json"


def test_no_dates_to_show_is_a_problem_that_says_so(client: Client) -> None:
    response = asked(client, UNDATED, CALENDAR)
    problem = response.json()

    assert response.status_code == 406
    assert media_type(response) == "application/problem+json"
    assert problem["type"] == "/v1/problems/not_acceptable"
    assert problem["detail"] == "This answer has no dates to show in a calendar. Accept application/json to read it."
    assert problem["request_id"] == response.headers["x-request-id"]


@pytest.mark.parametrize("accept", ["text/calendar, application/json;q=0.1", "text/calendar, */*;q=0.5"])
def test_who_also_reads_json_gets_the_answer_without_dates(client: Client, accept: str) -> None:
    response = asked(client, UNDATED, accept)

    assert response.status_code == 200
    assert response.json()["decision"]


@pytest.mark.parametrize("accept", ["text/calendar;q=0", "text/html", "application/json;q=0, text/calendar;q=0"])
def test_neither_form_accepted_is_406(client: Client, accept: str) -> None:
    response = asked(client, ELIGIBILITY, accept)

    assert response.status_code == 406
    assert "application/json and text/calendar" in response.json()["detail"]


def test_an_error_is_a_problem_also_for_who_wants_a_calendar(client: Client) -> None:
    response = asked(client, ELIGIBILITY | {"protocl": "default"}, CALENDAR)

    assert response.status_code == 422
    assert media_type(response) == "application/problem+json"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
def test_other_methods_still_do_not_fit(client: Client, method: str) -> None:
    response = client.request(method, PATH, headers={"accept": CALENDAR})

    assert response.status_code == 405
    assert response.headers["allow"] == "POST, QUERY"


def test_other_paths_answer_no_calendar(client: Client) -> None:
    assert client.get("/v1/faq", headers={"accept": CALENDAR}).status_code == 406


def test_the_description_shows_a_file(client: Client) -> None:
    operation = client.get("/openapi.json").json()["paths"][PATH]["post"]
    content = operation["responses"]["200"]["content"]

    assert content.keys() == {"application/json", CALENDAR}
    example = content[CALENDAR]["examples"]["wait"]["value"]
    asked_for = operation["requestBody"]["content"]["application/json"]["examples"]["wait"]["value"]
    assert example == asked(client, asked_for, CALENDAR).text
    assert "406" in operation["responses"]

"""What every reply has: headers, conditional requests, methods, media types, and one shape of error."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi import FastAPI

from service.api.errors import KIND_OF, STATUS_OF, problem_of
from service.api.headers import matches_tag, preferred
from service.api.route import StrictRoute
from tests.api.requests import ELIGIBILITY, FAQ, SLOTS, TRIAGE
from tests.client import Client

ADVICE = {
    "/v1/eligibility": ELIGIBILITY,
    "/v1/eligibility/slots": SLOTS,
    "/v1/triage": TRIAGE,
    "/v1/triage/parse": {"text": "red skin"},
    "/v1/faq/search": FAQ,
}
READS = [
    "/v1/faq",
    "/v1/faq/wait_after_botox",
    "/v1/guidance",
    "/v1/guidance/treatments",
    "/v1/guidance/waits/wait.botulinum_toxin",
    "/v1/problems/invalid_input",
]
FRESH = ["/healthz", "/readyz", "/version", "/v1/faq/search?q=botox"]
PAGES = ["/openapi.json", "/docs"]
AS_JSON = {"content-type": "application/json"}
ERRORS: dict[str, tuple[int, str, str, dict[str, Any]]] = {
    "a body that is no JSON": (
        400,
        "POST",
        "/v1/triage",
        {"content": "{", "headers": AS_JSON},
    ),
    "a path that nobody knows": (404, "GET", "/v2/triage", {}),
    "a path beside the page": (404, "GET", "/index.html", {}),
    "an id that nobody knows": (404, "GET", "/v1/faq/wait_after_botocks", {}),
    "an id of a thousand characters": (404, "GET", "/v1/guidance/sources/" + "a" * 1000, {}),
    "a trailing slash": (404, "GET", "/v1/faq/", {}),
    "a trailing slash after a collection": (404, "GET", "/v1/guidance/signs/", {}),
    "a trailing slash after an advice": (404, "POST", "/v1/triage/", {"json": TRIAGE}),
    "two slashes": (404, "GET", "//v1/faq", {}),
    "a path in capitals": (404, "GET", "/V1/FAQ", {}),
    "GET of an advice": (405, "GET", "/v1/triage", {}),
    "POST to a collection": (405, "POST", "/v1/guidance/signs", {"json": {}}),
    "DELETE of a question": (405, "DELETE", "/v1/faq/wait_after_botox", {}),
    "a method that nobody knows": (405, "BREW", "/healthz", {}),
    "an Accept that nothing fits": (406, "GET", "/v1/faq", {"headers": {"accept": "text/html"}}),
    "an Accept that refuses JSON": (
        406,
        "POST",
        "/v1/triage",
        {"json": TRIAGE, "headers": {"accept": "application/json;q=0"}},
    ),
    "a body too large": (
        413,
        "POST",
        "/v1/triage",
        {"content": b" " * 65537, "headers": AS_JSON},
    ),
    "a form": (415, "POST", "/v1/triage", {"data": {"text": "red"}}),
    "an input that does not fit": (422, "POST", "/v1/triage", {"json": {}}),
    "an unknown query name": (422, "GET", "/v1/faq?topic=brands", {}),
    "a query of a path without one": (422, "GET", "/healthz?verbose=1", {}),
}


@pytest.mark.parametrize(("status", "method", "path", "sent"), ERRORS.values(), ids=ERRORS.keys())
def test_every_error_has_the_one_shape(
    client: Client, status: int, method: str, path: str, sent: dict[str, Any]
) -> None:
    response = client.request(method, path, **sent)
    problem = response.json()

    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-request-id"] == problem["request_id"]
    assert response.headers["afterglow-guidance-version"] == client.app.state.services.guidance.version
    assert set(problem) - {"errors"} == {"type", "title", "status", "detail", "request_id"}
    assert problem["status"] == status
    assert ("errors" in problem) is (status == 422)
    assert client.get(problem["type"]).json()["title"] == problem["title"]


def test_every_status_of_an_error_has_a_kind() -> None:
    assert set(KIND_OF) == {400, 401, 404, 405, 406, 408, 413, 415, 422, 429, 431, 500, 503}
    assert set(STATUS_OF.values()) <= set(KIND_OF)


def test_an_error_outside_the_table_is_our_fault_and_says_nothing() -> None:
    problem = problem_of(ValueError("marked-secret"), "some-id")

    assert problem.status == 500
    assert "marked-secret" not in problem.model_dump_json()


@pytest.mark.parametrize("path", [*READS, *FRESH, *PAGES])
def test_head_answers_as_get_without_a_body(client: Client, path: str) -> None:
    got, head = client.get(path), client.request("HEAD", path)

    same = {"content-type", "content-length", "cache-control", "etag"} & set(got.headers)
    assert (got.status_code, head.status_code) == (200, 200)
    assert head.content == b""
    assert {name: head.headers[name] for name in same} == {name: got.headers[name] for name in same}


@pytest.mark.parametrize("path", ["/nowhere", "/v1/faq/nothing"])
def test_head_of_an_error_has_no_body(client: Client, path: str) -> None:
    head = client.request("HEAD", path)

    assert head.status_code == 404
    assert head.content == b""
    assert int(head.headers["content-length"]) > 0


@pytest.mark.parametrize("path", READS)
def test_what_is_the_same_for_everybody_may_be_cached(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.headers["cache-control"] == "public, max-age=300"
    assert re.fullmatch(r'"[0-9a-f]{32}"', response.headers["etag"])


@pytest.mark.parametrize("path", FRESH)
def test_what_is_not_for_everybody_is_not_stored(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers


@pytest.mark.parametrize(("path", "body"), ADVICE.items(), ids=ADVICE.keys())
def test_advice_is_not_stored(client: Client, path: str, body: dict[str, Any]) -> None:
    response = client.post(path, body)

    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("form", ["{tag}", "W/{tag}", '"other", {tag}', '"a,b" , W/{tag}', "*"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_the_client_has_is_not_sent_again(client: Client, method: str, form: str) -> None:
    tag = client.get(READS[0]).headers["etag"]

    response = client.request(method, READS[0], headers={"if-none-match": form.format(tag=tag)})

    assert response.status_code == 304
    assert response.content == b""
    assert response.headers["etag"] == tag
    assert response.headers["cache-control"] == "public, max-age=300"
    assert response.headers["afterglow-guidance-version"] == client.app.state.services.guidance.version
    assert "content-type" not in response.headers


@pytest.mark.parametrize("form", ['"other"', "other", "", '"', "W/", '""'])
def test_what_the_client_has_not_is_sent(client: Client, form: str) -> None:
    assert client.get(READS[0], headers={"if-none-match": form}).status_code == 200


def test_a_tag_may_stand_in_any_of_several_headers(client: Client) -> None:
    tag = client.get(READS[0]).headers["etag"]

    response = client.get(READS[0], headers=[("if-none-match", '"other"'), ("if-none-match", tag)])

    assert response.status_code == 304


def test_another_document_has_another_tag(client: Client) -> None:
    assert len({client.get(path).headers["etag"] for path in READS}) == len(READS)


def test_a_tag_is_compared_whole() -> None:
    assert not matches_tag(['"abcd"'], '"abc"')
    assert not matches_tag(["*, "], '"abc"')


@pytest.mark.parametrize("given", ["a", "A-Za-z0-9._-", "x" * 128, "0b54ee5f-4f0f-4a4f-8e1e-2d0c9a3b7c61"])
def test_a_well_formed_request_id_is_kept(client: Client, given: str) -> None:
    assert client.get("/healthz", headers={"x-request-id": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "x" * 129, "a b", "a,b", "a\tb", "<script>", "é", "a/b", "a\r"])
def test_another_request_id_is_replaced(client: Client, given: str) -> None:
    response = client.get("/healthz", headers=[(b"x-request-id", given.encode())])

    assert re.fullmatch("[0-9a-f]{32}", response.headers["x-request-id"])


def test_two_request_ids_are_replaced(client: Client) -> None:
    response = client.get("/healthz", headers=[("x-request-id", "a"), ("x-request-id", "b")])

    assert re.fullmatch("[0-9a-f]{32}", response.headers["x-request-id"])


def test_every_request_without_an_id_gets_its_own(client: Client) -> None:
    assert client.get("/healthz").headers["x-request-id"] != client.get("/healthz").headers["x-request-id"]


@pytest.mark.parametrize(("path", "body"), ADVICE.items(), ids=ADVICE.keys())
def test_query_answers_as_post_and_is_announced(client: Client, path: str, body: dict[str, Any]) -> None:
    posted, queried = client.post(path, body), client.request("QUERY", path, json=body)

    assert (posted.status_code, queried.status_code) == (200, 200)
    assert posted.json() == queried.json()
    assert posted.headers["accept-query"] == queried.headers["accept-query"] == "application/json"


@pytest.mark.parametrize(
    ("path", "allow"),
    {
        "/v1/eligibility": "POST, QUERY",
        "/v1/triage": "POST, QUERY",
        "/v1/faq/search": "GET, HEAD, POST, QUERY",
        "/v1/faq": "GET, HEAD",
        "/v1/guidance/signs/bruise": "GET, HEAD",
        "/healthz": "GET, HEAD",
        "/openapi.json": "GET, HEAD",
    }.items(),
)
def test_allow_names_every_method_of_a_path(client: Client, path: str, allow: str) -> None:
    for method in ("DELETE", "PUT", "PATCH", "OPTIONS", "TRACE"):
        response = client.request(method, path)

        assert response.status_code == 405
        assert response.headers["allow"] == allow
        assert ("accept-query" in response.headers) is ("QUERY" in allow)


def test_nothing_redirects(client: Client) -> None:
    paths = {route.path for route in client.app.routes if isinstance(route, StrictRoute)} - {"/"}

    assert {client.get(f"{path}/").status_code for path in paths} == {404}


@pytest.mark.parametrize(
    ("accept", "fits"),
    {
        "application/json": True,
        "APPLICATION/JSON": True,
        "application/*": True,
        "*/*": True,
        "text/html, application/json;q=0.1": True,
        "text/html, */*;q=0.1": True,
        "application/json;profile=x": True,
        "application/json;q=0.000": False,
        "application/json;q=0, */*": False,
        "application/*;q=0, */*": False,
        "*/*;q=0": False,
        "text/*": False,
        "application/problem+json": False,
        "json": False,
        "": True,
    }.items(),
)
def test_accept_is_read_by_its_most_specific_range(client: Client, accept: str, fits: bool) -> None:
    assert client.get("/healthz", headers={"accept": accept}).status_code == (200 if fits else 406)


def test_no_accept_header_accepts_everything() -> None:
    assert preferred([], ["application/json"]) == "application/json"


def test_the_heaviest_of_several_types_is_chosen() -> None:
    offered = ["application/json", "text/calendar"]

    assert preferred(["text/calendar, application/json;q=0.5"], offered) == "text/calendar"
    assert preferred(["text/*;q=0.5", "application/json;q=0.4"], offered) == "text/calendar"
    assert preferred(["*/*"], offered) == "application/json"


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("q=botox&lang=en", "", "unknown_field"),
        ("Q=botox", "", "unknown_field"),
        ("q=botox&q=filler", "/q", "conflict"),
        ("q=botox&limit=3&limit=3", "/limit", "conflict"),
        ("limit=3", "/q", "missing"),
        ("q=", "/q", "out_of_range"),
        ("q=" + "a" * 2001, "/q", "too_long"),
        ("q=botox&limit=", "/limit", "wrong_type"),
        ("q=botox&limit=three", "/limit", "wrong_type"),
        ("q=botox&limit=3.0", "/limit", "wrong_type"),
        ("q=botox&limit=%2B3", "/limit", "wrong_type"),
        ("q=botox&limit=%D9%A3", "/limit", "wrong_type"),
        ("q=botox&limit=0", "/limit", "out_of_range"),
        ("q=botox&limit=51", "/limit", "out_of_range"),
        ("q=botox&limit=999999999", "/limit", "out_of_range"),
        ("q=botox&at=yesterday", "/at", "bad_format"),
        ("q=botox&time_zone=Mars", "/time_zone", "unknown_code"),
        ("q=%FF", "", "bad_format"),
        ("&".join(["q=botox"] * 51), "", "bad_format"),
    ],
)
def test_a_query_is_read_strictly(client: Client, query: str, pointer: str, code: str) -> None:
    response = client.get(f"/v1/faq/search?{query}")

    assert response.status_code == 422
    assert [(error["pointer"], error["code"]) for error in response.json()["errors"]] == [(pointer, code)]


@pytest.mark.parametrize("path", ["/v1/eligibility", "/v1/triage", "/v1/faq/search"])
def test_a_post_takes_no_query(client: Client, path: str) -> None:
    response = client.post(f"{path}?protocol=default", ADVICE[path])

    assert [error["code"] for error in response.json()["errors"]] == ["unknown_field"]


def test_every_answer_names_its_guidance(client: Client) -> None:
    answers = [client.post(path, body) for path, body in ADVICE.items()]
    answers += [client.get(path) for path in (*READS, *FRESH)]

    version = client.app.state.services.guidance.version
    assert {answer.json()["guidance_version"] for answer in answers} == {version}
    assert {answer.headers["afterglow-guidance-version"] for answer in answers} == {version}


def test_no_answer_holds_null(client: Client) -> None:
    answers = [client.post(path, body) for path, body in ADVICE.items()]
    answers += [client.get(path) for path in (*READS, *FRESH, "/v1/guidance/signs", "/v1/guidance/waits")]

    assert not [answer.url.path for answer in answers if "null" in re.sub(r'"(?:[^"\\]|\\.)*"', "", answer.text)]


def test_nothing_is_exported_by_default(app: FastAPI) -> None:
    assert getattr(app, "_native_telemetry").enabled() is False  # noqa: B009

"""A batch says what the single call says, item for item, and one bad item never fails another."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.api.eligibility import answer_request
from service.app import create_app
from service.settings import Settings
from tests.api.requests import ELIGIBILITY
from tests.client import Client, in_chunks
from tests.guidance.questions import requests

PATH = "/v1/eligibility/batch"
NDJSON = "application/x-ndjson"
AS_JSON = {"content-type": "application/json"}
AS_LINES = {"content-type": NDJSON}
SECRET = "zzqqxx-marked-secret-7431"
QUICK: dict[str, Any] = {
    "session": {"at": "2026-11-22T10:00:00Z", "areas": ["cheeks"], "setting": "home"},
    "treatments": [],
    "conditions": [],
    "signs": [],
    "age": 41,
}
LIMIT = 64 * 1024

Request = dict[str, Any]


def item(id: Any = "a", **changes: Any) -> dict[str, Any]:
    return {"id": id, "request": {**QUICK, **changes}}


def post_array(client: Client, raw: bytes | str) -> httpx.Response:
    return client.request("POST", PATH, content=raw, headers=AS_JSON)


def post_lines(client: Client, raw: bytes | str) -> list[Any]:
    response = client.request("POST", PATH, content=raw, headers=AS_LINES)
    assert response.status_code == 200
    assert not response.text or response.text.endswith("\n")
    return [json.loads(line) for line in response.text.splitlines()]


def padded(size: int, **changes: Any) -> bytes:
    """Return one item of that many bytes."""
    text = json.dumps(item(**changes)).encode()
    return text + b" " * (size - len(text))


def names(answers: list[Any]) -> list[Any]:
    """Return what names each answer, and the status of its problem."""
    return [
        (next(each[name] for name in ("id", "index", "line") if name in each), each.get("problem", {}).get("status"))
        for each in answers
    ]


def test_answers_come_in_the_order_and_media_type_of_the_request(client: Client) -> None:
    items = [item(str(number)) for number in (3, 1, 2)]

    array = client.post(PATH, items)
    lines = client.request("POST", PATH, content="\n".join(map(json.dumps, items)), headers=AS_LINES)

    assert (array.headers["content-type"], lines.headers["content-type"]) == ("application/json", NDJSON)
    assert [each["id"] for each in array.json()] == ["3", "1", "2"]
    assert [json.loads(line) for line in lines.text.splitlines()] == array.json()


@pytest.mark.parametrize(("headers", "body"), [(AS_JSON, [item()]), (AS_LINES, item())])
def test_a_batch_is_advice_like_any_other(client: Client, headers: dict[str, str], body: Any) -> None:
    response = client.request("POST", PATH, content=json.dumps(body), headers={**headers, "x-request-id": "mine"})

    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-request-id"] == "mine"
    assert response.headers["afterglow-guidance-version"] == client.app.state.services.guidance.version
    assert response.headers["accept-query"] == f"application/json, {NDJSON}"


@pytest.mark.parametrize("headers", [AS_JSON, AS_LINES])
def test_query_answers_like_post(client: Client, headers: dict[str, str]) -> None:
    body = json.dumps([item()]) if headers is AS_JSON else json.dumps(item())

    answers = [client.request(method, PATH, content=body, headers=headers) for method in ("POST", "QUERY")]

    assert answers[0].text == answers[1].text


@cache
def asker() -> Client:
    return Client(create_app(Settings()))


BROKEN = st.sampled_from([{}, {**QUICK, "age": "old"}, {**QUICK, "conditions": ["nothing"]}, [], "x", 3])


@settings(max_examples=30, deadline=None)
@given(asked=st.lists(st.one_of(requests(), BROKEN), min_size=1, max_size=4))
def test_each_item_agrees_with_the_single_call(asked: list[Any]) -> None:
    client = asker()
    items = [{"id": str(number), "request": each} for number, each in enumerate(asked)]

    singles = [client.post("/v1/eligibility", each) for each in asked]
    array = client.post(PATH, items).json()
    lines = post_lines(client, "\n".join(map(json.dumps, items)))

    for number, (single, *others) in enumerate(zip(singles, array, lines, strict=True)):
        for other in others:
            assert other["id"] == str(number)
            if single.status_code == 200:
                assert other["answer"] == single.json()
            else:
                del other["problem"]["request_id"]
                assert other["problem"] == {k: v for k, v in single.json().items() if k != "request_id"}


UNREADABLE: dict[str, tuple[str | bytes, int]] = {
    "no JSON": ("hello", 400),
    "an open string": ('{"id": "x', 400),
    "bad UTF-8": (b'{"id": "\xff"}', 400),
    "a byte order mark": (b"\xef\xbb\xbf" + json.dumps(item()).encode(), 400),
    "a duplicate key": ('{"id": "x", "id": "x", "request": {}}', 400),
    "NaN": ('{"id": "x", "request": NaN}', 400),
    "a deep nesting": ('{"id": ' + "[" * 900 + "]" * 900 + "}", 400),
    "two items on a line": (json.dumps(item()) + json.dumps(item()), 400),
    "no object": ("[1]", 422),
    "null": ("null", 422),
    "no id": (json.dumps({"request": QUICK}), 422),
    "an id that is a number": (json.dumps(item(3)), 422),
    "an empty id": (json.dumps(item("")), 422),
    "a long id": (json.dumps(item("x" * 129)), 422),
    "too many bytes": (json.dumps(item(colour="x" * LIMIT)), 413),
    "2 MB": (b'{"id": "' + b"x" * 2_000_000 + b'"}', 413),
}


@pytest.mark.parametrize(("raw", "status"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_line_that_cannot_be_read_is_named_by_its_number_and_the_rest_goes_on(
    client: Client, raw: str | bytes, status: int
) -> None:
    broken = raw.encode() if isinstance(raw, str) else raw
    good = json.dumps(item("good")).encode()

    answers = post_lines(client, b"\n".join([good, b"", broken, good]))

    assert names(answers) == [("good", None), (3, status), ("good", None)]
    assert answers[1].keys() == {"line", "problem"}


IN_AN_ARRAY = {name: each for name, each in UNREADABLE.items() if name not in ("an open string", "two items on a line")}


@pytest.mark.parametrize(("raw", "status"), IN_AN_ARRAY.values(), ids=IN_AN_ARRAY.keys())
def test_an_item_that_cannot_be_read_is_named_by_its_index_and_the_rest_goes_on(
    client: Client, raw: str | bytes, status: int
) -> None:
    broken = raw.encode() if isinstance(raw, str) else raw
    good = [json.dumps(item(id)).encode() for id in ("first", "last")]

    response = post_array(client, b"[" + b" , ".join([good[0], broken, good[1]]) + b"]")

    assert response.status_code == 200
    assert names(response.json()) == [("first", None), (1, status), ("last", None)]


FAULTS: dict[str, tuple[Any, str, str]] = {
    "30 February": (item(session={**QUICK["session"], "at": "2026-02-30"}), "/session/at", "bad_format"),
    "an unknown zone": (item(time_zone="Europe/Atlantis"), "/time_zone", "unknown_code"),
    "an unknown condition": (item(conditions=["nothing"]), "/conditions/0", "unknown_code"),
    "an unknown member of the request": (item(colour="red"), "", "unknown_field"),
    "an unknown member of the item": ({**item(), "colour": "red"}, "", "unknown_field"),
    "no request": ({"id": "a"}, "/request", "missing"),
    "a request that is null": ({"id": "a", "request": None}, "/request", "missing"),
    "a request that is a list": ({"id": "a", "request": []}, "", "wrong_type"),
}


@pytest.mark.parametrize(("asked", "pointer", "code"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_of_an_item_is_named_by_its_id_and_by_its_place_in_the_request(
    client: Client, asked: Any, pointer: str, code: str
) -> None:
    response = client.post(PATH, [asked, item("b")])
    answers = response.json()

    assert names(answers) == [("a", 422), ("b", None)]
    assert [(each["pointer"], each["code"]) for each in answers[0]["problem"]["errors"]] == [(pointer, code)]
    assert answers[0]["problem"]["request_id"] == response.headers["x-request-id"]
    assert post_lines(client, json.dumps(asked))[0]["problem"]["errors"] == answers[0]["problem"]["errors"]


def test_an_id_comes_back_as_it_was_sent(client: Client) -> None:
    ids = ['"\\', "é", "\u2028 \u2029 \x85", "\U0001f600", "x" * 128]

    assert [each["id"] for each in client.post(PATH, [item(id) for id in ids]).json()] == ids
    assert [each["id"] for each in post_lines(client, "\n".join(json.dumps(item(id)) for id in ids))] == ids


def test_in_an_array_the_second_item_with_an_id_is_a_problem(client: Client) -> None:
    answers = client.post(PATH, [item("a"), item("b"), item("a")]).json()

    assert names(answers) == [("a", None), ("b", None), ("a", 422)]
    assert answers[2]["problem"]["errors"][0]["code"] == "conflict"


def test_a_stream_remembers_no_ids(client: Client) -> None:
    assert names(post_lines(client, "\n".join([json.dumps(item("a"))] * 2))) == [("a", None)] * 2


REFUSED: dict[str, tuple[bytes, int, str | None]] = {
    "nothing": (b"", 400, None),
    "white space": (b" \n", 400, None),
    "an empty array": (b" [ ] ", 422, "out_of_range"),
    "an object": (json.dumps(item()).encode(), 422, "wrong_type"),
    "a string": (b'"x"', 422, "wrong_type"),
    "null": (b"null", 422, "wrong_type"),
    "10,001 items": (b"[" + b"1," * 10_000 + b"1]", 422, "too_many"),
    "no end": (b'[{"id": "a"}', 400, None),
    "no end after a comma": (b"[1,", 400, None),
    "no end of a string": (b'["a', 400, None),
    "an escape at the end": (b'["a\\', 400, None),
    "a comma too many": (b"[1,]", 400, None),
    "two commas": (b"[1,,2]", 400, None),
    "a comma first": (b"[,1]", 400, None),
    "a brace for a bracket": (b"[1}", 400, None),
    "something after it": (b"[1] 2", 400, None),
    "two arrays": (b"[1][2]", 400, None),
    "lines": (b'{"id": "a"}\n{"id": "b"}', 422, "wrong_type"),
    "a byte order mark": (b"\xef\xbb\xbf[1]", 400, None),
    "UTF-16": ("[1]".encode("utf-16"), 400, None),
    "a word": (b"hello", 400, None),
}


@pytest.mark.parametrize(("raw", "status", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_array_is_refused_as_a_whole(client: Client, raw: bytes, status: int, code: str | None) -> None:
    response = post_array(client, raw)

    assert response.status_code == status
    assert [(each["pointer"], each["code"]) for each in response.json().get("errors", ())] == (
        [("", code)] * bool(code)
    )


def test_ten_thousand_items_are_answered(client: Client) -> None:
    answers = post_array(client, b"[" + b"1," * 9_999 + b"1]").json()

    assert names(answers) == [(index, 422) for index in range(10_000)]


@pytest.mark.parametrize("size", [1, 100, 16 * 1024 - 2, 16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1, 50_000])
@pytest.mark.parametrize("filling", ["a", '\\"', "\\\\", "]", "é", "],["])
def test_an_item_is_cut_well_whatever_its_strings_hold(client: Client, size: int, filling: str) -> None:
    filling = filling * (size // len(filling.encode()))
    text = json.dumps(item("a", colour="@"), ensure_ascii=False).replace("@", filling)

    answers = post_array(client, f"[{text},{json.dumps(item('b'))}]").json()

    assert names(answers) == [("a", 422), ("b", None)]


@pytest.mark.parametrize(("size", "status"), [(16 * 1024 * 1024, 422), (16 * 1024 * 1024 + 1, 413)])
def test_an_array_may_have_16_mib(client: Client, size: int, status: int) -> None:
    body = b"[" + b" " * (size - 2) + b"]"

    in_parts = client.request("POST", PATH, content=in_chunks(body[:-1], body[-1:]), headers=AS_JSON)

    assert post_array(client, body).status_code == in_parts.status_code == status


def test_the_limits_are_settings() -> None:
    client = Client(create_app(Settings(batch_bytes=2048, line_bytes=1024)))

    assert post_array(client, b"[" + padded(2048)).status_code == 413
    assert names(client.post(PATH, [item("a"), item("b", colour="x" * 1024)]).json()) == [("a", None), (1, 413)]
    assert names(post_lines(client, padded(1025) + b"\n" + padded(1024))) == [(1, 413), ("a", None)]


@pytest.mark.parametrize("body", ["", "\n", "\r\n\n", " \t\r\n"])
def test_a_stream_without_a_line_has_an_empty_answer(client: Client, body: str) -> None:
    assert post_lines(client, body) == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", "\r\n \r\n"])
def test_lines_may_end_as_they_do_anywhere(client: Client, end: str) -> None:
    text = end.join([json.dumps(item("a")), json.dumps(item("b"))])

    assert names(post_lines(client, text)) == names(post_lines(client, text + end)) == [("a", None), ("b", None)]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_the_end_of_a_line_does_not_count(client: Client, end: bytes) -> None:
    assert names(post_lines(client, padded(LIMIT) + end)) == [("a", None)]
    assert names(post_lines(client, padded(LIMIT + 1) + end)) == [(1, 413)]


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_it_does_not_matter_how_a_stream_is_cut_on_its_way(client: Client, size: int) -> None:
    raw = b"\r\n".join([json.dumps(item("é", age=40)).encode(), b"", b"x", json.dumps(item("b")).encode()])
    chunks = [raw[start : start + size] for start in range(0, len(raw), size)]

    response = client.request("POST", PATH, content=in_chunks(*chunks), headers=AS_LINES)

    assert names([json.loads(line) for line in response.text.splitlines()]) == [("é", None), (3, 400), ("b", None)]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({**AS_JSON, "accept": NDJSON}, 406),
        ({**AS_LINES, "accept": "application/json"}, 406),
        ({**AS_LINES, "accept": "text/html"}, 406),
        ({**AS_LINES, "accept": f"{NDJSON};q=0, */*"}, 406),
        ({**AS_LINES, "accept": "application/*"}, 200),
        ({"content-type": "Application/X-NDJSON; charset=UTF-8"}, 200),
        ({"content-type": f"{NDJSON}; charset=latin-1"}, 415),
        ({"content-type": "application/jsonl"}, 415),
        ({"content-type": "text/plain"}, 415),
        ({**AS_LINES, "content-encoding": "gzip"}, 415),
        ({}, 415),
    ],
)
def test_media_types_have_to_fit(client: Client, headers: dict[str, str], status: int) -> None:
    response = client.request("POST", PATH, content=json.dumps(item()).encode(), headers=headers)

    assert response.status_code == status
    if status == 415 and "content-encoding" not in headers:
        assert response.headers["accept"] == f"application/json, {NDJSON}"


def test_a_query_is_refused(client: Client) -> None:
    response = client.request("POST", f"{PATH}?limit=3", content=json.dumps(item()), headers=AS_LINES)

    assert response.status_code == 422


@pytest.mark.parametrize("headers", [AS_JSON, AS_LINES])
def test_what_was_sent_comes_back_in_no_problem(client: Client, headers: dict[str, str]) -> None:
    items: list[Any] = [{SECRET: SECRET}, item(colour=SECRET), item(age=SECRET), [SECRET], item([SECRET]), SECRET]
    body = json.dumps(items) if headers is AS_JSON else "\n".join(map(json.dumps, items)) + f"\n{SECRET}"

    response = client.request("POST", PATH, content=body, headers=headers)

    assert response.status_code == 200
    assert SECRET not in response.text


def test_our_own_fault_in_one_item_fails_no_other(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(guidance: Any, request: Any, clinic: Any) -> Any:
        if request.age == 13:
            raise RuntimeError(SECRET)
        return answer_request(guidance, request)

    monkeypatch.setattr("service.api.batch.answer_request", failing)
    answers = client.post(PATH, [item("a"), item("b", age=13), item("c")]).json()

    assert names(answers) == [("a", None), ("b", 500), ("c", None)]
    assert SECRET not in json.dumps(answers) + caplog.text
    assert [vars(record)["error"] for record in caplog.records] == ["RuntimeError"]


def test_an_answer_in_a_batch_has_the_id_of_the_single_answer(client: Client) -> None:
    single = client.post("/v1/eligibility", ELIGIBILITY).json()

    assert client.post(PATH, [{"id": "a", "request": ELIGIBILITY}]).json()[0]["answer"] == single

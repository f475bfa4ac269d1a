"""A body is I-JSON or it is refused, with a sentence that helps and a status that fits."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.body import DEEPEST, read_json
from service.api.errors import UnreadableBody
from tests.api.requests import ELIGIBILITY
from tests.client import Client, in_chunks

SIGN = '{"sign": "bruise"}'
LIMIT = 64 * 1024


def nested(depth: int) -> str:
    return '{"text": ' + "[" * depth + "]" * depth + "}"


def padded(size: int) -> bytes:
    body = b'{"text": "my skin is red"}'
    return body + b" " * (size - len(body))


UNREADABLE: dict[str, str | bytes] = {
    "an empty body": "",
    "white space alone": " \n\t ",
    "a word": "hello",
    "a single quote for a double one": "{'text': 'red'}",
    "a trailing comma in an object": '{"text": "red",}',
    "a trailing comma in an array": '{"conditions": ["pregnancy",]}',
    "a comment": '{"text": "red"} // skin',
    "an unclosed object": '{"text": "red"',
    "an unclosed string": '{"text": "red',
    "two values": '{"text": "red"} {"text": "red"}',
    "trailing garbage": '{"text": "red"}]',
    "a key without quotes": '{text: "red"}',
    "a form": "text=red",
    "a duplicate key": '{"text": "red", "text": "blue"}',
    "a duplicate key written with an escape": '{"text": "red", "te\\u0078t": "blue"}',
    "a duplicate key that is null once": '{"text": "red", "text": null}',
    "a duplicate key inside": '{"signs": [{"sign": "bruise", "sign": "fever"}]}',
    "NaN": '{"limit": NaN}',
    "Infinity": '{"limit": Infinity}',
    "minus Infinity": '{"limit": -Infinity}',
    "1e999": '{"limit": 1e999}',
    "minus 1e999": '{"limit": -1e999}',
    "an integer beyond double range": '{"limit": 1' + "0" * 400 + "}",
    "an integer of ten thousand digits": '{"limit": ' + "9" * 10_000 + "}",
    "a leading zero": '{"limit": 03}',
    "a leading plus": '{"limit": +3}',
    "a number that ends in its point": '{"limit": 3.}',
    "a hexadecimal number": '{"limit": 0x3}',
    "digits of another script": '{"limit": ٣}',
    "a byte order mark": b"\xef\xbb\xbf" + b'{"text": "red"}',
    "UTF-16 with a mark": '{"text": "red"}'.encode("utf-16"),
    "UTF-16 without a mark": '{"text": "red"}'.encode("utf-16-le"),
    "UTF-32": '{"text": "red"}'.encode("utf-32-be"),
    "Latin-1": '{"text": "Juvéderm"}'.encode("latin-1"),
    "an overlong encoding": b'{"text": "\xc0\xaf"}',
    "a surrogate in the bytes": b'{"text": "\xed\xa0\x80"}',
    "a cut character": b'{"text": "\xf0\x9f\x98"}',
    "a lone high surrogate": '{"text": "\\ud83d"}',
    "a lone low surrogate": '{"text": "\\ude00 red"}',
    "surrogates the wrong way round": '{"text": "\\ude00\\ud83d"}',
    "a lone surrogate in a key": '{"\\ud83d": "red"}',
    "a noncharacter": '{"text": "\\uffff"}',
    "a noncharacter of another plane": '{"text": "' + chr(0x1FFFE) + '"}',
    "a raw control character": '{"text": "red\x00"}',
    "a raw line break in a string": '{"text": "red\n"}',
    "one level too many": nested(DEEPEST),
    "a nesting of 957": nested(957),
    "a nesting of 1000": nested(1000),
    "30,000 open brackets": "[" * 30_000,
    "deep objects": '{"a":' * 1000 + "1" + "}" * 1000,
    "a vertical tab between tokens": '{"text":\v"red"}',
    "a no-break space between tokens": '{"text":\u00a0"red"}',
}

INVALID: dict[str, tuple[str, str, str]] = {
    "null": ("null", "", "wrong_type"),
    "an array": ("[]", "", "wrong_type"),
    "a string": ('"red"', "", "wrong_type"),
    "a number": ("3", "", "wrong_type"),
    "true": ("true", "", "wrong_type"),
    "an empty object": ("{}", "/signs", "missing"),
    "null members alone": ('{"signs": null, "text": null}', "/signs", "missing"),
    "an empty list of signs": ('{"signs": []}', "/signs", "missing"),
    "an empty text": ('{"text": ""}', "/text", "out_of_range"),
    "a number for a text": ('{"text": 3}', "/text", "wrong_type"),
    "a text too long": (json.dumps({"text": "a" * 2001}), "/text", "too_long"),
    "an object for an array": ('{"signs": {}}', "/signs", "wrong_type"),
    "a string for an array": ('{"signs": "bruise"}', "/signs", "wrong_type"),
    "null in an array of objects": (f'{{"signs": [{SIGN}, null]}}', "/signs/1", "wrong_type"),
    "null in an array of codes": ('{"text": "red", "conditions": [null]}', "/conditions/0", "wrong_type"),
    "a sign without its code": ('{"signs": [{"severity": "mild"}]}', "/signs/0/sign", "missing"),
    "a sign whose code is null": ('{"signs": [{"sign": null}]}', "/signs/0/sign", "missing"),
    "an unknown sign": ('{"signs": [{"sign": "bruse"}]}', "/signs/0/sign", "unknown_code"),
    "a sign in capitals": ('{"signs": [{"sign": "BRUISE"}]}', "/signs/0/sign", "unknown_code"),
    "an unknown severity": ('{"signs": [{"sign": "bruise", "severity": "bad"}]}', "/signs/0/severity", "unknown_code"),
    "a number for a severity": ('{"signs": [{"sign": "bruise", "severity": 2}]}', "/signs/0/severity", "unknown_code"),
    "an unknown trend": ('{"signs": [{"sign": "bruise", "trend": "up"}]}', "/signs/0/trend", "unknown_code"),
    "a status that only reading gives": (
        '{"signs": [{"sign": "bruise", "status": "hypothetical"}]}',
        "/signs/0/status",
        "unknown_code",
    ),
    "an unknown onset": ('{"signs": [{"sign": "bruise", "onset": "slow"}]}', "/signs/0/onset", "unknown_code"),
    "an unknown place": ('{"signs": [{"sign": "bruise", "areas": ["ear"]}]}', "/signs/0/areas/0", "unknown_code"),
    "1 for true": ('{"signs": [{"sign": "bruise", "spreading": 1}]}', "/signs/0/spreading", "wrong_type"),
    "a string for true": ('{"signs": [{"sign": "bruise", "spreading": "true"}]}', "/signs/0/spreading", "wrong_type"),
    "an unknown field": ('{"text": "red", "condtions": []}', "", "unknown_field"),
    "an unknown field inside": ('{"signs": [{"sign": "bruise", "since": 3}]}', "/signs/0", "unknown_field"),
    "an unknown condition": ('{"text": "red", "conditions": ["pregnnt"]}', "/conditions/0", "unknown_code"),
    "an unknown treatment": (
        '{"text": "red", "treatments": [{"treatment": "filer"}]}',
        "/treatments/0/treatment",
        "unknown_code",
    ),
    "an unknown product": (
        '{"text": "red", "treatments": [{"product": "Snake oil"}]}',
        "/treatments/0/product",
        "unknown_code",
    ),
    "a treatment without a name": ('{"text": "red", "treatments": [{"at": "2026-11-20"}]}', "/treatments/0", "missing"),
    "a treatment and a product that disagree": (
        '{"text": "red", "treatments": [{"treatment": "botulinum_toxin", "product": "Juvederm"}]}',
        "/treatments/0",
        "conflict",
    ),
    "an unknown area of a treatment": (
        '{"text": "red", "treatments": [{"product": "Botox", "areas": ["whole_face"]}]}',
        "/treatments/0/areas/0",
        "unknown_code",
    ),
    "an unknown protocol": ('{"text": "red", "protocol": "mine"}', "/protocol", "unknown_code"),
    "an unknown time zone": ('{"text": "red", "time_zone": "Europe/Londn"}', "/time_zone", "unknown_code"),
    "a path for a time zone": ('{"text": "red", "time_zone": "../../etc/passwd"}', "/time_zone", "unknown_code"),
    "a country that is none of ISO 3166-1": ('{"text": "red", "country": "UK"}', "/country", "unknown_code"),
    "a country in small letters": ('{"text": "red", "country": "gb"}', "/country", "unknown_code"),
    "a time without an offset": ('{"text": "red", "at": "2026-11-22T10:00:00"}', "/at", "bad_format"),
    "a bare date for the moment": ('{"text": "red", "at": "2026-11-22"}', "/at", "bad_format"),
    "30 February": ('{"text": "red", "last_session_at": "2026-02-30"}', "/last_session_at", "bad_format"),
    "a leap second": ('{"text": "red", "at": "2026-06-30T23:59:60Z"}', "/at", "bad_format"),
    "a Unix time": ('{"text": "red", "at": 1795341600}', "/at", "wrong_type"),
    "1899": ('{"text": "red", "last_session_at": "1899-12-31"}', "/last_session_at", "out_of_range"),
    "2201": ('{"text": "red", "at": "2201-01-01T00:00:00Z"}', "/at", "out_of_range"),
    "41 signs": (f'{{"signs": [{", ".join([SIGN] * 41)}]}}', "/signs", "too_many"),
    "61 conditions": (json.dumps({"text": "red", "conditions": ["fever"] * 61}), "/conditions", "too_many"),
    "21 treatments": (
        json.dumps({"text": "red", "treatments": [{"product": "Botox"}] * 21}),
        "/treatments",
        "too_many",
    ),
    "a code of 81 characters": (json.dumps({"signs": [{"sign": "a" * 81}]}), "/signs/0/sign", "too_long"),
}

READABLE: dict[str, str | bytes] = {
    "null members": '{"text": "red skin", "conditions": null, "at": null, "signs": null}',
    "white space around": ' \r\n\t{"text": "red skin"}\n ',
    "a surrogate pair": '{"text": "red skin \\ud83d\\ude00"}',
    "an emoji": '{"text": "red skin 😀"}',
    "an escaped backslash before a u": '{"text": "red skin \\\\ud83d"}',
    "brackets in a string": json.dumps({"text": "red skin " + "[{" * 100}),
    "quotes and brackets in a string": json.dumps({"text": 'red skin "[" ' + '\\"[' * 50}),
    "forty signs": f'{{"signs": [{", ".join([SIGN] * 40)}]}}',
    "2,000 characters of text": json.dumps({"text": "😀" * 1991 + " red skin"}, ensure_ascii=False).encode(),
    "64 KiB exactly": padded(LIMIT),
    "the first day of 1900": '{"text": "red skin", "last_session_at": "1900-01-01"}',
    "a moment in 2200": '{"text": "red skin", "at": "2200-12-31T23:59:59Z"}',
}


def post(client: Client, body: str | bytes, **headers: str) -> Any:
    return client.request("POST", "/v1/triage", content=body, headers={"content-type": "application/json", **headers})


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_no_json_text_is_unreadable(client: Client, body: str | bytes) -> None:
    response = post(client, body)

    assert response.status_code == 400
    assert response.json()["type"] == "/v1/problems/unreadable"
    assert "errors" not in response.json()


@pytest.mark.parametrize("path", ["/v1/eligibility", "/v1/eligibility/slots", "/v1/triage/parse", "/v1/faq/search"])
@pytest.mark.parametrize("method", ["POST", "QUERY"])
def test_it_is_unreadable_wherever_it_is_sent(client: Client, path: str, method: str) -> None:
    headers = {"content-type": "application/json"}

    statuses = {
        name: client.request(method, path, content=body, headers=headers).status_code
        for name, body in UNREADABLE.items()
    }

    assert statuses == dict.fromkeys(UNREADABLE, 400)


def test_in_a_batch_it_is_unreadable_by_itself(client: Client) -> None:
    good = json.dumps({"id": "good", "request": ELIGIBILITY}).encode()
    bad = {name: body.encode() if isinstance(body, str) else body for name, body in UNREADABLE.items()}
    bad = {name: body for name, body in bad.items() if body.strip() and b"\n" not in body}
    lines = b"\n".join(line for body in bad.values() for line in (body, good))

    answers = client.request(
        "POST", "/v1/eligibility/batch", content=lines, headers={"content-type": "application/x-ndjson"}
    )

    statuses = [json.loads(line).get("problem", {}).get("status") for line in answers.text.splitlines()]
    assert statuses == [400, None] * len(bad)


def test_an_empty_body_is_said_to_be_empty_whatever_its_type(client: Client) -> None:
    response = client.request("POST", "/v1/triage")

    assert response.status_code == 400
    assert response.json()["detail"] == "The body is empty; send a JSON text."


@pytest.mark.parametrize(("body", "pointer", "code"), INVALID.values(), ids=INVALID.keys())
def test_what_does_not_fit_is_named_by_place_and_code(client: Client, body: str, pointer: str, code: str) -> None:
    response = post(client, body)

    assert response.status_code == 422
    assert [(error["pointer"], error["code"]) for error in response.json()["errors"]] == [(pointer, code)]
    assert all(error["detail"] for error in response.json()["errors"])


@pytest.mark.parametrize("body", READABLE.values(), ids=READABLE.keys())
def test_what_is_i_json_is_read(client: Client, body: str | bytes) -> None:
    assert post(client, body).status_code == 200


LIMITS = {
    "3": 200,
    "3.0": 200,
    "3e0": 200,
    "50": 200,
    "true": 422,
    '"3"': 422,
    "3.5": 422,
    "0": 422,
    "51": 422,
}


@pytest.mark.parametrize(("limit", "status"), LIMITS.items())
def test_three_point_zero_is_an_integer_and_true_is_none(client: Client, limit: str, status: int) -> None:
    body = f'{{"q": "how long after botox", "limit": {limit}}}'

    response = client.request("POST", "/v1/faq/search", content=body, headers={"content-type": "application/json"})

    assert response.status_code == status


@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/jsonx",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16",
        "text/json",
        "*/*",
        "",
    ],
)
def test_another_media_type_is_unsupported(client: Client, media_type: str) -> None:
    response = client.request(
        "POST", "/v1/triage", content='{"text": "red skin"}', headers={"content-type": media_type}
    )

    assert response.status_code == 415
    assert response.headers["accept"] == "application/json"


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/json; profile=x",
        "application/vnd.clinic+json",
    ],
)
def test_every_spelling_of_json_is_supported(client: Client, media_type: str) -> None:
    response = client.request(
        "POST", "/v1/triage", content='{"text": "red skin"}', headers={"content-type": media_type}
    )

    assert response.status_code == 200


def test_a_missing_media_type_is_unsupported(client: Client) -> None:
    assert client.request("POST", "/v1/triage", content='{"text": "red skin"}').status_code == 415


def test_two_media_types_are_unsupported(client: Client) -> None:
    headers = [("content-type", "application/json"), ("content-type", "text/plain")]

    response = client.request("POST", "/v1/triage", content='{"text": "red skin"}', headers=headers)

    assert response.status_code == 415


def test_a_compressed_body_is_unsupported(client: Client) -> None:
    response = post(client, '{"text": "red skin"}', **{"content-encoding": "gzip"})

    assert response.status_code == 415
    assert response.headers["accept-encoding"] == "identity"


def test_a_byte_above_the_limit_is_too_large(client: Client) -> None:
    response = post(client, padded(LIMIT + 1))

    assert response.status_code == 413
    assert str(LIMIT) in response.json()["detail"]


def test_chunks_above_the_limit_are_too_large(client: Client) -> None:
    body = in_chunks(padded(LIMIT), b" ")

    response = client.request("POST", "/v1/triage", content=body, headers={"content-type": "application/json"})

    assert response.status_code == 413


def test_chunks_within_the_limit_are_read(client: Client) -> None:
    body = in_chunks(b'{"text"', b': "red ', b"", b'skin"}')

    response = client.request("POST", "/v1/triage", content=body, headers={"content-type": "application/json"})

    assert response.status_code == 200


def test_at_most_twenty_errors_are_named(client: Client) -> None:
    body = {"signs": [{"sign": f"nothing_{number}", "areas": ["nowhere"]} for number in range(40)]}

    assert len(client.post("/v1/triage", body).json()["errors"]) == 20


def test_at_most_twenty_unknown_fields_are_named(client: Client) -> None:
    body = {"text": "red"} | {f"field_{number}": number for number in range(3000)}

    assert len(client.post("/v1/triage", body).json()["errors"]) == 20


def test_an_unknown_field_lists_the_names_that_are_known(client: Client) -> None:
    error = client.post("/v1/triage", {"text": "red", "sgns": []}).json()["errors"][0]

    assert error["pointer"] == ""
    assert "signs, text, treatments" in error["detail"]


def test_an_unknown_code_names_the_closest_that_are_known(client: Client) -> None:
    error = client.post("/v1/triage", {"signs": [{"sign": "skin_blanchng"}]}).json()["errors"][0]

    assert "'skin_blanching'" in error["detail"]


def test_every_fault_is_named_at_once(client: Client) -> None:
    body = {
        "signs": [{"sign": "bruse", "onset": "slow"}],
        "treatments": [{"product": "Snake oil", "areas": ["ear"]}],
        "conditions": ["pregnnt"],
        "protocol": "mine",
    }

    pointers = {error["pointer"] for error in client.post("/v1/triage", body).json()["errors"]}

    assert pointers == {
        "/signs/0/sign",
        "/signs/0/onset",
        "/treatments/0/areas/0",
        "/treatments/0/product",
        "/conditions/0",
        "/protocol",
    }


VALUES = st.recursive(
    st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs", "Cn"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('abc[]{}"\\', max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(value=VALUES, escaped=st.booleans())
def test_every_i_json_value_is_read_as_it_is(value: Any, escaped: bool) -> None:
    text = json.dumps(value, ensure_ascii=escaped)

    assert read_json(text.encode()) == value


@given(raw=st.binary(max_size=200))
def test_no_bytes_raise_anything_but_a_refusal(raw: bytes) -> None:
    with suppress(UnreadableBody):
        read_json(raw)

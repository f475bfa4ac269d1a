"""The description of the API: what is written is what is served, and a client can be generated from it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.api.document import operations_of
from service.api.examples import REQUEST_ID, all_examples
from service.api.schemas import tidied
from tests.client import Client

WRITTEN = Path(__file__).parents[2] / "openapi" / "openapi.json"
COMMAND = "run 'afterglow openapi' (or 'make openapi') and commit openapi/openapi.json"
PROBLEMS_OF_EVERYTHING = {"400", "401", "406", "408", "422", "429", "431", "500", "503"}
PROBLEMS_OF_A_BODY = {"413", "415"}


@pytest.fixture(scope="module")
def document(app: Any) -> Any:
    return Client(app).get("/openapi.json").json()


def inside(value: Any) -> Iterator[Any]:
    yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from inside(each)


def test_the_written_description_is_the_one_that_is_served(client: Client) -> None:
    written = WRITTEN.read_text(encoding="utf-8") if WRITTEN.exists() else ""

    assert written == client.get("/openapi.json").text, COMMAND


def test_the_written_description_is_sorted_and_ends_with_a_newline(client: Client) -> None:
    text = client.get("/openapi.json").text

    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def test_it_says_what_it_is(document: Any) -> None:
    assert document["openapi"].startswith("3.1.")
    assert document["info"]["license"]["identifier"] == "Apache-2.0"
    assert re.fullmatch(r"\d+\.\d+\.\d+", document["info"]["version"])


def test_every_operation_has_a_name_a_summary_a_description_and_a_tag(document: Any) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    names = [operation["operationId"] for _, _, operation in operations_of(document)]

    assert len(names) == len(set(names))
    for _, _, operation in operations_of(document):
        assert re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", operation["operationId"])
        assert operation["summary"]
        assert operation["description"]
        assert set(operation["tags"]) <= tags


def test_no_operation_has_a_tag_twice(document: Any) -> None:
    for path, _, operation in operations_of(document):
        assert len(operation["tags"]) == 1, path


def test_no_schema_is_a_choice(document: Any) -> None:
    """Generated Kotlin, Swift and Dart have no usable type for one: an empty class, or that of one choice only."""
    for each in inside(document["components"]["schemas"]):
        assert not isinstance(each, dict) or not each.keys() & {"anyOf", "oneOf", "allOf", "discriminator"}


def test_no_schema_is_named_as_a_language_names_something_of_its_own(document: Any) -> None:
    """A generator would rename it, in one language and not in the others."""
    taken = {"Any", "Data", "Date", "Enum", "Error", "File", "Map", "Object", "Protocol", "Result", "Set", "Source"}

    assert document["components"]["schemas"].keys() & {*taken, "String", "Type", "Unit"} == set()


def test_the_operations_of_the_contract_are_there(document: Any) -> None:
    names = {operation["operationId"] for _, _, operation in operations_of(document)}

    assert names >= {
        "checkEligibility",
        "checkSlots",
        "checkBatch",
        "triageReaction",
        "parseReaction",
        "searchFaq",
        "searchFaqPost",
        "listFaq",
        "getFaqEntry",
        "getGuidance",
        "listTreatments",
        "getTreatment",
        "listEmergencyNumbers",
        "getHealth",
        "getReadiness",
        "getVersion",
    }


def test_every_request_and_answer_has_an_example(document: Any) -> None:
    for path, method, operation in operations_of(document):
        answer = operation["responses"]["200"]["content"]["application/json"]
        assert answer["examples"], f"{method} {path}"
        if method == "post":
            request = operation["requestBody"]["content"]["application/json"]
            assert request["examples"].keys() == answer["examples"].keys()
        for parameter in operation.get("parameters", ()):
            assert "example" in parameter or not parameter["required"]


def test_every_example_is_a_real_answer(client: Client, document: Any) -> None:
    for path, method, operation in operations_of(document):
        if method == "post":
            answers = operation["responses"]["200"]["content"]["application/json"]["examples"]
            for name, request in operation["requestBody"]["content"]["application/json"]["examples"].items():
                assert client.post(path, request["value"]).json() == answers[name]["value"]


def test_a_stream_has_examples_that_are_real(client: Client, document: Any) -> None:
    operation = document["paths"]["/v1/eligibility/batch"]["post"]
    lines = "application/x-ndjson"
    requests, answers = (
        holder["content"][lines]["examples"] for holder in (operation["requestBody"], operation["responses"]["200"])
    )

    assert requests.keys() == answers.keys()
    for name, example in requests.items():
        headers = {"content-type": lines, "x-request-id": REQUEST_ID}
        response = client.request("POST", "/v1/eligibility/batch", content=example["value"], headers=headers)
        assert response.text == answers[name]["value"]


def test_no_example_of_an_answer_goes_unasked(document: Any) -> None:
    """The two tests above ask what is answered in JSON and as a stream, ``test_calendar.py`` the file."""
    forms = {
        form
        for _, _, operation in operations_of(document)
        for form, content in operation["responses"]["200"]["content"].items()
        if content.get("examples")
    }

    assert forms == {"application/json", "application/x-ndjson", "text/calendar"}
    for path, method, operation in operations_of(document):
        names = {example.name for example in all_examples() if example.operation == operation["operationId"]}
        shown = operation["responses"]["200"]["content"].values()
        assert names == {name for content in shown for name in content.get("examples", {})}, f"{method} {path}"


REFUSED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "unreadable": ("POST", "/v1/eligibility", {"content": b"{", "headers": {"content-type": "application/json"}}),
    "not_found": ("GET", "/v1/faq/", {}),
    "not_acceptable": ("GET", "/v1/faq", {"headers": {"accept": "text/html"}}),
    "too_large": ("POST", "/v1/triage", {"content": b" " * 70_000, "headers": {"content-type": "application/json"}}),
    "unsupported_media_type": ("POST", "/v1/triage", {"content": b"{}", "headers": {"content-type": "text/plain"}}),
    "invalid_input": (
        "POST",
        "/v1/eligibility",
        {"json": {"session": {"at": "2026-11-22", "setting": "home"}, "treatments": [{"product": "Botox", "at": "?"}]}},
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_an_example_of_a_refusal_is_a_real_one(client: Client, document: Any, kind: str) -> None:
    method, path, sent = REFUSED[kind]
    content = document["components"]["responses"][kind]["content"]["application/problem+json"]
    shown = content["examples"][kind]["value"]
    sent = {**sent, "headers": {**sent.get("headers", {}), "x-request-id": REQUEST_ID}}

    answer = client.request(method, path, **sent).json()

    assert answer["detail"]
    assert {**answer, "detail": shown["detail"]} == shown, (
        "all but the sentence, which can say more than that of its kind"
    )


def test_every_error_is_described(document: Any) -> None:
    for path, method, operation in operations_of(document):
        expected = PROBLEMS_OF_EVERYTHING | (PROBLEMS_OF_A_BODY if method == "post" else set())
        expected |= {"404"} if "{" in path else set()
        assert set(operation["responses"]) - {"200", "304"} == expected
    for response in document["components"]["responses"].values():
        content = response["content"]["application/problem+json"]
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert content["examples"]


def test_null_is_offered_nowhere(document: Any) -> None:
    assert {"type": "null"} not in list(inside(document["components"]["schemas"]))
    assert not [each for each in inside(document) if isinstance(each, dict) and each.get("default", 0) is None]


def schemas_in(value: Any, key: str = "") -> Iterator[dict[str, Any]]:
    """Yield every schema of JSON, and what it holds; no example, and neither stream nor file."""
    if isinstance(value, dict):
        if isinstance(value.get("type"), str):
            yield value
        for name, each in value.items():
            if name not in ("examples", "example", "default", "application/x-ndjson", "text/calendar"):
                yield from schemas_in(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from schemas_in(each, key)


def test_every_number_and_string_has_a_format_or_bounds(document: Any) -> None:
    for schema in schemas_in({key: document[key] for key in ("paths", "components")}):
        if schema["type"] in ("integer", "number"):
            assert schema.keys() >= {"minimum", "maximum"}, schema
            assert "format" in schema, schema
        if schema["type"] == "string":
            assert schema.keys() & {"maxLength", "enum", "const", "format", "pattern"}, schema


def breaches(schema: Any, value: Any, document: Any, place: str = "") -> Iterator[str]:
    """Yield where *value* is not what *schema* promises of it."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for key in ("anyOf", "oneOf"):
        if key in schema and all(list(breaches(each, value, document)) for each in schema[key]):
            yield f"{place}: none of {key}"
    types: dict[str, Any] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
    }
    if "type" in schema and not isinstance(value, types[schema["type"]]):
        yield f"{place}: no {schema['type']}"
    elif isinstance(value, str):
        if len(value) > schema.get("maxLength", len(value)):
            yield f"{place}: {len(value)} characters"
        if not re.search(schema.get("pattern", ""), value) or value not in schema.get("enum", [value]):
            yield f"{place}: {value}"
    elif isinstance(value, int | float):
        if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            yield f"{place}: {value}"
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from breaches(schema.get("items", {}), each, document, f"{place}/{index}")
    elif isinstance(value, dict):
        yield from (f"{place}/{name}: missing" for name in schema.get("required", ()) if name not in value)
        for name, each in value.items():
            more = schema.get("additionalProperties", {})
            described = schema.get("properties", {}).get(name, more if isinstance(more, dict) else {})
            yield from breaches(described, each, document, f"{place}/{name}")


def test_every_answer_keeps_what_its_schema_promises(client: Client, document: Any) -> None:
    for path, _, operation in operations_of(document):
        content = operation["responses"]["200"]["content"]["application/json"]
        for example in content["examples"].values():
            assert not list(breaches(content["schema"], example["value"], document)), path
        if path.startswith("/v1/") and "{" not in path and not operation.get("requestBody") and "search" not in path:
            answer = client.get(path).json()
            assert not list(breaches(content["schema"], answer, document)), path


def test_every_example_of_a_read_is_a_real_answer(client: Client, document: Any) -> None:
    operations = {operation["operationId"]: operation for _, _, operation in operations_of(document)}
    for example in all_examples():
        if example.body is None and example.accept == "application/json":
            answer = client.get(example.path).json()
            shown = operations[example.operation]["responses"]["200"]["content"]["application/json"]["examples"]
            items = {"items": answer["items"][:1]} if "items" in answer else {}
            assert shown[example.name]["value"] == {**answer, **items}


def test_every_reference_leads_somewhere(document: Any) -> None:
    for each in inside(document):
        if isinstance(each, dict) and isinstance(each.get("$ref"), str):
            kind, name = each["$ref"].removeprefix("#/components/").split("/")
            assert name in document["components"][kind]


def test_the_limits_of_the_contract_are_stated(document: Any) -> None:
    triage = document["components"]["schemas"]["TriageRequest"]["properties"]
    limit = document["components"]["schemas"]["FaqSearchRequest"]["properties"]["limit"]

    slots = document["components"]["schemas"]["SlotsRequest"]["properties"]["slots"]
    batch = document["paths"]["/v1/eligibility/batch"]["post"]

    assert (slots["minItems"], slots["maxItems"]) == (1, 500)
    array = batch["requestBody"]["content"]["application/json"]["schema"]
    assert (array["minItems"], array["maxItems"]) == (1, 10_000)
    assert "16 MiB" in batch["description"]
    assert triage["signs"]["maxItems"] == 40
    assert triage["treatments"]["maxItems"] == 20
    assert triage["conditions"]["maxItems"] == 60
    assert triage["text"]["maxLength"] == 2000
    assert (limit["minimum"], limit["maximum"]) == (1, 50)
    assert "64 KiB" in document["info"]["description"]


def test_requests_are_closed_and_answers_may_grow(document: Any) -> None:
    schemas = document["components"]["schemas"]

    assert schemas["TriageRequest"]["additionalProperties"] is False
    assert schemas["SignRequest"]["additionalProperties"] is False
    assert "additionalProperties" not in schemas["TriageResponse"]
    assert "additionalProperties" not in schemas["Problem"]


def test_only_the_lists_of_decisions_and_levels_are_closed_in_answers(document: Any) -> None:
    schemas = document["components"]["schemas"]

    assert len(schemas["Decision"]["enum"]) == 5
    assert len(schemas["Level"]["enum"]) == 4
    assert "enum" not in schemas["Status"]
    assert "enum" not in schemas["TriageResponse"]["properties"]["microcurrent"]


def test_what_can_be_absent_is_not_required() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "B"}},
        "required": ["a", "b"],
    }

    assert tidied(schema)["required"] == ["a"]
    assert tidied(schema)["properties"]["b"] == {"type": "string"}


def test_a_property_may_be_called_title_or_default() -> None:
    schema = {"type": "object", "properties": {"title": {"type": "string"}, "default": {"type": "string"}}}

    assert tidied(schema)["properties"].keys() == {"title", "default"}

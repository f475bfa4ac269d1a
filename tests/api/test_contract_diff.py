"""Which changes of the description break a client, and which do not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from service.cli import main
from service.contract import changes_between

OPENAPI = Path(__file__).parents[2] / "openapi"
WRITTEN = OPENAPI / "openapi.json"

DOCUMENT: Any = {
    "openapi": "3.1.0",
    "paths": {
        "/ask": {
            "post": {
                "operationId": "ask",
                "parameters": [
                    {"name": "limit", "in": "query", "required": False, "schema": {"type": "integer", "maximum": 50}}
                ],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Question"}}},
                },
                "responses": {
                    "200": {
                        "headers": {"ETag": {}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}},
                    }
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Question": {
                "type": "object",
                "properties": {
                    "text": {"type": "string", "maxLength": 200},
                    "setting": {"type": "string", "enum": ["home", "salon"]},
                    "inside": {"$ref": "#/components/schemas/Question"},
                },
                "required": ["text"],
            },
            "Answer": {
                "type": "object",
                "properties": {
                    "level": {"type": "string", "enum": ["now", "later"]},
                    "sign": {"type": "string", "x-extensible-enum": ["redness"]},
                    "hours": {"type": "integer", "maximum": 100},
                    "when": {"anyOf": [{"type": "string", "format": "date"}, {"type": "integer"}]},
                },
                "required": ["level"],
            },
        }
    },
}
ASK = ("paths", "/ask", "post")
QUESTION = ("components", "schemas", "Question")
ANSWER = ("components", "schemas", "Answer")
SCHEMA = "schema"


def put(*path: Any) -> Callable[[Any], None]:
    """Make a change: the last of *path* takes the place that the others lead to."""

    def change(document: Any) -> None:
        *way, last, value = path
        for step in way:
            document = document[step]
        document[last] = value

    return change


def drop(*path: Any) -> Callable[[Any], None]:
    """Make a change: what *path* leads to goes."""

    def change(document: Any) -> None:
        *way, last = path
        for step in way:
            document = document[step]
        del document[last]

    return change


LIMIT = (*ASK, "parameters", 0)
BREAKING = {
    "an operation is removed": drop("paths", "/ask"),
    "an operation gets another name": put(*ASK, "operationId", "enquire"),
    "a parameter is removed": drop(*LIMIT),
    "a parameter is renamed": put(*LIMIT, "name", "most"),
    "a parameter is made required": put(*LIMIT, "required", True),
    "a required parameter is added": put(
        *ASK,
        "parameters",
        [DOCUMENT["paths"]["/ask"]["post"]["parameters"][0], {"name": "q", "in": "query", "required": True}],
    ),
    "a parameter changes its type": put(*LIMIT, SCHEMA, {"type": "string"}),
    "a parameter gets a tighter bound": put(*LIMIT, SCHEMA, "maximum", 10),
    "a parameter gets a new rule": put(*LIMIT, SCHEMA, "minimum", 1),
    "a member of a request is removed": drop(*QUESTION, "properties", "setting"),
    "a member of a request is made required": put(*QUESTION, "required", ["text", "setting"]),
    "a member of a request is shortened": put(*QUESTION, "properties", "text", "maxLength", 100),
    "a member of a request gets a pattern": put(*QUESTION, "properties", "text", "pattern", "^a"),
    "a value of a request is removed": put(*QUESTION, "properties", "setting", "enum", ["home"]),
    "a request is closed": put(*QUESTION, "additionalProperties", False),
    "a field of an answer is removed": drop(*ANSWER, "properties", "hours"),
    "a field of an answer changes its type": put(*ANSWER, "properties", "hours", {"type": "string"}),
    "a field of an answer changes its format": put(*ANSWER, "properties", "when", "anyOf", 0, "format", "date-time"),
    "a field of an answer may be absent": put(*ANSWER, "required", []),
    "a value of a closed list is added": put(*ANSWER, "properties", "level", "enum", ["now", "later", "soon"]),
    "a value of a closed list is removed": put(*ANSWER, "properties", "level", "enum", ["now"]),
    "a value of an open list is removed": put(*ANSWER, "properties", "sign", "x-extensible-enum", ["bruise"]),
    "an answer can be something else": put(
        *ANSWER,
        "properties",
        "when",
        "anyOf",
        [*DOCUMENT["components"]["schemas"]["Answer"]["properties"]["when"]["anyOf"], {"type": "boolean"}],
    ),
    "a header is removed": drop(*ASK, "responses", "200", "headers", "ETag"),
    "a media type is removed": put(*ASK, "responses", "200", "content", {}),
    "a key is asked for": put("security", [{"key": []}]),
}
HARMLESS = {
    "an operation is added": put("paths", "/tell", {"get": {"operationId": "tell", "responses": {}}}),
    "an optional parameter is added": put(
        *ASK, "parameters", [DOCUMENT["paths"]["/ask"]["post"]["parameters"][0], {"name": "q", "in": "query"}]
    ),
    "a parameter gets a wider bound": put(*LIMIT, SCHEMA, "maximum", 100),
    "an optional member of a request is added": put(*QUESTION, "properties", "age", {"type": "integer"}),
    "a value of a request is added": put(*QUESTION, "properties", "setting", "enum", ["home", "salon", "spa"]),
    "a field of an answer is added": put(*ANSWER, "properties", "why", {"type": "string"}),
    "a value of an open list is added": put(*ANSWER, "properties", "sign", "x-extensible-enum", ["redness", "bruise"]),
    "an answer gets a bound": put(*ANSWER, "properties", "hours", "minimum", 0),
    "a header is added": put(*ASK, "responses", "200", "headers", "Age", {}),
    "an error is described": put(*ASK, "responses", "422", {}),
}


def changed(change: Callable[[Any], None]) -> Any:
    """Return the document with one change."""
    document = deepcopy(DOCUMENT)
    change(document)
    return document


@pytest.mark.parametrize("change", BREAKING.values(), ids=BREAKING)
def test_it_breaks(change: Callable[[Any], None]) -> None:
    assert not changes_between(DOCUMENT, changed(change))[0].is_harmless


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_it_is_harmless(change: Callable[[Any], None]) -> None:
    found = changes_between(DOCUMENT, changed(change))

    assert found
    assert all(each.is_harmless for each in found)


def test_words_and_examples_are_no_change() -> None:
    words = changed(put(*ASK, "description", "Anew."))

    assert changes_between(DOCUMENT, words) == []


def test_what_is_used_twice_is_said_once() -> None:
    twice = deepcopy(DOCUMENT)
    twice["paths"]["/again"] = deepcopy(twice["paths"]["/ask"])
    later = deepcopy(twice)
    drop(*QUESTION, "properties", "setting")(later)

    assert [str(each) for each in changes_between(twice, later)] == ["breaking  Question (request)/setting: removed"]


def test_the_command_says_what_changed_and_fails_where_that_breaks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps(DOCUMENT), encoding="utf-8")
    new.write_text(json.dumps(changed(BREAKING["a field of an answer is removed"])), encoding="utf-8")

    assert main(["contract-diff", str(old), str(old)]) == 0
    assert main(["contract-diff", str(old), str(new)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "0 breaking, 0 harmless.",
        "breaking  Answer (answer)/hours: removed",
        "1 breaking, 0 harmless.",
    ]


def test_the_command_names_a_file_that_is_no_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["contract-diff", str(tmp_path / "none.json"), str(WRITTEN)])

    assert stopped.value.code == 2
    assert "is no OpenAPI document" in capsys.readouterr().err


def last_released() -> Path:
    """Return the document of the highest version that was released."""
    return max((OPENAPI / "released").glob("*.json"), key=lambda file: tuple(map(int, re.findall(r"\d+", file.stem))))


def test_nothing_breaks_what_was_released() -> None:
    released, written = (json.loads(file.read_text("utf-8")) for file in (last_released(), WRITTEN))

    breaks = [str(change) for change in changes_between(released, written) if not change.is_harmless]

    assert not breaks, "\n".join(breaks)


def test_a_released_document_is_named_by_its_version() -> None:
    for file in (OPENAPI / "released").glob("*.json"):
        assert json.loads(file.read_text("utf-8"))["info"]["version"] == file.stem

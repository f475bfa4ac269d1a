"""Put the schemas that pydantic makes into the form that generated clients need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_NAMED = ("properties", "$defs", "schemas", "paths")
_SPELLED = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}
"""Limits of a number that a validator of ours stands before: pydantic leaves them in its own spelling."""
NULL = {"type": "null"}
CLOSED = ("Decision", "Level")
INT32 = {"format": "int32", "minimum": 0, "maximum": 2**31 - 1}
EXACT = {"format": "int64", "minimum": 0, "maximum": 2**53 - 1}
"""As far as every reader of JSON counts exactly (RFC 7493)."""
_NUMBERS: Mapping[str, Mapping[str, Any]] = {
    "status": {"format": "int32", "minimum": 100, "maximum": 599},
    "line": EXACT,
    "index": EXACT,
}
_STRINGS: Mapping[str, Mapping[str, Any]] = {
    "decision_id": {"pattern": "^[0-9a-f]{64}$", "maxLength": 64},
    "guidance_version": {"maxLength": 200},
    "id": {"maxLength": 200},
    "phone": {"maxLength": 40},
    "pointer": {"maxLength": 200},
    "request_id": {"pattern": "^[A-Za-z0-9._-]{1,128}$", "maxLength": 128},
    "rule": {"maxLength": 200},
    "url": {"format": "uri", "maxLength": 2000},
}
CODE = {"maxLength": 80}
TEXT = {"maxLength": 20_000}
"""The longest text of an answer, a sentence or a paragraph; far more than any has."""
_OF_JSON = ("application/json", "application/problem+json")
_LIMITS = {"maxLength", "enum", "const", "format", "pattern"}


def tidied(schema: Any, named: bool = False) -> Any:
    """
    Return a schema without null variants, null defaults, and the titles that pydantic makes of field names.

    What does not apply is absent, never null; a client that is generated from ``X | null`` would not know that.

    Args:
        named: Whether the keys of *schema* are names that somebody gave, such as those of properties.
    """
    if isinstance(schema, list):
        return [tidied(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if named:
        return {name: tidied(each) for name, each in schema.items()}
    if "required" in schema and "properties" in schema:
        absent = {name for name, each in schema["properties"].items() if NULL in each.get("anyOf", ())}
        schema = {**schema, "required": [name for name in schema["required"] if name not in absent]}
    kept = {
        _SPELLED.get(key, key): tidied(each, named=key in _NAMED)
        for key, each in schema.items()
        if not (key == "default" and each is None)
    }
    if NULL in kept.get("anyOf", ()):
        choices = [each for each in kept.pop("anyOf") if each != NULL]
        kept = kept | {"anyOf": choices} if len(choices) > 1 else {**choices[0], **kept}
    if "title" in kept and kept.keys() & {"type", "anyOf", "$ref"} and not kept.keys() & {"properties", "enum"}:
        del kept["title"]
    return kept


def open_answers(schemas: Mapping[str, Any], requests: Sequence[Any]) -> None:
    """
    Say that answers may grow: members may be added, and codes too, but for the two lists that version 1 closes.

    Args:
        requests: The bodies of all operations. What they refer to stays as it is.
    """
    asked = _reachable(requests, schemas)
    for name, schema in schemas.items():
        if name not in asked and name not in CLOSED:
            _open(schema)


def _open(schema: Any) -> None:
    if isinstance(schema, list):
        for each in schema:
            _open(each)
    elif isinstance(schema, dict):
        if schema.get("additionalProperties") is False:
            del schema["additionalProperties"]
        if isinstance(schema.get("enum"), list):
            schema["x-extensible-enum"] = schema.pop("enum")
        for each in schema.values():
            _open(each)


def bound_all(document: Any, name: str = "") -> None:
    """
    Give each number and string that has no bounds the widest that holds for every answer.

    A client that is generated from them knows how much to expect; what has bounds of its own keeps them. A stream and a
    file have none: their schemas say no more than that they are text.

    Args:
        name: Of the member that *document* describes.
    """
    if isinstance(document, list):
        for each in document:
            bound_all(each, name)
    elif isinstance(document, dict):
        if document.get("type") == "integer":
            for key, value in _NUMBERS.get(name, INT32).items():
                document.setdefault(key, value)
        elif document.get("type") == "number":
            document.setdefault("format", "double")
        elif document.get("type") == "string" and not document.keys() & _LIMITS:
            document |= CODE if "x-extensible-enum" in document else _STRINGS.get(name, TEXT)
        for key, each in document.items():
            if key in ("properties", "schemas", "headers"):
                for member, described in each.items():
                    bound_all(described, member)
            elif key == "content":
                bound_all([held for media_type, held in each.items() if media_type in _OF_JSON])
            elif key not in ("examples", "example", "default"):
                bound_all(each, document["name"] if key == "schema" and "in" in document else name)


def _reachable(start: Any, schemas: Mapping[str, Any]) -> set[str]:
    """Return the names of the schemas that *start* refers to, directly or not."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            name = str(each.get("$ref", "")).rpartition("/")[2]
            if name in schemas and name not in found:
                found.add(name)
                waiting.append(schemas[name])
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
    return found

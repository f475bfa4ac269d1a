"""Put the schemas that pydantic makes into the form that generated clients need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_NAMED = ("properties", "$defs", "schemas", "paths")
_SPELLED = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}
"""Limits of a number that a validator of ours stands before: pydantic leaves them in its own spelling."""
NULL = {"type": "null"}
CLOSED = ("Decision", "Level")


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

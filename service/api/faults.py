"""Turn what pydantic says of an input into the contract's faults: where, which code, and what is accepted there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from service.api.errors import FaultCode, InvalidInput
from service.api.wire import ERRORS_AT_MOST
from service.guidance.question import InputFault

Schema = Mapping[str, Any]

_OWN = frozenset(get_args(FaultCode))
_CODE_OF = {
    "enum": "unknown_code",
    "literal_error": "unknown_code",
    "string_too_long": "too_long",
    "too_long": "too_many",
    "too_short": "out_of_range",
    "string_too_short": "out_of_range",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
    "finite_number": "out_of_range",
    "int_parsing_size": "out_of_range",
    "string_pattern_mismatch": "bad_format",
    "value_error": "bad_format",
}
_DETAIL_OF = {
    "missing": "this has to be given",
    "enum": "one of {expected}",
    "literal_error": "one of {expected}",
    "string_too_long": "at most {max_length} characters",
    "too_long": "at most {max_length} items",
    "too_short": "items, at least {min_length}",
    "string_too_short": "characters, at least {min_length}",
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number from {ge}",
    "less_than": "a number below {lt}",
    "less_than_equal": "a number up to {le}",
    "int_parsing_size": "a smaller number",
    "finite_number": "a finite number",
    "string_pattern_mismatch": "a string of the form {pattern}",
}
_TYPE_OF = {
    "string_type": "a string",
    "int_type": "an integer",
    "int_from_float": "an integer",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "an array",
    "tuple_type": "an array",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
}


def invalid_input(error: ValidationError, schema: Schema) -> InvalidInput:
    """
    Return the faults of *error*, at most as many as are shown.

    Args:
        schema: JSON Schema of what was expected. It alone says which names may appear in a pointer, so that a name
            which somebody made up is never sent back.
    """
    found = error.errors(include_url=False, include_input=False)[:ERRORS_AT_MOST]
    return InvalidInput(_fault(each, schema) for each in found)


def _fault(error: ErrorDetails, root: Schema) -> InputFault:
    kind, place, context = error["type"], error["loc"], error.get("ctx", {})
    if kind == "extra_forbidden":
        pointer, schema = _locate(place[:-1], root)
        return InputFault(pointer, "unknown_field", f"accepted: {', '.join(schema.get('properties', ()))}")
    pointer, schema = _locate(place, root)
    if kind == "missing":
        return InputFault(pointer, "missing", _DETAIL_OF[kind])
    if kind in _CODE_OF:
        detail = _DETAIL_OF.get(kind, "another value").format_map(context)
        return InputFault(pointer, _CODE_OF[kind], detail)
    if kind in _OWN:
        return InputFault(pointer, kind, context["detail"])
    return InputFault(pointer, "wrong_type", _TYPE_OF.get(kind, "another type"))


def _locate(place: Sequence[int | str], root: Schema) -> tuple[str, Schema]:
    """Follow *place* down the schema, as far as it is declared, and return its JSON pointer and the schema there."""
    schema, pointer = _resolved(root, root), ""
    for part in place:
        if isinstance(part, int):
            if "items" not in schema:
                break
            below = schema["items"]
        elif part in schema.get("properties", {}):
            below = schema["properties"][part]
        else:
            break
        pointer += "/" + str(part).replace("~", "~0").replace("/", "~1")
        schema = _resolved(below, root)
    return pointer, schema


def _resolved(schema: Schema, root: Schema) -> Schema:
    """Return a schema without the reference, and without the null, that stand before it."""
    for choice in schema.get("anyOf", ()):
        if "$ref" in choice or choice.get("type", "null") != "null":
            return _resolved(choice, root)
    if "$ref" in schema:
        return _resolved(root["$defs"][schema["$ref"].rsplit("/", 1)[-1]], root)
    return schema

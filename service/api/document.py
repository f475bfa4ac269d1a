"""Describe the API: FastAPI's document, put into the form that generated clients and readers need."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from fastapi import FastAPI

from service.api.about import NEEDS_NO_KEY, description_for
from service.api.counts import describe_counts
from service.api.errors import KIND_OF, Problem
from service.api.examples import Example, all_examples, ask
from service.api.route import StrictRoute
from service.api.schemas import bound_all, open_answers, tidied

JSON = "application/json"
PROBLEM = "application/problem+json"
_ALWAYS = (400, 401, 406, 408, 422, 429, 431, 500, 503)
_WITH_BODY = (413, 415)
NO_OPERATION = 405
"""A status of methods that are no operation, so that none can name it."""
HEADERS: Mapping[str, Any] = {
    "Afterglow-Guidance-Version": {
        "description": "The guidance that the answer rests on, and the protocol that makes it stricter, if any.",
        "schema": {"type": "string", "maxLength": 200},
    },
    "X-Request-ID": {
        "description": "That of the request, where it is 1 to 128 of the characters A-Z a-z 0-9 . _ -, or a new one.",
        "schema": {"type": "string", "maxLength": 128, "pattern": "^[A-Za-z0-9._-]{1,128}$"},
    },
    "ETag": {"description": "Names these bytes, for If-None-Match.", "schema": {"type": "string", "maxLength": 80}},
}


async def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of *app*, with its own answers as examples."""
    described = FastAPI(**description_for(app.state.services.body_bytes))
    described.router.routes.extend(route.describe() for route in app.routes if isinstance(route, StrictRoute))
    document: dict[str, Any] = tidied(described.openapi())
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = tidied(Problem.model_json_schema(ref_template="#/components/schemas/{model}"))
    schemas |= problem.pop("$defs") | {"Problem": problem}
    document["components"]["headers"] = HEADERS
    document["components"]["responses"] = {
        kind.id: _problem_response(status) for status, kind in KIND_OF.items() if status != NO_OPERATION
    }
    for path, method, operation in operations_of(document):
        responses = operation["responses"]
        responses["200"] |= {"description": "The answer.", "headers": _headers_of(path, method)}
        if _is_published(path, method):
            responses["304"] = {"description": "What If-None-Match names is still current."}
        for status in _problems_of(path, method):
            responses[str(status)] = {"$ref": f"#/components/responses/{KIND_OF[status].id}"}
        operation["responses"] = dict(sorted(responses.items()))
    describe_counts(schemas, app.state.services.counts)
    if app.state.services.asks_for_keys:
        _add_keys(document)
    else:
        document["security"] = []
    open_answers(schemas, [operation.get("requestBody", {}) for _, _, operation in operations_of(document)])
    bound_all(document)
    await _add_examples(document, app)
    return document


def _add_keys(document: dict[str, Any]) -> None:
    """Say that calls need a key, and which do not."""
    document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"key": []}]
    for path, _, operation in operations_of(document):
        if path in NEEDS_NO_KEY:
            operation["security"] = []


async def _add_examples(document: Mapping[str, Any], app: FastAPI) -> None:
    operations = {
        operation["operationId"]: (path, method, operation) for path, method, operation in operations_of(document)
    }
    for example in all_examples():
        path, method, operation = operations[example.operation]
        answer = await ask(app, method.upper(), example)
        if answer is None:
            continue
        _add_example(operation["responses"]["200"], example, answer, example.accept)
        if example.accept != example.media_type:
            continue
        if example.body is not None:
            _add_example(operation["requestBody"], example, example.body, example.media_type)
        for parameter in operation.get("parameters", ()):
            _add_parameter_example(parameter, path, example.path)


def _add_example(holder: Mapping[str, Any], example: Example, value: Any, media_type: str = JSON) -> None:
    examples = holder["content"][media_type].setdefault("examples", {})
    examples[example.name] = {"summary": example.summary, "value": value}


def _add_parameter_example(parameter: dict[str, Any], template: str, path: str) -> None:
    path, _, query = path.partition("?")
    if parameter["in"] == "path":
        parameter["example"] = path.removeprefix(template.partition("{")[0])
    elif parameter["name"] in (given := dict(parse_qsl(query))):
        value = given[parameter["name"]]
        parameter["example"] = int(value) if parameter["schema"].get("type") == "integer" else value


def written(document: Mapping[str, Any]) -> str:
    """Return the text of a document: sorted keys, two spaces, final newline."""
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def operations_of(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and description of every operation."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _problems_of(path: str, method: str) -> tuple[int, ...]:
    item = (404,) if "{" in path else ()
    return (*_ALWAYS, *item, *(_WITH_BODY if method == "post" else ()))


def _is_published(path: str, method: str) -> bool:
    return method == "get" and path.startswith("/v1/") and path != "/v1/faq/search"


def _headers_of(path: str, method: str) -> dict[str, Any]:
    names = [name for name in HEADERS if name != "ETag" or _is_published(path, method)]
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _problem_response(status: int) -> dict[str, Any]:
    kind = KIND_OF[status]
    example: dict[str, Any] = {
        "type": kind.type,
        "title": kind.title,
        "status": status,
        "detail": kind.detail,
        "request_id": "0b54ee5f4f0f4a4f8e1e2d0c9a3b7c61",
    }
    if status == 422:
        example["errors"] = [
            {
                "pointer": "/treatments/0/at",
                "code": "bad_format",
                "detail": "a date (2026-11-20) or a date-time with an offset (2026-11-20T15:30:00-05:00)",
            }
        ]
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {kind.id: {"value": example}}}
    return {"description": f"{kind.title}.", "headers": _headers_of("", ""), "content": {PROBLEM: content}}

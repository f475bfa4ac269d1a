"""What Schemathesis is told beside the description."""

from __future__ import annotations

import json
from typing import Any

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(_context: Any, value: Any) -> bytes:
    """Write a stream, which the description can only call a string."""
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else json.dumps(value).encode()


@schemathesis.hook
def filter_case(_context: Any, case: Any) -> bool:
    """
    Leave out what the service answers although the description does not show it.

    A null for an optional member counts as left out (some generated clients send it), and POST also answers QUERY.
    """
    return case.method != "QUERY" and not _holds_null(case.body)


def _holds_null(value: Any) -> bool:
    if isinstance(value, dict):
        return any(each is None or _holds_null(each) for each in value.values())
    return isinstance(value, list) and any(map(_holds_null, value))

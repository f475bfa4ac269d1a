"""How many of something a request may have, where an operator allows fewer than the contract does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from service.api.errors import InvalidInput
from service.guidance.question import InputFault

Counts = Mapping[str, int]
"""The most items of an array, or characters of a string, keyed by the name of the member that holds them."""

INSIDE = "client"
"""The one member whose own members are counted like those around it."""


def check_counts(value: Any, counts: Counts) -> None:
    """
    Refuse a body, or a query, with too many of something.

    Raises:
        InvalidInput: With each place that holds too many.
    """
    faults = list(_faults(value, counts, ""))
    if faults:
        raise InvalidInput(faults)


def _faults(value: Any, counts: Counts, pointer: str) -> Iterator[InputFault]:
    if not isinstance(value, dict):
        return
    for name, most in counts.items():
        held = value.get(name)
        if isinstance(held, list) and len(held) > most:
            yield InputFault(f"{pointer}/{name}", "too_many", f"at most {most} items")
        elif isinstance(held, str) and len(held) > most:
            yield InputFault(f"{pointer}/{name}", "too_long", f"at most {most} characters")
    yield from _faults(value.get(INSIDE), counts, f"{pointer}/{INSIDE}")


def describe_counts(schemas: Mapping[str, Any], counts: Counts) -> None:
    """Put the counts into the schemas of requests, in place of those that they lower."""
    for name, schema in schemas.items():
        for member, described in schema.get("properties", {}).items() if name.endswith("Request") else ():
            for limit in ("maxItems", "maxLength"):
                if member in counts and limit in described:
                    described[limit] = min(described[limit], counts[member])

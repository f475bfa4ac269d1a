"""What every question to the guidance has in common: its faults, and treatments as people name them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from service.guidance.times import Span


@dataclass(frozen=True)
class InputFault:
    """What is wrong with one place of a question. *detail* says what is accepted, never what was sent."""

    pointer: str
    code: str
    detail: str


class InvalidQuestion(Exception):
    """A question that cannot be answered as it stands, with every fault found."""

    def __init__(self, faults: Iterable[InputFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("the question cannot be read")


@dataclass(frozen=True)
class GivenTreatment:
    """
    One treatment of a question, its names resolved.

    Args:
        treatment: Id of a treatment record.
        given: When; ``None`` where nobody knows.
        areas: Where; ``None`` where nobody knows.
        wait_until: The provider's own word: no session before this instant.
        cleared: The provider's own word on a rule with ``provider_clearance``; ``None`` where nobody asked.
        pointer: Where in the request it stands.
        product: The name it was given by, where it was given by one.
        name_areas: Areas that this name tells.
    """

    treatment: str
    given: Span | None
    areas: frozenset[str] | None
    wait_until: datetime | None = None
    cleared: bool | None = None
    pointer: str = field(default="", compare=False)
    product: str | None = field(default=None, compare=False)
    name_areas: frozenset[str] = field(default=frozenset(), compare=False)

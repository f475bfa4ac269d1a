"""What every question to the guidance has in common: its faults, and treatments as people name them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from service.guidance.names import did_you_mean
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


class UnknownCode(ValueError):
    """A code that the guidance does not define. Asked of the core directly; the API finds these first."""

    def __init__(self, kind: str, code: str, known: Iterable[str]) -> None:
        super().__init__(f"unknown {kind} '{code}'{did_you_mean(code, known)}")


@dataclass(frozen=True)
class Understood:
    """
    What the name of a product was taken for.

    Args:
        treatments: Every treatment that it can mean, in the guidance's order; at least one.
        names: The known names that it holds, as the guidance writes them; ``()`` where it is one itself.
        areas: Areas that the name tells.
        is_name: Whether it is one known name and nothing else, perhaps misspelt.
        is_list: Whether it joins names of several treatments, so that each of them was meant.
    """

    treatments: tuple[str, ...]
    names: tuple[str, ...] = ()
    areas: frozenset[str] = frozenset()
    is_name: bool = True
    is_list: bool = False


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
        wait_until_day: The day of *wait_until* where no hour was given.
        pointer: Where in the request it stands.
        product: The name it was given by, where it was given by one.
        name_areas: Areas that this name tells.
        understood: What this name was taken for.
    """

    treatment: str
    given: Span | None
    areas: frozenset[str] | None
    wait_until: datetime | None = None
    cleared: bool | None = None
    wait_until_day: date | None = field(default=None, compare=False)
    pointer: str = field(default="", compare=False)
    product: str | None = field(default=None, compare=False)
    name_areas: frozenset[str] = field(default=frozenset(), compare=False)
    understood: Understood | None = field(default=None, compare=False)


def unknown_codes(pointer: str, codes: Iterable[str], known: Collection[str], listed_at: str) -> Iterator[InputFault]:
    """Yield a fault for every code that the guidance does not define, with the closest that it does."""
    for index, code in enumerate(codes):
        if code not in known:
            yield InputFault(f"{pointer}/{index}", "unknown_code", f"a code of {listed_at}{did_you_mean(code, known)}")

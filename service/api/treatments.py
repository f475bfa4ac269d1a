"""A treatment as a request gives it: what eligibility and triage have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from itertools import islice
from typing import Annotated

from pydantic import Field, StringConstraints

from service.api.wire import AREAS_AT_MOST, ERRORS_AT_MOST, Code, Flag, Time, Wire
from service.guidance.guidance import Guidance
from service.guidance.question import GivenTreatment, InputFault, InvalidQuestion, unknown_codes
from service.guidance.resolve import TreatmentInput, resolve_treatments

NAME_AT_MOST = 120

KnownAreas = Annotated[
    tuple[Code, ...],
    Field(min_length=1, max_length=AREAS_AT_MOST, description="Codes of /v1/guidance/areas. Leave out if not known."),
]
"""Areas, at least one: an empty list would say that a thing was done nowhere."""


class ProviderWord(Wire, defer_build=True):
    """What the person who gave the treatment said about it."""

    wait_until: Annotated[Time | None, Field(description="No session before this time; a date: before its day.")] = None
    cleared: Annotated[Flag | None, Field(description="Whether they agreed to microcurrent.")] = None


class TreatmentRequest(Wire, defer_build=True):
    """What else was done to the face, or is booked: a code, or a brand or lay name, or both."""

    treatment: Annotated[Code | None, Field(description="A code of /v1/guidance/treatments.")] = None
    product: Annotated[
        str | None,
        StringConstraints(min_length=1, max_length=NAME_AT_MOST),
        Field(description="A brand or lay name, such as Dysport or lip filler."),
    ] = None
    at: Annotated[Time | None, Field(description="When; leave out if not known.")] = None
    areas: KnownAreas | None = None
    provider: ProviderWord | None = None

    def to_input(self, pointer: str) -> TreatmentInput:
        """Return the treatment as the guidance takes it."""
        return TreatmentInput(
            treatment=self.treatment,
            product=self.product,
            at=self.at,
            areas=self.areas,
            wait_until=self.provider.wait_until if self.provider else None,
            cleared=self.provider.cleared if self.provider else None,
            pointer=pointer,
        )


def read_treatments(
    guidance: Guidance, requests: Sequence[TreatmentRequest], zone: tzinfo | None
) -> tuple[GivenTreatment, ...]:
    """
    Resolve the treatments of a request.

    Args:
        zone: Gives bare dates their day; ``None`` spans them their widest.

    Raises:
        InvalidQuestion: With every treatment and area that the guidance does not know.
    """
    faults = list(islice(_area_faults(guidance, requests), ERRORS_AT_MOST))
    inputs = [request.to_input(f"/treatments/{index}") for index, request in enumerate(requests)]
    try:
        treatments = resolve_treatments(guidance, inputs, zone)
    except InvalidQuestion as invalid:
        raise InvalidQuestion([*faults, *invalid.faults]) from None
    if faults:
        raise InvalidQuestion(faults)
    return treatments


def _area_faults(guidance: Guidance, requests: Sequence[TreatmentRequest]) -> Iterator[InputFault]:
    for index, request in enumerate(requests):
        yield from unknown_codes(
            f"/treatments/{index}/areas", request.areas or (), guidance.areas, "/v1/guidance/areas"
        )

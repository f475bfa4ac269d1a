"""The protocol that a request names."""

from __future__ import annotations

from collections.abc import Iterator

from service.guidance.guidance import Guidance
from service.guidance.names import did_you_mean
from service.guidance.question import InputFault

DEFAULT = "default"


def protocol_faults(guidance: Guidance, protocol: str) -> Iterator[InputFault]:
    """Yield the fault of a protocol that the guidance does not define."""
    known = [DEFAULT]
    if protocol not in known:
        detail = f"an id of /v1/guidance/protocols: {', '.join(known)}{did_you_mean(protocol, known)}"
        yield InputFault("/protocol", "unknown_code", detail)

"""The protocol that a request names: which guidance it means, and who speaks in its answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field

from service.api.wire import Code, Wire
from service.guidance.guidance import Guidance
from service.guidance.names import did_you_mean
from service.guidance.protocol import DEFAULT
from service.guidance.question import InputFault, InvalidQuestion

if TYPE_CHECKING:
    from service.guidance.protocol.rules import Protocol

NAMED_AT_MOST = 10

ProtocolCode = Annotated[Code, Field(description="An id of /v1/guidance/protocols.")]


class Clinic(Wire):
    """The clinic whose protocol was asked for, in its own words. Show it with the answer."""

    name: str
    phone: Annotated[str | None, Field(description="With its country code.")] = None
    text: Annotated[str | None, Field(description="What the clinic says beside every answer.")] = None


@dataclass(frozen=True)
class Protocols:
    """
    Every protocol that a request can name, by its id.

    Args:
        guidances: The guidance that each one means: for ``default``, which comes first, the base guidance.
        clinics: Who speaks; ``default`` has none.
    """

    guidances: Mapping[str, Guidance]
    clinics: Mapping[str, Clinic]

    @classmethod
    def of(cls, base: Guidance, protocols: Mapping[str, Protocol]) -> Self:
        """Tighten the base guidance by each of the *protocols*, keyed by id; this is done once, at the start."""
        if not protocols:
            return cls(MappingProxyType({DEFAULT: base}), MappingProxyType({}))
        from service.guidance.protocol.tightening import tighten

        tightened = {id: tighten(base, protocol) for id, protocol in protocols.items()}
        clinics = {id: Clinic(name=each.name, phone=each.phone, text=each.text) for id, each in protocols.items()}
        return cls(MappingProxyType({DEFAULT: base, **tightened}), MappingProxyType(clinics))

    @cached_property
    def _any(self) -> Guidance:
        """The base guidance with the conditions of every clinic: it tells an unknown code from one that is theirs."""
        conditions = {code: each for guidance in self.guidances.values() for code, each in guidance.conditions.items()}
        return replace(self.base, conditions=conditions, tightened_from=self.base)

    @property
    def base(self) -> Guidance:
        """The guidance that no clinic made stricter."""
        return self.guidances[DEFAULT]

    def choose(self, protocol: str, read: Callable[[Guidance], object]) -> tuple[Guidance, Clinic | None]:
        """
        Return the guidance under a protocol, and the clinic behind it if there is one.

        Args:
            read: Reads the rest of the request. Where the protocol is unknown, what would be wrong under every other
                one is told as well.

        Raises:
            InvalidQuestion: A protocol that does not exist.
        """
        guidance = self.guidances.get(protocol)
        if guidance is None:
            raise InvalidQuestion([self._unknown(protocol), *_faults_of(read, self._any)])
        return guidance, self.clinics.get(protocol)

    def _unknown(self, protocol: str) -> InputFault:
        known = list(self.guidances)
        listed = f": {', '.join(known)}" if len(known) <= NAMED_AT_MOST else ""
        detail = f"an id of /v1/guidance/protocols{listed}{did_you_mean(protocol, known)}"
        return InputFault("/protocol", "unknown_code", detail)


def _faults_of(read: Callable[[Guidance], object], guidance: Guidance) -> tuple[InputFault, ...]:
    try:
        read(guidance)
    except InvalidQuestion as invalid:
        return invalid.faults
    return ()

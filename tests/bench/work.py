"""
The decision work itself: the same core for every server of the bench, and our own way from bytes to bytes.

Whoever changes how the routes decide changes it here too, or the comparison is none.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from service.api.body import read_json
from service.api.eligibility import EligibilityRequest, EligibilityResponse, answer_request
from service.api.faq import FaqSearchRequest, FaqSearchResponse
from service.api.services import Services
from service.api.slots import SlotsRequest, SlotsResponse, check_slots
from service.api.triage import TriageRequest, TriageResponse, signed
from service.app import create_app
from service.guidance.triage import decide_triage
from service.settings import Settings

_ELIGIBILITY = EligibilityResponse.__pydantic_serializer__
_TRIAGE = TriageResponse.__pydantic_serializer__
_SEARCH = FaqSearchResponse.__pydantic_serializer__


def written(serializer: Any, answer: object) -> bytes:
    """Write an answer as JSON, without its nulls."""
    body: bytes = serializer.to_json(answer, by_alias=True, exclude_none=True)
    return body


class Work:
    """
    Decides what a validated request asks, without HTTP, strict reading, logs, metrics or turns.

    Args:
        services: What the app would work with; by default those of the shipped content.
    """

    def __init__(self, services: Services | None = None) -> None:
        self.services: Services = services or create_app(Settings()).state.services
        self.guidance = self.services.guidance

    def eligibility(self, request: EligibilityRequest) -> EligibilityResponse:
        """Decide on one session."""
        return answer_request(self.guidance, request)

    async def slots(self, request: SlotsRequest) -> SlotsResponse:
        """Decide on each slot."""
        return await check_slots(request, self.services.protocols, self.services.metrics, self.services.turns)

    def triage(self, request: TriageRequest) -> TriageResponse:
        """Decide how soon a reaction needs a person."""
        report = request.to_report(self.guidance, datetime.now(UTC).replace(microsecond=0))
        answer = decide_triage(self.guidance, report)
        return signed(answer, self.guidance, request.protocol, None, report)

    def search(self, request: FaqSearchRequest) -> FaqSearchResponse:
        """Find what answers a question."""
        answer = self.services.faq_search.find_answers(request.to_question())
        return FaqSearchResponse.model_construct(
            **dict(answer), guidance_version=self.guidance.version, disclaimer=self.guidance.release.disclaimer
        )


class OwnPath:
    """From the bytes of a body to the bytes of its answer as our routes go, strict reading included, without HTTP."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def eligibility(self, raw: bytes) -> bytes:
        """Answer one session."""
        request = EligibilityRequest.model_validate(read_json(raw))
        guidance, clinic = self._work.services.protocols.choose(request.protocol, request.to_question)
        return written(_ELIGIBILITY, answer_request(guidance, request, clinic))

    def triage(self, raw: bytes) -> bytes:
        """Answer one reaction."""
        request = TriageRequest.model_validate(read_json(raw))
        now = datetime.now(UTC).replace(microsecond=0)
        guidance, clinic = self._work.services.protocols.choose(request.protocol, partial(request.to_report, now=now))
        report = request.to_report(guidance, now)
        return written(_TRIAGE, signed(decide_triage(guidance, report), guidance, request.protocol, clinic, report))

    def search(self, raw: bytes) -> bytes:
        """Answer one question of the FAQ."""
        return written(_SEARCH, self._work.search(FaqSearchRequest.model_validate(read_json(raw))))

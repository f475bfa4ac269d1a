"""Questions of the tests in the form of the contract, and how the two opinions on them are compared."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from service.api.eligibility import EligibilityRequest
from service.guidance.eligibility import EligibilityAnswer, decide_eligibility
from service.guidance.guidance import Guidance
from service.guidance.load import load_guidance

BOUNDS = ("eligible_from", "eligible_until", "recommended_from", "recommended_until", "valid_until")


@cache
def guidance() -> Guidance:
    """Return the shipped guidance."""
    return load_guidance()


def ask(request: dict[str, Any]) -> EligibilityAnswer:
    """Answer a request of the contract's form."""
    parsed = EligibilityRequest.model_validate(request)
    return decide_eligibility(guidance(), parsed.to_question(guidance()))


def summary(answer: EligibilityAnswer) -> dict[str, Any]:
    """Reduce an answer to what the oracle also says, instants in UTC."""
    return {
        "decision": answer.decision.value,
        "bookable": answer.bookable,
        **{name: _utc(getattr(answer, name)) for name in BOUNDS},
        "areas": {each.area: each.decision.value for each in answer.areas},
        "reasons": {(reason.rule, reason.input, reason.decision.value) for reason in answer.reasons},
        "missing": {each.pointer for each in answer.missing},
    }


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC)

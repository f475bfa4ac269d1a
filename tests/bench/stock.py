"""What users would otherwise have: FastAPI the way its tutorial writes it, around the same decision work."""

from __future__ import annotations

from fastapi import FastAPI

from service.api.batch import BatchAnswer, BatchItem
from service.api.eligibility import EligibilityRequest, EligibilityResponse
from service.api.faq import FaqSearchRequest, FaqSearchResponse
from service.api.slots import SlotsRequest, SlotsResponse
from service.api.triage import TriageRequest, TriageResponse
from tests.bench.asked import BATCH_PATH, ELIGIBILITY_PATH, SEARCH_PATH, SLOTS_PATH, TRIAGE_PATH
from tests.bench.work import Work

app = FastAPI()
work = Work()


@app.post(ELIGIBILITY_PATH, response_model_exclude_none=True)
async def eligibility(request: EligibilityRequest) -> EligibilityResponse:
    """Decide on one session."""
    return work.eligibility(request)


@app.post(SLOTS_PATH, response_model_exclude_none=True)
async def slots(request: SlotsRequest) -> SlotsResponse:
    """Decide on each slot."""
    return await work.slots(request)


@app.post(BATCH_PATH, response_model_exclude_none=True)
async def batch(items: list[BatchItem]) -> list[BatchAnswer]:
    """Decide on each item of an array."""
    return [BatchAnswer(id=item.id, answer=work.eligibility(item.request)) for item in items]


@app.post(TRIAGE_PATH, response_model_exclude_none=True)
async def triage(request: TriageRequest) -> TriageResponse:
    """Decide how soon a reaction needs a person."""
    return work.triage(request)


@app.post(SEARCH_PATH, response_model_exclude_none=True)
async def search(request: FaqSearchRequest) -> FaqSearchResponse:
    """Find what answers a question."""
    return work.search(request)

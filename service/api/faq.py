"""What people ask: every entry, and the search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from service.api.collections import add_routes
from service.api.metrics import Metrics
from service.api.route import StrictRoute
from service.api.services import GuidanceDep, MetricsDep, SearchDep
from service.api.shelf import Collection, Shelf
from service.api.wire import TEXT_AT_MOST, Flag, Integer, Time, Wire, Zone
from service.guidance.faq import FaqAnswer, FaqQuestion, FaqSearch, Safety, SafetyReader
from service.guidance.guidance import Guidance
from service.guidance.records.common import Level
from service.guidance.triage import Report, decide_triage

PATH = "/v1/faq"
TAG = "FAQ"
RESULTS_AT_MOST = 50
FAQ = Collection(PATH, "service.api.guidance_items.faq:FaqItem", "FaqEntry", "questions, by topic")

router = APIRouter(prefix=PATH, route_class=StrictRoute, tags=[TAG])


class FaqSearchRequest(Wire):
    """What a person asks, in their own words."""

    q: Annotated[
        str,
        StringConstraints(min_length=1, max_length=TEXT_AT_MOST),
        Field(description="The question, in English.", examples=["how long after botox"]),
    ]
    limit: Annotated[Integer, Field(ge=1, le=RESULTS_AT_MOST, description="The most results wanted.")] = 3
    at: Annotated[
        Time | None, Field(description="When it is asked, for times such as yesterday; left out: none is worked out.")
    ] = None
    time_zone: Annotated[Zone | None, Field(description="IANA name. Where days begin and end.")] = None
    explain: Annotated[
        Flag, Field(description="Whether results hold `matched`, the words of the question that spoke for them.")
    ] = False

    def to_question(self) -> FaqQuestion:
        """Return the question as the guidance takes it."""
        return FaqQuestion(q=self.q, limit=self.limit, at=self.at, zone=self.time_zone, explain=self.explain)


class FaqSearchResponse(FaqAnswer):
    """What the FAQ says: results if the best one is likely enough to be right, else the nearest as suggestions."""

    guidance_version: str
    disclaimer: str


def publish(guidance: Guidance, shelf: Shelf) -> None:
    """Put every entry on the shelf."""
    shelf.put_all(FAQ, guidance)


def safety_reader(guidance: Guidance, clock: Callable[[], datetime]) -> SafetyReader:
    """
    Return what triages a question before the FAQ answers it.

    A question that no sign was read in is left to the FAQ, unless it says that an emergency is going on.
    """
    return partial(_read_safety, guidance, clock)


def _read_safety(guidance: Guidance, clock: Callable[[], datetime], text: str, at: datetime | None) -> Safety | None:
    answer = decide_triage(guidance, Report(at=at or clock(), text=text))
    states_a_sign = any(reason.rule.startswith(("sign.", "combination.")) for reason in answer.reasons)
    if not states_a_sign and answer.level is not Level.EMERGENCY:
        return None
    return Safety(level=answer.level, headline=answer.headline, actions=answer.actions)


@router.get("/search", summary="Which entries answer this question?", operation_id="searchFaq")
async def search_faq(
    request: Annotated[FaqSearchRequest, Query()], search: SearchDep, guidance: GuidanceDep, metrics: MetricsDep
) -> FaqSearchResponse:
    """
    Find the entries that answer a question; rather none than a wrong one.

    A question can tell of somebody's health, and a URL ends up in logs: prefer POST.
    """
    return _found(request, search, guidance, metrics)


@router.post("/search", summary="Which entries answer this question?", operation_id="searchFaqPost")
async def search_faq_post(
    request: FaqSearchRequest, search: SearchDep, guidance: GuidanceDep, metrics: MetricsDep
) -> FaqSearchResponse:
    """Find the entries that answer a question; rather none than a wrong one. As GET, without a URL that tells."""
    return _found(request, search, guidance, metrics)


def _found(request: FaqSearchRequest, search: FaqSearch, guidance: Guidance, metrics: Metrics) -> FaqSearchResponse:
    answer = search.find_answers(request.to_question())
    metrics.count_search(answer.answered)
    return FaqSearchResponse.model_construct(
        **dict(answer), guidance_version=guidance.version, disclaimer=guidance.release.disclaimer
    )


add_routes(router, FAQ, TAG, "listFaq", "getFaqEntry")

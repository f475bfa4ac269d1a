"""POST /v1/eligibility/slots: one client, a day's list of slots, and which of them may be booked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from itertools import islice
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, WithJsonSchema

from service.api.eligibility import (
    ClientRequest,
    EligibilityRequest,
    EligibilityResponse,
    SessionRequest,
    answer_request,
)
from service.api.identity import decision_id
from service.api.pace import WEIGHT_OF_OBJECT, Pace, beside
from service.api.protocols import Clinic, ProtocolCode
from service.api.route import StrictRoute
from service.api.services import MetricsDep, ProtocolsDep, TurnsDep
from service.api.wire import ERRORS_AT_MOST, GivenId, Wire
from service.guidance.citation import Citation
from service.guidance.eligibility.answer import Assumption, MissingQuestion
from service.guidance.guidance import Guidance
from service.guidance.protocol import DEFAULT
from service.guidance.question import InputFault, InvalidQuestion, unknown_codes
from service.guidance.records.common import Decision
from service.guidance.times import Span, span_of

PATH = "/v1/eligibility/slots"
SLOTS_AT_MOST = 500

router = APIRouter(tags=["Eligibility"], route_class=StrictRoute)


class SlotRequest(SessionRequest):
    """A session that could be booked."""

    id: GivenId


class SlotsRequest(Wire):
    """One client, and the slots to choose from."""

    client: ClientRequest
    slots: Annotated[
        tuple[SlotRequest, ...],
        Field(min_length=1, max_length=SLOTS_AT_MOST, description="In any order; each id once."),
    ]
    protocol: ProtocolCode = DEFAULT

    def singles(self) -> list[EligibilityRequest]:
        """Return the question of each slot as the single call would ask it."""
        client = dict(self.client)
        return [
            EligibilityRequest.model_construct(session=slot, protocol=self.protocol, **client) for slot in self.slots
        ]

    def check(self, guidance: Guidance, first: EligibilityRequest) -> None:
        """
        Check ids and codes before anything is decided.

        Args:
            first: The question of the first slot. What it shows of the client holds for all.

        Raises:
            InvalidQuestion: With everything that is wrong, at its place in this request.
        """
        faults = [*islice(self._slot_faults(guidance), ERRORS_AT_MOST), *_client_faults(guidance, first)]
        if faults:
            raise InvalidQuestion(faults)

    def _slot_faults(self, guidance: Guidance) -> Iterator[InputFault]:
        seen: set[str] = set()
        for index, slot in enumerate(self.slots):
            if slot.id in seen:
                yield InputFault(f"/slots/{index}/id", "conflict", "an id that no earlier slot has")
            seen.add(slot.id)
            yield from unknown_codes(f"/slots/{index}/areas", slot.areas or (), guidance.areas, "/v1/guidance/areas")


class SlotAnswer(Wire):
    """What the single call says of one slot, in short."""

    id: str
    at: Annotated[
        datetime | date,
        WithJsonSchema({"type": "string", "maxLength": 40}),  # of a choice of formats, clients make a class of its own
        Field(description="A date-time in the zone of the answer; a bare date as it was given."),
    ]
    decision: Decision
    bookable: bool
    eligible_from: datetime | None = None
    recommended_from: datetime | None = None
    reasons: Annotated[tuple[str, ...], Field(description="Ids of the rules that applied, strictest first.")]


class SlotsResponse(Wire):
    """Every slot, and the first that may be booked."""

    slots: Annotated[tuple[SlotAnswer, ...], Field(description="In the order of the request.")]
    first_bookable: Annotated[
        str | None, Field(description="Id of the bookable slot that is earliest in time; left out if there is none.")
    ] = None
    missing: Annotated[tuple[MissingQuestion, ...], Field(description="Of all slots, worst possible answer first.")]
    assumptions: tuple[Assumption, ...]
    citations: tuple[Citation, ...]
    protocol: str
    clinic: Clinic | None = None
    guidance_version: str
    decision_id: Annotated[str, Field(description="The same question under the same guidance has the same id.")]
    disclaimer: str


@router.post(PATH, summary="Which of these slots may this person book?", operation_id="checkSlots")
async def check_slots(
    request: SlotsRequest, protocols: ProtocolsDep, metrics: MetricsDep, turns: TurnsDep
) -> SlotsResponse:
    """
    Decide for each slot exactly as the single call does, and name the first that may be booked.

    Up to 500 slots, in a body of at most 256 KiB unless the operator set another limit. Pointers of `missing` and
    `assumptions` lead into this request. Without `client.time_zone` bare dates take the offset of each slot's own `at`,
    so that two slots with different offsets can read the same date differently.
    """
    singles = request.singles()
    guidance, clinic = protocols.choose(request.protocol, partial(request.check, first=singles[0]))
    request.check(guidance, singles[0])
    pace = Pace(turns)
    weight = WEIGHT_OF_OBJECT * len(request.client.treatments)
    answers: list[EligibilityResponse] = []
    for single in singles:
        answers.append(await beside(weight, partial(answer_request, guidance, single, clinic, in_short=True)))
        metrics.count_decision(answers[-1].decision)
        if pace.is_due():
            await pace.rest()
    ids = [slot.id for slot in request.slots]
    return SlotsResponse.model_construct(
        slots=tuple(map(_slot_answer, request.slots, singles, answers)),
        first_bookable=_first_bookable(request.slots, singles, answers),
        missing=_all_missing(answers),
        assumptions=_all_assumptions(answers),
        citations=_all_citations(answers),
        protocol=request.protocol,
        clinic=clinic,
        guidance_version=guidance.version,
        decision_id=decision_id(guidance.version, request.protocol, _canonical(ids, answers)),
        disclaimer=guidance.release.disclaimer,
    )


def _client_faults(guidance: Guidance, first: EligibilityRequest) -> Iterator[InputFault]:
    """Yield what the guidance does not know of the client."""
    try:
        first.to_question(guidance)
    except InvalidQuestion as invalid:
        for fault in invalid.faults:
            if not fault.pointer.startswith("/session"):
                yield replace(fault, pointer=_placed(fault.pointer, 0))


def _placed(pointer: str, index: int) -> str:
    """Turn a pointer into a single call's request into one into that of all slots."""
    if pointer.startswith("/session"):
        return f"/slots/{index}{pointer.removeprefix('/session')}"
    return f"/client{pointer}"


def _slot_answer(slot: SlotRequest, single: EligibilityRequest, answer: EligibilityResponse) -> SlotAnswer:
    return SlotAnswer.model_construct(
        id=slot.id,
        at=slot.at.astimezone(single.told_in()) if isinstance(slot.at, datetime) else slot.at,
        decision=answer.decision,
        bookable=answer.bookable,
        eligible_from=answer.eligible_from,
        recommended_from=answer.recommended_from,
        reasons=tuple(dict.fromkeys(reason.rule for reason in answer.reasons)),
    )


def _first_bookable(
    slots: Sequence[SlotRequest], singles: Sequence[EligibilityRequest], answers: Sequence[EligibilityResponse]
) -> str | None:
    """Return the bookable slot that is earliest in time, the first of equals; a bare date is as early as its day."""
    bookable = [
        (_span(slot.at, single).start, index)
        for index, (slot, single, answer) in enumerate(zip(slots, singles, answers, strict=True))
        if answer.bookable
    ]
    return slots[min(bookable)[1]].id if bookable else None


def _span(at: datetime | date, single: EligibilityRequest) -> Span:
    return span_of(at, single.time_zone)


def _all_missing(answers: Iterable[EligibilityResponse]) -> tuple[MissingQuestion, ...]:
    """Return every open question once, with the worst that it could turn out to be for any slot."""
    worst: dict[str, MissingQuestion] = {}
    for answer in answers:
        for each in answer.missing:
            known = worst.get(each.pointer)
            if known is None or each.could_be.rank > known.could_be.rank:
                worst[each.pointer] = each
    ordered = sorted(worst.values(), key=lambda each: -each.could_be.rank)
    return tuple(each.model_copy(update={"pointer": _placed(each.pointer, 0)}) for each in ordered)


def _all_assumptions(answers: Iterable[EligibilityResponse]) -> tuple[Assumption, ...]:
    found = (
        Assumption(pointer=_placed(each.pointer, index), text=each.text)
        for index, answer in enumerate(answers)
        for each in answer.assumptions
    )
    return tuple(dict.fromkeys(found))


def _all_citations(answers: Iterable[EligibilityResponse]) -> tuple[Citation, ...]:
    by_id = {each.id: each for answer in answers for each in answer.citations}
    return tuple(by_id[id] for id in sorted(by_id))


def _canonical(ids: Iterable[str], answers: Iterable[EligibilityResponse]) -> Mapping[str, str]:
    """Return all that the answer depends on: what each slot's own answer does, by the slot's id."""
    return {id: answer.decision_id for id, answer in zip(ids, answers, strict=True)}

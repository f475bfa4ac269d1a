"""POST /v1/eligibility: may this person have this session at this time; if not, from when; and why?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from service.api.errors import NotAcceptable
from service.api.headers import preferred, version_header
from service.api.identity import decision_id
from service.api.protocols import Clinic, ProtocolCode
from service.api.route import JSON, NO_STORE, Reply, StrictRoute
from service.api.services import AcceptDep, MetricsDep, ProtocolsDep
from service.api.treatments import KnownAreas, TreatmentRequest, read_treatments
from service.api.wire import (
    CONDITIONS_AT_MOST,
    ERRORS_AT_MOST,
    SIGNS_AT_MOST,
    TREATMENTS_AT_MOST,
    Code,
    Integer,
    Time,
    Wire,
    Zone,
)
from service.guidance.eligibility import (
    EligibilityAnswer,
    EligibilityQuestion,
    Session,
    calendar_of,
    decide_eligibility,
)
from service.guidance.guidance import Guidance
from service.guidance.names import did_you_mean
from service.guidance.protocol import DEFAULT
from service.guidance.question import InputFault, InvalidQuestion, unknown_codes
from service.guidance.records.common import Setting
from service.guidance.resolve import day_zone
from service.guidance.times import span_of
from service.guidance.trusted import built

CALENDAR = "text/calendar"
CALENDAR_HEADERS = (*NO_STORE, (b"content-disposition", b'attachment; filename="session.ics"'))

router = APIRouter(prefix="/v1/eligibility", tags=["Eligibility"], route_class=StrictRoute)


class SessionRequest(Wire, defer_build=True):
    """One planned use of a microcurrent device."""

    at: Annotated[Time, Field(description="When it would start; a bare date stands for its whole day.")]
    areas: Annotated[
        KnownAreas | None, Field(description="Where the device would pass; left out: all that it may pass.")
    ] = None
    setting: Annotated[
        Setting, Field(description="A salon device is stronger: the recommended time is then the minimum.")
    ]


class ClientRequest(Wire, defer_build=True):
    """What is known of the person who would have the session. Left out means that nobody asked."""

    treatments: Annotated[
        tuple[TreatmentRequest, ...],
        Field(max_length=TREATMENTS_AT_MOST, description="Done or booked, in any order; [] says that there is none."),
    ]
    conditions: Annotated[
        tuple[Code, ...] | None,
        Field(
            max_length=CONDITIONS_AT_MOST, description="Codes of /v1/guidance/conditions; [] says that none applies."
        ),
    ] = None
    signs: Annotated[
        tuple[Code, ...] | None,
        Field(
            max_length=SIGNS_AT_MOST,
            description="What shows on the skin now, codes of /v1/guidance/signs; [] says that nothing does.",
        ),
    ] = None
    located: Annotated[
        dict[str, KnownAreas] | None,
        Field(
            max_length=CONDITIONS_AT_MOST + SIGNS_AT_MOST,
            description="Where a condition or sign is, by its code; left out: its place is not known.",
        ),
    ] = None
    age: Annotated[Integer | None, Field(ge=0, le=150, description="In years.")] = None
    time_zone: Annotated[Zone | None, Field(description="IANA name. Gives bare dates their day.")] = None


class EligibilityRequest(ClientRequest, defer_build=False):
    """A session, and what is known of the person who would have it. Left out means that nobody asked."""

    session: SessionRequest
    protocol: ProtocolCode = DEFAULT

    def to_question(self, guidance: Guidance) -> EligibilityQuestion:
        """
        Resolve codes, names and times.

        Args:
            guidance: That of the protocol: a clinic's own conditions are known to no other.

        Raises:
            InvalidQuestion: With everything that the guidance does not know.
        """
        faults = list(islice(self._faults(guidance), ERRORS_AT_MOST))
        days_in = day_zone(self.time_zone, self.session.at)
        try:
            treatments = read_treatments(guidance, self.treatments, days_in)
        except InvalidQuestion as invalid:
            raise InvalidQuestion([*faults, *invalid.faults]) from None
        if faults:
            raise InvalidQuestion(faults)
        areas = self.session.areas or tuple(
            area.id for area in guidance.areas.values() if area.face and area.decision is None
        )
        return EligibilityQuestion(
            session=Session(
                at=span_of(self.session.at, days_in),
                areas=areas,
                setting=self.session.setting,
                areas_given=self.session.areas is not None,
            ),
            treatments=treatments,
            conditions=self.conditions,
            signs=self.signs,
            zone=self.told_in(),
            day_zone=days_in,
            located={code: frozenset(places) for code, places in (self.located or {}).items()},
            age=self.age,
        )

    def _faults(self, guidance: Guidance) -> Iterator[InputFault]:
        yield from unknown_codes("/session/areas", self.session.areas or (), guidance.areas, "/v1/guidance/areas")
        yield from unknown_codes("/conditions", self.conditions or (), guidance.conditions, "/v1/guidance/conditions")
        yield from unknown_codes("/signs", self.signs or (), guidance.signs, "/v1/guidance/signs")
        told = {*(self.conditions or ()), *(self.signs or ())}
        for code, places in (self.located or {}).items():
            if code not in told:
                yield _place_of_nothing(code, guidance)
            else:
                yield from unknown_codes(f"/located/{code}", places, guidance.areas, "/v1/guidance/areas")

    def told_in(self) -> tzinfo:
        """Return the zone that the times of the answer are told in."""
        at = self.session.at
        return self.time_zone or (at.tzinfo if isinstance(at, datetime) else None) or UTC

    def canonical(self, question: EligibilityQuestion) -> dict[str, Any]:
        """Return all that the answer depends on, names resolved and order gone, for its id."""
        return {
            "at": question.session.at,
            "areas": frozenset(question.session.areas),
            "setting": question.session.setting,
            "treatments": question.treatments,
            "conditions": None if question.conditions is None else frozenset(question.conditions),
            "signs": None if question.signs is None else frozenset(question.signs),
            "located": question.located,
            "age": question.age,
            "time_zone": None if self.time_zone is None else str(self.time_zone),
        }


def _place_of_nothing(code: str, guidance: Guidance) -> InputFault:
    """Return the fault of a place for something that the request does not list."""
    if code in guidance.conditions or code in guidance.signs:
        return InputFault("/located", "conflict", "codes that conditions or signs list")
    closest = did_you_mean(code, [*guidance.conditions, *guidance.signs])
    return InputFault("/located", "unknown_code", f"codes of /v1/guidance/conditions or /v1/guidance/signs{closest}")


class EligibilityResponse(EligibilityAnswer):
    """Whether the session may be held; if not, from when; and why."""

    protocol: str
    clinic: Clinic | None = None
    guidance_version: str
    decision_id: Annotated[str, Field(description="The same question under the same guidance has the same id.")]
    disclaimer: str


def answer_request(
    guidance: Guidance, request: EligibilityRequest, clinic: Clinic | None = None, *, in_short: bool = False
) -> EligibilityResponse:
    """
    Answer one request: the same alone, as a slot and in a batch.

    Args:
        guidance: That of the protocol which the request names; *clinic* likewise.
        in_short: See :func:`decide_eligibility`.

    Raises:
        InvalidQuestion: With everything that the guidance does not know.
    """
    question = request.to_question(guidance)
    answer = decide_eligibility(guidance, question, in_short=in_short)
    return built(
        EligibilityResponse,
        {
            **answer.__dict__,
            "protocol": request.protocol,
            "clinic": clinic,
            "guidance_version": guidance.version,
            "decision_id": decision_id(guidance.version, request.protocol, request.canonical(question)),
            "disclaimer": guidance.release.disclaimer,
        },
    )


@router.post(
    "",
    summary="May this person have this session at this time?",
    operation_id="checkEligibility",
    response_model=EligibilityResponse,
    responses={200: {"content": {CALENDAR: {"schema": {"type": "string"}}}}},
)
async def check_eligibility(
    request: EligibilityRequest, protocols: ProtocolsDep, accept: AcceptDep, metrics: MetricsDep
) -> EligibilityResponse | Reply:
    """
    Decide from treatments, conditions, signs and age. Advice is always 200, also when it is "no".

    With `Accept: text/calendar` the earliest and the recommended time of the same answer come as an iCalendar file. An
    answer with neither is 406, unless JSON is accepted too.
    """
    guidance, clinic = protocols.choose(request.protocol, request.to_question)
    response = answer_request(guidance, request, clinic)
    metrics.count_decision(response.decision)
    return _as_calendar(guidance, response, accept) or response


def _as_calendar(guidance: Guidance, response: EligibilityResponse, accept: Sequence[str]) -> Reply | None:
    """
    Write the answer as a calendar file, where the client would rather have that.

    Returns:
        ``None`` where the answer goes out as JSON.

    Raises:
        NotAcceptable: An answer without dates, and a client that reads no JSON.
    """
    if preferred(accept, (JSON, CALENDAR)) != CALENDAR:
        return None
    file = calendar_of(guidance, response, response.decision_id)
    if file is not None:
        return Reply(200, file, f"{CALENDAR}; charset=utf-8", (*CALENDAR_HEADERS, *version_header(response)))
    if preferred(accept, (JSON,)) is None:
        raise NotAcceptable("This answer has no dates to show in a calendar. Accept application/json to read it.")
    return None

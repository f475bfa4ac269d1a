"""How soon does this reaction need a person?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from enum import StrEnum
from functools import partial
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from service.api.identity import decision_id
from service.api.protocols import Clinic, ProtocolCode
from service.api.route import StrictRoute
from service.api.services import GuidanceDep, MetricsDep, NowDep, ProtocolsDep
from service.api.treatments import TreatmentRequest, read_treatments
from service.api.wire import (
    CONDITIONS_AT_MOST,
    ERRORS_AT_MOST,
    SIGNS_AT_MOST,
    TEXT_AT_MOST,
    TREATMENTS_AT_MOST,
    Areas,
    Code,
    Country,
    Flag,
    Instant,
    Time,
    Wire,
    Zone,
)
from service.guidance.guidance import Guidance
from service.guidance.names import did_you_mean
from service.guidance.protocol import DEFAULT
from service.guidance.question import GivenTreatment, InputFault, InvalidQuestion, unknown_codes
from service.guidance.reading import ReadSign, read_signs
from service.guidance.records.common import Severity, Trend
from service.guidance.report import areas_and_places
from service.guidance.resolve import day_zone
from service.guidance.times import span_of
from service.guidance.triage import Report, ReportedSign, Status, TriageAnswer, decide_triage
from service.guidance.triage.answer import Match
from service.guidance.trusted import built

router = APIRouter(prefix="/v1/triage", route_class=StrictRoute, tags=["Triage"])

Text = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_AT_MOST)]


class GivenStatus(StrEnum):
    """Whether a sign is there, as confirmed by the person."""

    PRESENT = "present"
    ABSENT = "absent"
    PAST = "past"


class SignRequest(Wire, defer_build=True):
    """One sign, as the person or an app tells it."""

    sign: Annotated[Code, Field(description="A code of /v1/guidance/signs.")]
    status: Annotated[GivenStatus, Field(description="As confirmed by the person.")] = GivenStatus.PRESENT
    severity: Severity | None = None
    trend: Trend | None = None
    spreading: Flag | None = None
    onset: Annotated[Code | None, Field(description="An onset value of /v1/guidance.")] = None
    started_at: Annotated[Time | None, Field(description="When it began.")] = None
    areas: Annotated[
        Areas | None, Field(description="Where it is; codes of /v1/guidance/areas or /v1/guidance/places.")
    ] = None

    def faults(self, guidance: Guidance, pointer: str) -> Iterator[InputFault]:
        """Yield every code that the guidance does not define."""
        if self.sign not in guidance.signs:
            detail = f"a code of /v1/guidance/signs{did_you_mean(self.sign, guidance.signs)}"
            yield InputFault(f"{pointer}/sign", "unknown_code", detail)
        onsets = [value.id for value in guidance.triage.onset_values]
        if self.onset is not None and self.onset not in onsets:
            yield InputFault(f"{pointer}/onset", "unknown_code", f"one of {', '.join(onsets)}")
        yield from unknown_codes(
            f"{pointer}/areas",
            self.areas or (),
            areas_and_places(guidance),
            "/v1/guidance/areas or /v1/guidance/places",
        )

    def to_sign(self, zone: tzinfo | None) -> ReportedSign:
        """Return the sign for the core. *zone* gives a bare date its day."""
        return ReportedSign(
            sign=self.sign,
            status=Status(self.status),
            severity=self.severity,
            trend=self.trend,
            spreading=self.spreading,
            onset=self.onset,
            started_at=None if self.started_at is None else span_of(self.started_at, zone),
            areas=frozenset(self.areas or ()),
        )


class TriageRequest(Wire):
    """What is seen or felt, and what happened before. ``signs`` or ``text`` is required, or both."""

    signs: Annotated[tuple[SignRequest, ...] | None, Field(max_length=SIGNS_AT_MOST)] = None
    text: Annotated[Text | None, Field(description="In English, as the person says it.")] = None
    treatments: Annotated[
        tuple[TreatmentRequest, ...] | None,
        Field(max_length=TREATMENTS_AT_MOST, description="Done or booked; [] says that there is none."),
    ] = None
    last_session_at: Annotated[Time | None, Field(description="The last microcurrent session.")] = None
    conditions: Annotated[
        tuple[Code, ...] | None,
        Field(
            max_length=CONDITIONS_AT_MOST, description="Codes of /v1/guidance/conditions; [] says that none applies."
        ),
    ] = None
    at: Annotated[Instant | None, Field(description="The moment to answer for; left out: now.")] = None
    time_zone: Annotated[Zone | None, Field(description="IANA name. Gives bare dates their day.")] = None
    country: Annotated[Country | None, Field(description="ISO 3166-1 alpha-2, for the emergency number.")] = None
    protocol: ProtocolCode = DEFAULT

    def to_report(self, guidance: Guidance, now: datetime) -> Report:
        """
        Resolve codes, names and times.

        Args:
            guidance: That of the protocol: a clinic's own conditions are known to no other.

        Raises:
            InvalidQuestion: With what the guidance does not know, as far as it is shown, and where nothing is reported.
        """
        faults = list(islice(self._faults(guidance), ERRORS_AT_MOST))
        at = self.at or now
        zone = day_zone(self.time_zone, at)
        treatments: tuple[GivenTreatment, ...] | None = None
        try:
            treatments = None if self.treatments is None else read_treatments(guidance, self.treatments, zone)
        except InvalidQuestion as invalid:
            faults.extend(invalid.faults)
        if faults:
            raise InvalidQuestion(faults)
        return Report(
            at=at.astimezone(self.time_zone) if self.time_zone else at,
            signs=tuple(sign.to_sign(zone) for sign in self.signs or ()),
            text=self.text,
            treatments=treatments,
            conditions=None if self.conditions is None else frozenset(self.conditions),
            last_session_at=None if self.last_session_at is None else span_of(self.last_session_at, zone),
            country=self.country,
        )

    def _faults(self, guidance: Guidance) -> Iterator[InputFault]:
        if not self.signs and self.text is None:
            yield InputFault("/signs", "missing", "signs, with at least one, or text")
        for index, sign in enumerate(self.signs or ()):
            yield from sign.faults(guidance, f"/signs/{index}")
        yield from unknown_codes("/conditions", self.conditions or (), guidance.conditions, "/v1/guidance/conditions")


class TriageResponse(TriageAnswer):
    """How soon this reaction needs a person, and why."""

    protocol: str
    clinic: Clinic | None = None
    guidance_version: str
    decision_id: Annotated[str, Field(description="The same for the same question under the same guidance.")]
    disclaimer: str


@router.post("", operation_id="triageReaction", summary="How soon does this reaction need a person?")
async def triage_reaction(
    request: TriageRequest, protocols: ProtocolsDep, now: NowDep, metrics: MetricsDep
) -> TriageResponse:
    """
    Decide from signs, words, or both; treatments and conditions sharpen it. Always 200 where the request can be read.

    ``level``, mildest first: ``self_care`` (watch at home), ``contact_provider`` (within 1 to 2 days), ``urgent`` (a
    clinician the same day), ``emergency`` (now).
    """
    guidance, clinic = protocols.choose(request.protocol, partial(request.to_report, now=now))
    report = request.to_report(guidance, now)
    answer = decide_triage(guidance, report)
    metrics.count_level(answer.level)
    if report.text:
        metrics.count_text(answer.understood)
    return signed(answer, guidance, request.protocol, clinic, report)


def signed(
    answer: TriageAnswer, guidance: Guidance, protocol: str, clinic: Clinic | None, report: Report
) -> TriageResponse:
    """Add what every advice carries."""
    more: dict[str, Any] = {
        "protocol": protocol,
        "clinic": clinic,
        "guidance_version": guidance.version,
        "decision_id": decision_id(guidance.version, protocol, {"triage": report}),
        "disclaimer": guidance.release.disclaimer,
    }
    return built(TriageResponse, {**answer.__dict__, **more})


class ParseRequest(Wire):
    """Words about a reaction."""

    text: Annotated[Text, Field(description="In English, as the person says it.")]


class SignRead(Wire):
    """One sign as the text tells it, to be confirmed by the person."""

    sign: Annotated[str, Field(description="A code of /v1/guidance/signs.")]
    label: str
    question: Annotated[str, Field(description="Asks the person whether it is so.")]
    status: Status
    severity: Severity | None
    trend: Trend | None
    spreading: bool | None
    onsets: Annotated[tuple[str, ...] | None, Field(description="Onset values of /v1/guidance.")]
    lasted_hours: Annotated[int | None, Field(description="For how long it has been there.")]
    areas: Annotated[tuple[str, ...] | None, Field(description="Codes of areas or places.")]
    matched: Match

    @classmethod
    def of(cls, guidance: Guidance, read: ReadSign) -> SignRead:
        """Show one sign that was read."""
        sign = guidance.signs[read.sign]
        return cls(
            sign=sign.id,
            label=sign.label,
            question=sign.question,
            status=read.status,
            severity=read.severity,
            trend=read.trend,
            spreading=read.spreading,
            onsets=tuple(sorted(read.onsets)) or None,
            lasted_hours=read.lasted_hours,
            areas=tuple(sorted(read.areas)) or None,
            matched=Match(start=read.start, end=read.end),
        )


class ParseResponse(Wire):
    """What was read. It is no advice: a text that is not understood says nothing of how soon a person is needed."""

    signs: tuple[SignRead, ...]
    understood: bool
    not_understood: tuple[str, ...]
    guidance_version: str


@router.post("/parse", operation_id="parseReaction", summary="Which signs does this text tell of?")
async def parse_reaction(request: ParseRequest, guidance: GuidanceDep, metrics: MetricsDep) -> ParseResponse:
    """Read the signs from a text, for an app that lets the person confirm them before it asks for triage."""
    reading = read_signs(guidance, request.text)
    metrics.count_text(reading.understood)
    return ParseResponse(
        signs=tuple(SignRead.of(guidance, read) for read in reading.signs),
        understood=reading.understood,
        not_understood=reading.not_understood,
        guidance_version=guidance.version,
    )

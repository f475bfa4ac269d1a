"""The whole guidance at a glance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from service.api.guidance_items.fields import Codes, Id, Label
from service.api.guidance_items.waits import claims_of
from service.api.wire import Wire
from service.guidance.guidance import Guidance
from service.guidance.records import common
from service.guidance.records.common import Decision, Level


class DecisionMeaning(Wire):
    """A decision of eligibility."""

    id: Decision
    label: Label
    summary: str


class LevelMeaning(Wire):
    """A level of triage."""

    id: Level
    label: Label
    within: Annotated[str, Field(description="How soon a person is needed.")]
    headline: str
    microcurrent: Annotated[str, Field(description="What it means for the device.")]


class OnsetMeaning(Wire):
    """A way for a sign to begin that rules ask about."""

    id: Id
    label: Label


class Link(Wire):
    """A collection of the guidance."""

    id: str
    href: str
    count: int


class Overview(Wire):
    """Which guidance this is, until when it may be trusted without another look, and what it holds."""

    version: str
    released: Annotated[str, Field(json_schema_extra={"format": "date"})]
    review_due: Annotated[str, Field(json_schema_extra={"format": "date"})]
    disclaimer: str
    collections: tuple[Link, ...]
    claims: Annotated[int, Field(description="How many statements of sources the waits rest on.")]
    decisions: Annotated[tuple[DecisionMeaning, ...], Field(description="Mildest first. Closed for version 1.")]
    levels: Annotated[tuple[LevelMeaning, ...], Field(description="Mildest first. Closed for version 1.")]
    onset_values: tuple[OnsetMeaning, ...]
    severities: Codes
    trends: Codes
    settings: Codes
    notes: dict[str, str]
    guidance_version: str

    @classmethod
    def of(cls, guidance: Guidance, links: Iterable[Link]) -> Overview:
        """Show the whole guidance at a glance."""
        release, triage = guidance.release, guidance.triage
        return cls(
            version=release.version,
            released=release.released.isoformat(),
            review_due=release.review_due.isoformat(),
            disclaimer=release.disclaimer,
            collections=tuple(links),
            claims=len(claims_of(guidance)),
            decisions=tuple(
                DecisionMeaning(id=each.id, label=each.label, summary=each.summary)
                for each in sorted(guidance.eligibility.decisions, key=lambda each: each.id.rank)
            ),
            levels=tuple(
                LevelMeaning(
                    id=each.id,
                    label=each.label,
                    within=each.within,
                    headline=each.headline,
                    microcurrent=each.microcurrent,
                )
                for each in sorted(triage.levels, key=lambda each: each.id.rank)
            ),
            onset_values=tuple(OnsetMeaning(id=each.id, label=each.means) for each in triage.onset_values),
            severities=tuple(each.value for each in common.Severity),
            trends=tuple(each.value for each in common.Trend),
            settings=tuple(each.value for each in common.Setting),
            notes=release.notes,
            guidance_version=guidance.version,
        )

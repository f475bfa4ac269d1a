"""All records together, as the deciders read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from service.guidance.linear_model import LinearModel
from service.guidance.records.common import Release, Source
from service.guidance.records.eligibility import EligibilityTexts
from service.guidance.records.faq import FaqEntry, SearchSettings, Topic
from service.guidance.records.protocol import (
    Area,
    Condition,
    DeviceBrand,
    ExtendFactor,
    InjectableNote,
    Place,
    ProductWords,
    Rule,
    Treatment,
    Wait,
)
from service.guidance.records.reading import ReadingTexts
from service.guidance.records.triage import Combination, EmergencyNumber, ExposureGroup, Sign, TriageTexts
from service.guidance.window_model import WindowModel
from service.guidance.word_tables import WordCounts

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Guidance:
    """
    Every record, each mapping keyed by id. ``waits`` also holds those of the generics, worked out when read.

    Compared by identity, so that what is worked out from it once can be kept beside it.
    """

    version: str
    release: Release
    eligibility: EligibilityTexts
    triage: TriageTexts
    reading: ReadingTexts
    search: SearchSettings
    product_words: ProductWords
    sources: Mapping[str, Source]
    areas: Mapping[str, Area]
    places: Mapping[str, Place]
    treatments: Mapping[str, Treatment]
    waits: Mapping[str, Wait]
    rules: Mapping[str, Rule]
    extend_factors: Mapping[str, ExtendFactor]
    conditions: Mapping[str, Condition]
    injectable_contraindications: Mapping[str, InjectableNote]
    signs: Mapping[str, Sign]
    combinations: Mapping[str, Combination]
    exposure_groups: Mapping[str, ExposureGroup]
    device_brands: tuple[DeviceBrand, ...]
    emergency_numbers: Mapping[str, EmergencyNumber]
    topics: Mapping[str, Topic]
    faq: Mapping[str, FaqEntry]
    words: WordCounts
    """The words that are right, and how often the corpus uses each."""
    faq_model: LinearModel
    """What the search has learned of how people ask."""
    sign_model: LinearModel
    """How likely each sign is in a text by its words, pairs and letters; learned."""
    window_model: WindowModel
    """How likely each sign is in a text by its words in their order; learned."""
    detail_model: LinearModel
    """How likely a sign gets worse, spreads and so on; learned."""
    names: Mapping[str, str]
    """Folded name of a treatment to its id."""
    name_areas: Mapping[str, tuple[str, ...]]
    """Folded name that tells the place to its areas."""
    tightened_from: Guidance | None = None
    """The base guidance, where a protocol made this one stricter."""

    @property
    def base(self) -> Guidance:
        """The guidance without a protocol. It reads names and words, so that no protocol changes what is understood."""
        return self.tightened_from or self


def worked_out_once(work: Callable[[Guidance], T]) -> Callable[[Guidance], T]:
    """Keep what a function works out from a guidance beside that guidance, for as long as this lives."""
    name = f"{work.__module__}.{work.__qualname__}"

    def kept(guidance: Guidance) -> T:
        beside = guidance.__dict__
        if name not in beside:
            beside[name] = work(guidance)
        found: T = beside[name]
        return found

    return kept

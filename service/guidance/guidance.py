"""All records together, as the deciders read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.guidance import records
from service.guidance.linear_model import LinearModel
from service.guidance.window_model import WindowModel


@dataclass(frozen=True, eq=False)
class Guidance:
    """
    Every record, each mapping keyed by id. ``waits`` also holds those of the generics, worked out when read.

    Compared by identity, so that what is worked out from it once can be kept beside it.
    """

    version: str
    release: records.Release
    eligibility: records.EligibilityTexts
    triage: records.TriageTexts
    reading: records.ReadingTexts
    search: records.SearchSettings
    product_words: records.ProductWords
    sources: Mapping[str, records.Source]
    areas: Mapping[str, records.Area]
    places: Mapping[str, records.Place]
    treatments: Mapping[str, records.Treatment]
    waits: Mapping[str, records.Wait]
    rules: Mapping[str, records.Rule]
    extend_factors: Mapping[str, records.ExtendFactor]
    conditions: Mapping[str, records.Condition]
    injectable_contraindications: Mapping[str, records.InjectableNote]
    signs: Mapping[str, records.Sign]
    combinations: Mapping[str, records.Combination]
    exposure_groups: Mapping[str, records.ExposureGroup]
    device_brands: tuple[records.DeviceBrand, ...]
    emergency_numbers: Mapping[str, records.EmergencyNumber]
    topics: Mapping[str, records.Topic]
    faq: Mapping[str, records.FaqEntry]
    words: Mapping[str, int]
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

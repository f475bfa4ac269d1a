"""What an app is made of that depends on nothing but its content: read, checked, and worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from service.api import faq, guidance, operations
from service.api.protocols import Protocols
from service.api.route import Published
from service.api.shelf import Shelf
from service.guidance.faq import FaqSearch
from service.guidance.guidance import Guidance
from service.settings import Settings


@dataclass(frozen=True)
class Described:
    """What the description of the API says besides what the content does: whatever an operator may set."""

    body_bytes: int
    counts: Mapping[str, int]
    asks_for_keys: bool
    has_protocols: bool

    @classmethod
    def of(cls, settings: Settings) -> Described:
        """Return what is said under these settings."""
        return cls(
            settings.body_bytes,
            settings.counts,
            settings.api_keys_file is not None,
            settings.protocols_dir is not None,
        )


@dataclass(frozen=True)
class Prepared:
    """
    Everything that takes long to make.

    Args:
        shelf: What is published without a clinic's protocols.
        described: Which description of the API there is, if there is one.
    """

    guidance: Guidance
    faq_search: FaqSearch
    shelf: Shelf
    description: tuple[Published, Published] | None = None
    described: Described | None = None


def prepare(folder: Path) -> Prepared:
    """
    Read and check the content of a folder, and work out what is the same for every question.

    Raises:
        BrokenContent: With all faults at once.
    """
    from service.guidance.load import load_guidance  # it brings what reads YAML and checks records

    loaded, shelf = load_guidance(folder), Shelf()
    guidance.publish(Protocols.of(loaded, {}), shelf)
    for group in (faq, operations):
        group.publish(loaded, shelf)
    return Prepared(loaded, FaqSearch(loaded, faq.safety_reader(loaded, utc_now)), shelf)


def utc_now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)

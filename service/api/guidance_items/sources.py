"""Where the facts come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from service.api.wire import Item
from service.guidance.guidance import Guidance


class SourceItem(Item):
    """Where a fact comes from."""

    title: str
    publisher: str
    url: str | None
    kind: str
    grade: Annotated[str, Field(description="A label or regulator, B peer review, C maker, D everybody else.")]
    retrieved: Annotated[bool, Field(description="False for a known source whose page was not seen.")]
    year: int | None
    notes: str

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[SourceItem]:
        """Yield every source."""
        for each in guidance.sources.values():
            yield cls(
                id=each.id,
                title=each.title,
                publisher=each.publisher,
                url=str(each.url) if each.url else None,
                kind=each.kind,
                grade=each.grade.value,
                retrieved=each.retrieved,
                year=each.year,
                notes=each.notes,
            )

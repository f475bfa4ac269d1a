"""Cite sources in an answer, with their grade."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from service.guidance.guidance import Guidance
from service.guidance.records import Grade


class Citation(BaseModel):
    """A source of the answer, with its grade."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    publisher: str
    url: str | None = None
    grade: Grade


def cite(guidance: Guidance, sources: Iterable[str]) -> tuple[Citation, ...]:
    """Return each source once, in the order of first mention."""
    return tuple(
        Citation(
            id=source.id,
            title=source.title,
            publisher=source.publisher,
            url=str(source.url) if source.url else None,
            grade=source.grade,
        )
        for source in (guidance.sources[code] for code in dict.fromkeys(sources))
    )

"""Cite sources in an answer, with their grade."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict

from service.guidance.guidance import Guidance, worked_out_once
from service.guidance.records.common import Grade


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
    citations = _citations_of(guidance)
    return tuple(citations[code] for code in dict.fromkeys(sources))


@worked_out_once
def _citations_of(guidance: Guidance) -> Mapping[str, Citation]:
    return {
        source.id: Citation(
            id=source.id,
            title=source.title,
            publisher=source.publisher,
            url=str(source.url) if source.url else None,
            grade=source.grade,
        )
        for source in guidance.sources.values()
    }

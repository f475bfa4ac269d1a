"""Questions with their answers, and their topics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from service.api.guidance_items.fields import Citations, Codes, Label
from service.api.wire import Item
from service.guidance.guidance import Guidance
from service.guidance.wording import render_answer


class Topic(Item):
    """A heading of the FAQ."""

    label: Label

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[Topic]:
        """Yield every topic, in its order."""
        for each in guidance.topics.values():
            yield cls(id=each.id, label=each.label)


class FaqItem(Item):
    """A question and its answer, every figure taken from the rule that holds it."""

    topic: Annotated[str, Field(description="Id of /v1/guidance/topics.")]
    question: str
    aliases: Annotated[tuple[str, ...], Field(description="Other ways to ask it.")]
    answer: str
    related: Annotated[Codes, Field(description="Ids of other entries.")]
    citations: Citations

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[FaqItem]:
        """Yield every entry, by topic."""
        order = {topic: place for place, topic in enumerate(guidance.topics)}
        for each in sorted(guidance.faq.values(), key=lambda entry: order[entry.topic]):
            yield cls(
                id=each.id,
                topic=each.topic,
                question=each.question,
                aliases=each.paraphrases,
                answer=render_answer(guidance, each),
                related=each.related,
                citations=each.sources,
            )

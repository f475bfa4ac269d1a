"""Rules that an answer can name, whatever kind of record holds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Annotated

from pydantic import Field

from service.api.guidance_items.fields import Citations, Codes, Label
from service.api.guidance_items.waits import wait_label
from service.api.wire import Item
from service.guidance.guidance import Guidance
from service.guidance.wording import say_hours


class Rule(Item):
    """A rule that an answer can name, whatever kind of record holds it."""

    id: Annotated[str, Field(description="As answers name it in reasons.")]
    kind: Annotated[str, Field(description="wait, wait_before, condition, sign, combination, area or rule.")]
    label: Label
    text: str
    basis: Annotated[str, Field(description="source or judgement, where the rule says which.")] | None
    citations: Citations
    protocols: (
        Annotated[
            Codes,
            Field(description="Ids of the clinic protocols that add this rule or make it stricter; they say how."),
        ]
        | None
    ) = None
    href: Annotated[str, Field(description="Where the whole record is.")]

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[Rule]:
        """Yield every rule that can be in an answer, and where the rest of it is."""
        return chain(
            _wait_rules(guidance),
            _fact_rules(guidance),
            _triage_rules(guidance),
            _general_rules(guidance),
        )


def _wait_rules(guidance: Guidance) -> Iterator[Rule]:
    for wait in guidance.waits.values():
        minimum, recommended = say_hours(wait.minimum_hours), say_hours(wait.recommended_hours)
        yield Rule(
            id=wait.id,
            kind=wait.id.partition(".")[0],
            label=wait_label(guidance, wait),
            text=f"At least {minimum}; {recommended} are recommended. {wait.why}",
            basis=wait.basis.value,
            citations=_once(*(claim.source for claim in wait.claims), *wait.see_also),
            href=f"/v1/guidance/waits/{wait.id}",
        )


def _fact_rules(guidance: Guidance) -> Iterator[Rule]:
    for condition in guidance.conditions.values():
        text = f"{condition.advice} {condition.why}"
        yield _rule("condition", "conditions", condition.id, condition.label, text, condition.sources)
    for area in guidance.areas.values():
        if area.decision:
            yield _rule("area", "areas", area.id, area.label, area.why or "No device may pass here.", area.sources)


def _triage_rules(guidance: Guidance) -> Iterator[Rule]:
    level_of = {level.id: level.label for level in guidance.triage.levels}
    for sign in guidance.signs.values():
        text = f"{level_of[sign.level]}. {sign.home_advice}"
        yield _rule("sign", "signs", sign.id, sign.label, text, sign.sources)
    for combination in guidance.combinations.values():
        label = combination.id.replace("_", " ").capitalize()
        text = f"{level_of[combination.level]}. {combination.why}"
        yield _rule("combination", "combinations", combination.id, label, text, combination.sources)


def _general_rules(guidance: Guidance) -> Iterator[Rule]:
    for rule in guidance.rules.values():
        label = rule.id.partition(".")[2].replace("_", " ").capitalize()
        yield Rule(
            id=rule.id,
            kind="rule",
            label=label,
            text=rule.rule,
            basis=rule.basis.value,
            citations=rule.sources,
            href=f"/v1/guidance/rules/{rule.id}",
        )
    for factor in guidance.extend_factors.values():
        yield Rule(
            id=factor.id,
            kind="rule",
            label=factor.factor,
            text=f"{factor.factor}: {factor.effect}.",
            basis=factor.basis.value,
            citations=factor.sources,
            href=f"/v1/guidance/rules/{factor.id}",
        )


def _rule(kind: str, collection: str, id: str, label: str, text: str, sources: Iterable[str]) -> Rule:
    return Rule(
        id=f"{kind}.{id}",
        kind=kind,
        label=label,
        text=text,
        basis=None,
        citations=tuple(sources),
        href=f"/v1/guidance/{collection}/{id}",
    )


def _once(*ids: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))

"""What each collection of the guidance shows: what a form needs, and what a clinician needs to check a rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Annotated

from pydantic import Field

from service.api.wire import Item, Wire
from service.guidance.guidance import Guidance
from service.guidance.names import fold
from service.guidance.records import common, protocol, triage
from service.guidance.records.common import Decision, Level
from service.guidance.wording import claimed_range, render_answer, say_hours

Id = Annotated[str, Field(description="The code that requests and answers use.")]
Label = Annotated[str, Field(description="For a person to read.")]
Aliases = Annotated[tuple[str, ...], Field(description="Other names, for a search box.")]
Help = Annotated[str, Field(description="A sentence to show beside it.")]
Citations = Annotated[tuple[str, ...], Field(description="Ids of /v1/guidance/sources.")]
Codes = tuple[str, ...]


class Treatment(Item):
    """Something else that is done to a face."""

    label: Label
    group: Annotated[str, Field(description="injectable, procedure or surgery.")]
    help: Help | None
    aliases: Aliases
    alias_areas: Annotated[dict[str, Codes], Field(description="Aliases that tell the place, and its areas.")]
    stands_for: Annotated[Codes, Field(description="Of a generic: the treatments whose strictest waits it takes.")]
    dated: Annotated[bool, Field(description="Whether its waits are known, so that its date leads to dates.")]
    waits: Annotated[Codes, Field(description="Ids of /v1/guidance/waits.")]

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[Treatment]:
        """Yield every treatment, in the order of the guidance."""
        for each in guidance.treatments.values():
            yield cls(
                id=each.id,
                label=each.label,
                group=each.group,
                help=each.note,
                aliases=tuple(dict.fromkeys((*each.names, *each.name_areas))),
                alias_areas=each.name_areas,
                stands_for=each.stands_for,
                dated=each.dated,
                waits=tuple(wait.id for wait in guidance.waits.values() if wait.treatment == each.id),
            )


class Area(Item):
    """A part of the face or neck."""

    label: Label
    aliases: Aliases
    face: Annotated[bool, Field(description="False for the parts of the neck.")]
    decision: Annotated[Decision, Field(description="Set where no device may pass.")] | None
    help: Help | None
    citations: Citations

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[Area]:
        """Yield every area."""
        for each in guidance.areas.values():
            yield cls(
                id=each.id,
                label=each.label,
                aliases=each.aliases,
                face=each.face,
                decision=each.decision,
                help=each.why,
                citations=each.sources,
            )


class Place(Item):
    """A place that only a sign can have."""

    label: Label
    help: Help
    areas: Annotated[Codes, Field(description="Areas inside the place.")]
    includes: Annotated[Codes, Field(description="Places that hold as well.")]

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[Place]:
        """Yield every place."""
        for each in guidance.places.values():
            yield cls(id=each.id, label=each.label, help=each.means, areas=each.areas, includes=each.includes)


class Condition(Item):
    """A fact about the person that can forbid a session."""

    label: Label
    aliases: Aliases
    help: Help
    class_: Annotated[str, Field(alias="class", description="absolute, relative, local or precaution.")]
    advice: str
    clears: Annotated[str, Field(description="What ends it; left out where nothing does.")] | None
    conflict: Annotated[str, Field(description="How lists that differ are settled here.")] | None
    note: str | None
    below_age: Annotated[int, Field(description="It holds for everybody younger than this.")] | None
    citations: Citations

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[Condition]:
        """Yield every condition."""
        return map(cls.of, guidance.conditions.values())

    @classmethod
    def of(cls, each: protocol.Condition) -> Condition:
        """Show one condition."""
        return cls(
            id=each.id,
            label=each.label,
            aliases=each.lay_terms,
            help=each.why,
            class_=each.class_.value,
            advice=each.advice,
            clears=each.clears,
            conflict=each.conflict,
            note=each.note,
            below_age=each.below_age,
            citations=each.sources,
        )


class Escalation(Wire):
    """What raises the level of a sign. Every key that is there has to hold."""

    to: Level
    action: str | None
    basis: str
    persists_hours: int | None
    worsening: bool | None
    spreading: bool | None
    severity: str | None
    onset: str | None
    areas: Codes | None
    history: Annotated[Codes, Field(description="Conditions, any one of which has to hold.")] | None
    with_any: Annotated[Codes, Field(description="Signs, any one of which has to be present as well.")] | None
    exposure: Annotated[str, Field(description="Id of /v1/guidance/exposure_groups, or microcurrent.")] | None
    within_hours: int | None
    means: str | None
    note: str | None

    @classmethod
    def of(cls, each: triage.Escalation) -> Escalation:
        """Show one escalation."""
        return cls(
            to=each.to,
            action=each.action,
            basis=each.basis.value,
            persists_hours=each.persists_hours,
            worsening=each.worsening,
            spreading=each.spreading,
            severity=each.severity.value if each.severity else None,
            onset=each.onset,
            areas=each.areas or None,
            history=each.history or None,
            with_any=each.with_any or None,
            exposure=each.exposure,
            within_hours=each.within_hours,
            means=each.means,
            note=each.note,
        )


class Sign(Item):
    """One finding, seen or felt."""

    label: Label
    aliases: Aliases
    help: Help
    clinical_term: str
    contexts: Annotated[Codes, Field(description="Where it is typical.")]
    may_indicate: tuple[str, ...]
    onset: str
    level: Annotated[Level, Field(description="Its level with nothing else known; escalations only raise it.")]
    action: str | None
    time_critical_minutes: int | None
    escalations: tuple[Escalation, ...]
    home_advice: str
    note: str | None
    citations: Citations

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[Sign]:
        """Yield every sign."""
        for each in guidance.signs.values():
            yield cls(
                id=each.id,
                label=each.label,
                aliases=each.lay_terms,
                help=each.question,
                clinical_term=each.clinical_term,
                contexts=each.contexts,
                may_indicate=each.may_indicate,
                onset=each.onset,
                level=each.level,
                action=each.action,
                time_critical_minutes=each.time_critical_minutes,
                escalations=tuple(map(Escalation.of, each.escalations)),
                home_advice=each.home_advice,
                note=each.note,
                citations=each.sources,
            )


class AnySign(Wire):
    """At least one of these holds for a sign of the combination."""

    severity: str | None
    worsening: bool | None
    persists_hours: int | None


class Combination(Item):
    """Signs that together mean more: one from every group, and every other key that is there."""

    level: Level
    action: str | None
    all_of_any: Annotated[tuple[Codes, ...], Field(description="Groups of signs; one of each has to be present.")]
    distinct: Annotated[bool, Field(description="Whether each group needs a sign of its own.")]
    exposure: str | None
    within_hours: int | None
    session_within_hours: int | None
    history: Codes | None
    onset: str | None
    any_sign: AnySign | None
    context: str | None
    why: str
    citations: Citations

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[Combination]:
        """Yield every combination."""
        for each in guidance.combinations.values():
            yield cls(
                id=each.id,
                level=each.level,
                action=each.action,
                all_of_any=each.all_of_any,
                distinct=each.distinct,
                exposure=each.exposure,
                within_hours=each.within_hours,
                session_within_hours=each.session_within_hours,
                history=each.history or None,
                onset=each.onset,
                any_sign=AnySign.model_validate(each.any_sign.model_dump()) if each.any_sign else None,
                context=each.context,
                why=each.why,
                citations=each.sources,
            )


class Claim(Wire):
    """What one source says about a wait: a figure, or a condition in words."""

    source: str
    grade: Annotated[str, Field(description="A to D; see /v1/guidance/sources.")]
    retrieved: Annotated[bool, Field(description="Whether the page of the source was seen.")]
    about: str
    area: str
    value: int | None
    value_max: int | None
    unit: str | None
    hours: Annotated[int, Field(description="The figure in hours; a month counts 730.")] | None
    hours_max: int | None
    condition: str | None
    note: str | None


class HoursRange(Wire):
    """The smallest and the largest hours that any source claims."""

    from_hours: int
    to_hours: int


class AreaFigures(Wire):
    """Figures that replace those of the wait for some areas."""

    label: Label
    areas: Annotated[Codes, Field(description="The areas; left out where the figures are for elsewhere.")] | None
    elsewhere: Annotated[bool, Field(description="Whether they hold where treatment and session share no area.")]
    minimum_hours: int
    recommended_hours: int
    provider_clearance: bool
    basis: str
    why: str


class Wait(Item):
    """Hours to leave between a treatment and a session: what every source claims, the value used, and why."""

    treatment: str
    direction: Annotated[str, Field(description="session_after_treatment or session_before_treatment.")]
    label: Label
    minimum_hours: Annotated[int, Field(description="Before this the answer is no.")]
    recommended_hours: Annotated[int, Field(description="From this the answer is yes, as far as time goes.")]
    provider_clearance: Annotated[bool, Field(description="Ask whoever treated, also after the recommended time.")]
    basis: Annotated[str, Field(description="source, or judgement.")]
    evidence_strength: str
    why: str
    areas: tuple[AreaFigures, ...]
    claims: tuple[Claim, ...]
    claimed: HoursRange | None
    note: str | None
    see_also: Citations

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[Wait]:
        """Yield every wait, those of the generics too."""
        for each in guidance.waits.values():
            claimed = claimed_range(each)
            yield cls(
                id=each.id,
                treatment=each.treatment,
                direction=each.direction.value,
                label=wait_label(guidance, each),
                minimum_hours=each.minimum_hours,
                recommended_hours=each.recommended_hours,
                provider_clearance=each.provider_clearance,
                basis=each.basis.value,
                evidence_strength=each.evidence_strength,
                why=each.why,
                areas=tuple(map(_area_figures, each.areas)),
                claims=tuple(_claim(guidance, claim) for claim in each.claims),
                claimed=HoursRange(from_hours=claimed[0], to_hours=claimed[1]) if claimed else None,
                note=each.note,
                see_also=each.see_also,
            )


def wait_label(guidance: Guidance, wait: protocol.Wait) -> str:
    """Name a wait by its treatment and direction."""
    label = guidance.treatments[wait.treatment].label
    if wait.direction is common.Direction.SESSION_AFTER_TREATMENT:
        return f"From {label} to a session"
    return f"From a session to {label}"


def _area_figures(figures: protocol.AreaFigures) -> AreaFigures:
    return AreaFigures(
        label=figures.label,
        areas=None if figures.where == "elsewhere" else figures.where,
        elsewhere=figures.where == "elsewhere",
        minimum_hours=figures.minimum_hours,
        recommended_hours=figures.recommended_hours,
        provider_clearance=figures.provider_clearance,
        basis=figures.basis.value,
        why=figures.why,
    )


def _claim(guidance: Guidance, claim: protocol.Claim) -> Claim:
    source = guidance.sources[claim.source]
    return Claim(
        source=claim.source,
        grade=source.grade.value,
        retrieved=source.retrieved,
        about=claim.about,
        area=claim.area,
        value=claim.value,
        value_max=claim.value_max,
        unit=claim.unit,
        hours=claim.hours,
        hours_max=claim.hours_max,
        condition=claim.condition,
        note=claim.note,
    )


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


class EmergencyNumber(Item):
    """The number that reaches an ambulance in a country."""

    id: Annotated[str, Field(description="ISO 3166-1 alpha-2 code.")]
    label: Label
    phone: str
    also: Annotated[tuple[str, ...], Field(description="Numbers that reach it as well.")]
    note: str | None
    citations: Citations

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[EmergencyNumber]:
        """Yield every country with a sourced number."""
        for each in guidance.emergency_numbers.values():
            yield cls(
                id=each.id,
                label=each.country,
                phone=each.phone,
                also=each.also,
                note=each.note,
                citations=each.sources,
            )


class ExposureGroup(Item):
    """Treatments that can cause the same harm."""

    treatments: Codes

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[ExposureGroup]:
        """Yield every group."""
        for each in guidance.exposure_groups.values():
            yield cls(id=each.id, treatments=each.treatments)


class DeviceBrand(Item):
    """What a maker says about waiting, or that no statement was found."""

    label: Label
    toxin_hours: int | None
    filler_hours: int | None
    note: str | None
    citations: Citations

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[DeviceBrand]:
        """Yield every brand."""
        for each in guidance.device_brands:
            yield cls(
                id=fold(each.brand).replace(" ", "_"),
                label=each.brand,
                toxin_hours=each.toxin_hours,
                filler_hours=each.filler_hours,
                note=each.note,
                citations=(each.source,) if each.source else (),
            )


class InjectableContraindication(Item):
    """A contraindication of an injectable itself, worth a mention."""

    text: str
    citations: Citations

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[InjectableContraindication]:
        """Yield every one."""
        for each in guidance.injectable_contraindications.values():
            yield cls(id=each.id, text=each.text, citations=each.sources)


class Topic(Item):
    """A heading of the FAQ."""

    label: Label

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[Topic]:
        """Yield every topic, in its order."""
        for each in guidance.topics.values():
            yield cls(id=each.id, label=each.label)


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


def claims_of(guidance: Guidance) -> list[protocol.Claim]:
    """Return every claim once: the waits of a generic repeat those of what it stands for."""
    written = [wait for wait in guidance.waits.values() if not guidance.treatments[wait.treatment].stands_for]
    return [claim for wait in written for claim in wait.claims]


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

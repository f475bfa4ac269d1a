"""What has to hold between records: every reference resolves, every rule has its ground, nothing is ambiguous."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from service.guidance.guidance import Guidance
from service.guidance.names import did_you_mean, fold
from service.guidance.ranking import FACTS, NOTHING
from service.guidance.records.common import Basis, ConditionClass, Decision, Direction, Level
from service.guidance.wording import FIGURE_FIELDS, figure_of, spelled_figures

PREFIX_OF = {
    Direction.SESSION_AFTER_TREATMENT: "wait",
    Direction.SESSION_BEFORE_TREATMENT: "wait_before",
}


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong with a record, where, and what would cure it."""

    file: str
    record: str
    what: str
    cure: str

    def __str__(self) -> str:
        place = f"{self.file}: {self.record}" if self.record else self.file
        return f"{place}: {self.what}. Cure: {self.cure}"


class BrokenContent(Exception):
    """Content that must not be used. ``faults`` holds all that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))


def faults_of(guidance: Guidance, excused: frozenset[str] = frozenset()) -> Iterator[Fault]:
    """Yield every fault between records. A reference to what is *excused*, for faults of its own, is none."""
    yield from _unresolved(guidance, excused)
    yield from _groundless(guidance)
    yield from _waits(guidance, excused)
    yield from _idle_escalations(guidance)
    yield from _unreachable(guidance)
    yield from _shared_names(guidance)
    yield from _texts(guidance)
    yield from _faq(guidance)
    yield from _learned(guidance)


def _unresolved(guidance: Guidance, excused: frozenset[str]) -> Iterator[Fault]:
    known: dict[str, tuple[str, Iterable[str]]] = {
        "source": ("sources.yaml", guidance.sources),
        "area": ("areas.yaml", guidance.areas),
        "place": ("areas.yaml or places.yaml", {*guidance.areas, *guidance.places}),
        "treatment": ("treatments.yaml", guidance.treatments),
        "condition": ("conditions.yaml", guidance.conditions),
        "sign": ("signs.yaml", guidance.signs),
        "exposure": ("exposure_groups.yaml", {*guidance.exposure_groups, "microcurrent"}),
        "onset": ("triage.yaml", {value.id for value in guidance.triage.onset_values}),
        "action": ("triage.yaml", {action.id for action in guidance.triage.actions}),
        "topic": ("topics.yaml", guidance.topics),
        "faq": ("faq", guidance.faq),
        "concept": ("search.yaml", {concept.id for concept in guidance.search.concepts}),
    }
    for file, record, kind, codes in _references(guidance):
        defined_in, ids = known[kind]
        if excused & set(defined_in.split(" or ")):
            continue
        for code in codes:
            if code is not None and code not in ids and code not in excused:
                yield Fault(
                    file,
                    record,
                    f"cites the {kind} '{code}', which {defined_in} does not define",
                    f"define it or correct the name{did_you_mean(code, ids)}",
                )


def _shared_names(guidance: Guidance) -> Iterator[Fault]:
    """Yield the names that several treatments share although one of them, or nothing else, already goes by them."""
    for shared in guidance.product_words.shared:
        if (owner := guidance.names.get(fold(shared.name))) is not None:
            yield Fault(
                "product_words.yaml", shared.name, f"the name also belongs to {owner}", "remove it here or from there"
            )


def _references(guidance: Guidance) -> Iterator[tuple[str, str, str, Iterable[str | None]]]:
    """Yield file, record, kind of what is cited, and the codes cited."""
    for area in guidance.areas.values():
        yield "areas.yaml", area.id, "source", area.sources
    for place in guidance.places.values():
        yield "places.yaml", place.id, "area", place.areas
        yield "places.yaml", place.id, "place", place.includes
    for treatment in guidance.treatments.values():
        yield "treatments.yaml", treatment.id, "treatment", treatment.stands_for
        yield "treatments.yaml", treatment.id, "exposure", [treatment.could_be]
        for codes in treatment.name_areas.values():
            yield "treatments.yaml", treatment.id, "area", codes
    for shared in guidance.product_words.shared:
        yield "product_words.yaml", shared.name, "treatment", shared.treatments
    for wait in guidance.waits.values():
        yield "waits.yaml", wait.id, "treatment", [wait.treatment]
        yield "waits.yaml", wait.id, "source", [*(claim.source for claim in wait.claims), *wait.see_also]
        for figures in wait.areas:
            if figures.where != "elsewhere":
                yield "waits.yaml", wait.id, "area", figures.where
    for rule in guidance.rules.values():
        yield "rules.yaml", rule.id, "source", rule.sources
    for factor in guidance.extend_factors.values():
        yield "extend_factors.yaml", factor.id, "source", factor.sources
        yield "extend_factors.yaml", factor.id, "sign", factor.signs
        yield "extend_factors.yaml", factor.id, "condition", factor.conditions
        yield "extend_factors.yaml", factor.id, "treatment", factor.treatments
    for condition in guidance.conditions.values():
        yield "conditions.yaml", condition.id, "source", condition.sources
    for note in guidance.injectable_contraindications.values():
        yield "injectable_contraindications.yaml", note.id, "source", note.sources
    yield from _triage_references(guidance)
    yield "search.yaml", "groups", "exposure", guidance.search.groups
    yield "search.yaml", "subjects", "concept", [guidance.search.device, *guidance.search.subjects]
    yield "search.yaml", "times", "concept", guidance.search.times
    for brand in guidance.device_brands:
        yield "device_brands.yaml", brand.brand, "source", [brand.source]
    for number in guidance.emergency_numbers.values():
        yield "emergency_numbers.yaml", number.id, "source", number.sources
    for entry in guidance.faq.values():
        file = f"faq/{entry.topic}.yaml"
        yield file, entry.id, "topic", [entry.topic]
        yield file, entry.id, "faq", entry.related
        yield file, entry.id, "source", [*entry.sources, *(figure.source for figure in entry.figures)]


def _triage_references(guidance: Guidance) -> Iterator[tuple[str, str, str, Iterable[str | None]]]:
    for sign in guidance.signs.values():
        yield "signs.yaml", sign.id, "source", sign.sources
        yield "signs.yaml", sign.id, "action", [sign.action]
        for escalation in sign.escalations:
            yield "signs.yaml", sign.id, "sign", escalation.with_any
            yield "signs.yaml", sign.id, "condition", escalation.history
            yield "signs.yaml", sign.id, "place", escalation.areas
            yield "signs.yaml", sign.id, "exposure", [escalation.exposure]
            yield "signs.yaml", sign.id, "onset", [escalation.onset]
            yield "signs.yaml", sign.id, "action", [escalation.action]
    for combination in guidance.combinations.values():
        for group in combination.all_of_any:
            yield "combinations.yaml", combination.id, "sign", group
        yield "combinations.yaml", combination.id, "condition", combination.history
        yield "combinations.yaml", combination.id, "exposure", [combination.exposure]
        yield "combinations.yaml", combination.id, "onset", [combination.onset]
        yield "combinations.yaml", combination.id, "action", [combination.action]
        yield "combinations.yaml", combination.id, "source", combination.sources
    for group_record in guidance.exposure_groups.values():
        yield "exposure_groups.yaml", group_record.id, "treatment", group_record.treatments
    yield "triage.yaml", "default_action", "action", [guidance.triage.default_action]
    for window in guidance.triage.onset_windows:
        yield "triage.yaml", "onset_windows", "exposure", [window.exposure]
        yield "triage.yaml", "onset_windows", "source", window.sources
    yield "triage.yaml", "reporting", "source", [each.source for each in guidance.triage.reporting]
    yield "triage.yaml", "ask_first", "sign", guidance.triage.ask_first
    yield from _reading_references(guidance)


def _reading_references(guidance: Guidance) -> Iterator[tuple[str, str, str, Iterable[str | None]]]:
    yield "reading.yaml", "claimed", "sign", guidance.reading.claimed
    yield "reading.yaml", "phrases", "sign", guidance.reading.phrases
    yield "reading.yaml", "not_alone", "sign", guidance.reading.not_alone
    yield "reading.yaml", "itchy", "sign", [guidance.reading.itchy.sign, *guidance.reading.itchy.of]
    yield "reading.yaml", "growing", "sign", guidance.reading.growing.signs
    yield "reading.yaml", "severe_when", "sign", guidance.reading.severe_when
    yield "reading.yaml", "severe_after", "sign", guidance.reading.severe_after
    yield "reading.yaml", "with_condition", "sign", guidance.reading.with_condition
    told = [each.condition for each in guidance.reading.with_condition.values()]
    yield "reading.yaml", "with_condition", "condition", told
    yield "reading.yaml", "temperature", "sign", [guidance.reading.temperature.sign]
    yield "reading.yaml", "onsets", "onset", guidance.reading.onsets
    yield "reading.yaml", "places", "place", guidance.reading.places
    yield "reading.yaml", "exposure_words", "exposure", guidance.reading.exposure_words
    for doubt in guidance.reading.doubtful:
        yield "reading.yaml", "doubtful", "sign", [*doubt.signs, doubt.also]
        yield "reading.yaml", "doubtful", "exposure", doubt.settled_by
    late = guidance.reading.late
    yield "reading.yaml", "late", "sign", [*late.signs, *late.signs.values()]
    yield "reading.yaml", "late", "exposure", [late.exposure]
    yield "reading.yaml", "lasts_since", "sign", guidance.reading.lasts_since
    yield "reading.yaml", "lasts_since", "exposure", guidance.reading.lasts_since.values()
    yield "reading.yaml", "lasts_since_last", "sign", guidance.reading.lasts_since_last.signs


def _groundless(guidance: Guidance) -> Iterator[Fault]:
    """Yield the rules that neither cite a source nor say that they are a judgement."""
    cure = "name a source, or say basis: judgement"
    grounds: list[tuple[str, str, Basis, Iterable[str]]] = [
        *(("rules.yaml", rule.id, rule.basis, rule.sources) for rule in guidance.rules.values()),
        *(
            ("extend_factors.yaml", factor.id, factor.basis, factor.sources)
            for factor in guidance.extend_factors.values()
        ),
        *(
            ("waits.yaml", wait.id, wait.basis, [claim.source for claim in wait.claims])
            for wait in guidance.waits.values()
        ),
    ]
    for file, record, basis, sources in grounds:
        if basis is Basis.SOURCE and not list(sources):
            yield Fault(file, record, "says basis: source but cites none", cure)
    always: list[tuple[str, str, Iterable[str]]] = [
        *(("conditions.yaml", condition.id, condition.sources) for condition in guidance.conditions.values()),
        *(("signs.yaml", sign.id, sign.sources) for sign in guidance.signs.values()),
        *(("combinations.yaml", each.id, each.sources) for each in guidance.combinations.values()),
        *(("areas.yaml", area.id, area.sources) for area in guidance.areas.values() if area.decision),
    ]
    for file, record, sources in always:
        if not list(sources):
            yield Fault(file, record, "has no source", "name at least one source")


def _waits(guidance: Guidance, excused: frozenset[str]) -> Iterator[Fault]:
    for wait in guidance.waits.values():
        if wait.id != f"{PREFIX_OF[wait.direction]}.{wait.treatment}":
            yield Fault(
                "waits.yaml",
                wait.id,
                f"its id does not fit treatment {wait.treatment} and direction {wait.direction}",
                f"call it {PREFIX_OF[wait.direction]}.{wait.treatment}",
            )
        placed: set[str] = set()
        for figures in wait.areas:
            codes = {"elsewhere"} if figures.where == "elsewhere" else set(figures.where)
            for code in sorted(codes & placed):
                yield Fault("waits.yaml", wait.id, f"gives two figures for {code}", "keep one of them")
            placed |= codes
            looser = figures.minimum_hours < wait.minimum_hours or figures.recommended_hours < wait.recommended_hours
            if figures.where != "elsewhere" and looser:
                yield Fault(
                    "waits.yaml",
                    wait.id,
                    f"the figures for {figures.label} are looser than the general ones",
                    "raise them, or lower the general figures",
                )
    for treatment in guidance.treatments.values():
        for prefix in PREFIX_OF.values():
            key = f"{prefix}.{treatment.id}"
            if treatment.dated and key not in guidance.waits and key not in excused:
                yield Fault("treatments.yaml", treatment.id, f"has no {key}", "add it to waits.yaml")
            if not treatment.dated and key in guidance.waits:
                yield Fault("waits.yaml", key, "belongs to a treatment with dated: false", "remove one of the two")


def _idle_escalations(guidance: Guidance) -> Iterator[Fault]:
    """Yield escalations that change nothing, and hours that nothing counts from."""
    for sign in guidance.signs.values():
        for number, escalation in enumerate(sign.escalations, start=1):
            if escalation.to.rank <= sign.level.rank and escalation.action in (None, sign.action):
                yield Fault(
                    "signs.yaml",
                    sign.id,
                    f"escalation {number} does not raise its level {sign.level} and changes no action",
                    "raise 'to', or remove the escalation",
                )
            if escalation.within_hours is not None and escalation.exposure is None:
                yield Fault("signs.yaml", sign.id, f"escalation {number} has within_hours alone", "name the exposure")
    for combination in guidance.combinations.values():
        if combination.within_hours is not None and combination.exposure is None:
            yield Fault("combinations.yaml", combination.id, "has within_hours alone", "name the exposure")


def _unreachable(guidance: Guidance) -> Iterator[Fault]:
    levels = {sign.level for sign in guidance.signs.values()}
    levels |= {each.to for sign in guidance.signs.values() for each in sign.escalations}
    for level in Level:
        if level not in levels:
            yield Fault("signs.yaml", "", f"no sign can reach the level {level}", "add or correct a sign")
    classes = {condition.class_ for condition in guidance.conditions.values()}
    reached = {
        Decision.ELIGIBLE_WITH_CARE: ConditionClass.PRECAUTION in classes,
        Decision.ASK_PROVIDER: ConditionClass.RELATIVE in classes,
        Decision.WAIT: any(wait.minimum_hours for wait in guidance.waits.values()),
        Decision.DO_NOT_USE: ConditionClass.ABSOLUTE in classes,
    }
    for decision, is_reached in reached.items():
        if not is_reached:
            file = "waits.yaml" if decision is Decision.WAIT else "conditions.yaml"
            yield Fault(file, "", f"nothing can reach the decision {decision}", "add or correct a record")
    yield from _missing_texts("eligibility.yaml", "decisions", Decision, guidance.eligibility.decisions)
    yield from _missing_texts("triage.yaml", "levels", Level, guidance.triage.levels)


def _missing_texts(file: str, record: str, codes: Iterable[str], texts: Iterable[object]) -> Iterator[Fault]:
    said = [getattr(text, "id", None) for text in texts]
    for code in codes:
        if said.count(code) != 1:
            yield Fault(file, record, f"{said.count(code)} texts for {code}", "give exactly one")


def _texts(guidance: Guidance) -> Iterator[Fault]:
    release = guidance.release
    if release.review_due <= release.released:
        yield Fault("release.yaml", "", "review_due is not after released", "set a later date")
    for record, texts in (
        ("reasons", guidance.eligibility.reasons),
        ("care", guidance.eligibility.care),
        ("questions", guidance.eligibility.questions),
        ("assumptions", guidance.eligibility.assumptions),
    ):
        yield from _unreadable_templates("eligibility.yaml", record, texts)
    triage = guidance.triage
    for record, sentences in (
        ("reasons", triage.reasons),
        ("questions", triage.questions),
        ("hand_over", triage.hand_over),
    ):
        yield from _unreadable_templates("triage.yaml", record, {key: str(text) for key, text in sentences})
    for action in triage.actions:
        yield from _unreadable_templates("triage.yaml", "actions", {action.id: action.text})


def _unreadable_templates(file: str, record: str, texts: Mapping[str, str]) -> Iterator[Fault]:
    for key, text in texts.items():
        try:
            list(string.Formatter().parse(text))
        except ValueError as error:
            yield Fault(file, f"{record}.{key}", f"its braces do not fit: {error}", "close every brace")


def _learned(guidance: Guidance) -> Iterator[Fault]:
    for fact in FACTS - guidance.faq_model.facts.keys():
        yield Fault("learned/faq.model", fact, "it was not learned", "run make train")
    for label in set(guidance.faq_model.labels) - {NOTHING, *guidance.faq}:
        yield Fault(
            "learned/faq.model",
            label,
            "it was learned for an entry that the FAQ does not hold",
            f"run make train, or restore the entry{did_you_mean(label, guidance.faq)}",
        )


def _faq(guidance: Guidance) -> Iterator[Fault]:
    for entry in guidance.faq.values():
        file = f"faq/{entry.topic}.yaml"
        own = {figure.id for figure in entry.figures}
        try:
            fields = [field for _, field, _, _ in string.Formatter().parse(entry.answer) if field is not None]
        except ValueError as error:
            yield Fault(file, entry.id, f"the braces of its answer do not fit: {error}", "close every brace")
            continue
        for field in fields:
            if field.removeprefix("figure.") not in own and figure_of(guidance, field) is None:
                yield Fault(
                    file,
                    entry.id,
                    f"its answer names the figure '{field}', which no rule and none of its figures holds",
                    f"use a wait's figure ({', '.join(FIGURE_FIELDS)}) or add it under figures"
                    f"{did_you_mean(field, [*guidance.waits, *own])}",
                )
        for unused in sorted(own - {field.removeprefix("figure.") for field in fields}):
            yield Fault(file, entry.id, f"its figure '{unused}' is not in its answer", "use or remove it")
        for figure in entry.figures:
            if figure.source not in entry.sources:
                yield Fault(file, entry.id, f"its figure '{figure.id}' cites a source that it does not list", "list it")
        for spelled in spelled_figures(entry.answer):
            yield Fault(
                file,
                entry.id,
                f"its answer spells out the figure '{spelled}'",
                "take it from the rule with a placeholder, or put it under figures with its source",
            )
        if entry.id in entry.related:
            yield Fault(file, entry.id, "is related to itself", "remove it from related")

"""A deliberately plain second opinion on the eligibility decision, written from the contract and the evidence alone.

It shares nothing with the engine it checks. It asks every treatment in turn about every instant that could matter, and
finds each bound by trying the instants where something could change and one second either side. Inside, times are whole
seconds since 1970. It takes valid requests only, and does not triage: a sign counts at its base level.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import yaml

ELIGIBLE, CARE, ASK, WAIT, NEVER = range(5)
NAMES = ("eligible", "eligible_with_care", "ask_provider", "wait", "do_not_use")
OF_CLASS = {"absolute": NEVER, "relative": ASK, "local": ASK, "precaution": CARE}
OF_LEVEL = {"self_care": CARE, "contact_provider": ASK, "urgent": NEVER, "emergency": NEVER}

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = 3600
YEAR_1900 = -2208988800
LONG_AGO, FAR_OFF = -(10**15), 10**15
WEST, EAST = timezone(timedelta(hours=-12)), timezone(timedelta(hours=14))
PROVIDER = "rule.provider_instruction_wins_if_longer"
LARGE = "rule.large_volume_or_multiple_areas"

Moment = int | date  # when a session starts: an instant, or a day whose hour is not known


class Span(NamedTuple):
    """Every instant that a moment can mean: one instant (both ends the same), or a day up to but not with its end."""

    first: int
    end: int


class Figures(NamedTuple):
    minimum: int  # hours
    recommended: int
    clearance: bool


@dataclass(frozen=True)
class Treatment:
    pointer: str
    code: str
    at: Span | None
    areas: frozenset[str] | None  # None: not known
    wait_until: int | None
    cleared: bool | None  # None: not said
    by_name: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Question:
    """A request, read."""

    moment: Moment
    zone: tzinfo | None  # None: a bare date spans its widest
    areas: dict[str, str]  # area of the session: its pointer
    professional: bool
    treatments: tuple[Treatment, ...]
    conditions: dict[str, str] | None  # code: pointer
    signs: dict[str, str] | None
    located: dict[str, frozenset[str]]
    age: int | None


class Reason(NamedTuple):
    rule: str
    input: str
    decision: int
    areas: Iterable[str]  # the areas of the session that it is about


class Side(NamedTuple):
    """One treatment on one side of its time, for those areas of the session that share its figures."""

    rule: str
    areas: tuple[str, ...]
    applies: tuple[int, int]  # sessions on this side of the treatment: from, until
    wait: tuple[int, int]  # sessions that it forbids
    timing: tuple[int, int]  # sessions that it forbids or makes an ask
    clearance: bool
    large: bool


def seconds(moment: datetime) -> int:
    return int((moment - EPOCH).total_seconds())


def instant(at: int) -> datetime:
    return EPOCH + timedelta(seconds=at)


def midnight(day: date, zone: tzinfo, *, end: bool) -> int:
    """Where a day starts on the clocks of a zone or, with `end`, where the day before it ends."""
    wall = datetime(day.year, day.month, day.day, tzinfo=zone)
    early, late = seconds(wall.replace(fold=0)), seconds(wall.replace(fold=1))
    if early <= late:  # once, or twice where the clock went back over it: a day has its first and its last instant
        return late if end else early
    low, high = late, early  # midnight was skipped: the day starts where the clock jumped
    jumped = instant(high).astimezone(zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if instant(middle).astimezone(zone).utcoffset() == jumped:
            high = middle
        else:
            low = middle
    return high


def day_span(day: date, zone: tzinfo | None) -> Span:
    """The instants of a bare date. A day that its zone skipped is one instant."""
    tomorrow = day + timedelta(days=1)
    if zone is None:
        return Span(midnight(day, EAST, end=False), midnight(tomorrow, WEST, end=True))
    return Span(midnight(day, zone, end=False), midnight(tomorrow, zone, end=True))


def read_moment(text: str) -> datetime | date:
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text.upper().replace("Z", "+00:00"))


def as_moment(text: str) -> Moment:
    moment = read_moment(text)
    return seconds(moment) if isinstance(moment, datetime) else moment


def span_of(moment: Moment, zone: tzinfo | None) -> Span:
    return Span(moment, moment) if isinstance(moment, int) else day_span(moment, zone)


def two_years_before(at: int) -> int:
    then = instant(at)
    if (then.month, then.day) == (2, 29):
        return seconds(then.replace(year=then.year - 2, month=3, day=1))
    return seconds(then.replace(year=then.year - 2))


def fold(name: str) -> str:
    """A name without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", name.replace("™", " ").casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_nulls(member) for key, member in value.items() if member is not None}
    return [without_nulls(member) for member in value] if isinstance(value, list) else value


def pointers(codes: list[str] | None, parent: str) -> dict[str, str] | None:
    """Each code with the pointer of its first mention."""
    if codes is None:
        return None
    found: dict[str, str] = {}
    for i, code in enumerate(codes):
        found.setdefault(code, f"{parent}/{i}")
    return found


class Guidance:
    """The content that decides, as it stands in the YAML files."""

    def __init__(self, content: Path) -> None:
        def read(name: str) -> Any:
            return yaml.safe_load((content / f"{name}.yaml").read_text("utf-8"))

        self.areas = {area["id"]: area for area in read("areas")}
        self.treatments = {treatment["id"]: treatment for treatment in read("treatments")}
        self.conditions = {condition["id"]: condition for condition in read("conditions")}
        self.factors = read("extend_factors")
        self.levels = {sign["id"]: sign["level"] for sign in read("signs")}
        self.exposures = {group["id"]: set(group["treatments"]) for group in read("exposure_groups")}
        self.bookable = set(read("release")["bookable"])
        self.waits = {wait["id"]: wait for wait in read("waits")}
        self.large = next(factor for factor in self.factors if factor["id"] == LARGE)
        self.default_areas = [a for a, area in self.areas.items() if area["face"] and "decision" not in area]
        self.codes: dict[str, str] = {}
        self.name_areas: dict[str, list[str]] = {}
        for code, treatment in self.treatments.items():
            for name in (code, treatment["label"], *treatment["names"]):
                self.codes[fold(name)] = code
            for name, areas in treatment.get("name_areas", {}).items():
                self.name_areas[fold(name)] = areas
        self.specific = [c for c, t in self.treatments.items() if "stands_for" not in t and t.get("dated", True)]
        self.known: dict[tuple[str, str, str, bool], Figures] = {}

    def figures(self, direction: str, code: str, area: str, treated: bool) -> Figures:
        """The hours to leave in one direction for one area of a session, that was treated or was not."""
        key = (direction, code, area, treated)
        if key not in self.known:
            kinds = self.treatments[code].get("stands_for", [code])
            each = [self.figures_of_kind(f"{direction}.{kind}", area, treated) for kind in kinds]
            self.known[key] = Figures(
                max(f.minimum for f in each), max(f.recommended for f in each), any(f.clearance for f in each)
            )
        return self.known[key]

    def figures_of_kind(self, rule: str, area: str, treated: bool) -> Figures:
        wait = self.waits[rule]
        record = wait
        for entry in wait.get("areas", []):
            if (treated and entry["where"] != "elsewhere" and area in entry["where"]) or (
                not treated and entry["where"] == "elsewhere"
            ):
                record = entry
        return Figures(record["minimum_hours"], record["recommended_hours"], record["provider_clearance"])


class Case:
    """What the guidance says to one question, with nothing changed and nothing asked back."""

    def __init__(self, guidance: Guidance, question: Question) -> None:
        self.guidance = guidance
        self.question = question
        self.always = [*self.area_reasons(), *self.condition_reasons(), *self.sign_reasons(), *self.factor_reasons()]
        self.sides = [self.sides_of(t) if self.dated(t) and t.at else [] for t in question.treatments]
        self.limits = [two_years_before(t.at.end) if t.at else LONG_AGO for t in question.treatments]

    # Reasons that no time changes.

    def area_reasons(self) -> Iterator[Reason]:
        for area, pointer in self.question.areas.items():
            if decision := self.guidance.areas[area].get("decision"):
                yield Reason(f"area.{area}", pointer, NAMES.index(decision), [area])

    def condition_reasons(self) -> Iterator[Reason]:
        question = self.question
        present = dict(question.conditions or {})
        for code, condition in self.guidance.conditions.items():
            if question.age is not None and question.age < condition.get("below_age", LONG_AGO):
                present.setdefault(code, "/age")
        for code, pointer in present.items():
            kind = self.guidance.conditions[code]["class"]
            for area in question.areas:
                away = kind == "local" and self.away(code, area)
                yield Reason(f"condition.{code}", pointer, CARE if away else OF_CLASS[kind], [area])

    def sign_reasons(self) -> Iterator[Reason]:
        for sign, pointer in (self.question.signs or {}).items():
            yield Reason(f"sign.{sign}", pointer, OF_LEVEL[self.guidance.levels[sign]], self.question.areas)

    def factor_reasons(self) -> Iterator[Reason]:
        told = {**(self.question.conditions or {}), **(self.question.signs or {})}
        for factor in self.guidance.factors:
            listed = {*factor.get("conditions", []), *factor.get("signs", [])}
            present = [code for code in told if code in listed]
            if "decision" in factor and present:
                for area in self.question.areas:
                    away = all(self.away(code, area) for code in present)
                    decision = CARE if away else NAMES.index(factor["decision"])
                    yield Reason(factor["id"], told[present[0]], decision, [area])

    def away(self, code: str, area: str) -> bool:
        """Whether a condition or sign is known to be somewhere else than this area."""
        return code in self.question.located and area not in self.question.located[code]

    # What each treatment says.

    def dated(self, treatment: Treatment) -> bool:
        """Whether waits are known for this kind of treatment."""
        return self.guidance.treatments[treatment.code].get("dated", True) is not False

    def many_areas(self, treatment: Treatment) -> bool:
        """Whether so much was treated at one time that the recommended wait is longer."""
        factor = self.guidance.large
        if treatment.code not in factor["treatments"]:
            return False
        visit = [
            t for t in self.question.treatments if t.code in factor["treatments"] and self.same_visit(t, treatment)
        ]
        return bool(len(frozenset().union(*(t.areas or () for t in visit))) >= factor["treated_areas_at_least"])

    def same_visit(self, one: Treatment, other: Treatment) -> bool:
        """Whether two treatments can have been given so close together that they count as one visit."""
        if one.at is None or other.at is None:
            return False
        first, second = sorted([one.at, other.at])
        return bool(second.first - first.end < self.guidance.large["one_visit_hours"] * HOUR)

    def minimum_is_recommended(self, treatment: Treatment) -> bool:
        if self.question.professional:
            return True
        if self.guidance.treatments[treatment.code]["group"] != "injectable":
            return False
        raising = [f for f in self.guidance.factors if f.get("minimum_is_recommended")]
        return any(code in f["conditions"] for f in raising for code in self.question.conditions or {})

    def sides_of(self, treatment: Treatment) -> list[Side]:
        assert treatment.at is not None
        first, end = treatment.at
        until = treatment.wait_until
        if until is not None and until <= first:
            until = None  # a word from before the treatment says nothing about it
        large, raised = self.many_areas(treatment), self.minimum_is_recommended(treatment)
        extra = self.guidance.large["add_recommended_hours"] if large else 0
        after: dict[Figures, list[str]] = {}
        before: dict[Figures, list[str]] = {}
        for area in self.question.areas:
            treated = treatment.areas is None or area in treatment.areas
            after.setdefault(self.guidance.figures("wait", treatment.code, area, treated), []).append(area)
            before.setdefault(self.guidance.figures("wait_before", treatment.code, area, treated), []).append(area)
        sides = []
        for (minimum, recommended, clearance), areas in after.items():
            recommended += extra
            minimum = recommended if raised else minimum
            # A day with no hours to leave forbids none of its own instants.
            minimum_end = end + minimum * HOUR if minimum else first
            recommended_end = end + recommended * HOUR if recommended else first
            if until is not None:
                minimum_end = max(minimum_end, until)
                recommended_end = max(minimum_end, until)
            sides.append(
                Side(
                    f"wait.{treatment.code}",
                    tuple(areas),
                    (first, FAR_OFF),
                    (first, minimum_end),
                    (first, recommended_end),
                    clearance,
                    large,
                )
            )
        for (minimum, recommended, clearance), areas in before.items():
            minimum = recommended if raised else minimum
            sides.append(
                Side(
                    f"wait_before.{treatment.code}",
                    tuple(areas),
                    (LONG_AGO, end),
                    (first - minimum * HOUR, end if minimum else first),
                    (first - recommended * HOUR, end if recommended else first),
                    clearance,
                    large=False,
                )
            )
        return sides

    def too_far(self, i: int, session: Span) -> bool:
        """Whether a treatment is dated so long after the session that it looks like a typing error."""
        return session.first < self.limits[i]

    def reasons_at(self, x: int, session: Span) -> Iterator[Reason]:
        """What speaks against an instant of a session, from the treatments."""
        every = self.question.areas
        for i, treatment in enumerate(self.question.treatments):
            undated = treatment.at is None or not self.dated(treatment)
            if undated and treatment.wait_until is not None and x < treatment.wait_until:
                yield Reason(PROVIDER, treatment.pointer, WAIT, every)
            if not self.dated(treatment):
                yield Reason("rule.unknown_procedure", treatment.pointer, ASK, every)
            elif treatment.at is None:
                yield Reason("rule.unknown_date", treatment.pointer, ASK, every)
            elif self.too_far(i, session):
                yield Reason("rule.booked_too_far_ahead", treatment.pointer, ASK, every)
            else:
                for side in self.sides[i]:
                    yield from self.reasons_of_side(x, treatment, side)
                for factor in self.guidance.factors:
                    trigger = treatment.code in factor.get("treatments", []) and "decision" in factor
                    if trigger and x >= treatment.at.first and not treatment.cleared:
                        yield Reason(factor["id"], treatment.pointer, NAMES.index(factor["decision"]), every)

    def reasons_of_side(self, x: int, treatment: Treatment, side: Side) -> Iterator[Reason]:
        if not side.applies[0] <= x < side.applies[1]:
            return
        decision = ELIGIBLE
        if side.clearance and not treatment.cleared:
            decision = ASK
        timing = side.timing[0] <= x < side.timing[1]
        if timing:
            decision = ASK
        if side.wait[0] <= x < side.wait[1]:
            decision = WAIT
        if decision > ELIGIBLE:
            yield Reason(side.rule, treatment.pointer, decision, side.areas)
            if timing and side.large:
                yield Reason(LARGE, treatment.pointer, decision, side.areas)

    # The answer to a session at some moment.

    def span(self, moment: Moment) -> Span:
        return span_of(moment, self.question.zone)

    @cached_property
    def critical(self) -> list[int]:
        """Every instant at which anything can change."""
        found = {limit for limit in self.limits if limit > LONG_AGO}
        for treatment, sides in zip(self.question.treatments, self.sides, strict=True):
            if treatment.at:
                found.update(treatment.at)
            if treatment.wait_until is not None:
                found.add(treatment.wait_until)
            for side in sides:
                found.update(side.wait)
                found.update(side.timing)
        return sorted(found)

    @cached_property
    def near(self) -> list[int]:
        """Every critical instant and one second either side."""
        return sorted({c + step for c in self.critical for step in (-1, 0, 1)})

    @cached_property
    def waits(self) -> set[tuple[int, int]]:
        return {side.wait for sides in self.sides for side in sides}

    @cached_property
    def timings(self) -> set[tuple[int, int]]:
        return {side.timing for sides in self.sides for side in sides}

    @cached_property
    def tries(self) -> list[tuple[int, bool, bool]]:
        """Every instant worth a try: whether some treatment forbids it, and whether one makes it at least an ask."""
        return [(x, in_any(x, self.waits), in_any(x, self.timings)) for x in self.near]

    def instants(self, session: Span) -> list[int]:
        """Those instants of a session that can differ from each other."""
        if session.first == session.end:
            return [session.first]
        return [session.first, *(x for x in self.near if session.first < x < session.end - 1), session.end - 1]

    def reasons(self, moment: Moment) -> list[Reason]:
        session = self.span(moment)
        return [*self.always, *(reason for x in self.instants(session) for reason in self.reasons_at(x, session))]

    def decision(self, moment: Moment) -> int:
        return max((reason.decision for reason in self.reasons(moment)), default=ELIGIBLE)

    def bounds(self, moment: Moment) -> tuple[int | None, ...]:
        """eligible_from, eligible_until, recommended_from, recommended_until."""
        session = self.span(moment)
        for i, treatment in enumerate(self.question.treatments):
            if not self.dated(treatment) or treatment.at is None or self.too_far(i, session):
                return (None, None, None, None)
        if self.decision(moment) == NEVER:
            return (None, None, None, None)
        return (
            *free_period(session, self.waits, [(x, wait) for x, wait, _ in self.tries]),
            *free_period(session, self.timings, [(x, timing) for x, _, timing in self.tries]),
        )

    def bounds_ahead(self, moment: Moment) -> tuple[int | None, ...]:
        """The bounds that lie after the session starts; those behind it tell nobody anything."""
        first = self.span(moment).first
        return tuple(bound if bound is not None and bound > first else None for bound in self.bounds(moment))


def changed(i: int, **changes: Any) -> Change:
    """What makes one treatment of a question another one."""

    def change(question: Question) -> Question:
        treatments = list(question.treatments)
        treatments[i] = replace(treatments[i], **changes)
        return replace(question, treatments=tuple(treatments))

    return change


def located_nowhere(code: str) -> Change:
    """What puts a condition or sign outside every area."""
    return lambda question: replace(question, located={**question.located, code: frozenset()})


def in_any(x: int, spans: set[tuple[int, int]]) -> bool:
    return any(first <= x < until for first, until in spans)


def free_period(
    session: Span, blocks: set[tuple[int, int]], tries: list[tuple[int, bool]]
) -> tuple[int | None, int | None]:
    """The period with no block that holds the session or, where the session is blocked, the next one."""
    here = session.first
    if in_any(here, blocks):
        stopped = [here]
    else:
        stopped = [x for x, blocked in tries if session.first <= x < session.end and blocked]
    if stopped:
        here = min(x for x, blocked in tries if x > stopped[0] and not blocked)
    blocked_before = [x for x, blocked in tries if blocked and x < here]
    blocked_after = [x for x, blocked in tries if blocked and x > here]
    start = blocked_before[-1] + 1 if blocked_before else None
    until = blocked_after[0] if blocked_after else None
    return (in_range(start), in_range(until))


def in_range(at: int | None) -> int | None:
    return at if at is not None and instant(at).year <= 2200 else None


Change = Callable[[Question], Question]


class Doubt(NamedTuple):
    """Something not known: what it could turn out to be."""

    pointer: str
    changes: list[Change]
    mildest: Change | None = None
    always: bool = False  # asked whatever it could change


class Oracle:
    def __init__(self, content: Path) -> None:
        self.guidance = Guidance(content)

    def answer(self, request: dict[str, Any], *, areas: bool = True) -> dict[str, Any]:
        """Answer one request; without *areas* four times as fast."""
        return Answer(self.guidance, without_nulls(request)).full(areas=areas)


class Answer:
    def __init__(self, guidance: Guidance, request: dict[str, Any]) -> None:
        self.guidance = guidance
        self.request = request
        self.question = self.read(self.zone())
        self.case = Case(guidance, self.question)

    # Reading a request.

    def zone(self) -> tzinfo | None:
        if name := self.request.get("time_zone"):
            return ZoneInfo(name)
        at = read_moment(self.request["session"]["at"])
        offset = at.utcoffset() if isinstance(at, datetime) else None
        return timezone(offset) if offset else None

    def read(self, zone: tzinfo | None) -> Question:
        request, session = self.request, self.request["session"]
        treatments: dict[Any, Treatment] = {}
        for i, told in enumerate(request["treatments"]):
            treatment = self.read_treatment(f"/treatments/{i}", told, zone)
            treatments.setdefault(replace(treatment, pointer=""), treatment)
        areas = pointers(session.get("areas", self.guidance.default_areas), "/session/areas")
        return Question(
            moment=as_moment(session["at"]),
            zone=zone,
            areas=areas or {},
            professional=session["setting"] == "professional",
            treatments=tuple(treatments.values()),
            conditions=pointers(request.get("conditions"), "/conditions"),
            signs=pointers(request.get("signs"), "/signs"),
            located={code: frozenset(places) for code, places in request.get("located", {}).items()},
            age=request.get("age"),
        )

    def read_treatment(self, pointer: str, told: dict[str, Any], zone: tzinfo | None) -> Treatment:
        name = fold(told.get("product", ""))
        areas = told.get("areas")
        if name in self.guidance.name_areas:
            areas = [*(areas or []), *self.guidance.name_areas[name]]
        provider = told.get("provider", {})
        until = None
        if "wait_until" in provider:
            moment = as_moment(provider["wait_until"])
            until = moment if isinstance(moment, int) else midnight(moment, zone or WEST, end=False)
        return Treatment(
            pointer=pointer,
            code=told["treatment"] if "treatment" in told else self.guidance.codes[name],
            at=span_of(as_moment(told["at"]), zone) if "at" in told else None,
            areas=None if areas is None else frozenset(areas),
            wait_until=until,
            cleared=provider.get("cleared"),
            by_name="product" in told,
        )

    def has_bare_date(self) -> bool:
        told = [self.request["session"]["at"]]
        for treatment in self.request["treatments"]:
            told += [treatment.get("at", ""), treatment.get("provider", {}).get("wait_until", "")]
        return any(len(text) == 10 for text in told)

    # What is not known.

    @cached_property
    def doubts(self) -> list[Doubt]:
        guidance, question = self.guidance, self.question
        found = []
        for i, treatment in enumerate(question.treatments):
            dated = self.case.dated(treatment)
            if dated and treatment.areas is None:
                nowhere = changed(i, areas=frozenset())
                found.append(
                    Doubt(f"{treatment.pointer}/areas", [nowhere, changed(i, areas=frozenset(guidance.areas))], nowhere)
                )
            if treatment.code not in guidance.specific:
                name = "product" if treatment.by_name else "treatment"
                found.append(
                    Doubt(f"{treatment.pointer}/{name}", [changed(i, code=code) for code in self.kinds(treatment)])
                )
            if dated and treatment.cleared is None:
                cleared = changed(i, cleared=True)
                found.append(Doubt(f"{treatment.pointer}/provider/cleared", [cleared], cleared))
            if dated and treatment.at is None:
                over = changed(i, at=Span(YEAR_1900, YEAR_1900), cleared=True)
                today = changed(i, at=span_of(question.moment, question.zone))
                found.append(Doubt(f"{treatment.pointer}/at", [today, over], over, always=True))
        places = [code for code in question.conditions or {} if guidance.conditions[code]["class"] == "local"]
        listed = {sign for factor in guidance.factors if "decision" in factor for sign in factor.get("signs", [])}
        places += [sign for sign in question.signs or {} if sign in listed]
        for code in places:
            if code not in question.located:
                away = located_nowhere(code)
                found.append(Doubt(f"/located/{code}", [away], away))
        if question.zone is None and self.has_bare_date():
            found.append(Doubt("/time_zone", [lambda _: self.read(WEST), lambda _: self.read(EAST)], always=True))
        return found

    def kinds(self, treatment: Treatment) -> list[str]:
        """What a treatment of a kind that is not known may turn out to be."""
        group = self.guidance.treatments[treatment.code].get("could_be")
        return [code for code in self.guidance.specific if group is None or code in self.guidance.exposures[group]]

    @cached_property
    def not_asked(self) -> list[str]:
        """What was not asked at all. Whether a session at another time is asked about makes no difference to these."""
        question = self.question
        found = [] if question.age is not None or "under_18" in (question.conditions or {}) else ["/age"]
        found += [] if question.conditions is not None else ["/conditions"]
        found += [] if question.signs is not None else ["/signs"]
        return found

    def missing(self, moment: Moment) -> Iterator[str]:
        if self.case.decision(moment) == NEVER:
            return
        yield from self.not_asked
        for doubt in self.doubts:
            others = [other.mildest for other in self.doubts if other is not doubt and other.mildest]
            mild = self.question
            for change in others:
                mild = change(mild)
            if doubt.always or self.matters(self.question, doubt, moment) or self.matters(mild, doubt, moment):
                yield doubt.pointer

    def matters(self, question: Question, doubt: Doubt, moment: Moment) -> bool:
        """Whether knowing it changes the decision or, unless that is eligible, a bound that is still ahead."""
        case = Case(self.guidance, question)
        decision, ahead = case.decision(moment), case.bounds_ahead(moment)
        for change in doubt.changes:
            other = Case(self.guidance, change(question))
            if other.decision(moment) != decision:
                return True
            if decision != ELIGIBLE and other.bounds_ahead(moment) != ahead:
                return True
        return False

    # The answer.

    def decision(self, moment: Moment) -> int:
        decision = self.case.decision(moment)
        return CARE if decision == ELIGIBLE and any(True for _ in self.missing(moment)) else decision

    def bookable(self, decision: int, missing: set[str]) -> bool:
        # An unknown date is a matter for the provider, so that its worst value need not be tried here.
        if NAMES[decision] not in self.guidance.bookable or missing & {"/age", "/conditions"}:
            return False
        asked = [doubt for doubt in self.doubts if doubt.pointer in missing]
        worst = [Case(self.guidance, change(self.question)) for doubt in asked for change in doubt.changes]
        return all(case.decision(self.question.moment) < WAIT for case in worst)

    def later(self) -> Iterator[Moment]:
        """Every later moment at which the decision could differ, the nearest first."""
        moment = self.question.moment
        critical = set(self.case.critical)
        if not self.not_asked:  # then it can also depend on the time whether anything is missing
            for doubt in self.doubts:
                for change in doubt.changes:
                    critical.update(Case(self.guidance, change(self.question)).critical)
        if isinstance(moment, int):
            yield from sorted(x for x in {c + step for c in critical for step in (-1, 0, 1)} if x > moment)
        else:
            days = {instant(c).date() + timedelta(days=step) for c in critical for step in range(-2, 3)}
            yield from sorted(day for day in days if day > moment)

    def valid_until(self, decision: int) -> int | None:
        for moment in self.later():
            if self.decision(moment) != decision:
                return in_range(self.case.span(moment).first)
        return None

    def alone(self, area: str) -> Answer:
        """The same question for one area of the session."""
        session = {**self.request["session"], "areas": [area]}
        return Answer(self.guidance, {**self.request, "session": session})

    def full(self, *, areas: bool) -> dict[str, Any]:
        moment = self.question.moment
        missing = set(self.missing(moment))
        decision = self.decision(moment)
        reasons: dict[tuple[str, str], int] = {}
        for reason in self.case.reasons(moment):
            key = (reason.rule, reason.input)
            reasons[key] = max(reasons.get(key, ELIGIBLE), reason.decision)
        bounds = ("eligible_from", "eligible_until", "recommended_from", "recommended_until", "valid_until")
        times = (*self.case.bounds(moment), self.valid_until(decision))
        return {
            "decision": NAMES[decision],
            "bookable": self.bookable(decision, missing),
            **{name: None if at is None else instant(at) for name, at in zip(bounds, times, strict=True)},
            **(
                {"areas": {area: NAMES[self.alone(area).decision(moment)] for area in self.question.areas}}
                if areas
                else {}
            ),
            "reasons": {(rule, pointer, NAMES[rank]) for (rule, pointer), rank in reasons.items()},
            "missing": missing,
        }

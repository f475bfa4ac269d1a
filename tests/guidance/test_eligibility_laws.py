"""What holds for every eligibility question, whatever is in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.guidance.eligibility import EligibilityAnswer
from service.guidance.records.common import Decision
from tests.guidance.asked import ask, guidance, summary
from tests.guidance.questions import OFFSETS, area_lists, conditions, instants, requests, treatments

SIGNS = st.sampled_from(sorted(guidance().signs))
SECOND = timedelta(seconds=1)
Request = dict[str, Any]


def moved(request: Request, at: datetime) -> EligibilityAnswer:
    """Ask the same for another time of the session."""
    return ask(request | {"session": request["session"] | {"at": at.isoformat()}})


def waits(answer: EligibilityAnswer) -> bool:
    return any(reason.decision is Decision.WAIT for reason in answer.reasons)


def timing_reasons(answer: EligibilityAnswer) -> set[str]:
    """Return the inputs that a wait stops, or sends to the provider, for its time alone."""
    return {
        reason.input
        for reason in answer.reasons
        if reason.decision is Decision.WAIT or (reason.rule.startswith("wait") and "ask the person" not in reason.text)
    }


@given(request=requests(signs=SIGNS), extra=treatments())
def test_another_treatment_is_never_milder(request: Request, extra: Request) -> None:
    more = request | {"treatments": [*request["treatments"], extra]}

    assert ask(more).decision.rank >= ask(request).decision.rank


@given(request=requests(signs=SIGNS), extra=conditions())
def test_another_condition_is_never_milder(request: Request, extra: str) -> None:
    asked = request | {"conditions": request.get("conditions", [])}
    more = asked | {"conditions": [*asked["conditions"], extra]}

    assert ask(more).decision.rank >= ask(asked).decision.rank


@given(request=requests(signs=SIGNS), extra=SIGNS)
def test_another_sign_is_never_milder(request: Request, extra: str) -> None:
    asked = request | {"signs": request.get("signs", [])}
    more = asked | {"signs": [*asked["signs"], extra]}

    assert ask(more).decision.rank >= ask(asked).decision.rank


@given(request=requests())
def test_a_salon_device_is_never_milder_than_a_home_device(request: Request) -> None:
    home = ask(request | {"session": request["session"] | {"setting": "home"}})
    professional = ask(request | {"session": request["session"] | {"setting": "professional"}})

    assert professional.decision.rank >= home.decision.rank


@given(request=requests(), places=area_lists())
def test_a_place_that_is_not_known_is_never_milder_than_one_or_two_places(request: Request, places: list[str]) -> None:
    assume(request["treatments"])
    known = {**request["treatments"][0], "areas": places[:2]}
    unknown = {key: value for key, value in known.items() if key != "areas"}
    assume(unknown.get("product") not in guidance().name_areas)
    rest = [each for each in request["treatments"][1:] if len(each.get("areas", ())) == 0]

    with_places = ask(request | {"treatments": [known, *rest]})
    without = ask(request | {"treatments": [unknown, *rest]})

    assert without.decision.rank >= with_places.decision.rank


@given(request=requests(signs=SIGNS), data=st.data())
def test_input_order_changes_nothing_but_the_order_of_reasons(request: Request, data: st.DataObject) -> None:
    shuffled = dict(request)
    for key in ("treatments", "conditions", "signs"):
        if key in request:
            shuffled[key] = data.draw(st.permutations(request[key]))
    one, other = summary(ask(request)), summary(ask(shuffled))

    for each in (one, other):
        each["reasons"] = sorted((rule, decision) for rule, _, decision in each["reasons"])
        each["missing"] = len(each["missing"])
    assert one == other


@given(request=requests(signs=SIGNS))
def test_the_same_listed_twice_changes_nothing(request: Request) -> None:
    twice = {key: value * 2 if isinstance(value, list) else value for key, value in request.items()}

    assert summary(ask(twice)) == summary(ask(request))


@given(request=requests(), offset=st.sampled_from(OFFSETS), at=instants(-10, 10))
def test_the_same_instant_in_another_offset_changes_nothing(request: Request, offset: Any, at: str) -> None:
    named = request | {"time_zone": request.get("time_zone", "Europe/London")}
    first = datetime.fromisoformat(at)

    assert summary(moved(named, first.astimezone(offset))) == summary(moved(named, first))


@given(request=requests(), at=instants(-10, 10))
def test_every_bound_of_waiting_keeps_its_promise_to_the_second(request: Request, at: str) -> None:
    zoned = request | {"time_zone": request.get("time_zone", "America/New_York")}
    answer = moved(zoned, datetime.fromisoformat(at))

    if answer.eligible_from is not None:
        assert not waits(moved(zoned, answer.eligible_from))
        assert waits(moved(zoned, answer.eligible_from - SECOND))
    if answer.eligible_until is not None:
        assert waits(moved(zoned, answer.eligible_until))
        assert not waits(moved(zoned, answer.eligible_until - SECOND))


@given(request=requests(), at=instants(-10, 10))
def test_every_recommended_bound_keeps_its_promise_to_the_second(request: Request, at: str) -> None:
    zoned = request | {"time_zone": request.get("time_zone", "America/New_York")}
    answer = moved(zoned, datetime.fromisoformat(at))

    if answer.recommended_from is not None:
        assert not timing_reasons(moved(zoned, answer.recommended_from))
        assert timing_reasons(moved(zoned, answer.recommended_from - SECOND))
    if answer.recommended_until is not None:
        assert timing_reasons(moved(zoned, answer.recommended_until))
        assert not timing_reasons(moved(zoned, answer.recommended_until - SECOND))


@given(request=requests(), at=instants(-10, 10), share=st.floats(0, 1))
def test_an_answer_holds_until_it_says_so(request: Request, at: str, share: float) -> None:
    first = datetime.fromisoformat(at)
    zoned = request | {"time_zone": request.get("time_zone", "America/New_York")}
    answer = moved(zoned, first)
    until = answer.valid_until or first + timedelta(days=400)
    between = first + timedelta(seconds=int((until - first - SECOND).total_seconds() * share))

    assert moved(zoned, between).decision is answer.decision
    if answer.valid_until is not None:
        assert moved(zoned, answer.valid_until).decision is not answer.decision


@given(request=requests(signs=SIGNS))
def test_an_area_alone_gets_the_answer_that_the_whole_answer_tells_of_it(request: Request) -> None:
    answer = ask(request)

    for each in answer.areas:
        alone = ask(request | {"session": request["session"] | {"areas": [each.area]}})
        assert (each.decision, each.eligible_from) == (alone.decision, alone.eligible_from)


@given(request=requests(signs=SIGNS))
def test_the_strictest_reason_decides(request: Request) -> None:
    answer = ask(request)
    ranks = [reason.decision.rank for reason in answer.reasons]

    assert ranks == sorted(ranks, reverse=True)
    floor = Decision.ELIGIBLE_WITH_CARE if answer.missing else Decision.ELIGIBLE
    assert answer.decision.rank == max([*ranks, floor.rank])


@given(request=requests(signs=SIGNS))
def test_what_may_be_booked_can_not_turn_out_forbidden(request: Request) -> None:
    answer = ask(request)

    if answer.bookable:
        assert answer.decision in {Decision.ELIGIBLE, Decision.ELIGIBLE_WITH_CARE}
        open_before = [each for each in answer.missing if each.needed_for == "booking"]
        assert not {each.could_be for each in open_before} & {Decision.WAIT, Decision.DO_NOT_USE}


@given(request=requests())
@settings(max_examples=50)
def test_an_unknown_date_is_never_better_than_asking(request: Request) -> None:
    undated = {"treatment": "botulinum_toxin", "areas": ["forehead"]}
    answer = ask(request | {"treatments": [*request["treatments"], undated]})

    assert answer.decision.rank >= Decision.ASK_PROVIDER.rank
    assert answer.eligible_from is answer.eligible_until is None
    assert answer.recommended_from is answer.recommended_until is None


def test_no_clock_is_read() -> None:
    request = {"session": {"at": "1999-03-01T10:00:00Z", "setting": "home"}, "treatments": []}

    assert ask(request) == ask(request)
    assert moved(request, datetime(2199, 3, 1, tzinfo=UTC)).decision is ask(request).decision

"""Requests that compute take turns, and the loop looks at everybody else in between."""

from __future__ import annotations

import asyncio
import itertools
import time

import pytest

from service.api.pace import ROUNDS, SLICE_SECONDS, Pace, Turns


def test_turns_are_taken_one_after_the_other_in_order() -> None:
    seen: list[tuple[str, int]] = []

    async def compute(turns: Turns, number: int) -> None:
        async with turns:
            seen.append(("begins", number))
            await asyncio.sleep(0)
            seen.append(("ends", number))

    async def all_of_them() -> None:
        turns = Turns()
        await asyncio.gather(*(compute(turns, number) for number in range(5)))

    asyncio.run(all_of_them())

    assert seen == [(what, number) for number in range(5) for what in ("begins", "ends")]


def test_the_loop_goes_round_between_two_long_turns() -> None:
    rounds = 0

    async def count_rounds() -> None:
        nonlocal rounds
        while True:
            await asyncio.sleep(0)
            rounds += 1

    async def compute(turns: Turns) -> int:
        async with turns:
            time.sleep(SLICE_SECONDS)
            return rounds

    async def all_of_them() -> list[int]:
        turns = Turns()
        counting = asyncio.ensure_future(count_rounds())
        found = await asyncio.gather(*(compute(turns) for _ in range(4)))
        counting.cancel()
        return found

    found = asyncio.run(all_of_them())

    assert all(after - before >= ROUNDS for before, after in itertools.pairwise(found))


def test_who_gives_up_waiting_keeps_nobody_from_a_turn() -> None:
    async def compute(turns: Turns) -> str:
        async with turns:
            await asyncio.sleep(0)
            return "computed"

    async def all_of_them() -> str:
        turns = Turns()
        first, second, third = (asyncio.ensure_future(compute(turns)) for _ in range(3))
        await asyncio.sleep(0)
        second.cancel()
        await first
        with pytest.raises(asyncio.CancelledError):
            await second
        return await third

    assert asyncio.run(all_of_them()) == "computed"


def test_a_turn_that_fails_is_given_back() -> None:
    async def compute(turns: Turns) -> None:
        with pytest.raises(ValueError, match="broken"):
            async with turns:
                raise ValueError("broken")
        async with turns:
            pass

    asyncio.run(asyncio.wait_for(compute(Turns()), 5))


def test_turns_outlive_a_loop_that_ended_within_one() -> None:
    turns = Turns()

    async def take() -> None:
        await turns.__aenter__()

    asyncio.run(take())
    asyncio.run(asyncio.wait_for(take(), 5))


@pytest.mark.parametrize("holds_a_turn", [True, False])
def test_a_rest_lets_others_have_a_turn(holds_a_turn: bool) -> None:
    seen: list[str] = []

    async def other(turns: Turns) -> None:
        async with turns:
            seen.append("other")

    async def long(turns: Turns) -> None:
        pace = Pace(turns)
        waiting = asyncio.ensure_future(other(turns))
        await asyncio.sleep(0)
        await pace.rest()
        seen.append("long")
        await waiting

    async def all_of_them() -> None:
        turns = Turns()
        if holds_a_turn:
            async with turns:
                await long(turns)
        else:
            await long(turns)

    asyncio.run(all_of_them())

    assert seen == ["other", "long"]

"""The cases under full load: one call, several servers in turn, several times."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tests.bench import asked
from tests.bench.asked import Call
from tests.bench.load import Load, full_load
from tests.bench.servers import EMPTY, EMPTY_H11, LIMIT, LIMIT_H11, OURS, STOCK, STOCK_H11, Kind, Server
from tests.bench.stream import send_batch

ROUNDS = 5
BATCH_ROUNDS = 3
COMPARED = 5
"""How many answers of every server are held against ours before anything is measured."""
T = TypeVar("T")


@dataclass(frozen=True)
class Case:
    """What is measured. Each server has the call that asks it for the same work."""

    name: str
    calls: Mapping[str, Call]
    same_answer: bool = True


@dataclass(frozen=True)
class Measured:
    """Every round of a case, keyed by server."""

    case: Case
    rounds: Mapping[str, Sequence[Load]]

    def rate(self, server: str) -> float:
        """Return decisions a second, the median."""
        return statistics.median(each.rate for each in self.rounds[server])

    def busy(self, server: str) -> float:
        """Return microseconds of processor for a decision, the median."""
        return statistics.median(each.busy for each in self.rounds[server])

    def ratio(self, server: str) -> float | None:
        """Return how many times as much we do as another one in the same round, the median of the rounds."""
        if server not in self.rounds:
            return None
        pairs = zip(self.rounds[OURS.name], self.rounds[server], strict=True)
        return statistics.median(ours.rate / theirs.rate for ours, theirs in pairs)


def _same(name: str, call: Call, *kinds: Kind) -> Case:
    return Case(name, {kind.name: call for kind in (OURS, LIMIT, STOCK, *kinds)})


def cases_for(ours: Server) -> list[Case]:
    """Return every case but the batch, with the tag that our entry has now."""
    tag = ours.ask(asked.get(asked.ENTRY_PATH)).headers["etag"]
    constant = asked.get(asked.CONSTANT_PATH)
    return [
        _same("eligibility", asked.eligibility(), LIMIT_H11, STOCK_H11),
        _same("slots (100)", asked.slots()),
        _same("triage, structured", asked.structured(), LIMIT_H11, STOCK_H11),
        _same("triage, text", asked.told()),
        _same("FAQ search", asked.search()),
        Case(
            "FAQ item, 304",
            {
                OURS.name: asked.get(asked.ENTRY_PATH, ("If-None-Match", tag)),
                **{kind.name: constant for kind in (LIMIT, LIMIT_H11, EMPTY, EMPTY_H11)},
            },
            same_answer=False,
        ),
    ]


BATCH = Case(
    "batch (10,000 lines)",
    {OURS.name: asked.batch(), LIMIT.name: asked.batch(), STOCK.name: asked.array()},
    same_answer=False,
)


def check(case: Case, servers: Mapping[str, Server]) -> None:
    """
    Ask every server each question once, so that none is asked for the first time later.

    Raises:
        RuntimeError: An answer is an error, or another one than ours.
    """
    ours = [servers[OURS.name].ask(case.calls[OURS.name], number) for number in range(COMPARED)]
    for name, call in case.calls.items():
        answers = [servers[name].ask(call, number) for number in range(len(call.bodies))]
        if any(answer.status not in (200, 304) for answer in answers):
            raise RuntimeError(f"{name} fails at {case.name}")
        pairs = zip(ours, answers, strict=False) if case.same_answer else ()
        if any(json.loads(one.body) != json.loads(other.body) for one, other in pairs):
            raise RuntimeError(f"{name} answers {case.name} otherwise than we do")


def measure(case: Case, servers: Mapping[str, Server]) -> Measured:
    """Measure one case under full load."""

    def once(name: str) -> Load:
        call = case.calls[name]
        load = full_load(servers[name], call)
        return Load(load.rate * call.decisions, load.busy / call.decisions)

    return Measured(case, in_turn(list(case.calls), ROUNDS, once))


def measure_batch(servers: Mapping[str, Server]) -> Measured:
    """Measure a batch, one connection at a time."""
    return Measured(
        BATCH, in_turn(list(BATCH.calls), BATCH_ROUNDS, lambda name: send_batch(servers[name], BATCH.calls[name]))
    )


def in_turn(names: Sequence[str], rounds: int, once: Callable[[str], T]) -> dict[str, list[T]]:
    """Do something with each name in each round, from the other end every second time: no place is the better one."""
    done: dict[str, list[T]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            done[name].append(once(name))
    return done

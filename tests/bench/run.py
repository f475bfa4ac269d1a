"""One run of the bench: everything that is measured, in order."""

from __future__ import annotations

import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass

from tests.bench import asked, growth
from tests.bench.asked import Call
from tests.bench.cases import ROUNDS, Measured, cases_for, check, in_turn, measure, measure_batch
from tests.bench.cores import ALL, CLIENT, stay_on
from tests.bench.load import full_load
from tests.bench.servers import (
    EMPTY,
    EMPTY_H11,
    LIMIT,
    LIMIT_H11,
    OURS,
    STOCK,
    STOCK_H11,
    Server,
    all_running,
    running,
    shipped,
)
from tests.bench.startup import ASKED as STARTED
from tests.bench.startup import first_answer_seconds
from tests.bench.steady import Waits, at_random, even, steady_load
from tests.bench.stream import exchange

IMAGE = "afterglow"
SHARE_OF_FULL = 0.7
STEADY_ROUNDS = 3
SETTLE_SECONDS = 1.0
FEW_LINES, MANY_LINES = 2_000, 10_000
PER_SLOT, PER_LINE = (1, 10, 100, 500), (100, 1_000, 10_000)
SIZED_SECONDS = 0.5

Memory = Mapping[str, float]
Sizes = Mapping[int, float]


@dataclass(frozen=True)
class Run:
    """
    What one run has measured. Times are in seconds, memory in MiB, costs in microseconds of processor.

    Args:
        zen: Keyed by way, see :func:`tests.bench.zen_waits.compared`.
        waits: Keyed by server and by how requests arrive; at seventy per cent of each one's own full load.
        start: Keyed by server.
        idle: Keyed by server; *loaded* likewise.
        peaks: Of a batch of few lines, and of one of many.
        image_bytes: ``None`` where there is no image to look at.
        grown: Keyed by factor.
        slots: A decision's cost, keyed by how many slots there are; *lines* likewise.
        workers: Decisions a second, keyed by how many processes serve.
    """

    cases: Mapping[str, Measured]
    zen: Mapping[str, float]
    waits: Mapping[tuple[str, str], Waits]
    start: Mapping[str, float]
    idle: Mapping[str, Memory]
    loaded: Mapping[str, Memory]
    peaks: tuple[float, float]
    image_bytes: int | None
    grown: Mapping[int, Mapping[str, float]]
    slots: Sizes
    lines: Sizes
    workers: Sizes


def one_run() -> Run:
    """Measure everything once."""
    from tests.bench.zen_waits import compared  # only here: the guard runs where ZEN is not installed

    stay_on(CLIENT)
    start = start_times()
    with all_running(OURS, LIMIT, LIMIT_H11, STOCK, STOCK_H11, EMPTY, EMPTY_H11) as servers:
        servers[OURS.name].ask(asked.eligibility())
        for name in (EMPTY.name, EMPTY_H11.name):
            servers[name].ask(asked.get(asked.CONSTANT_PATH))
        time.sleep(SETTLE_SECONDS)
        idle = memories(servers)
        cases: dict[str, Measured] = {}
        for case in cases_for(servers[OURS.name]):
            check(case, servers)
            cases[case.name] = say(measure(case, servers))
        batch = measure_batch(servers)
        cases[batch.case.name] = say(batch)
        waits = steady_waits(servers, cases["eligibility"])
        peaks = peaks_of(servers[OURS.name])
        slots, lines = per_slot(servers[OURS.name]), per_line(servers[OURS.name])
        loaded = memories(servers)
    workers = {count: rate_with(count) for count in (1, 2)}
    print("ZEN", flush=True)
    zen = compared()
    print("growth", flush=True)
    grown = growth.measured()
    return Run(cases, zen, waits, start, idle, loaded, peaks, image_bytes(), grown, slots, lines, workers)


def say(measured: Measured) -> Measured:
    """Say what a case came to."""
    rates = ", ".join(f"{name} {measured.rate(name):,.0f}" for name in measured.rounds)
    print(f"{measured.case.name}, decisions a second: {rates}", flush=True)
    return measured


def start_times() -> dict[str, float]:
    """Start each server several times in turn, after once to have its files at hand."""
    for name in STARTED:
        first_answer_seconds(name)
    times = in_turn(list(STARTED), ROUNDS, first_answer_seconds)
    print("start, seconds:", {name: round(statistics.median(each), 3) for name, each in times.items()}, flush=True)
    return {name: statistics.median(each) for name, each in times.items()}


def memories(servers: Mapping[str, Server]) -> dict[str, Memory]:
    """Return what ours and the empty applications hold."""
    return {name: servers[name].memory() for name in (OURS.name, EMPTY.name, EMPTY_H11.name)}


def steady_waits(servers: Mapping[str, Server], full: Measured) -> dict[tuple[str, str], Waits]:
    """Ask for single decisions at seventy per cent of each server's full load."""
    call, found = asked.eligibility(), {}
    for arrivals, times in (("even", even), ("at random", at_random)):

        def once(name: str) -> Waits:
            return steady_load(servers[name], call, times(SHARE_OF_FULL * full.rate(name)))  # noqa: B023

        for name, rounds in in_turn([OURS.name, LIMIT.name, STOCK.name], STEADY_ROUNDS, once).items():
            found[name, arrivals] = sorted(rounds, key=lambda waits: waits.ratio)[len(rounds) // 2]
    return found


def peaks_of(server: Server) -> tuple[float, float]:
    """Return the most memory held in a stream of few lines, and in one of many."""
    found = []
    for count in (FEW_LINES, MANY_LINES):
        server.forget_peak()
        exchange(server, asked.batch(count))
        found.append(server.peak())
    return found[0], found[1]


def per_slot(server: Server) -> dict[int, float]:
    """Return what a slot costs, keyed by how many there are."""
    return {count: cost_of(server, asked.slots(count)) for count in PER_SLOT}


def per_line(server: Server) -> dict[int, float]:
    """Return what an item of a batch costs, keyed by how many there are."""
    return {count: cost_of(server, asked.batch(count)) for count in PER_LINE}


def cost_of(server: Server, call: Call) -> float:
    """Return the processor time of a decision, asked one request after the other."""
    busy, count, began = server.busy_seconds(), 0, time.perf_counter()
    while not count or time.perf_counter() - began < SIZED_SECONDS:
        exchange(server, call)
        count += 1
    return (server.busy_seconds() - busy) / count / call.decisions * 1e6


def rate_with(workers: int) -> float:
    """Return decisions a second of so many processes, where they and the load share all cores."""
    with tempfile.TemporaryDirectory() as folder:
        kind = shipped(f"{workers} workers", workers=str(workers), metrics_dir=folder)
        with running(kind, ALL) as server:
            rounds = [full_load(server, asked.eligibility(), cores=ALL).rate for _ in range(ROUNDS)]
    return statistics.median(rounds)


def image_bytes() -> int | None:
    """Return the size of the image, where there is an engine that has it."""
    try:
        done = subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    size: int = json.loads(done.stdout)[0]["Size"]
    return size

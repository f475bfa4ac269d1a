"""The tables of RESULTS.md."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import subprocess
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.cores import CORES
from tests.bench.goals import GOALS
from tests.bench.growth import COPIED
from tests.bench.load import SECONDS, wrk
from tests.bench.run import SHARE_OF_FULL, Run
from tests.bench.servers import EMPTY, EMPTY_H11, LIMIT, LIMIT_H11, LOOP, OURS, STOCK, STOCK_H11

PACKAGES = ("fastapi", "starlette", "pydantic", "pydantic-core", "uvicorn", "h11", "httptools", "zen-engine")
BESIDE = (LIMIT.name, LIMIT_H11.name, STOCK.name, STOCK_H11.name, EMPTY.name, EMPTY_H11.name)
INTRODUCTION = """\
# How fast it is

`make bench` writes this file. Everything is measured in one run, the servers of a case in turn and several times;
figures are medians, and a ratio is the median of the ratios of each round. Ours runs as it is shipped: hardening, a
line of log for each request, metrics.

- **limit**: one bare ASGI function on uvicorn: read the body, `json.loads`, validate, decide with the same core, write
  bytes.
- **stock**: FastAPI as its tutorial writes it, around the same core. **empty**: FastAPI with one endpoint that says a
  constant.
- These run on httptools, uvicorn's parser in C and the faster one, without access logs, and goals are held against
  that; *h11* is what uvicorn runs when it is installed alone. Ours checks more than both, in Python. The loop
  is that of {loop} for all.
- **ZEN** decides the two waits of the contract's example, from a context that is parsed already.
"""


def written(runs: Sequence[Run]) -> str:
    """Write everything; the figures of goals for each run, all others of the last one."""
    last = runs[-1]
    parts = [
        INTRODUCTION.format(loop=LOOP),
        machine(),
        "## Goals\n",
        goals(runs),
        "## Full load\n",
        f"Decisions a second on one core; wrk on another one, {SECONDS} s for each figure.\n",
        full_load(last),
        "Microseconds of the server's processor for a decision:\n",
        busy(last),
        "## One decision without HTTP\n",
        zen(last),
        "## Time to answer\n",
        f"Single eligibility at {SHARE_OF_FULL:.0%} of each one's own full load, from when a request was due.",
        "Even: one every so often, as load generators with a constant rate ask. At random: as independent callers do;",
        "there even a server that takes exactly the same time for each request has a p99 of 4.3 times its p50, because",
        "of those who meet a queue.\n",
        waits(last),
        "## Start, memory, size\n",
        small(last),
        image(last),
        "## Growth\n",
        "Microseconds of processor for a decision, bytes to bytes without HTTP, with copies of the shipped records.\n",
        grown(last),
        sizes(last),
        workers(last),
    ]
    return "\n".join(parts)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def number(value: float) -> str:
    """Write a figure with three digits that count."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def machine() -> str:
    """Say when and on what."""
    cpu = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text("utf-8"))
    versions = [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]
    shown = subprocess.run([wrk(), "-v"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"wrk (?:debian/)?(\S+)", shown)
    shared = "" if len(CORES) > 1 else " Server and load shared the only core."
    return (
        f"{datetime.now(UTC):%Y-%m-%d}. {len(CORES)} cores of {cpu[1] if cpu else 'an unknown processor'}, "
        f"{platform.system()}, Python {platform.python_version()}; {', '.join(versions)}; "
        f"wrk {version[1] if version else '(version not told)'}.{shared}\n"
    )


def goals(runs: Sequence[Run]) -> str:
    """Hold every ratio beside its goal."""
    columns = [f"run {position}" for position in range(1, len(runs) + 1)] if len(runs) > 1 else ["measured"]
    rows = [
        [
            goal.what,
            goal.wanted,
            *(f"{goal.value(run):.3g}" for run in runs),
            "met" if all(map(goal.is_met, runs)) else "**not met**",
        ]
        for goal in GOALS
    ]
    return table(["ratio", "goal", *columns, ""], rows)


def full_load(run: Run) -> str:
    """Compare rates."""
    head = ["case", OURS.name, *BESIDE, "of the limit", "times stock"]
    rows = []
    for name, case in run.cases.items():
        rates = [number(case.rate(each)) if each in case.rounds else "" for each in (OURS.name, *BESIDE)]
        ratios = [case.ratio(each) for each in (LIMIT.name, STOCK.name)]
        rows.append([name, *rates, *("" if ratio is None else number(ratio) for ratio in ratios)])
    return table(head, rows)


def busy(run: Run) -> str:
    """Compare processor times."""
    rows = [
        [name, *(number(case.busy(each)) if each in case.rounds else "" for each in (OURS.name, *BESIDE))]
        for name, case in run.cases.items()
    ]
    return table(["case", OURS.name, *BESIDE], rows)


def zen(run: Run) -> str:
    """Compare with the rules engine."""
    named = {
        "ours": "ours: the contract's example, from the bytes of the body to the bytes of the answer",
        "one wait": "ZEN: one wait, a table of two rows (minimum, recommended)",
        "both waits": "ZEN: both waits of the example, a table of two rows each",
        "both, counted": "ZEN: the same, and it counts the hours from the times of treatment and session",
        "both, of every wait": "ZEN: both waits, in one table of every shipped wait after a treatment",
    }
    rows = [[named[way], number(took), number(took / run.zen["ours"])] for way, took in run.zen.items()]
    return table(["", "microseconds of processor", "times ours"], rows)


def waits(run: Run) -> str:
    """Compare times to answer."""
    rows = [
        [server, arrivals, number(each.p50), number(each.p99), number(each.ratio)]
        for (server, arrivals), each in run.waits.items()
    ]
    return table(["server", "requests come", "p50, microseconds", "p99, microseconds", "p99 / p50"], rows)


def small(run: Run) -> str:
    """Compare start and memory."""
    rows = [
        [
            name,
            f"{run.start[name] * 1000:.0f}",
            *(f"{held[name][kind]:.1f}" for held in (run.idle, run.loaded) for kind in ("rss", "pss")),
        ]
        for name in run.start
    ]
    head = [
        "",
        "start to first answer, ms",
        "idle, RSS MiB",
        "idle, PSS MiB",
        "after load, RSS MiB",
        "after load, PSS MiB",
    ]
    return (
        table(head, rows)
        + f"\nThe most that a stream held: {run.peaks[0]:.1f} MiB (2,000 lines), {run.peaks[1]:.1f} MiB (10,000).\n"
    )


def image(run: Run) -> str:
    """Say how large the image is."""
    if run.image_bytes is None:
        return "The size of the image was not measured: no container engine here holds it (`make image`).\n"
    return f"The image has {run.image_bytes / 1e6:.0f} MB.\n"


def grown(run: Run) -> str:
    """Show what larger guidance costs."""
    measured = [name for name in next(iter(run.grown.values())) if name not in COPIED]
    rows = [[f"{factor}x", *(number(each[name]) for name in measured)] for factor, each in run.grown.items()]
    counts = "; ".join(
        f"{factor}x: " + ", ".join(f"{each[kind]:,.0f} {kind}" for kind in COPIED) for factor, each in run.grown.items()
    )
    return table(["records", *measured], rows) + f"\n{counts}.\n"


def sizes(run: Run) -> str:
    """Show what one of many costs."""
    slots = ", ".join(f"{count:,}: {number(cost)}" for count, cost in run.slots.items())
    lines = ", ".join(f"{count:,}: {number(cost)}" for count, cost in run.lines.items())
    return (
        "Microseconds of the server's processor over HTTP, one request after the other. "
        f"A slot, where a request has so many: {slots}. A line, where a batch has so many: {lines}.\n"
    )


def workers(run: Run) -> str:
    """Show what a second process adds, and what all of it means for sizing."""
    one, two = run.workers[1], run.workers[2]
    spare = len(CORES) > 2
    return (
        f"Workers: one does {number(one)} decisions a second, two do {number(two)}, {number(two / one)} times as much, "
        f"{'with' if spare else 'without'} a core to spare for the load on {len(CORES)} cores.\n\n"
        "For sizing: divide the decisions of the busiest second by what one core does at full load here, take that "
        "twice, since a core should be half idle, and give each replica one core and one worker. A list of slots and a "
        "batch count by the decision, not by the request; larger guidance counts by the table above.\n"
    )

"""
GoRules ZEN, the rules engine, deciding on the waits of the contract's example, beside our way from bytes to bytes.

ZEN is given less to do: only the decision of each wait, from a context that is parsed already. It reads no body,
resolves no product, works out no times, gives no reasons and writes nothing. Where it is said so it counts the hours.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterable
from itertools import pairwise
from time import process_time
from typing import Any

import zen

from service.guidance.guidance import Guidance
from service.guidance.records.common import Direction
from service.guidance.records.protocol import Wait
from tests.bench.asked import eligibility
from tests.bench.work import OwnPath, Work

ROUNDS = 9
REPEATS = 200
TOXIN, FILLER = "botulinum_toxin", "hyaluronic_acid_filler"
HOURS = {TOXIN: 34.0, FILLER: 234.5}
"""From the treatments of the example to its session."""
SESSION_AT = "2026-11-22T10:00:00-05:00"
TIMES = {TOXIN: "2026-11-21T00:00:00-05:00", FILLER: "2026-11-12T15:30:00-05:00"}
"""The session, and when its treatments were; a bare date is over with its day."""
DUE = {TOXIN: "wait", FILLER: "ask_provider"}
"""What has to come out."""
HOURS_BETWEEN = "(date(session_at) - date(at)) / 3600"
DECISION = "application/vnd.gorules.decision"


def compared() -> dict[str, float]:
    """Return microseconds of processor for each way, the median of several rounds in turn."""
    work = Work()
    ways = {"ours": _ours(work), **zen_ways(work.guidance)}
    rounds = [{name: microseconds(way) for name, way in ways.items()} for _ in range(ROUNDS)]
    return {name: statistics.median(each[name] for each in rounds) for name in ways}


def _ours(work: Work) -> Callable[[], object]:
    answer, bodies = OwnPath(work).eligibility, eligibility().bodies
    count = 0

    def ours() -> bytes:
        nonlocal count
        count += 1
        return answer(bodies[count % len(bodies)])

    return ours


def zen_ways(guidance: Guidance) -> dict[str, Callable[[], object]]:
    """Return ZEN's ways, each checked to give the right decision first."""
    engine = zen.ZenEngine()
    waits = {treatment: guidance.waits[f"wait.{treatment}"] for treatment in HOURS}
    alone = {treatment: decision_of(engine, rows_of([wait])) for treatment, wait in waits.items()}
    every = decision_of(engine, rows_of(guidance.waits.values()))
    counting = decision_of(engine, rows_of(waits.values()), counts_hours=True)
    asked = {treatment: {"treatment": treatment, "hours": hours} for treatment, hours in HOURS.items()}
    timed = {treatment: {"treatment": treatment, "at": at, "session_at": SESSION_AT} for treatment, at in TIMES.items()}
    for treatment, due in DUE.items():
        for table, context in ((alone[treatment], asked), (every, asked), (counting, timed)):
            found = table.evaluate(context[treatment])["result"]
            assert found["decision"] == due, found
    return {
        "one wait": lambda: alone[TOXIN].evaluate(asked[TOXIN]),
        "both waits": lambda: [alone[treatment].evaluate(context) for treatment, context in asked.items()],
        "both, counted": lambda: [counting.evaluate(context) for context in timed.values()],
        "both, of every wait": lambda: [every.evaluate(context) for context in asked.values()],
    }


def rows_of(waits: Iterable[Wait]) -> list[dict[str, str]]:
    """Return two rows for each wait after a treatment: inside its minimum, and inside what is recommended."""
    rows: list[dict[str, str]] = []
    for wait in waits:
        if wait.direction is not Direction.SESSION_AFTER_TREATMENT:
            continue
        for hours, decision in ((wait.minimum_hours, "wait"), (wait.recommended_hours, "ask_provider")):
            row = {"treatment": f'"{wait.treatment}"', "hours": f"< {hours}", "decision": f'"{decision}"'}
            rows.append({"_id": str(len(rows)), **row})
    return rows


def decision_of(engine: zen.ZenEngine, rows: list[dict[str, str]], *, counts_hours: bool = False) -> zen.ZenDecision:
    """Compile a decision table: the first row that fits decides. Before it the hours may have to be counted."""
    table: dict[str, Any] = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "type": "expression", "field": name} for name in ("treatment", "hours")],
        "outputs": [{"id": "decision", "name": "decision", "type": "expression", "field": "decision"}],
        "rules": rows,
    }
    counted = {"expressions": [{"id": "hours", "key": "hours", "value": HOURS_BETWEEN}], "passThrough": True}
    nodes: list[dict[str, Any]] = [
        {"id": "in", "name": "in", "type": "inputNode"},
        *([{"id": "hours", "name": "hours", "type": "expressionNode", "content": counted}] if counts_hours else []),
        {"id": "waits", "name": "waits", "type": "decisionTableNode", "content": table},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": f"to-{target['id']}", "sourceId": source["id"], "targetId": target["id"], "type": "edge"}
        for source, target in pairwise(nodes)
    ]
    content = json.dumps({"contentType": DECISION, "nodes": nodes, "edges": edges})
    return engine.create_decision(zen.ZenDecisionContent(content))


def microseconds(way: Callable[[], object]) -> float:
    """Return the processor time of one call, from many."""
    began = process_time()
    for _ in range(REPEATS):
        way()
    return (process_time() - began) / REPEATS * 1e6

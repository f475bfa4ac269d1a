"""
GoRules ZEN, the rules engine, deciding on the waits of the contract's example, beside our way from bytes to bytes.

ZEN is given less to do: only the decision of each wait, from a context that is parsed already. It reads no body,
resolves no product, counts no dates, gives no reasons and writes nothing.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterable
from time import process_time
from typing import Any

import zen

from service.guidance.guidance import Guidance
from service.guidance.records import Direction, Wait
from tests.bench.asked import eligibility
from tests.bench.work import OwnPath, Work

ROUNDS = 9
REPEATS = 200
TOXIN, FILLER = "botulinum_toxin", "hyaluronic_acid_filler"
HOURS = {TOXIN: 34.0, FILLER: 234.5}
"""From the treatments of the example to its session."""
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
    asked = {treatment: {"treatment": treatment, "hours": hours} for treatment, hours in HOURS.items()}
    for table in (*alone.values(), every):
        found = [table.evaluate(context)["result"].get("decision") for context in asked.values()]
        assert found in (["wait", None], [None, "ask_provider"], ["wait", "ask_provider"]), found
    return {
        "one wait": lambda: alone[TOXIN].evaluate(asked[TOXIN]),
        "both waits": lambda: [alone[treatment].evaluate(context) for treatment, context in asked.items()],
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


def decision_of(engine: zen.ZenEngine, rows: list[dict[str, str]]) -> zen.ZenDecision:
    """Compile a decision table: the first row that fits decides."""
    table: dict[str, Any] = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "type": "expression", "field": name} for name in ("treatment", "hours")],
        "outputs": [{"id": "decision", "name": "decision", "type": "expression", "field": "decision"}],
        "rules": rows,
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "waits", "name": "waits", "type": "decisionTableNode", "content": table},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": "1", "sourceId": "in", "targetId": "waits", "type": "edge"},
        {"id": "2", "sourceId": "waits", "targetId": "out", "type": "edge"},
    ]
    content = json.dumps({"contentType": DECISION, "nodes": nodes, "edges": edges})
    return engine.create_decision(zen.ZenDecisionContent(content))


def microseconds(way: Callable[[], object]) -> float:
    """Return the processor time of one call, from many."""
    began = process_time()
    for _ in range(REPEATS):
        way()
    return (process_time() - began) / REPEATS * 1e6

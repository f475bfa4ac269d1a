"""What the hot paths cost when it was last recorded: ``make bench-record``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.bench.counting import Cost, counted_by

RECORDED = Path(__file__).with_name("recorded.json")
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
"""Each Python has instructions of its own."""
SHARE = 1.2
COUNTED = ("instructions", "calls")


def recorded() -> dict[str, Cost] | None:
    """Return the costs under this Python, keyed by path; ``None`` where nobody has recorded any."""
    every: dict[str, dict[str, Cost]] = json.loads(RECORDED.read_text("utf-8"))
    return every.get(PYTHON)


def too_much(cost: Cost, before: Cost) -> list[str]:
    """
    Say what has become too expensive.

    A fifth more of instructions or calls is too much, and so is any further pass over a whole document.
    """
    more = [
        f"{cost[name]:,} {name}, and {before[name]:,} were recorded"
        for name in COUNTED
        if cost[name] >= SHARE * before[name]
    ]
    passes = [
        f"a document is {name} {count} times, and {before.get(name, 0)} were recorded"
        for name, count in cost.items()
        if name not in COUNTED and count > before.get(name, 0)
    ]
    return more + passes


def main() -> None:
    every = json.loads(RECORDED.read_text("utf-8")) if RECORDED.exists() else {}
    before, every[PYTHON] = every.get(PYTHON, {}), counted_by("tests.bench.counting")
    RECORDED.write_text(json.dumps(every, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    for name, cost in every[PYTHON].items():
        was = f" (was {before[name]['instructions']:,})" if name in before else ""
        print(f"{name}: {cost['instructions']:,} instructions{was}, {cost['calls']:,} calls")


if __name__ == "__main__":
    main()

"""
Measure everything and write RESULTS.md: ``python -m tests.bench [--runs N] [--strict]``.

Exits with 0 whatever the figures are; with ``--strict`` with 1 where a goal is not met in every run.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from pathlib import Path

from tests.bench.load import NoWrk, wrk

RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> int:
    """Return the exit code."""
    parser = argparse.ArgumentParser(prog="tests.bench", description="Measure everything side by side.")
    parser.add_argument(
        "--runs", type=int, default=1, metavar="N", help="how often; a goal is met where each run meets it"
    )
    parser.add_argument("--strict", action="store_true", help="fail where a goal is not met")
    chosen = parser.parse_args()
    try:
        wrk()
    except NoWrk as lacking:
        print(lacking, file=sys.stderr)
        return 2
    if importlib.util.find_spec("zen") is None or importlib.util.find_spec("httptools") is None:
        print("This needs tests/bench/requirements.txt; make bench installs it.", file=sys.stderr)
        return 2
    from tests.bench import results, run
    from tests.bench.goals import GOALS

    runs = [run.one_run() for _ in range(chosen.runs)]
    text = results.written(runs)
    RESULTS.write_text(text, encoding="utf-8")
    print(text)
    missed = [goal.what for goal in GOALS if not all(map(goal.is_met, runs))]
    print("Not met: " + "; ".join(missed) if missed else "Every goal is met.")
    return 1 if missed and chosen.strict else 0


if __name__ == "__main__":
    sys.exit(main())

"""What is to be reached, as ratios that another machine has too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.run import Run
from tests.bench.servers import EMPTY, LIMIT, OURS, STOCK

BATCH, SINGLE, STRUCTURED, ENTRY = "batch (10,000 lines)", "eligibility", "triage, structured", "FAQ item, 304"


@dataclass(frozen=True)
class Goal:
    """
    One ratio.

    Args:
        at_least: Whether more is better.
    """

    what: str
    value: Callable[[Run], float]
    bound: float
    at_least: bool = True

    def is_met(self, run: Run) -> bool:
        """Whether a run reaches it."""
        value = self.value(run)
        return value >= self.bound if self.at_least else value <= self.bound

    @property
    def wanted(self) -> str:
        """The bound in words."""
        return f"{'at least' if self.at_least else 'at most'} {self.bound:g}"


def _rate(case: str, server: str) -> Callable[[Run], float]:
    return lambda run: run.cases[case].ratio(server) or 0.0


def _batch_rate(run: Run) -> float:
    return run.cases[BATCH].rate(OURS.name) / run.cases[SINGLE].rate(STOCK.name)


GOALS = (
    Goal("single eligibility, of the limit", _rate(SINGLE, LIMIT.name), 0.6),
    Goal("single eligibility, times stock FastAPI", _rate(SINGLE, STOCK.name), 2),
    Goal("triage structured, of the limit", _rate(STRUCTURED, LIMIT.name), 0.6),
    Goal("triage structured, times stock FastAPI", _rate(STRUCTURED, STOCK.name), 2),
    Goal("FAQ item 304, of the constant limit", _rate(ENTRY, LIMIT.name), 0.7),
    Goal("decisions of a batch, times single ones of stock FastAPI", _batch_rate, 6),
    Goal("memory of 10,000 lines, times that of 2,000", lambda run: run.peaks[1] / run.peaks[0], 1.05, False),
    Goal("bytes to bytes, times faster than ZEN on both waits", lambda run: run.zen["both waits"] / run.zen["ours"], 4),
    Goal("p99 over p50 at 70 % load", lambda run: run.waits[OURS.name, "even"].ratio, 4, False),
    Goal(
        "start to first answer, times an empty FastAPI",
        lambda run: run.start[OURS.name] / run.start[EMPTY.name],
        1.5,
        False,
    ),
    Goal(
        "idle memory, times an empty FastAPI",
        lambda run: run.idle[OURS.name]["rss"] / run.idle[EMPTY.name]["rss"],
        1.6,
        False,
    ),
)

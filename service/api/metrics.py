"""What is counted, for Prometheus. Every label is a code of ours from a list that nobody can make longer."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.guidance.records.common import Decision, Level

if TYPE_CHECKING:
    from prometheus_client import Counter, Gauge, Histogram
    from prometheus_client.metrics_core import Metric

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class Metrics:
    """
    The counts of one process, or of several that share a folder.

    Args:
        version: Of the service.
        guidance_version: Of the guidance.
        folder: Where the processes of one service keep their counts, so that they add up.
    """

    def __init__(self, version: str, guidance_version: str, folder: Path | None = None) -> None:
        if folder is not None:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        # On import the client looks, once, whether processes share a folder.
        from prometheus_client import (
            CollectorRegistry,
            Counter,
            Gauge,
            Histogram,
            ProcessCollector,
            disable_created_metrics,
        )

        disable_created_metrics()  # type: ignore[no-untyped-call]
        own: dict[str, Any] = {"registry": CollectorRegistry()}
        self._registry = own["registry"]
        if folder is not None:
            self._registry = CollectorRegistry()
            self._registry.register(_Shared(folder))
        else:
            ProcessCollector(registry=self._registry)
        self._requests: Counter = Counter(
            "afterglow_requests", "Requests answered.", ("method", "route", "status"), **own
        )
        self._durations: Histogram = Histogram(
            "afterglow_request_duration_seconds",
            "From the head of a request to the end of its answer.",
            ("method", "route"),
            buckets=BUCKETS,
            **own,
        )
        self._decisions = _by_code(
            Counter("afterglow_decisions", "Eligibility decisions.", ("decision",), **own), Decision
        )
        self._levels = _by_code(Counter("afterglow_triage_levels", "Triage levels.", ("level",), **own), Level)
        self._texts = Counter("afterglow_texts", "Texts that triage read.", **own)
        self._unknown_texts = Counter("afterglow_texts_not_understood", "Texts that triage did not understand.", **own)
        self._questions = Counter("afterglow_questions", "Questions that the FAQ was searched for.", **own)
        self._unanswered = Counter("afterglow_questions_unanswered", "Questions that the FAQ does not answer.", **own)
        own["multiprocess_mode"] = "livemax"
        self._draining: Gauge = Gauge("afterglow_draining", "1 while the service stops.", **own)
        names = ("version", "guidance_version")
        about: Gauge = Gauge("afterglow_info", "What runs here: always 1.", names, **own)
        about.labels(version, guidance_version).set(1)
        own["multiprocess_mode"] = "livesum"
        self._connections: Gauge = Gauge("afterglow_connections", "Open connections.", **own)
        self._seen: dict[tuple[str, str, int], tuple[Any, Any]] = {}

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request; *method* and *route* are of our own lists."""
        counts = self._seen.get((method, route, status))
        if counts is None:
            counts = self._requests.labels(method, route, status), self._durations.labels(method, route)
            self._seen[method, route, status] = counts
        counts[0].inc()
        counts[1].observe(seconds)

    def count_connection(self, change: int) -> None:
        """Count a connection that came (1) or went (-1)."""
        self._connections.inc(change)

    def count_decision(self, decision: Decision) -> None:
        """Count the decision of an eligibility answer."""
        self._decisions[decision].inc()

    def count_level(self, level: Level) -> None:
        """Count the level of a triage answer."""
        self._levels[level].inc()

    def count_text(self, is_understood: bool) -> None:
        """Count a text that triage read."""
        self._texts.inc()
        if not is_understood:
            self._unknown_texts.inc()

    def count_search(self, is_answered: bool) -> None:
        """Count a question that the FAQ was searched for."""
        self._questions.inc()
        if not is_answered:
            self._unanswered.inc()

    def start_draining(self) -> None:
        """Show that the service stops."""
        self._draining.set(1)

    def text(self) -> bytes:
        """Return all counts as Prometheus reads them."""
        from prometheus_client import generate_latest

        return generate_latest(self._registry)


class _Shared:
    """The counts of all processes that keep them in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        """Add up what is there. A process may have been killed, or not be further yet, than making its file."""
        from prometheus_client.multiprocess import MultiProcessCollector

        files = [str(file) for file in self._folder.glob("*.db") if _size_of(file)]
        merged: Iterable[Metric] = MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]
        return merged


def _size_of(file: Path) -> int:
    """Return its bytes; 0 for one that is gone, as that of a process which has just ended."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


class NoMetrics(Metrics):
    """Counts no answer: for those that the service gives itself."""

    def __init__(self) -> None:
        """Count nothing."""

    def count_decision(self, decision: Decision) -> None:
        """Count nothing."""

    def count_level(self, level: Level) -> None:
        """Count nothing."""

    def count_text(self, is_understood: bool) -> None:
        """Count nothing."""

    def count_search(self, is_answered: bool) -> None:
        """Count nothing."""


def _by_code(counter: Counter, codes: type[Decision] | type[Level]) -> dict[Any, Any]:
    """Return a count for each code, at 0: what has not happened yet is seen too."""
    return {code: counter.labels(code.value) for code in codes}

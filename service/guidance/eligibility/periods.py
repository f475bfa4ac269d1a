"""Periods on the line of instants, and the free time between them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from service.guidance.times import LATEST_YEAR, Span

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class Period(NamedTuple):
    """The instants from *start*, which is inside, to *end*, which is not."""

    start: datetime
    end: datetime

    def touches(self, span: Span) -> bool:
        """Whether any instant of *span* lies inside."""
        start = span.start
        return start < self.end and (self.start <= start or self.start < span.end)


class Bounds(NamedTuple):
    """
    Where time free of ``wait``, and of every timing reason, starts (inside) and ends (outside).

    ``None`` for a bound that does not exist, or that nobody can tell.
    """

    eligible_from: datetime | None = None
    eligible_until: datetime | None = None
    recommended_from: datetime | None = None
    recommended_until: datetime | None = None


NO_BOUNDS = Bounds()


def free_period(blocked: Iterable[Period], span: Span) -> tuple[datetime | None, datetime | None]:
    """
    Bound the period outside all *blocked* ones that holds *span*, or the next one where part of *span* is blocked.

    Returns:
        Where it starts (inside) and where it ends (outside); ``None`` for a bound that does not exist.
    """
    starts: datetime | None = None
    is_inside = False
    for period in sorted(blocked):
        if is_inside and starts is not None and period.start <= starts:
            starts = max(starts, period.end)  # it goes on where the one before ends
        elif not is_inside and period.touches(span):
            starts, is_inside = period.end if starts is None else max(starts, period.end), True
        elif not is_inside and period.end <= span.start:
            starts = period.end if starts is None else max(starts, period.end)
        else:
            return told(starts), told(period.start)
    return told(starts), None


def told(bound: datetime | None) -> datetime | None:
    """Return a bound that is told: one that exists, in a year that the guidance speaks of."""
    return bound if bound is not None and bound > FIRST and bound.year <= LATEST_YEAR else None

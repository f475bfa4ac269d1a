"""What endpoints ask the app for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from service.api.counts import Counts
from service.api.metrics import Metrics
from service.api.pace import Turns
from service.api.protocols import Protocols
from service.api.route import Published
from service.api.shelf import Shelf
from service.guidance.faq import FaqSearch
from service.guidance.guidance import Guidance


@dataclass
class Services:
    """
    What one app works with, as ``app.state.services``.

    Args:
        clock: Tells the time, aware of its zone. The core never asks it.
        body_bytes: The most bytes of a request body, where *body_limits* has none for its path.
        body_limits: The most bytes of a request body, keyed by path.
        line_bytes: The most bytes of one item of a batch, as a line or in an array.
        body_seconds: How long a client may take to send a body, or a line of a stream.
        counts: How many of something a request may have, where that is fewer than its model allows.
        most_items: How many items an array of a batch may have.
        metrics: Counts what was answered, and nothing of what was asked.
        shows_metrics: Whether anybody may read the counts.
        asks_for_keys: Whether a caller needs an API key.
        turns: Who computes, one request after the other.
        draining: Whether the service is about to stop.
        description: The OpenAPI document and the page made of it, once somebody has asked.
    """

    protocols: Protocols
    faq_search: FaqSearch
    shelf: Shelf
    clock: Callable[[], datetime]
    body_bytes: int
    body_limits: Mapping[str, int]
    line_bytes: int
    body_seconds: float
    counts: Counts
    most_items: int
    metrics: Metrics
    shows_metrics: bool = True
    asks_for_keys: bool = False
    turns: Turns = field(default_factory=Turns)
    draining: bool = False
    description: tuple[Published, Published] | None = None

    @property
    def guidance(self) -> Guidance:
        """The base guidance, for whatever names no protocol."""
        return self.protocols.base

    def start_draining(self) -> None:
        """Show everybody who asks that the service stops."""
        self.draining = True
        self.metrics.start_draining()

    def limit_of(self, path: str) -> int:
        """Return the most bytes of a body that is sent to *path*."""
        return self.body_limits.get(path, self.body_bytes)


def services_of(request: Request) -> Services:
    """Return what the asked app works with."""
    services: Services = request.app.state.services
    return services


def guidance_of(request: Request) -> Guidance:
    """Return the base guidance that the app was made with."""
    return services_of(request).guidance


def protocols_of(request: Request) -> Protocols:
    """Return every protocol that a request can name."""
    return services_of(request).protocols


def shelf_of(request: Request) -> Shelf:
    """Return the documents that the app was made with."""
    return services_of(request).shelf


def search_of(request: Request) -> FaqSearch:
    """Return the search that the app was made with."""
    return services_of(request).faq_search


def now_of(request: Request) -> datetime:
    """Return the time, to the second. Endpoints that take it are the only place where a clock is read."""
    return services_of(request).clock().replace(microsecond=0)


def metrics_of(request: Request) -> Metrics:
    """Return what counts the answers."""
    return services_of(request).metrics


def turns_of(request: Request) -> Turns:
    """Return what lets one request after the other compute."""
    return services_of(request).turns


def accept_of(request: Request) -> Sequence[str]:
    """Return every Accept header of the request, for an endpoint whose answer has more than one form."""
    return request.headers.getlist("accept")


ServicesDep = Annotated[Services, Depends(services_of)]
GuidanceDep = Annotated[Guidance, Depends(guidance_of)]
ProtocolsDep = Annotated[Protocols, Depends(protocols_of)]
ShelfDep = Annotated[Shelf, Depends(shelf_of)]
SearchDep = Annotated[FaqSearch, Depends(search_of)]
NowDep = Annotated[datetime, Depends(now_of)]
AcceptDep = Annotated[Sequence[str], Depends(accept_of)]
TurnsDep = Annotated[Turns, Depends(turns_of)]
MetricsDep = Annotated[Metrics, Depends(metrics_of)]

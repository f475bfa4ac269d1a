"""Join the parts into one application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from service.api import batch, eligibility, faq, guidance, operations, site, slots, triage
from service.api.about import PACKAGE_VERSION, description_for
from service.api.dispatch import Dispatch
from service.api.metrics import Metrics
from service.api.protocols import Protocols
from service.api.services import Services
from service.compiled import prepared_for
from service.prepared import Described, Prepared, utc_now
from service.server.boundary import Boundary, Doors
from service.server.cors import Cors
from service.server.journal import Journal
from service.server.keys import Keyring
from service.server.replies import Replies
from service.server.telemetry import Revealed, check_telemetry, veiled
from service.settings import Settings

TELEMETRY_OFF: Any = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
TELEMETRY_ON: Any = {"logs": False, "operation_spans": False, "auto_configure": True}
"""Logs are never handed on: those of FastAPI hold messages of exceptions, and these can hold what somebody sent."""


class Afterglow(FastAPI):
    """FastAPI's routes and description, without its layers: one of ours does what is needed of them."""

    def build_middleware_stack(self) -> ASGIApp:
        """Put the boundary around the router, and whatever was added between them."""
        app: ASGIApp = Dispatch(self.router, self.routes)
        for layer, arguments, options in reversed(self.user_middleware):
            app = layer(app, *arguments, **options)
        boundary = Boundary(app, self.state.replies, self.state.journal, self.state.doors)
        return Revealed(boundary) if self.state.settings.telemetry else boundary

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; where FastAPI traces it, of what it asks there is no more to see than its method."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
        elif self.state.settings.telemetry:
            await super().__call__(veiled(scope), receive, send)
        else:
            await Starlette.__call__(self, scope, receive, send)


def create_app(settings: Settings | None = None, prepared: Prepared | None = None) -> FastAPI:
    """
    Read the guidance and make the application.

    Args:
        settings: Those of the environment where left out.
        prepared: What comes of the content that the settings name; looked for where left out.

    Raises:
        BadSettings: A variable of the environment that is no setting, or does not fit.
        BrokenContent: Guidance or protocols that must not be used, with every fault.
        BadKeys: A file of keys that cannot be used.
    """
    settings = settings or Settings.from_environment()
    if settings.telemetry:
        check_telemetry()
    app = Afterglow(
        **description_for(settings.body_bytes),
        lifespan=_lifespan,
        redirect_slashes=False,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        telemetry=TELEMETRY_ON if settings.telemetry else TELEMETRY_OFF,
    )
    app.state.settings = settings
    app.state.services = services = _services(settings, prepared or prepared_for(settings))
    app.state.keys = Keyring(settings.api_keys_file) if settings.api_keys_file else None
    cors = Cors(settings.cors_origins) if settings.cors_origins else None
    app.state.doors = Doors(app.state.keys, cors, settings.metrics_port)
    app.state.journal = Journal(services.metrics)
    app.state.replies = Replies(services.guidance.version)
    for group in (eligibility, slots, batch, triage, faq, guidance, operations):
        app.router.routes.extend(group.router.routes)
    if settings.shows_page:
        app.router.routes.extend(site.router.routes)
    return app


def _services(settings: Settings, prepared: Prepared) -> Services:
    loaded, shelf = prepared.guidance, prepared.shelf
    protocols = Protocols.of(loaded, {})
    if settings.protocols_dir is not None:
        from service.guidance.protocol.loading import load_protocols

        protocols = Protocols.of(loaded, load_protocols(settings.protocols_dir, loaded))
        guidance.publish(protocols, shelf)
    if settings.shows_page:
        site.publish(shelf, settings.frame_ancestors)
    return Services(
        protocols=protocols,
        faq_search=prepared.faq_search,
        shelf=shelf,
        clock=utc_now,
        body_bytes=settings.body_bytes,
        body_limits={slots.PATH: settings.slots_bytes, batch.PATH: settings.batch_bytes},
        line_bytes=settings.line_bytes,
        body_seconds=settings.body_seconds,
        counts=settings.counts,
        most_items=settings.most_items,
        metrics=Metrics(PACKAGE_VERSION, loaded.version, settings.metrics_dir),
        shows_metrics=settings.metrics,
        asks_for_keys=settings.api_keys_file is not None,
        description=prepared.description if prepared.described == Described.of(settings) else None,
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.services.start_draining()

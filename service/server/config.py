"""What uvicorn is told, and what our part of it needs to know beside that."""

from __future__ import annotations

from functools import cached_property

import uvicorn
from starlette.types import ASGIApp

from service.server.connection import Connection
from service.server.crowd import Crowd
from service.server.journal import Journal
from service.server.outbox import Outbox
from service.server.published import PublishedAnswers
from service.server.replies import Replies
from service.settings import Settings

ACCEPTED_AT_ONCE = 128
"""So few that those who came before are read before the next ones may push them out."""


class ServerConfig(uvicorn.Config):
    """Uvicorn with only what we want of it switched on, and our own reading of connections."""

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        journal: Journal,
        replies: Replies,
        published: PublishedAnswers | None = None,
    ) -> None:
        self.settings = settings
        self.journal = journal
        self.replies = replies
        self.published = published
        super().__init__(
            app,
            http=Connection,  # type: ignore[arg-type]
            loop="uvloop",
            ws="none",
            lifespan="on",
            interface="asgi3",
            workers=1,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=ACCEPTED_AT_ONCE,
            timeout_graceful_shutdown=max(1, round(settings.grace_seconds)),
        )

    @cached_property
    def outbox(self) -> Outbox:
        """What this process is about to send."""
        return Outbox(self.journal)

    @cached_property
    def crowd(self) -> Crowd:
        """The connections of this process."""
        settings = self.settings
        shortest = min(settings.head_seconds, settings.body_seconds, settings.idle_seconds, settings.send_seconds)
        return Crowd(settings.connections, shortest)

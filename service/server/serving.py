"""Run the app on uvicorn: from the socket to the last answer after a signal to stop."""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import signal
import socket
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI

from service.api.operations import description_of
from service.server.config import ServerConfig
from service.server.crowd import EXTRA
from service.server.keys import BadKeys
from service.server.logs import Lines, log, set_up_logs
from service.server.published import PublishedAnswers
from service.server.workers import Supervisor
from service.settings import BadSettings, Settings

BACKLOG = 2048
LOOKED_THROUGH_AT = 20_000
"""How many new objects there are before those that hold each other are looked for. An answer makes a thousand."""
OTHER_FILES = 64
HELD_BY_SYSTEM = 128 * 1024
"""
How much of an answer the system holds for a client, on every connection, before we wait for it. Left to itself it holds
megabytes, and tells of no progress until a third of that is read.
"""


class Server(uvicorn.Server):
    """Uvicorn, with a time between the signal to stop and the end in which it still answers, and says that it stops."""

    config: ServerConfig

    def __init__(self, config: ServerConfig, app: FastAPI, parent_lives: int | None = None) -> None:
        super().__init__(config)
        self._app = app
        self._parent_lives = parent_lives
        self._is_hurried = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen; take a hang-up for the wish to read the keys again."""
        await super().startup(sockets)
        for listener in sockets or ():
            listener.listen(BACKLOG)  # uvicorn has one number for this and for how many are accepted in one go
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, self._reload_keys)
        if self._parent_lives is not None:
            loop.add_reader(self._parent_lives, self._leave_with_parent)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop: at once when somebody asks at the keyboard, or asks again. Having stopped as asked is no failure."""
        self.force_exit = self.should_exit
        self._is_hurried = self._is_hurried or sig == signal.SIGINT
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say that no more work is wanted, answer what comes all the same, then finish what runs."""
        log.info("draining")
        self.config.crowd.is_draining = True
        self._app.state.services.start_draining()
        end = asyncio.get_running_loop().time() + self.config.settings.drain_seconds
        while not self._is_hurried and not self.force_exit and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.05)
        await super().shutdown(sockets)
        log.info("stopped")

    def _leave_with_parent(self) -> None:
        asyncio.get_running_loop().remove_reader(self._parent_lives or 0)
        self.should_exit = True

    def _reload_keys(self) -> None:
        keys = self._app.state.keys
        if keys is None:
            return
        try:
            keys.reload()
        except BadKeys:
            log.error("the file of keys cannot be used, the keys stay as they were")
        else:
            log.info("keys read again")


def serve(app: FastAPI, settings: Settings) -> int:
    """
    Serve until a signal stops the process.

    Returns:
        The exit code: 0 after a signal to stop.

    Raises:
        BadSettings: What cannot be had from this machine.
    """
    allow_files(settings.connections + EXTRA + OTHER_FILES)
    sockets = open_sockets(settings)
    if app.state.services.description is None:  # a loop is not made for nothing
        asyncio.run(description_of(app))
    gc.freeze()  # what was read is there to stay: looking through it for what could go would hold everybody up
    gc.set_threshold(LOOKED_THROUGH_AT)
    lines = Lines(sys.stdout.fileno())
    set_up_logs(settings.log_level, lines)
    if settings.log_level == "info":
        app.state.journal.lines = lines
    host, port = sockets[0].getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    log.info("listening", extra={"address": address, "guidance_version": app.state.services.guidance.version})
    if settings.workers == 1:
        return work(app, settings, sockets)
    return Supervisor(partial(work, app, settings, sockets), settings.workers, settings.metrics_dir).run()


def forget_counts(folder: Path) -> None:
    """
    Remove the counts that workers of an earlier run have left. To be done before any of this run are made.

    Raises:
        BadSettings: No folder, or one where nothing can be written.
    """
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise BadSettings(f"AFTERGLOW_METRICS_DIR: {folder} is no folder that the service can write to")
    for file in folder.glob("*.db"):
        file.unlink()


def work(app: FastAPI, settings: Settings, sockets: Sequence[socket.socket], parent_lives: int | None = None) -> int:
    """Serve in this process; return its exit code."""
    config = ServerConfig(app, settings, app.state.journal, app.state.replies, PublishedAnswers.of(app))
    server = Server(config, app, parent_lives)
    server.run(list(sockets))
    return 0 if server.started else 1


def open_sockets(settings: Settings) -> list[socket.socket]:
    """
    Listen where the settings say.

    Raises:
        BadSettings: A place where this process cannot listen.
    """
    sockets = []
    for name, port in (("PORT", settings.port), ("METRICS_PORT", settings.metrics_port)):
        if port is None:
            continue
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        try:
            listener = socket.create_server((settings.host, port), family=family, backlog=BACKLOG)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, HELD_BY_SYSTEM)
            sockets.append(listener)
        except OSError as error:
            reason = os.strerror(error.errno).lower() if error.errno and error.errno > 0 else "no such host"
            raise BadSettings(f"AFTERGLOW_{name}: {settings.host}:{port} cannot be listened on: {reason}") from None
    return sockets


def allow_files(count: int) -> None:
    """
    Let this process have so many files open; each connection is one.

    Raises:
        BadSettings: The system does not allow that many.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        raise BadSettings(f"AFTERGLOW_CONNECTIONS: needs {count} open files, and the system allows {hard}")
    if soft != resource.RLIM_INFINITY and soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))

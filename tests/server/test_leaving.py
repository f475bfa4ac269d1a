"""Nobody works on for a client that has left, whatever it had asked before."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from service.api.metrics import Metrics
from service.server.config import ServerConfig
from service.server.connection import Connection
from service.server.journal import Journal
from service.server.replies import Replies
from service.settings import Settings

PATIENCE = 10.0


class App:
    """Answers at once, but for ``/slow``, which it works on until somebody stops it."""

    def __init__(self) -> None:
        self.began, self.stopped = asyncio.Event(), asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/slow":
            self.began.set()
            try:
                await asyncio.sleep(10 * PATIENCE)
            except asyncio.CancelledError:
                self.stopped.set()
                raise
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode()


@pytest.mark.parametrize("before", [b"", get("/fast"), get("/fast") * 3], ids=["alone", "behind one", "behind three"])
def test_work_stops_when_the_client_has_left(before: bytes) -> None:
    asyncio.run(_leave(before + get("/slow")))


async def _leave(sent: bytes) -> None:
    app = App()
    config = ServerConfig(app, Settings(), Journal(Metrics("0", "0", None)), Replies("0"))
    config.load()
    state, loop = ServerState(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(config, state, {}, loop), "127.0.0.1", 0)
    _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(sent)
    await asyncio.wait_for(app.began.wait(), PATIENCE)
    writer.close()
    await asyncio.wait_for(app.stopped.wait(), PATIENCE)
    server.close()

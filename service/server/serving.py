"""Run the app on uvicorn, with only what we want of it switched on."""

from __future__ import annotations

import uvicorn
from starlette.types import ASGIApp


def serve(app: ASGIApp, host: str, port: int) -> None:
    """
    Serve until a signal stops the process.

    h11 reads the requests: it is strict, small and pure Python. The access log stays off, because its lines hold
    query strings, and a query can hold a question about somebody's health.
    """
    uvicorn.run(
        app,
        host=host,
        port=port,
        http="h11",
        ws="none",
        lifespan="on",
        workers=1,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        log_level="warning",
    )

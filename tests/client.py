"""Ask an app without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
from fastapi import FastAPI


class Client:
    """Asks one app; every request is on its own, as the service promises."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    def request(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """Send one request. What is sent is as httpx names it: json, content, headers."""
        return asyncio.run(self._request(method, path, sent))

    def get(self, path: str, **sent: Any) -> httpx.Response:
        """Send one GET."""
        return self.request("GET", path, **sent)

    def post(self, path: str, body: Any) -> httpx.Response:
        """Send one POST of a JSON body."""
        return self.request("POST", path, json=body)

    async def _request(self, method: str, path: str, sent: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://afterglow.test") as client:
            return await client.request(method, path, **sent)


async def in_chunks(*chunks: bytes) -> AsyncIterator[bytes]:
    """Yield a body of unannounced length."""
    for chunk in chunks:
        yield chunk

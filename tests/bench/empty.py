"""
An empty FastAPI application: one endpoint that always says the same. What there is before anybody has written anything.

It imports nothing but FastAPI, since its start and its memory are measured.
"""

from __future__ import annotations

from fastapi import FastAPI

app = FastAPI()


@app.get("/constant")
async def constant() -> dict[str, bool]:
    """Say that all is well."""
    return {"ok": True}

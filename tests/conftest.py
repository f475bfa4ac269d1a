"""The app as it is shipped, made once."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from service.app import create_app
from service.settings import Settings
from tests.client import Client


@pytest.fixture(scope="session")
def app() -> FastAPI:
    return create_app(Settings())


@pytest.fixture
def client(app: FastAPI) -> Client:
    return Client(app)

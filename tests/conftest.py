"""The app as it is shipped, made once."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from hypothesis import settings

from service.app import create_app
from service.settings import Settings
from tests.client import Client

# A busy machine is no fault of the code; the benchmarks look at speed.
settings.register_profile("afterglow", deadline=None)
settings.load_profile("afterglow")


@pytest.fixture(scope="session")
def app() -> FastAPI:
    return create_app(Settings())


@pytest.fixture
def client(app: FastAPI) -> Client:
    return Client(app)

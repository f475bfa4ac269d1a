"""The app as it is shipped, made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from hypothesis import settings

from service.app import create_app
from service.settings import Settings
from tests.client import Client

# A busy machine is no fault of the code; the benchmarks look at speed.
settings.register_profile("afterglow", deadline=None)
settings.load_profile("afterglow")


GUIDANCE = Path(__file__).parent / "guidance"
MANY = ("_laws.py", "_second_opinion.py", "_growth.py", "_learned.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Measure coverage, of the guidance alone, where it is tested by cases: it doubles a test's time."""
    for item in items:
        if GUIDANCE not in item.path.parents or item.path.name.endswith(MANY):
            item.add_marker("no_cover")


@pytest.fixture(scope="session")
def app() -> FastAPI:
    return create_app(Settings())


@pytest.fixture
def client(app: FastAPI) -> Client:
    return Client(app)

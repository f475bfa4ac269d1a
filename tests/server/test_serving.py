"""The service as a process, on a real socket."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from tests.api.requests import TRIAGE

SECRET = "zzqqxx-marked-secret-7431"
PATIENCE_SECONDS = 30


@dataclass
class Service:
    """A running service: its process and its address."""

    process: subprocess.Popen[str]
    url: str

    def stop(self) -> str:
        """End it as an operator would, and return all that it printed."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=PATIENCE_SECONDS)[0]


@pytest.fixture
def service() -> Iterator[Service]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "service.cli", "serve"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AFTERGLOW_")}
    with subprocess.Popen(
        command,
        env=environment | {"AFTERGLOW_PORT": str(port), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        running = Service(process, f"http://127.0.0.1:{port}")
        try:
            wait_until_ready(running)
            yield running
        finally:
            process.kill()


def wait_until_ready(service: Service) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and service.process.poll() is None:
        try:
            if httpx.get(f"{service.url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the service does not get ready")


def test_the_service_answers_says_nothing_of_what_it_was_asked_and_stops(service: Service) -> None:
    with httpx.Client(base_url=service.url) as client:
        answer = client.post("/v1/triage", json=TRIAGE)
        found = client.get("/v1/faq/search", params={"q": SECRET})
        head = client.head("/v1/faq")
        lost = client.get(f"/v1/faq/{SECRET}")
        queried = client.request("QUERY", "/v1/triage", json={**TRIAGE, "text": SECRET})
    printed = service.stop()

    assert [each.status_code for each in (answer, found, head, lost, queried)] == [200, 200, 200, 404, 200]
    assert answer.json()["level"] == "emergency"
    assert head.content == b""
    assert "server" not in answer.headers
    assert "date" in answer.headers
    assert service.url in printed
    assert SECRET not in printed
    assert "Traceback" not in printed

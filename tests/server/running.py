"""Run the service as a process of its own, on a free port of the loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx

PATIENCE_SECONDS = 30


@dataclass
class Service:
    """A running service: its process and its address."""

    process: subprocess.Popen[str]
    port: int

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> str:
        """End it as an operator would, and return all that it printed."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=PATIENCE_SECONDS)[0] or ""

    def resident_bytes(self) -> int:
        """Return the memory that it holds now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024

    def busy_seconds(self) -> float:
        """Return the processor time that it has taken since its start."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running_service(printed_to: IO[str] | int = subprocess.PIPE, /, **settings: str) -> Iterator[Service]:
    """
    Start the service, wait until it is ready, and end it.

    Args:
        printed_to: Where its log goes; a pipe that nobody reads holds 64 KiB, and what comes then is lost.
        settings: Named without their prefix.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "service.cli", "serve"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AFTERGLOW_")}
    settings = {"drain_seconds": "0", **settings}
    environment |= {f"AFTERGLOW_{name.upper()}": value for name, value in settings.items()}
    with subprocess.Popen(
        command,
        env=environment | {"AFTERGLOW_PORT": str(port), "PYTHONUNBUFFERED": "1"},
        stdout=printed_to,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield _ready(Service(process, port))
        finally:
            process.kill()


def _ready(service: Service) -> Service:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and service.process.poll() is None:
        try:
            if httpx.get(f"{service.url}/readyz").status_code == 200:
                return service
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the service does not get ready")

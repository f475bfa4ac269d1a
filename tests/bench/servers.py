"""Start the servers that are compared, each a process of its own on the same core."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.asked import Call
from tests.bench.cores import SERVER, stay_on
from tests.bench.wire import Answer, answer_on, connect

PATIENCE_SECONDS = 60
LOOP = "uvloop"
UVICORN = ["--loop", LOOP, "--lifespan", "off", "--no-access-log", "--log-level", "warning"]


@dataclass(frozen=True)
class Kind:
    """
    What can be started.

    Args:
        command: After the name of the Python; ``{port}`` stands for the port.
        environment: What it needs beside ours; ``{port}`` likewise.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]


def uvicorn(name: str, module: str, parser: str) -> Kind:
    """Return an app on uvicorn as it comes, with one of its two parsers of HTTP."""
    command = ("-m", "uvicorn", f"tests.bench.{module}:app", "--port", "{port}", "--http", parser, *UVICORN)
    return Kind(name, command, {})


def shipped(name: str = "afterglow", **settings: str) -> Kind:
    """Return the service as it is shipped: hardening, a log line for each request, and metrics."""
    given = {f"AFTERGLOW_{key.upper()}": value for key, value in {"drain_seconds": "0", **settings}.items()}
    return Kind(name, ("-m", "service.cli", "serve"), {"AFTERGLOW_PORT": "{port}", **given})


OURS = shipped()
LIMIT, LIMIT_H11 = uvicorn("limit", "limit", "httptools"), uvicorn("limit, h11", "limit", "h11")
STOCK, STOCK_H11 = uvicorn("stock", "stock", "httptools"), uvicorn("stock, h11", "stock", "h11")
EMPTY, EMPTY_H11 = uvicorn("empty", "empty", "httptools"), uvicorn("empty, h11", "empty", "h11")


@dataclass
class Server:
    """A running server."""

    kind: Kind
    process: subprocess.Popen[bytes]
    port: int

    def ask(self, call: Call, number: int = 0) -> Answer:
        """Ask once, on a connection of its own."""
        with connect(self.port) as client:
            client.sendall(call.wire(number))
            return answer_on(client)

    def busy_seconds(self) -> float:
        """Return the processor time that its threads have taken, to the nanosecond."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(each.read_text("ascii").split()[0]) for each in tasks) / 1e9

    def memory(self) -> dict[str, float]:
        """Return its resident memory in MiB: ``rss`` whole, ``pss`` with what it shares divided among the sharers."""
        lines = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text("ascii").splitlines()
        found = {line.split(":")[0].lower(): int(line.split()[1]) / 1024 for line in lines[1:]}
        return {name: found[name] for name in ("rss", "pss")}

    def forget_peak(self) -> None:
        """Let :meth:`peak` begin anew."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5", encoding="ascii")

    def peak(self) -> float:
        """Return the most memory in MiB that it has held."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]) / 1024


@contextmanager
def started(kind: Kind, cores: set[int] = SERVER) -> Iterator[Server]:
    """Start a server without waiting for it, and end it. What it writes goes through a pipe that is read at once."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AFTERGLOW_")}
    given = {name: value.format(port=port) for name, value in kind.environment.items()}
    command = [sys.executable, *(part.format(port=port) for part in kind.command)]
    with (
        subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as log,
        subprocess.Popen(
            command,
            env=clean | given,
            stdout=log.stdin,
            stderr=subprocess.STDOUT,
            preexec_fn=lambda: stay_on(cores),
        ) as process,
    ):
        assert log.stdin is not None, "cat reads from a pipe"
        log.stdin.close()
        try:
            yield Server(kind, process, port)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def running(kind: Kind, cores: set[int] = SERVER) -> Iterator[Server]:
    """Start a server, wait until it listens, and end it."""
    with started(kind, cores) as server:
        wait_for(server)
        yield server


@contextmanager
def all_running(*kinds: Kind) -> Iterator[dict[str, Server]]:
    """Run several, keyed by name. Whoever is not asked takes next to nothing."""
    with ExitStack() as stack:
        yield {kind.name: stack.enter_context(running(kind)) for kind in kinds}


def wait_for(server: Server) -> None:
    """Wait until it accepts a connection."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and server.process.poll() is None:
        try:
            connect(server.port).close()
        except ConnectionRefusedError:
            time.sleep(0.01)
        else:
            return
    raise RuntimeError(f"{server.kind.name} does not start")

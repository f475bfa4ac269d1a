"""Full load: wrk, on a core of its own, keeps one server busy for a while."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.bench.asked import Call
from tests.bench.cores import CLIENT, stay_on
from tests.bench.servers import Server

SCRIPT = Path(__file__).with_name("requests.lua")
SECONDS, LONGEST_SECONDS = 2, 60


class NoWrk(Exception):
    """The load generator is not installed."""


@dataclass(frozen=True)
class Load:
    """
    What one server did in a while.

    Args:
        rate: Requests, or decisions, a second.
        busy: Microseconds of its processor for each.
    """

    rate: float
    busy: float


def full_load(server: Server, call: Call, seconds: int = SECONDS, cores: set[int] = CLIENT) -> Load:
    """Ask as fast as the server answers, for longer where that was too short. An error ends the bench."""
    with tempfile.NamedTemporaryFile("wb") as file:
        file.write(script_input(call))
        file.flush()
        command = [
            wrk(),
            "-t1",
            f"-c{call.connections}",
            f"-d{seconds}s",
            "--timeout",
            f"{LONGEST_SECONDS}s",
            "-s",
            str(SCRIPT),
        ]
        command += [f"http://127.0.0.1:{server.port}{call.path}", "--", file.name]
        busy = server.busy_seconds()
        done = subprocess.run(command, capture_output=True, text=True, check=True, preexec_fn=lambda: stay_on(cores))
        busy = server.busy_seconds() - busy
    found = json.loads(done.stdout.splitlines()[-1])
    if not found["requests"] and seconds < LONGEST_SECONDS:
        return full_load(server, call, 2 * seconds, cores)
    if found["failed"] or not found["requests"]:
        raise RuntimeError(f"{server.kind.name} fails at {call.path}: {found}")
    return Load(found["requests"] / found["microseconds"] * 1e6, busy / found["requests"] * 1e6)


def wrk() -> str:
    """
    Return where the load generator is.

    Raises:
        NoWrk: Nowhere.
    """
    found = shutil.which("wrk")
    if found is None:
        raise NoWrk("The load comes from wrk, which this machine lacks. On Debian: apt-get install wrk")
    return found


def script_input(call: Call) -> bytes:
    """Write a call as requests.lua reads it."""
    head = [f"{call.method} {call.path}", *(f"{name}: {value}" for name, value in call.headers), ""]
    return "\n".join(head).encode() + b"\n" + b"\n".join(call.bodies) + b"\n"

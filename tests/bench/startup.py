"""From the start of a process to its first right answer."""

from __future__ import annotations

import time

from tests.bench.asked import CONSTANT_PATH, Call, eligibility, get
from tests.bench.servers import EMPTY, EMPTY_H11, OURS, PATIENCE_SECONDS, Kind, started
from tests.bench.wire import answer_on, connect

LOOK_EVERY_SECONDS = 0.001
ASKED: dict[str, tuple[Kind, Call]] = {
    OURS.name: (OURS, eligibility()),
    EMPTY.name: (EMPTY, get(CONSTANT_PATH)),
    EMPTY_H11.name: (EMPTY_H11, get(CONSTANT_PATH)),
}
"""What is started, and what it is asked first: ours for a decision, after its content was read and checked."""


def first_answer_seconds(name: str) -> float:
    """Start a server and ask until it answers."""
    kind, call = ASKED[name]
    began = time.perf_counter()
    with started(kind) as server:
        while server.process.poll() is None and time.perf_counter() - began < PATIENCE_SECONDS:
            try:
                client = connect(server.port)
            except ConnectionRefusedError:
                time.sleep(LOOK_EVERY_SECONDS)
                continue
            with client:
                client.sendall(call.wire())
                if answer_on(client).status == 200:
                    return time.perf_counter() - began
    raise RuntimeError(f"{name} does not start")

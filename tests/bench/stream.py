"""A batch: sent and read at the same time, as a stream wants it."""

from __future__ import annotations

import threading
from time import perf_counter

from tests.bench.asked import Call
from tests.bench.load import Load
from tests.bench.servers import Server
from tests.bench.wire import Answer, answer_on, connect


def send_batch(server: Server, call: Call) -> Load:
    """Send a batch and read every answer."""
    busy, began = server.busy_seconds(), perf_counter()
    answer = exchange(server, call)
    seconds, busy = perf_counter() - began, server.busy_seconds() - busy
    if answer.status != 200 or answer.body.count(b'"decision_id"') != call.decisions:
        raise RuntimeError(f"{server.kind.name} does not answer the batch: {answer.status} {answer.body[:200]!r}")
    return Load(call.decisions / seconds, busy / call.decisions * 1e6)


def exchange(server: Server, call: Call) -> Answer:
    """Send in one thread and read in another, so that neither side waits for the other with full hands."""
    with connect(server.port) as client:
        sending = threading.Thread(target=client.sendall, args=(call.wire(),))
        sending.start()
        answer = answer_on(client)
        sending.join()
    return answer

"""
Steady load: so many requests a second, whether or not the server keeps up.

Each request is due at its own time, and its time to answer counts from there, so that a server that stalls cannot hide
it by not being asked (wrk, which asks again when it was answered, would let it). One thread looks at the clock and at
the sockets without ever sleeping, on a core of its own.
"""

from __future__ import annotations

import gc
import random
import select
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, repeat
from time import perf_counter

from tests.bench.asked import Call
from tests.bench.servers import Server
from tests.bench.wire import connect

CONNECTIONS = 64
SECONDS = 3.0
SETTLE_SHARE = 0.1
HEAD_END, LENGTH = b"\r\n\r\n", b"content-length: "


@dataclass(frozen=True)
class Waits:
    """How long answers took, in microseconds."""

    p50: float
    p99: float

    @property
    def ratio(self) -> float:
        """How many times the median the slowest in a hundred take at least."""
        return self.p99 / self.p50


def even(rate: float) -> Iterator[float]:
    """Yield times of arrival, each as long after the one before."""
    return accumulate(repeat(1 / rate), initial=0.0)


def at_random(rate: float) -> Iterator[float]:
    """Yield times of arrival as independent callers make them."""
    chance = random.Random(1)
    return accumulate((chance.expovariate(rate) for _ in repeat(None)), initial=0.0)


def steady_load(server: Server, call: Call, arrivals: Iterator[float], seconds: float = SECONDS) -> Waits:
    """Ask at these times for so long, and leave out the first tenth."""
    due = []
    for at in arrivals:
        if at >= seconds:
            break
        due.append(at)
    gc.collect()
    gc.disable()
    try:
        took = _Asking(server, call).run(due)
    finally:
        gc.enable()
    counted = sorted(took[int(len(took) * SETTLE_SHARE) :])
    return Waits(counted[len(counted) // 2] * 1e6, counted[len(counted) * 99 // 100] * 1e6)


class _Asking:
    """Connections that are kept open, and what is out on each of them."""

    def __init__(self, server: Server, call: Call) -> None:
        self._wires = [call.wire(number) for number in range(len(call.bodies))]
        self._sockets: dict[int, socket.socket] = {}
        self._out: dict[int, tuple[int, bytearray]] = {}
        self._poll = select.epoll()
        for _ in range(CONNECTIONS):
            client = connect(server.port)
            client.setblocking(False)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets[client.fileno()] = client
            self._poll.register(client, select.EPOLLIN)
        self._idle = list(self._sockets)

    def run(self, due: list[float]) -> list[float]:
        """Ask at each time that is due, or as soon after it as a connection is free."""
        took, sent, answered = [0.0] * len(due), 0, 0
        started = perf_counter()
        while answered < len(due):
            while sent < len(due) and self._idle and due[sent] <= perf_counter() - started:
                self._send(sent)
                sent += 1
            for file, _ in self._poll.poll(0):
                number = self._receive(file)
                if number is not None:
                    took[number] = perf_counter() - started - due[number]
                    answered += 1
        for client in self._sockets.values():
            client.close()
        self._poll.close()
        return took

    def _send(self, number: int) -> None:
        file = self._idle.pop()
        self._out[file] = (number, bytearray())
        self._sockets[file].send(self._wires[number % len(self._wires)])

    def _receive(self, file: int) -> int | None:
        """Read what has come; return the number of the request that is answered by it."""
        data = self._sockets[file].recv(262_144)
        if not data:
            raise RuntimeError("the server closed a connection")
        number, got = self._out[file]
        got += data
        end = got.find(HEAD_END)
        if end < 0 or len(got) < end + len(HEAD_END) + _length(got[:end]):
            return None
        if not got.startswith((b"HTTP/1.1 200", b"HTTP/1.1 304")):
            raise RuntimeError(f"the server answered {bytes(got[:40])!r}")
        self._idle.append(file)
        return number


def _length(head: bytearray) -> int:
    at = head.lower().find(LENGTH)
    return int(head[at + len(LENGTH) :].split(b"\r", 1)[0]) if at >= 0 else 0

"""
Work that takes long, in turns and slices: between two of them the service answers everybody else.

One process has one loop, so that whatever computes keeps it. Requests that compute do so one after the other, and the
loop looks at its connections in between; what may take long is done in a thread, which the loop interrupts every few
milliseconds. So what asks for health waits for a few of these, however many compute, and whatever they do.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, TypeVar

SLICE_SECONDS = 0.005
HEAVY = 512
"""What weighs more than this may take longer than a few slices. A thread costs as much as a small answer."""
WEIGHT_OF_OBJECT = 64
ROUNDS = 6
"""How often the loop goes round after a long turn: enough to accept a connection, read it, and answer it."""


T = TypeVar("T")


def weight_of(raw: bytes) -> int:
    """Guess how long a request will take: treatments and signs weigh, and so do long texts."""
    return len(raw) // 4 + WEIGHT_OF_OBJECT * raw.count(b"{")


async def beside(weight: int, work: Callable[[], T]) -> T:
    """
    Return what *work* does. Where its *weight* says that it may take long, a thread does it.

    To be called within a turn. Whoever gives up waits for the thread to end, so that there is never more than one.
    """
    if weight <= HEAVY:
        return work()
    working = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait([working])
        working.exception()
        raise


def finished(endpoint: Coroutine[Any, Any, T]) -> T:
    """Return what an endpoint returns that waits for nothing."""
    try:
        endpoint.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    raise RuntimeError("an endpoint that waits for something takes turns itself")


class Turns:
    """
    Lets one task at a time compute, whoever came first.

    ``async with`` takes a turn, and gives it back. Nobody waits for a client within one.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._is_taken = False
        self._holder: asyncio.Task[Any] | None = None
        self._began = 0.0

    @property
    def is_mine(self) -> bool:
        """Whether who asks has the turn."""
        return self._holder is asyncio.current_task()

    async def __aenter__(self) -> None:
        loop = asyncio.get_running_loop()
        if self._loop is not loop:  # an app outlives the loop of a test
            self._loop, self._is_taken = loop, False
            self._waiting.clear()
        if self._is_taken:
            await self._wait(loop.create_future())
        self._is_taken = True
        self._holder = asyncio.current_task()
        self._began = loop.time()

    async def __aexit__(self, _kind: type[BaseException] | None, _error: object, _place: TracebackType | None) -> None:
        if self._loop is None or not self.is_mine:  # it was lost while waiting to go on
            return
        self._holder = None
        is_long = self._loop.time() - self._began >= SLICE_SECONDS
        self._hand_on(ROUNDS if is_long else 0)

    async def _wait(self, waiter: asyncio.Future[None]) -> None:
        self._waiting.append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if not waiter.cancelled():  # it was this one's turn already
                self._hand_on(0)
            raise

    def _hand_on(self, rounds: int) -> None:
        """Give the turn to who has waited longest, after some *rounds* of the loop."""
        if rounds:
            assert self._loop is not None, "a turn was taken"
            self._loop.call_soon(self._hand_on, rounds - 1)
            return
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return
        self._is_taken = False


class Pace:
    """
    Tells when a slice is over. Made inside a running event loop.

    Args:
        turns: Where the turn of the task comes from, if it has one, which is given back between slices.
    """

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._time = asyncio.get_running_loop().time
        self._until = self._time() + SLICE_SECONDS

    def is_due(self) -> bool:
        """Whether it is somebody else's turn."""
        return self._time() >= self._until

    async def rest(self) -> None:
        """Let everybody else have a turn, and begin the next slice."""
        if self._turns.is_mine:
            await self._turns.__aexit__(None, None, None)
            await self._turns.__aenter__()
        else:
            for _ in range(ROUNDS):
                await asyncio.sleep(0)
        self._until = self._time() + SLICE_SECONDS

"""All connections of one process: how many there may be, and which of them have waited too long."""

from __future__ import annotations

import asyncio
from typing import Protocol

FOREVER = float("inf")
EXTRA = 256
"""How many connections may wait beyond those at work, to be asked for health, or to say that there is no more room."""


class Member(Protocol):
    """What the crowd needs to know of a connection."""

    deadline: float

    def expire(self) -> None:
        """End what has taken too long."""

    def give_way(self) -> None:
        """Leave, for somebody else: nothing was asked here that is not answered."""


class Crowd:
    """
    Bounds the connections, and looks at their deadlines.

    One timer looks at all connections in turns, so that a request sets a number and no timer. Who is at work stays. Who
    has not asked anything gives way to who comes, whoever has waited longest first: so silent and idle clients cannot
    keep others out, however many they are.

    Args:
        bound: How many may be at work at the same time.
        shortest: The shortest deadline, in seconds. Each is kept to a tenth of it, and to a second.
    """

    def __init__(self, bound: int, shortest: float) -> None:
        self.is_draining = False
        self._bound = bound
        self._pause = min(max(shortest / 10, 0.02), 1.0)
        self._members: dict[Member, None] = {}
        self._waiting: dict[Member, None] = {}
        self._is_watched = False

    def __len__(self) -> int:
        return len(self._members)

    @property
    def is_busy(self) -> bool:
        """Whether as many are at work as may be."""
        return len(self._members) - len(self._waiting) >= self._bound

    def enter(self, member: Member) -> None:
        """Take a connection that waits for its first request; another one that waits may have to give way."""
        if self._waiting and len(self._members) >= self._bound + EXTRA:
            next(iter(self._waiting)).give_way()
        self._members[member] = self._waiting[member] = None
        self._watch()

    def leave(self, member: Member) -> None:
        """Forget a connection."""
        self._members.pop(member, None)
        self._waiting.pop(member, None)

    def start_work(self, member: Member) -> None:
        """Note that a connection has asked for something."""
        self._waiting.pop(member, None)

    def end_work(self, member: Member) -> None:
        """Note that a connection waits: for its next request, or for its end."""
        if member in self._members:
            self._waiting[member] = None

    def _watch(self) -> None:
        if not self._is_watched:
            self._is_watched = True
            asyncio.get_running_loop().call_later(self._pause, self._look)

    def _look(self) -> None:
        self._is_watched = False
        now = asyncio.get_running_loop().time()
        for member in [each for each in self._members if each.deadline <= now]:
            member.expire()
        if self._members:
            self._watch()

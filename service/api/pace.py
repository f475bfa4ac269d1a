"""Work that takes long, in slices: between two of them the service answers everybody else."""

from __future__ import annotations

import asyncio

SLICE_SECONDS = 0.005


class Pace:
    """Tells when a slice is over. Made inside a running event loop."""

    def __init__(self) -> None:
        self._time = asyncio.get_running_loop().time
        self._until = self._time() + SLICE_SECONDS

    def is_due(self) -> bool:
        """Whether it is somebody else's turn."""
        return self._time() >= self._until

    async def rest(self) -> None:
        """Let everybody else have a turn, and begin the next slice."""
        await asyncio.sleep(0)
        self._until = self._time() + SLICE_SECONDS

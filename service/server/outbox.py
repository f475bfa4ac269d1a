"""
Answers that were there at once: sent together once the loop has read what came, after their lines were written as one.

Each write wakes whoever reads the log, which costs as much as half of such an answer. Under load many are in one write;
and still no answer is sent before its line is written.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol

from service.server.journal import Journal


class Sender(Protocol):
    """What the outbox needs to know of a connection."""

    def send_out(self, handout: Handout) -> None:
        """Send an answer, and go on to the next request."""


@dataclass(eq=False, slots=True)
class Handout:
    """
    One answer that waits to be sent. A connection has it in the place of an exchange.

    Args:
        line: What the log says of it.
        is_last: Whether the connection is closed after it.
    """

    sender: Sender
    answer: bytes
    line: str
    is_last: bool
    is_gone: bool = False
    wants_more: bool = False
    """Never: such a request has no body."""

    def lose_client(self) -> None:
        """Note that nobody is there any more."""
        self.is_gone = True


class Outbox:
    """What one process is about to send."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._waiting: list[Handout] = []

    def put(self, handout: Handout) -> None:
        """Send an answer soon."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._send)
        self._waiting.append(handout)

    def _send(self) -> None:
        sent, self._waiting = self._waiting, []
        self._journal.write_lines([handout.line for handout in sent])
        for handout in sent:
            if not handout.is_gone:
                handout.sender.send_out(handout)

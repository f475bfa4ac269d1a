"""
What a request costs, counted and not timed: the same on a busy machine as on a quiet one.

Python counts the instructions of its own that it carries out, and each call of a function in C. What C does within
such a call it cannot see; so the calls that go through a whole document (read or write JSON, validate, copy) are
counted apart. ``python -m tests.bench.counting`` prints one line of JSON. The event loop is left out, since what it
does depends on time.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from fastapi import FastAPI
from starlette.types import Message

from service.app import create_app
from service.server.framing import read_head
from service.server.logs import Lines
from service.server.published import PublishedAnswers
from service.settings import Settings
from tests.bench import asked
from tests.bench.asked import Call

WARM_UP, ROUNDS = 3, 3
LINES = 3
ENTRY, AT_ONCE = "FAQ item, 304", "FAQ item, 304, at once"
NOT_OURS = ("/asyncio/", "/selectors.py", "/concurrent/futures/", "/threading.py", "/contextvars.py", "/weakref.py")
WHOLE_DOCUMENT = {
    "raw_decode": "JSON read",
    "validate_json": "JSON read",
    "from_json": "JSON read",
    "iterencode": "JSON written",
    "to_json": "JSON written",
    "to_jsonable_python": "JSON written",
    "validate_python": "validated",
    "to_python": "copied",
    "deepcopy": "copied",
}
"""Functions, in Python or C, that go through all that they are given."""

Cost = dict[str, int]


@dataclass
class Counts:
    """What was counted so far."""

    instructions: int = 0
    calls: int = 0
    documents: Counter[str] = field(default_factory=Counter)

    def as_cost(self) -> Cost:
        """Return it under the names of the record."""
        return {"instructions": self.instructions, "calls": self.calls, **dict(sorted(self.documents.items()))}


class _Watch:
    """Counts in this thread and in those that start meanwhile."""

    def __init__(self) -> None:
        self.counts = Counts()
        self._left_out: dict[CodeType, bool] = {}

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Count until the end of the block."""
        tracing = sys.gettrace(), sys.getprofile()
        threading.settrace(self._called)
        threading.setprofile(self._called_c)
        sys.setprofile(self._called_c)
        sys.settrace(self._called)
        try:
            yield
        finally:
            sys.settrace(tracing[0])
            sys.setprofile(tracing[1])
            threading.settrace(tracing[0])
            threading.setprofile(tracing[1])

    def _called(self, frame: FrameType, event: str, _value: Any) -> Any:
        if self._is_left_out(frame.f_code):
            return None
        if (kind := WHOLE_DOCUMENT.get(frame.f_code.co_name)) and event == "call":
            self.counts.documents[kind] += 1
        frame.f_trace_lines, frame.f_trace_opcodes = False, True
        return self._carried_out

    def _carried_out(self, _frame: FrameType, event: str, _value: Any) -> Any:
        self.counts.instructions += event == "opcode"
        return self._carried_out

    def _called_c(self, frame: FrameType, event: str, value: Any) -> None:
        if event == "c_call" and not self._is_left_out(frame.f_code):
            self.counts.calls += 1
            if kind := WHOLE_DOCUMENT.get(value.__name__):
                self.counts.documents[kind] += 1

    def _is_left_out(self, code: CodeType) -> bool:
        known = self._left_out.get(code)
        if known is None:
            name = code.co_filename.replace(os.sep, "/")
            known = self._left_out[code] = name == __file__ or any(part in name for part in NOT_OURS)
        return known


def hot_paths(app: FastAPI) -> dict[str, Call]:
    """Return what is counted: one request of each kind."""
    entry = app.state.services.shelf.get(asked.ENTRY_PATH)
    return {
        "eligibility": asked.eligibility(),
        "batch (3 lines)": asked.batch(LINES),
        "triage, structured": asked.structured(),
        "triage, text": asked.told(),
        "FAQ search": asked.search(),
        ENTRY: asked.get(asked.ENTRY_PATH, ("If-None-Match", entry.tag)),
    }


def counted(*only: str) -> dict[str, Cost]:
    """Count the hot paths, or *only* some, of the app as shipped: from its boundary on, with metrics and a log."""
    app = create_app(Settings())
    with Path(os.devnull).open("wb") as nowhere:
        app.state.journal.lines = Lines(nowhere.fileno())
        ways = {name: partial(_ask, app, call) for name, call in hot_paths(app).items()}
        ways[AT_ONCE] = partial(_ask_at_once, PublishedAnswers.of(app), hot_paths(app)[ENTRY])
        return {name: _cost(ask) for name, ask in ways.items() if name in only or not only}


def _cost(ask: Callable[[_Watch], Coroutine[Any, Any, None]]) -> Cost:
    """Return the least of several counts, each of the same request."""
    for _ in range(WARM_UP):
        asyncio.run(ask(_Watch()))
    found = []
    for _ in range(ROUNDS):
        watch = _Watch()
        asyncio.run(ask(watch))
        found.append(watch.counts.as_cost())
    return min(found, key=lambda cost: cost["instructions"])


async def _ask_at_once(published: PublishedAnswers | None, call: Call, watch: _Watch) -> None:
    """Ask what answers published records before the app does, from the bytes of the head on."""
    assert published is not None, "as shipped, nothing looks at every request"
    with watch.watching():
        found = published.answer(read_head(call.wire()), [], ())
    if found is None or not found[0].startswith(b"HTTP/1.1 304"):
        raise RuntimeError(f"{call.path} is not answered at once")


async def _ask(app: FastAPI, call: Call, watch: _Watch) -> None:
    """Ask the app without a socket."""
    body, is_read, sent = call.bodies[0], False, []

    async def receive() -> Message:
        nonlocal is_read
        if is_read:
            await asyncio.Event().wait()
        is_read = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    given = [*call.headers, ("Host", "127.0.0.1"), ("X-Request-ID", "bench"), ("Content-Length", str(len(body)))]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": call.method,
        "scheme": "http",
        "path": call.path,
        "raw_path": call.path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in given if value != "0"],
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 40000),
    }
    with watch.watching():
        await app(scope, receive, send)
    if sent[0]["status"] not in (200, 304):
        raise RuntimeError(f"{call.path} answers {sent[0]['status']}")


def counted_by(module: str, *arguments: str) -> dict[str, Cost]:
    """Return what another process counts. It does not hash by chance, so that it meets every set in the same order."""
    command = [sys.executable, "-m", module, *arguments]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("AFTERGLOW_", "COVERAGE_"))
    }
    done = subprocess.run(
        command, env={**environment, "PYTHONHASHSEED": "0"}, capture_output=True, text=True, check=True
    )
    found: dict[str, Cost] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    print(json.dumps(counted()))

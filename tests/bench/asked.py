"""What the servers are asked: the same bytes for each of them, and not the same question all the time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from service.api.examples import CONTRACT_QUESTION, CONTRACT_REPORT

HERE = Path(__file__).parent
DAYS = 97
"""How many days apart the first and the last of like questions are, without a change of clocks between them."""
SLOTS = 100
LINES = 10_000
JSON, NDJSON = "application/json", "application/x-ndjson"
ELIGIBILITY_PATH, SLOTS_PATH, BATCH_PATH = "/v1/eligibility", "/v1/eligibility/slots", "/v1/eligibility/batch"
TRIAGE_PATH, SEARCH_PATH, ENTRY_PATH = "/v1/triage", "/v1/faq/search", "/v1/faq/wait_after_botox"
CONSTANT_PATH = "/constant"

REACTION: dict[str, Any] = {name: value for name, value in CONTRACT_REPORT.items() if name != "text"}
"""The contract's example of a reaction, without its text."""


@dataclass(frozen=True)
class Call:
    """
    A kind of request.

    Args:
        bodies: Sent one after the other, and again from the first; a single empty one for GET.
        decisions: How many questions one request asks.
        connections: How many ask it at the same time under full load.
    """

    path: str
    bodies: tuple[bytes, ...]
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = (("Content-Type", JSON),)
    decisions: int = 1
    connections: int = 16

    def wire(self, number: int = 0) -> bytes:
        """Return one request as it goes over a connection."""
        body = self.bodies[number % len(self.bodies)]
        length = (("Content-Length", str(len(body))),) if body else ()
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: 127.0.0.1"]
        lines += [f"{name}: {value}" for name, value in (*self.headers, *length)]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def get(path: str, *headers: tuple[str, str]) -> Call:
    """Return a call without a body."""
    return Call(path, (b"",), "GET", headers)


def eligibility() -> Call:
    """One client and one session: the contract's example, on many days."""
    return Call(ELIGIBILITY_PATH, encoded(days_later(CONTRACT_QUESTION, days) for days in range(DAYS)))


def slots(count: int = SLOTS, variants: int = 7) -> Call:
    """One client and so many slots, one each hour from nine to five."""
    client = {name: value for name, value in CONTRACT_QUESTION.items() if name not in ("session", "protocol")}
    offered = [
        {
            **days_later(CONTRACT_QUESTION["session"], number // 8),
            "id": f"slot-{number}",
            "at": moved(f"2026-11-22T{9 + number % 8:02d}:00:00-05:00", number // 8),
        }
        for number in range(count)
    ]
    request = {"client": client, "slots": offered, "protocol": "default"}
    bodies = encoded(days_later(request, days) for days in range(variants))
    return Call(SLOTS_PATH, bodies, decisions=count, connections=2)


def batch(count: int = LINES) -> Call:
    """So many clients, a line each."""
    body = b"".join(line + b"\n" for line in encoded(item(number) for number in range(count)))
    return Call(BATCH_PATH, (body,), headers=(("Content-Type", NDJSON),), decisions=count)


def array(count: int = LINES) -> Call:
    """Ask the same as :func:`batch` in one JSON array, as an endpoint would take it that streams nothing."""
    body = b"[" + b",".join(encoded(item(number) for number in range(count))) + b"]"
    return Call(BATCH_PATH, (body,), decisions=count)


def item(number: int) -> dict[str, Any]:
    """Return one item of a batch; no two of 10,000 are alike."""
    request = days_later(CONTRACT_QUESTION, number % DAYS)
    at = datetime.fromisoformat(request["session"]["at"]) + timedelta(minutes=number // DAYS)
    return {"id": f"client-{number}", "request": {**request, "session": {**request["session"], "at": at.isoformat()}}}


def structured() -> Call:
    """Return a reaction told in codes, on many days."""
    return Call(TRIAGE_PATH, encoded(days_later(REACTION, days) for days in range(DAYS)))


def told() -> Call:
    """Return a reaction told in 200 characters."""
    texts = yaml.safe_load((HERE / "texts.yaml").read_text("utf-8"))
    return Call(TRIAGE_PATH, encoded({"text": text, "at": REACTION["at"], "country": "GB"} for text in texts))


def search() -> Call:
    """Return what people ask, from the questions that the search is developed with."""
    questions = yaml.safe_load((HERE.parent / "cases/faq_development.yaml").read_text("utf-8"))
    return Call(SEARCH_PATH, encoded({"q": each["q"], "limit": 3} for each in questions))


def encoded(questions: Iterable[Any]) -> tuple[bytes, ...]:
    """Write each question as a client does."""
    return tuple(json.dumps(each).encode() for each in questions)


def days_later(question: Any, days: int) -> Any:
    """Return the same question with each of its times so many days later."""
    if isinstance(question, dict):
        return {name: days_later(each, days) for name, each in question.items()}
    if isinstance(question, list):
        return [days_later(each, days) for each in question]
    return moved(question, days) if isinstance(question, str) else question


@cache
def moved(text: str, days: int) -> str:
    """Return a time so many days later; anything else as it is."""
    readers: tuple[Callable[[str], date], ...] = (date.fromisoformat, datetime.fromisoformat)
    for read in readers if text[:4].isdecimal() else ():
        try:
            return (read(text) + timedelta(days=days)).isoformat().replace("+00:00", "Z")
        except ValueError:
            continue
    return text

"""
Measure what a request costs the service at most: bytes of answer and of memory for each byte, and time.

``python -m tests.attack.costs`` prints the table of SECURITY.md. Times are those of a processor, whatever else the
machine does.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.api.requests import ELIGIBILITY, FAQ, TRIAGE
from tests.attack.corpus import (
    BATCH_PATH,
    ELIGIBILITY_PATH,
    FAQ_PATH,
    MEBIBYTE,
    NDJSON,
    PARSE_PATH,
    SESSION,
    SLOTS_PATH,
    TRIAGE_PATH,
)
from tests.attack.wire import answer_on, connect, get, post
from tests.server.running import Service, running_service

INJECTABLES = [{"product": "injectables", "at": f"2026-10-{day:02d}"} for day in range(1, 21)]
HEAVY = {"session": SESSION, "treatments": INJECTABLES}


def requests() -> dict[str, bytes]:
    """Return the requests that cost the most, of all that are known."""
    slots = [{**SESSION, "id": str(number)} for number in range(500)]
    items = [{"id": str(number), "request": {"session": SESSION, "treatments": []}} for number in range(10_000)]
    return {
        "one question": post(ELIGIBILITY_PATH, ELIGIBILITY),
        "the shortest question": post(ELIGIBILITY_PATH, {"session": SESSION, "treatments": []}),
        "20 treatments of an unknown kind": post(ELIGIBILITY_PATH, HEAVY),
        "2,000 characters of signs": post(TRIAGE_PATH, {**TRIAGE, "text": ("swolen wite lips dont hurt " * 90)[:2000]}),
        "the same, taken apart": post(PARSE_PATH, {"text": ("swolen wite lips dont hurt " * 90)[:2000]}),
        "a question of 2,000 characters": post(FAQ_PATH, {**FAQ, "q": ("how long after botox " * 100)[:2000]}),
        "a search by GET": get(f"{FAQ_PATH}?q=botox&limit=50"),
        "every FAQ": get("/v1/faq"),
        "the description": get("/openapi.json"),
        "500 slots": post(SLOTS_PATH, {"client": {"treatments": []}, "slots": slots}),
        "500 slots, 20 treatments of an unknown kind": post(
            SLOTS_PATH, {"client": {"treatments": INJECTABLES}, "slots": slots}
        ),
        "an array of 10,000 questions": post(BATCH_PATH, items),
        "an array of 10,000 that are none": post(BATCH_PATH, b"[" + b"1," * 9_999 + b"1]"),
        "an array of 16 MiB of brackets": post(BATCH_PATH, b"[[" + b"[]," * (5 * MEBIBYTE) + b"[]]]"),
        "100 lines of 20 treatments of an unknown kind": post(
            BATCH_PATH, (json.dumps({"id": "a", "request": HEAVY}) + "\n").encode() * 100, media_type=NDJSON
        ),
    }


def main() -> None:
    with tempfile.TemporaryFile("w+") as log, running_service(log) as service:
        print("| request | its bytes | bytes of answer for each | memory, MiB | processor, s |")
        print("| --- | --- | --- | --- | --- |")
        for name, wire in requests().items():
            print(row(name, wire, measured(service, wire)), flush=True)


def measured(service: Service, wire: bytes) -> dict[str, Any]:
    """Ask once to have asked, and once to measure."""
    with connect(service.port) as client:
        client.settimeout(900)
        if len(wire) < 60_000:
            client.sendall(wire)
            answer_on(client)
    time.sleep(0.2)
    Path(f"/proc/{service.process.pid}/clear_refs").write_text("5", encoding="ascii")
    before, busy = service.resident_bytes(), service.busy_seconds()
    with connect(service.port) as client:
        client.settimeout(900)
        client.sendall(wire)
        answer = answer_on(client)
    return {
        "status": answer.status,
        "told": len(answer.told),
        "memory": most_resident(service) - before,
        "busy": service.busy_seconds() - busy,
    }


def most_resident(service: Service) -> int:
    """Return the most memory that the service has held since it was last asked to forget."""
    status = Path(f"/proc/{service.process.pid}/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]) * 1024


def row(name: str, wire: bytes, found: dict[str, Any]) -> str:
    ratio, memory = found["told"] / len(wire), max(0.0, found["memory"] / 2**20)
    busy = f"{found['busy']:.2f}" if found["busy"] >= 0.01 else "under 0.01"
    return f"| {name} | {len(wire):,} | {ratio:,.1f} | {memory:.1f} | {busy} |"


if __name__ == "__main__":
    main()

"""
Attack the running service, and say of every case what came of it. Exits with 1 if anything did that must not.

While it is attacked the service is asked for its health without a pause. Afterwards its log, its counts and its memory
are looked at.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx

from tests.attack.clients import CONNECTIONS, DEADLINE, FLOODS, SLOW, seconds_until_closed
from tests.attack.corpus import Case, cases
from tests.attack.wire import SECRET, ask
from tests.server.running import Service, running_service

HEALTH_MS = 100.0
GROWTH_MIB = 10.0
CLOSED_WITHIN = 2 * DEADLINE + 2.0
"""Twice a deadline, for what has a head and then a body, and the time in which a refused client may read why."""
LOGGED = {"time", "level", "method", "route", "status", "duration_ms", "bytes", "request_id"}
SETTINGS = {
    **{f"{wait}_seconds": str(DEADLINE) for wait in ("head", "body", "send", "idle")},
    "connections": str(CONNECTIONS),
}
_TRACEBACK = re.compile(rb"Traceback|site-packages|\.py\b")


class Table:
    """A line for each case, and how many did what they must not."""

    def __init__(self) -> None:
        self.count = self.failed = 0
        self._rows: list[tuple[float, str]] = []

    def row(self, holds: bool, group: str, name: str, seen: str) -> None:
        """Print a line."""
        self.count += 1
        self.failed += not holds
        self._rows.append((time.monotonic(), name))
        print(f"{'ok    ' if holds else 'FAILED'}  {group:11}  {name:46}  {seen}", flush=True)

    def during(self, at: float) -> str:
        """Return what was going on at a time of the monotonic clock."""
        return next((name for ended, name in self._rows if ended >= at), "nothing")


def main() -> int:
    started = time.monotonic()
    table = Table()
    with tempfile.TemporaryFile("w+") as log, running_service(log, **SETTINGS) as service:
        warm_up(service)
        before = service.resident_bytes()
        peak, told = 0, {}
        with probed(service) as probe:
            for case in cases():
                peak = max(peak, attack(table, service, case))
            be_slow(table, service)
            for name, (flood, statuses) in FLOODS.items():
                began = time.monotonic()
                seen = flood(service.port)
                table.row(seen <= statuses, "flood", name, f"{sorted(seen)} in {time.monotonic() - began:.1f} s")
                peak = max(peak, service.resident_bytes())
            told = probe
        time.sleep(2 * DEADLINE)
        grown = (service.resident_bytes() - before) / 2**20
        counts = httpx.get(f"{service.url}/metrics").text
        service.stop()
        log.seek(0)
        lines = log.read().splitlines()
    attacks = table.count
    print()
    look_at_health(table, told)
    look_at_log(table, lines, counts)
    table.row(
        grown <= GROWTH_MIB,
        "memory",
        f"grows by less than {GROWTH_MIB:.0f} MiB",
        f"{grown:+.1f} MiB from {before / 2**20:.0f} MiB, {peak / 2**20:.0f} MiB at most",
    )
    print(f"\n{attacks} attacks in {time.monotonic() - started:.0f} s: {table.failed or 'none'} failed.")
    return 1 if table.failed else 0


def warm_up(service: Service) -> None:
    """Let the service take the memory that it takes once: for large bodies, many connections, and its thread."""
    for case in cases():
        if case.group in ("value", "batch"):
            ask(service.port, case.wire)
    for name in ("600 silent connections", "40 long texts", "4 arrays of 8 MiB", "60 descriptions of the API"):
        FLOODS[name][0](service.port)
    time.sleep(2 * DEADLINE)


def attack(table: Table, service: Service, case: Case) -> int:
    """Send one request; return the memory that the service then holds."""
    began = time.monotonic()
    answer = ask(service.port, case.wire)
    seconds = time.monotonic() - began
    faults = []
    if answer.status not in case.statuses:
        faults.append(f"expected {' or '.join(map(str, case.statuses))}")
    if answer.status >= 400 and answer.headers.get("content-type") != "application/problem+json":
        faults.append("no problem")
    if SECRET in str(answer.headers) or (answer.status >= 400 and SECRET.encode() in answer.told + answer.more):
        faults.append("an echo")
    if _TRACEBACK.search(answer.told) and case.name != "GET /docs":
        faults.append("a place in the code")
    if b"HTTP/1." in answer.more:
        faults.append("a hidden request was answered")
    table.row(not faults, case.group, case.name, f"{answer.status} in {seconds * 1000:.0f} ms  {', '.join(faults)}")
    return service.resident_bytes()


def be_slow(table: Table, service: Service) -> None:
    """Let all slow clients come at once."""
    with ThreadPoolExecutor(len(SLOW)) as clients:
        waits = clients.map(lambda slow: seconds_until_closed(service.port, slow, 3 * CLOSED_WITHIN), SLOW.values())
    for name, seconds in zip(SLOW, waits, strict=True):
        table.row(seconds <= CLOSED_WITHIN, "slow client", name, f"closed after {seconds:.1f} s")


@contextmanager
def probed(service: Service) -> Iterator[dict[str, Any]]:
    """Ask for health the while; what came of it is filled in at the end."""
    told: dict[str, Any] = {}
    command = [sys.executable, "-m", "tests.attack.probe", str(service.port), str(service.process.pid)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as probe:
        try:
            yield told
        finally:
            probe.terminate()
            told |= json.loads(probe.communicate(timeout=30)[0])


def look_at_health(table: Table, told: Mapping[str, Any]) -> None:
    own, longest = told["longest_without_waiting_for_a_processor_ms"], told["longest_ms"]
    table.row(
        not told["failed"],
        "health",
        "always 200",
        f"{told['asked']} answers, {told['gave_way']} kept connections gave way {told['failed']}",
    )
    seen = f"{own} ms at most (during: {table.during(told['longest_at'])}); {longest} ms with waits for a processor"
    table.row(own < HEALTH_MS, "health", f"in less than {HEALTH_MS:.0f} ms", seen)


def look_at_log(table: Table, lines: list[str], counts: str) -> None:
    """Look for the secret, for errors of ours, and for fields that are not on the list."""
    secrets = sum(SECRET in line for line in lines)
    table.row(not secrets, "log", "no secret", f"{secrets} in {len(lines)} lines")
    read = [json.loads(line) for line in lines]
    requests = [line for line in read if "status" in line]
    strange = {field for line in requests for field in line} - LOGGED
    table.row(not strange, "log", "no field but those on the list", f"{sorted(strange)}")
    broken = [line for line in read if line.get("status") in (500, 502, 504) or line.get("message") == "internal error"]
    table.row(not broken, "log", "no 500, 502 or 504", f"{len(broken)} in {len(requests)} requests")
    table.row(SECRET not in counts, "metrics", "no secret", f"{len(counts)} bytes")


if __name__ == "__main__":
    sys.exit(main())

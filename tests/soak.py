"""
Ask the service at half of what it can do for minutes on end: no error, and no memory that grows. ``make soak``.

First it is found out how much the service does at most, with clients that keep it busy. Then they ask half as often.
"""

from __future__ import annotations

import itertools
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx

from tests.api.requests import ELIGIBILITY, FAQ, SLOTS, TRIAGE
from tests.server.running import Service, running_service

CLIENTS = 8
FULL_SECONDS = 15.0
SETTLE_SHARE = 0.1
GROWTH_SHARE = 0.02
HEADERS = {"content-type": "application/json"}
ASKED: list[tuple[str, str, Any]] = [
    ("POST", "/v1/eligibility", ELIGIBILITY),
    ("POST", "/v1/triage", TRIAGE),
    ("POST", "/v1/faq/search", FAQ),
    ("GET", "/v1/guidance/treatments", None),
    ("POST", "/v1/eligibility/slots", SLOTS),
    ("POST", "/v1/eligibility", {**ELIGIBILITY, "age": "wrong"}),
    ("POST", "/v1/eligibility/batch", [{"id": str(number), "request": ELIGIBILITY} for number in range(5)]),
    ("GET", "/healthz", None),
]


class Clients:
    """
    Threads that ask one thing after the other.

    Args:
        pause: Between the beginnings of two requests of one client, in seconds.
    """

    def __init__(self, service: Service, pause: float) -> None:
        self._url = service.url
        self._pause = pause
        self._goes_on = True
        self.count = 0
        self.wrong: list[str] = []
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(CLIENTS)]

    def run(self, seconds: float) -> None:
        """Ask for so long."""
        for thread in self._threads:
            thread.start()
        time.sleep(seconds)
        self._goes_on = False
        for thread in self._threads:
            thread.join()

    def _ask(self, first: int) -> None:
        with httpx.Client(base_url=self._url, timeout=30) as client:
            due = time.monotonic()
            for method, path, body in self._requests(first):
                wanted = 422 if isinstance(body, dict) and body.get("age") == "wrong" else 200
                try:
                    status = client.request(
                        method, path, content=body and json.dumps(body), headers=HEADERS
                    ).status_code
                except httpx.HTTPError as error:
                    status = 0
                    self.wrong.append(repr(error))
                if status not in (0, wanted):
                    self.wrong.append(f"{status} {path}")
                self.count += 1
                due += self._pause
                time.sleep(max(0.0, due - time.monotonic()))

    def _requests(self, first: int) -> Iterator[tuple[str, str, Any]]:
        for number in itertools.count(first):
            if not self._goes_on:
                return
            yield ASKED[number % len(ASKED)]


def main() -> int:
    """Return 0 if nothing was wrong."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 600.0
    with tempfile.TemporaryFile("w+") as log, running_service(log) as service:
        full = Clients(service, 0.0)
        full.run(FULL_SECONDS)
        rate = full.count / FULL_SECONDS
        print(f"Full load: {rate:.0f} requests a second. Half of it for {seconds:.0f} seconds.", flush=True)

        half = Clients(service, CLIENTS / (rate / 2))
        held: list[tuple[float, int]] = []
        watching = threading.Thread(target=half.run, args=(seconds,))
        began = time.monotonic()
        watching.start()
        while watching.is_alive():
            held.append((time.monotonic() - began, service.resident_bytes()))
            watching.join(1.0)
        settled = [size for at, size in held if SETTLE_SHARE * seconds <= at < 2 * SETTLE_SHARE * seconds]
        last = [size for at, size in held if at >= (1 - SETTLE_SHARE) * seconds]
    wrong = full.wrong + half.wrong
    before, after = (sum(each) / len(each) for each in (settled, last))
    growth = after / before - 1
    print(f"{half.count} requests, {half.count / seconds:.0f} a second: {len(wrong)} wrong {wrong[:5]}")
    print(f"Memory: {before / 2**20:.1f} MiB after a tenth, {after / 2**20:.1f} MiB in the last tenth, {growth:+.2%}")
    return 1 if wrong or growth >= GROWTH_SHARE else 0


if __name__ == "__main__":
    sys.exit(main())

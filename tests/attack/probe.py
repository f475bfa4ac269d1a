"""
Ask for /healthz without a pause, in a process of its own, and say how long the longest answer took.

A line is printed at the end: a JSON object. The time that the service waited for a processor, because the machine had
other things to do, is no fault of the service; where the system tells it, it is told apart.
"""

from __future__ import annotations

import http.client
import json
import signal
import sys
import time
from pathlib import Path

PAUSE_SECONDS = 0.01


class Probe:
    """Asks on a new connection and on one that is kept, in turns."""

    def __init__(self, port: int, process: int) -> None:
        self._address = ("127.0.0.1", port)
        self._waits = Path(f"/proc/{process}/schedstat")
        self._kept = http.client.HTTPConnection(*self._address, timeout=10)
        self.count = 0
        self.failed: list[str] = []
        self.gave_way = 0
        self.longest = self.own = self.at = 0.0

    def ask(self) -> None:
        """Ask twice. A connection that is kept may have to give way to newcomers; then a new one is asked."""
        error = self._ask(self._kept)
        if error and isinstance(error, ConnectionError):
            self.gave_way += 1
            error = self._ask(self._kept)
        fresh = http.client.HTTPConnection(*self._address, timeout=10)
        self.failed += [repr(each) for each in (error, self._ask(fresh)) if each]
        fresh.close()

    def _ask(self, connection: http.client.HTTPConnection) -> Exception | None:
        """Ask once; return what went wrong."""
        failed: Exception | None = None
        waited, started = self._waited(), time.perf_counter()
        try:
            connection.request("GET", "/healthz")
            response = connection.getresponse()
            response.read()
            if response.status != http.HTTPStatus.OK:
                failed = ValueError(response.status)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            failed = error
        seconds = time.perf_counter() - started
        self.count += 1
        self.longest = max(self.longest, seconds)
        own = seconds - (self._waited() - waited)
        if own > self.own:
            self.own, self.at = own, time.monotonic() - seconds
        return failed

    def _waited(self) -> float:
        """Return how long the service has waited for a processor since its start; 0 where nobody tells."""
        try:
            return int(self._waits.read_text(encoding="ascii").split()[1]) / 1e9
        except (OSError, IndexError):
            return 0.0


def main() -> None:
    probe = Probe(int(sys.argv[1]), int(sys.argv[2]))
    goes_on = True

    def stop(*_: object) -> None:
        nonlocal goes_on
        goes_on = False

    signal.signal(signal.SIGTERM, stop)
    while goes_on:
        probe.ask()
        time.sleep(PAUSE_SECONDS)
    told = {
        "asked": probe.count,
        "failed": probe.failed[:20],
        "gave_way": probe.gave_way,
        "longest_at": probe.at,
        "longest_ms": round(probe.longest * 1000, 1),
        "longest_without_waiting_for_a_processor_ms": round(probe.own * 1000, 1),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()

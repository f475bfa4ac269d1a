"""Replace both replicas behind the gateway under load, and lose no request. Usage: rolling_test.py IMAGE GATEWAY"""

import http.client
import json
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

NETWORK = "afterglow-rolling-test"
HARDENED = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
ELIGIBILITY = {"session": {"at": "2026-11-22T10:00:00Z", "setting": "home"}, "treatments": [{"product": "Dysport"}]}
LINE = json.dumps({"id": "a", "request": ELIGIBILITY}).encode() + b"\n"
CLIENTS, STREAM_SECONDS, SEEN_SECONDS, STOP_SECONDS = 6, 2.0, 4.0, 40
READY_SECONDS = 120
LIMIT = 20
LOGGED = {"time", "status", "duration_ms", "bytes", "replica", "ended", "request_id", "error"}


def docker(*arguments: str) -> str:
    """Run one docker command and give back what it printed; its own words are the error."""
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=90, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"docker {arguments[0]}: {done.stderr.strip()}")
    return done.stdout.strip()


def inspect(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(docker("inspect", name))[0]
    return found


@contextmanager
def network() -> Iterator[None]:
    docker("network", "create", NETWORK)
    try:
        yield
    finally:
        subprocess.run(["docker", "network", "rm", NETWORK], capture_output=True, check=False)


@contextmanager
def running(*arguments: str) -> Iterator[str]:
    container = docker("run", "--detach", "--network", NETWORK, *HARDENED, *arguments)
    try:
        yield container
    finally:
        subprocess.run(["docker", "rm", "--force", container], capture_output=True, check=False)


def replica(image: str) -> list[str]:
    return ["--network-alias", "afterglow", "--user", "10001", "--health-interval", "1s", image]


def gateway(image: str, certificate: Path, *settings: str) -> list[str]:
    published = ["--publish", "127.0.0.1::8443"]
    return [*published, "--volume", f"{certificate}:/run/secrets/afterglow.pem:ro", *settings, image]


def make_certificate(folder: Path) -> Path:
    """Make a certificate for this test alone; the gateway wants it in one file with its key."""
    key, certificate, both = (folder / name for name in ("key.pem", "certificate.pem", "afterglow.pem"))
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *subject]
    subprocess.run([*command, "-keyout", key, "-out", certificate], capture_output=True, check=True)
    both.write_bytes(certificate.read_bytes() + key.read_bytes())
    both.chmod(0o644)
    folder.chmod(0o755)
    return both


class Door:
    """Opens connections to a gateway, and trusts its certificate alone."""

    def __init__(self, container: str, certificate: Path) -> None:
        self._port = int(inspect(container)["NetworkSettings"]["Ports"]["8443/tcp"][0]["HostPort"])
        self._trust = ssl.create_default_context(cafile=str(certificate))

    def open(self) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection("localhost", self._port, timeout=30, context=self._trust)

    def ask(self) -> tuple[int, bytes]:
        connection = self.open()
        try:
            return post(connection)
        finally:
            connection.close()


def post(connection: http.client.HTTPSConnection) -> tuple[int, bytes]:
    connection.request("POST", "/v1/eligibility", json.dumps(ELIGIBILITY), {"Content-Type": "application/json"})
    response = connection.getresponse()
    return response.status, response.read()


class Load:
    """Clients that ask on and on: on connections they keep, on new ones, and by streams that take a while."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._goes_on = True
        self.answered = self.lines = 0
        self.failed: list[str] = []
        works: list[Callable[[], None]] = [self._keep] * CLIENTS + [self._renew] * 2 + [self._stream]
        self._threads = [threading.Thread(target=self._work, args=(work,)) for work in works]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._goes_on = False
        for thread in self._threads:
            thread.join()

    def _work(self, work: Callable[[], None]) -> None:
        while self._goes_on:
            try:
                work()
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.failed.append(repr(error))

    def _note(self, status: int) -> None:
        if status == http.HTTPStatus.OK:
            self.answered += 1
        else:
            self.failed.append(str(status))

    def _keep(self) -> None:
        connection = self._door.open()
        try:
            while self._goes_on:
                self._note(post(connection)[0])
                time.sleep(0.02)
        finally:
            connection.close()

    def _renew(self) -> None:
        self._note(self._door.ask()[0])

    def _stream(self) -> None:
        """Send a line now and then, and read all answers at the end: as many as lines were sent."""
        sent = 0

        def lines() -> Iterator[bytes]:
            nonlocal sent
            end = time.monotonic() + STREAM_SECONDS
            while time.monotonic() < end:
                yield LINE
                sent += 1
                time.sleep(0.1)

        connection = self._door.open()
        try:
            headers = {"Content-Type": "application/x-ndjson"}
            connection.request("POST", "/v1/eligibility/batch", lines(), headers, encode_chunked=True)
            response = connection.getresponse()
            answers = response.read().splitlines()
        finally:
            connection.close()
        if len(answers) != sent:
            raise ValueError(f"{len(answers)} answers to {sent} lines")
        self._note(response.status)
        self.lines += len(answers)


def wait_until(holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise RuntimeError("it takes too long to get ready")
        time.sleep(0.1)


def is_healthy(container: str) -> bool:
    return bool(inspect(container)["State"]["Health"]["Status"] == "healthy")


def answers(door: Door) -> bool:
    try:
        return door.ask()[0] == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False


def replace(stack: ExitStack, image: str, old: str) -> tuple[int, float]:
    """Start a new replica, stop an old one; return its exit code and how long it took to stop."""
    new = stack.enter_context(running(*replica(image)))
    wait_until(lambda: is_healthy(new), READY_SECONDS)
    time.sleep(SEEN_SECONDS)  # until the gateway has found it
    began = time.monotonic()
    docker("stop", "--time", str(STOP_SECONDS), old)
    code = int(inspect(old)["State"]["ExitCode"])
    docker("rm", old)
    return code, time.monotonic() - began


def is_sound(entry: dict[str, Any]) -> bool:
    """Whether a line of the gateway's log says when, and nothing of what was asked."""
    age = datetime.now(UTC) - datetime.fromisoformat(entry["time"])
    return timedelta(seconds=-1) < age < timedelta(minutes=1) and entry.keys() <= LOGGED


def main() -> int:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    image, gate = sys.argv[1:]
    failed = 0

    def line(holds: bool, what: str, seen: object) -> None:
        nonlocal failed
        failed += not holds
        print(f"  {'ok    ' if holds else 'FAILED'}  {what}: {seen}", flush=True)

    with ExitStack() as stack:
        certificate = make_certificate(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        stack.enter_context(network())
        olds = [stack.enter_context(running(*replica(image))) for _ in range(2)]
        for old in olds:
            wait_until(lambda old=old: is_healthy(old), READY_SECONDS)  # type: ignore[misc]
        free = ["--env", "CLIENT_REQUESTS=1000000", "--env", "CLIENT_CONNECTIONS=1000"]
        door = Door(stack.enter_context(running(*gateway(gate, certificate, *free))), certificate)
        wait_until(lambda: answers(door), READY_SECONDS)

        load = Load(door)
        load.start()
        began = time.monotonic()
        try:
            stops = [replace(stack, image, old) for old in olds]
        finally:
            load.stop()
        seconds = time.monotonic() - began
        line(not load.failed, "failed requests", f"{len(load.failed)} {load.failed[:5]}")
        line(
            load.answered > 100,
            "requests answered",
            f"{load.answered} in {seconds:.0f} s, {load.lines} lines of streams",
        )
        line(
            all(code == 0 for code, _ in stops),
            "replicas that stopped",
            [f"{code} after {took:.1f} s" for code, took in stops],
        )

        limited = stack.enter_context(running(*gateway(gate, certificate, "--env", f"CLIENT_REQUESTS={LIMIT}")))
        strict = Door(limited, certificate)
        wait_until(lambda: answers(strict), READY_SECONDS)
        found = [strict.ask() for _ in range(2 * LIMIT)]
        problems = [json.loads(body)["type"] for status, body in found if status == http.HTTPStatus.TOO_MANY_REQUESTS]
        holds = bool(problems) and set(problems) == {"/v1/problems/too_many_requests"}
        line(holds, "a client that asks too much", f"{len(problems)} of {len(found)} are 429")
        told = [json.loads(entry) for entry in docker("logs", limited).splitlines() if entry.startswith("{")]
        line(all(map(is_sound, told)), "log of the gateway", f"{len(told)} lines, the last at {told[-1]['time']}")
    print("rolling-test: " + (f"{failed} FAILED" if failed else "all ok"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

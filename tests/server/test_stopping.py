"""From a signal to the end: what runs is finished, what comes is answered, and a worker that dies comes back."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest

from tests.server.duplex import Duplex
from tests.server.raw import Raw, ask, get
from tests.server.running import Service, running_service
from tests.server.test_stream import comes_true, line

needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def ended(service: Service) -> int:
    return service.process.wait(timeout=10)


def workers_of(service: Service) -> set[int]:
    pid = service.process.pid
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()))


def test_a_service_that_drains_says_so_and_answers_all_the_same() -> None:
    with running_service(drain_seconds="1") as service, Raw(service.port) as kept:
        kept.send(get("/healthz"))
        assert "connection" not in kept.answer().headers
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)

        ready = ask(service.port, get("/readyz"))
        alive = ask(service.port, get("/healthz"))
        kept.send(get("/v1/problems"))
        served = kept.answer()
        shown = ask(service.port, get("/metrics")).body.decode()
        code = ended(service)

    assert (ready.status, ready.headers["retry-after"]) == (503, "5")
    assert alive.status == served.status == 200
    assert {each.headers["connection"] for each in (ready, alive, served)} == {"close"}
    assert "afterglow_draining 1.0" in shown.splitlines()
    assert code == 0


def test_a_stream_that_runs_is_finished() -> None:
    with running_service() as service, Duplex(service.port) as stream:
        stream.send(line("a"))
        assert stream.line()["id"] == "a"
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        with pytest.raises(ConnectionError):
            socket.create_connection(("127.0.0.1", service.port), timeout=1)

        stream.send(line("b"))
        assert stream.line()["id"] == "b"
        stream.finish()
        assert stream.line() is None
        assert ended(service) == 0


def test_a_stream_that_does_not_end_is_cut_off_in_the_end() -> None:
    with running_service(grace_seconds="1") as service, Duplex(service.port) as stream:
        stream.send(line("a"))
        assert stream.line()["id"] == "a"
        started = time.monotonic()
        service.process.send_signal(signal.SIGTERM)

        assert ended(service) == 0
        assert 0.9 < time.monotonic() - started < 3
        assert "Traceback" not in service.process.communicate()[0]


def test_idle_connections_hold_nobody_up() -> None:
    with running_service() as service, Raw(service.port) as idle, Raw(service.port) as silent:
        idle.send(get("/healthz"))
        idle.answer()
        started = time.monotonic()
        service.process.send_signal(signal.SIGTERM)

        assert ended(service) == 0
        assert time.monotonic() - started < 2
        assert silent.seconds_until_closed() < 1


def test_the_keyboard_does_not_wait() -> None:
    with running_service(drain_seconds="60") as service:
        service.process.send_signal(signal.SIGINT)

        assert ended(service) == 0


def test_a_second_signal_does_not_wait() -> None:
    with running_service(drain_seconds="60") as service:
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        service.process.send_signal(signal.SIGTERM)

        assert ended(service) == 0


def test_a_hang_up_is_nothing_to_a_service_without_keys() -> None:
    with running_service() as service:
        service.process.send_signal(signal.SIGHUP)

        assert ask(service.port, get("/readyz")).status == 200


def test_a_place_that_is_taken_is_said_in_a_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "service.cli", "serve"],
            env={**os.environ, "AFTERGLOW_PORT": port},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    assert done.returncode == 2
    assert done.stderr == f"AFTERGLOW_PORT: 127.0.0.1:{port} cannot be listened on: address already in use\n"


@needs_proc
def test_a_worker_that_is_killed_comes_back_and_its_counts_stay(tmp_path: Path) -> None:
    with running_service(workers="2", metrics_dir=str(tmp_path), drain_seconds="0") as service:
        before = workers_of(service)
        assert len(before) == 2
        for _ in range(20):
            assert ask(service.port, get("/v1/problems", "Connection: close")).status == 200

        os.kill(min(before), signal.SIGKILL)
        answers = []
        end = time.monotonic() + 10
        while len(workers_of(service) - {min(before)}) < 2 and time.monotonic() < end:
            answers.append(httpx.get(f"{service.url}/readyz").status_code)
        after = workers_of(service)
        shown = httpx.get(f"{service.url}/metrics").text
        printed = service.stop()

    assert len(after) == 2
    assert after - before
    assert set(answers) == {200}
    assert 'afterglow_requests_total{method="GET",route="/v1/problems",status="200"} 20.0' in shown.splitlines()
    assert 'guidance_version="' in shown
    assert "worker ended" in printed
    assert service.process.returncode == 0


@needs_proc
def test_workers_do_not_outlive_who_started_them(tmp_path: Path) -> None:
    with running_service(workers="2", metrics_dir=str(tmp_path)) as service:
        workers = workers_of(service)
        service.process.kill()
        service.process.wait(timeout=10)

        assert comes_true(lambda: not any(map(is_running, workers)))


def is_running(process: int) -> bool:
    with suppress(OSError):
        return ") Z " not in Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    return False


class Asker(Thread):
    """Asks without a pause, and remembers what was answered, and on which ports it was not."""

    def __init__(self, port: int, stop: Event, *, keeps: bool) -> None:
        super().__init__()
        self.answered = 0
        self.lost: list[int] = []
        self._connection = HTTPConnection("127.0.0.1", port, timeout=10)
        self._stop_asking = stop
        self._keeps = keeps

    def run(self) -> None:
        """Ask until told to stop."""
        while not self._stop_asking.is_set():
            if self._connection.sock is None:
                self._connection.connect()
            own_port = self._connection.sock.getsockname()[1]
            try:
                self._connection.request("GET", "/v1/problems")
                response = self._connection.getresponse()
                response.read()
            except (OSError, HTTPException):
                self.lost.append(own_port)
                self._connection.close()
                continue
            assert response.status == 200
            self.answered += 1
            if not self._keeps:
                self._connection.close()
        self._connection.close()


def ports_served_by(process: int) -> set[int]:
    """Return the ports of all clients that a process has a connection with."""
    links = []
    for file in Path(f"/proc/{process}/fd").iterdir():
        with suppress(OSError):
            links.append(str(file.readlink()))
    rows = [row.split() for row in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return {int(row[2].rpartition(":")[2], 16) for row in rows if f"socket:[{row[9]}]" in links} - {0}


def kill_the_busiest(service: Service) -> set[int]:
    """Hold a worker, look whom it serves, and kill it; return the ports of those."""
    workers = workers_of(service)
    busiest = max(workers, key=lambda worker: len(ports_served_by(worker)))
    os.kill(busiest, signal.SIGSTOP)
    assert comes_true(lambda: ") T " in Path(f"/proc/{busiest}/stat").read_text(encoding="ascii"))
    served = ports_served_by(busiest)
    os.kill(busiest, signal.SIGKILL)
    assert comes_true(lambda: len(workers_of(service) - {busiest}) == len(workers))
    return served


@needs_proc
def test_of_a_worker_that_is_killed_only_its_own_requests_in_flight_are_lost(tmp_path: Path) -> None:
    stop = Event()
    with running_service(workers="2", metrics_dir=str(tmp_path), log_level="warning") as service:
        askers = [Asker(service.port, stop, keeps=keeps) for keeps in (True, False) * 4]
        for asker in askers:
            asker.start()
        try:
            served = []
            for _ in range(4):
                time.sleep(0.4)
                served.append(kill_the_busiest(service))
        finally:
            stop.set()
            for asker in askers:
                asker.join()
        shown = ask(service.port, get("/metrics")).body.decode()

    answered, lost = sum(asker.answered for asker in askers), [port for asker in askers for port in asker.lost]
    name = 'afterglow_requests_total{method="GET",route="/v1/problems",status="200"} '
    counted = float(next(line for line in shown.splitlines() if line.startswith(name)).removeprefix(name))
    assert answered > 100
    assert lost
    assert set(lost) <= set.union(*served)
    assert len(lost) <= sum(map(len, served))
    assert answered <= counted <= answered + len(lost)


@needs_proc
def test_a_worker_that_was_killed_before_it_could_count_hides_no_counts(tmp_path: Path) -> None:
    with running_service(workers="2", metrics_dir=str(tmp_path)) as service:
        (tmp_path / "counter_1.db").touch()
        shown = ask(service.port, get("/metrics"))

    assert shown.status == 200
    assert b"afterglow_info{" in shown.body

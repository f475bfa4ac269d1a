"""Several processes that share one socket: made anew when one dies, ended together."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from service.server.logs import log

STOPS = {signal.SIGTERM, signal.SIGINT}
WATCHED = {*STOPS, signal.SIGHUP, signal.SIGCHLD}
PAUSE_SECONDS = 0.2
"""Before a worker is made again, so that one that dies at once does not keep the machine busy."""


class Supervisor:
    """
    Forks workers, which share with it what was read before, and passes signals on to them.

    Args:
        work: What a worker does until it is told to stop, or until the pipe that it is given ends, which says that
            nobody is there any more to tell it. Returns its exit code.
        count: How many there are.
        metrics_dir: Where they keep their counts. Those of an earlier run are removed.
    """

    def __init__(self, work: Callable[[int], int], count: int, metrics_dir: Path | None) -> None:
        self._work = work
        self._count = count
        self._metrics_dir = metrics_dir
        self._workers: set[int] = set()
        self._is_stopping = False
        self._parent_lives, self._alive = os.pipe()

    def run(self) -> int:
        """Return once every worker has ended: 0 after a signal to stop."""
        signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
        for _ in range(self._count):
            self._start()
        while self._workers:
            received = signal.sigwait(WATCHED)
            if received == signal.SIGCHLD:
                self._replace_dead()
            else:
                self._is_stopping = self._is_stopping or received in STOPS
                for worker in self._workers:
                    os.kill(worker, received)
        return 0

    def _start(self) -> None:
        worker = os.fork()
        if worker:
            self._workers.add(worker)
            log.info("worker started", extra={"worker": worker})
            return
        code = 1
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
            os.close(self._alive)
            code = self._work(self._parent_lives)
        finally:
            os._exit(code)

    def _replace_dead(self) -> None:
        """Take leave of every worker that has ended; several may share one signal."""
        while self._workers:
            worker, _ = os.waitpid(-1, os.WNOHANG)
            if not worker:
                return
            self._workers.discard(worker)
            self._forget_counts(worker)
            if not self._is_stopping:
                log.error("worker ended", extra={"worker": worker})
                time.sleep(PAUSE_SECONDS)
                self._start()

    def _forget_counts(self, worker: int) -> None:
        """What a worker counted stays; what it alone could tell, such as its open connections, goes with it."""
        if self._metrics_dir is not None:
            from prometheus_client.multiprocess import mark_process_dead

            mark_process_dead(worker, str(self._metrics_dir))  # type: ignore[no-untyped-call]

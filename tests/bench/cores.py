"""Who runs where: servers on one core, what loads them on another."""

from __future__ import annotations

import os

CORES = sorted(os.sched_getaffinity(0))
SERVER = {CORES[0]}
CLIENT = {CORES[-1]}
ALL = set(CORES)


def stay_on(cores: set[int]) -> None:
    """Keep this process, and those that it will start, on these cores."""
    os.sched_setaffinity(0, cores)

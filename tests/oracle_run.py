"""
Compare the engine with the oracle on many generated questions: ``python -m tests.oracle_run [count] [first seed]``.

Prints every difference with its question, the count, and the time. Exits with 1 if there is a difference.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import chain

from service.guidance.load import CONTENT
from tests.guidance.asked import ask, guidance, summary
from tests.guidance.generated import Generator
from tests.guidance.oracle import Oracle

CHUNK = 2_000
AREAS_EVERY = 10
"""Of every so-manieth question the areas are compared too; asking the oracle for each takes most of its time."""


def differences(first: int, count: int) -> list[str]:
    """Return the questions, from seed *first* on, that the two answer differently, and in what."""
    oracle, generator = _opinions()
    return list(chain.from_iterable(_compare(oracle, generator, seed) for seed in range(first, first + count)))


@cache
def _opinions() -> tuple[Oracle, Generator]:
    return Oracle(CONTENT), Generator(guidance())


def _compare(oracle: Oracle, generator: Generator, seed: int) -> Iterator[str]:
    request = generator.request(seed)
    ours = summary(ask(request))
    theirs = oracle.answer(request, areas=seed % AREAS_EVERY == 0)
    differing = {key: (ours[key], theirs[key]) for key in theirs if ours[key] != theirs[key]}
    if differing:
        yield f"seed {seed}: {json.dumps(request)}\n  engine and oracle: {differing}"


def main(count: int = 1_000_000, first: int = 0) -> int:
    """Compare *count* questions on all cores."""
    started = time.monotonic()
    chunks = range(first, first + count, CHUNK)
    found = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        sizes = (min(CHUNK, first + count - start) for start in chunks)
        for number, differing in enumerate(pool.map(differences, chunks, sizes), start=1):
            found += len(differing)
            for each in differing[:5]:
                print(each)
            if number % 50 == 0:
                print(
                    f"{number * CHUNK:,} questions, {found} differences, {time.monotonic() - started:.0f} s", flush=True
                )
    print(f"{count:,} questions, {found} differences, {time.monotonic() - started:.0f} s")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))

"""The engine and the oracle, which share nothing, say the same of generated questions."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context

from tests.oracle_run import CHUNK, differences

QUESTIONS = 20_000


def test_they_agree_on_a_first_few_questions_area_by_area() -> None:
    assert differences(0, 300) == []


def test_they_agree_on_twenty_thousand_questions() -> None:
    starts = range(0, QUESTIONS, CHUNK)

    # Spawned, not forked: a measurement of coverage that goes on here would slow them down.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        found = list(chain.from_iterable(pool.map(differences, starts, [CHUNK] * len(starts))))

    assert found == []

"""The guard: no hot path becomes a fifth more expensive than recorded, and nothing is copied that need not be."""

from __future__ import annotations

import pytest

from tests.bench.counting import Cost, counted_by
from tests.bench.needless import COPIES, SEEN
from tests.bench.record import PYTHON, SHARE, recorded, too_much

HOT_PATHS = (
    "eligibility",
    "batch (3 lines)",
    "triage, structured",
    "triage, text",
    "FAQ search",
    "FAQ item, 304",
    "FAQ item, 304, at once",
)
RECORD = "make bench-record records it anew, if it has to be so"


@pytest.fixture(scope="module")
def before() -> dict[str, Cost]:
    found = recorded()
    if found is None:
        pytest.skip(f"nothing is recorded for Python {PYTHON}, whose instructions are its own: make bench-record")
    return found


@pytest.fixture(scope="module")
def now() -> dict[str, Cost]:
    return counted_by("tests.bench.counting")


@pytest.mark.parametrize("path", HOT_PATHS)
def test_no_hot_path_is_a_fifth_more_expensive_than_recorded(
    path: str, now: dict[str, Cost], before: dict[str, Cost]
) -> None:
    assert not too_much(now[path], before[path]), RECORD


@pytest.mark.parametrize("path", HOT_PATHS)
def test_what_was_won_is_recorded(path: str, now: dict[str, Cost], before: dict[str, Cost]) -> None:
    assert now[path]["instructions"] * SHARE > before[path]["instructions"], RECORD


@pytest.mark.parametrize("copy", COPIES)
def test_a_needless_copy_is_too_much(copy: str, before: dict[str, Cost]) -> None:
    copied, spared = SEEN
    with_copy = counted_by("tests.bench.needless", copy)

    assert too_much(with_copy[copied], before[copied])
    assert not too_much(with_copy[spared], before[spared])

"""What SECURITY.md and HAZARDS.md promise is shown by tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = {
    name
    for path in (*(ROOT / "tests").rglob("test_*.py"), ROOT / "tests" / "page" / "journeys.py")
    for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
}
HAZARDS = ["A wrong date", "A missed red flag", "Stale guidance", "The wrong client", "A misread text", "Downtime"]


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def named_in(text: str) -> set[str]:
    return set(re.findall(r"`(test_\w+)`", text))


@pytest.mark.parametrize("name", ["HAZARDS.md", "SECURITY.md"])
def test_every_test_that_is_named_exists(name: str) -> None:
    named = named_in(text_of(name))

    assert named
    assert named - TESTS == set()


def test_every_hazard_has_a_cause_a_control_and_tests() -> None:
    sections = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", text_of("HAZARDS.md"), re.MULTILINE | re.DOTALL))

    assert [each for each in sections if each in HAZARDS] == HAZARDS
    for hazard in HAZARDS:
        rows = [row for row in sections[hazard].splitlines() if row.startswith("| ") and "---" not in row][1:]
        assert rows
        for row in rows:
            cause, control, tests = (cell.strip() for cell in row.strip("|").split("|"))
            assert cause
            assert control
            assert named_in(tests)


def test_every_file_that_is_named_exists() -> None:
    for name in ("HAZARDS.md", "SECURITY.md"):
        paths = re.findall(r"`((?:service|tests|docker|openapi)/[\w./-]+)`", text_of(name))

        assert not [path for path in paths if not (ROOT / path).exists()]


def test_every_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))

    for name in ("HAZARDS.md", "SECURITY.md", "README.md", "CONTRIBUTING.md"):
        assert set(re.findall(r"`make ([a-z-]+)", text_of(name))) <= targets

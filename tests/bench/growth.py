"""
What a decision costs where the guidance is ten and a hundred times as large.

``python -m tests.bench.growth FACTOR`` prints one line of JSON. The shipped content is copied, and so many copies of
its records, with ids, names and words of their own, go through the same reading and checks. Each size has a process of
its own.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import yaml

from service.app import create_app
from service.guidance.load import CONTENT
from service.settings import Settings
from tests.bench.asked import Call, eligibility, search, structured, told
from tests.bench.work import OwnPath, Work

FACTORS = (1, 10, 100)
ROUNDS = 5
SECONDS, CALLS_AT_LEAST = 0.3, 5


def measured(factors: Iterable[int] = FACTORS) -> dict[int, dict[str, float]]:
    """Measure each size in a process of its own; keyed by factor."""
    command = [sys.executable, "-m", "tests.bench.growth"]
    done = {
        factor: subprocess.run([*command, str(factor)], capture_output=True, text=True, check=True)
        for factor in factors
    }
    return {factor: json.loads(each.stdout) for factor, each in done.items()}


def main(factor: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        content = Path(shutil.copytree(CONTENT, Path(folder, "content")))
        counts = grow(content, factor)
        began = perf_counter()
        services = create_app(Settings(content_dir=content)).state.services
        found: dict[str, float] = {**counts, "seconds to load": perf_counter() - began}
    own = OwnPath(Work(services))
    ways: dict[str, tuple[Callable[[bytes], bytes], Call]] = {
        "eligibility": (own.eligibility, eligibility()),
        "triage, structured": (own.triage, structured()),
        "triage, text": (own.triage, told()),
        "FAQ search": (own.search, search()),
    }
    for name, (way, call) in ways.items():
        found[name] = statistics.median(microseconds(way, call.bodies) for _ in range(ROUNDS))
    print(json.dumps(found))


def microseconds(way: Callable[[bytes], bytes], bodies: tuple[bytes, ...]) -> float:
    """Return the processor time of one answer, from as many as a moment has room for."""
    began, count = process_time(), 0
    while count < CALLS_AT_LEAST or process_time() - began < SECONDS:
        way(bodies[count % len(bodies)])
        count += 1
    return (process_time() - began) / count * 1e6


Record = dict[str, Any]


def made_up(number: int) -> str:
    """Return a word that nobody uses, another one for each number."""
    syllables = ("ba", "ke", "lo", "mi", "nu", "dra", "vor", "zun", "fi", "gel")
    return "".join(syllables[int(digit)] for digit in f"{number:03d}")


def _renamed(record: Record, number: int, names: tuple[str, ...]) -> Record:
    """Return a copy with its own id, and one more word at the end of *names* (a text, a list, keys of a mapping)."""
    word, copy = made_up(number), {**record, "id": f"{record['id']}_copy_{number}"}
    for name in names:
        value = copy.get(name)
        if isinstance(value, str):
            copy[name] = f"{value.rstrip('?')} {word}?" if value.endswith("?") else f"{value} {word}"
        elif isinstance(value, list):
            copy[name] = [f"{each} {word}" for each in value]
        elif isinstance(value, dict):
            copy[name] = {f"{key} {word}": each for key, each in value.items()}
    return copy


def _treatment(record: Record, number: int) -> Record:
    return _renamed(record, number, ("label", "names", "name_areas"))


def _wait(record: Record, number: int) -> Record:
    return _renamed(record, number, ()) | {"treatment": f"{record['treatment']}_copy_{number}"}


def _condition(record: Record, number: int) -> Record:
    copy = _renamed(record, number, ("label", "lay_terms"))
    copy.pop("below_age", None)  # an age is asked for once
    return copy


def _sign(record: Record, number: int) -> Record:
    return _renamed(record, number, ("label", "clinical_term", "lay_terms", "question"))


def _combination(record: Record, number: int) -> Record:
    groups = [[f"{sign}_copy_{number}" for sign in group] for group in record["all_of_any"]]
    return _renamed(record, number, ()) | {"all_of_any": groups}


def _entry(record: Record, number: int) -> Record:
    return _renamed(record, number, ("question", "paraphrases")) | {"from_seed": False}


COPIED: dict[str, tuple[str, Callable[[Record, int], Record]]] = {
    "treatments": ("treatments.yaml", _treatment),
    "waits": ("waits.yaml", _wait),
    "conditions": ("conditions.yaml", _condition),
    "signs": ("signs.yaml", _sign),
    "combinations": ("combinations.yaml", _combination),
    "FAQ": ("faq/*.yaml", _entry),
}
"""What is copied: from where, and how."""


def grow(content: Path, factor: int) -> dict[str, float]:
    """Add copies to a folder of content until it has *factor* times the records; count them."""
    counts = dict.fromkeys(COPIED, 0.0)
    for kind, (pattern, copy) in COPIED.items():
        for file in sorted(content.glob(pattern)):
            records: list[Record] = yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)
            copies = [copy(each, number) for number in range(1, factor) for each in records]
            counts[kind] += len(records) + len(copies)
            if copies:
                file.write_text(json.dumps([*records, *copies], default=str), encoding="utf-8")
    return counts


if __name__ == "__main__":
    main(int(sys.argv[1]))

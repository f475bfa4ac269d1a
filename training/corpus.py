"""Read the corpus: one line a text, labels before the bar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).parent.parent / "corpus"


@dataclass(frozen=True)
class Labelled:
    """A text with its labels."""

    labels: tuple[str, ...]
    text: str


def labelled(folder: str, files: str = "*.txt") -> list[Labelled]:
    """Return the texts of a folder of the corpus that have labels: ``label label | text``."""
    return [each for path in sorted((CORPUS / folder).glob(files)) for each in labelled_lines(path)]


def labelled_lines(path: Path) -> list[Labelled]:
    """Return the texts of one file that have labels."""
    parts = (line.partition("|") for line in lines(path))
    return [Labelled(tuple(labels.split()), text.strip()) for labels, bar, text in parts if bar]


def lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file that say something; one that begins with ``# `` is a comment."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("# "):
            yield line.strip()

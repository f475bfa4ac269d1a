"""Find the code blocks of the documents, and what each is compared with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
RUN_BY_SHELL = ("curl", "afterglow", "cat", "cp", "tag")
"""First words of a shell block that is run as it stands."""
LOOKED_AT = ("make", "docker", "kubectl")
"""Commands that need what a test has not: every line of a shell block with one of them is looked at instead."""
PROGRAMS = ("python", "js")
OF_CLIENTS = ("npm", "npx")
"""Commands whose blocks ``make test-clients`` runs: those of openapi/README.md, and the one in ``ts`` of README.md."""
ANSWERS = ("json", "jsonl", "http", "ics", "text")
"""What is printed by the block before it."""
BY_THEMSELVES = ("yaml", "html", "tree")

_FENCE = re.compile(r"^( *)(```+|~~~+)([^\n`]*)\n(.*?)^ *\2[ \t]*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block of a document, and the answer that is shown after it, if any."""

    document: str
    line: int
    language: str
    text: str
    answer: Block | None = None

    @property
    def name(self) -> str:
        """Where it stands."""
        return f"{self.document}:{self.line}"

    @property
    def kind(self) -> str:
        """How it is checked: ``shell``, ``looked_at``, ``of_clients``, its language, or ``unknown``."""
        if self.language == "sh":
            firsts = re.findall(r"^(\w+)", self.text, re.MULTILINE)
            if any(first in OF_CLIENTS for first in firsts):
                return "of_clients"
            if any(first in LOOKED_AT for first in firsts):
                return "looked_at"
            return "shell" if firsts and firsts[0] in RUN_BY_SHELL else "unknown"
        if self.language == "ts":
            return "of_clients"
        return self.language if self.language in (*PROGRAMS, *BY_THEMSELVES) else "unknown"


def blocks_of(path: Path) -> list[Block]:
    """Return the blocks of a document, each with its answer; of a fence that is never closed, one of no language."""
    text = path.read_text("utf-8")
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    found = [
        Block(name, text.count("\n", 0, fence.start()) + 1, fence[3].strip(), fence[4])
        for fence in _FENCE.finditer(text)
    ]
    if re.search(r"^ *(```|~~~)", _FENCE.sub("", text), re.MULTILINE):
        found.append(Block(name, 0, "", "a fence that is not closed"))
    return list(_with_answers(found))


def _with_answers(found: list[Block]) -> Iterator[Block]:
    """Put each answer to the block that it follows; one that follows nothing stays by itself."""
    runs = (*PROGRAMS, "sh")
    waiting: Block | None = None
    for block in found:
        if waiting and block.language in ANSWERS:
            yield Block(waiting.document, waiting.line, waiting.language, waiting.text, block)
            waiting = None
            continue
        if waiting:
            yield waiting
        waiting = block if block.language in runs else None
        if waiting is None:
            yield block
    if waiting:
        yield waiting


def all_blocks(*kinds: str) -> list[Block]:
    """Return the blocks of all documents that are of one of these kinds."""
    return [block for path in DOCUMENTS for block in blocks_of(path) if block.kind in kinds]


def is_shown_in(shown: Any, real: Any) -> bool:
    """Whether all that is *shown* stands in the *real* answer; a list is shown from its start."""
    if isinstance(shown, dict):
        return isinstance(real, dict) and all(key in real and is_shown_in(shown[key], real[key]) for key in shown)
    if isinstance(shown, list):
        fits = isinstance(real, list) and len(shown) <= len(real) and (shown != [] or real == [])
        return fits and all(is_shown_in(each, other) for each, other in zip(shown, real, strict=False))
    return bool(shown == real)


def documents_in(text: str) -> list[Any]:
    """Read a JSON document, or several, each on lines of its own."""
    decoder, documents, rest = json.JSONDecoder(), [], text.strip()
    while rest:
        document, end = decoder.raw_decode(rest)
        documents.append(document)
        rest = rest[end:].strip()
    return documents


def differences(shown: Block, printed: str) -> list[str]:
    """
    Compare what is shown with what was printed.

    Returns:
        A line for each thing that is not as shown. Of JSON and of the lines of a file or a head, parts may be left out;
        what a program prints is shown whole.
    """
    if shown.language in ("json", "jsonl"):
        pairs = zip(documents_in(shown.text), [*documents_in(printed), *[None] * 99], strict=False)
        return [f"{shown.name}: {json.dumps(one)}\nis not in\n{json.dumps(real)}" for one, real in pairs
                if not is_shown_in(one, real)]  # fmt: skip
    lines, rest = shown.text.splitlines(), printed.replace("\r\n", "\n").splitlines()
    if shown.language == "text":
        return [] if lines == rest else [f"{shown.name}: shown {lines}, printed {rest}"]
    remaining = iter(line.casefold() for line in rest)
    return [f"{shown.name}: {line!r} was not printed" for line in lines if line.casefold() not in remaining]

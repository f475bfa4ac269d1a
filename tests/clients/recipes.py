"""The blocks of openapi/README.md, to be run as a reader would run them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "openapi" / "README.md").read_text("utf-8")
WRITTEN_URL = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Block:
    """
    A block of code, and what the page says that it prints.

    Args:
        printed: The block of text that follows, or ``None``.
    """

    language: str
    text: str
    printed: str | None

    @property
    def name(self) -> str:
        """The file that its first line names, or that line."""
        first = self.text.partition("\n")[0]
        named = re.match(r"(?://|#) ([\w.]+)", first)
        return named[1] if named else first

    def against(self, url: str) -> str:
        """Return its text, for a service at another address."""
        return self.text.replace(WRITTEN_URL, url)


def blocks_of(page: str) -> list[Block]:
    """Return all blocks of a page, in order. What is printed belongs to the last program before it."""
    found: list[Block] = []
    for language, text in re.findall(r"^```(\w+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        if language == "text":
            index = max(index for index, block in enumerate(found) if block.language != "sh")
            found[index] = replace(found[index], printed=text)
        else:
            found.append(Block(language, text, None))
    return found


BLOCKS = blocks_of(README)


def blocks_in(language: str) -> list[Block]:
    """Return the blocks of one language."""
    return [block for block in BLOCKS if block.language == language]


def shell(first: str) -> Block:
    """Return the block of shell commands whose first line begins so."""
    (block,) = (block for block in blocks_in("sh") if block.text.startswith(first))
    return block

"""
Measure what reading a text costs on one core: ``python -m tests.reading_pace``.

Each text is read five times, and the quickest counts: what else the machine does is not measured. Goals: 2 ms for 200
characters and 10 ms for 2,000 in the median, and never more than 50 ms.
"""

from __future__ import annotations

import random
import statistics
import sys
from collections.abc import Callable, Iterator
from time import process_time

from service.guidance.load import load_guidance
from service.guidance.reading import read_signs
from service.guidance.reading.reader import read_by_phrases
from tests.guidance.wordings import typing_errors, wordings

LONGEST = 2000
REPEATED = [
    "lip went white, ", "no ", "is not ", "cheek numb and skin white or lip cold, ", "a", "😭", "for 3 days ", "x. ",
    "not no ", "i dont know ", "swelllling ", "abcdefghijx ", "lip white ", "1 ", "7/10 ", "a'", "since ",
    "half an hour after ", "throat selling ", "botox on tuesday ", "can it cause ", "gone ", "\n",
    "-", "on the 12th ", "cant ",
]  # fmt: skip
Read = Callable[[str], object]


def messages(length: int, count: int, chance: random.Random) -> list[str]:
    """Return messages of a length, put together from what people write."""
    texts = [text for _, text in [*wordings("emergency"), *wordings("self_care")]]
    return [". ".join(chance.sample(texts, 60))[:length] for _ in range(count)]


def hostile(chance: random.Random) -> Iterator[str]:
    """Yield texts of 2,000 characters that could take long: repetition, and words that stand in no dictionary."""
    yield from ((unit * LONGEST)[:LONGEST] for unit in REPEATED)
    words = [word for _, text in wordings("emergency") for word in text.split() if word.isalpha() and len(word) > 1]
    for _ in range(60):
        between = chance.choice([" ", ", ", ". ", " and ", " not ", "\n"])
        yield between.join(chance.choice(words) for _ in range(LONGEST))[:LONGEST]
        wrong = (chance.choice(list(typing_errors(chance.choice(words), chance))) for _ in range(LONGEST))
        yield between.join(wrong)[:LONGEST]


def milliseconds(read: Read, text: str) -> float:
    """Return what reading costs once."""
    quickest = float("inf")
    for _ in range(5):
        started = process_time()
        read(text)
        quickest = min(quickest, process_time() - started)
    return quickest * 1000


def main() -> int:
    """Print the figures."""
    guidance, chance = load_guidance(), random.Random(1)
    readers: dict[str, Read] = {
        "both readers": lambda text: read_signs(guidance, text),
        "phrases alone": lambda text: read_by_phrases(guidance, text),
    }
    for name, read in readers.items():
        short, long = (
            statistics.median(milliseconds(read, text) for text in messages(length, 60, chance))
            for length in (200, LONGEST)
        )
        worst = max(hostile(chance), key=lambda text: milliseconds(read, text))
        sys.stdout.write(
            f"{name}: {short:.2f} ms for 200 characters, {long:.2f} ms for {LONGEST}, "
            f"{milliseconds(read, worst):.1f} ms at worst ({worst[:40]!r})\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())

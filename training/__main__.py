"""Learn the weights anew: ``python -m training [signs ...]``, all of them without a name."""

from __future__ import annotations

import sys

from service.guidance.linear_model import LinearModel
from service.guidance.load import CONTENT, load_guidance
from training import details, signs, words
from training.corpus import digest, labelled

LEARNED = CONTENT / "learned"
PARTS = {"signs": signs.learn, "details": details.learn}

EMPTY = LinearModel((), (), (0, 0), (), (), 1.0, {"thresholds": {}})
"""Stands in where there are no weights yet: to learn them the guidance has to be read."""


def main(parts: list[str]) -> None:
    LEARNED.mkdir(exist_ok=True)
    counts = words.counted_words(each.text for folder in ("triage", "faq") for each in labelled(folder))
    (LEARNED / "words.txt").write_text("".join(f"{word} {count}\n" for word, count in counts.items()))
    for part in PARTS:
        if not (LEARNED / f"{part}.model").exists():
            EMPTY.write(LEARNED / f"{part}.model")
    for part in parts or PARTS:
        model = PARTS[part](load_guidance())
        model.facts["corpus"] = digest()
        model.write(LEARNED / f"{part}.model")


main(sys.argv[1:])

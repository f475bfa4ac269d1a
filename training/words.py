"""The words that are right, each with how often the corpus uses it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rapidfuzz.distance import OSA

from service.guidance.names import fold
from training.corpus import CORPUS, labelled, lines
from training.untrained import WORDS, untrained_guidance

FEWEST = 4
"""A word that the corpus uses less often is nothing that a typing error is put right to."""
_TYPO_SHARE = 10
"""A word that is no English one is a typing error of a neighbour that is used so many times as often."""


def counted_words(texts: Iterable[str]) -> dict[str, int]:
    """Count the words in *texts* that are right; an English word that they do not hold, or seldom, counts 0."""
    used = Counter(word for text in texts for word in fold(text).split())
    often = {word: count for word, count in used.items() if count >= FEWEST and word.isalpha()}
    english = dict.fromkeys(lines(CORPUS / "english.txt"), 0)
    others = {word for word in often.keys() - english.keys() if not _is_typo(word, often)}
    return english | {word: count for word, count in often.items() if word in english or word in others}


def _is_typo(word: str, often: dict[str, int]) -> bool:
    return any(
        count >= often[word] * _TYPO_SHARE and OSA.distance(word, other, score_cutoff=1) <= 1
        for other, count in often.items()
    )


def train() -> None:
    """Write the words of what people ask, and say, of what the guidance speaks of."""
    entries = untrained_guidance().faq.values()
    asked = [text for entry in entries for text in (entry.question, *entry.paraphrases)]
    told = [each.text for files in (labelled("faq", "part_*.txt"), labelled("triage")) for each in files]
    counts = counted_words([*asked, *told])
    WORDS.parent.mkdir(exist_ok=True)
    WORDS.write_text("".join(f"{word} {count}\n" if count else f"{word}\n" for word, count in counts.items()))

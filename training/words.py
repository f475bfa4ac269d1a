"""The words that are right, most frequent first, each with how often the corpus uses it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from service.guidance.names import fold
from training.corpus import CORPUS, labelled, lines
from training.untrained import WORDS, untrained_guidance

_FEWEST = 2


def counted_words(texts: Iterable[str]) -> dict[str, int]:
    """Count the English words in *texts*; a word that they do not hold, or hold once, counts 0."""
    used = Counter(word for text in texts for word in fold(text).split())
    english = dict.fromkeys(lines(CORPUS / "english.txt"), 0)
    return english | {word: count for word, count in used.items() if word in english and count >= _FEWEST}


def train() -> None:
    """Write the words of what people ask and say of what the guidance speaks of."""
    entries = untrained_guidance().faq.values()
    asked = [text for entry in entries for text in (entry.question, *entry.paraphrases)]
    counts = counted_words([*asked, *(each.text for each in labelled("faq", "part_*.txt"))])
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    WORDS.parent.mkdir(exist_ok=True)
    WORDS.write_text("".join(f"{word} {count}\n" if count else f"{word}\n" for word, count in ordered), encoding="utf-8")

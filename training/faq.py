"""Learn from the corpus which entry of the FAQ answers a question, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import yaml
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from service.guidance.guidance import Guidance
from service.guidance.ranking import NOTHING, Document, WordIndex, shares_of, signals_of
from service.guidance.vocabulary import Reading, Vocabulary
from training.corpus import CORPUS, labelled, lines
from training.fit import learn, matrix_of, packed
from training.untrained import FAQ_MODEL, untrained_guidance

ASKED = (CORPUS.parent / "tests/cases/faq_tuning.yaml", CORPUS.parent / "tests/cases/faq_development.yaml")
"""Questions as people type them: the confidence is fitted on them above all."""
STRENGTH = 60.0
SMALLEST = 0.3
"""Without smaller weights a search takes a fifth of the time, and finds as much."""
NAMES_A_FORM = 6
DEVICES = ("nuface", "nuface trinity", "nuface mini", "foreo bear", "ziip", "myolift", "caci", "microcurrent device")
CORPUS_COUNTS = 0.05
"""What a text of the corpus, which is harder, counts beside a question when the confidence is fitted."""
CONFUSED_COUNT = 0.1
"""What a first counts that is another entry than the right one, when answers are told from what is off topic."""
_PARTS = 3
_FORM = re.compile(r"\{(treatment|device)\}")


@dataclass(frozen=True)
class Example:
    """A text and the entries that answer it; none where no entry does."""

    text: str
    answers: tuple[str, ...]


def train() -> None:
    """Write the model that ranks the FAQ."""
    guidance = untrained_guidance()
    vocabulary = Vocabulary(guidance)
    labels = [*sorted(guidance.faq), NOTHING]
    corpus, asked = list(corpus_of(guidance)), list(asked_of(ASKED))
    examples = [*corpus, *asked]
    readings = [vocabulary.read(example.text) for example in examples]
    texts, targets = matrix_of([reading.blocks() for reading in readings]), targets_of(examples, labels)
    sums = [dict(zip(labels, map(float, row), strict=True)) for row in held_out_sums(texts, targets)]
    counts = [CORPUS_COUNTS] * len(corpus) + [1.0] * len(asked)
    facts = {
        "confidence": confidence_of(guidance, examples, readings, sums, counts),
        "closeness": closeness_of(guidance, vocabulary, asked, readings[len(corpus) :]),
    }
    packed(labels, learn(texts, targets, STRENGTH, True), facts, SMALLEST).write(FAQ_MODEL)


def corpus_of(guidance: Guidance) -> Iterator[Example]:
    """Yield what people ask of each entry, and what none answers."""
    for entry in guidance.faq.values():
        for text in (entry.question, *entry.paraphrases):
            yield Example(text, (entry.id,))
    for each in labelled("faq", "part_*.txt"):
        if strangers := set(each.labels) - set(guidance.faq):
            raise ValueError(f"corpus/faq: {sorted(strangers)} label {each.text!r}, and are no entries")
        yield Example(each.text, each.labels)
    beside = [text for path in sorted((CORPUS / "faq").glob("off_topic*.txt")) for text in lines(path)]
    for text in (*filled_in(beside, guidance), *lines(CORPUS / "other_languages.txt")):
        yield Example(text, ())


def filled_in(texts: Iterable[str], guidance: Guidance) -> Iterator[str]:
    """Yield the texts, those with ``{treatment}`` or ``{device}`` several times with names in it."""
    names = {"treatment": sorted(guidance.names), "device": DEVICES}
    random = Random(0)
    for text in texts:
        for _ in range(NAMES_A_FORM if _FORM.search(text) else 1):
            yield _FORM.sub(lambda form: random.choice(names[form[1]]), text)


def asked_of(paths: Iterable[Path]) -> Iterator[Example]:
    """Yield the questions of test sets."""
    for path in paths:
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield Example(case["q"], tuple(case["ids"]))


def targets_of(examples: Sequence[Example], labels: Sequence[str]) -> np.ndarray:
    """Return one row a text and one column a label: whether it holds."""
    at = {label: index for index, label in enumerate(labels)}
    targets = np.zeros((len(examples), len(labels)), dtype=np.int8)
    for row, example in enumerate(examples):
        for label in example.answers or (NOTHING,):
            targets[row, at[label]] = 1
    return targets


def held_out_sums(texts: csr_matrix, targets: np.ndarray) -> np.ndarray:
    """Return the sums of each text from a model that has learned without it."""
    part = np.random.RandomState(0).randint(0, _PARTS, len(targets))
    sums = np.zeros(targets.shape)
    for number in range(_PARTS):
        learned = learn(texts[part != number], targets[part != number], STRENGTH, True)
        sums[part == number] = learned.sums(texts[part == number])
    return sums


def confidence_of(
    guidance: Guidance,
    examples: Sequence[Example],
    readings: Sequence[Reading],
    sums: Sequence[Mapping[str, float]],
    counts: Sequence[float],
) -> dict[str, float]:
    """
    Fit the log-odds with which the first entry answers the question.

    What tells an answer from a question off topic is fitted first, and then how likely the first is right where it
    tells so much. Fitted in one, it would spend itself on entries that are taken for each other.

    Args:
        counts: What each example counts.
    """
    rows, right, each_counts, apart_counts = [], [], [], []
    for example, reading, each, count in zip(examples, readings, sums, counts, strict=True):
        if reading.words:
            rows.append(signals_of(reading, each, shares_of(each), guidance.search))
            right.append(max((label for label in each if label != NOTHING), key=each.__getitem__) in example.answers)
            each_counts.append(count)
            apart_counts.append(count * CONFUSED_COUNT if example.answers and not right[-1] else count)
    names = list(rows[0])
    signals = np.array([[row[name] for name in names] for row in rows])
    apart = _log_odds(signals, right, apart_counts)
    constant, slope = _log_odds(np.column_stack([np.ones(len(rows)), signals @ apart]), right, each_counts)
    weights = dict(zip(names, slope * apart, strict=True))
    weights["constant"] += constant
    return {name: round(float(weight), 3) for name, weight in weights.items()}


def closeness_of(
    guidance: Guidance, vocabulary: Vocabulary, asked: Sequence[Example], readings: Sequence[Reading]
) -> tuple[float, float]:
    """Fit the log-odds with which the entry of the closest words answers, for entries yet to be learned."""
    documents = [Document(each.id, (each.question, *each.paraphrases)) for each in guidance.faq.values()]
    index = WordIndex(documents, vocabulary)
    rows, right = [], []
    for example, reading in zip(asked, readings, strict=True):
        if found := index.closeness(reading.stems):
            first = max(found, key=found.__getitem__)
            rows.append([1.0, found[first]])
            right.append(first in example.answers)
    constant, slope = _log_odds(np.array(rows), right)
    return round(float(constant), 3), round(float(slope), 3)


def _log_odds(rows: np.ndarray, right: Sequence[bool], counts: Sequence[float] | None = None) -> np.ndarray:
    """Return the weight of each column."""
    fitted = LogisticRegression(C=10, fit_intercept=False, max_iter=8000).fit(rows, np.array(right), counts)
    return np.asarray(fitted.coef_[0])

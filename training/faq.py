"""Learn from the corpus which entry of the FAQ answers a question, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import yaml
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression

from service.guidance.guidance import Guidance
from service.guidance.ranking import NOTHING, Document, WordIndex, shares_of, signals_of
from service.guidance.vocabulary import Reading, Vocabulary
from training.corpus import CORPUS, labelled, lines
from training.fit import learn, matrix_of, packed
from training.untrained import FAQ_MODEL, untrained_guidance

ASKED = (CORPUS.parent / "tests/cases/faq_tuning.yaml", CORPUS.parent / "tests/cases/faq_development.yaml")
"""Questions as people type them: the confidence is fitted on them."""
STRENGTH = 60.0
SMALLEST = 0.3
"""Without smaller weights a search takes a fifth of the time, and finds as much."""
NAMES_A_FORM = 6
DEVICES = ("nuface", "nuface trinity", "nuface mini", "foreo bear", "ziip", "myolift", "caci", "microcurrent device")
_PARTS = 5
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
    readings = [vocabulary.read(example.text) for example in asked]
    texts = matrix_of([vocabulary.read(example.text).blocks() for example in corpus])
    questions = matrix_of([reading.blocks() for reading in readings])
    corpus_targets, asked_targets = targets_of(corpus, labels), targets_of(asked, labels)
    sums = held_out_sums(texts, corpus_targets, questions, asked_targets)
    facts = {
        "confidence": confidence_of(guidance, asked, readings, [dict(zip(labels, row, strict=True)) for row in sums]),
        "closeness": closeness_of(guidance, vocabulary, asked, readings),
    }
    learned = learn(vstack([texts, questions]).tocsr(), np.vstack([corpus_targets, asked_targets]), STRENGTH, True)
    packed(labels, learned, facts, SMALLEST).write(FAQ_MODEL)


def corpus_of(guidance: Guidance) -> Iterator[Example]:
    """Yield what people ask of each entry, and what none answers."""
    for entry in guidance.faq.values():
        for text in (entry.question, *entry.paraphrases):
            yield Example(text, (entry.id,))
    for each in labelled("faq", "part_*.txt"):
        if strangers := set(each.labels) - set(guidance.faq):
            raise ValueError(f"corpus/faq: {sorted(strangers)} label {each.text!r}, and are no entries")
        yield Example(each.text, each.labels)
    for text in (*filled_in(lines(CORPUS / "faq/off_topic.txt"), guidance), *lines(CORPUS / "other_languages.txt")):
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


def held_out_sums(
    texts: csr_matrix, text_targets: np.ndarray, questions: csr_matrix, question_targets: np.ndarray
) -> np.ndarray:
    """Return the sums of each question from a model that has learned without it."""
    part = np.random.RandomState(0).randint(0, _PARTS, questions.shape[0])
    sums = np.zeros(question_targets.shape)
    for number in range(_PARTS):
        kept = np.flatnonzero(part != number)
        learned = learn(
            vstack([texts, questions[kept]]).tocsr(), np.vstack([text_targets, question_targets[kept]]), STRENGTH, True
        )
        sums[part == number] = learned.sums(questions[np.flatnonzero(part == number)])
    return sums


def confidence_of(
    guidance: Guidance, asked: Sequence[Example], readings: Sequence[Reading], sums: Sequence[Mapping[str, float]]
) -> dict[str, float]:
    """Fit the log-odds with which the first entry answers the question."""
    rows, right = [], []
    for example, reading, each in zip(asked, readings, sums, strict=True):
        if reading.words:
            rows.append(signals_of(reading, each, shares_of(each), guidance.search))
            right.append(max((label for label in each if label != NOTHING), key=each.__getitem__) in example.answers)
    names = list(rows[0])
    return _log_odds(names, [[row[name] for name in names] for row in rows], right)


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
    fitted = _log_odds(["constant", "slope"], rows, right)
    return fitted["constant"], fitted["slope"]


def _log_odds(names: Sequence[str], rows: Sequence[Sequence[float]], right: Sequence[bool]) -> dict[str, float]:
    fitted = LogisticRegression(C=10, fit_intercept=False, max_iter=5000).fit(np.array(rows), np.array(right))
    return {name: round(float(weight), 3) for name, weight in zip(names, fitted.coef_[0], strict=True)}

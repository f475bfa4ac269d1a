"""Learn how a sign goes: worse, further, badly, or for long."""

from __future__ import annotations

import numpy as np

from service.guidance.reading.learned import DETAILS
from training.corpus import CORPUS, Labelled, labelled_lines
from training.fit import fit, matrix_of
from training.signs import features
from training.untrained import DETAIL_MODEL, untrained_guidance


def corpus() -> list[Labelled]:
    return labelled_lines(CORPUS / "triage_details.txt")


def targets(texts: list[Labelled]) -> np.ndarray:
    return np.array([[label in text.labels for label in DETAILS] for text in texts])


def train() -> None:
    """Write the model that hears how a sign goes."""
    texts = corpus()
    facts = {"thresholds": dict.fromkeys(DETAILS, 0.65)}
    fit(matrix_of(features(untrained_guidance(), texts)), DETAILS, targets(texts), facts).write(DETAIL_MODEL)

"""Learn how a sign goes: worse, further, badly, or for long."""

from __future__ import annotations

import numpy as np

from service.guidance.guidance import Guidance
from service.guidance.linear_model import LinearModel
from service.guidance.reading.learned import DETAILS
from training.corpus import CORPUS, Labelled, labelled_lines
from training.fit import fit, matrix_of
from training.signs import features


def corpus() -> list[Labelled]:
    return labelled_lines(CORPUS / "triage_details.txt")


def learn(guidance: Guidance) -> LinearModel:
    texts = corpus()
    targets = np.array([[label in text.labels for label in DETAILS] for text in texts])
    return fit(matrix_of(features(guidance, texts)), DETAILS, targets, {"thresholds": dict.fromkeys(DETAILS, 0.65)})

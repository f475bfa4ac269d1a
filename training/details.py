"""Learn how a sign goes: worse, further, badly, or for long."""

from __future__ import annotations

import numpy as np

from service.guidance.guidance import Guidance
from service.guidance.reading.learned import DETAILS
from training.corpus import CORPUS, Labelled, labelled, labelled_lines
from training.fit import fit, matrix_of
from training.signs import features
from training.untrained import DETAIL_MODEL, untrained_guidance

THRESHOLD = 0.2
"""The chance from which a detail is heard."""
SMALLEST = 0.7
"""The weight below which one is left out: one message in a thousand is read otherwise than with those from 0.5 on."""


def corpus(guidance: Guidance) -> list[Labelled]:
    """Return what tells how a sign goes, or that it tells nothing of it: all that tells a sign of those that say so."""
    told = labelled("triage", "story_*.txt")
    return [
        *labelled_lines(CORPUS / "triage_details.txt"),
        *(text for text in told if any(label in guidance.signs for label in text.labels)),
    ]


def targets(texts: list[Labelled]) -> np.ndarray:
    return np.array([[label in text.labels for label in DETAILS] for text in texts])


def train() -> None:
    """Write the model that hears how a sign goes."""
    guidance = untrained_guidance()
    texts = corpus(guidance)
    facts = {"thresholds": dict.fromkeys(DETAILS, THRESHOLD)}
    fit(matrix_of(features(guidance, texts)), DETAILS, targets(texts), facts, SMALLEST).write(DETAIL_MODEL)

"""Learn the second reader: which signs a text tells as there now."""

from __future__ import annotations

import numpy as np

from service.guidance.features import Blocks, blocks_of
from service.guidance.guidance import Guidance
from service.guidance.reading.found import Finder
from service.guidance.reading.learned import ANYTHING, FOREIGN, GRAVE, ORDINARY, terms_of
from service.guidance.records.common import Level
from training.corpus import CORPUS, Labelled, labelled, lines
from training.fit import fit, matrix_of
from training.untrained import SIGN_MODEL, untrained_guidance

THRESHOLDS = {Level.EMERGENCY: 0.01, Level.URGENT: 0.01, Level.CONTACT_PROVIDER: 0.3, Level.SELF_CARE: 0.15}
"""The chance from which a sign is read, by its level; a grave one needs more, see :data:`TOGETHER`."""
TOGETHER = 0.35
"""What the chance of a grave sign and the chance of anything grave have to reach together."""
LEAST = {ANYTHING: 0.5, GRAVE: 0.2}
"""The chance that there is anything at all, from which ordinary and grave signs are looked for."""
TIMES_FOR_TWO = 1.6
"""What both have to reach in two sentences together, in times of that."""
TIMES_BESIDE = 2.0
"""What both have to reach in what stands beside a milder or denied sign, in times of that."""
SHARE_OF_LIKELIEST = 0.05
"""A sign is not read beside one that is twenty times as likely."""
CERTAINLY_GRAVE = 0.55
"""The chance of anything grave from which the likeliest grave sign is read, where no other is."""
LEAST_BESIDE_NAMED = 0.15
"""The chance that a sign needs beside one that a phrase names in the same words."""
LEAST_UNSURE = 0.05
"""The chance that a sign needs where words name it that mostly mean something else."""
LEAST_ELSEWHERE = 0.1
"""The chance that a grave sign needs beside words of hearsay or another time."""
UNREAD_ORDINARY, UNREAD_GRAVER = 0.04, 0.1
"""Words that were not read are ordinary where an ordinary sign has the one chance, and a graver one less."""
FEWEST_TEXTS = 15
"""A sign that fewer texts tell of is left to the phrases."""


def labels_of(guidance: Guidance, texts: list[Labelled]) -> list[str]:
    told = [label for text in texts for label in present(guidance, text)]
    return [*(sign for sign in guidance.signs if told.count(sign) >= FEWEST_TEXTS), GRAVE, ANYTHING, FOREIGN]


def present(guidance: Guidance, text: Labelled) -> set[str]:
    """
    Return the signs of a text that count: present, or gone again.

    A red flag counts then, and what is mild is mild. What else has gone is left to whoever reads that it is over.
    """
    found = {label for label in text.labels if label in guidance.signs}
    gone = {label[1:] for label in text.labels if label[0] == "~"}
    return found | {sign for sign in gone if guidance.signs[sign].level in (Level.SELF_CARE, Level.EMERGENCY)}


def corpus() -> list[Labelled]:
    foreign = [Labelled((FOREIGN,), line) for line in lines(CORPUS / "other_languages.txt")]
    beside = [Labelled(("none",), line) for line in lines(CORPUS / "faq" / "off_topic.txt")]
    return [*labelled("triage"), *foreign, *beside]


def features(guidance: Guidance, texts: list[Labelled]) -> list[Blocks]:
    finder, people = Finder(guidance), frozenset(guidance.reading.people)
    return [blocks_of(terms_of(finder.find(text.text), people)) for text in texts]


def targets(guidance: Guidance, texts: list[Labelled], labels: list[str]) -> np.ndarray:
    rows = []
    for text in texts:
        told = present(guidance, text)
        if any(guidance.signs[sign].level.rank >= Level.URGENT.rank for sign in told):
            told.add(GRAVE)
        if told:
            told.add(ANYTHING)
        told |= {FOREIGN} & set(text.labels)
        rows.append([label in told for label in labels])
    return np.array(rows)


def train() -> None:
    """Write the model of the second reader."""
    guidance = untrained_guidance()
    texts = corpus()
    labels = labels_of(guidance, texts)
    thresholds = {sign: THRESHOLDS[guidance.signs[sign].level] for sign in labels if sign in guidance.signs}
    facts = {
        "thresholds": {**thresholds, **LEAST, FOREIGN: 0.5, ORDINARY: 0.8},
        "together": TOGETHER,
        "times_for_two": TIMES_FOR_TWO,
        "times_beside": TIMES_BESIDE,
        "share_of_likeliest": SHARE_OF_LIKELIEST,
        "least_beside_named": LEAST_BESIDE_NAMED,
        "certainly_grave": CERTAINLY_GRAVE,
        "least_unsure": LEAST_UNSURE,
        "least_elsewhere": LEAST_ELSEWHERE,
        "unread_ordinary": UNREAD_ORDINARY,
        "unread_graver": UNREAD_GRAVER,
    }
    fit(matrix_of(features(guidance, texts)), labels, targets(guidance, texts, labels), facts).write(SIGN_MODEL)

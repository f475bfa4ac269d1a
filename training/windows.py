"""Learn the second reader's other half: the same signs, and how they go, from words in their order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from service.guidance.features import Term
from service.guidance.guidance import Guidance
from service.guidance.reading.found import Finder
from service.guidance.reading.learned import DETAILS, terms_of
from service.guidance.window_model import write_windows
from training import details, signs
from training.net import Lexicon, Net, learn_windows, whole_numbers
from training.untrained import WINDOW_MODEL, untrained_guidance

SEED = 0
TIMES_DETAILS = 3
"""How often the texts that tell how a sign goes are read for once that the others are: there are few."""


def train() -> None:
    """Write the model over windows of words."""
    guidance = untrained_guidance()
    finder = Finder(guidance)
    told, detailed = signs.corpus(), details.corpus(guidance)
    tells_signs, tells_details = frozenset(told), frozenset(detailed)
    apart = [text for text in detailed if text not in tells_signs]
    labels = signs.labels_of(guidance, told)
    terms = terms_in(guidance, finder, [each.text for each in (*told, *apart)])
    lexicon = Lexicon(terms)
    texts = [lexicon.text_of(each) for each in terms]
    rows = [*range(len(texts)), *list(range(len(told), len(texts))) * (TIMES_DETAILS - 1)]
    targets = np.zeros((len(texts), len(labels) + len(DETAILS)), dtype=np.float32)
    targets[: len(told), : len(labels)] = signs.targets(guidance, told, labels)
    targets[:, len(labels) :] = details.targets([*told, *apart])
    known = np.zeros(targets.shape, dtype=bool)
    known[: len(told), : len(labels)] = True
    known[[text in tells_details for text in (*told, *apart)], len(labels) :] = True
    net = Net(lexicon, targets.shape[1], SEED)
    learn_windows(net, [texts[row] for row in rows], targets[rows], known[rows], SEED)
    others = {word: finder.tokenizer.stem(word) for word in guidance.words if word not in lexicon.stem_of}
    write_windows(whole_numbers(net, lexicon, [*labels, *DETAILS], others), WINDOW_MODEL)


def terms_in(guidance: Guidance, finder: Finder, texts: Sequence[str]) -> list[list[Term]]:
    people = frozenset(guidance.reading.people)
    return [terms_of(finder.find(text), people) for text in texts]

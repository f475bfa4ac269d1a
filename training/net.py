"""Learn a model over windows of words: filters, of which each keeps its best find, and a sum of these a label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from random import Random

import numpy as np
from scipy.sparse import csr_matrix

from service.guidance.features import Term
from service.guidance.lanes import LARGEST
from service.guidance.window_model import MARKS, Windows, key_of, word_of

WIDTH, REACH, FILTERS = 32, 3, 512
ROUNDS, BATCH = 12, 64
JOINED = 0.2
"""The share of texts that are read together with another one, so that what stands side by side is told apart."""
LONGEST_JOINED = 26
_RUNS, _RUN_LENGTHS = 8192, (3, 4, 5)
_FEWEST_USES = 2
_MARK_NUMBERS = {mark: number for number, mark in enumerate(("", *MARKS))}
_RATE, _SHRINK, _WARMING_UP, _SLOWEST = 0.004, 0.001, 100, 0.02
_WORD_DROPPED, _STEM_DROPPED, _TERM_DROPPED, _FILTER_DROPPED = 0.25, 0.1, 0.08, 0.2
_LARGEST_FILTER_WEIGHT, _LARGEST_FIND = 2**11, 2**13

Text = np.ndarray
"""One row a word: its number in the lexicon, and that of its mark, 0 for none."""


class Lexicon:
    """The words of the corpus, each with its stem and its runs of letters."""

    def __init__(self, texts: Iterable[Sequence[Term]]) -> None:
        self.stem_of: dict[str, str] = {}
        words: Counter[str] = Counter()
        for text in texts:
            for term in text:
                words[word_of(term)] += 1
                self.stem_of.setdefault(word_of(term), term.stem)
        stems = Counter(self.stem_of[word] for word in words.elements())
        self._words = _numbered(words)
        self.stems = _numbered(stems)
        self._number = {word: number for number, word in enumerate(self.stem_of, start=1)}

    @property
    def sizes(self) -> tuple[int, int]:
        """How many words and stems have numbers of their own, with 0 for all others."""
        return len(self._words) + 1, len(self.stems) + 1

    def text_of(self, terms: Sequence[Term]) -> Text:
        rows = [(self._number[word_of(term)], _MARK_NUMBERS[term.mark]) for term in terms]
        return np.array(rows, dtype=np.int32).reshape(-1, 2)

    def tables(self) -> tuple[np.ndarray, np.ndarray, csr_matrix]:
        """Return for each word its own number, that of its stem, and its runs of letters, a share each."""
        own = [0, *(self._words.get(word, 0) for word in self._number)]
        stem = [0, *(self.stems.get(self.stem_of[word], 0) for word in self._number)]
        return np.array(own), np.array(stem), runs_of(["", *self._number])


def _numbered(counts: Counter[str]) -> dict[str, int]:
    return {word: number for number, word in enumerate((w for w, n in counts.items() if n >= _FEWEST_USES), start=1)}


def runs_of(words: Sequence[str]) -> csr_matrix:
    """Return one row a word: its runs of letters, a share each."""
    rows = [_runs(word) for word in words]
    shares = np.concatenate([np.full(len(row), 1 / max(1, len(row)), dtype=np.float32) for row in rows])
    return csr_matrix(
        (shares, np.array([run for row in rows for run in row]), np.cumsum([0, *map(len, rows)])),
        shape=(len(words), _RUNS),
    )


def _runs(word: str) -> list[int]:
    if not word:
        return []
    whole = f"<{word}>"
    return [key_of(whole[at : at + length]) % _RUNS for length in _RUN_LENGTHS for at in range(len(whole) - length + 1)]


@dataclass
class _Seen:
    """What the net has made of a batch of texts, kept for the way back."""

    words: np.ndarray
    place: np.ndarray
    own: np.ndarray
    stem: np.ndarray
    marks: np.ndarray
    kept: np.ndarray
    windows: np.ndarray
    best: np.ndarray
    found: np.ndarray


class Net:
    """
    Words as numbers, filters over windows of them, and labels.

    Each text is a row; it has empty words before and behind, so that its first and last words are in as many windows.
    """

    def __init__(self, lexicon: Lexicon, labels: int, seed: int) -> None:
        random = np.random.default_rng(seed)
        self._random = random
        self.own, self.stem, self.runs = lexicon.tables()
        words, stems = lexicon.sizes

        def drawn(rows: int, columns: int, spread: float) -> np.ndarray:
            return random.normal(0, spread, (rows, columns)).astype(np.float32)

        self.weights = {
            "words": drawn(words, WIDTH, 0.1),
            "stems": drawn(stems, WIDTH, 0.1),
            "runs": drawn(_RUNS, WIDTH, 0.1),
            "marks": drawn(len(MARKS) + 1, WIDTH, 0.3),
            "filters": drawn(REACH * WIDTH, FILTERS, (REACH * WIDTH) ** -0.5),
            "bias": np.zeros(FILTERS, dtype=np.float32),
            "labels": drawn(FILTERS, labels, 0.06),
            "label_bias": np.full(labels, -4, dtype=np.float32),
        }
        self._clear_empty()
        self._mean = {name: np.zeros_like(each) for name, each in self.weights.items()}
        self._spread = {name: np.zeros_like(each) for name, each in self.weights.items()}
        self._steps = 0

    def _clear_empty(self) -> None:
        for name in ("words", "stems", "marks"):
            self.weights[name][0] = 0

    def sums(self, texts: Sequence[Text]) -> np.ndarray:
        """Return one row a text and one column a label."""
        sums = np.zeros((len(texts), len(self.weights["label_bias"])), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        for start in range(0, len(texts), 4 * BATCH):
            batch = by_length[start : start + 4 * BATCH]
            found = np.maximum(self._seen([texts[index] for index in batch], learning=False).found, 0)
            sums[batch] = found @ self.weights["labels"] + self.weights["label_bias"]
        return sums

    def learn(self, texts: Sequence[Text], targets: np.ndarray, known: np.ndarray, rate: float) -> None:
        """Go one step down from the error on a batch; *known* tells which targets are."""
        seen = self._seen(texts, learning=True)
        kept = (self._random.random(seen.found.shape) > _FILTER_DROPPED) / np.float32(1 - _FILTER_DROPPED)
        found = np.maximum(seen.found, 0) * kept
        chances = 1 / (1 + np.exp(-(found @ self.weights["labels"] + self.weights["label_bias"])))
        error = ((chances - targets) * known / len(texts)).astype(np.float32)
        slopes = self._slopes(seen, (error @ self.weights["labels"].T) * kept * (seen.found > 0))
        self._step({**slopes, "labels": found.T @ error, "label_bias": error.sum(0)}, rate)

    def _seen(self, texts: Sequence[Text], learning: bool) -> _Seen:
        length = max(1, *map(len, texts)) + 2 * (REACH - 1)
        rows = np.zeros((len(texts), length, 2), dtype=np.int32)
        for row, text in zip(rows, texts, strict=True):
            row[REACH - 1 : REACH - 1 + len(text)] = text
        words, place = np.unique(rows[:, :, 0], return_inverse=True)
        own, stem, kept = self.own[words], self.stem[words], rows[:, :, 0] > 0
        if learning:
            own = own * (self._random.random(len(words)) > _WORD_DROPPED)
            stem = stem * (self._random.random(len(words)) > _STEM_DROPPED)
            kept &= self._random.random(kept.shape) > _TERM_DROPPED
        numbers = self.weights["words"][own] + self.weights["stems"][stem] + self.runs[words] @ self.weights["runs"]
        marks = rows[:, :, 1]
        said = (numbers[place.reshape(kept.shape)] + self.weights["marks"][marks]) * kept[:, :, None]
        count = length - REACH + 1
        windows = np.concatenate([said[:, at : at + count] for at in range(REACH)], axis=2).reshape(-1, REACH * WIDTH)
        finds = (windows @ self.weights["filters"]).reshape(len(texts), count, FILTERS)
        best = finds.argmax(1)
        found = np.take_along_axis(finds, best[:, None], 1)[:, 0] + self.weights["bias"]
        return _Seen(words, place.ravel(), own, stem, marks.ravel(), kept, windows, best, found)

    def _slopes(self, seen: _Seen, slope: np.ndarray) -> dict[str, np.ndarray]:
        """Carry the slope of what the filters found back to everything before it."""
        texts, length = seen.kept.shape
        count = length - REACH + 1
        window = (np.arange(texts)[:, None] * count + seen.best).ravel()
        finds = csr_matrix(
            (slope.ravel(), (window, np.tile(np.arange(FILTERS), texts))), shape=(texts * count, FILTERS)
        )
        back = (finds @ self.weights["filters"].T).reshape(texts, count, REACH, WIDTH)
        said = np.zeros((texts, length, WIDTH), dtype=np.float32)
        for at in range(REACH):
            said[:, at : at + count] += back[:, :, at]
        said = (said * seen.kept[:, :, None]).reshape(-1, WIDTH)
        numbers = _added_up(seen.place, len(seen.words), said)
        words, stems = len(self.weights["words"]), len(self.weights["stems"])
        return {
            "filters": (finds.T @ seen.windows).T,
            "bias": slope.sum(0),
            "marks": _added_up(seen.marks, len(MARKS) + 1, said),
            "words": _added_up(seen.own, words, numbers),
            "stems": _added_up(seen.stem, stems, numbers),
            "runs": self.runs[seen.words].T @ numbers,
        }

    def _step(self, slopes: dict[str, np.ndarray], rate: float) -> None:
        """Move each weight by the mean of its slopes over their spread (Adam), and all a little towards 0."""
        self._steps += 1
        for name, weight in self.weights.items():
            mean, spread = self._mean[name], self._spread[name]
            mean += 0.1 * (slopes[name] - mean)
            spread += 0.01 * (slopes[name] ** 2 - spread)
            size = np.sqrt(spread / (1 - 0.99**self._steps)) + 1e-8
            weight -= rate * (mean / (1 - 0.9**self._steps) / size + _SHRINK * weight)
        self._clear_empty()


def _added_up(index: np.ndarray, rows: int, values: np.ndarray) -> np.ndarray:
    count = len(index)
    return np.asarray(csr_matrix((np.ones(count, np.float32), (index, np.arange(count))), shape=(rows, count)) @ values)


def learn_windows(net: Net, texts: Sequence[Text], targets: np.ndarray, known: np.ndarray, seed: int) -> None:
    """Learn from all texts several times, every time joined, sorted and shuffled anew."""
    random = Random(seed)
    steps = ceil(len(texts) / BATCH) * ROUNDS
    done = 0
    for _ in range(ROUNDS):
        joined, told = _joined(texts, targets, known, random)
        for batch in _batches(joined, random):
            rate = _RATE * min(1, (done + 1) / _WARMING_UP) * max(_SLOWEST, 1 - done / steps)
            net.learn([joined[index] for index in batch], told[batch], known[batch], rate)
            done += 1


def _joined(
    texts: Sequence[Text], targets: np.ndarray, known: np.ndarray, random: Random
) -> tuple[list[Text], np.ndarray]:
    """Put another text before or behind some of them; half of these tell of nothing."""
    joined, told = list(texts), targets.copy()
    short = [index for index, text in enumerate(texts) if len(text) < LONGEST_JOINED]
    silent = [index for index in short if not targets[index].any()]
    for index in short:
        if random.random() < JOINED:
            other = random.choice(silent if random.random() < 0.5 else short)
            if not (known[index] == known[other]).all():
                continue
            both = [texts[index], texts[other]]
            random.shuffle(both)
            joined[index] = np.concatenate(both)
            told[index] = np.maximum(targets[index], targets[other])
    return joined, told


def _batches(texts: Sequence[Text], random: Random) -> Iterator[list[int]]:
    """Yield texts of like length together, in any order."""
    by_length = sorted(range(len(texts)), key=lambda index: len(texts[index]) + 4 * random.random())
    batches = [by_length[start : start + BATCH] for start in range(0, len(texts), BATCH)]
    random.shuffle(batches)
    yield from batches


def whole_numbers(net: Net, lexicon: Lexicon, labels: Sequence[str], others: dict[str, str]) -> Windows:
    """
    Return what a net has learned as the service reads it.

    Args:
        others: Words that the corpus does not hold, each with its stem: they have that, and their runs of letters.
    """
    weights = {name: each.astype(float) for name, each in net.weights.items()}
    table = _table(net, lexicon, others)
    keys = sorted(table)
    numbers, word_unit = _scaled(np.array([table[key] for key in keys]), 127, keep=0.999)
    filters, filter_unit = _scaled(weights["filters"], _LARGEST_FILTER_WEIGHT)
    places = filters.reshape(REACH, WIDTH, FILTERS)
    marks = weights["marks"][1:] @ weights["filters"].reshape(REACH, WIDTH, FILTERS) / (word_unit * filter_unit)
    marks = np.round(marks).astype(int).transpose(1, 0, 2)
    bias = np.round(weights["bias"] / (word_unit * filter_unit)).astype(int)
    most = sum(np.abs(numbers @ place).max(0) for place in places) + np.abs(marks).max(0).sum(0) + np.abs(bias)
    if most.max() >= LARGEST:
        raise OverflowError("a filter can sum to more than a lane holds")
    shift = max(0, int(most.max()).bit_length() - _LARGEST_FIND.bit_length() + 1)
    label_unit = float(((most >> shift) @ np.abs(weights["labels"])).max()) / (LARGEST / 2)
    by_label = np.round(weights["labels"] / label_unit).astype(int)
    if np.abs(by_label).max() >= 2**15:
        raise OverflowError("a weight takes more than two bytes")
    return Windows(
        labels=tuple(labels),
        width=WIDTH,
        reach=REACH,
        keys=keys,
        words=numbers.ravel().tolist(),
        filters=filters.ravel().tolist(),
        marks=marks.ravel().tolist(),
        bias=bias.tolist(),
        shift=shift,
        weights=by_label.ravel().tolist(),
        label_bias=tuple(weights["label_bias"].tolist()),
        unit=word_unit * filter_unit * label_unit * 2**shift,
    )


def _table(net: Net, lexicon: Lexicon, others: dict[str, str]) -> dict[int, np.ndarray]:
    """Return the numbers of every word and stem, by its key."""
    weights = net.weights
    known = weights["words"][net.own] + weights["stems"][net.stem] + net.runs @ weights["runs"]
    strange = np.array([lexicon.stems.get(stem, 0) for stem in others.values()], dtype=int)
    unknown = weights["stems"][strange] + runs_of(list(others)) @ weights["runs"]
    stems = {key_of(f"*{stem}"): weights["stems"][number] for stem, number in lexicon.stems.items()}
    return (
        stems
        | {key_of(word): row for word, row in zip(others, unknown, strict=True)}
        | {key_of(word): row for word, row in zip(lexicon.stem_of, known[1:], strict=True)}
    )


def _scaled(values: np.ndarray, largest: int, keep: float = 1.0) -> tuple[np.ndarray, float]:
    """Return whole numbers and what one of them stands for; the largest few values, beyond *keep* of all, are cut."""
    unit = float(np.quantile(np.abs(values), keep)) / largest
    return np.clip(np.round(values / unit), -largest, largest).astype(int), unit

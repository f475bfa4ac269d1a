"""
Measure the search of the FAQ, and fit its coefficients anew: ``python -m tests.faq_report [--fit]``.

Sets of questions: every paraphrase of the FAQ, asked of an index from which it was taken out ("left out"), and the
``tune`` and ``final`` questions of ``cases/faq_search.yaml``. Coefficients are fitted on left out and tune; final is
only counted.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from service.guidance.faq import document_of
from service.guidance.guidance import Guidance
from service.guidance.load import load_guidance
from service.guidance.ranking import Candidate, Document, Ranking
from service.guidance.records import Confidence, RankingWeights
from service.guidance.vocabulary import Reading, Vocabulary

CASES = Path(__file__).parent / "cases" / "faq_search.yaml"
MOST_FALSE_ANSWERS = 0.05
TUNE_COUNTS = 2
"""How many left out paraphrases a question as people type it is worth when coefficients are fitted."""


@dataclass(frozen=True)
class Asked:
    """A question and the entries that answer it, the best first; none where it is off topic."""

    q: str
    answers: tuple[str, ...]
    kind: str = ""


@dataclass(frozen=True)
class Tried:
    """A question with the index it is asked of."""

    asked: Asked
    reading: Reading
    ranking: Ranking


def asked_of(which: str) -> list[Asked]:
    """Return the questions of the set ``tune`` or ``final``."""
    cases = yaml.safe_load(CASES.read_text(encoding="utf-8"))
    on_topic = [Asked(q, (case["answer"], *case.get("also", ()))) for case in cases["on_topic"] for q in case[which]]
    return on_topic + [Asked(q, (), case["kind"]) for case in cases["off_topic"] for q in case[which]]


def documents_of(guidance: Guidance, vocabulary: Vocabulary) -> list[Document]:
    """Read the whole FAQ for an index."""
    return [document_of(vocabulary, entry) for entry in guidance.faq.values()]


def left_out(guidance: Guidance, vocabulary: Vocabulary) -> list[Tried]:
    """Return every paraphrase with an index that lacks it."""
    documents = documents_of(guidance, vocabulary)
    tried = []
    for place, entry in enumerate(guidance.faq.values()):
        for number, paraphrase in enumerate(entry.paraphrases, start=1):
            phrasings = documents[place].phrasings
            poorer = replace(documents[place], phrasings=phrasings[:number] + phrasings[number + 1 :])
            ranking = Ranking([*documents[:place], poorer, *documents[place + 1 :]], guidance.search)
            tried.append(Tried(Asked(paraphrase, (entry.id,)), vocabulary.read(paraphrase), ranking))
    return tried


def tried_of(which: str, vocabulary: Vocabulary, ranking: Ranking) -> list[Tried]:
    """Return the questions of a set with the whole index."""
    return [Tried(asked, vocabulary.read(asked.q), ranking) for asked in asked_of(which)]


def print_counts(name: str, tried: Sequence[Tried], threshold: float) -> None:
    """Print how often the right entry came first and in the first three, and what was answered."""
    found = [(each.asked, each.ranking.rank(each.reading)) for each in tried]
    on_topic = [(asked, candidates) for asked, candidates in found if asked.answers]
    off_topic = [candidates for asked, candidates in found if not asked.answers]
    print(f"\n{name}: {len(on_topic)} on topic, {len(off_topic)} off topic")
    first = _share(_is_right(asked, candidates[:1]) for asked, candidates in on_topic)
    three = _share(_is_right(asked, candidates[:3]) for asked, candidates in on_topic)
    print(f"  right first {first:.1%}, in the first three {three:.1%}")
    for label, at in (("threshold", threshold), ("5 % off topic", _threshold_for(off_topic, MOST_FALSE_ANSWERS))):
        rightly = _share(
            _is_right(asked, candidates[:1]) and _score(candidates) >= at for asked, candidates in on_topic
        )
        wrongly = _share(not _is_right(a, c[:1]) and _score(c) >= at for a, c in on_topic)
        false = _share(_score(candidates) >= at for candidates in off_topic)
        print(
            f"  {label} {at:.2f}: answered rightly {rightly:.1%}, on topic answered with another entry {wrongly:.1%}, "
            f"off topic answered {false:.1%}"
        )
    print_reliability([(_score(candidates), _is_right(asked, candidates[:1])) for asked, candidates in found])


def print_reliability(scored: Sequence[tuple[float, bool]]) -> None:
    """Print how often a first result of each score was right."""
    error = 0.0
    for low in (0.0, 0.2, 0.4, 0.6, 0.8, 0.9):
        high = {0.8: 0.9, 0.9: 1.01}.get(low, low + 0.2)
        inside = [(score, right) for score, right in scored if low <= score < high]
        if inside:
            said = statistics.fmean(score for score, _ in inside)
            right = _share(right for _, right in inside)
            error += abs(said - right) * len(inside) / len(scored)
            print(f"  scored {low:.1f} to {min(high, 1):.1f}: {len(inside):4}, said {said:.2f}, right {right:.2f}")
    print(f"  expected calibration error {error:.3f}")


def print_failures(tried: Sequence[Tried], threshold: float) -> None:
    """Print the questions that went wrong."""
    for each in tried:
        candidates = each.ranking.rank(each.reading)
        top = " ".join(f"{candidate.id}:{candidate.score:.2f}" for candidate in candidates[:3])
        if each.asked.answers:
            if not _is_right(each.asked, candidates[:1]):
                print(f"  WRONG  {each.asked.q} -> {top}, not {each.asked.answers[0]}")
            elif _score(candidates) < threshold:
                print(f"  SILENT {each.asked.q} -> {top}")
        elif _score(candidates) >= threshold:
            print(f"  FALSE  {each.asked.q} -> {top}")
        if each.reading.corrections:
            print("  typo  ", *(f"{c.typed} -> {c.meant}" for c in each.reading.corrections))


def fitted_ranking(tried: Sequence[Tried]) -> RankingWeights:
    """Fit the weights so that the right entry takes the largest share it can."""
    names = list(RankingWeights.model_fields)
    sets = []
    for each in tried:
        matches = each.ranking.matches(each.reading)
        right = [index for index, match in enumerate(matches) if match.id in each.asked.answers[:1]]
        if right:
            sets.append(([[match.features[name] for name in names] for match in matches], right[0]))
    weights = [1.0] * len(names)

    def slope(weights: Sequence[float]) -> list[float]:
        gradient = [-0.01 * weight for weight in weights]
        for rows, right in sets:
            scores = [math.exp(min(50.0, _dot(weights, row))) for row in rows]
            total = sum(scores)
            for place in range(len(weights)):
                expected = sum(score * row[place] for score, row in zip(scores, rows, strict=True)) / total
                gradient[place] += rows[right][place] - expected
        return gradient

    return RankingWeights(**_rounded(names, _climbed(weights, slope, len(sets), range(len(names)))))


def fitted_confidence(tried: Sequence[Tried]) -> Confidence:
    """Fit the log-odds with which the first entry is right."""
    names = list(Confidence.model_fields)
    rows: list[tuple[list[float], float]] = []
    for each in tried:
        matches = each.ranking.matches(each.reading)
        if matches:
            shares = each.ranking.shares(matches)
            first = max(range(len(matches)), key=lambda index: shares[index])
            signals = each.ranking.signals(each.reading, matches[first], shares, first)
            rows.append(([signals[name] for name in names], float(matches[first].id in each.asked.answers)))

    def slope(weights: Sequence[float]) -> list[float]:
        gradient = [-0.05 * weight for weight in weights]
        for row, right in rows:
            wrong = right - 1 / (1 + math.exp(-max(-30.0, min(30.0, _dot(weights, row)))))
            for place, value in enumerate(row):
                gradient[place] += wrong * value
        return gradient

    return Confidence(**_rounded(names, _climbed([0.0] * len(names), slope, len(rows))))


def _climbed(
    weights: list[float], slope: Callable[[Sequence[float]], list[float]], count: int, at_least_zero: Iterable[int] = ()
) -> list[float]:
    """Walk uphill with a step for each weight of its own (Adam), a fixed number of times."""
    mean, square = [0.0] * len(weights), [0.0] * len(weights)
    for step in range(1, 401):
        for place, each in enumerate(slope(weights)):
            gradient = each / count
            mean[place] = 0.9 * mean[place] + 0.1 * gradient
            square[place] = 0.99 * square[place] + 0.01 * gradient * gradient
            size = math.sqrt(square[place] / (1 - 0.99**step)) + 1e-8
            weights[place] += 0.1 * mean[place] / (1 - 0.9**step) / size
            if place in at_least_zero:
                weights[place] = max(0.0, weights[place])
    return weights


def _rounded(names: Sequence[str], values: Sequence[float]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in zip(names, values, strict=True)}


def _dot(weights: Sequence[float], row: Sequence[float]) -> float:
    return sum(weight * value for weight, value in zip(weights, row, strict=True))


def _share(true: Iterable[bool]) -> float:
    return statistics.fmean([float(each) for each in true] or [0.0])


def _is_right(asked: Asked, candidates: Sequence[Candidate]) -> bool:
    return any(candidate.id in asked.answers for candidate in candidates)


def _score(candidates: Sequence[Candidate]) -> float:
    return candidates[0].score if candidates else 0.0


def _threshold_for(off_topic: Sequence[Sequence[Candidate]], most: float) -> float:
    """Return the lowest threshold at which at most a share *most* of these is answered."""
    scores = sorted((_score(candidates) for candidates in off_topic), reverse=True)
    return scores[int(most * len(scores))] + 0.0001 if scores else 0.0


def fit(guidance: Guidance, vocabulary: Vocabulary, documents: Sequence[Document]) -> Mapping[str, object]:
    """Return the coefficients as they go into ``search.yaml``."""

    def tried_with(guidance: Guidance) -> list[Tried]:
        whole = Ranking(documents, guidance.search)
        return [
            *left_out(guidance, vocabulary),
            *tried_of("tune", vocabulary, whole) * TUNE_COUNTS,
        ]

    ranking = fitted_ranking(tried_with(guidance))
    better = replace(guidance, search=guidance.search.model_copy(update={"ranking": ranking}))
    confidence = fitted_confidence(tried_with(better))
    return {"ranking": ranking.model_dump(), "confidence": confidence.model_dump()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="fit the coefficients and print them for search.yaml")
    parser.add_argument("--failures", choices=("tune", "final"), help="print the questions of a set that went wrong")
    arguments = parser.parse_args()
    guidance = load_guidance()
    vocabulary = Vocabulary(guidance)
    documents = documents_of(guidance, vocabulary)
    if arguments.fit:
        print(yaml.safe_dump(fit(guidance, vocabulary, documents), sort_keys=False, default_flow_style=None, width=120))
        return
    ranking, threshold = Ranking(documents, guidance.search), guidance.search.threshold
    print_counts("left out", left_out(guidance, vocabulary), threshold)
    for which in ("tune", "final"):
        print_counts(which, tried_of(which, vocabulary, ranking), threshold)
    if arguments.failures:
        print_failures(tried_of(arguments.failures, vocabulary, ranking), threshold)
    questions = [asked.q for asked in asked_of("final")]
    before = time.perf_counter()
    for question in questions:
        ranking.rank(vocabulary.read(question))
    print(f"\n{(time.perf_counter() - before) / len(questions) * 1000:.2f} ms a question")


if __name__ == "__main__":
    main()

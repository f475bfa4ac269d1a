"""
Measure the search of the FAQ: ``python -m tests.faq_report [--set tuning] [--misses]``.

The final set is written apart and only counted: nobody tunes on it, so do not read its misses before you tune. The
search is tuned, and its confidence is fitted, on the sets ``tuning`` and ``development``, which therefore flatter it.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import bm25s
import yaml
from rapidfuzz import fuzz, process

from service.api.faq import safety_reader
from service.guidance.faq import FaqQuestion, FaqSearch, document_of
from service.guidance.guidance import Guidance
from service.guidance.load import load_guidance
from service.guidance.ranking import Candidate

CASES = Path(__file__).parent / "cases"
SETS = ("final", "development", "tuning")
MOST_FALSE_ANSWERS = 0.02
AT = datetime(2026, 11, 22, 10, tzinfo=UTC)

Found = Sequence[Candidate]
Finder = Callable[[str], Found]


@dataclass(frozen=True)
class Asked:
    """A question and the entries that answer it, the best first; none where it is off topic."""

    q: str
    answers: tuple[str, ...]
    states_sign: bool = False


@dataclass(frozen=True)
class Figures:
    """Shares, 0 to 1, of the questions on topic or off topic."""

    first: float
    first_three: float
    rightly: float
    wrongly: float
    off_topic_answered: float


def asked_of(which: str) -> list[Asked]:
    """Return the questions of a set."""
    cases = yaml.safe_load((CASES / f"faq_{which}.yaml").read_text(encoding="utf-8"))
    return [Asked(case["q"], tuple(case["ids"]), case.get("safety", False)) for case in cases]


def figures_of(asked: Sequence[Asked], found: Sequence[Found], threshold: float) -> Figures:
    """Count what was found and what was answered from *threshold* on."""
    both = list(zip(asked, found, strict=True))
    on_topic = [(each, candidates) for each, candidates in both if each.answers]
    return Figures(
        first=_share(is_right(each, candidates[:1]) for each, candidates in on_topic),
        first_three=_share(is_right(each, candidates[:3]) for each, candidates in on_topic),
        rightly=_share(is_right(each, c[:1]) and score_of(c) >= threshold for each, c in on_topic),
        wrongly=_share(not is_right(each, c[:1]) and score_of(c) >= threshold for each, c in on_topic),
        off_topic_answered=_share(score_of(candidates) >= threshold for each, candidates in both if not each.answers),
    )


def is_right(asked: Asked, candidates: Found) -> bool:
    """Whether one of *candidates* answers the question."""
    return any(candidate.id in asked.answers for candidate in candidates)


def score_of(candidates: Found) -> float:
    """Return the score of the first, 0 where nothing was found."""
    return candidates[0].score if candidates else 0.0


def calibration_error(scored: Sequence[tuple[float, bool]], report: Callable[[str], None] = lambda line: None) -> float:
    """Return the expected calibration error over ten bins, and *report* each bin."""
    error = 0.0
    for bin_ in range(10):
        inside = [(score, right) for score, right in scored if min(int(score * 10), 9) == bin_]
        if inside:
            said, right = statistics.fmean(score for score, _ in inside), _share(right for _, right in inside)
            error += abs(said - right) * len(inside) / len(scored)
            report(f"    {bin_ / 10:.1f} to {(bin_ + 1) / 10:.1f}  {len(inside):5}  {said:.2f}  {right:.2f}")
    return error


def fuzzy_finder(guidance: Guidance) -> Finder:
    """Rank entries by the closest phrasing, as ``rapidfuzz`` compares words."""
    phrasings = [(entry.id, text) for entry in guidance.faq.values() for text in document_of(entry).phrasings]
    texts = [text.casefold() for _, text in phrasings]

    def find(q: str) -> Found:
        best = process.extract(q.casefold(), texts, scorer=fuzz.token_set_ratio, limit=30)
        return _best_of((phrasings[place][0], score / 100) for _, score, place in best)

    return find


def bm25_finder(guidance: Guidance) -> Finder:
    """Rank entries by BM25 over their phrasings and answers."""
    entries = list(guidance.faq.values())
    index = bm25s.BM25()
    texts = [" ".join((*document_of(entry).phrasings, entry.answer)) for entry in entries]

    def tokens(texts: Sequence[str]) -> list[list[str]]:
        return [text.casefold().replace("?", " ").split() for text in texts]

    with contextlib.redirect_stderr(io.StringIO()):
        index.index(tokens(texts), show_progress=False)

    def find(q: str) -> Found:
        places, scores = index.retrieve(tokens([q]), k=10, show_progress=False)
        return _best_of((entries[place].id, float(score)) for place, score in zip(places[0], scores[0], strict=True))

    return find


def _best_of(scored: Iterable[tuple[str, float]]) -> Found:
    best: dict[str, float] = {}
    for id_, score in scored:
        best[id_] = max(score, best.get(id_, 0.0))
    return [Candidate(id_, score) for id_, score in sorted(best.items(), key=lambda each: (-each[1], each[0]))]


def threshold_for(asked: Sequence[Asked], found: Sequence[Found], most: float = MOST_FALSE_ANSWERS) -> float:
    """Return the lowest threshold at which at most a share *most* of the off-topic questions is answered."""
    scores = sorted((score_of(c) for each, c in zip(asked, found, strict=True) if not each.answers), reverse=True)
    return scores[int(most * len(scores))] + 1e-6 if scores else 0.0


def lines_of(which: str, guidance: Guidance) -> Iterator[str]:
    """Yield the report on one set."""
    asked = asked_of(which)
    search = FaqSearch(guidance)
    on_topic = sum(bool(each.answers) for each in asked)
    found = [search.rank(each.q) for each in asked]
    yield f"{which}: {on_topic} questions on topic, {len(asked) - on_topic} off topic"
    yield f"  {'':22} right first  in first three  answered rightly  wrongly  off topic answered"
    threshold = guidance.search.threshold
    yield _row(f"Afterglow (from {threshold:.2f})", figures_of(asked, found, threshold))
    for name, finder in (("BM25", bm25_finder(guidance)), ("fuzzy matching", fuzzy_finder(guidance))):
        others = [finder(each.q) for each in asked]
        yield _row(f"{name} (at 2 %)", figures_of(asked, others, threshold_for(asked, others)))
    scored = [(score_of(c), is_right(each, c[:1])) for each, c in zip(asked, found, strict=True)]
    sure = [right for score, right in scored if score >= 0.9]
    rightly = [score for score, right in scored if right and score >= threshold]
    yield f"  scored 0.9 or more: {len(sure)}, of them right {_share(sure):.1%}"
    yield f"  of the rightly answered scored 0.9 or more: {_share(score >= 0.9 for score in rightly):.1%}"
    yield "    score      count  said  right"
    rows: list[str] = []
    error = calibration_error(scored, rows.append)
    yield from rows
    yield f"  expected calibration error {error:.3f}"
    yield from _safety_lines(asked, guidance)
    yield f"  {milliseconds(search, [each.q for each in asked]):.2f} ms of processor time a question"


def _safety_lines(asked: Sequence[Asked], guidance: Guidance) -> Iterator[str]:
    search = FaqSearch(guidance, safety_reader(guidance, lambda: AT))
    raised = [(each, search.find_answers(FaqQuestion(each.q)).safety is not None) for each in asked]
    stated = [is_raised for each, is_raised in raised if each.states_sign]
    others = [is_raised for each, is_raised in raised if not each.states_sign]
    yield f"  safety raised for {sum(stated)} of {len(stated)} that state an urgent sign"
    yield f"  safety raised for {sum(others)} of {len(others)} others"


def milliseconds(search: FaqSearch, questions: Sequence[str]) -> float:
    """Return the processor time of a search."""
    before = time.process_time()
    for question in questions:
        search.rank(question)
    return (time.process_time() - before) / len(questions) * 1000


def misses_of(which: str, guidance: Guidance) -> Iterator[str]:
    """Yield the questions of a set that went wrong."""
    search = FaqSearch(guidance)
    for each in asked_of(which):
        candidates = search.rank(each.q)
        top = " ".join(f"{candidate.id}:{candidate.score:.2f}" for candidate in candidates[:3])
        is_answered = score_of(candidates) >= guidance.search.threshold
        if each.answers and not is_right(each, candidates[:1]):
            yield f"  WRONG  {each.q} -> {top}, not {each.answers[0]}"
        elif each.answers and not is_answered:
            yield f"  SILENT {each.q} -> {top}"
        elif not each.answers and is_answered:
            yield f"  FALSE  {each.q} -> {top}"


def _row(name: str, figures: Figures) -> str:
    return (
        f"  {name:22} {figures.first:11.1%}  {figures.first_three:14.1%}  {figures.rightly:16.1%}"
        f"  {figures.wrongly:7.1%}  {figures.off_topic_answered:18.1%}"
    )


def _share(true: Iterable[bool]) -> float:
    return statistics.fmean([float(each) for each in true] or [0.0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=SETS, default="final", help="which questions (final)")
    parser.add_argument("--misses", action="store_true", help="print the questions that went wrong")
    arguments = parser.parse_args()
    guidance = load_guidance()
    for line in lines_of(arguments.set, guidance):
        print(line)
    if arguments.misses:
        print(*misses_of(arguments.set, guidance), sep="\n")


if __name__ == "__main__":
    main()

"""Find everything in a text that the reader knows: signs, and the words that say something about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from service.guidance.guidance import Guidance
from service.guidance.reading.phrases import Phrases, Signs, Spot
from service.guidance.reading.tokens import Token, Tokenizer


@dataclass(frozen=True)
class Found:
    """
    A text in words, with every phrase that was found in it.

    Args:
        marks: Keyed by what the phrases say: ``denials``, ``past``, ``severity``, ...
        signs: The signs named, in the order of the text.
    """

    text: str
    tokens: Sequence[Token]
    marks: Mapping[str, Sequence[Spot]]
    signs: Sequence[Spot]

    def token(self, spot: Spot) -> Token:
        """The first word of *spot*, which tells where it stands."""
        return self.tokens[spot.first]

    def in_clause(self, spot: Spot, kind: str) -> Sequence[Spot]:
        """Return the marks of a kind in the clause of *spot*."""
        return self.in_clause_number(self.token(spot).clause, kind)

    def in_clause_number(self, clause: int, kind: str) -> Sequence[Spot]:
        """Return the marks of a kind in a clause."""
        return self._by_clause.get((kind, clause), ())

    def in_sentence(self, spot: Spot, kind: str) -> Sequence[Spot]:
        """Return the marks of a kind in the sentence of *spot*."""
        return self._by_sentence.get((kind, self.token(spot).sentence), ())

    @cached_property
    def clauses_with_signs(self) -> frozenset[int]:
        """The numbers of the clauses that name a sign."""
        return frozenset(self.token(spot).clause for spot in self.signs)

    @cached_property
    def sentences_with_signs(self) -> frozenset[int]:
        """The numbers of the sentences that name a sign."""
        return frozenset(self.token(spot).sentence for spot in self.signs)

    @cached_property
    def words_of_signs(self) -> frozenset[int]:
        """The numbers of the words from the first to the last of each sign."""
        return frozenset(index for spot in self.signs for index in range(spot.first, spot.last + 1))

    @cached_property
    def _by_clause(self) -> Mapping[tuple[str, int], list[Spot]]:
        return self._grouped(lambda spot: self.token(spot).clause)

    @cached_property
    def _by_sentence(self) -> Mapping[tuple[str, int], list[Spot]]:
        return self._grouped(lambda spot: self.token(spot).sentence)

    def _grouped(self, where: Callable[[Spot], int]) -> Mapping[tuple[str, int], list[Spot]]:
        groups: dict[tuple[str, int], list[Spot]] = {}
        for kind, spots in self.marks.items():
            for spot in spots:
                groups.setdefault((kind, where(spot)), []).append(spot)
        return groups


class Finder:
    """The phrases of one guidance, prepared once."""

    def __init__(self, guidance: Guidance) -> None:
        self.tokenizer = tokenizer = Tokenizer(guidance.reading)
        self._signs = Signs(guidance, tokenizer)
        texts = guidance.reading
        self._marks = {name: Phrases(tokenizer, {name: phrases}) for name, phrases in _lists(guidance).items()} | {
            "severity": Phrases(tokenizer, {code.value: phrases for code, phrases in texts.severities.items()}),
            "trend": Phrases(tokenizer, {code.value: phrases for code, phrases in texts.trends.items()}),
            "onset": Phrases(tokenizer, texts.onsets),
            "area": Phrases(tokenizer, _area_names(guidance), stems=True),
        }

    def find(self, text: str) -> Found:
        """Cut *text* into words and find all phrases; what an idiom or a claim takes is nothing else."""
        tokens = self.tokenizer.tokens(text)
        claimed = self._signs.claimed(tokens)
        taken = frozenset(index for spot in claimed for index in spot.tokens)
        marks = {
            name: [spot for spot in phrases.find(tokens) if taken.isdisjoint(spot.tokens)]
            for name, phrases in self._marks.items()
        }
        marks["idioms"] = [spot for spot in claimed if not spot.code]
        harmless = {index for spot in marks["no_denials"] for index in spot.tokens}
        marks["denials"] = [spot for spot in marks["denials"] if harmless.isdisjoint(spot.tokens)]
        signs = [*(spot for spot in claimed if spot.code), *self._signs.find(tokens, taken)]
        return Found(text, tokens, marks, sorted(signs, key=lambda spot: (spot.tokens, spot.code)))


def _lists(guidance: Guidance) -> dict[str, tuple[str, ...]]:
    texts, unmatched = guidance.reading, guidance.triage.unmatched
    return {
        "denials": texts.denials,
        "no_denials": texts.no_denials,
        "ends_denial": texts.ends_denial,
        "denied_after": texts.denied_after,
        "past": texts.past,
        "not_past": texts.not_past,
        "hypothetical": texts.hypothetical,
        "asking": texts.asking,
        "spreading": texts.spreading,
        "mentions": unmatched.mentions,
        "illness": unmatched.states_now,
        "illness_now": texts.illness_now,
        "illness_asked": texts.illness_asked,
    }


def _area_names(guidance: Guidance) -> dict[str, tuple[str, ...]]:
    names = {area.id: (area.label, *area.aliases) for area in guidance.areas.values()}
    places = guidance.reading.places
    return {code: (*names.get(code, ()), *places.get(code, ())) for code in dict.fromkeys([*names, *places])}

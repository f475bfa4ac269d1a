"""Find phrases in a text that was cut into words: word for word, or the words of a sign with others between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from types import MappingProxyType
from typing import NamedTuple

from service.guidance.guidance import Guidance
from service.guidance.reading.tokens import Token, Tokenizer
from service.guidance.records.common import Level

Entry = tuple[tuple[str, ...], str]
"""The stems of a phrase, and the sign that it names."""

_GAP_OF_TWO, _GAP_OF_MORE = 1, 2
_REACH = 12
"""Words before and behind one in which a phrase that it belongs to can stand."""


class Spot(NamedTuple):
    """Where a phrase was found: the code it stands for, and the numbers of its words, in order."""

    code: str
    tokens: tuple[int, ...]

    @property
    def first(self) -> int:
        return self.tokens[0]

    @property
    def last(self) -> int:
        return self.tokens[-1]


class Phrases:
    """
    Phrases that are found word for word; where two overlap the longer one counts.

    Args:
        phrases: Keyed by the code that they stand for.
        stems: Whether any form of a word will do.
        sets: What ``{skin}`` and so on stand for in a phrase.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        phrases: Mapping[str, Iterable[str]],
        stems: bool = False,
        sets: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        self._stems = stems
        self._codes: dict[tuple[str, ...], str] = {}
        for code, texts in phrases.items():
            for text in (each for phrase in texts for each in expanded(phrase, sets)):
                self._codes.setdefault(tuple(map(self._form, tokenizer.tokens(text, guess=False))), str(code))
        self._lengths: dict[str, list[int]] = {}
        for words in sorted(self._codes, key=len, reverse=True):
            lengths = self._lengths.setdefault(words[0], [])
            if len(words) not in lengths:
                lengths.append(len(words))

    @property
    def first_forms(self) -> Iterable[str]:
        """The words, or stems, that a phrase begins with."""
        return self._lengths

    @property
    def by_stems(self) -> bool:
        """Whether any form of a word will do."""
        return self._stems

    def _form(self, token: Token) -> str:
        return token.stem if self._stems else token.word

    def find(self, tokens: Sequence[Token]) -> list[Spot]:
        """Return the phrases found, in order. A comma ends every phrase."""
        return self.find_at(range(len(tokens)), tokens, [self._form(token) for token in tokens])

    def find_at(self, places: Iterable[int], tokens: Sequence[Token], forms: Sequence[str]) -> list[Spot]:
        """
        Return the phrases that begin at one of *places*, which are in order.

        Args:
            forms: The words of *tokens*, or their stems where phrases are found by these.
        """
        found: list[Spot] = []
        end = 0
        for index in places:
            spot = self._at(tokens, forms, index) if index >= end else None
            if spot is not None:
                found.append(spot)
                end = index + len(spot.tokens)
        return found

    def _at(self, tokens: Sequence[Token], forms: Sequence[str], index: int) -> Spot | None:
        for length in self._lengths.get(forms[index], ()):
            words = tuple(forms[index : index + length])
            if len(words) == length and words in self._codes and tokens[index].part == tokens[index + length - 1].part:
                return Spot(self._codes[words], tuple(range(index, index + length)))
        return None


class PhrasesByKind:
    """Phrases of many kinds: a word is looked up once, and leads to the kinds with a phrase that it begins."""

    def __init__(self, kinds: Mapping[str, Phrases]) -> None:
        self._kinds = kinds
        self._by_word: dict[str, list[str]] = {}
        self._by_stem: dict[str, list[str]] = {}
        for kind, phrases in kinds.items():
            by_form = self._by_stem if phrases.by_stems else self._by_word
            for form in phrases.first_forms:
                by_form.setdefault(form, []).append(kind)

    def find(self, tokens: Sequence[Token]) -> dict[str, list[Spot]]:
        """Return the phrases found of each kind, in order."""
        words, stems = [token.word for token in tokens], [token.stem for token in tokens]
        places: dict[str, list[int]] = {kind: [] for kind in self._kinds}
        for index, (word, stem) in enumerate(zip(words, stems, strict=True)):
            for kind in (*self._by_word.get(word, ()), *self._by_stem.get(stem, ())):
                places[kind].append(index)
        return {
            kind: phrases.find_at(places[kind], tokens, stems if phrases.by_stems else words)
            for kind, phrases in self._kinds.items()
        }


class Signs:
    """The lay phrases of all signs, and what claims words before them."""

    def __init__(self, guidance: Guidance, tokenizer: Tokenizer) -> None:
        texts = guidance.reading
        self._guidance = guidance
        self._claims = Phrases(tokenizer, {"": texts.idioms, **texts.claimed}, sets=texts.sets)
        self._skipped = frozenset({*texts.dropped_words, *texts.skip_words})
        self._denying = frozenset(tokenizer.stem(word) for word in texts.denials)
        self._goes_on_after_no = frozenset(tokenizer.stem(word) for word in texts.goes_on_after_no)
        self._unsure = frozenset(
            (code, frozenset(self._stems(tokenizer.tokens(phrase, guess=False))))
            for code, phrases in texts.unsure.items()
            for phrase in phrases
        )
        self._turned: dict[tuple[str, str], list[str]] = {}
        self._by_ends: dict[str, dict[str, list[Entry]]] = {}
        self._grave_by_word: dict[str, list[Entry]] = {}
        for sign in guidance.signs.values():
            for phrase in dict.fromkeys([*sign.lay_terms, *texts.phrases.get(sign.id, ())]):
                for text in expanded(phrase, texts.sets):
                    self._add(sign.id, tokenizer.tokens(text, guess=False))

    def _stems(self, tokens: Sequence[Token]) -> tuple[str, ...]:
        """Return the stems of a phrase, without the words that are left out of it."""
        dropped = self._guidance.reading.dropped_words
        stems = tuple(token.stem for token in tokens if token.word not in dropped)
        return stems or tuple(token.stem for token in tokens)

    def is_unsure(self, tokens: Sequence[Token], spot: Spot) -> bool:
        """Whether the words of a sign more often mean something else."""
        return (spot.code, frozenset(tokens[index].stem for index in spot.tokens)) in self._unsure

    def _add(self, sign: str, tokens: Sequence[Token]) -> None:
        entry = (self._stems(tokens), sign)
        entries = self._by_ends.setdefault(entry[0][0], {}).setdefault(entry[0][-1], [])
        if entry not in entries:
            entries.append(entry)
            if len(entry[0]) == 2:
                self._turned.setdefault((entry[0][1], entry[0][0]), []).append(sign)
            if len(entry[0]) > 1 and self._guidance.signs[sign].level.rank >= Level.URGENT.rank:
                for stem in set(entry[0]):
                    self._grave_by_word.setdefault(stem, []).append(entry)

    def claimed(self, tokens: Sequence[Token]) -> list[Spot]:
        """Return the idioms, which have no code, and the words that a sign claims before all others."""
        return self._claims.find(tokens)

    def find(self, tokens: Sequence[Token], taken: Set[int]) -> list[Spot]:
        """
        Return the signs named outside the words that are *taken*.

        Words that are part of the phrase of a graver sign do not name their own as well.
        """
        stems = {token.stem for token in tokens}
        said = {
            first: [
                entry
                for last in stems.intersection(self._by_ends[first])
                for entry in self._by_ends[first][last]
                if stems.issuperset(entry[0])
            ]
            for first in stems.intersection(self._by_ends)
        }
        spots = dict.fromkeys(
            Spot(sign, places)
            for index, token in enumerate(tokens)
            if index not in taken
            for places, sign in self._from(tokens, index, token.stem, taken, said)
        )
        spots.update(dict.fromkeys(self._misspelt(tokens, taken)))
        by_word: dict[int, list[Spot]] = {}
        for spot in spots:
            for index in spot.tokens:
                by_word.setdefault(index, []).append(spot)
        return [
            spot
            for spot in spots
            if not any(self._is_part_of(spot, other) for index in spot.tokens for other in by_word[index])
        ]

    def _misspelt(self, tokens: Sequence[Token], taken: Set[int]) -> Iterator[Spot]:
        """Yield the grave signs whose phrase, of two words or more, stands there but for one typing error."""
        for index, token in enumerate(tokens):
            for stem in token.grave if index not in taken else ():
                start = max(0, index - _REACH)
                near = list(tokens[start : index + _REACH + 1])
                near[index - start] = token._replace(stem=stem)
                elsewhere = {place - start for place in taken}
                stems = {each.stem for each in near}
                for entry in self._grave_by_word.get(stem, ()):
                    if stems.issuperset(entry[0]):
                        for places in self._all_walks(near, entry[0], elsewhere):
                            if index - start in places:
                                yield Spot(entry[1], tuple(place + start for place in places))

    def _all_walks(self, tokens: Sequence[Token], stems: tuple[str, ...], taken: Set[int]) -> Iterator[tuple[int, ...]]:
        orders = (stems, stems[::-1]) if len(stems) == 2 else (stems,)
        for order in orders:
            for first, token in enumerate(tokens):
                places = self._walk(tokens, first, order, taken) if token.stem == order[0] else None
                if places is not None:
                    yield places

    def _from(
        self,
        tokens: Sequence[Token],
        index: int,
        stem: str,
        taken: Set[int],
        said: Mapping[str, Sequence[Entry]],
    ) -> Iterator[tuple[tuple[int, ...], str]]:
        for stems, sign in said.get(stem, ()):
            places = self._walk(tokens, index, stems, taken)
            if places is not None:
                yield places, sign
        # Two words may stand the other way round: "tongue swollen" for "swollen tongue".
        following = self._next(tokens, index, taken)
        if following is not None:
            for sign in self._turned.get((stem, tokens[following].stem), ()):
                yield (index, following), sign

    def _next(self, tokens: Sequence[Token], index: int, taken: Set[int]) -> int | None:
        """Return the next word that carries meaning in the same part."""
        for place in range(index + 1, len(tokens)):
            if tokens[place].part != tokens[index].part or place in taken:
                return None
            if tokens[place].word not in self._skipped:
                return place
        return None

    def _walk(
        self, tokens: Sequence[Token], index: int, stems: tuple[str, ...], taken: Set[int]
    ) -> tuple[int, ...] | None:
        """
        Follow the words of a phrase from *index* on, past a few others.

        Three words or more may have commas between them and then nothing else: "lip, went, white". A phrase that begins
        with a denial has its words right behind it: "no blurred vision" is not "no vision".
        """
        places = [index]
        gap = _GAP_OF_TWO if len(stems) == 2 else _GAP_OF_MORE
        denies = stems[0] in self._denying
        if denies:
            gap = 0
        place = index + 1
        while len(places) < len(stems):
            if place >= len(tokens) or place in taken or tokens[place].clause != tokens[index].clause:
                return None
            if tokens[place].part != tokens[index].part:
                if len(stems) == 2 or denies:
                    return None
                gap = min(gap, 0)
            if tokens[place].stem == stems[len(places)]:
                places.append(place)
            elif tokens[place].word not in self._skipped:
                gap -= 1
                if gap < 0:
                    return None
            place += 1
        if denies and place < len(tokens) and tokens[place].stem in self._goes_on_after_no:
            return None
        return tuple(places)

    def _is_part_of(self, spot: Spot, other: Spot) -> bool:
        """Tell one of two spots that share a word: the shorter of one sign, or the milder inside the graver."""
        if spot.code == other.code:
            return (-len(spot.tokens), spot.tokens) > (-len(other.tokens), other.tokens)
        return self._rank(spot) < self._rank(other) and set(spot.tokens) < set(other.tokens)

    def _rank(self, spot: Spot) -> int:
        return self._guidance.signs[spot.code].level.rank


def expanded(phrase: str, sets: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the phrase once for each choice of words from the sets that it names, or as it is."""
    for name, words in sets.items():
        if f"{{{name}}}" in phrase:
            for word in words:
                yield from expanded(phrase.replace(f"{{{name}}}", word), sets)
            return
    yield phrase

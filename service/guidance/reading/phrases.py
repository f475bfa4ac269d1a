"""Find phrases in a text that was cut into words: word for word, or the words of a sign with others between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from service.guidance.guidance import Guidance
from service.guidance.reading.tokens import Token, Tokenizer

_GAP_OF_TWO, _GAP_OF_MORE = 1, 2


@dataclass(frozen=True)
class Spot:
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
    """

    def __init__(self, tokenizer: Tokenizer, phrases: Mapping[str, Iterable[str]], stems: bool = False) -> None:
        self._stems = stems
        self._codes: dict[tuple[str, ...], str] = {}
        for code, texts in phrases.items():
            for text in texts:
                self._codes.setdefault(tuple(self._form(token) for token in tokenizer.tokens(text)), str(code))
        self._lengths: dict[str, list[int]] = {}
        for words in sorted(self._codes, key=len, reverse=True):
            lengths = self._lengths.setdefault(words[0], [])
            if len(words) not in lengths:
                lengths.append(len(words))

    def _form(self, token: Token) -> str:
        return token.stem if self._stems else token.word

    def find(self, tokens: Sequence[Token]) -> list[Spot]:
        """Return the phrases found, in order. A comma ends every phrase."""
        forms = [self._form(token) for token in tokens]
        found: list[Spot] = []
        index = 0
        while index < len(forms):
            spot = self._at(tokens, forms, index)
            if spot is not None:
                found.append(spot)
            index += len(spot.tokens) if spot is not None else 1
        return found

    def _at(self, tokens: Sequence[Token], forms: Sequence[str], index: int) -> Spot | None:
        for length in self._lengths.get(forms[index], ()):
            words = tuple(forms[index : index + length])
            if len(words) == length and words in self._codes and tokens[index].part == tokens[index + length - 1].part:
                return Spot(self._codes[words], tuple(range(index, index + length)))
        return None


class Signs:
    """The lay phrases of all signs, and what claims words before them."""

    def __init__(self, guidance: Guidance, tokenizer: Tokenizer) -> None:
        texts = guidance.reading
        self._guidance = guidance
        self._claims = Phrases(tokenizer, {"": texts.idioms, **texts.claimed})
        self._skipped = frozenset({*texts.dropped_words, *texts.skip_words})
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for sign in guidance.signs.values():
            for phrase in dict.fromkeys([*sign.lay_terms, *texts.phrases.get(sign.id, ())]):
                for text in _expanded(phrase, texts.sets):
                    self._add(sign.id, tokenizer.tokens(text), frozenset(texts.dropped_words))

    def _add(self, sign: str, tokens: Sequence[Token], dropped: Set[str]) -> None:
        stems = tuple(token.stem for token in tokens if token.word not in dropped)
        entry = (stems or tuple(token.stem for token in tokens), sign)
        entries = self._by_first.setdefault(entry[0][0], [])
        if entry not in entries:
            entries.append(entry)

    def claimed(self, tokens: Sequence[Token]) -> list[Spot]:
        """Return the idioms, which have no code, and the words that a sign claims before all others."""
        return self._claims.find(tokens)

    def find(self, tokens: Sequence[Token], taken: Set[int]) -> list[Spot]:
        """
        Return the signs named outside the words that are *taken*.

        Words that are part of the phrase of a graver sign do not name their own as well.
        """
        spots = dict.fromkeys(
            Spot(sign, places)
            for index, token in enumerate(tokens)
            if index not in taken
            for places, sign in self._from(tokens, index, token.stem, taken)
        )
        by_word: dict[int, list[Spot]] = {}
        for spot in spots:
            for index in spot.tokens:
                by_word.setdefault(index, []).append(spot)
        return [
            spot
            for spot in spots
            if not any(self._is_part_of(spot, other) for index in spot.tokens for other in by_word[index])
        ]

    def _from(
        self, tokens: Sequence[Token], index: int, stem: str, taken: Set[int]
    ) -> Iterator[tuple[tuple[int, ...], str]]:
        for stems, sign in self._by_first.get(stem, ()):
            places = self._walk(tokens, index, stems, taken)
            if places is not None:
                yield places, sign
        # Two words may stand the other way round: "tongue swollen" for "swollen tongue".
        following = self._next(tokens, index, taken)
        if following is not None:
            for stems, sign in self._by_first.get(tokens[following].stem, ()):
                if len(stems) == 2 and stems[1] == stem:
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
        """Follow the words of a phrase from *index* on, past a few others."""
        places = [index]
        gap = _GAP_OF_TWO if len(stems) == 2 else _GAP_OF_MORE
        place = index + 1
        while len(places) < len(stems):
            if place >= len(tokens) or place in taken or tokens[place].part != tokens[index].part:
                return None
            if tokens[place].stem == stems[len(places)]:
                places.append(place)
            elif tokens[place].word not in self._skipped:
                gap -= 1
                if gap < 0:
                    return None
            place += 1
        return tuple(places)

    def _is_part_of(self, spot: Spot, other: Spot) -> bool:
        """Tell one of two spots that share a word: the shorter of one sign, or the milder inside the graver."""
        if spot.code == other.code:
            return (-len(spot.tokens), spot.tokens) > (-len(other.tokens), other.tokens)
        return self._rank(spot) < self._rank(other) and set(spot.tokens) < set(other.tokens)

    def _rank(self, spot: Spot) -> int:
        return self._guidance.signs[spot.code].level.rank


def _expanded(phrase: str, sets: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the phrase once for each word of the set that it names, or as it is."""
    for name, words in sets.items():
        if f"{{{name}}}" in phrase:
            yield from (phrase.replace(f"{{{name}}}", word) for word in words)
            return
    yield phrase

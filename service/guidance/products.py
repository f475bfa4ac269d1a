"""Read the name of a product: a brand or lay name, perhaps misspelt, beside words that change nothing about it.

What is not sure is never guessed: every treatment that a name can mean is told, and a name with a word that may turn it
into something else ("no botox", "botox removal") is not understood at all.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.guidance.guidance import Guidance, worked_out_once
from service.guidance.names import fold
from service.guidance.nearness import most_alike, within
from service.guidance.question import Understood

_MOST_WORDS = 16
_MOST_TREATMENTS = 3
_MOST_ERRORS = 2
_CLOSE_ENOUGH = 60
_MOST_SUGGESTIONS = 3
_LONGEST_SUGGESTED_FOR = 120
_AMOUNT = re.compile(r"\d{1,4}(?:ml|cc|mg|u|iu|units?|x)?")
_NUMBERED = re.compile(r"([a-z]+)(\d{1,2})")
_LIST_MARKS = re.compile(r"[+&/;,|]")


@dataclass(frozen=True)
class _Found:
    """Known names that the words from *start* up to but not with *end* are closest to."""

    start: int
    end: int
    errors: int
    names: tuple[str, ...]

    def holds(self, other: _Found) -> bool:
        """Whether the other lies inside this one and is shorter."""
        return (
            self.start <= other.start and other.end <= self.end and (self.start, self.end) != (other.start, other.end)
        )


def products_of(guidance: Guidance) -> Products:
    """Return the known names of one guidance, made ready once; those of its base, however many protocols there are."""
    return _products_of(guidance.base)


@worked_out_once
def _products_of(base: Guidance) -> Products:
    return Products(base)


class Products:
    """The known names, ready to be found. Names and words are kept folded."""

    def __init__(self, guidance: Guidance) -> None:
        self._guidance = guidance
        words = guidance.product_words
        self._treatments: dict[str, tuple[str, ...]] = {
            **{fold(shared.name): shared.treatments for shared in words.shared},
            **{name: (treatment,) for name, treatment in guidance.names.items()},
        }
        self._written = _written(guidance)
        listed = [name for treatment in guidance.treatments.values() for name in treatment.names]
        self._suggested = sorted({fold(name) for name in (*listed, *(shared.name for shared in words.shared))})
        self._names = {tuple(name.split()): name for name in self._treatments}
        self._beginnings = {name[:length] for name in self._names for length in range(1, len(name) + 1)}
        self._vocabulary = sorted({word for name in self._names for word in name})
        self._known = frozenset(self._vocabulary)
        self._longest = max(map(len, self._vocabulary)) + _MOST_ERRORS
        self._joining = frozenset(words.joining)
        self._places = {
            tuple(fold(alias).split()): area.id
            for area in guidance.areas.values()
            for alias in (area.label, *area.aliases)
        }
        self._plain = {*self._places, *(tuple(fold(word).split()) for word in words.plain)}
        self._longest_plain = max(map(len, self._plain))
        self._settled = self._joining.union(
            (word for phrase in self._plain for word in phrase), map(fold, words.not_misspelt)
        )
        self._unspaced = self._without_spaces()
        self._exact = {
            name: Understood(treatments, areas=self._areas_of(name)) for name, treatments in self._treatments.items()
        }

    def read(self, text: str) -> Understood | None:
        """Return what a name was taken for; ``None`` where that is not sure."""
        known = self._exact.get(text.lower())
        if known is not None:
            return known
        folded = fold(text)
        if folded in self._exact:
            return self._exact[folded]
        words = self._words_of(folded)
        if not 0 < len(words) <= _MOST_WORDS:
            return None
        whole = len(words)
        if respaced := self._respaced(words):
            return self._understood([_Found(0, whole, 1, respaced)], words, is_list=False)
        found = self._found_in(words)
        is_list = _LIST_MARKS.search(text) is not None or not self._joining.isdisjoint(words)
        return self._understood(found, words, is_list=is_list)

    def suggestions(self, text: str) -> list[str]:
        """Return the known names that look most like it, closest first."""
        folded = fold(text)[:_LONGEST_SUGGESTED_FOR]
        words = frozenset(folded.split())
        suggested = [name for name in self._suggested if _forgiven(_letters(name)) or name in words]
        return [self._written[name] for name in most_alike(folded, suggested, _MOST_SUGGESTIONS, _CLOSE_ENOUGH)]

    def _understood(self, found: Sequence[_Found], words: Sequence[str], *, is_list: bool) -> Understood | None:
        meant = {treatment for each in found for name in each.names for treatment in self._treatments[name]}
        if not is_list:
            meant = self._without_generics(meant)
        is_name = len(found) == 1 and found[0].end - found[0].start == len(words)
        if meant and not is_name:
            meant |= self._one_error_away(words)
        if not 0 < len(meant) <= _MOST_TREATMENTS:
            return None
        names = [name for each in found for name in each.names]
        outside = () if is_name else self._places_outside(found, words)
        return Understood(
            treatments=tuple(code for code in self._guidance.treatments if code in meant),
            names=tuple(dict.fromkeys(self._written[name] for name in names)),
            areas=frozenset(outside).union(*map(self._areas_of, names)),
            is_name=is_name,
            is_list=is_list and len(meant) > 1 and len(found) > 1,
        )

    def _one_error_away(self, words: Sequence[str]) -> set[str]:
        """
        Return the treatments of names that all the words together are one error away from.

        Although each word has a meaning: "brow lyft" is more likely a brow lift than a filler in the brow.
        """
        near = [self._one_off(word) for word in words]
        whole = [span for span in self._spans_from(near, 0) if span.end == len(words) and span.errors == 1]
        return {treatment for span in whole for name in span.names for treatment in self._treatments[name]}

    def _areas_of(self, name: str) -> frozenset[str]:
        return frozenset(self._guidance.name_areas.get(name, ()))

    def _without_generics(self, meant: set[str]) -> set[str]:
        """Leave out a generic beside what it can be: "filler" in "juvederm filler" says nothing new."""
        specific = {code for code in meant if not is_generic(self._guidance, code)}
        return {
            code
            for code in meant
            if code in specific or not any(may_be(self._guidance, code, other) for other in specific)
        }

    def _words_of(self, folded: str) -> list[str]:
        """Split into words, and a number from a known name that it is written together with (``rha4``)."""
        words: list[str] = []
        for word in folded.split():
            numbered = None if word in self._known else _NUMBERED.fullmatch(word)
            words.extend(numbered.groups() if numbered and numbered[1] in self._known else (word,))
        return words

    def _found_in(self, words: Sequence[str]) -> list[_Found]:
        """Return the known names in the words that lie in no longer one; none where a word stays without a meaning."""
        near = [self._near(word) for word in words]
        spans = [span for start in range(len(words)) for span in self._spans_from(near, start)]
        exact = [span for span in spans if not span.errors]
        told = self._plain_places(words) | _positions(exact)
        kept = [span for span in spans if not span.errors or not told.issuperset(range(span.start, span.end))]
        longest = [span for span in kept if not any(other.holds(span) for other in kept)]
        return longest if len(told | _positions(longest)) == len(words) else []

    def _near(self, word: str) -> Mapping[str, int]:
        """Return the words of known names that a word can be, with the number of typing errors that takes."""
        if word in self._known:
            return {word: 0}
        if word in self._settled or len(word) > self._longest:
            return {}
        found = within(word, self._vocabulary, _MOST_ERRORS)
        return {known: errors for known, errors in found if _is_slip(word, known, errors)}

    def _one_off(self, word: str) -> Mapping[str, int]:
        """Return the words of known names, short ones too, that are one error away at most."""
        found = within(word, self._vocabulary, 1)
        return {known: errors for known, errors in found if _digits(word) == _digits(known)}

    def _spans_from(self, near: Sequence[Mapping[str, int]], start: int) -> Iterator[_Found]:
        """Yield, for each length, the closest known names that begin at a word."""
        reached: dict[tuple[str, ...], int] = {(): 0}
        for end in range(start, len(near)):
            reached = {
                longer: errors + more
                for begun, errors in reached.items()
                for word, more in near[end].items()
                if (longer := (*begun, word)) in self._beginnings
            }
            if not reached:
                return
            whole = {
                self._names[name]: errors
                for name, errors in reached.items()
                if name in self._names and errors <= _forgiven(_letters("".join(name)))
            }
            if whole:
                fewest = min(whole.values())
                closest = tuple(sorted(name for name, errors in whole.items() if errors == fewest))
                yield _Found(start, end + 1, fewest, closest)

    def _plain_places(self, words: Sequence[str]) -> set[int]:
        """Return where words stand that change nothing: plain and joining ones, places and amounts."""
        plain = {
            index for index, word in enumerate(words) if word in self._joining or _AMOUNT.fullmatch(word) is not None
        }
        for start, end in self._phrases(words):
            plain.update(range(start, end))
        return plain

    def _phrases(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + self._longest_plain) + 1):
                if tuple(words[start:end]) in self._plain:
                    yield start, end

    def _places_outside(self, found: Sequence[_Found], words: Sequence[str]) -> Iterator[str]:
        """Yield the areas that words outside the known names tell."""
        named = _positions(found)
        for start, end in self._phrases(words):
            area = self._places.get(tuple(words[start:end]))
            if area is not None and not named.issuperset(range(start, end)):
                yield area

    def _respaced(self, words: Sequence[str]) -> tuple[str, ...]:
        """Return the names that the words are with other spaces; a short one only in initials (``P.R.P.``)."""
        unspaced = "".join(words)
        if len(unspaced) == len(words) and unspaced in self._treatments:
            return (unspaced,)
        return self._unspaced.get(unspaced, ())

    def _without_spaces(self) -> Mapping[str, tuple[str, ...]]:
        """Return the names that are forgiven an error by their letters alone, also in the plural."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for name in self._treatments:
            unspaced = name.replace(" ", "")
            if _forgiven(_letters(unspaced)):
                found[unspaced].add(name)
                found[f"{unspaced}s"].add(name)
        return {unspaced: tuple(sorted(names)) for unspaced, names in found.items()}


def is_generic(guidance: Guidance, treatment: str) -> bool:
    """Whether a treatment is one of a kind that is not known."""
    record = guidance.treatments[treatment]
    return record.could_be is not None or not record.dated


def may_be(guidance: Guidance, generic: str, treatment: str) -> bool:
    """Whether a generic treatment may turn out to be another; one without a group may be anything."""
    if not is_generic(guidance, generic):
        return False
    group = guidance.treatments[generic].could_be
    return group is None or treatment in guidance.exposure_groups[group].treatments


def _written(guidance: Guidance) -> Mapping[str, str]:
    """Return every name as the guidance writes it, by its folded form; a code only where nothing else folds to it."""
    written: dict[str, str] = {}
    for treatment in guidance.treatments.values():
        for name in (*treatment.names, *treatment.name_areas, treatment.label, treatment.id.replace("_", " ")):
            written.setdefault(fold(name), name[:1].upper() + name[1:])
    for shared in guidance.product_words.shared:
        written.setdefault(fold(shared.name), shared.name[:1].upper() + shared.name[1:])
    return written


def _positions(found: Iterable[_Found]) -> set[int]:
    return {index for each in found for index in range(each.start, each.end)}


def _letters(text: str) -> int:
    return sum(character.isalpha() for character in text)


def _digits(text: str) -> list[str]:
    return [character for character in text if character.isdigit()]


def _forgiven(letters: int) -> int:
    """Return how many typing errors a name of that many letters is forgiven."""
    return 0 if letters <= 4 else 1 if letters <= 7 else _MOST_ERRORS


def _is_slip(word: str, known: str, errors: int) -> bool:
    """
    Whether a word can be a known one with so many typing errors.

    Digits are never corrected. In a short word of a longer name one letter too many, too few or swapped is forgiven,
    but none that is another letter: lid is not lip.
    """
    if _digits(word) != _digits(known):
        return False
    letters = _letters(known)
    if letters > 4:
        return errors <= _forgiven(letters)
    return letters > 2 and errors == 1 and (len(word) != len(known) or sorted(word) == sorted(known))

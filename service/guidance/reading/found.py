"""Find everything in a text that the reader knows: signs, and the words that say something about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import pairwise

from service.guidance.guidance import Guidance
from service.guidance.names import fold
from service.guidance.reading.measured import measured
from service.guidance.reading.phrases import Phrases, PhrasesByKind, Signs, Spot
from service.guidance.reading.tokens import Token, Tokenizer
from service.guidance.reading.told_times import TimeReader, Told
from service.guidance.records.common import Level
from service.guidance.spelling import Spelling
from service.guidance.word_tables import WordCounts

EXPOSURES = "+"
_SHORTEST_CORRECTED = 4
_IN = frozenset({"in", "of", "during", "early", "late", "around"})
_THEN = frozenset({"after", "later"})
_OF_MARKS = frozenset({"words_of_clauses", "exposures", "_by_clause", "_by_sentence"})
"""What does not depend on the signs of a text."""
_YEAR = re.compile(r"(19|20)\d\d")
_SPARED = (
    ("denials", "no_denials"),
    ("spreading", "not_spreading"),
    ("treatment", "no_treatments"),
    ("exposure", "no_treatments"),
)
"""What marks of a kind do not count inside."""
PREGNANCY = "pregnancy"


@dataclass(frozen=True)
class Found:
    """
    A text in words, with every phrase that was found in it.

    Args:
        marks: Keyed by what the phrases say: ``denials``, ``past``, ``severity``, ...
        signs: The signs named, in the order of the text.
        times: The times told, in the same order.
        heard: The words of the signs that only the second reader found.
        elsewhere: The signs that are named and told by hearsay or of another time.
    """

    text: str
    tokens: Sequence[Token]
    marks: Mapping[str, Sequence[Spot]]
    signs: Sequence[Spot]
    times: Sequence[Told] = ()
    heard: frozenset[tuple[int, ...]] = frozenset()
    elsewhere: frozenset[Spot] = frozenset()

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

    def with_signs(self, added: Iterable[Spot], heard: bool = False) -> Found:
        """
        Return the same text with more signs.

        Args:
            heard: Whether only the second reader found them.
        """
        more = list(added)
        signs = dict.fromkeys([*self.signs, *more])
        named = {spot.tokens for spot in self.signs}
        words = {spot.tokens for spot in more} - named if heard else set()
        return self.with_only(sorted(signs, key=lambda spot: (spot.tokens, spot.code)), words)

    def with_only(self, signs: Sequence[Spot], heard: Set[tuple[int, ...]] = frozenset()) -> Found:
        """Return the same text with other signs, and keep what was worked out of its marks."""
        other = replace(self, signs=signs, heard=self.heard | heard)
        other.__dict__.update((name, each) for name, each in self.__dict__.items() if name in _OF_MARKS)
        return other

    @cached_property
    def clauses_with_signs(self) -> frozenset[int]:
        """The numbers of the clauses that name a sign."""
        return frozenset(self.token(spot).clause for spot in self.signs)

    @cached_property
    def sentences_with_signs(self) -> frozenset[int]:
        """The numbers of the sentences that name a sign."""
        return frozenset(self.token(spot).sentence for spot in self.signs)

    @cached_property
    def words_of_clauses(self) -> Mapping[int, range]:
        """The numbers of the words of each clause."""
        firsts = [
            index
            for index, token in enumerate(self.tokens)
            if index == 0 or token.clause != self.tokens[index - 1].clause
        ]
        return {self.tokens[start].clause: range(start, end) for start, end in pairwise([*firsts, len(self.tokens)])}

    @cached_property
    def exposures(self) -> Mapping[str, Sequence[Spot]]:
        """What was done, as the text says, keyed by the groups of exposures."""
        groups: dict[str, list[Spot]] = {}
        for mark in self.marks["exposure"]:
            for group in mark.code.split(EXPOSURES):
                groups.setdefault(group, []).append(mark)
        return groups

    @cached_property
    def words_of_signs(self) -> frozenset[int]:
        """The numbers of the words from the first to the last of each sign."""
        return frozenset(index for spot in self.signs for index in range(spot.first, spot.last + 1))

    @cached_property
    def apart(self) -> Mapping[str, Sequence[Spot]]:
        """The marks in clauses that name no sign, by their kind."""
        inside = self.clauses_with_signs
        return {
            kind: [spot for spot in spots if self.token(spot).clause not in inside]
            for kind, spots in self.marks.items()
        }

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
        spelling = Spelling(_words(guidance), _SHORTEST_CORRECTED, _grave_words(guidance))
        self.tokenizer = tokenizer = Tokenizer(guidance.reading, spelling)
        self._signs = Signs(guidance, tokenizer)
        self._times = TimeReader(guidance.reading)
        self._onset_hours = {
            value.id: value.within_hours for value in guidance.triage.onset_values if value.within_hours is not None
        }
        texts = guidance.reading
        self._texts, self._temperature = texts, texts.temperature
        marks = {name: Phrases(tokenizer, {name: phrases}) for name, phrases in _lists(guidance).items()} | {
            "severity": Phrases(
                tokenizer, {code.value: phrases for code, phrases in texts.severities.items()}, sets=texts.sets
            ),
            "trend": Phrases(
                tokenizer, {code.value: phrases for code, phrases in texts.trends.items()}, sets=texts.sets
            ),
            "onset": Phrases(tokenizer, texts.onsets),
            "severe_when": Phrases(tokenizer, texts.severe_when),
            "with_condition": Phrases(tokenizer, {sign: each.phrases for sign, each in texts.with_condition.items()}),
            "feared": Phrases(tokenizer, {"feared": texts.feared}, sets=texts.sets),
            "area": Phrases(tokenizer, _area_names(guidance), stems=True),
            "exposure": Phrases(tokenizer, _exposure_names(guidance)),
            "treatment": Phrases(tokenizer, _treatment_names(guidance)),
            "condition": Phrases(tokenizer, _condition_names(guidance)),
        }
        self._marks = PhrasesByKind(marks)

    def find(self, text: str, at: datetime | None = None) -> Found:
        """
        Cut *text* into words and find all phrases; what an idiom or a claim takes is nothing else.

        Args:
            at: When it was written, for what it tells of weekdays and dates.
        """
        tokens = self.tokenizer.tokens(text)
        times = self._times.find(tokens, at)
        claimed = self._signs.claimed(tokens)
        taken = frozenset(index for spot in claimed for index in spot.tokens)
        idioms = frozenset(index for spot in claimed if not spot.code for index in spot.tokens)
        marks = {
            kind: [spot for spot in spots if (idioms if kind == "severe_when" else taken).isdisjoint(spot.tokens)]
            for kind, spots in self._marks.find(tokens).items()
        }
        marks["past_times"] += _years(tokens)
        marks["years"] = [Spot("year", (at,)) for at, token in enumerate(tokens) if _YEAR.fullmatch(token.word)]
        marks["onset"] += self._soon_after(tokens, times)
        marks["claimed"] = claimed
        marks["idioms"] = [spot for spot in claimed if not spot.code]
        for kind, spared in _SPARED:
            harmless = {index for spot in marks[spared] for index in spot.tokens}
            marks[kind] = [spot for spot in marks[kind] if harmless.isdisjoint(spot.tokens)]
        marks["measured"] = list(measured(self._temperature, tokens))
        marks["condition"] += [Spot(PREGNANCY, (told.last,)) for told in times if told.kind == "pregnancy"]
        named = [spot for spot in self._signs.find(tokens, taken) if not self._is_another_word(tokens, spot)]
        marks["unsure"] = [spot for spot in named if self._signs.is_unsure(tokens, spot)]
        signs = [*(spot for spot in claimed if spot.code), *(spot for spot in named if spot not in marks["unsure"])]
        marks["mentions"] = [spot for spot in marks["mentions"] if not self._is_adjective(tokens, spot.first)]
        signs += [spot for spot in marks["measured"] if spot.code == self._temperature.sign]
        return Found(text, tokens, marks, sorted(signs, key=lambda spot: (spot.tokens, spot.code)), times)

    def _is_another_word(self, tokens: Sequence[Token], spot: Spot) -> bool:
        """Tell a word alone that has the form of another: "a sore spot", "a faint line"."""
        if len(spot.tokens) > 1:
            return False
        texts, token = self._texts, tokens[spot.first]
        if token.word in texts.not_alone.get(spot.code, ()):
            return True
        return self._is_adjective(tokens, spot.first)

    def _is_adjective(self, tokens: Sequence[Token], index: int) -> bool:
        token, adjectives = tokens[index], self._texts.adjectives
        beside = [
            tokens[place].word if 0 <= place < len(tokens) and tokens[place].part == token.part else ""
            for place in (index - 1, index + 1)
        ]
        return (
            token.word in adjectives.words
            and (not beside[0] or beside[0] in adjectives.before)
            and bool(beside[1])
            and beside[1] not in adjectives.behind
        )

    def _soon_after(self, tokens: Sequence[Token], times: Sequence[Told]) -> Iterator[Spot]:
        """Yield the onset that "half an hour after" tells."""
        for told in times:
            behind = [token.word for token in tokens[told.last + 1 : told.last + 2]]
            if told.kind == "amount" and not _THEN.isdisjoint(behind):
                for code, within in self._onset_hours.items():
                    if told.hours <= within:
                        yield Spot(code, (told.last, told.last + 1))


def _years(tokens: Sequence[Token]) -> Iterator[Spot]:
    """Yield the years in which something was: "in 2015"."""
    for before, token in pairwise(enumerate(tokens)):
        if before[1].word in _IN and _YEAR.fullmatch(token[1].word):
            yield Spot("year", (before[0], token[0]))


def _words(guidance: Guidance) -> WordCounts:
    """Return the words of all English with those that this guidance reads by, which count at least once."""
    texts = guidance.reading
    own = [
        *(name for area in guidance.areas.values() for name in (area.label, *area.aliases)),
        *(name for each in guidance.treatments.values() for name in (each.label, *each.names)),
        *(term for sign in guidance.signs.values() for term in (sign.label, *sign.lay_terms)),
        *(term for condition in guidance.conditions.values() for term in (condition.label, *condition.lay_terms)),
        *(phrase for phrases in texts.phrases.values() for phrase in phrases),
        *(phrase for phrases in _lists(guidance).values() for phrase in phrases),
        *(word for words in texts.sets.values() for word in words),
        *texts.same_words,
        *texts.same_words.values(),
        *texts.common_words,
        *texts.number_words,
        *texts.unit_hours,
        *texts.weekdays,
        *texts.months,
        *texts.moments,
        *(
            name
            for names in (*_treatment_names(guidance).values(), *_condition_names(guidance).values())
            for name in names
        ),
    ]
    read_by = {word for text in own for word in fold(text).split()}
    return guidance.words.with_used({word: max(1, guidance.words.get(word, 0)) for word in read_by})


def _grave_words(guidance: Guidance) -> frozenset[str]:
    """Return the words that people say of grave signs."""
    phrases = guidance.reading.phrases
    return frozenset(
        word
        for sign in guidance.signs.values()
        if sign.level.rank >= Level.URGENT.rank
        for term in (*sign.lay_terms, *phrases.get(sign.id, ()))
        for word in fold(term).split()
    )


def _lists(guidance: Guidance) -> dict[str, tuple[str, ...]]:
    texts, unmatched = guidance.reading, guidance.triage.unmatched
    return {
        "denials": texts.denials,
        "no_denials": texts.no_denials,
        "ends_denial": texts.ends_denial,
        "denied_after": texts.denied_after,
        "past": texts.past,
        "past_times": texts.past_times,
        "not_long_ago": texts.not_long_ago,
        "ends_never": texts.ends_never,
        "clears_alarm": texts.clears_alarm,
        "not_past": texts.not_past,
        "hypothetical": texts.hypothetical,
        "asking": texts.asking,
        "spreading": texts.spreading,
        "growing": texts.growing.phrases,
        "planned": texts.planned,
        "fine": (*texts.fine_words, *texts.fine_phrases),
        "long_past": texts.long_past,
        "not_long_past": texts.not_long_past,
        "in_general": texts.in_general,
        "conditional": texts.conditional,
        "not_spreading": texts.not_spreading,
        "no_treatments": texts.no_treatments,
        "lingering": texts.lingering,
        "mentions": unmatched.mentions,
        "elsewhere": texts.elsewhere,
        "illness": unmatched.states_now,
        "illness_now": texts.illness_now,
        "illness_over": texts.illness_over,
        "illness_now_before": texts.illness_now_before,
        "illness_asked": texts.illness_asked,
        "harmless": texts.harmless,
        "complaints": texts.complaints,
    }


def _exposure_names(guidance: Guidance) -> dict[str, tuple[str, ...]]:
    """Name exposures, keyed by their groups, ``+`` between several: what is said of one is said of each."""
    names: dict[str, dict[str, None]] = {}
    also = guidance.reading.treatment_names
    for code, treatment in guidance.treatments.items():
        for name in (*treatment.names, treatment.label, *also.get(code, ())):
            groups = names.setdefault(name, {})
            groups |= dict.fromkeys(group.id for group in guidance.exposure_groups.values() if code in group.treatments)
    for code, words in guidance.reading.exposure_words.items():
        for name in words:
            names.setdefault(name, {})[code] = None
    return _by_groups(names)


def _treatment_names(guidance: Guidance) -> dict[str, tuple[str, ...]]:
    """Name what is done: treatments, and microcurrent itself."""
    words = guidance.reading.treatment_names
    names = {code: (each.label, *each.names, *each.name_areas) for code, each in guidance.treatments.items()}
    return {code: (*words.get(code, ()), *names.get(code, ())) for code in dict.fromkeys([*words, *names])}


def _condition_names(guidance: Guidance) -> dict[str, tuple[str, ...]]:
    """Name the conditions that a rule on signs asks for."""
    words = guidance.reading.condition_names
    asked = {code for sign in guidance.signs.values() for rule in sign.escalations for code in rule.history}
    asked |= {code for rule in guidance.combinations.values() for code in rule.history}
    return {
        code: (each.label, *each.lay_terms, *words.get(code, ()))
        for code, each in guidance.conditions.items()
        if code in asked
    }


def _by_groups(names: Mapping[str, Mapping[str, None]]) -> dict[str, tuple[str, ...]]:
    by_groups: dict[str, tuple[str, ...]] = {}
    for name, groups in names.items():
        code = EXPOSURES.join(groups)
        by_groups[code] = (*by_groups.get(code, ()), name)
    return by_groups


def _area_names(guidance: Guidance) -> dict[str, tuple[str, ...]]:
    names = {area.id: (area.label, *area.aliases) for area in guidance.areas.values()}
    places = guidance.reading.places
    return {code: (*names.get(code, ()), *places.get(code, ())) for code in dict.fromkeys([*names, *places])}

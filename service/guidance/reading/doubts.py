"""Choose between signs that the same words can name: the ordinary one, the grave one, or both where nothing tells."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from service.guidance.guidance import Guidance
from service.guidance.reading.details import hours_since
from service.guidance.reading.found import Found
from service.guidance.reading.phrases import Phrases, Spot
from service.guidance.reading.status import denials_of, is_negated, statement_of, status_of_spot
from service.guidance.reading.tokens import Tokenizer
from service.guidance.records.reading import Doubtful
from service.guidance.report import Status


@dataclass(frozen=True)
class _Doubt:
    """A doubt with its words as stems and its phrases prepared."""

    record: Doubtful
    words: frozenset[str]
    not_words: frozenset[str]
    settled_when: Phrases
    unsettled_by: Phrases

    def is_open(self, clause: frozenset[str], statement: frozenset[str]) -> bool:
        """Whether a clause names the part of the body, and a statement none of the words that leave no doubt."""
        return not self.words.isdisjoint(clause) and self.not_words.isdisjoint(statement)


class Doubts:
    """The doubts of one guidance, prepared once."""

    def __init__(self, guidance: Guidance, tokenizer: Tokenizer) -> None:
        self._guidance = guidance
        self._doubts = [
            _Doubt(
                doubt,
                frozenset(tokenizer.stem(word) for word in doubt.words),
                frozenset(tokenizer.stem(word) for word in doubt.not_words),
                Phrases(tokenizer, {"": doubt.settled_when}),
                Phrases(tokenizer, {"": doubt.unsettled_by}),
            )
            for doubt in guidance.reading.doubtful
        ]

    def settle(self, found: Found) -> Found:
        """
        Return *found* with the signs that its words may mean.

        Only words settle a doubt: an exposure that the request lists may never lower a level, so it may not choose the
        ordinary sign either.
        """
        signs = dict.fromkeys(self._late(found, spot) for spot in found.signs)
        signs |= dict.fromkeys(self._graver(found))
        return found.with_only(sorted(signs, key=lambda spot: (spot.tokens, spot.code)))

    def _late(self, found: Found, spot: Spot) -> Spot:
        """Read a sign as its late form, so long after the exposure."""
        late = self._guidance.reading.late
        if spot.code not in late.signs:
            return spot
        hours = self._hours_since(found, late.exposure)
        is_late = bool(hours) and min(hours) >= late.from_hours
        return spot._replace(code=late.signs[spot.code]) if is_late else spot

    def _graver(self, found: Found) -> Iterator[Spot]:
        words = _Words(found)
        for doubt in self._doubts:
            signs = doubt.record.signs
            spots = [spot for spot in found.signs if spot.code in signs and doubt.is_open(*words.around(spot))]
            spots = [spot for spot in spots if status_of_spot(self._guidance, found, spot) is Status.PRESENT]
            if not spots:
                continue
            unsettled = {found.token(mark).sentence for mark in doubt.unsettled_by.find(found.tokens)}
            settled = {
                found.token(mark).sentence
                for mark in doubt.settled_when.find(found.tokens)
                if not is_negated(found, mark) and self._is_said_of(found, doubt, mark)
            }
            stated = any(self._stated(found, group) for group in doubt.record.settled_by)
            for spot in spots:
                sentence = found.token(spot).sentence
                ordinary = stated or sentence in settled or self._counts_days(found, spot, doubt.record.settled_by)
                if not ordinary or sentence in unsettled:
                    yield Spot(doubt.record.also, spot.tokens)

    def _is_said_of(self, found: Found, doubt: _Doubt, mark: Spot) -> bool:
        """Whether what settles a doubt is said of what swells: not "my bruise is going down"."""
        texts = self._guidance.reading
        own = {index for spot in found.signs if spot.code in doubt.record.signs for index in spot.tokens}
        for index in range(mark.first - 1, -1, -1):
            token = found.tokens[index]
            if token.segment != found.token(mark).segment or token.word in texts.ends_denial:
                return True
            known = token.word in texts.common_words or token.word in texts.skip_words or token.stem in doubt.words
            if not known and index not in own and token.word not in texts.told_of_it:
                return False
        return True

    def _counts_days(self, found: Found, spot: Spot, groups: Collection[str]) -> bool:
        """Whether "day nine" beside a sign tells of an exposure that is not named; "day 2 of my holiday" does not."""
        clause, group = found.token(spot).clause, self._guidance.reading.late.exposure
        return (
            group in groups
            and not found.exposures.get(group)
            and any(
                told.kind == "day"
                and found.tokens[told.first].clause == clause
                and [token.word for token in found.tokens[told.last + 1 : told.last + 2]] != ["of"]
                for told in found.times
            )
        )

    def _stated(self, found: Found, group: str) -> Sequence[Spot]:
        return [mark for mark in found.exposures.get(group, ()) if not denials_of(found, mark)]

    def _hours_since(self, found: Found, group: str) -> list[int]:
        """Return the hours since each exposure of the group, where the text tells them for one of its mentions."""
        told = [hours_since(found, mark) for mark in self._stated(found, group)]
        return [hours for hours in told if hours is not None]


class _Words:
    """The stems in each clause of a text."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self._treated = {index for mark in found.marks["exposure"] for index in mark.tokens}

    def around(self, spot: Spot) -> tuple[frozenset[str], frozenset[str]]:
        """
        Return the stems in the clause of a sign, and those up to the next comma, "and" or "but".

        A treatment and the word before it ("lip filler") are left out.
        """
        left_out = self._treated.difference(spot.tokens)

        def stems(words: range) -> frozenset[str]:
            left = (index for index in words if index not in left_out and index + 1 not in left_out)
            return frozenset(self._found.tokens[index].stem for index in left)

        clause = self._found.words_of_clauses[self._found.token(spot).clause]
        return stems(clause), stems(statement_of(self._found, spot))

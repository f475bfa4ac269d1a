"""Choose between signs that the same words can name: the ordinary one, the grave one, or both where nothing tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from service.guidance.guidance import Guidance
from service.guidance.reading.details import hours_since
from service.guidance.reading.found import Found
from service.guidance.reading.phrases import Phrases, Spot
from service.guidance.reading.status import denials_of, status_of_spot
from service.guidance.reading.tokens import Tokenizer
from service.guidance.records import Doubtful
from service.guidance.report import Status


@dataclass(frozen=True)
class _Doubt:
    """A doubt with its words as stems and its phrases prepared."""

    record: Doubtful
    words: frozenset[str]
    not_words: frozenset[str]
    unsettled_by: Phrases


class Doubts:
    """The doubts of one guidance, prepared once."""

    def __init__(self, guidance: Guidance, tokenizer: Tokenizer) -> None:
        self._guidance = guidance
        self._doubts = [
            _Doubt(
                doubt,
                frozenset(tokenizer.stem(word) for word in doubt.words),
                frozenset(tokenizer.stem(word) for word in doubt.not_words),
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
        return replace(found, signs=sorted(signs, key=lambda spot: (spot.tokens, spot.code)))

    def _late(self, found: Found, spot: Spot) -> Spot:
        """Read a sign as its late form, so long after the exposure."""
        late = self._guidance.reading.late
        if spot.code not in late.signs:
            return spot
        hours = self._hours_since(found, late.exposure)
        is_late = bool(hours) and min(hours) >= late.from_hours
        return spot._replace(code=late.signs[spot.code]) if is_late else spot

    def _graver(self, found: Found) -> Iterator[Spot]:
        for doubt in self._doubts:
            signs = doubt.record.signs
            spots = [spot for spot in found.signs if spot.code in signs and self._is_open(found, doubt, spot)]
            spots = [spot for spot in spots if status_of_spot(self._guidance, found, spot) is Status.PRESENT]
            if not spots:
                continue
            unsettled = {found.token(mark).sentence for mark in doubt.unsettled_by.find(found.tokens)}
            settled = any(self._stated(found, group) for group in doubt.record.settled_by)
            for spot in spots:
                if not settled or found.token(spot).sentence in unsettled:
                    yield Spot(doubt.record.also, spot.tokens)

    def _is_open(self, found: Found, doubt: _Doubt, spot: Spot) -> bool:
        """Whether the clause names the part of the body, and no word that leaves no doubt."""
        clause = self._words(found, spot)
        return not doubt.words.isdisjoint(clause) and doubt.not_words.isdisjoint(clause)

    def _words(self, found: Found, spot: Spot) -> frozenset[str]:
        """The stems in the clause of a sign, but for those of a treatment ("lip filler")."""
        number = found.token(spot).clause
        treated = {index for mark in found.in_clause(spot, "exposure") for index in mark.tokens}
        treated -= set(spot.tokens)
        first = last = spot.first
        while first > 0 and found.tokens[first - 1].clause == number:
            first -= 1
        while last + 1 < len(found.tokens) and found.tokens[last + 1].clause == number:
            last += 1
        following = {index for index in range(first, last) if index + 1 in treated}
        return frozenset(
            found.tokens[index].stem for index in range(first, last + 1) if index not in treated | following
        )

    def _stated(self, found: Found, group: str) -> Sequence[Spot]:
        return [mark for mark in found.exposures.get(group, ()) if not denials_of(found, mark)]

    def _hours_since(self, found: Found, group: str) -> list[int]:
        """Return the hours since each exposure of the group, where the text tells them for one of its mentions."""
        texts = self._guidance.reading
        told = [hours_since(texts, found.tokens, mark.first, mark.last) for mark in self._stated(found, group)]
        return [hours for hours in told if hours is not None]

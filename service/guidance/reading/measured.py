"""Read a measured temperature of the body: "38.2 on the thermometer" is a fever, "temp was 36.8" is none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from service.guidance.reading.phrases import Spot
from service.guidance.reading.tokens import Token
from service.guidance.records.reading import Temperature

NORMAL = "normal"
_NUMBER = re.compile(r"\d{2,3}(?:\.\d{1,2})?")


def measured(temperature: Temperature, tokens: Sequence[Token]) -> Iterator[Spot]:
    """Yield each temperature told, with the word that says what is measured, if any: the sign, or ``NORMAL``."""
    words = frozenset(temperature.words)
    for index, token in enumerate(tokens):
        if not _NUMBER.fullmatch(token.word):
            continue
        beside = [
            place
            for place in range(max(0, index - temperature.reach), min(len(tokens), index + temperature.reach + 1))
            if tokens[place].word in words and tokens[place].clause == token.clause
        ]
        value = float(token.word)
        fever = next((fever for least, most, fever in temperature.scales if least <= value <= most), None)
        if beside and fever is not None:
            near = min(beside, key=lambda place: abs(place - index))
            yield Spot(temperature.sign if value >= fever else NORMAL, tuple(sorted((index, near))))
        elif token.word[-2] == "." and temperature.alone[0] <= value <= temperature.alone[1]:
            around = [each.word for each in tokens[max(0, index - 1) : index + 2] if each.part == token.part]
            if not set(around).intersection(temperature.not_beside):
                yield Spot(temperature.sign, (index,))

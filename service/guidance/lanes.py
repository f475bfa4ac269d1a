"""Numbers side by side in one long integer, each in a lane: sums and multiples of the whole are those of every lane."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence

from service.guidance.arrays import little_endian

LARGEST = 2**30
"""No number in a lane is ever as much: a lane holds twice that, and one bit more."""
LANE = 32


def packed(numbers: Sequence[int]) -> int:
    """Put numbers side by side."""
    lifted = array("I", [LARGEST + each for each in numbers])
    return as_integer(lifted) - as_integer(array("I", [LARGEST]) * len(lifted))


def as_integer(lanes: array[int]) -> int:
    """Put numbers side by side that are not below 0."""
    return int.from_bytes(little_endian(lanes), "little")


def tops(count: int) -> int:
    """Return the highest bit of as many lanes."""
    return as_integer(array("I", [2 * LARGEST]) * count)


def lanes_of(integer: int, tops_: int, count: int) -> array[int]:
    """
    Take the lanes apart.

    Args:
        tops_: What :func:`tops` returns for as many lanes.
    """
    lanes = array("i", (integer + tops_ ^ tops_).to_bytes(count * LANE // 8, "little"))
    if sys.byteorder == "big":
        lanes.byteswap()
    return lanes


def lane_of_each(integers: Iterable[int], tops_: int, number: int) -> list[int]:
    """Return one lane of each integer."""
    down, lane, half = LANE * number, (1 << LANE) - 1, 2 * LARGEST
    return [(integer + tops_ >> down & lane) - half for integer in integers]

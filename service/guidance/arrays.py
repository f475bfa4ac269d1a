"""Numbers in files: each in as many bytes as it takes in an array, the lowest first, on every machine."""

from __future__ import annotations

import sys
from array import array


class BrokenModel(ValueError):
    """A file of weights that cannot be used."""


def numbers_of(code: str, count: int, raw: bytes) -> tuple[array[int], bytes]:
    """Read so many numbers; return them and what follows."""
    numbers: array[int] = array(code)
    size = count * numbers.itemsize
    if len(raw) < size:
        raise BrokenModel("the file is cut off")
    numbers.frombytes(raw[:size])
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers, raw[size:]


def little_endian(numbers: array[int]) -> bytes:
    if sys.byteorder == "little":
        return numbers.tobytes()
    swapped = array(numbers.typecode, numbers)
    swapped.byteswap()
    return swapped.tobytes()

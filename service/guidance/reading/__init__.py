"""
Read plain English: which signs a text names, and whether it says that they are there.

A first reader: the lay phrases of the signs, plain denials, the past, and what is only asked about. It errs to the safe
side, so what it cannot tell counts as present. Words and phrases are data, in ``reading.yaml``.
"""

from service.guidance.reading.reader import read_signs
from service.guidance.reading.result import Concern, Reading, ReadSign

__all__ = ["Concern", "ReadSign", "Reading", "read_signs"]

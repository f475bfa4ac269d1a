"""Learn from the corpus what the service reads texts with: ``python -m training [part ...]``, all parts in order."""

from __future__ import annotations

import argparse

from training import details, faq, signs, windows, words

PARTS = {
    "words": words.train,
    "faq": faq.train,
    "signs": signs.train,
    "details": details.train,
    "windows": windows.train,
}

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}")
for part in parser.parse_args().parts or PARTS:
    PARTS[part]()

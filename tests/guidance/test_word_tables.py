"""Words kept as a few texts and numbers are found as if they were kept in a dict."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.guidance.word_tables import WordCounts, WordsByKey

WORDS = st.text(st.characters(exclude_characters="\n"), min_size=1, max_size=8)
COUNTS = st.dictionaries(WORDS, st.integers(min_value=0, max_value=3), max_size=40)


@given(counts=COUNTS, other=WORDS)
def test_counts_are_those_that_were_given(counts: dict[str, int], other: str) -> None:
    kept = WordCounts.of(counts)

    assert dict(kept) == counts
    assert len(kept) == len(counts)
    assert kept.get(other) == counts.get(other)
    assert (other in kept) == (other in counts)


@given(counts=COUNTS, more=st.dictionaries(WORDS, st.integers(min_value=1, max_value=3), max_size=10))
def test_used_words_take_the_place_of_those_that_were_there(counts: dict[str, int], more: dict[str, int]) -> None:
    kept = WordCounts.of(counts).with_used(more)

    assert dict(kept) == {**counts, **more}
    assert kept.used == {word: count for word, count in {**counts, **more}.items() if count}


def test_a_part_of_a_word_is_no_word() -> None:
    kept = WordCounts.of(dict.fromkeys(("bruise", "bruised"), 0))

    assert "bruis" not in kept
    assert "" not in kept
    with pytest.raises(KeyError):
        kept["ruise"]


@given(found=st.dictionaries(WORDS, st.lists(WORDS, min_size=1, max_size=4), max_size=40), other=WORDS)
def test_every_word_is_found_under_its_key(found: dict[str, list[str]], other: str) -> None:
    index = WordsByKey(found)

    assert all(set(words) <= set(index.get(key)) for key, words in found.items())
    assert other in found or set(index.get(other)) <= {word for words in found.values() for word in words}

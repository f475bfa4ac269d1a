"""Folding and showing names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.guidance.names import did_you_mean, fold, or_one_of, printable


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Juvéderm® Ultra-Plus", "juvederm ultra plus"),
        ("Juvederm™", "juvederm"),
        ("Botox℠", "botox"),
        ("crow's feet", "crows feet"),
        ("hyaluronic_acid_filler", "hyaluronic acid filler"),
        ("  Ellansé  ", "ellanse"),
        ("CO₂", "co2"),
        ("®", ""),
    ],
)
def test_accents_case_and_punctuation_are_folded(name: str, folded: str) -> None:
    assert fold(name) == folded


@given(name=st.text(max_size=60))
def test_what_is_shown_has_no_control_characters(name: str) -> None:
    assert printable(name).isprintable()


def test_close_names_are_suggested_and_nothing_where_none_is() -> None:
    assert did_you_mean("botx", ["botox", "laser"]) == "; did you mean 'botox'?"
    assert did_you_mean("qqqq", ["botox", "laser"]) == ""
    assert or_one_of(["a", "b"]) == "; did you mean 'a' or 'b'?"

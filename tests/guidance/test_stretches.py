"""What is worked out once for a text gives for each of its stretches what the stretch would give by itself."""

from __future__ import annotations

import random

import pytest

from service.guidance.features import Term, blocks_of
from service.guidance.lanes import LARGEST, lane_of_each, lanes_of, packed, tops
from service.guidance.linear_model import LinearModel, hashed
from service.guidance.load import load_guidance
from service.guidance.stretches import Column, Rows, Stretches, Weighed, Weigher
from service.guidance.window_model import MARKS, One, Part

GUIDANCE = load_guidance()
MODELS = (GUIDANCE.sign_model, GUIDANCE.detail_model)
WORDS = ["lip", "went", "white", "my", "the", "banana", "nananana", "swelling", "swollen", "filler", "zqxzqxzq", "été"]
WEIGHER = Weigher(MODELS, GUIDANCE.words.used)


def said(chance: random.Random, most: int = 24) -> list[Term]:
    words = [chance.choice(WORDS) for _ in range(chance.randint(1, most))]
    return [Term(word, word[:5], chance.choice(["", "", "", *MARKS])) for word in words]


def sums_of(model: LinearModel, at: int, weighed: Weighed) -> list[float]:
    return [WEIGHER.rows.sum_of(at, label, weighed) for label in range(len(model.labels))]


@pytest.mark.parametrize("seed", range(30))
def test_a_stretch_weighs_what_its_features_do(seed: int) -> None:
    chance = random.Random(seed)
    terms = said(chance)
    start = chance.randrange(len(terms))
    stretch = range(start, chance.randint(start + 1, len(terms)))

    weighed = Stretches(WEIGHER, terms).weigh(stretch)

    features = blocks_of(terms[stretch.start : stretch.stop])
    assert [set(keys) for keys in weighed.kinds] == hashed(features)
    for at, model in enumerate(MODELS):
        assert sums_of(model, at, weighed) == model.sums(features)


@pytest.mark.parametrize("seed", range(30))
def test_two_stretches_weigh_together_what_the_whole_does(seed: int) -> None:
    chance = random.Random(seed)
    one, other = said(chance), said(chance)
    first, second = range(len(one)), range(len(one), len(one) + len(other))
    text = Stretches(WEIGHER, [*one, *other])

    both = text.weigh_both(first, text.weigh(first), second, text.weigh(second))

    for at, model in enumerate(MODELS):
        assert sums_of(model, at, both) == model.sums(blocks_of([*one, *other]))


def test_a_column_holds_the_weights_of_one_label() -> None:
    model, label = GUIDANCE.sign_model, len(GUIDANCE.sign_model.labels) - 1
    rows = Rows([model])
    text = Stretches(WEIGHER, said(random.Random(1)))

    for keys in text.keys(range(1)):
        assert [Column(model, label).total(keys)] == rows.weights(0, label, [rows.total(keys)])


@pytest.mark.parametrize("seed", range(30))
def test_filters_find_in_a_stretch_what_they_find_in_it_alone(seed: int) -> None:
    chance = random.Random(seed)
    terms = [*said(chance), *said(chance)]
    middle = chance.randint(1, len(terms) - 1)
    last = chance.randint(middle + 1, len(terms))
    halves = (range(middle), range(middle, last))
    passed = GUIDANCE.window_model.pass_over(terms)

    for stretch, parts in [*((each, ()) for each in halves), (range(last), halves)]:
        alone = GUIDANCE.window_model.pass_over(terms[stretch.start : stretch.stop])
        assert passed.finds(stretch, parts) == alone.finds(range(len(stretch)))


def test_a_label_has_the_same_sum_alone_and_beside_others() -> None:
    model = GUIDANCE.window_model
    finds = model.pass_over(said(random.Random(2))).finds(range(1))

    assert Part(model, range(len(model.labels))).sums(finds) == [
        One(model, label).sum(finds) for label in range(len(model.labels))
    ]


def test_numbers_in_lanes_can_be_taken_apart() -> None:
    numbers = [0, -1, 5, 1 - LARGEST, LARGEST - 1, -7]
    top = tops(len(numbers))

    assert list(lanes_of(packed(numbers), top, len(numbers))) == numbers
    assert [lane_of_each([packed(numbers)], top, at)[0] for at in range(len(numbers))] == numbers


def test_nothing_is_kept_of_a_word_that_nobody_has_taught() -> None:
    weigher = Weigher(MODELS, GUIDANCE.words.used)
    first, again = (weigher.letters(Term("zqxzqxzq", "zqx", "")) for _ in range(2))
    common, kept = (weigher.letters(Term("filler", "filler", "")) for _ in range(2))

    assert first is not again
    assert common is kept

"""Random goals: what their settings draw, and that they draw what they always drew."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.goals.random import RandomGoal
from evomod.rng import GOAL, Stream
from tests.generators import NAMES, examples, seeds


def table(goal, generation, seed, names=NAMES[:4]):
    return goal.cases(names, Stream(seed, generation, 0, GOAL)).targets


@pytest.mark.jitless
@given(seed=seeds, n_inputs=st.integers(1, 6), outputs=st.integers(1, 3), data=st.data())
@examples(60)
def test_exactly_so_many_rows_are_1_in_each_output(seed, n_inputs, outputs, data):
    ones = data.draw(st.integers(0, 2**n_inputs))
    found = table(RandomGoal(ones=ones, outputs=outputs), 20, seed, NAMES[:n_inputs])
    assert found.sum(axis=0).tolist() == [ones] * outputs


@pytest.mark.jitless
@given(seed=seeds)
@examples(30)
def test_half_of_the_rows_is_what_balanced_draws(seed):
    assert np.array_equal(table(RandomGoal(ones=8), 20, seed), table(RandomGoal(balanced=True), 20, seed))


@pytest.mark.jitless
def test_functions_with_four_ones_differ_from_epoch_to_epoch():
    assert len({table(RandomGoal(ones=4), 20 * k, 1).tobytes() for k in range(40)}) > 35
    assert len({table(RandomGoal(ones=4, draw="once"), 20 * k, 1).tobytes() for k in range(40)}) == 1


@pytest.mark.jitless
def test_a_number_of_ones_that_cannot_be_is_refused():
    assert RandomGoal(ones=16).mistake(NAMES[:4]) is None
    assert RandomGoal(ones=17).mistake(NAMES[:4]) == ("ones", "is 17, but 4 input(s) give 16 rows")
    field, sentence = RandomGoal(ones=8, balanced=True).mistake(NAMES[:4])
    assert (field, sentence) == ("ones", "contradicts `balanced: true`, which is `ones: 8` of 16 rows; give one")


@pytest.mark.jitless
@pytest.mark.parametrize(
    ("goal", "digest"),
    [
        (RandomGoal(), "3f26f901000a3b16"),
        (RandomGoal(balanced=True), "bc7aa66681b4c123"),
        (RandomGoal(draw="once"), "8f2f955fde8fbbde"),
        (RandomGoal(balanced=True, outputs=3), "cc8ce931f8bba0c4"),
    ],
)
def test_the_draws_are_those_of_the_first_version(goal, digest):
    tables = [table(goal, 20 * k, seed) for k in range(10) for seed in (1, 7)]
    assert hashlib.sha256(b"".join(t.tobytes() for t in tables)).hexdigest()[:16] == digest

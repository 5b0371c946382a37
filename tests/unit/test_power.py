"""How many runs a difference takes: Noether's formula, and what a small pilot does not know."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.errors import InputError
from evomod.statistics.comparison import superiority
from evomod.statistics.power import runs_needed, runs_needed_of
from tests.generators import examples

pilots = st.lists(st.integers(0, 9), min_size=1, max_size=12)
RNG = np.random.default_rng(8)


def test_without_ties_it_is_noethers_formula():
    a, b = RNG.normal(0, 1, 4000), RNG.normal(math.sqrt(2) * 0.5244, 1, 4000)  # P(b > a) = 0.70
    found = runs_needed(a, b, power=0.9)
    p = superiority(a, b).value
    assert p == pytest.approx(0.7, abs=0.01)
    assert found.value == math.ceil((1.95996 + 1.28155) ** 2 / (6 * (p - 0.5) ** 2))
    assert 0.8 * found.value < found.low < found.value < found.high < 1.25 * found.value


def test_ties_take_off_what_they_take_from_the_variance():
    a, b = np.repeat([0, 1], [60, 40]), np.repeat([0, 1], [30, 70])  # two shares: the classic formula for these
    z, mean = 1.95996 + 0.84162, 0.55
    assert runs_needed(a, b).value == math.ceil(2 * mean * (1 - mean) * (z / 0.3) ** 2)


@examples(60)
@given(a=pilots, b=pilots)
def test_it_does_not_matter_which_is_which_and_doubt_goes_with_the_interval(a, b):
    found, mirror, seen = runs_needed(a, b), runs_needed(b, a), superiority(a, b)
    assert found == mirror
    assert 2 <= found.low <= found.value <= found.high
    assert (found.high == math.inf) == (seen.low <= 0.5 <= seen.high)
    assert (found.value == math.inf) == (seen.value == 0.5)


def test_a_larger_pilot_knows_more_and_a_small_one_never_much():
    small, large = runs_needed(range(10), range(3, 13)), runs_needed(list(range(10)) * 40, list(range(3, 13)) * 40)
    assert small.high == math.inf
    assert large.high < 2 * large.value
    apart = runs_needed([1, 2, 3, 4], [11, 12, 13, 14])
    assert apart.value == 6
    assert apart.high > 10 * apart.value


def test_runs_that_never_ended_count_as_later_than_all():
    never = math.inf
    assert runs_needed([1, 2, 3, never], [5, never, never, never]) == runs_needed([1, 2, 3, 9], [5, 9, 9, 9])


def test_a_pilots_table_says_it_for_each_level_against_the_baseline():
    rows = [{"every": every, "generation": 50, "solved.a": k * every or None} for every in (1, 5, 9) for k in range(6)]
    rows += [{"every": 7, "generation": None, "solved.a": None}]
    found = runs_needed_of(rows, "every", "solved.a", baseline=5, power=0.9)
    times = {every: [k * every or math.inf for k in range(6)] for every in (1, 5, 9)}
    assert found == {str(every): runs_needed(times[5], times[every], power=0.9) for every in (1, 9)}
    with pytest.raises(InputError, match="not known of any run with every 7"):
        runs_needed_of(rows, "every", "solved.a", baseline=7)


@pytest.mark.parametrize(("power", "alpha"), [(1.0, 0.05), (0.04, 0.05), (0.8, 0.0), (80, 0.05)])
def test_power_and_alpha_out_of_range_are_refused(power, alpha):
    with pytest.raises(InputError, match="0 < alpha < power < 1"):
        runs_needed([1, 2], [3, 4], power, alpha)

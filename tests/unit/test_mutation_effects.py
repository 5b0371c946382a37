"""Triggers and mutations within and between modules, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mutual_info_score

from evomod.errors import InputError
from evomod.goals.random import RandomGoal
from evomod.measures.assays.mutation_effects import mutation_effects
from evomod.measures.assays.triggers import triggers
from evomod.measures.base import MeasureError
from evomod.neighbourhood import assessed, rewired
from evomod.rng import ASSAY, permutation
from tests.generators import examples, logic_gates
from tests.switches import of_switches
from tests.unit.test_logic_gates_facts import G1, G2, genome

LEFT = {"x": 0, "y": 0, **{f"g{g}": 0 for g in range(4)}}
RIGHT = {"w": 1, "z": 1, **{f"g{g}": 1 for g in range(4, 8)}}
MODULES = {**LEFT, **RIGHT, "g8": 2, "g10": 2}  # of G1, where nobody reads g9


# Triggers -------------------------------------------------------------------------------------------------------------


def ends(n=60):
    """Epoch ends under two goals in turn: locus 0 tells the goal, locus 1 is constant, locus 2 is noise."""
    goals = ["and", "or"] * (n // 2)
    noise = np.random.default_rng(1).integers(0, 4, n)
    return np.column_stack([[3, 7] * (n // 2), [5] * n, noise]).astype(np.uint8), goals


def test_an_allele_that_switches_with_the_goal_tells_one_bit():
    found = triggers(*ends(), seed=1)
    assert found.goal_entropy == pytest.approx(1)
    assert found.information[:2] == pytest.approx([1, 0])
    assert found.p[0] == 1 / 1000
    assert found.p[1] == 1
    assert found.p[2] > 0.05
    row = found.as_row()
    assert (row["locus"], row["triggers"], row["epoch_ends"]) == (0, 1, 60)
    assert row["information"] == pytest.approx(1)


@given(seed=st.integers(0, 2**32 - 1))
@examples(30)
def test_information_is_that_of_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    rows, goals = rng.integers(0, 5, (20, 3)).astype(np.uint8), rng.choice(["a", "b", "c"], 20)
    goals[:2] = "a", "b"
    found = triggers(rows, goals.tolist(), 1, n_permutations=2)
    expected = [mutual_info_score(goals, rows[:, k]) / np.log(2) for k in range(3)]
    assert found.information == pytest.approx(expected, abs=1e-9)


def test_p_counts_the_orders_in_which_some_locus_tells_as_much_and_the_real_one_among_them():
    rng, n = np.random.default_rng(3), 12
    goals = np.array(["a", "b"] * (n // 2))
    rows = np.column_stack([[0, 1] * (n // 2), rng.integers(0, 2, (n, 3)), [0] * n]).astype(np.uint8)
    orders = [permutation(n, 5, k, ASSAY) for k in range(49)]
    most = [max(mutual_info_score(goals[order], rows[:, locus]) for locus in range(5)) for order in orders]
    counts = [sum(m > mutual_info_score(goals, rows[:, k]) - 1e-9 for m in most) for k in range(5)]
    assert counts[0] == 0  # and yet p is not 0
    assert 0 < min(counts[1:]) < 49
    assert triggers(rows, goals.tolist(), 5, 49).p == pytest.approx((1 + np.array(counts)) / 50)


def test_noise_has_no_excess_of_information():
    rng = np.random.default_rng(2)
    rows, goals = rng.integers(0, 16, (80, 40)).astype(np.uint8), ["a", "b"] * 40
    found = triggers(rows, goals, 1, n_permutations=200)
    assert found.information.mean() > 0.1  # 16 alleles in 80 genomes: as counted it is far from 0
    assert abs(found.excess.mean()) < 0.02
    assert found.as_row()["triggers"] == 0


def test_permutations_are_those_of_the_seed():
    one, again, other = (triggers(*ends(), seed=seed, n_permutations=50) for seed in (1, 1, 2))
    assert np.array_equal(one.excess, again.excess)
    assert not np.array_equal(one.excess, other.excess)


@pytest.mark.parametrize(
    ("n", "goals", "sentence"),
    [(4, ["a", "b"], "one goal for each genome"), (2, ["a", "a"], "goals must differ"), (0, [], "goals must differ")],
)
def test_what_tells_nothing_is_refused(n, goals, sentence):
    with pytest.raises(InputError, match=sentence):
        triggers(np.zeros((n, 3), np.uint8), goals, 1)
    with pytest.raises(InputError, match="at least one permutation"):
        triggers(*ends(), seed=1, n_permutations=0)


# Effects of mutations -------------------------------------------------------------------------------------------------


def test_wires_of_the_modular_circuit_are_within_or_between_its_modules():
    found = mutation_effects(logic_gates(), genome(G1), "and", MODULES)
    # 20 wires to ten gates; the two from the XORs to the gate that joins them lie between modules.
    assert (len(found.within), len(found.between)) == (18 * 15, 2 * 15)
    row = found.as_row()
    assert row["n_within"] == 270
    assert row["within"] == np.median(found.within)
    assert row["between_mean"] == pytest.approx(found.between.mean())


def test_effects_are_what_each_mutant_loses():
    problem, row = logic_gates(), genome(G2)
    modules = {**MODULES, "g8": 0, "g9": 1, "g10": 2}
    mutants = rewired(problem.encoding, row)
    benefit = assessed(problem, mutants, "or", problem.targets("or", 0, 0)).hits / 320
    differs = np.argmax(mutants != row, axis=1)
    found = mutation_effects(problem, row, "or", modules)
    assert sorted(found.between) == pytest.approx(sorted(1 - benefit[(differs == 20) | (differs == 21)]))
    assert sorted(found.within) == pytest.approx(sorted(1 - benefit[differs < 20]))
    everything = mutation_effects(problem, row, "or", dict.fromkeys(modules, 0))
    assert len(everything.between) == 0
    assert np.isnan(everything.as_row()["between"])


def test_a_better_mutant_loses_less_than_nothing():
    found = mutation_effects(logic_gates(), genome(G1), "or", MODULES)
    assert min(found.within.min(), found.between.min()) < 0


def test_what_has_no_modules_is_refused():
    problem = logic_gates(goals={**logic_gates().goals, "noise": RandomGoal()})
    with pytest.raises(MeasureError, match="node 'g10' has no module"):
        mutation_effects(problem, genome(G1), "and", {k: v for k, v in MODULES.items() if k != "g10"})
    with pytest.raises(MeasureError, match="'noise' has no right answers"):
        mutation_effects(problem, genome(G1), "noise", MODULES)
    with pytest.raises(MeasureError, match="defined for genotype `circuit` only"):
        mutation_effects(of_switches(), np.ones(2, np.uint8), "both", MODULES)
    with pytest.raises(InputError, match="names the goal 'xor'"):
        mutation_effects(problem, genome(G1), "xor", MODULES)
    with pytest.raises(InputError, match="the genome must be at least one genome"):
        mutation_effects(problem, genome(G1)[:5], "and", MODULES)

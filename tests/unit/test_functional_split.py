"""Modules of structure against modules of function: circuits worked by hand, and plain Python."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from evomod.component import build, describe
from evomod.genotypes.circuit_states import gate_states
from evomod.goals.base import truth_table_inputs
from evomod.goals.logic import LogicGoal, truth_table
from evomod.goals.random import RandomGoal
from evomod.measures.base import Measure, MeasureError, Specimen
from evomod.measures.functional_split import FunctionalSplit, decoding, following, split
from evomod.networks.network import Network
from evomod.schedules.fixed import Fixed
from tests.generators import NAMES, bound, examples, genomes, logic_gates
from tests.switches import of_switches
from tests.unit.test_logic_gates_facts import G1, G2, ONE, genome, xor

X_AND_Y = [(0, 1), (4, 4), *[(0, 0)] * 10, 5]
WRONG = [*xor(0, 3, 4), *xor(1, 2, 8), (7, 11), (12, 12), *[(0, 0)] * 2, 13]  # (x ^ w) & (y ^ z)


def taken(genes, goal="and", measure=None, **changes):
    specimen = Specimen("it", problem=logic_gates(**changes), genome=genome(genes), goal=goal)
    measure = measure or FunctionalSplit()
    return dict(zip(measure.columns, measure.checked([specimen])[0], strict=True))


def test_the_modular_circuits_are_split_and_compute_their_subgoals():
    # Of G1's ten gates four belong to either XOR; of G2's eleven five, with the inverter behind it.
    assert taken(G1) == {"split": 1, "decoded": 1, "decoding": 1, "left_only": 0.4, "right_only": 0.4, "mixed": 0.2}
    expected = {"split": 1, "decoded": 1, "decoding": 1, "left_only": 5 / 11, "right_only": 5 / 11, "mixed": 1 / 11}
    assert taken(G2, "or") == pytest.approx(expected)


def test_a_circuit_of_the_wrong_modules_is_split_the_wrong_way():
    found = taken(WRONG)
    assert found["split"] == pytest.approx(-0.5)
    assert found["decoded"] == 0
    # Of the gates that read one input of either group, each is right about x ^ y in at most three quarters.
    assert found["decoding"] <= 0.75
    assert (found["left_only"], found["right_only"], found["mixed"]) == (0, 0, 1)


def test_a_circuit_of_one_group_alone_has_no_split():
    found = taken(X_AND_Y)
    assert np.isnan(found["split"])
    assert (found["left_only"], found["right_only"], found["mixed"]) == (1, 0, 0)
    assert (found["decoded"], found["decoding"]) == (0, (0.75 + 0.5) / 2)


def test_a_circuit_without_gates_has_no_numbers():
    found = taken([*[(0, 0)] * 12, 2])
    assert found.pop("decoded") == 0
    assert np.isnan(list(found.values())).all()


def test_constants_follow_nobody():
    # x nand not x is 1, and its inverse 0: only the gate before follows x.
    found = taken(ONE)
    assert (found["left_only"], found["mixed"]) == (0.5, 0)


def test_groups_can_be_given_for_goals_that_tell_none():
    table = {"and": LogicGoal(outputs=("0x0660",)), "or": LogicGoal(outputs=("0x6ff6",))}
    found = taken(G1, goals=table)
    assert np.isnan(list(found.values())).all()
    measure = build(Measure, {"kind": "functional_split", "groups": [["x", "y"], ["w", "z"]]})
    assert build(Measure, describe(measure)) == measure
    found = taken(G1, measure=measure, goals=table)
    assert (found["split"], found["mixed"]) == (1, 0.2)
    assert np.isnan(found["decoded"])
    assert taken(G1, measure=FunctionalSplit(groups=(("x", "w"), ("y", "z"))))["split"] == pytest.approx(-0.5)


def test_under_a_random_goal_the_named_goal_says_what_the_groups_are():
    goals = {"noise": RandomGoal(), "and": LogicGoal(outputs=("(x ^ y) & (w ^ z)",))}
    found = taken(G1, "noise", goals=goals, schedule=Fixed(goal="noise"))
    assert (found["split"], found["decoded"]) == (1, 1)


def test_three_subgoals_tell_no_two_groups_but_can_be_decoded():
    inputs = ("x", "y", "z", "w", "q", "r")
    goals = {"it": LogicGoal(outputs=("(x ^ y) & (w ^ z)", "(x ^ y) | (q ^ r)"))}
    genes = [*xor(0, 1, 6), *xor(3, 2, 10), *[(0, 0)] * 4, 9, 13]
    problem = {"inputs": inputs, "goals": goals, "schedule": Fixed(goal="it")}
    found = taken(genes, "it", **problem)
    assert found["decoded"] == pytest.approx(2 / 3)
    assert found["decoding"] == pytest.approx((1 + 1 + 0.5) / 3)
    assert np.isnan([found[name] for name in ("split", "left_only", "mixed")]).all()


@pytest.mark.parametrize(
    ("groups", "sentence"),
    [
        ((("x", "v"), ("w",)), "it: functional_split.groups names 'v'; inputs are x, y, z, w"),
        ((("x", "y"), ("w", "x")), "it: functional_split.groups has 'x' in both groups"),
    ],
)
def test_groups_that_cannot_be_are_refused(groups, sentence):
    with pytest.raises(MeasureError, match=sentence):
        taken(G1, measure=FunctionalSplit(groups=groups))


def test_what_is_no_circuit_is_refused():
    with pytest.raises(
        MeasureError, match="it: functional_split is defined for circuits and nets, and goals of all rows"
    ):
        FunctionalSplit().checked([Specimen("it", problem=of_switches(), genome=np.zeros(2, np.uint8))])


def test_a_network_alone_is_refused():
    bare = Network(("a", "b"), ("unit",) * 2, ("a", "b"), ((0, 1),))
    with pytest.raises(MeasureError, match="what a genome computes"):
        FunctionalSplit().checked([Specimen("it", bare)])


def test_the_same_genomes_have_the_same_numbers_in_any_company():
    problem, rows = logic_gates(), np.random.default_rng(1).integers(0, 16, (12, 25)).astype(np.uint8)
    some = [Specimen("a", problem=problem, genome=row, goal=g) for row in rows for g in ("and", "", "or", "and")]
    together = FunctionalSplit().checked(some)
    alone = np.concatenate([FunctionalSplit().checked([specimen]) for specimen in some])
    assert np.array_equal(together, alone, equal_nan=True)


@given(sides=st.lists(st.booleans(), min_size=3, max_size=6), groups=st.lists(st.booleans(), min_size=6, max_size=6))
@examples(60)
def test_the_split_is_the_adjusted_rand_index_of_scikit_learn(sides, groups):
    groups = groups[: len(sides)]
    if len(set(groups)) < 2 or len(set(sides)) < 2:
        return
    # Two stars whose centres are joined: the best cut parts them where neither is a single leaf.
    n = len(sides)
    hubs = [n, n + 1]
    edges = [(i, hubs[side]) for i, side in enumerate(sides)] + [
        (n + k, n + 2 + 3 * k + j) for k in (0, 1) for j in range(3)
    ]
    edges += [(n + 2 + 3 * k + i, n + 2 + 3 * k + j) for k in (0, 1) for i in range(3) for j in range(i)]
    names = tuple(f"n{i}" for i in range(n + 8))
    network = Network(names, ("input",) * n + ("gate",) * 8, names, tuple(edges))
    which = [tuple(f"n{i}" for i in range(n) if groups[i] == side) for side in (False, True)]
    assert split(network, which) == pytest.approx(adjusted_rand_score(groups, sides))


@pytest.mark.jitless
@given(pair=bound(max_inputs=4, max_nodes=12), data=st.data())
@examples(30)
def test_gates_follow_groups_as_in_plain_python(pair, data):
    encoding, inputs = pair
    n = inputs.shape[1]
    if n < 2:
        return
    (row,) = data.draw(genomes(encoding, 1))
    cut = data.draw(st.integers(1, n - 1))
    groups = [list(range(cut)), list(range(cut, n))][:: data.draw(st.sampled_from([1, -1]))]
    share, effective = gate_states(encoding, row[None])
    circuit = encoding.develop(row)
    means = {bits: np.mean(circuit.states(bits), axis=0)[n:] for bits in product((False, True), repeat=n)}
    counts = [0, 0, 0]
    for gate in circuit.effective():
        ways = [
            any(
                means[a][gate] != means[b][gate]
                for a in means
                for b in means
                if all(a[i] == b[i] for i in range(n) if i not in group)
            )
            for group in groups
        ]
        counts[0] += ways == [True, False]
        counts[1] += ways == [False, True]
        counts[2] += ways == [True, True]
    found = following(share, effective, groups, n)[0]
    n_gates = len(circuit.effective())
    assert np.array_equal(found, np.array(counts) / n_gates if n_gates else [np.nan] * 3, equal_nan=True)


@given(seed=st.integers(0, 2**32 - 1))
@examples(20)
def test_decoding_is_the_best_accuracy_of_a_gate_or_its_negation(seed):
    rng = np.random.default_rng(seed)
    share, effective = rng.integers(0, 3, (2, 5, 8)) / 2, rng.random((2, 5)) < 0.7
    parts = [0b01101001, 0b10000000]
    found = decoding(share, effective, parts, 3)
    for k in range(2):
        best = []
        for part in parts:
            table = [part >> row & 1 for row in range(8)]
            right = [
                np.mean([1 - abs(s - t) for s, t in zip(gate, table, strict=True)]) for gate in share[k][effective[k]]
            ]
            best.append(max([max(r, 1 - r) for r in right], default=np.nan))
        assert found[k] == pytest.approx([np.mean(np.array(best) == 1), np.mean(best)], nan_ok=True)


def test_axes_of_the_table_are_the_inputs():
    x = truth_table("x", NAMES[:4]).astype(float)
    assert np.array_equal(following(x[None, None], np.ones((1, 1), bool), [[0], [3]], 4), [[1, 0, 0]])
    assert np.array_equal(x, truth_table_inputs(4)[:, 0])

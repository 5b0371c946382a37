"""Effects of single mutations and knock-outs against circuits made one by one in plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.genotypes.circuit import Circuit
from evomod.genotypes.circuit_phenotype import GATES
from evomod.goals.base import truth_table_inputs
from evomod.goals.logic import LogicGoal, truth_table
from evomod.goals.random import RandomGoal
from evomod.measures.base import MeasureError, Specimen
from evomod.measures.one_mutants import mutated_loci, one_mutants
from evomod.measures.robustness import Robustness
from evomod.neighbourhood import rewired
from evomod.networks.network import Network
from evomod.schedules.fixed import Fixed
from tests.generators import NAMES, circuits, encodings, examples, genomes, logic_gates
from tests.switches import of_switches
from tests.unit.test_logic_gates_facts import G1, G2, ONE, genome

ROWS = truth_table_inputs(2)


def taken(problem, row, goal):
    (values,) = Robustness().checked([Specimen("it", problem=problem, genome=row, goal=goal)])
    return dict(zip(Robustness().columns, values, strict=True))


def benefit(circuit, table, fault=None):
    """Mean share of right answers, row by row; a fault is (gate, the source that fails or None for the gate, value)."""
    n, right = len(circuit.input_names), []
    gates, place, value = circuit.effective(), fault and fault[:2], fault and fault[2]
    for bits, wanted in zip(truth_table_inputs(n), table, strict=True):
        state, ones = [*bits, *[False] * len(circuit.kinds)], 0
        for sweep in range(len(circuit.kinds) + 4 + 20):
            new = list(state)
            for gate in gates:
                a, b = (value if place == (gate, k) else state[s] for k, s in enumerate(circuit.sources[gate]))
                kept = GATES[circuit.kinds[gate]] >> (int(a) + 2 * int(b)) & 1
                new[n + gate] = bool(value if place == (gate, None) else kept)
            state = new
            ones += sweep >= len(circuit.kinds) + 4 and state[circuit.outputs[0]]
        right.append(ones / 20 if wanted else 1 - ones / 20)
    return float(np.mean(right))


@pytest.mark.jitless
@given(encoding=encodings(max_inputs=3, max_nodes=8), data=st.data())
@examples(30)
def test_one_mutants_are_the_rewired_genomes_in_order_of_loci(encoding, data):
    rows = data.draw(genomes(encoding, 3))
    ((where, found),) = one_mutants(encoding, rows)
    loci = mutated_loci(encoding)
    assert where == slice(0, 3)
    for row, mutants in zip(rows, found.reshape(3, -1, encoding.n_loci), strict=True):
        assert {bytes(m) for m in mutants} == {bytes(m) for m in rewired(encoding, row)}
        assert np.array_equal(np.argwhere(mutants != row), np.column_stack([np.arange(len(loci)), loci]))


def test_many_genomes_come_in_several_populations():
    encoding = logic_gates().encoding
    rows = np.random.default_rng(1).integers(0, 16, (100, 25)).astype(np.uint8)
    parts = list(one_mutants(encoding, rows))
    assert len(parts) == 3
    assert [i for where, _ in parts for i in range(100)[where]] == list(range(100))
    assert all(len(mutants) == 375 * (where.stop - where.start) for where, mutants in parts)


@given(circuit=circuits(6), data=st.data())
@examples(25)
def test_effects_are_those_of_plain_python(circuit, data):
    goal = "x ^ y"
    goals = {"it": LogicGoal(outputs=(goal,))}
    problem = logic_gates(inputs=NAMES[:2], goals=goals, schedule=Fixed(goal="it"), genotype=circuit)
    (row,) = data.draw(genomes(problem.encoding, 1))
    table = truth_table(goal, NAMES[:2])

    def fitness(genes):
        plain = problem.encoding.develop(genes)
        return benefit(plain, table) - 0.2 * max(0, len(plain.effective()) - 11), benefit(plain, table)

    own = fitness(row)[0]
    mutants = np.array([fitness(mutant) for mutant in rewired(problem.encoding, row)]).reshape(-1, 2)
    plain = problem.encoding.develop(row)
    gates = plain.effective()
    outs = [benefit(plain, table, (gate, None, value)) for gate in gates for value in (0, 1)]
    cuts = [benefit(plain, table, (gate, k, value)) for gate in gates for k in (0, 1) for value in (0, 1)]
    found = taken(problem, row, "it")
    assert found["robustness"] == pytest.approx((mutants[:, 0] > own - 1e-12).mean())
    assert found["mean_effect"] == pytest.approx(mutants[:, 0].mean() - own)
    assert found["lethal"] == pytest.approx((mutants[:, 1] < 0.5 + 1e-12).mean())
    assert found["knock_out"] == pytest.approx(np.mean(outs) if outs else np.nan, nan_ok=True)
    assert found["cut"] == pytest.approx(np.mean(cuts) if cuts else np.nan, nan_ok=True)


def test_knock_outs_and_cuts_of_two_gates_by_hand():
    # Gate 0 is x nand x, not x; gate 1, x nand gate 0, is 1: three quarters right.
    found = taken(logic_gates(), genome(ONE), "or")
    assert found["lethal"] == 1
    # Gate 0 at 0 leaves 1, at 1 makes not x of the output, which is half right; gate 1 at 0 or at 1.
    assert found["knock_out"] == pytest.approx((0.75 + 0.5 + 0.25 + 0.75) / 4)
    # Either wire of gate 0 at 0 makes it 1 and the output not x; at 1 nothing changes. Of gate 1, x at 0: 1; at 1: x;
    # gate 0 at 0: 1; at 1: not x.
    assert found["cut"] == pytest.approx((2 * (0.5 + 0.75) + (0.75 + 0.5) + (0.75 + 0.5)) / 8)


def test_a_cut_wire_leaves_the_gate_to_the_other_one():
    goals = {"it": LogicGoal(outputs=("x & ~y",))}
    genotype = Circuit(n_gates=1, gates=("andnot",))
    problem = logic_gates(inputs=NAMES[:2], goals=goals, schedule=Fixed(goal="it"), genotype=genotype)
    # 0, not y, x and 0 in place of x & ~y: each is wrong in one row of four.
    assert taken(problem, np.array([0, 1, 2], np.uint8), "it")["cut"] == 0.75


def test_the_best_constant_answer_is_constant_output_by_output():
    texts = ("x nand y", "x & y")  # 1 is right in three rows of four about the one, 0 about the other
    goals, genotype = {"it": LogicGoal(outputs=texts)}, Circuit(n_gates=2, feedback=False)
    problem = logic_gates(inputs=NAMES[:2], goals=goals, schedule=Fixed(goal="it"), genotype=genotype)
    row, wanted = genome([(0, 1), (2, 2), 2, 3]), np.column_stack([truth_table(text, NAMES[:2]) for text in texts])

    def right(genes):
        plain = problem.encoding.develop(genes)
        return np.mean([np.array(plain.respond(bits)) == answer for bits, answer in zip(ROWS, wanted, strict=True)])

    shares = np.array([right(mutant) for mutant in rewired(problem.encoding, row)])
    assert right(row) == 1
    assert (shares <= 0.75).mean() > (shares <= 0.5).mean()  # the best that one constant for both outputs has is 0.5
    assert taken(problem, row, "it")["lethal"] == (shares <= 0.75).mean()


def test_mutations_of_what_is_not_used_are_silent():
    found = taken(logic_gates(), genome(G1), "and")
    assert found["robustness"] >= 4 / 25  # two gates are not used: 4 of 25 loci
    assert found["mean_effect"] < -0.1
    better = taken(logic_gates(), genome(G1), "or")
    assert better["robustness"] > found["robustness"]


def test_without_a_goal_in_force_it_is_measured_on_the_goal_that_it_is_best_at():
    problem = logic_gates(goals={**logic_gates().goals, "noise": RandomGoal()})
    for goal in ("", "noise"):
        assert taken(problem, genome(G2), goal) == taken(problem, genome(G2), "or")
        assert taken(problem, genome(G1), goal) == taken(problem, genome(G1), "and")
    lost = logic_gates(goals={"noise": RandomGoal()}, schedule=Fixed(goal="noise"))
    assert np.isnan(list(taken(lost, genome(G1), "noise").values())).all()


def test_what_is_no_circuit_has_mutations_but_no_gates_that_fail():
    found = taken(of_switches(), np.array([1, 1], np.uint8), "both")
    assert (found["robustness"], found["mean_effect"], found["lethal"]) == (
        0,
        -0.25,
        1,
    )  # x, or y: as a constant 0, three quarters
    assert np.isnan([found["knock_out"], found["cut"]]).all()


def test_a_network_alone_is_refused():
    bare = Network(("a", "b"), ("unit",) * 2, ("a", "b"), ((0, 1),))
    with pytest.raises(MeasureError, match="it: robustness looks at what a genome computes"):
        Robustness().checked([Specimen("it", bare)])

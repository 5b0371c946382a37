"""Effects of single mutations and knock-outs against circuits made one by one in plain Python."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from tests.unit.test_logic_gates_facts import G1, G2, ONE, genome


def taken(problem, row, goal):
    (values,) = Robustness().checked([Specimen("it", problem=problem, genome=row, goal=goal)])
    return dict(zip(Robustness().columns, values, strict=True))


def benefit(circuit, table):
    n = len(circuit.input_names)
    responses = [circuit.respond(bits)[0] for bits in truth_table_inputs(n)]
    return float(np.mean([r if t else 1 - r for r, t in zip(responses, table, strict=True)]))


def held(circuit, gate, value):
    """The same circuit with a gate that reads the first input twice and is constant."""
    kinds = [("eq" if value else "xor") if g == gate else kind for g, kind in enumerate(circuit.kinds)]
    sources = [(0, 0) if g == gate else pair for g, pair in enumerate(circuit.sources)]
    return replace(circuit, kinds=tuple(kinds), sources=tuple(sources))


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
    outs = [benefit(held(plain, gate, value), table) for gate in plain.effective() for value in (0, 1)]
    found = taken(problem, row, "it")
    assert found["robustness"] == pytest.approx((mutants[:, 0] > own - 1e-12).mean())
    assert found["mean_effect"] == pytest.approx(mutants[:, 0].mean() - own)
    assert found["lethal"] == pytest.approx((mutants[:, 1] < 0.5 + 1e-12).mean())
    assert found["knock_out"] == pytest.approx(np.mean(outs) if outs else np.nan, nan_ok=True)


def test_knock_outs_of_the_last_gate_leave_a_constant():
    # x nand not x: held at 0, the inverter makes 1, as before; held at 1 it makes not x. The last gate: 0 or 1.
    found = taken(logic_gates(), genome(ONE), "or")
    assert found["knock_out"] == pytest.approx((0.75 + 0.5 + 0.25 + 0.75) / 4)
    assert found["lethal"] == 1


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


def test_a_network_alone_is_refused():
    bare = Network(("a", "b"), ("unit",) * 2, ("a", "b"), ((0, 1),))
    with pytest.raises(MeasureError, match="it: robustness looks at what a genome computes"):
        Robustness().checked([Specimen("it", bare)])

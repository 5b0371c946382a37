"""Lost parts: lesions of modules, who covers for whom, whom a part serves; against circuits made by hand."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from evomod.genotypes.circuit import Circuit
from evomod.genotypes.ternary_net import TernaryNet
from evomod.goals.base import truth_table_inputs
from evomod.goals.logic import LogicGoal, truth_table
from evomod.goals.neutral import NeutralGoal
from evomod.goals.random import RandomGoal
from evomod.measures.base import Specimen
from evomod.measures.lesioning import Lesioned, bits_of
from evomod.measures.lesions import Lesions
from evomod.measures.redundancy import Redundancy
from evomod.measures.specialisation import Specialisation, deciding
from evomod.networks.maximisation import maximise
from evomod.schedules.fixed import Fixed
from tests.generators import AND, NAMES, logic_gates
from tests.switches import of_switches
from tests.unit.test_logic_gates_facts import G1, G2, genome

TABLE = truth_table(AND, NAMES[:4])


def taken(measure, problem, row, goal="and"):
    (values,) = measure.checked([Specimen("it", problem=problem, genome=row, goal=goal)])
    return dict(zip(measure.columns, values, strict=True))


def right(row, parts=(), table=TABLE, problem=None):
    """Which rows are right without these parts, in plain Python."""
    circuit = (problem or logic_gates()).encoding.develop(row).failing(parts)
    answers = [circuit.respond(case)[0] for case in truth_table_inputs(len(circuit.input_names)).tolist()]
    return np.where(table, answers, 1 - np.array(answers))


def loss(row, parts):
    return float((right(row) - right(row, parts)).mean())


def two_ways(goal):
    """x & y twice, and OR of the two."""
    circuit, goals = Circuit(n_gates=3, gates=("and", "or")), {"and": LogicGoal(outputs=(goal,))}
    problem = logic_gates(inputs=NAMES[:2], genotype=circuit, goals=goals, schedule=Fixed(goal="and"))
    return problem, np.array([0, 1, 0, 0, 1, 0, 2, 3, 1, 4], np.uint8)


@pytest.mark.jitless
def test_two_parts_that_do_the_same_cover_for_each_other():
    found = taken(Redundancy(), *two_ways("x & y"))
    assert found == {"covering": 1 / 3, "cover": 0.25 / 3, "harmless": 2 / 3, "covered": 1.0}


@pytest.mark.jitless
@pytest.mark.parametrize("genes", [G1, G2], ids=["and", "or"])
def test_redundancy_is_that_of_plain_python(genes):
    row, found = genome(genes), taken(Redundancy(), logic_gates(), genome(genes))
    parts = logic_gates().encoding.develop(row).effective()
    single = {part: loss(row, [part]) for part in parts}
    excess = {pair: loss(row, pair) - single[pair[0]] - single[pair[1]] for pair in combinations(parts, 2)}
    covering = {part for pair, more in excess.items() if more > 1e-9 for part in pair}
    harmless = {part for part, cost in single.items() if cost < 1e-9}
    assert found["covering"] == pytest.approx(np.mean([more > 1e-9 for more in excess.values()]))
    assert found["cover"] == pytest.approx(np.mean([max(0, more) for more in excess.values()]))
    assert found["harmless"] == pytest.approx(len(harmless) / len(parts))
    share = len(covering & harmless) / len(harmless) if harmless else np.nan
    assert found["covered"] == pytest.approx(share, nan_ok=True)


@pytest.mark.parametrize("genes", [G1, G2], ids=["and", "or"])
def test_lesions_are_those_of_modules_and_of_as_many_parts(genes):
    row, problem = genome(genes), logic_gates()
    found = taken(Lesions(samples=2000), problem, row)
    network = problem.encoding.develop(row, NAMES[:4], ["o"]).network().parts()
    best = maximise(network).partition.labels
    modules: dict[int, list[int]] = {}
    for name, module in zip(network.names, best, strict=True):
        if name.startswith("g"):
            modules.setdefault(module, []).append(int(name[1:]))
    losses = [loss(row, parts) for parts in modules.values()]
    parts = problem.encoding.develop(row).effective()
    one, targets = Lesioned(problem, row), problem.targets("and", 0, 0)
    sizes = set(map(len, modules.values()))
    by_size = {
        n: right(row).mean() - one.benefits("and", targets, bits_of([*combinations(parts, n)])).mean() for n in sizes
    }
    random = np.mean([by_size[len(module)] for module in modules.values()])
    assert found["modules"] == len(modules) > 1
    assert found["module_loss"] == pytest.approx(np.mean(losses))
    assert found["worst"] == pytest.approx(max(losses))
    assert found["random_loss"] == pytest.approx(random, abs=0.01)
    assert found["excess"] == pytest.approx(found["module_loss"] - found["random_loss"])


@pytest.mark.jitless
def test_specialisation_is_that_of_plain_python_and_high_in_a_modular_circuit():
    row = genome(G1)
    x, y, z, w = truth_table_inputs(4).T
    tasks = [(w ^ z) & ~(x ^ y), (x ^ y) & ~(w ^ z)]  # where x ^ y decides alone, and where w ^ z does
    parts = logic_gates().encoding.develop(row).effective()
    worth = [[max(0, (right(row) - right(row, [part]))[task].sum()) for task in tasks] for part in parts]
    tau = [1 - min(two) / max(two) for two in worth if max(two) > 0]
    found = taken(Specialisation(), logic_gates(), row)
    assert found["specialisation"] == pytest.approx(np.mean(tau))
    assert found["specialists"] == pytest.approx(np.mean(np.array(tau) == 1))
    assert found["idle"] == pytest.approx(1 - len(tau) / len(parts))
    assert found["specialisation"] > 0.5


@pytest.mark.jitless
def test_a_sub_goal_decides_alone_where_its_value_alone_matters():
    codes, targets = np.array([0, 1, 2, 3]), np.array([[False], [False], [False], [True]])
    assert deciding(codes, targets)[..., 0].tolist() == [[False, False, True, False], [False, True, False, False]]
    assert not deciding(codes, np.array([[False], [True], [True], [False]])).any()  # XOR: both decide everywhere
    assert not deciding(np.array([0, 1]), np.array([[True], [True]])).any()


@pytest.mark.parametrize("cls", [Lesions, Redundancy, Specialisation])
def test_other_genotypes_have_numbers_too_and_those_without_parts_have_none(cls):
    net = logic_gates(genotype=TernaryNet(hidden=(4, 2)))
    row = np.random.default_rng(3).integers(0, 5, net.encoding.n_loci).astype(np.uint8)
    found = taken(cls(), net, row)
    assert np.isfinite(list(found.values())).any()
    assert list(found.values()) == pytest.approx(list(taken(cls(), net, row).values()), nan_ok=True)
    assert np.isnan(list(taken(cls(), of_switches(), np.array([1, 1], np.uint8), "both").values())).all()


@pytest.mark.parametrize("cls", [Lesions, Redundancy, Specialisation])
def test_without_a_goal_there_are_no_numbers(cls):
    goals = {"noise": RandomGoal(), "nothing": NeutralGoal()}
    problem = logic_gates(goals=goals, schedule=Fixed(goal="noise"))
    assert np.isnan(list(taken(cls(), problem, genome(G1), "noise").values())).all()


def test_a_goal_whose_sub_goals_never_decide_alone_has_no_specialists():
    problem = logic_gates(goals={"and": LogicGoal(outputs=("(x ^ y) ^ (w & z)",))}, schedule=Fixed(goal="and"))
    assert np.isnan(taken(Specialisation(), problem, genome(G1))["specialisation"])

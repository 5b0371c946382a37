"""What is one mutation away, against genomes tried one by one in plain Python."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.component import build
from evomod.goals.function import answers, function_of, is_made_of
from evomod.goals.logic import LogicGoal, truth_table
from evomod.goals.modularity import ModularityGoal
from evomod.goals.random import RandomGoal
from evomod.measures.base import Measure, MeasureError, Specimen
from evomod.measures.evolvability import Evolvability, made_of
from evomod.neighbourhood import rewired
from evomod.schedules.fixed import Fixed
from tests.generators import AND, NAMES, OR, circuits, examples, genomes, logic_gates
from tests.switches import of_switches
from tests.unit.test_logic_gates_facts import G1, G2, MODULES, genome
from tests.unit.test_neighbourhood import plain

NAND = [*MODULES, (7, 11), (12, 12), *[(0, 0)] * 2, 12]  # ~((x ^ y) & (w ^ z)), and an inverter that nobody reads


def taken(problem, row, goal, measure=None):
    measure = measure or Evolvability()
    (values,) = measure.checked([Specimen("it", problem=problem, genome=row, goal=goal)])
    return dict(zip(measure.columns, values, strict=True))


def test_two_rewirings_apart_is_not_one():
    for genes, goal in ((G1, "and"), (G2, "or")):
        found = taken(logic_gates(), genome(genes), goal)
        assert (found["switchable"], found["switchable_mean"]) == (0, 0)
        assert found["facilitated"] > 0


def test_a_spare_inverter_makes_a_switch_of_one_mutation():
    goals = {**logic_gates().goals, "nand": LogicGoal(outputs=(f"~({AND})",))}
    problem, spare = logic_gates(goals=goals), genome(NAND)
    wanted = function_of(truth_table(AND, NAMES[:4])[:, None])
    count = sum(plain(problem, mutant) == wanted for mutant in rewired(problem.encoding, spare))
    assert count >= 1  # the output reads the inverter
    found = taken(problem, spare, "nand")
    assert found["switchable"] == pytest.approx(count / 375)
    assert found["switchable_mean"] == pytest.approx(count / 375 / 2)  # none solves `or`
    assert found["facilitated"] > 0
    named = taken(problem, spare, "nand", build(Measure, {"kind": "evolvability", "goals": ["or", "nand"]}))
    assert (named["switchable"], named["switchable_mean"]) == (0, 0)


@given(circuit=circuits(4), data=st.data())
@examples(20)
def test_what_is_reached_is_what_plain_python_reaches(circuit, data):
    texts = {"one": "x & ~y", "two": "x ^ y", "three": "x"}
    goals = {name: LogicGoal(outputs=(text,)) for name, text in texts.items()}
    problem = logic_gates(inputs=NAMES[:2], goals=goals, schedule=Fixed(goal="one"), genotype=circuit)
    (row,) = data.draw(genomes(problem.encoding, 1))
    mutants = [plain(problem, mutant) for mutant in rewired(problem.encoding, row)]
    novel = Counter(f for f in mutants if f is not None and f != plain(problem, row))
    found = taken(problem, row, "one")
    solved = [
        np.mean([f == function_of(truth_table(texts[g], NAMES[:2])[:, None]) for f in mutants])
        for g in ("two", "three")
    ]
    assert found["switchable"] == pytest.approx(max(solved))
    assert found["switchable_mean"] == pytest.approx(np.mean(solved))
    assert found["functions"] == len(novel)
    assert found["novel"] == pytest.approx(novel.total() / len(mutants))
    assert np.isnan(found["facilitated"])  # x & ~y has no sub-goals of two inputs


def test_facilitated_mutations_keep_both_modules():
    problem = logic_gates()
    x, w = (function_of(truth_table(text, NAMES[:4])[:, None]) for text in ("x ^ y", "w ^ z"))
    mutants = [plain(problem, mutant) for mutant in rewired(problem.encoding, genome(G1))]
    novel = [f for f in mutants if f is not None and f != plain(problem, genome(G1))]
    made = [f for f in novel if is_made_of(f, x, 4) and is_made_of(f, w, 4)]
    found = taken(problem, genome(G1), "and")
    assert found["facilitated"] == pytest.approx(len(made) / len(novel))
    assert found["novel"] == pytest.approx(len(novel) / 375)
    assert found["functions"] == len(set(novel))


@given(functions=st.lists(st.integers(0, 2**16 - 1), max_size=4), inner=st.integers(0, 15), noise=st.booleans())
@examples(60)
def test_functions_are_made_of_subgoals_as_ashenhurst_says(functions, inner, noise):
    parts = [function_of(truth_table(text, NAMES[:4])[:, None]) for text in ("x ^ y", "w & z")]
    values = [answers(part, 4)[:, 0] for part in parts]
    codes = values[0] + 2 * values[1].astype(int)
    made = function_of((inner >> codes & 1).astype(bool)[:, None])
    functions = [*functions, made, made ^ (1 << 5 if noise else 0)]
    tables = np.stack([answers(f, 4)[:, 0] for f in functions])
    expected = [all(is_made_of(f, part, 4) for part in parts) for f in functions]
    assert made_of(tables, codes).tolist() == expected


def test_of_no_functions_none_is_made_of_anything():
    assert made_of(np.zeros((0, 16), bool), np.arange(16)).tolist() == []


def test_with_several_outputs_each_subgoal_matters_somewhere():
    x, w = (truth_table(text, NAMES[:4]) for text in ("x ^ y", "w ^ z"))
    codes = x + 2 * w.astype(int)
    both, one, other = np.stack([x, w]), np.stack([x, ~x]), np.stack([x, truth_table("w", NAMES[:4])])
    assert made_of(np.stack([table.ravel() for table in (both, one, other)]), codes).tolist() == [True, False, False]


def test_functions_of_two_outputs_and_of_many_rows_are_told_apart():
    inputs = (*NAMES[:4], "q", "r", "s")  # 128 rows: two words an output
    goals = {"one": LogicGoal(outputs=("x nand y", "s")), "two": LogicGoal(outputs=("x nand y", "x nand x"))}
    problem = logic_gates(inputs=inputs, goals=goals, schedule=Fixed(goal="one"))
    genes = [(0, 1), (0, 0), *[(0, 0)] * 10, 7, 6]
    row = genome(genes)
    found = taken(problem, row, "one")
    mutants = rewired(problem.encoding, row)
    solves = (mutants[:, 24] == 7) & (mutants[:, 25] == 8) & (mutants[:, 0] == 0) & (mutants[:, 1] == 1)
    assert found["switchable"] >= solves.mean() > 0
    assert taken(problem, row, "two")["functions"] == found["functions"] > 5


def test_what_is_no_circuit_is_evolvable_as_well():
    found = taken(of_switches(), np.array([1, 1], np.uint8), "both")
    assert (found["switchable"], found["functions"], found["novel"]) == (0.5, 2, 1)


def test_without_related_goals_nothing_is_switchable():
    problem = logic_gates(goals={"and": LogicGoal(outputs=(AND,)), "n": RandomGoal()}, schedule=Fixed(goal="and"))
    found = taken(problem, genome(G1), "and")
    assert np.isnan(found["switchable"])
    assert found["functions"] > 10


def test_a_goal_without_right_answers_is_not_related():
    goals = {"most": ModularityGoal(), "some": ModularityGoal(reach=0.5)}
    problem = logic_gates(goals=goals, schedule=Fixed(goal="most"))
    found = taken(problem, genome(G1), "most")
    assert np.isnan([found["switchable"], found["switchable_mean"], found["facilitated"]]).all()
    assert found["functions"] == taken(logic_gates(), genome(G1), "and")["functions"]
    with pytest.raises(MeasureError, match=r"names 'some'; goals that have always the same right answers are none"):
        taken(problem, genome(G1), "most", Evolvability(goals=("some",)))


def test_goals_that_are_none_are_refused():
    problem = logic_gates(goals={"and": LogicGoal(outputs=(AND,)), "or": LogicGoal(outputs=(OR,)), "n": RandomGoal()})
    for wrong in ("xor", "n"):
        with pytest.raises(MeasureError, match=f"it: evolvability.goals names '{wrong}'; goals .* are and, or"):
            taken(problem, genome(G1), "and", Evolvability(goals=(wrong,)))


def test_the_same_genomes_have_the_same_numbers_in_any_company():
    problem, rows = logic_gates(), np.random.default_rng(1).integers(0, 16, (60, 25)).astype(np.uint8)
    some = [Specimen("a", problem=problem, genome=row, goal=goal) for row in rows for goal in ("and", "", "or")]
    together = Evolvability().checked(some)
    alone = np.concatenate([Evolvability().checked([specimen]) for specimen in some])
    assert np.array_equal(together, alone, equal_nan=True)

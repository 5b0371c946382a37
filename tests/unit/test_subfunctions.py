"""Sub-functions on lines written by hand: when they arose, and what became of them at goal switches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.genotypes.circuit import Circuit
from evomod.goals.random import RandomGoal
from evomod.lineage.subfunctions import FATES, fates, first_there, subfunctions, subgoals, there_since
from evomod.schedules.fixed import Fixed
from evomod.schedules.orders import Alternating
from tests.generators import examples, logic_gates
from tests.lines import log_of, story_by_hand
from tests.unit.test_logic_gates_facts import G1, G2, genome, xor

EVERY_TWO = Alternating(goals=("and", "or"), every=2)
KINDS = ("nand", "eq", "xor", "and")
PROBLEM = logic_gates(genotype=Circuit(n_gates=3, gates=KINDS), schedule=EVERY_TWO)
X, Y, Z, W, G0, G1_, G2_ = range(7)


def three(first, last=("and", G0, G1_)):
    """Three gates: g0 is to be x ^ y, g1 is w ^ z, and g2 joins them."""
    gates = [first, ("xor", W, Z), last]
    return [locus for kind, a, b in gates for locus in (a, b, KINDS.index(kind))] + [G2_]


BOTH, NEGATED, WITHOUT = three(("xor", X, Y)), three(("eq", X, Y)), three(("nand", X, Y))
UNREAD = three(("xor", X, Y), last=("and", G1_, G1_))
# One generation each; the goal changes in 2, 4, 6, 8, 10 and 12, where the line ends.
LINE = [WITHOUT, WITHOUT, WITHOUT, BOTH, BOTH, NEGATED, UNREAD, BOTH, BOTH, WITHOUT, BOTH, WITHOUT, BOTH]
THERE = [False, False, False, True, True, True, False, True, True, False, True, False, True]


def test_a_part_that_two_goals_share_counts_once():
    assert list(subgoals(logic_gates()).values()) == ["x ^ y", "w ^ z"]


def test_goals_that_are_never_in_force_lend_no_parts():
    assert list(subgoals(logic_gates(schedule=Fixed(goal="noise"), goals={"noise": RandomGoal()})).values()) == []


@pytest.mark.jitless
def test_a_sub_function_is_there_where_an_effective_gate_or_its_negation_computes_it():
    found = subfunctions(story_by_hand(PROBLEM, LINE))
    assert found.names == ("x ^ y", "w ^ z")
    steps = sorted({0} | {g for g in range(1, 13) if LINE[g] != LINE[g - 1]})
    assert found.generations.tolist() == steps
    assert found.there[:, 0].tolist() == [THERE[g] for g in steps]
    assert found.there[:, 1].all()


@pytest.mark.jitless
def test_it_is_said_which_gate_computes_it_and_which_negates_it():
    found = subfunctions(story_by_hand(PROBLEM, [BOTH, NEGATED, UNREAD, WITHOUT]))
    assert [found.where(k, 0) for k in range(4)] == [("g0",), ("not g0",), (), ()]
    assert found.where(2, 1) == ("g1", "g2")
    assert not found.in_module.any()  # no NANDs


@pytest.mark.jitless
def test_it_arose_once_and_for_good_later():
    found = subfunctions(story_by_hand(PROBLEM, LINE))
    assert first_there(found.there, found.generations).tolist() == [3, 0]
    assert there_since(found.there, found.generations).tolist() == [12, 0]


@pytest.mark.jitless
def test_what_is_not_there_at_the_end_has_not_come_for_good_and_may_never_have_come():
    held, generations = np.array([[1, 0], [1, 0], [0, 0]], bool), np.array([4, 6, 9])
    assert first_there(held, generations).tolist() == [4, -1]
    assert there_since(held, generations).tolist() == [-1, -1]


@pytest.mark.jitless
def test_each_fate_at_a_switch_is_told_from_the_others():
    log = log_of(PROBLEM, 13)
    story = story_by_hand(PROBLEM, LINE, log)
    rows, fate = fates(log, story, subfunctions(story).there)
    assert rows["generation"].tolist() == [2, 4, 6, 8, 10]  # the epoch that begins in 12 is not over
    assert [FATES[k] for k in fate[:, 0]] == ["new", "persists", "found again", "lost", "absent"]
    assert [FATES[k] for k in fate[:, 1]] == ["persists"] * 5


@pytest.mark.jitless
def test_switches_count_only_where_the_line_has_the_generation_before_and_the_whole_epoch():
    log = log_of(PROBLEM, 13)
    for start, stop, expected in ((2, 13, [4, 6, 8, 10]), (1, 13, [2, 4, 6, 8, 10]), (0, 7, [2, 4]), (0, 8, [2, 4, 6])):
        story = story_by_hand(PROBLEM, LINE[start:stop], log, start)
        rows, _ = fates(log, story, subfunctions(story).there)
        assert rows["generation"].tolist() == expected


@given(there=st.lists(st.booleans(), min_size=1, max_size=30), every=st.integers(1, 5), extra=st.integers(0, 3))
@examples(60)
def test_fates_are_what_their_definition_says_generation_by_generation(there, every, extra):
    problem = logic_gates(genotype=PROBLEM.genotype, schedule=Alternating(goals=("and", "or"), every=every))
    n = len(there)
    log = log_of(problem, n + extra)
    story = story_by_hand(problem, [BOTH if held else WITHOUT for held in there], log)
    rows, fate = fates(log, story, subfunctions(story).there)
    starts = [s for s in range(every, n, every) if s + every <= n and s + every < n + extra]
    assert rows["generation"].tolist() == starts
    for start, got in zip(starts, fate[:, 0], strict=True):
        before, during = there[start - 1], there[start : start + every]
        if before and all(during):
            expected = "persists"
        else:
            expected = (("absent", "new"), ("lost", "found again"))[before][during[-1]]
        assert FATES[got] == expected


@pytest.mark.jitless
def test_four_nands_are_a_module_and_five_are_none():
    problem = logic_gates()
    five = [(0, 0), (1, 1), (0, 5), (4, 1), (6, 7)]  # x ^ y in node 8
    other = genome([*five, *xor(3, 2, 9), (8, 12), (13, 13), (15, 15), 14])
    found = subfunctions(story_by_hand(problem, [genome(G1), genome(G2), other]))
    assert found.there.all()
    assert found.in_module.tolist() == [[True, True], [True, True], [False, True]]
    assert [found.where(k, 0) for k in range(3)] == [("g3",), ("g3",), ("g4",)]


@pytest.mark.jitless
def test_goals_without_parts_have_no_sub_functions():
    problem = logic_gates(goals={"noise": RandomGoal()}, schedule=Fixed(goal="noise"))
    log = log_of(problem, 2)
    story = story_by_hand(problem, [genome(G1), genome(G2)], log)
    found = subfunctions(story)
    assert (found.names, found.there.shape) == ((), (2, 0))
    assert fates(log, story, found.there)[1].shape == (0, 0)

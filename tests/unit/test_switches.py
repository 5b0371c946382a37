"""Goal switches of a run, and how long it took to be perfect again."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evomod.goals.neutral import NeutralGoal
from evomod.goals.random import RandomGoal
from evomod.lineage.switches import all_solved, recovery_on, switches
from evomod.schedules.fixed import Fixed
from evomod.schedules.orders import Alternating, Drawn
from tests.generators import examples, logic_gates
from tests.lines import log_of, story_by_hand
from tests.unit.test_logic_gates_facts import G1, G2, genome

EVERY_FIVE = logic_gates(schedule=Alternating(goals=("and", "or"), every=5))


def test_recovery_is_counted_from_the_switch_to_the_first_perfect_individual():
    rows = switches(log_of(EVERY_FIVE, 27, n_perfect=(3, 4, 5, 13, 14, 19, 26)))
    assert rows["generation"].tolist() == [5, 10, 15, 20, 25]
    assert rows["stop"].tolist() == [10, 15, 20, 25, 27]
    assert rows["whole"].tolist() == [True] * 4 + [False]
    np.testing.assert_array_equal(rows["recovery"], [0, 3, 4, np.nan, 1])
    assert [(int(row["before"]), int(row["goal"])) for row in rows[:2]] == [(0, 1), (1, 0)]


def test_a_fixed_goal_has_no_switches():
    assert len(switches(log_of(logic_gates(schedule=Fixed(goal="and")), 30, n_perfect=(3,)))) == 0


def test_a_named_goal_that_follows_itself_is_no_switch_and_a_random_one_is():
    same = logic_gates(schedule=Alternating(goals=("and", "and"), every=5))
    assert len(switches(log_of(same, 30))) == 0
    anew = logic_gates(goals={"noise": RandomGoal()}, schedule=Alternating(goals=("noise", "noise"), every=5))
    assert switches(log_of(anew, 30))["generation"].tolist() == [5, 10, 15, 20, 25]


@given(weight=st.integers(1, 5), every=st.integers(1, 4), perfect=st.sets(st.integers(0, 39)))
@examples(40)
def test_recovery_is_what_plain_python_counts(weight, every, perfect):
    problem = logic_gates(schedule=Drawn(goals=("and", "or"), weights=(weight, 1), every=every))
    log = log_of(problem, 40, n_perfect=sorted(perfect))
    goals = log.generations["goal"].tolist()
    expected = [g for g in range(1, 40) if goals[g] != goals[g - 1]]
    rows = switches(log)
    assert rows["generation"].tolist() == expected
    for row in rows:
        waits = [g - row["generation"] for g in range(row["generation"], row["stop"]) if g in perfect]
        np.testing.assert_array_equal(row["recovery"], waits[0] if waits else np.nan)


def test_all_goals_are_solved_when_the_last_one_is():
    assert all_solved(log_of(EVERY_FIVE, 20, solved={"and": 2, "or": 7})) == 7
    assert all_solved(log_of(EVERY_FIVE, 20, solved={"and": 2})) is None
    assert all_solved(log_of(EVERY_FIVE, 20)) is None  # nobody knows any more
    noise = logic_gates(goals={"noise": RandomGoal()}, schedule=Fixed(goal="noise"))
    assert all_solved(log_of(noise, 20, solved={})) is None


def test_while_a_goal_fades_nobody_has_recovered_who_is_perfect_on_the_goal_before():
    fading = logic_gates(schedule=Alternating(goals=("and", "or"), every=10, fade=4))
    champions = [(0, 1.0), (10, 0.75), (12, 1.0), (20, 0.5), (25, 0.9), (30, 0.75), (32, 0.9)]
    rows = switches(log_of(fading, 40, range(40), champions))
    np.testing.assert_array_equal(rows["recovery"], [2, 4, 4])  # from the fifth generation on all face the new goal


def test_a_goal_that_is_drawn_once_or_asks_nothing_is_not_switched_to_itself():
    for goal in (RandomGoal(draw="once"), NeutralGoal()):
        same = logic_gates(goals={"it": goal}, schedule=Alternating(goals=("it", "it"), every=5))
        assert len(switches(log_of(same, 30))) == 0


def test_a_line_has_recovered_when_its_member_is_perfect_on_the_new_goal():
    solutions = {"and": genome(G1), "or": genome(G2)}
    # and: 0 to 4, or: 5 to 9, and: 10 to 14, or: 15 to 19
    who = ["and"] * 7 + ["or"] * 3 + ["and"] * 10
    log = log_of(EVERY_FIVE, 21)
    story = story_by_hand(EVERY_FIVE, [solutions[name] for name in who], log)
    np.testing.assert_array_equal(recovery_on(story, switches(log)[:3]), [2, 0, np.nan])

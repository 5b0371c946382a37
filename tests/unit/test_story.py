"""What mutations did to fitness, against the readable phenotype, and on lines written by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.goals.neutral import NeutralGoal
from evomod.goals.random import RandomGoal
from evomod.lineage.subfunctions import subfunctions
from evomod.lineage.switches import switches
from evomod.report.story_summary import as_rows, gain_under_next, summarise
from evomod.schedules.fixed import Fixed, Together
from evomod.schedules.orders import Alternating
from tests.generators import examples, genomes, logic_gates
from tests.lines import SEED, log_of, story_by_hand
from tests.unit.test_subfunctions import BOTH, PROBLEM, three

NOTHING, FIRST = three(("xor", 0, 0)), three(("xor", 0, 1), last=("and", 4, 4))  # 0, and x ^ y


def fitness(problem, genome, goals, start=0):
    """Benefit and fitness in plain Python, for goals with weights."""
    circuit = problem.encoding.develop(genome, problem.inputs)
    hits = 0.0
    for goal, weight in goals:
        cases = problem.cases(goal, start, SEED)
        right = [
            1 - abs(share - target)
            for inputs, targets in zip(cases.inputs, cases.targets, strict=True)
            for share, target in zip(circuit.respond(inputs), targets, strict=True)
        ]
        hits += weight * float(np.mean(right))
    benefit = hits / sum(weight for _, weight in goals)
    return benefit, benefit - sum(
        cost.weight * max(0, len(circuit.effective()) - cost.above) for cost in problem.fitness.costs
    )


ARMS = {
    "two goals": {},
    "together": {"schedule": Together(goals=("and", "or"), weights=(2, 1))},
    "random": {
        "goals": {**logic_gates().goals, "noise": RandomGoal()},
        "schedule": Alternating(goals=("or", "noise"), every=2),
    },
    "random alone": {"goals": {"noise": RandomGoal()}, "schedule": Alternating(goals=("noise", "noise"), every=2)},
    "neutral": {
        "goals": {**logic_gates().goals, "nothing": NeutralGoal()},
        "schedule": Alternating(goals=("and", "nothing"), every=2),
    },
}


@pytest.mark.jitless
@pytest.mark.parametrize("arm", ARMS.values(), ids=ARMS)
@given(data=st.data())
@examples(12)
def test_effects_are_differences_of_fitness_in_plain_python(arm, data):
    problem = logic_gates(every=2, **arm)
    line = data.draw(genomes(problem.encoding, 6))
    story = story_by_hand(problem, line)
    for k, step in enumerate(story.steps):
        generation = int(step["generation"])
        epoch = problem.epoch(generation, SEED)
        parent = line[max(0, generation - 1)]
        for g, name in enumerate(story.goals):
            own, before = (fitness(problem, genome, [(name, 1)]) for genome in (line[generation], parent))
            assert (step["benefits"][g], step["fitnesses"][g]) == pytest.approx(own)
            assert step["effects"][g] == (0 if own[1] == pytest.approx(before[1]) else np.sign(own[1] - before[1]))
        if not problem.goals_select(epoch):
            assert np.isnan([step["benefit"], step["fitness"], step["gain"]]).all()
            assert step["effect"] == 0
        else:
            goals = epoch.together or ((epoch.goal, 1),)
            own, before = (fitness(problem, genome, goals, epoch.start) for genome in (line[generation], parent))
            assert (step["benefit"], step["fitness"]) == pytest.approx(own)
            assert step["gain"] == pytest.approx(own[1] - before[1])
            assert step["effect"] == (0 if step["gain"] == pytest.approx(0) else np.sign(step["gain"]))
        assert step["hidden"] == (step["effect"] == 0 and any(step["effects"]))
        assert step["parts"] == len(problem.encoding.develop(line[generation]).effective())
        assert k == 0 or step["n_changed"] == (line[generation] != parent).sum()


@pytest.mark.jitless
def test_a_mutation_is_hidden_if_only_another_goal_would_see_it_and_helps_if_that_goal_is_next():
    # 0 is right on `and` in 12 rows and on `or` in 4, x ^ y in 12 rows on either.
    log = log_of(PROBLEM, 5)
    story = story_by_hand(PROBLEM, [NOTHING, FIRST, BOTH], log)
    assert story.steps["effect"].tolist() == [0, 0, -1]  # the goal is now `or`, on which `and` is right in 8
    assert story.steps["hidden"].tolist() == [False, True, False]
    assert gain_under_next(story, switches(log)).tolist() == [0, 0.5, 0]
    fixed = logic_gates(genotype=PROBLEM.genotype, schedule=Fixed(goal="and"))
    alone = story_by_hand(fixed, [NOTHING, FIRST, BOTH], log_of(fixed, 5))
    assert alone.steps["hidden"].tolist() == [False, True, False]
    assert not gain_under_next(alone, switches(log_of(fixed, 5))).any()


@pytest.mark.jitless
def test_steps_know_which_generations_they_span_and_say_what_changed():
    story = story_by_hand(PROBLEM, [NOTHING, NOTHING, FIRST, FIRST, FIRST], start=3)
    assert story.steps["generation"].tolist() == [3, 5]
    assert story.steps["until"].tolist() == [4, 7]
    assert story.at([3, 4, 5, 7]).tolist() == [0, 0, 1, 1]
    assert story.by_generation(np.array([7, 8])).tolist() == [7, 7, 8, 8, 8]
    assert story.changes(0) == ()
    assert story.changes(1) == ("g0 reads y instead of x", "g2 reads g0 instead of g1")


@pytest.mark.jitless
def test_milestones_name_what_came_first_and_what_stayed():
    line = [NOTHING, FIRST, NOTHING, BOTH, BOTH]
    log = log_of(PROBLEM, 5, n_perfect=(3,))
    story = story_by_hand(PROBLEM, line, log)
    told = summarise(log, story, subfunctions(story))
    known = {row["generation"]: row["what"] for row in told["milestones"]}
    assert "already computes w ^ z, in g1" in known[0]
    assert "first computes x ^ y, in g0, g2" in known[1]
    assert {"first perfect on and", "computes x ^ y from here to the end of this line, in g0"} <= set(known[3])
    assert told["subfunctions"]["x ^ y"]["since"] == 3


@pytest.mark.jitless
def test_rows_of_a_table_all_have_the_same_columns_and_no_number_that_is_none():
    for arm in ARMS.values():
        problem = logic_gates(every=2, **arm)
        story = story_by_hand(problem, [np.arange(25) % 16, np.arange(25) % 15, np.arange(25) % 14])
        rows = as_rows(story, subfunctions(story))
        assert rows[1:] == as_rows(story, subfunctions(story), last=2)
        assert len({tuple(row) for row in rows}) == 1
        assert not any(value != value for row in rows for value in row.values())

"""What the tables of the log say, computed again from the engine's populations, readable phenotypes and definitions."""

from __future__ import annotations

import copy
from itertools import islice

import h5py
import numpy as np
import pytest

from evomod.engine import evolve
from evomod.lineage.reader import LineageReader
from evomod.runner import resume, run
from evomod.scenario import Record
from tests.whole.conftest import ARMS, every_arm, tiny

COSTS = "fitness.costs=[{kind: gates, weight: 0.2, above: 8}, {kind: connections, weight: 0.001}]"
EASY = ("goals={and: x & y, or: x | y}", "population=101", "selection.elite=30", "generations=300", COSTS)
GRID = [(*arm, COSTS, "generations=300") for arm in ARMS.values()] + [EASY]
every_run = pytest.mark.parametrize("settings", GRID, ids=[*ARMS, "easy"])


def logged(folder, *settings):
    """A run's log, and its generations as the engine makes them."""
    scenario = tiny(*settings)
    run(scenario, folder)
    populations = islice(evolve(scenario.problem, scenario.seed), scenario.generations + 1)
    return scenario.problem, LineageReader(folder), [copy.deepcopy(generation) for generation in populations]


# One row per generation -----------------------------------------------------------------------------------------------


@every_run
def test_the_generations_table_is_what_numpy_says(settings, tmp_path):
    problem, log, whole = logged(tmp_path / "run", *settings)
    with log:
        rows = log.generations
    assert rows["generation"].tolist() == list(range(301))
    assert rows["epoch"].tolist() == [problem.epoch(g, 1).index for g in range(301)]
    goals = problem.goal_labels
    for row, generation in zip(rows, whole, strict=True):
        p, n = generation.population, problem.population
        best = row["best"]
        assert goals[row["goal"]] == generation.epoch.goal
        assert best == generation.ranking.fittest[0]
        assert row["best_fitness"] == p.fitness.max() == p.fitness[best]
        assert row["mean_fitness"] == pytest.approx(p.fitness.mean(), rel=1e-12)
        benefit = p.hits / problem.max_hits
        assert row["best_benefit"] == benefit.max()
        assert row["mean_benefit"] == pytest.approx(benefit.mean(), rel=1e-12)
        nearest = [int(q * (n - 1) + 0.5) for q in (0, 0.25, 0.5, 0.75, 1)]
        assert np.array_equal(row["fitness_quantiles"], np.sort(p.fitness)[nearest])
        assert np.array_equal(row["benefit_quantiles"], np.sort(benefit)[nearest])
        assert row["n_perfect"] == (benefit == 1).sum()
        assert np.array_equal(row["best_costs"], p.costs[best])
        assert row["mean_costs"] == pytest.approx(p.costs.mean(axis=0), rel=1e-12)
        if p.generation:
            variance = np.bincount(p.parents, minlength=n).var()
            assert row["effective_size"] == pytest.approx((n - 1) / variance, rel=1e-12)
        else:
            assert np.isnan(row["effective_size"])
    assert rows["n_perfect"].max() > 0 or settings is not EASY


# Champions ------------------------------------------------------------------------------------------------------------


def settles(phenotype, inputs):
    """Does nothing change in the last of n_gates + 4 sweeps over the effective gates, here NANDs?"""
    state = [*map(bool, inputs), *(False for _ in phenotype.sources)]
    for _ in range(len(phenotype.sources) + 4):
        before, state = state, list(state)
        for gate in phenotype.effective():
            a, b = phenotype.sources[gate]
            state[len(inputs) + gate] = not (before[a] and before[b])
    return state == before


def check_champion(row, generation, problem, scored, seed=1):
    """Everything that a champion's row says, from its readable phenotype."""
    p, goals = generation.population, problem.goal_labels
    place = best_place(generation)
    assert (row["generation"], row["place"]) == (p.generation, place)
    assert np.array_equal(row["genome"], p.genomes[place])
    assert goals[row["goal"]] == generation.epoch.goal
    assert row["fitness"] == p.fitness[place]
    phenotype = problem.encoding.develop(row["genome"], problem.inputs)

    def benefit(goal, start):
        cases = problem.cases(goal, start, seed)
        ones = np.array([phenotype.respond(inputs) for inputs in cases.inputs])
        return np.where(cases.targets, ones, 1 - ones).mean()

    assert row["benefit"] == pytest.approx(asked(problem, generation, place, benefit), abs=1e-12)
    assert row["benefits"] == pytest.approx([benefit(goal, 0) for goal in scored], abs=1e-12)
    gates = phenotype.effective()
    assert row["parts"] == len(gates)
    assert row["connections"] == len({(source, gate) for gate in gates for source in phenotype.sources[gate]})
    assert row["settled"] == all(settles(phenotype, inputs) for inputs in problem.cases("and", 0, 1).inputs)


def best_place(generation):
    """While a goal fades only those count who face the one in force: the others have no hits on it."""
    order, hits = generation.ranking.fittest.tolist(), generation.hits.get(generation.epoch.goal)
    if hits is None or generation.epoch.before is None:
        return order[0]
    return next((place for place in order if hits[place] > 0), order[0]) if (hits == 0).any() else order[0]


def asked(problem, generation, place, benefit):
    """Benefit on what the individual at a place faces: nothing, one goal or several."""
    epoch = generation.epoch
    if epoch.together:
        return sum(weight * benefit(goal, 0) for goal, weight in epoch.together) / problem.schedule.total_weight
    if not problem.goals[epoch.goal].selects:
        return 0
    return benefit(epoch.goal, epoch.start)


def ends_of(problem):
    """Last generations of the epochs that end within the run."""
    return [g for g in range(301) if problem.epoch(g, 1).stop == g + 1]


@every_run
def test_each_epoch_has_its_end_scored_on_all_goals_as_its_phenotype_says(settings, tmp_path):
    problem, log, whole = logged(tmp_path / "run", *settings)
    with log:
        ends, layout = log.epoch_ends, log.layout
    assert layout.scored == ("and", "or")  # also where "or" is never in force; random goals are not
    assert ends["generation"].tolist() == ends_of(problem)
    for row in ends:
        check_champion(row, whole[row["generation"]], problem, layout.scored)
    for goal in {problem.epoch(g, 1).goal for g in ends_of(problem)}:  # the last end of each goal is there
        last = max(g for g in ends_of(problem) if problem.epoch(g, 1).goal == goal)
        assert ends[ends["goal"] == layout.goals.index(goal)][-1]["generation"] == last


def test_epochs_of_different_lengths_end_where_the_schedule_says_and_an_unfinished_one_has_no_end(tmp_path):
    _, log, _ = logged(tmp_path / "run", "schedule.goals=[and, noise, or]", "schedule.every=[7, 1, 90]")
    with log:
        assert log.epoch_ends["generation"].tolist() == [g for g in range(701) if g % 98 in (6, 7, 97)]


def test_one_goal_for_ever_has_no_epoch_end_but_champions(tmp_path):
    _, log, _ = logged(tmp_path / "run", "schedule={kind: fixed, goal: or}", "selection.ties=random")
    with log:
        assert len(log.epoch_ends) == 0
        assert len(log.champions) > 1


@every_run
def test_a_champion_is_noted_whenever_it_or_the_goal_changes_and_only_then(settings, tmp_path):
    problem, log, whole = logged(tmp_path / "run", *settings)
    with log:
        champions, scored = log.champions, log.layout.scored
    expected, before = [], None
    for generation in whole:
        p = generation.population
        now = (generation.epoch.index, p.genomes[best_place(generation)].tobytes())
        drifts = not problem.goals_select(generation.epoch) and before and now[0] == before[0]
        if now != before and not drifts:  # without selection there is no best one: the first stands for the epoch
            expected.append(p.generation)
        before = now
    assert champions["generation"].tolist() == expected
    for row in champions[:: max(1, len(champions) // 20)]:
        check_champion(row, whole[row["generation"]], problem, scored)


# Births that last -----------------------------------------------------------------------------------------------------


def births_that_last(parents, n_kept, first, decided):
    """Back through the ancestors of generation `decided`: rows (generation, place, its parents) from `first` on."""
    rows, alive, tables = [], set(range(parents[0].shape[1])), [table.tolist() for table in parents]
    for g in range(decided, first - 1, -1):
        for place in alive:
            if place >= n_kept or tables[0][g][place] != place:  # an elite that stayed was not born again
                rows.append((g, place, *(table[g][place] for table in tables)))
        alive = {table[g][place] for table in tables for place in alive}
    return sorted(rows)


@every_arm
@pytest.mark.parametrize("stops", [(1900,), (255, 300, 1280, 1500, 1900)], ids=["at once", "with stops"])
def test_survivors_are_the_births_that_brute_force_finds_in_a_log_of_all(arm, stops, tmp_path):
    run(tiny(*arm, "generations=1900"), tmp_path / "all")
    run(tiny(*arm, "record.births=survivors", f"generations={stops[0]}"), tmp_path / "run")
    for stop in stops[1:]:
        resume(tmp_path / "run", stop)
    with LineageReader(tmp_path / "all") as log:
        names = ("births/parents", "births/second_parents") if log.layout.sexual else ("births/parents",)
        parents = [log.per_generation(name) for name in names]
    n_kept = tiny(*arm).selection.n_elite
    # Generations 256·k + 1 … 256·(k + 1) are decided together, 1,024 generations after the last of them.
    expected = []
    for first in (1, 257, 513):
        born = births_that_last(parents, n_kept, first, first + 255 + 1024)
        expected += [row for row in born if row[0] < first + 256]
    with LineageReader(tmp_path / "run") as log:
        found, recent = log.events("births/survivors"), log.checkpoint.recent
    assert found.tolist() == expected
    assert 0 < len(found) < 768 * 20  # most do not last

    # The others, undecided yet, are kept in full: in the checkpoint and in the merged file.
    with h5py.File(tmp_path / "run" / "lineage.0000.h5", "r") as file:
        births = file["births"]
        stored = {name: births[name][()] for name in births if name.startswith("recent_")}
        assert births.attrs["recent_first"] == recent["recent_first"] == 769
    assert stored.keys() == recent.keys() - {"recent_first"}
    assert all(np.array_equal(stored[name], recent[name]) for name in stored)
    for name, table in zip(names, parents, strict=True):
        assert np.array_equal(recent[name.replace("births/", "recent_")], table[769:])
    assert set(recent["recent_n_kept"]) == {n_kept}


def test_survivors_are_asked_for_exactly_1024_generations_after_their_step(tmp_path):
    # Two generations before that the goal changes, so that old lines, frozen until then, end in every generation.
    scenario = tiny("population=60", "selection.elite=29", "schedule.every=1278", "generations=1300")
    run(scenario, tmp_path / "all")
    run(scenario.model_copy(update={"record": Record(births="survivors")}), tmp_path / "run")
    with LineageReader(tmp_path / "all") as log:
        parents = [log.per_generation("births/parents")]
    expected = {at: [row for row in births_that_last(parents, 29, 1, at) if row[0] <= 256] for at in (1279, 1280, 1281)}
    with LineageReader(tmp_path / "run") as log:
        assert log.events("births/survivors").tolist() == expected[1280]
    assert len(expected[1279]) > len(expected[1280]) > len(expected[1281])

"""Lines of descent written by hand, for tests: who was there in each generation, and under which goal."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from evomod.lineage.line import Line
from evomod.lineage.schema import Layout
from evomod.lineage.story import story_of

SEED = 1


def log_of(problem, n_generations, n_perfect=(), champions=(), solved=None):
    """What a log would say of a run: generations in which somebody was perfect, generation and benefit of champions."""
    epochs = [problem.epoch(generation, SEED) for generation in range(n_generations)]
    goals = problem.goal_labels
    generations = np.zeros(n_generations, [("epoch", "<u4"), ("goal", "<u2"), ("n_perfect", "<u4")])
    generations["epoch"] = [epoch.index for epoch in epochs]
    generations["goal"] = [goals.index(epoch.goal) for epoch in epochs]
    for generation in n_perfect:
        generations["n_perfect"][generation] = 1
    scored = tuple(name for name, goal in problem.goals.items() if goal.named)
    n_loci, costs = problem.encoding.n_loci, tuple(cost.kind for cost in problem.fitness.costs)
    layout = Layout(problem.population, n_loci, 1, goals, scored, problem.named_goals, costs, False, "all", 500)
    return SimpleNamespace(
        folder="by hand",
        generations=generations,
        champions=np.array(list(champions), [("generation", "<u4"), ("benefit", "<f8")]),
        layout=layout,
        attributes={"seed": SEED},
        evolved=problem,
        checkpoint=SimpleNamespace(state={"solved": solved}) if solved is not None else None,
    )


def story_by_hand(problem, genomes, log=None, start=0):
    """The story of a line with these genomes, one a generation; births are where the genome changes."""
    genomes = np.asarray(genomes, np.uint8)
    n = len(genomes)
    born = np.append(True, (genomes[1:] != genomes[:-1]).any(axis=1))
    line = Line(start, np.zeros(n, np.int64), np.append(-1, np.zeros(n - 1, np.int64)), born, genomes)
    return story_of(log or log_of(problem, start + n), problem, line)

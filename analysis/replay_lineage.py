"""Fitness, gates and modularity along one line of descent, and what each mutation did.

A mutation is beneficial or deleterious by the goal in force when it happened; it is hidden if it did nothing there, and
would have done something under another goal. On the right is a part of the line, by default the last epochs, in which
single generations can be seen.
"""

import numpy as np
from _script import carry_out, limits, one_run, script, span

import evomod
from evomod.cli.parser import add_individual
from evomod.networks.modularity_batch import best_modularity
from evomod.report.epochs import epoch_spans, goals_of
from evomod.report.lineage_figure import Ancestry, plot_line
from evomod.report.run_figures import title_of

N_ZOOMED = 8  # epochs


def draw(options):
    """Tell the story of the line, and draw it."""
    with evomod.open_run(options.run) as log:
        story = log.story(options.individual)
        epochs = epoch_spans(log.generations[: story.line.generations[-1] + 1], log.layout.goals)
        line = ancestry(log, story, epochs)
        last = int(line.generations[-1])
        if options.start is None and options.last is None:
            options.start = epochs[-N_ZOOMED:][0].start if len(epochs) > 1 else max(0, last - 200)
        zoom = limits(options, 0, last) if last else (0, 0)
        place = int(story.line.places[-1])
        title = f"{title_of(log)}: the line of descent of generation {last:,}, place {place}"
        return plot_line(line, zoom, title)


def ancestry(log, story, epochs):
    """One value a generation of everything that is drawn."""
    steps, generations = story.steps, story.line.generations
    step = np.searchsorted(steps["generation"], generations, "right") - 1  # who was on the line
    by_goal = {goal: steps["fitnesses"][step, k] for k, goal in enumerate(story.goals)}
    fitness = steps["fitness"][step].copy()
    for k, goal in enumerate(story.in_force):
        if goal in by_goal:
            here = log.generations["goal"][generations] == k
            fitness[here] = by_goal[goal][here]
    graphs, _ = log.problem.encoding.adjacency(story.genomes)
    q = best_modularity(graphs).q
    mutations = {int(row["generation"]): effect_of(row) for row in steps[1:]}
    return Ancestry(
        generations.astype(float),
        fitness,
        by_goal,
        steps["parts"][step].astype(float),
        q[step],
        mutations,
        epochs,
        goals_of(log.layout),
    )


def effect_of(row):
    """What a step did under the goal in force, or might have done."""
    if row["effect"]:
        return "beneficial" if row["effect"] > 0 else "deleterious"
    return "hidden" if row["hidden"] else "neutral"


if __name__ == "__main__":
    parser = script(__doc__)
    one_run(parser)
    add_individual(parser)
    span(parser)
    carry_out(parser, draw)

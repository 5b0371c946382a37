"""Clades over time: which mutations of the trunk swept through the population, or which founders left descendants.

Clades are founded by the mutations on the line of descent that raised fitness most, or, with --founders, by each
individual of the first generation shown; where there is crossover, first parents count. By default the 200 generations
around the one in which all goals had been solved.
"""

import numpy as np
from _script import carry_out, limits, one_run, script, span

import evomod
from evomod.cli.parser import number
from evomod.errors import InputError
from evomod.lineage.births import parents_between
from evomod.report.epochs import epoch_spans, goals_of
from evomod.report.muller_figure import MOST_CLADES, plot_muller
from evomod.report.run_figures import title_of

HALF, CHUNK = 100, 256  # generations


def draw(options):
    """Follow the clades from parent to child."""
    with evomod.open_run(options.run) as log:
        start, last = window(options, log)
        if options.clades > MOST_CLADES:
            raise InputError(f"--clades: must be at most {MOST_CLADES}, of so many colours [got {options.clades}]")
        if options.founders:
            founded = {start: {place: place for place in range(log.layout.population)}}
        else:
            steps = key_steps(log, start, last, options.clades)
            founded = {int(row["generation"]): {int(row["place"]): k} for k, (row, _) in enumerate(steps)}
        counts = followed(log, start, last, founded)
        if options.founders:
            peaks = {}
            for generation in counts:
                for clade, count in generation.items():
                    peaks[clade] = max(peaks.get(clade, 0), count)
            final = counts[-1]
            clades = sorted(peaks, key=lambda clade: (-final.get(clade, 0), -peaks[clade], clade))[: options.clades]
            labels = [f"of place {place}" for place in clades]
        else:
            clades = list(range(len(steps)))
            labels = [f"{row['generation']:,}: {gain:+.3g} on ‘{log.layout.goals[row['goal']]}’" for row, gain in steps]
        shares = np.array([[generation.get(k, 0) for k in clades] for generation in counts]).reshape(len(counts), -1)
        shares = shares / log.layout.population
        shares = np.column_stack([1 - shares.sum(axis=1), shares])
        epochs = epoch_spans(log.generations[start : last + 1], log.layout.goals)
        what = (
            f"descendants of the individuals of generation {start:,}"
            if options.founders
            else "sweeps of the trunk's mutations"
        )
        title = f"{title_of(log)}: {what}"
        goals, nested = goals_of(log.layout), not options.founders
        return plot_muller(np.arange(start, last + 1.0), shares, labels, epochs, goals, title, nested=nested)


def window(options, log):
    """The generations asked for, or those around the solution."""
    end = log.n_generations - 1
    if options.start is None and options.last is None:
        solved = [at for at in ((log.checkpoint.state["solved"] if log.checkpoint else {}) or {}).values() if at]
        middle = min(max(solved, default=HALF), end)
        options.start, options.last = max(0, middle - HALF), min(end, middle + HALF)
    return limits(options, 0, end)


def key_steps(log, start, last, n):
    """The steps of the trunk, with what they gained under the goal in force; the n that gained most, oldest first."""
    story = log.story((last, int(log.generations["best"][last])), start)
    found = []
    for before, row in zip(story.steps["fitnesses"], story.steps[1:], strict=False):
        goal = log.layout.goals[row["goal"]]
        if goal in story.goals and row["effect"] > 0:
            k = story.goals.index(goal)
            found.append((row, float(row["fitnesses"][k] - before[k])))
    return sorted(sorted(found, key=lambda step: -step[1])[:n], key=lambda step: step[0]["generation"])


def followed(log, start, last, founded):
    """Of each generation, how many belong to each clade: mappings from clade to number; -1 is no clade."""
    clade = np.full(log.layout.population, -1)
    counts = []
    for first in range(start, last + 1, CHUNK):
        stop = min(first + CHUNK, last + 1)
        below = max(first, 1)
        parents, _ = parents_between(log, log.problem, below, stop) if stop > below else (np.empty((0, 0)), None)
        for generation in range(first, stop):
            if generation > start:
                clade = clade[parents[generation - below]]
            for place, k in founded.get(generation, {}).items():
                clade[place] = k
            there, number_of = np.unique(clade, return_counts=True)
            counts.append(dict(zip(there.tolist(), number_of.tolist(), strict=True)))
    return counts


if __name__ == "__main__":
    parser = script(__doc__)
    one_run(parser)
    span(parser)
    parser.add_argument(
        "--founders", action="store_true", help="clades of those who live in the first generation shown"
    )
    parser.add_argument(
        "--clades", type=number, default=8, metavar="N", help=f"the rest are others (default: 8; at most {MOST_CLADES})"
    )
    carry_out(parser, draw)

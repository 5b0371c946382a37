"""What a goal switch does: the generations before and after, averaged over all switches of a direction.

By default those after all goals were solved, where they were: how a population that knows both goals wins one back.
"""

from collections import defaultdict
from itertools import pairwise

import numpy as np
from _script import carry_out, one_run, script

import evomod
from evomod.errors import InputError
from evomod.networks.modularity_batch import best_modularity
from evomod.report.epochs import epoch_spans, goals_of
from evomod.report.run_figures import title_of
from evomod.report.switch_figure import plot_switches

BEFORE, MOST = 5, 40  # generations


def draw(options):
    """Cut out the generations around each switch."""
    with evomod.open_run(options.run) as log:
        table = log.generations
        epochs = epoch_spans(table, log.layout.goals)
        if len({epoch.goal for epoch in epochs}) == 1:
            raise InputError(f"{options.run}: the goal is ‘{epochs[0].goal}’ for ever; there is no switch to look at")
        solved = ((log.checkpoint.state["solved"] if log.checkpoint else {}) or {}).values()
        all_solved = len(solved) == len(log.layout.named) and None not in solved
        first = max(solved, default=0) if all_solved and not options.all else 0
        lengths = [epoch.stop - epoch.start for epoch in epochs[1:]]
        after = min(MOST, int(np.median(lengths))) if lengths else 0
        switches = defaultdict(list)
        for old, new in pairwise(epochs):
            if old.goal != new.goal and new.start > max(first, BEFORE) and new.start + after <= len(table):
                switches[old.goal, new.goal].append(new.start)
        if not switches:
            raise InputError(f"{options.run}: no goal switch lies between generation {first} and the end; try --all")
        offsets = np.arange(-BEFORE, after)
        values = {
            "best benefit": table["best_benefit"],
            "mean benefit": table["mean_benefit"],
            "share of the population that is perfect": table["n_perfect"] / log.layout.population,
            "Q of the best circuit": champions_q(log),
        }
        curves = {
            name: {way: series[np.add.outer(starts, offsets)] for way, starts in switches.items()}
            for name, series in values.items()
        }
        since = f", from generation {first:,} on (all goals solved)" if first else ""
        return plot_switches(offsets, curves, goals_of(log.layout), f"{title_of(log)}: around goal switches{since}")


def champions_q(log):
    """Q of the champion of each generation: float64 (n,)."""
    graphs, _ = log.problem.encoding.adjacency(log.champions["genome"])
    row = np.searchsorted(log.champions["generation"], np.arange(log.n_generations), "right") - 1
    return np.where(row < 0, np.nan, best_modularity(graphs).q[row])


if __name__ == "__main__":
    parser = script(__doc__)
    one_run(parser)
    parser.add_argument("--all", action="store_true", help="also switches before all goals were solved")
    carry_out(parser, draw)

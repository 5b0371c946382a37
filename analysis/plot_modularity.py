"""Normalised modularity Q_m over time, by schedule: the mean of several runs, or of the runs of a campaign.

Of each run the best circuits at epoch ends are measured, in each stretch of time the last few under each goal; where
the scenario has the measure q_m already (`measures:`), what the log says is taken.
"""

from itertools import pairwise

import numpy as np
from _script import carry_out, ends, groups, script, several_runs, shared_goals, specimens

import evomod
from evomod.cli.parser import number
from evomod.measures.q_m import NormalisedModularity
from evomod.report.modularity_figure import plot_over_time

N_EACH = 5  # epoch ends under each goal, in each stretch of time


def draw(options):
    """Measure all runs at the same times."""
    generations, values, by_group = {}, {}, groups(options.runs)
    goals = shared_goals(by_group, options.goal)
    switching = set()
    for group, folders in by_group.items():
        curves = []
        for folder in folders:
            with evomod.open_run(folder) as log:
                switching.add(len(log.epoch_ends) > 0)
                last = max(log.n_generations - 1, generations[group][-1] if group in generations else 0)
                generations.setdefault(group, np.linspace(0, last, options.n + 1)[1:])
                curves.append(over_time(log, generations[group], goals, options.against))
        values[group] = np.array(curves)
    null = options.against.replace("_", " ")
    under = ", ".join(f"‘{goal}’" for goal in goals)
    of = "champions" if switching == {False} else "the best circuits at epoch ends"
    of += " (of a goal that stays: champions)" if len(switching) > 1 else ""
    return plot_over_time(generations, values, f"Q_m under {under}, against {null}", f"Q_m of {of}")


def over_time(log, times, goals, against):
    """The mean over goals at each time, NaN where nothing is known: float64 (n_times,)."""
    rows = ends(log, goals)
    measured = "q_m" in log.layout.measures and against == "random_genomes"
    if measured:
        table = log.measured("q_m")
        rows = table[np.isin(table["goal"], np.unique(rows["goal"]))]
    stretches = [last_of_each_goal(rows, log, *pair) for pair in pairwise([-1, *times])]
    together = np.concatenate(stretches)
    if measured:
        found = together["q_m"]
    else:
        found = NormalisedModularity(against=against).checked(specimens(log, together))[:, 0]
    parts = np.split(found, np.cumsum([len(stretch) for stretch in stretches])[:-1])
    return np.array([part[np.isfinite(part)].mean() if np.isfinite(part).any() else np.nan for part in parts])


def last_of_each_goal(rows, log, after, until):
    """The last rows under each goal within a stretch of time; of a goal that stays, the champion who still is."""
    begin, n = (after, N_EACH) if len(log.epoch_ends) else (-1, 1)
    inside = rows[(rows["generation"] > begin) & (rows["generation"] <= until)]
    last = [np.flatnonzero(inside["goal"] == goal)[-n:] for goal in np.unique(inside["goal"])]
    return inside[np.concatenate([np.zeros(0, int), *last])]


if __name__ == "__main__":
    parser = script(__doc__)
    several_runs(parser)
    parser.add_argument("--goal", metavar="NAME", help="only under this goal (default: those that all have)")
    parser.add_argument("--n", type=number, default=20, metavar="N", help="points in time (default: 20)")
    nulls = ("random_genomes", "random_genomes_of_gates", "degree_preserving", "solutions")
    parser.add_argument("--against", choices=nulls, default=nulls[0], help=f"what chance is (default: {nulls[0]})")
    carry_out(parser, draw)

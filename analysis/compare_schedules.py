"""Schedules side by side: modularity, time to the solution and recovery, every run, with means and 95 % intervals.

Give runs of several scenarios, or a campaign: scenarios/campaigns/schedules.yaml.
"""

import numpy as np
from _script import carry_out, ends, groups, script, several_runs, shared_goals, specimens

import evomod
from evomod.measures.q_m import NormalisedModularity
from evomod.report.effects_figure import plot_effects
from evomod.statistics.effects import effects

LAST = 20  # epoch ends


def draw(options):
    """A row a run, and the effect of the schedule on each column."""
    rows, by_schedule = [], groups(options.runs)
    goals = shared_goals(by_schedule, options.goal)
    for schedule, folders in by_schedule.items():
        for folder in folders:
            with evomod.open_run(folder) as log:
                rows.append({"schedule": schedule, "run": str(folder), **results(log, goals)})
    times = [f"solved.{goal}" for goal in goals]
    wanted = ["Q_m", *times, "perfect epochs"]
    wanted = [name for name in wanted if name in times or any(row[name] is not None for row in rows)]
    on = ", ".join(f"‘{goal}’" for goal in goals)
    names = {
        "Q_m": f"Q_m under {on}, against random\ngenomes; last perfect circuits of a run",
        "perfect epochs": f"share of the last {LAST} epochs under\n{on} that end perfect",
        **{f"solved.{goal}": f"‘{goal}’ first solved" for goal in goals},
    }
    missing = {"Q_m": "not solved", "perfect epochs": "no epochs"}
    found = effects(rows, ["schedule"], wanted)
    figure = plot_effects(rows, found, options.title, names=names, missing=missing, across=True)
    columns = dict.fromkeys(name for row in rows for name in row)
    figure.data = {name: [row.get(name) for row in rows] for name in columns}
    return figure


def results(log, goals):
    """Q_m of the last perfect circuits, when goals were solved, and the share of the last epochs that end perfect."""
    rows = ends(log, goals)
    perfect = rows[rows["benefit"] == 1][-LAST if len(log.epoch_ends) else -1 :]
    q_m = NormalisedModularity().checked(specimens(log, perfect))[:, 0] if len(perfect) else np.array([])
    q_m = q_m[np.isfinite(q_m)]
    solved = (log.checkpoint.state["solved"] if log.checkpoint else {}) or {}
    recent = rows[-LAST:] if len(log.epoch_ends) else []
    return {
        "generation": log.n_generations - 1,
        "Q_m": float(q_m.mean()) if len(q_m) else None,
        **{f"solved.{goal}": solved.get(goal) for goal in goals},
        "perfect epochs": float((recent["benefit"] == 1).mean()) if len(recent) else None,
    }


if __name__ == "__main__":
    parser = script(__doc__)
    several_runs(parser)
    parser.add_argument("--goal", metavar="NAME", help="only under this goal (default: those that all have)")
    parser.add_argument("--title", default="", help="printed above")
    carry_out(parser, draw)

"""Does selection make modularity, or only the number of solutions? All solutions of a goal, and where evolution lands.

In model 2-small of Kashtan, Noor & Alon 2007 (doi 10.1073/pnas.0611630104) every genome is known, so that "more modular
than chance" can be said without a null model: a solution is compared with all solutions. If evolution found each of
them equally likely, its solutions would land at quantile ½ of any property, on average over runs; ties count half.

The unit is the run: the mean over its perfect ends of epochs, among the last 20. A mean over runs differs if fewer than
5 % of as many solutions drawn evenly have a mean as far off; it agrees if its 95 % interval is within 0.1 of what is
expected, and not only because all runs are alike. (The first rule, of the interval alone, was given up after a trial of
eight runs: runs that are all alike have an interval of no width.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evomod.campaign import Campaign
from evomod.landscape.properties import Properties
from evomod.reproduce import solution_space_rows
from evomod.reproduce.ka05_runs import read
from evomod.reproduce.solution_spaces import READINGS, Landed, Space, goals_of, landed, spaces
from evomod.reproduce.study import Findings, Study
from evomod.reproduce.table import csv_text


def analyse(campaign: Campaign) -> Findings:
    """The table, the figure and the values behind them."""
    problem = campaign.plan.cells[0].scenario.problem
    all_spaces = spaces(problem)
    runs = read(campaign)
    ends = list(landed(runs, all_spaces))
    readings = [space for gates in READINGS for space in spaces(problem, gates).values() if space.goal != "neighbour"]
    faced = Counter((name, goal) for name, group in runs.items() for run in group for goal in goals_of(run))

    def draw(path: Path) -> None:
        from evomod.report import figure, solution_space_figure

        figure.save(solution_space_figure.plot([_panel(space, ends) for space in all_spaces.values()]), path)

    tables = {
        "solutions.csv": csv_text(_solution_lines(all_spaces.values())),
        "ends.csv": csv_text(_end_lines(ends)),
        "codes.csv": csv_text(solution_space_rows.code_lines(readings)),
    }
    return Findings(tuple(solution_space_rows.rows(all_spaces, readings, ends, faced)), draw, tables)


STUDY = Study(
    "solution-space",
    "does selection make modularity, or only the number of solutions?",
    "in the space of Kashtan, Noor & Alon 2007, PNAS 104:13711, doi 10.1073/pnas.0611630104",
    "solution_space.yaml",
    analyse,
)


def _panel(space: Space, ends: Sequence[Landed]) -> Any:
    from evomod.report.solution_space_figure import Panel

    here = [one for one in ends if one.goal == space.goal]
    groups = {
        name: np.array([np.mean(one.properties, axis=1) for one in here if one.condition == name])
        for name in dict.fromkeys(one.condition for one in here)
    }
    return Panel(space.goal, space.solutions.n, space.properties._asdict(), groups)


def _solution_lines(all_spaces: Iterable[Space]) -> Iterator[Sequence[Any]]:
    """For each goal, how many solutions have each value of a property, all else aside."""
    yield "goal", "solutions", "measured", "property", "value", "of_measured"
    for space in all_spaces:
        for name, values in space.properties._asdict().items():
            found, counts = np.unique(np.round(values, 9), return_counts=True)
            for value, count in zip(found.tolist(), counts.tolist(), strict=True):
                yield space.goal, space.solutions.n, len(values), name, value, count


def _end_lines(ends: Sequence[Landed]) -> Iterator[Sequence[Any]]:
    names = Properties._fields
    yield "condition", "run", "goal", "generation", *names, *(f"{name}_quantile" for name in names)
    for one in ends:
        for k, generation in enumerate(one.generations):
            values = [column[k] for column in one.properties]
            yield one.condition, one.index, one.goal, generation, *values, *one.quantiles[k]

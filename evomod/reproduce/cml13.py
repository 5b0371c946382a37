"""Clune, Mouret & Lipson 2013, The evolutionary origins of modularity, Proc R Soc B 280:20122863.

doi 10.1098/rspb.2012.2863. What is measured of which runs; the rows of the table are made in `cml13_rows`.

The goal never changes in any arm, so that what the paper says of a cost of connections alone, that it suffices, is the
contrast of P&CC with PA. A population selected for nothing but the cost has no connection left, and is not run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from evomod.campaign import Campaign
from evomod.reproduce import cml13_rows
from evomod.reproduce.cml13_runs import (
    Adapted,
    adaptations,
    best_performers,
    beyond_degrees,
    course,
    logs,
    read_adaptations,
    survivals,
)
from evomod.reproduce.ka05 import measure
from evomod.reproduce.ka05_runs import Circuits, Evolved, read
from evomod.reproduce.study import Findings, Study
from evomod.reproduce.table import csv_text

DRAWN = ("PA", "P&CC", "P&CC, links", "P&CC, p = 1", "random cost")  # arms whose best net the figure has


def analyse(campaign: Campaign) -> Findings:
    """The table, the figure and the values behind them."""
    runs = read(campaign)
    spectral = measure(kind="q", directed=True, method="spectral")
    measures = {
        "spectral": spectral,
        "optimum": measure(kind="q", directed=True, method="fast"),
        "split": measure(kind="functional_split"),
    }
    nets = Circuits([run for group in runs.values() for run in group], measures)
    nets.values |= dict(zip(cml13_rows.NULL, beyond_degrees([end.specimen for _, end in nets.pairs]), strict=True))
    courses, drawn = [], []
    for condition, index, log in logs(campaign):
        courses.append(course(condition, log))
        if condition in ("PA", "P&CC"):
            drawn.append(best_performers(condition, index, log))
    adapted = read_adaptations(campaign)

    def draw(path: Path) -> None:
        from evomod.report import cml13_figure, figure

        arms = [name for name, group in runs.items() if group]
        points = {name: dict(nets.by_run(cml13_rows.SPECTRAL, name)) for name in arms}
        links = {name: dict(nets.by_run(cml13_rows.LINKS, name)) for name in arms}
        ends = {name: _best(runs[name]).ends[-1] for name in DRAWN if runs.get(name)}
        best = {name: replace(end.specimen, benefit=end.benefit) for name, end in ends.items()}
        figure.save(cml13_figure.plot(best, points, links, courses, survivals(adapted)), path)

    tables = {"nets.csv": csv_text(nets.table()), "adaptation.csv": csv_text(_adapted_lines(adapted))}
    rows = cml13_rows.rows(runs, nets, Circuits(drawn, {"spectral": spectral}), adapted)
    return Findings(tuple(rows), draw, tables)


STUDY = Study(
    "cml13",
    "a cost of connections makes nets modular under a goal that never changes",
    "Clune, Mouret & Lipson 2013, Proc R Soc B 280:20122863, doi 10.1098/rspb.2012.2863",
    "cml13.yaml",
    analyse,
    adaptations,
)


def _best(group: list[Evolved]) -> Evolved:
    """The run that answers best; of equals the first, whatever it looks like."""
    return max(group, key=lambda run: (run.ends[-1].benefit, -run.index))


def _adapted_lines(adapted: Adapted) -> Iterator[list[Any]]:
    yield ["condition", "run", "generations", "solved"]
    for name, times in adapted.items():
        for index, (time, solved) in sorted(times.items()):
            yield [name, index, time, solved]

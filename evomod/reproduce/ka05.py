"""Kashtan & Alon 2005, Spontaneous evolution of modularity and network motifs, PNAS 102:13773: the circuits.

doi 10.1073/pnas.0503610102. What is measured of which runs; the rows of the table are made in `ka05_rows`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.campaign import Campaign
from evomod.component import build
from evomod.measures.base import Measure
from evomod.reproduce import ka05_classes, ka05_rows
from evomod.reproduce.ka05_decay import Decay
from evomod.reproduce.ka05_runs import Circuits, End, Evolved, read, survivals
from evomod.reproduce.study import Findings, Study
from evomod.reproduce.table import csv_text

Array = npt.NDArray[Any]
Runs = dict[str, list[Evolved]]

# Decaying populations, and what tables and figures call them.
DECAYS = {
    "decay above 10": "penalty above 10 gates",
    "decay above 11": "penalty above 11 gates",
    "decay above 11, drifting": "penalty above 11 gates, random ties",
}
COMPARED = ("FG and", "FG or", "MVG", "MVG, bit")  # conditions whose Q_m is taken against every null
NO_TASK = ("same Q", "Q max")  # conditions in which nothing was to be computed
MOTIFS = ka05_rows.MOTIFS


def measure(**node: Any) -> Measure:
    """A measure by its scenario node."""
    return build(Measure, node)  # type: ignore[type-abstract]


def analyse(campaign: Campaign) -> Findings:
    """The table, the figure and the values behind them."""
    runs = read(campaign, with_champions=DECAYS)
    evolved = [run for name, group in runs.items() if name not in DECAYS for run in group]
    q_m = measure(kind="q_m")
    ends = Circuits(evolved, {null: measure(kind="q_m", against=null) for null in ka05_rows.SIZES})
    chosen = list(_last_perfect(evolved))
    last = Circuits(chosen, {"motifs": measure(kind="motifs")})
    by_null = Circuits(  # each network has a degree-preserving null of its own, which takes seconds
        [run for run in chosen if run.condition in COMPARED],
        {null: measure(kind="q_m", against=null) for null in ka05_rows.NULLS},
    )
    decays = {what: Decay(runs[name], q_m) for name, what in DECAYS.items() if runs.get(name)}

    def draw(path: Path) -> None:
        from evomod.report import figure, ka05_figure

        points = {matched: _points(ends, null) for null, matched in ka05_rows.SIZES.items()}
        drawn = ka05_figure.plot(points, _keeping_up(runs, ends), survivals(runs), _motif_points(last), decays)
        figure.save(drawn, path)

    circuits = {"circuits": ends, "motifs": last, "nulls": by_null}
    counted = list(ka05_classes.table(by_null))
    tables = {f"{name}.csv": csv_text(some.table()) for name, some in circuits.items()}
    tables["classes.csv"] = csv_text(counted)
    rows = (*ka05_rows.rows(runs, ends, by_null, last, decays), *ka05_classes.rows(counted[1:]))
    return Findings(rows, draw, tables)


STUDY = Study(
    "ka05",
    "modularly varying goals make NAND circuits modular",
    "Kashtan & Alon 2005, PNAS 102:13773, doi 10.1073/pnas.0503610102",
    "ka05.yaml",
    analyse,
)


def _last_perfect(runs: list[Evolved]) -> Iterator[Evolved]:
    """Each run with its last perfect end under each goal alone; where there is no goal to be perfect on, its last."""
    for run in runs:
        last: dict[str, End] = {
            end.goal: end for end in run.ends if end.perfect or run.condition in NO_TASK or end.goal == "random"
        }
        if last:
            yield Evolved(**{**vars(run), "ends": tuple(last.values())})


def _points(ends: Circuits, null: str) -> dict[str, Array]:
    """Q_m a run, by what the figure calls the group."""
    chosen: dict[str, dict[str, Any]] = {
        "FG, G1": {"condition": "FG and", "perfect": True},
        "FG, G2": {"condition": "FG or", "perfect": True},
        "FG, G1, drifting": {"condition": "FG and, drifting", "perfect": True},
        "FG, G2, drifting": {"condition": "FG or, drifting", "perfect": True},
        "MVG, G1": {"condition": "MVG", "goal": "and", "perfect": True},
        "MVG, G2": {"condition": "MVG", "goal": "or", "perfect": True},
        "MVG, bit": {"condition": "MVG, bit", "perfect": True},
        "MVG, bit, evolvable": {"condition": "MVG, bit", "perfect": True, "evolvable": True},
        "RVG": {"condition": "RVG"},
        "RVGv": {"condition": "RVGv"},
        "NBVG": {"condition": "NBVG", "perfect": True},
    }
    return {name: ends.per_run(f"{null}.q_m", **how) for name, how in chosen.items()}


def _keeping_up(runs: Runs, ends: Circuits) -> dict[str, tuple[Array, Array]]:
    """Share of the last epochs that get perfect, and Q_m of their perfect ends, of each run that has such ends."""
    found = {}
    for name, what in (("MVG", "an address redrawn"), ("MVG, bit", "a bit flipped")):
        recovered = {run.index: float(np.mean(np.isfinite(run.recoveries))) for run in runs.get(name, [])}
        values = dict(ends.by_run("random_genomes_of_gates.q_m", name, perfect=True))
        found[what] = np.array([recovered[index] for index in values]), np.array(list(values.values()))
    return found


def _motif_points(last: Circuits) -> dict[str, dict[str, Array]]:
    """Z a run, by motif and condition."""
    groups = {"FG, G1": "FG and", "FG, G2": "FG or", "MVG": "MVG", "NBVG": "NBVG", "same Q": "same Q"}
    return {
        name: {what: last.per_run(f"motifs.{key}_z", group) for what, group in groups.items()}
        for key, name in MOTIFS.items()
    }

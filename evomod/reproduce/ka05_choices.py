"""The choices that Kashtan & Alon 2005 leave open, each with each: which of them carries 0.54?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.campaign import Campaign
from evomod.component import build
from evomod.measures.base import Measure
from evomod.reproduce.ka05_rows import FG_QM, MVG_QM, QM_MARGIN
from evomod.reproduce.ka05_runs import Circuits, Evolved, read
from evomod.reproduce.rows import Row, mean_row
from evomod.reproduce.study import Findings, Study
from evomod.reproduce.table import csv_text

Array = npt.NDArray[Any]
NULLS = ("random_genomes", "random_genomes_of_gates", "degree_preserving")


@dataclass(frozen=True)
class Specification:
    """One way to do the experiment, and what Q_m comes out.

    Attributes
    ----------
    choices : what is chosen, by the name of the choice
    mvg, fg : float64 (n_runs,)
        Q_m of the perfect ends, the mean of each run.
    evolvable : float64 (n_runs,)
        Those of `mvg` whose runs are evolvable.
    """

    choices: dict[str, str]
    mvg: Array
    fg: Array
    evolvable: Array


def analyse(campaign: Campaign) -> Findings:
    """A row for each specification, and the specification curve."""
    runs = _last_ends(read(campaign))
    measures = {null: build(Measure, {"kind": "q_m", "against": null}) for null in NULLS}  # type: ignore[type-abstract]
    ends = Circuits((run for group in runs.values() for run in group), measures)
    found = list(_specifications(runs, ends))

    def draw(path: Path) -> None:
        from evomod.report import figure, specification_curve

        curves = [(one.choices, {"MVG": one.mvg, "MVG, evolvable runs": one.evolvable, "FG": one.fg}) for one in found]
        figure.save(specification_curve.plot(curves, {"paper, MVG": 0.54, "paper, FG": 0.12}, "Q_m"), path)

    return Findings(tuple(_rows(found)), draw, {"circuits.csv": csv_text(ends.table())})


STUDY = Study(
    "ka05-choices",
    "what Kashtan & Alon 2005 leave open: ties, mutation, gates, null",
    "Kashtan & Alon 2005, PNAS 102:13773, doi 10.1073/pnas.0503610102",
    "ka05_choices.yaml",
    analyse,
)


def _last_ends(runs: dict[str, list[Evolved]]) -> dict[str, list[Evolved]]:
    """Of each run the last perfect end under each goal: the nulls are dear."""
    return {
        name: [
            Evolved(**{**vars(run), "ends": tuple({end.goal: end for end in run.ends if end.perfect}.values())})
            for run in group
        ]
        for name, group in runs.items()
    }


def _specifications(runs: dict[str, list[Evolved]], ends: Circuits) -> Iterator[Specification]:
    for name in runs:
        schedule, gates, mutation, ties = (part.strip() for part in name.split(","))
        if schedule != "MVG":
            continue
        fixed = name.replace("MVG", "FG", 1)
        for null in NULLS:
            column = f"{null}.q_m"
            yield Specification(
                {"gates": gates.removesuffix(" gates"), "mutation": mutation, "ties": ties, "null": null},
                ends.per_run(column, name),
                ends.per_run(column, fixed),
                ends.per_run(column, name, evolvable=True),
            )


def _rows(found: list[Specification]) -> Iterator[Row]:
    for one in sorted(found, key=lambda each: -float(np.mean(each.mvg)) if len(each.mvg) else np.inf):
        section = ", ".join(f"{name}: {choice}" for name, choice in one.choices.items())
        yield mean_row(section, "MVG: Q_m of perfect ends", one.mvg, MVG_QM, "0.54 ± 0.02", QM_MARGIN)
        yield mean_row(section, "MVG: likewise, evolvable runs", one.evolvable, MVG_QM, "0.54 ± 0.02", QM_MARGIN)
        yield mean_row(section, "FG: Q_m of solutions", one.fg, FG_QM, "0.12 ± 0.02", QM_MARGIN)

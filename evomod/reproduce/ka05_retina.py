"""Kashtan & Alon 2005, Spontaneous evolution of modularity and network motifs, PNAS 102:13773: the retina nets.

doi 10.1073/pnas.0503610102. Other teams found no effect, or the reverse; so besides the paper's own condition, with
epochs of 20 generations, there is one with 100 (a departure), both with either order of equals, and all 256 patterns.
What is measured of which runs stands here; the rows of the table are made in `ka05_retina_rows`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.campaign import Campaign
from evomod.component import build
from evomod.measures.base import Measure, Specimen
from evomod.measures.once import known
from evomod.measures.one_mutants import mutated_loci, one_mutants
from evomod.neighbourhood import assessed
from evomod.reproduce import ka05_retina_rows
from evomod.reproduce.ka05_retina_rows import FIXED, LIMIT, NAMES, VARYING
from evomod.reproduce.ka05_runs import Circuits, End, read, survivals
from evomod.reproduce.study import Findings, Study
from evomod.reproduce.table import csv_text

Array = npt.NDArray[Any]
OTHER = {"and": "or", "or": "and"}


def analyse(campaign: Campaign) -> Findings:
    """The table, the figure and the values behind them."""
    runs = read(campaign)
    q_m = build(Measure, {"kind": "q_m"})  # type: ignore[type-abstract]
    ends = Circuits((run for group in runs.values() for run in group), {"random_genomes": q_m})
    ends.values["benefit"] = np.array([end.benefit for _, end in ends.pairs])
    ends.values["accuracy"] = np.array([accuracy(end.specimen) for _, end in ends.pairs])
    ends.values |= switching([end for _, end in ends.pairs])

    def draw(path: Path) -> None:
        from evomod.report import figure, ka05_retina_figure

        q_m = {name: ends.per_run("random_genomes.q_m", of, perfect=True) for of, name in NAMES.items()}
        q = {name: ends.per_run("random_genomes.q", of, perfect=True) for of, name in NAMES.items()}
        solved = survivals(runs, NAMES, LIMIT)
        switches = {name: ends.per_run("switch", of) for of, name in NAMES.items()}
        drawn = ka05_retina_figure.plot(
            q_m,
            q,
            {NAMES[of]: one for of, one in solved.items()},
            {NAMES[of]: _recovered(runs.get(of, [])) for of in VARYING},
            switches,
            {name: _accuracies(ends, of) for of, name in NAMES.items() if of in {**VARYING, **FIXED}},
        )
        figure.save(drawn, path)

    return Findings(tuple(ka05_retina_rows.rows(runs, ends)), draw, {"nets.csv": csv_text(ends.table())})


STUDY = Study(
    "ka05-retina",
    "modularly varying goals and the nets of a retina: are they modular, and found sooner?",
    "Kashtan & Alon 2005, PNAS 102:13773, doi 10.1073/pnas.0503610102",
    "ka05_retina.yaml",
    analyse,
)


def accuracy(specimen: Specimen) -> float:
    """The share of all patterns, asked or not, that a net answers right for the goal in force when it was the best."""
    problem, genome = known(specimen)
    whole, seed = problem.whole, specimen.seed
    found = assessed(whole, genome[None], specimen.goal, whole.targets(specimen.goal, 0, seed), seed)
    return float(found.hits[0] / whole.full_hits)


def switching(ends: list[End]) -> dict[str, Array]:
    """How near solutions of one goal are to solutions of the other, by one-mutants; NaN for nets that solve nothing.

    Returns
    -------
    switch : float64 (n,)
        1 where a one-mutant solves the other goal, else 0.
    switch_share : float64 (n,)
        Share of one-mutants that do.
    switch_threshold : float64 (n,)
        1 where another threshold of the output neuron is enough, else 0: the paper's example.
    """
    names = ("switch", "switch_share", "switch_threshold")
    found = np.full((len(ends), len(names)), np.nan)
    for k, end in enumerate(ends):
        if end.perfect:
            found[k] = _switches(end)
    return {name: found[:, k] for k, name in enumerate(names)}


def _switches(end: End) -> tuple[bool, float, bool]:
    problem, genome = known(end.specimen)
    encoding, seed, other = problem.encoding, end.specimen.seed, OTHER[end.goal]
    ((_, near),) = one_mutants(encoding, genome[None])
    solved = assessed(problem, near, other, problem.targets(other, 0, seed), seed).hits >= problem.solved_hits
    threshold = mutated_loci(encoding) == encoding.n_loci - 1  # the last locus is the threshold of the output neuron
    return bool(solved.any()), float(solved.mean()), bool(solved[threshold].any())


def _recovered(group: list[Any]) -> Array:
    """Share of the last epochs that get solved, of each run."""
    return np.array([float(np.mean(np.isfinite(run.recoveries))) for run in group if len(run.recoveries)])


def _accuracies(ends: Circuits, condition: str) -> tuple[Array, Array]:
    """Of each run that has solutions, the share of right answers to the patterns asked, and to all."""
    return ends.per_run("benefit", condition, perfect=True), ends.per_run("accuracy", condition, perfect=True)

"""Kashtan & Alon 2005, Spontaneous evolution of modularity and network motifs, PNAS 102:13773: the circuits.

doi 10.1073/pnas.0503610102. Every number that the paper gives stands here with the margin within which ours counts as
equal; margins were set before the runs: 0.1 in Q_m, since the choice of a null alone moves it by as much, a fifth in
shares of runs, half of the paper's value in times.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.campaign import Campaign
from evomod.component import build
from evomod.measures.base import Measure
from evomod.reproduce.ka05_runs import LAST_EPOCHS, SOON, Circuits, End, Evolved, changed_by_switches, read
from evomod.reproduce.rows import Row, bound_row, contrast_row, mean_row, mode_row, share_row
from evomod.reproduce.study import Findings, Study
from evomod.reproduce.table import csv_text
from evomod.statistics.agreement import Published
from evomod.statistics.survival import Survival, kaplan_meier

Array = npt.NDArray[Any]

LIMIT = 100_000  # generations
QM_MARGIN, SHARE_MARGIN, TIME_MARGIN = 0.1, 0.2, 0.5
# The errors of times are read as spreads over runs, which alone can be as lopsided as (+19,000, -2,000).
FG_TIME = Published(9000, 2000 / math.sqrt(36), 19000 / math.sqrt(36), 36)
MVG_TIME = Published.mean(1400, 1000 / math.sqrt(50), 50)
FG_QM, MVG_QM = Published.mean(0.12, 0.02, 36), Published.mean(0.54, 0.02, 50)

DECAYS = ("decay above 10", "decay above 11", "decay above 11, drifting")
FIXED = ("FG and", "FG or")
MOTIFS = {"ffl": "feed-forward loop", "diamond": "diamond"}
Q_M = "q_m.q_m"


def measures() -> dict[str, Measure]:
    """What is taken of every end."""
    return {"q_m": build(Measure, {"kind": "q_m"})}  # type: ignore[type-abstract]


def analyse(campaign: Campaign) -> Findings:
    """The table, the figure and the values behind them."""
    runs = read(campaign, with_champions=DECAYS)
    ends = Circuits((run for group in runs.values() for run in group if run.condition not in DECAYS), measures())
    chosen = _last_perfect(runs)
    motifs = Circuits(chosen, {"motifs": build(Measure, {"kind": "motifs"})})  # type: ignore[type-abstract]
    decays = {name: decay(runs[name]) for name in DECAYS if runs.get(name)}
    rows = [*_times(runs), *_modularity(runs, ends), *_circuits(runs), *_motifs(motifs), *_decay(decays)]

    def draw(path: Path) -> None:
        from evomod.report import figure, ka05_figure

        figure.save(ka05_figure.plot(_points(ends), _survivals(runs), decays, _motif_points(motifs)), path)

    tables = {"circuits.csv": csv_text(ends.table()), "motifs.csv": csv_text(motifs.table())}
    return Findings(tuple(rows), draw, tables)


STUDY = Study(
    "ka05",
    "modularly varying goals make NAND circuits modular",
    "Kashtan & Alon 2005, PNAS 102:13773, doi 10.1073/pnas.0503610102",
    "ka05.yaml",
    analyse,
)


def _times(runs: dict[str, list[Evolved]]) -> Iterator[Row]:
    section = "Runs that solved their goals, and T, the generations that took"
    fixed, varying = runs.get("FG and", []), runs.get("MVG", [])
    solved = {name: [run.time for run in group if run.time <= LIMIT] for name, group in runs.items()}
    yield share_row(
        section, "FG: solved G1 within 1e5", len(solved.get("FG and", [])), len(fixed), (36, 50), SHARE_MARGIN
    )
    yield share_row(
        section, "MVG: solved both within 1e5", len(solved.get("MVG", [])), len(varying), (50, 50), SHARE_MARGIN
    )
    soon = sum(time <= 10_000 for time in solved.get("MVG", []))
    yield share_row(section, "MVG: solved both within 1e4", soon, len(varying), (50, 50), SHARE_MARGIN)
    yield share_row(
        section, "FG: solved G2 within 1e5", len(solved.get("FG or", [])), len(runs.get("FG or", [])), None, 0
    )
    text = "9,000 (+19,000, -2,000)"
    over = "mean over the runs that solved, as in the paper; its errors are read as spreads over runs"
    yield mean_row(section, "FG: T", solved.get("FG and", []), FG_TIME, text, TIME_MARGIN * 9000, over)
    yield mean_row(section, "MVG: T", solved.get("MVG", []), MVG_TIME, "1,400 ± 1,000", TIME_MARGIN * 1400)
    for name, survival in _survivals(runs).items():
        low, high = survival.median.low, survival.median.high
        note = f"Kaplan-Meier, all runs: {_generations(low)} to {_generations(high)}"
        row = bound_row(section, f"{name}: median T, unsolved runs censored", [], 0, 1, "", note)
        yield Row(
            **{**vars(row), "ours": survival.median, "n": len(survival.times), "verdict": "no number in the paper"}
        )


def _generations(value: float) -> str:
    return f"{value:,.0f}" if math.isfinite(value) else "unknown"


def _modularity(runs: dict[str, list[Evolved]], ends: Circuits) -> Iterator[Row]:
    section = "Q_m, null random_genomes (gates and inputs matched), exact Q"
    fixed = ends.per_run(Q_M, "FG and", perfect=True)
    yield mean_row(section, "FG, G1: runs that solved", fixed, FG_QM, "0.12 ± 0.02", QM_MARGIN)
    yield mean_row(section, "FG, G1: all runs", ends.per_run(Q_M, "FG and"), None, "", 0)
    yield mean_row(section, "FG, G2: runs that solved", ends.per_run(Q_M, "FG or", perfect=True), None, "", 0)
    for goal in ("and", "or"):
        values = ends.per_run(Q_M, f"FG {goal}, drifting", perfect=True)
        what = f"FG, G{1 if goal == 'and' else 2}: solved, then 10,000 generations of drift"
        yield mean_row(section, what, values, None, "", 0, "random ties; FG otherwise freezes once it has solved")
    n_evolvable = sum(run.evolvable for run in runs.get("MVG", []))
    note = (
        f"{n_evolvable} of {len(runs.get('MVG', []))} runs: perfect within {SOON} generations of the switch in at "
        f"least 90 % of the last {LAST_EPOCHS} epochs"
    )
    values = ends.per_run(Q_M, "MVG", perfect=True, evolvable=True)
    yield mean_row(section, "MVG: evolvable runs, perfect ends", values, MVG_QM, "0.54 ± 0.02", QM_MARGIN, note)
    yield mean_row(
        section, "MVG: all runs, perfect ends", ends.per_run(Q_M, "MVG", perfect=True), MVG_QM, "", QM_MARGIN
    )
    yield mean_row(section, "MVG: all runs, all ends", ends.per_run(Q_M, "MVG"), MVG_QM, "", QM_MARGIN)
    for goal, name in (("and", "G1"), ("or", "G2")):
        values = ends.per_run(Q_M, "MVG", goal=goal, perfect=True)
        yield mean_row(section, f"MVG: perfect ends of {name}", values, None, "", 0)
        against = ends.per_run(Q_M, f"FG {goal}", perfect=True)
        yield contrast_row(section, f"MVG above FG, both on {name}", values, against, "larger")
        against = ends.per_run(Q_M, f"FG {goal}, drifting", perfect=True)
        yield contrast_row(section, f"MVG above FG that drifted, both on {name}", values, against, "larger")
    varying = ends.per_run(Q_M, "MVG")
    for name, what in (("RVG", "random goals"), ("RVGv", "G1 and random goals"), ("NBVG", "a near, non-modular goal")):
        values = ends.per_run(Q_M, name)
        yield mean_row(section, f"{name} ({what}): all ends", values, None, "not modular" if name != "NBVG" else "", 0)
        yield contrast_row(section, f"MVG above {name}, all ends", varying, values, "larger" if name != "NBVG" else "")


def _circuits(runs: dict[str, list[Evolved]]) -> Iterator[Row]:
    section = "The circuits, and how soon they recover from a switch"
    fixed = [run.ends[-1].gates for run in runs.get("FG and", []) if run.ends[-1].perfect]
    yield mode_row(section, "FG: gates of the solutions of G1", fixed, 10, "10 mostly")
    last = [perfect[-1].gates for run in runs.get("MVG", []) if (perfect := [end for end in run.ends if end.perfect])]
    yield mode_row(section, "MVG: gates of the last perfect circuit", last, 11, "11 mostly")
    varying = runs.get("MVG", [])
    recovered = [float(np.mean(np.isfinite(run.recoveries))) for run in varying if len(run.recoveries)]
    what = f"MVG: share of the last {LAST_EPOCHS} epochs that get perfect"
    yield mean_row(section, what, recovered, None, "about all", 0)
    soon = [float(np.nanmedian(run.recoveries)) for run in varying if np.isfinite(run.recoveries).any()]
    what = "MVG: generations until perfect again"
    yield bound_row(section, what, soon, 0, SOON, "about 5", "median of each run, over the epochs that get perfect")
    within = [float(np.mean(run.recoveries <= SOON)) for run in varying if len(run.recoveries)]
    yield mean_row(section, f"MVG: share of epochs perfect within {SOON} generations", within, None, "about all", 0)
    evolvable = sum(run.evolvable for run in varying)
    yield share_row(section, "MVG: runs that are evolvable", evolvable, len(varying), None, 0)
    changed = [changes for run in varying for changes in changed_by_switches(run)]
    yield mode_row(
        section, "MVG: connections that a switch changes", changed, 2, "2", "pairs of perfect ends, all runs"
    )


def _motifs(motifs: Circuits) -> Iterator[Row]:
    section = "Motifs: Z against the same degrees, last perfect circuit of each run"
    for key, name in MOTIFS.items():
        column = f"motifs.{key}_z"
        varying, fixed = motifs.per_run(column, "MVG"), motifs.per_run(column, "FG and")
        yield mean_row(section, f"{name}: MVG", varying, None, "enriched", 0)
        yield mean_row(section, f"{name}: FG, G1", fixed, None, "", 0)
        same = motifs.per_run(column, "same Q")
        yield mean_row(section, f"{name}: evolved for the same Q alone", same, None, "none", 0)
        yield contrast_row(section, f"{name}: MVG above the same Q", varying, same, "larger")


def _decay(decays: dict[str, Decay]) -> Iterator[Row]:
    section = "Modular circuits for G2 under G2 alone: generations until half of Q_m is lost"
    for name, found in decays.items():
        lost = f"{int(np.sum(found.half < found.horizon))} of {len(found.half)} runs lose it"
        penalty = name.removeprefix("decay ")
        if name == DECAYS[0]:
            yield bound_row(section, f"penalty {penalty} gates", found.half, 0, 50, "a few tens", lost)
        else:
            row = bound_row(section, f"penalty {penalty} gates", found.half, 0, 50, "", lost)
            yield Row(**{**vars(row), "verdict": "no number in the paper", "margin": math.nan})


class Decay:
    """How the best individual's Q_m falls in runs that begin with a modular circuit.

    Attributes
    ----------
    generations : int (n_times,)
    curves : float64 (n_runs, n_times)
    half : float64 (n_runs,)
        First generation with no more than half of the Q_m at the start; the horizon where that never comes.
    horizon : int
        The last generation of all runs.
    """

    def __init__(self, runs: Sequence[Evolved]) -> None:
        self.horizon = min(run.generations for run in runs)
        self.generations = np.unique(np.geomspace(1, self.horizon, 120).astype(int) - 1)
        measure = measures()["q_m"]
        specimens = [specimen for run in runs for _, specimen in run.champions]
        values = measure.checked(specimens)[:, 0]
        self.curves, self.half, start = np.empty((len(runs), len(self.generations))), np.empty(len(runs)), 0
        for k, run in enumerate(runs):
            own, start = values[start : start + len(run.champions)], start + len(run.champions)
            since = np.array([generation for generation, _ in run.champions])
            at = np.searchsorted(since, self.generations, "right") - 1
            self.curves[k] = own[at]
            lost = since[(own <= own[0] / 2)]
            self.half[k] = lost[0] if len(lost) else self.horizon


def decay(runs: Sequence[Evolved]) -> Decay:
    """The decay of some runs."""
    return Decay(runs)


def _last_perfect(runs: dict[str, list[Evolved]]) -> Iterator[Evolved]:
    """Each run with its last perfect end under each goal alone; what has no goal to be perfect on keeps its last."""
    for group in runs.values():
        for run in group:
            if run.condition in DECAYS:
                continue
            last: dict[str, End] = {end.goal: end for end in run.ends if end.perfect}
            if run.condition in ("RVG", "same Q"):
                last = {end.goal: end for end in run.ends}
            if last:
                yield Evolved(**{**vars(run), "ends": tuple(last.values())})


def _survivals(runs: dict[str, list[Evolved]]) -> dict[str, Survival]:
    """When MVG and the fixed goals were solved."""
    found = {}
    for name in ("MVG", *FIXED):
        if group := runs.get(name):
            times = np.array([run.time for run in group])
            seen = times <= LIMIT
            waited = np.array([min(run.generations, LIMIT) for run in group])
            found[name] = kaplan_meier(np.where(seen, times, waited), seen)
    return found


def _points(ends: Circuits) -> dict[str, Array]:
    """Q_m a run, by what the figure calls the group."""
    chosen: dict[str, tuple[str, str | None, bool | None]] = {
        "FG, G1": ("FG and", None, True),
        "FG, G2": ("FG or", None, True),
        "FG, G1, drifting": ("FG and, drifting", None, True),
        "FG, G2, drifting": ("FG or, drifting", None, True),
        "MVG, G1": ("MVG", "and", True),
        "MVG, G2": ("MVG", "or", True),
        "RVG": ("RVG", None, None),
        "RVGv": ("RVGv", None, None),
        "NBVG": ("NBVG", None, True),
    }
    return {name: ends.per_run(Q_M, *how) for name, how in chosen.items()}


def _motif_points(motifs: Circuits) -> dict[str, dict[str, Array]]:
    """Z a run, by motif and condition."""
    return {
        name: {group: motifs.per_run(f"motifs.{key}_z", group) for group in ("FG and", "MVG", "NBVG", "same Q")}
        for key, name in MOTIFS.items()
    }

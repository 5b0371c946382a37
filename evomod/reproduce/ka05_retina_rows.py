"""The table of the retina nets of Kashtan & Alon 2005: each number that the paper gives, beside what came out.

The margins were set before the runs, as for circuits: 0.1 in Q_m, half of the paper's value in times. The paper's
intervals of times are read as spreads over runs, and 50 runs are taken to be behind them, as of its circuits. That of
MVG is so wide upwards that a later T cannot agree, only differ.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.reproduce.ka05_rows import QM_MARGIN, TIME_MARGIN
from evomod.reproduce.ka05_runs import LAST_EPOCHS, Circuits, Evolved, survivals
from evomod.reproduce.rows import NO_NUMBER, Row, bound_row, contrast_row, mean_row, share_row, unjudged
from evomod.statistics.agreement import Published

Array = npt.NDArray[Any]
Runs = Mapping[str, list[Evolved]]

LIMIT = 50_000  # generations
SOON = 3  # generations after a switch within which the paper's nets have adapted
FG_TIME = Published(21_000, 3600 / math.sqrt(50), 29_000 / math.sqrt(50), 50)
MVG_TIME = Published(2800, 600 / math.sqrt(50), 9500 / math.sqrt(50), 50)
FG_QM, MVG_QM = Published.mean(0.15, 0.02, 50), Published.mean(0.35, 0.02, 50)
FG_TEXT, MVG_TEXT = "0.15 ± 0.02", "0.35 ± 0.02"

# Conditions of the campaign, and what tables and figures call them.
VARYING = {
    "MVG": "MVG, E = 20",
    "MVG, drifting": "MVG, E = 20, random ties",
    "MVG, slow": "MVG, E = 100",
    "MVG, slow and drifting": "MVG, E = 100, random ties",
}
FIXED = {
    "FG and": "FG, AND",
    "FG and, drifting": "FG, AND, random ties",
    "FG or": "FG, OR",
    "FG or, drifting": "FG, OR, random ties",
}
WHOLE = {"FG and, all patterns": "FG, AND, all patterns", "MVG, slow, all patterns": "MVG, E = 100, all patterns"}
NAMES = {**VARYING, **FIXED, **WHOLE}
OF_PAPER = ("MVG", "MVG, drifting", "FG and", "FG and, drifting")  # how equals are ordered is not stated
PARTNERS = {  # what each varying condition differs from by its schedule alone, without the goal
    "MVG": "",
    "MVG, drifting": ", drifting",
    "MVG, slow": "",
    "MVG, slow and drifting": ", drifting",
    "MVG, slow, all patterns": ", all patterns",
}


def rows(runs: Runs, ends: Circuits) -> Iterator[Row]:
    """All lines; `ends` are the last 20 ends of each run, with Q_m, accuracy and what their one-mutants solve."""
    yield from _times(runs)
    yield from _modularity(ends)
    yield from _contrasts(ends)
    yield from _parts(ends)
    yield from _recovery(runs)
    yield from _accuracy(ends)
    yield from _switching(ends)


def _times(runs: Runs) -> Iterator[Row]:
    section = f"Runs that solved their goals (95 % of the patterns) within {LIMIT:,} generations, and T"
    solved = {name: [run.time for run in group if run.time <= LIMIT] for name, group in runs.items()}
    for name, what in NAMES.items():
        yield share_row(section, f"{what}: solved", len(solved.get(name, [])), len(runs.get(name, [])), None, 0)
    over = "mean over the runs that solved"
    for name in OF_PAPER:
        paper, text = (MVG_TIME, "2,800 (+9,500, -600)") if name in VARYING else (FG_TIME, "21,000 (+29,000, -3,600)")
        times, margin = solved.get(name, []), TIME_MARGIN * paper.value
        yield mean_row(section, f"{NAMES[name]}: T", times, paper, text, margin, over)
    for name, survival in survivals(runs, NAMES, LIMIT).items():
        note = "" if math.isfinite(survival.median.value) else "fewer than half have solved"
        what = f"{NAMES[name]}: median T, Kaplan-Meier"
        yield Row(section, what, "", survival.median, len(survival.times), NO_NUMBER, "median", note=note)
    note = f"of T, or {LIMIT:,} where a run had not solved by then"
    for name, suffix in PARTNERS.items():
        what = f"FG on AND takes longer than {NAMES[name]}"
        fixed, varying = _waited(runs.get(f"FG and{suffix}", [])), _waited(runs.get(name, []))
        yield contrast_row(section, what, fixed, varying, "longer", note)


def _waited(group: list[Evolved]) -> Array:
    """T, or how long it was waited for in vain."""
    return np.array([run.time if run.time <= LIMIT else min(run.generations, LIMIT) for run in group])


def _modularity(ends: Circuits) -> Iterator[Row]:
    section, column = "Q_m: exact Q, null random_genomes (effective neurons and used pixels matched)", _column("q_m")
    for name, what in NAMES.items():
        paper, text = (MVG_QM, MVG_TEXT) if name in VARYING else (FG_QM, FG_TEXT)
        values = ends.per_run(column, name, perfect=True)
        row = mean_row(section, f"{what}: solutions", values, paper, text, QM_MARGIN)
        yield row if name in OF_PAPER else unjudged(row)
        yield mean_row(section, f"{what}: all ends", ends.per_run(column, name), None, "", 0)


def _contrasts(ends: Circuits) -> Iterator[Row]:
    section = "Q_m: MVG above FG, each goal against itself"
    for name, suffix in PARTNERS.items():
        for goal in ("and", "or"):
            for perfect, which in ((True, "solutions"), (None, "all ends")):
                varying = ends.per_run(_column("q_m"), name, goal=goal, perfect=perfect)
                fixed = ends.per_run(_column("q_m"), f"FG {goal}{suffix}", perfect=perfect)
                what = f"{NAMES[name]}, {goal.upper()}: {which}"
                yield contrast_row(section, what, varying, fixed, "larger")


def _parts(ends: Circuits) -> Iterator[Row]:
    section = "What Q_m is made of, all ends: raw Q moves with the density of links"
    numbers = {"q": "Q", "density": "density", "edges": "links", "gates": "neurons"}
    for name in ("MVG", "MVG, slow", "FG and", "FG or"):
        for column, number in numbers.items():
            yield mean_row(section, f"{NAMES[name]}: {number}", ends.per_run(_column(column), name), None, "", 0)


def _recovery(runs: Runs) -> Iterator[Row]:
    section = "How soon a switch of the goal is recovered from"
    for name in (*VARYING, "MVG, slow, all patterns"):
        group = [run for run in runs.get(name, []) if len(run.recoveries)]
        recovered = [float(np.mean(np.isfinite(run.recoveries))) for run in group]
        what = f"{NAMES[name]}: share of the last {LAST_EPOCHS} epochs that get solved"
        yield mean_row(section, what, recovered, None, "", 0)
        soon = [float(np.nanmedian(run.recoveries)) for run in group if np.isfinite(run.recoveries).any()]
        note = "of the epochs that get solved at all"
        row = bound_row(section, f"{NAMES[name]}: generations until solved again", soon, 0, SOON, "about 3", note)
        yield row if name in OF_PAPER else unjudged(row)


def _accuracy(ends: Circuits) -> Iterator[Row]:
    section = "Share of right answers of solutions: to the 100 patterns that are asked, and to all 256"
    for name, what in {**VARYING, **FIXED}.items():
        for column, of in (("benefit", "asked"), ("accuracy", "all")):
            yield mean_row(section, f"{what}: {of}", ends.per_run(column, name, perfect=True), None, "", 0)


def _switching(ends: Circuits) -> Iterator[Row]:
    section = "Solutions with a one-mutant that solves the other goal (the paper's example: the output's threshold)"
    for name, what in NAMES.items():
        yield mean_row(section, f"{what}: any mutation", ends.per_run("switch", name), None, "", 0)
        values = ends.per_run("switch_threshold", name)
        yield mean_row(section, f"{what}: the threshold of the output", values, None, "", 0)
    for name, suffix in PARTNERS.items():
        varying = ends.per_run("switch", name, goal="and")
        fixed = ends.per_run("switch", f"FG and{suffix}")
        yield unjudged(contrast_row(section, f"{NAMES[name]} above FG, both on AND", varying, fixed, ""))


def _column(name: str) -> str:
    return f"random_genomes.{name}"

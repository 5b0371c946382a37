"""The table of Kashtan & Alon 2005: each number that the paper gives, beside what came out.

The margins within which a number of ours counts as equal were set before the runs: 0.1 in Q_m, since the choice of a
null alone moves it by as much; a fifth in shares of runs; half of the paper's value in times.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from evomod.reproduce.ka05_decay import Decay
from evomod.reproduce.ka05_runs import LAST_EPOCHS, LIMIT, SOON, Circuits, Evolved, changed_by_switches, survivals
from evomod.reproduce.rows import (
    NO_NUMBER,
    Row,
    bound_row,
    contrast_row,
    mean_row,
    mode_row,
    share_row,
    time_row,
    unjudged,
)
from evomod.statistics.agreement import Published
from evomod.statistics.intervals import Interval

Array = npt.NDArray[Any]
Runs = Mapping[str, list[Evolved]]

QM_MARGIN, SHARE_MARGIN, TIME_MARGIN = 0.1, 0.2, 0.5
# The errors of times are read as spreads over runs, which alone can be as lopsided as (+19,000, -2,000).
FG_TIME = Published(9000, 2000 / math.sqrt(36), 19000 / math.sqrt(36), 36)
MVG_TIME = Published.mean(1400, 1000 / math.sqrt(50), 50)
FG_QM, MVG_QM = Published.mean(0.12, 0.02, 36), Published.mean(0.54, 0.02, 50)
FG_TEXT, MVG_TEXT = "0.12 ± 0.02", "0.54 ± 0.02"

SIZES = {"random_genomes": "effective gates and used inputs", "random_genomes_of_gates": "effective gates alone"}
NULLS = (*SIZES, "degree_preserving", "solutions")
MOTIFS = {"ffl": "feed-forward loop", "diamond": "diamond"}
Q_M = "random_genomes.q_m"
GOALS = {"and": "G1", "or": "G2"}
OF_PAPER = (("FG and", FG_QM, FG_TEXT), ("MVG", MVG_QM, MVG_TEXT))


def rows(runs: Runs, ends: Circuits, by_null: Circuits, last: Circuits, decays: Mapping[str, Decay]) -> Iterator[Row]:
    """All lines.

    `ends` has Q_m of the last 20 ends of each run; `by_null` has it, against each null, and `last` has motifs of the
    last perfect circuits.
    """
    yield from _times(runs)
    yield from _modularity(runs, ends)
    yield from _nulls(by_null)
    yield from _controls(ends)
    yield from _circuits(runs)
    yield from _motifs(last)
    yield from _decays(decays)


def _times(runs: Runs) -> Iterator[Row]:
    section = "Runs that solved their goals, and T, the generations that took"
    solved = {name: [run.time for run in group if run.time <= LIMIT] for name, group in runs.items()}
    n = {name: len(group) for name, group in runs.items()}

    def share(what: str, name: str, paper: tuple[int, int] | None, within: int = LIMIT) -> Row:
        k = sum(time <= within for time in solved.get(name, []))
        return share_row(section, what, k, n.get(name, 0), paper, SHARE_MARGIN)

    yield share("FG: solved G1 within 1e5", "FG and", (36, 50))
    yield share("MVG: solved both within 1e5", "MVG", (50, 50))
    yield share("MVG: solved both within 1e4", "MVG", (50, 50), 10_000)
    yield share("FG: solved G2 within 1e5", "FG or", None)
    over = "mean over the runs that solved, as in the paper; its errors are read as spreads over runs"
    text = "9,000 (+19,000, -2,000)"
    yield mean_row(section, "FG, G1: T", solved.get("FG and", []), FG_TIME, text, TIME_MARGIN * 9000, over)
    yield mean_row(section, "MVG: T", solved.get("MVG", []), MVG_TIME, "1,400 ± 1,000", TIME_MARGIN * 1400)
    yield mean_row(section, "FG, G1: T, bits flipped", solved.get("FG and, bit", []), None, "", 0)
    yield mean_row(section, "MVG: T, bits flipped", solved.get("MVG, bit", []), None, "", 0)
    for name, survival in survivals(runs).items():
        note = "" if math.isfinite(survival.median.value) else "fewer than half have solved"
        what = f"{name}: median T, Kaplan-Meier"
        yield Row(section, what, "", survival.median, len(survival.times), NO_NUMBER, "median", note=note)


def _modularity(runs: Runs, ends: Circuits) -> Iterator[Row]:
    for null, matched in SIZES.items():
        section, column = f"Q_m: exact Q, null {null} ({matched} matched)", f"{null}.q_m"
        for name, what in (("FG and", "FG, G1"), ("FG and, bit", "FG, G1, bits flipped")):
            values = ends.per_run(column, name, perfect=True)
            note = _champions(runs.get(name, []))
            yield mean_row(section, f"{what}: solutions", values, FG_QM, FG_TEXT, QM_MARGIN, note)
        yield mean_row(section, "FG, G1: all runs", ends.per_run(column, "FG and"), None, "", 0)
        values, note = ends.per_run(column, "FG or", perfect=True), _champions(runs.get("FG or", []))
        yield mean_row(section, "FG, G2: solutions", values, None, "", 0, note)
        for name, what in (("MVG", "MVG"), ("MVG, bit", "MVG, bits flipped")):
            group = runs.get(name, [])
            note = (
                f"{sum(run.evolvable for run in group)} of {len(group)} runs: perfect within {SOON} generations of the "
                f"switch in at least 90 % of the last {LAST_EPOCHS} epochs"
            )
            values = ends.per_run(column, name, perfect=True, evolvable=True)
            yield mean_row(section, f"{what}: evolvable runs", values, MVG_QM, MVG_TEXT, QM_MARGIN, note)
            values = ends.per_run(column, name, perfect=True)
            yield mean_row(section, f"{what}: perfect ends of all runs", values, MVG_QM, MVG_TEXT, QM_MARGIN)
            yield mean_row(section, f"{what}: all ends of all runs", ends.per_run(column, name), None, "", 0)
            yield _trend(section, f"{what}: against the share of epochs that get perfect", column, group, ends)


def _champions(group: list[Evolved]) -> str:
    """How many of the runs that solved their goal end with a perfect champion: the others' is smaller, and errs."""
    solved = [run for run in group if run.time <= LIMIT]
    perfect = sum(run.ends[-1].perfect for run in solved)
    if perfect == len(solved):
        return ""
    return f"{perfect} of {len(solved)} runs that solved it; in the others a smaller circuit that errs is fitter"


def _trend(section: str, what: str, column: str, group: list[Evolved], ends: Circuits) -> Row:
    """Rank correlation over runs: are those that keep up with the goal the modular ones?"""
    q_m = dict(ends.by_run(column, group[0].condition if group else "", perfect=True))
    keeping = {run.index: float(np.mean(np.isfinite(run.recoveries))) for run in group if len(run.recoveries)}
    both = [(q_m[index], keeping[index]) for index in q_m if index in keeping]
    if len(both) < 4:
        return Row(section, what, "", None, len(both), "no runs", "rank correlation")
    found = stats.spearmanr(*zip(*both, strict=True))
    z, half = math.atanh(min(0.999999, max(-0.999999, found.statistic))), 1.96 / math.sqrt(len(both) - 3)
    ours = Interval(float(found.statistic), math.tanh(z - half), math.tanh(z + half))
    return Row(section, what, "", ours, len(both), NO_NUMBER, "rank correlation", note=f"p = {found.pvalue:.2g}")


def _nulls(by_null: Circuits) -> Iterator[Row]:
    section = "Q_m of the last perfect circuit under each goal, by the null"
    for name in NULLS:
        column = f"{name}.q_m"
        for condition, paper, text in (*OF_PAPER, ("MVG, bit", None, "")):
            values = by_null.per_run(column, condition)
            yield mean_row(section, f"{name}: {condition.replace('and', 'G1')}", values, paper, text, QM_MARGIN)
        values, against = by_null.per_run(column, "MVG", goal="and"), by_null.per_run(column, "FG and")
        yield contrast_row(section, f"{name}: MVG above FG, both on G1", values, against, "larger")


def _controls(ends: Circuits) -> Iterator[Row]:
    section = "Q_m: contrasts, each goal against itself, and other ways for goals to vary (null random_genomes)"
    for goal, name in GOALS.items():
        values = ends.per_run(Q_M, "MVG", goal=goal, perfect=True)
        yield mean_row(section, f"MVG: perfect ends of {name}", values, None, "", 0)
        against = ends.per_run(Q_M, f"FG {goal}", perfect=True)
        yield contrast_row(section, f"MVG above FG, both on {name}", values, against, "larger")
        against = ends.per_run(Q_M, f"FG {goal}, drifting", perfect=True)
        what = f"FG, {name}: 10,000 generations after it was solved, random ties"
        yield mean_row(section, what, against, None, "", 0, "stable ties freeze a solved population")
        yield contrast_row(section, f"MVG above that, both on {name}", values, against, "larger")
    varying = ends.per_run(Q_M, "MVG")
    for name, what in (("RVG", "random goals"), ("RVGv", "G1 and random goals")):
        values = ends.per_run(Q_M, name)
        yield mean_row(section, f"{name} ({what}): all ends", values, None, "not modular", 0)
        yield contrast_row(section, f"MVG above {name}, all ends", varying, values, "larger")
    values = ends.per_run(Q_M, "NBVG")
    yield mean_row(section, "NBVG (a near goal without modules): all ends", values, None, "", 0)
    yield unjudged(contrast_row(section, "MVG above NBVG, all ends", varying, values, ""))
    yield mean_row(
        section,
        "Q itself: the most that the paper's own algorithm finds",
        ends.per_run("random_genomes.q", "Q max"),
        None,
        "",
        0,
    )


def _circuits(runs: Runs) -> Iterator[Row]:
    section = "The circuits, and how soon they recover from a switch"
    fixed = [run.ends[-1].gates for run in runs.get("FG and", []) if run.ends[-1].perfect]
    yield mode_row(section, "FG: gates of the solutions of G1", fixed, 10, "10 mostly")
    last = [perfect[-1].gates for run in runs.get("MVG", []) if (perfect := [end for end in run.ends if end.perfect])]
    yield mode_row(section, "MVG: gates of the last perfect circuit", last, 11, "11 mostly")
    for name, what in (("MVG", "MVG"), ("MVG, bit", "MVG, bits flipped"), ("NBVG", "NBVG")):
        group = [run for run in runs.get(name, []) if len(run.recoveries)]
        recovered = [float(np.mean(np.isfinite(run.recoveries))) for run in group]
        epochs = f"{what}: share of the last {LAST_EPOCHS} epochs that get perfect"
        row = bound_row(section, epochs, recovered, 0.8, 1, "about all", "0.8 and more counts as about all")
        yield row if name == "MVG" else unjudged(row)
        soon = [float(np.nanmedian(run.recoveries)) for run in group if np.isfinite(run.recoveries).any()]
        row = bound_row(section, f"{what}: generations until perfect again", soon, 0, SOON, "about 5")
        yield row if name == "MVG" else unjudged(row)
        evolvable = sum(run.evolvable for run in group)
        yield share_row(section, f"{what}: runs that are evolvable", evolvable, len(group), None, 0)
    changed = [float(np.median(found)) for run in runs.get("MVG", []) if (found := changed_by_switches(run))]
    note = "pairs of perfect ends that follow each other; a difference of 1 counts as none"
    yield bound_row(section, "MVG: connections that a switch changes", changed, 1, 3, "2", note)


def _motifs(last: Circuits) -> Iterator[Row]:
    section = "Motifs of the last perfect circuit of each run: Z against networks of the same degrees"
    for key, name in MOTIFS.items():
        column = f"motifs.{key}_z"
        varying, same = last.per_run(column, "MVG"), last.per_run(column, "same Q")
        yield contrast_row(section, f"{name}: MVG above 0", varying, np.zeros(2), "enriched")
        yield mean_row(section, f"{name}: FG, G1", last.per_run(column, "FG and"), None, "", 0)
        yield mean_row(section, f"{name}: NBVG", last.per_run(column, "NBVG"), None, "", 0)
        yield mean_row(section, f"{name}: evolved for the same Q alone", same, None, "none", 0)
        yield contrast_row(section, f"{name}: MVG above the same Q", varying, same, "larger")
    loops = last.per_run("motifs.feedback_loop", "same Q")
    yield mean_row(section, "feedback loops of three: evolved for the same Q alone", loops, None, "", 0, "a count")
    loops = last.per_run("motifs.feedback_loop", "MVG")
    yield mean_row(section, "feedback loops of three: MVG", loops, None, "", 0, "a count")


def _decays(decays: Mapping[str, Decay]) -> Iterator[Row]:
    section = "Modular circuits for G2 under G2 alone: generations until the best has lost half of its Q_m"
    for k, (name, found) in enumerate(decays.items()):
        lost = f"{int(found.lost.sum())} of {len(found.half)} runs lose it within {found.horizon:,} generations"
        row = time_row(section, name, found.half, found.lost, 50, "a few tens", lost)
        yield unjudged(row) if k else row

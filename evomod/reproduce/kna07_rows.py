"""The table of Kashtan, Noor & Alon 2007: each number that the paper gives, beside what came out.

The margins within which a number of ours counts as equal were set before the runs: half of the paper's value in
speed-ups and times, 0.2 in exponents; a speed-up up to 2 counts as virtually none.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from evomod.reproduce.kna07_scaling import (
    Pairs,
    halves,
    itself,
    line_of_times,
    pairs,
    permuted,
    slope_of_speedup,
)
from evomod.reproduce.kna07_times import Sample, Samples
from evomod.reproduce.rows import NO_NUMBER, Row, Verdict, bound_row, contrast_row, mean_row, share_row
from evomod.statistics.agreement import Published, direction, judged
from evomod.statistics.intervals import Interval
from evomod.statistics.logrank import logrank

Floats = npt.NDArray[np.float64]
MARGIN = 0.5  # of the paper's value
ALPHA_MARGIN = 0.2
NONE = 2.0  # up to here a speed-up counts as virtually none
N_HARD = 10  # hardest goals of the paper, which it does not count: (inferred)
SCHEDULES = ("MVG", "RVGv", "VG0", "RVGc")
Numbers = Mapping[str, tuple[float, float] | None]  # value and standard error; None: below 1
S_MAX: Final[Mapping[str, Numbers]] = {
    "1": {"MVG": (95, 45), "RVGv": (45, 20), "VG0": (2.5, 2), "RVGc": None},
    "2": {"MVG": (265, 150), "RVGv": (160, 80), "VG0": (190, 90), "RVGc": (1.3, 0.3)},
}
ALPHA = (0.7, 0.1)
EXAMPLE = {"FG": (8e4, 2e4), "MVG": (8e3, 1.5e3)}


def speed_rows(model: str, samples: Samples, smaller: str) -> Iterator[Row]:
    """Speed-ups of a model and how they scale; `smaller` says in what its runs are smaller than the paper's."""
    if not samples:
        return
    section = f"Model {model}: S = T_FG / T of the hardest goals (T_FG above half of the limit)"
    for schedule in (name for name in SCHEDULES if any(name in one for one in samples.values())):
        number = S_MAX[model[0]][schedule]
        yield _s_max(section, schedule, pairs(samples, schedule), number, smaller)
        note = "T_FG of one half of the runs decides which goals are hard, that of the other half is in S"
        yield _s_max(section, f"{schedule}, selected by other runs", halves(samples, schedule), number, note)
        yield _sooner(section, schedule, samples)
    yield from _scaling(f"Model {model}: S against T_FG, modularly varying goals", samples)


def _s_max(section: str, what: str, of: Pairs, number: tuple[float, float] | None, note: str) -> Row:
    n, what = len(of.goals), f"S_max, {what}"
    note = f"{int(of.hard.sum())} of {n} goals are hard; {note}"
    hardest = of.speedups[of.hard]
    if number is None:
        return bound_row(section, what, hardest, 0, 1, "< 1", note)
    value, error = number
    paper = Published.mean(value, error, N_HARD)
    return mean_row(section, what, hardest, paper, f"{value:g} ± {error:g}", MARGIN * value, note)


def _sooner(section: str, schedule: str, samples: Samples) -> Row:
    """Goal by goal with censoring: how often is the goal surely solved sooner than if it were fixed?"""
    found = [
        logrank(one["FG"].survival, one[schedule].survival).hazard_ratio
        for one in samples.values()
        if {"FG", schedule} <= one.keys()
    ]
    sooner, later = sum(ratio.low > 1 for ratio in found), sum(ratio.high < 1 for ratio in found)
    note = f"of all goals, hard or not; surely later: {later}"
    what = f"{schedule}: goals that are surely solved sooner (censored runs; log-rank)"
    return share_row(section, what, sooner, len(found), None, math.nan, note)


def _scaling(section: str, samples: Samples) -> Iterator[Row]:
    of = pairs(samples, "MVG")
    n, text = len(of.goals), "0.7 ± 0.1"
    ours = slope_of_speedup(of)
    yield estimate_row(section, "α of S ~ T_FG^α, as in the paper", ours, n, ALPHA, text, ALPHA_MARGIN)
    apart = slope_of_speedup(halves(samples, "MVG"))
    note = "T_FG on the axis and T_FG in S are of different runs"
    yield estimate_row(section, "α, its two T_FG of different runs", apart, n, ALPHA, text, ALPHA_MARGIN, note)
    line = line_of_times(of)
    slope = line.slope_interval() if line else None
    flat = Interval(1 - slope.value, 1 - slope.high, 1 - slope.low, slope.method) if slope else None
    left_out = n - int(of.known.sum())
    note = "1 − slope of log T_MVG on log T_FG, errors in both (York)"
    note += f"; {left_out} of {n} goals are left out, since a median is not known" if left_out else ""
    yield estimate_row(section, "α, as if times were the data", flat, n - left_out, ALPHA, text, ALPHA_MARGIN, note)
    alone = itself(samples)
    note = "one half of its runs against the other: what chance alone makes of the paper's slope; truth 0"
    yield estimate_row(section, "null: α of the fixed goal against itself", slope_of_speedup(alone), n, note=note)
    null = permuted(of)
    note = "each goal with the T_MVG of another: what the paper's slope is if T_MVG does not depend on T_FG"
    ends = None
    if null is not None and ours is not None:
        low, high = map(float, np.quantile(null, [0.025, 0.975]))
        ends = Interval(float(null.mean()), low, high, "permutation")
        p = (1 + int((null <= ours.value).sum())) / (1 + len(null))
        note += f"; p = {p:.2g} that it is as low as ours"
    yield estimate_row(section, "null: α of permuted pairs", ends, n, note=note)


def estimate_row(
    section: str,
    what: str,
    ours: Interval | None,
    n: int,
    paper: tuple[float, float] | None = None,
    text: str = "",
    margin: float = math.nan,
    note: str = "",
) -> Row:
    """An estimate with an interval of its own against a published value with its standard error.

    The interval of the difference adds the two in quadrature, either side by itself.
    """
    if ours is None:
        return Row(section, what, text, None, n, "too few runs" if n else "no runs", "slope", note=note)
    if paper is None:
        return Row(section, what, text, ours, n, NO_NUMBER, "slope", note=note)
    value, half = paper[0], 1.96 * paper[1]
    below, above = math.hypot(ours.value - ours.low, half), math.hypot(ours.high - ours.value, half)
    between = ours.value - value
    found = judged(Interval(between, between - below, between + above, ours.method), margin)
    return Row(section, what, text, ours, n, found.answer, "slope", margin, found.difference, note)


def time_rows(
    section: str, by_schedule: Mapping[str, Sample], paper: Mapping[str, tuple[float, float]]
) -> Iterator[Row]:
    """Medians with the limit where it was reached, as the paper takes them, and censored medians beside."""
    for schedule, one in by_schedule.items():
        number, censored = paper.get(schedule), one.survival.median
        low, high = map(float, np.quantile(one.resampled, [0.025, 0.975]))
        known = f"{censored.value:,.0f}" if math.isfinite(censored.value) else "not reached"
        note = f"{int(one.reached.sum())} of {len(one)} runs solved it within {one.limit:,.0f}; Kaplan-Meier: {known}"
        ours = Interval(one.median, low, high, "percentile")
        text = f"{number[0]:,.0f} ± {number[1]:,.0f}" if number else ""
        margin = MARGIN * number[0] if number else math.nan
        row = estimate_row(section, f"T, {schedule}", ours, len(one), number, text, margin, note)
        yield Row(**{**vars(row), "statistic": "median"})


def speedup(fixed: Sample, other: Sample) -> Interval:
    """S, a ratio of medians, with its bootstrap interval."""
    low, high = np.quantile(fixed.resampled / other.resampled, [0.025, 0.975])
    return Interval(fixed.median / other.median, float(low), float(high), "percentile")


def ratio_row(
    section: str, what: str, fixed: Sample, other: Sample, below: float | None = None, text: str = "", note: str = ""
) -> Row:
    """S of one goal: does it lie below a number, if the paper says so? Of two medians at the limit nobody can tell."""
    ours, n = speedup(fixed, other), min(len(fixed), len(other))
    verdict: Verdict = NO_NUMBER
    if below is not None:
        verdict = "agrees" if ours.high <= below else "differs" if ours.low > below else "cannot tell"
    if min(fixed.median / fixed.limit, other.median / other.limit) >= 1:
        note = "; ".join(part for part in (note, "neither median is known") if part)
        verdict = NO_NUMBER if below is None else "cannot tell"
    return Row(section, what, text, ours, n, verdict, "ratio of medians", note=note)


def together_rows(section: str, samples: Samples) -> Iterator[Row]:
    """Both goals at once, and in turn, against each of them alone under the same selection."""
    one = samples.get("", {})
    for name, other in one.items():
        if not name.startswith("FG"):
            below, text = (NONE, "virtually none") if name.startswith("both") else (None, "")
            for goal, alone in (("G1", "FG"), ("G2", "FG on G2")):
                fixed = one.get(f"{alone}, NSGA-II" if "Pareto" in name else alone)
                if fixed is not None:
                    what, note = f"S, {name}, against {goal} alone", "both goals have to be solved"
                    yield ratio_row(section, what, fixed, other, below, text, note)


def switching_rows(section: str, samples: Samples, shortest: str, usual: str) -> Iterator[Row]:
    """S by switching time and population, and whether the shortest switching time is worse than the usual one."""
    for size, one in samples.items():
        fixed = one.get("FG")
        for schedule, other in one.items():
            if fixed is not None and schedule != "FG":
                yield ratio_row(section, f"{size}, {schedule}", fixed, other)
        if {shortest, usual} <= one.keys():
            gain = np.log10(one[shortest].resampled / one[usual].resampled)
            low, high = np.quantile(gain, [0.025, 0.975])
            value = math.log10(one[shortest].median / one[usual].median)
            found = Interval(value, float(low), float(high), "percentile")
            what = f"{size}: log10 of S at {usual} over S at {shortest}"
            n = min(len(one[shortest]), len(one[usual]))
            yield Row(section, what, "larger", found, n, direction(found), "difference of logarithms")


def by_time(samples: Samples) -> dict[str, dict[float, Interval]]:
    """S by population and switching time, which the names of the schedules say: `E = 20`."""
    return {
        size: {
            float(name.removeprefix("E = ")): speedup(one["FG"], other) for name, other in one.items() if name != "FG"
        }
        for size, one in samples.items()
        if "FG" in one
    }


def modularity_rows(section: str, q_m: Mapping[str, Floats]) -> Iterator[Row]:
    """Q_m of solutions of the first goal by schedule: a run each."""
    for schedule, values in q_m.items():
        yield mean_row(section, f"{schedule}: Q_m of solutions", values, None, "", 0)
    if {"MVG", "FG"} <= q_m.keys():
        note = "the paper: speed does not show modularity by itself, structure does"
        yield contrast_row(section, "MVG above FG", q_m["MVG"], q_m["FG"], "larger", note)

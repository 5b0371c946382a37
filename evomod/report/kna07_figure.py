"""Kashtan, Noor & Alon 2007, reproduced: speed-ups, how they scale, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evomod.report.figure import BLUE, DPI, GREEN, GREY, INK, ORANGE, PURPLE, SERIES, SKY, VERMILLION
from evomod.statistics.errors_in_variables import Line
from evomod.statistics.intervals import Interval, bootstrap

Array = npt.NDArray[Any]
FONT = 8.0
COLOURS = {"MVG": VERMILLION, "RVGv": GREEN, "RVGc": ORANGE, "VG0": PURPLE, "FG": BLUE}
PAPER_ALPHA = 0.7


@dataclass(frozen=True, eq=False)
class Points:
    """Goals with their median times under a fixed goal and under a schedule, log10 of generations, float64 (n,) each.

    Attributes
    ----------
    fixed, varied, speedup : medians, and the difference of the two
    fixed_error, varied_error, speedup_error : their standard errors
    known : bool (n,)
        Neither median is the limit.
    """

    fixed: Array
    varied: Array
    speedup: Array
    fixed_error: Array
    varied_error: Array
    speedup_error: Array
    known: Array


@dataclass(frozen=True, eq=False)
class Landscape:
    """The mapped landscape.

    Attributes
    ----------
    genomes : int64 (n_functions,)
        Genomes that compute each function, most first.
    goals : genomes that compute each goal, by name
    directions : group of generations to flat, toward and away, float64 (n_runs,) each
        Shares of a run's generations.
    """

    genomes: Array
    goals: Mapping[str, int]
    directions: Mapping[str, Mapping[str, Array]]


@rc_context({"font.size": FONT, "text.parse_math": False})
def plot(
    models: Mapping[str, Mapping[str, Points]],
    lines: Mapping[str, Line | None],
    curves: tuple[Array, Mapping[str, Array]] | None,
    switching: Mapping[str, Mapping[float, Interval]],
    q_m: Mapping[str, Mapping[str, Array]],
    landscape: Landscape | None,
) -> Figure:
    """Plot them.

    Parameters
    ----------
    models : goals by model and schedule
    lines : log T_MVG on log T_FG, by model; None where there are too few goals
    curves : generations int64 (n_times,) and best benefit float64 (n_runs, n_times) by schedule
        None where nothing has been run.
    switching : speed-up by population and switching time E
    q_m : Q_m of solutions by model and schedule, float64 (n_runs,)
    landscape : None where nothing has been run
    """
    figure = Figure(figsize=(11, 15.5), dpi=DPI, layout="constrained")
    axes = figure.subplots(4, 2)
    main = [(model, by_schedule) for model, by_schedule in models.items() if len(by_schedule) > 1]
    for ax, (model, by_schedule) in zip(axes[0], main, strict=False):
        _draw_speedups(ax, by_schedule)
        ax.set_title(f"model {model}: speed-up against how hard the goal is", loc="left")
    _draw_times(axes[1, 0], models, lines)
    _draw_curves(axes[1, 1], curves)
    _draw_switching(axes[2, 0], switching)
    _draw_modularity(axes[2, 1], q_m)
    if landscape:
        _draw_functions(axes[3, 0], landscape)
        _draw_directions(axes[3, 1], landscape)
    for ax, letter in zip(axes.flat, "abcdefgh", strict=True):
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_title(f"{letter}  {ax.get_title(loc='left')}", loc="left", fontsize=FONT + 1)
    return figure


def _draw_speedups(ax: Axes, by_schedule: Mapping[str, Points]) -> None:
    ax.axhline(1, color=GREY, lw=0.6)
    for schedule, of in by_schedule.items():
        ax.errorbar(
            10**of.fixed,
            10**of.speedup,
            _ends(of.speedup, of.speedup_error),
            fmt="o",
            ms=4,
            lw=0.6,
            color=COLOURS[schedule],
            mec="none",
            alpha=0.8,
            label=schedule,
        )
    of = by_schedule["MVG"]
    x = np.array([of.fixed.min(), of.fixed.max()])
    centre = of.speedup.mean() + PAPER_ALPHA * (x - of.fixed.mean())
    ax.plot(10**x, 10**centre, ":", color=INK, label="the paper's slope, 0.7")
    ax.set(xscale="log", yscale="log", xlabel="T_FG, generations (median)", ylabel="S = T_FG / T, standard errors")
    ax.legend(frameon=False, ncols=2)


def _ends(values: Array, errors: Array) -> Array:
    """Bars of logarithms, float64 (2, n), where they are drawn."""
    return np.array([10**values - 10 ** (values - errors), 10 ** (values + errors) - 10**values])


def _draw_times(ax: Axes, models: Mapping[str, Mapping[str, Points]], lines: Mapping[str, Line | None]) -> None:
    ax.set_title("T under modularly varying goals, errors in both", loc="left")
    drawn = [(model, by_schedule["MVG"]) for model, by_schedule in models.items() if "MVG" in by_schedule]
    for (model, of), colour in zip(drawn, (VERMILLION, SKY, GREEN), strict=False):
        look: dict[str, Any] = {"color": colour, "ms": 4, "lw": 0.6, "ls": "none", "marker": "o"}
        for some, face, label in ((of.known, colour, f"model {model}"), (~of.known, "none", None)):
            across, up = (_ends(of.fixed, of.fixed_error)[:, some], _ends(of.varied, of.varied_error)[:, some])
            ax.errorbar(10 ** of.fixed[some], 10 ** of.varied[some], up, across, mfc=face, label=label, **look)
        if (line := lines.get(model)) is not None:
            x = np.array([of.fixed[of.known].min(), of.fixed[of.known].max()])
            ax.plot(
                10**x, 10 ** (line.intercept + line.slope * x), color=colour, label=f"slope {line.slope:.2f} (York)"
            )
    ends = [10, 1e5]
    ax.plot(ends, ends, color=GREY, lw=0.6, label="S = 1")
    ax.set(xscale="log", yscale="log", xlabel="T_FG, generations", ylabel="T_MVG (open: a median is not known)")
    ax.set_ylim(top=1e7)  # room for the legend
    ax.legend(frameon=False, ncols=2)


def _draw_curves(ax: Axes, curves: tuple[Array, Mapping[str, Array]] | None) -> None:
    ax.set_title("best benefit, the mean over runs (solved: 1 from then on)", loc="left")
    if curves is None or not curves[1]:
        return
    generations, benefit = curves
    for (schedule, values), colour in zip(benefit.items(), SERIES, strict=False):
        mean, n = values.mean(axis=0), len(values)
        half = 1.96 * values.std(axis=0, ddof=1) / np.sqrt(n) if n > 1 else np.zeros_like(mean)
        at = generations + 1
        ax.plot(at, mean, color=colour, label=f"{schedule} (n = {n})")
        ax.fill_between(at, mean - half, mean + half, color=colour, alpha=0.15, lw=0)
    ax.set(xscale="log", xlabel="generation + 1", ylabel="benefit, mean and 95 % interval")
    ax.legend(frameon=False, loc="lower right")


def _draw_switching(ax: Axes, switching: Mapping[str, Mapping[float, Interval]]) -> None:
    ax.set_title("speed-up by switching time", loc="left")
    ax.axhline(1, color=GREY, lw=0.6)
    for (size, by_time), colour in zip(switching.items(), (SKY, BLUE, VERMILLION, GREEN), strict=False):
        every, found = np.array(list(by_time)), list(by_time.values())
        values = np.array([one.value for one in found])
        ends = [values - [one.low for one in found], [one.high for one in found] - values]
        ax.errorbar(every, values, np.maximum(ends, 0), fmt="o-", ms=4, lw=0.8, color=colour, label=size)
    if switching:
        ax.legend(frameon=False)
        ax.set(xscale="log", yscale="log")
    ax.set(xlabel="E, generations between two switches", ylabel="S, 95 % interval")


def _draw_modularity(ax: Axes, q_m: Mapping[str, Mapping[str, Array]]) -> None:
    ax.set_title("Q_m of solutions of the first goal", loc="left")
    ax.axhline(0, color=GREY, lw=0.6)
    groups = [(model, name, values) for model, one in q_m.items() for name, values in one.items() if len(values)]
    for k, (_, name, values) in enumerate(groups):
        known = np.sort(values)
        aside = np.modf(np.arange(len(known)) * 0.6180339887)[0] - 0.5  # golden steps fill the width evenly
        ax.plot(k + 0.5 * aside - 0.1, known, "o", ms=2.5, mec="none", mfc=COLOURS[name], alpha=0.5)
        mean = bootstrap(known)
        finite = np.isfinite([mean.low, mean.high]).all()
        ends = [[mean.value - mean.low], [mean.high - mean.value]] if finite else None
        ax.errorbar(k + 0.32, mean.value, ends, fmt="D", ms=3.5, color=INK, lw=1.2)
    labels = [f"{model}: {name}\nn = {len(values)}" for model, name, values in groups]
    ax.set_xticks(range(len(groups)), labels, rotation=45, ha="right")
    ax.set_ylabel("Q_m, mean and 95 % interval")


def _draw_functions(ax: Axes, landscape: Landscape) -> None:
    ax.set_title("model 2-small: functions by the number of genomes that compute them", loc="left")
    ranks = np.arange(1, len(landscape.genomes) + 1)
    ax.plot(ranks, landscape.genomes, color=INK, lw=1)
    for (name, n), colour in zip(landscape.goals.items(), (BLUE, VERMILLION), strict=False):
        rank = int(np.searchsorted(-landscape.genomes, -n, "left")) + 1
        ax.plot(rank, n, "o", ms=5, color=colour, label=f"{name}: {n:,} genomes, rank {rank:,}")
    ax.set(xscale="log", yscale="log", xlabel="rank of the function", ylabel="genomes, of 2^38")
    ax.legend(frameon=False)


def _draw_directions(ax: Axes, landscape: Landscape) -> None:
    ax.set_title("model 2-small: whither the gradient points, along lines of descent", loc="left")
    colours = {"flat": GREY, "away": ORANGE, "toward": GREEN}
    for k, shares in enumerate(landscape.directions.values()):
        for j, (name, values) in enumerate(shares.items()):
            x = k + 0.25 * (j - 1)
            mean = bootstrap(values)
            ax.bar(x, mean.value, 0.23, color=colours[name], alpha=0.6, label=name if not k else None)
            if np.isfinite([mean.low, mean.high]).all():
                ax.plot([x, x], [mean.low, mean.high], color=INK, lw=1.2)
    labels = [f"{group}\nn = {len(shares['flat'])}" for group, shares in landscape.directions.items()]
    ax.set_xticks(range(len(labels)), labels)
    ax.set(ylim=(0, 1), ylabel="share of generations, 95 % interval")
    ax.legend(frameon=False, ncols=3)

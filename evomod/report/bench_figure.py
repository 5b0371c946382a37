"""What measures of modularity say of networks that are known to be modular or not: a row for each number."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, PercentFormatter

from evomod.report.figure import BLUE, DPI, INK, VERMILLION, fitted

if TYPE_CHECKING:
    from evomod.measures.bench import Bench, Score
    from evomod.networks.planted import Planted

FONT = 8.0
GREY = "#999999"
NAME_ROOM = 220.0  # points
FILLED: dict[str, Any] = {"marker": "o", "markersize": 3.5}
HOLLOW: dict[str, Any] = {"marker": "o", "markersize": 6, "markerfacecolor": "white"}


@rc_context({"text.parse_math": False})  # names are text, not formulas
def plot_bench(bench: Bench) -> Figure:
    """Plot the scores of a bench.

    Parameters
    ----------
    bench : Bench
        At least one number, each of which has a row. On the left its values along the graded series, each series a thin
        line, their mean a thick one; on the right each modular net with its control, joined by a solid line if the
        number sees the difference, by a dotted one if it is blind to it; and each twin with its original.

    Returns
    -------
    Figure
        On the right a number that is not defined is a cross at the bottom.
    """
    n = len(bench.scores)
    figure = Figure(figsize=(7.0, 0.9 + 1.35 * n), dpi=DPI, layout="constrained")
    axes = figure.subplots(n, 2, squeeze=False, sharex="col", width_ratios=[1.15, 1])
    for (left, right), score in zip(axes, bench.scores, strict=True):
        _draw_graded(left, bench.planted, score)
        _draw_beside(right, bench, score)
        name = score.measure if n == 1 or score.column == score.measure else f"{score.measure}: {score.column}"
        left.set_title(fitted(name, FONT, NAME_ROOM), fontsize=FONT, color=INK, loc="left")
        left.set_title(_tau(score), fontsize=FONT, color=INK, loc="right")
        for ax in (left, right):
            ax.yaxis.set_major_locator(MaxNLocator(4))
            ax.tick_params(labelsize=FONT, color=INK, labelcolor=INK)
            ax.spines[["top", "right"]].set_visible(False)
    axes[-1, 0].xaxis.set_major_formatter(PercentFormatter(1))
    axes[-1, 0].set_xlabel("edges rewired", fontsize=FONT, color=INK)
    figure.legend(handles=_legend(), loc="outside upper center", ncols=4, fontsize=FONT, frameon=False)
    return figure


def _legend() -> list[Line2D]:
    return [
        Line2D([], [], label="modular", color=VERMILLION, linestyle="", **FILLED),
        Line2D([], [], label="its control (dotted: not told apart)", color=VERMILLION, linestyle="", **HOLLOW),
        Line2D([], [], label="twin", color=INK, linestyle="", **FILLED),
        Line2D([], [], label="its original", color=GREY, linestyle="--", linewidth=1),
    ]


def _tau(score: Score) -> str:
    return "not ordered" if math.isnan(score.tau) else f"τ = {score.tau:+.2f}".replace("-", "−")


def _draw_graded(ax: Axes, nets: tuple[Planted, ...], score: Score) -> None:
    graded = [(1 - net.truth, value) for net, value in zip(nets, score.values, strict=True) if net.series == "graded"]
    shares = sorted({share for share, _ in graded})
    table = np.array([value for _, value in graded]).reshape(-1, len(shares))  # series after series
    ax.plot(shares, table.T, "o-", color=BLUE, alpha=0.3, markersize=2.5, linewidth=0.6)
    there = np.isfinite(table)
    means = [row[known].mean() if known.any() else np.nan for row, known in zip(table.T, there.T, strict=True)]
    ax.plot(shares, means, color=BLUE, linewidth=1.8)


def _draw_beside(ax: Axes, bench: Bench, score: Score) -> None:
    """Networks that are compared with another: modular ones with their controls, twins with their original."""
    value = {net.name: float(at) for net, at in zip(bench.planted, score.values, strict=True)}
    shown = [net for net in bench.planted if net.beside]
    blind = bench.blind_to(score)
    for x, net in enumerate(shown):
        ends = [value[net.name], value[net.beside]]
        if net.series == "pair":
            ax.plot([x, x], ends, ":" if net.name in blind else "-", color=VERMILLION, linewidth=1.2)
            ax.plot([x], ends[1:], color=VERMILLION, **HOLLOW)
            ax.plot([x], ends[:1], color=VERMILLION, **FILLED)
        else:
            ax.plot([x - 0.35, x + 0.35], ends[1:] * 2, "--", color=GREY, linewidth=1)
            ax.plot([x], ends[:1], color=INK, **FILLED)
        if any(map(math.isnan, ends)):
            ax.plot([x], [0.05], "x", color=INK, markersize=4, transform=ax.get_xaxis_transform())
    ax.set_xlim(-0.6, len(shown) - 0.4)
    ax.set_xticks(range(len(shown)), [net.name for net in shown], rotation=40, ha="right", rotation_mode="anchor")

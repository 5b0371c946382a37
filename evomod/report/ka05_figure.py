"""Kashtan & Alon 2005, reproduced: modularity, times, motifs and decay, the paper's numbers beside ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evomod.report.figure import BLUE, DPI, VERMILLION
from evomod.report.points import LABEL, colour_of, draw_groups, draw_points, draw_solved
from evomod.statistics.survival import Survival

Array = npt.NDArray[Any]
GREEN, GREY = "#009E73", "#888888"
FONT = 8.0
# Q_m of the paper: value, standard error, and the groups that it is about.
PAPER = {"FG 0.12": (0.12, 0.02, ("FG, G1",)), "MVG 0.54": (0.54, 0.02, ("MVG, G1", "MVG, bit, evolvable"))}


class Falling(Protocol):
    """Curves over generations, float64 (n_runs, n_times)."""

    generations: Array
    curves: Array


@rc_context({"font.size": FONT, "text.parse_math": False})
def plot(
    modularity: Mapping[str, Mapping[str, Array]],
    keeping_up: Mapping[str, tuple[Array, Array]],
    times: Mapping[str, Survival],
    motifs: Mapping[str, Mapping[str, Array]],
    decays: Mapping[str, Falling],
) -> Figure:
    """Plot them.

    Parameters
    ----------
    modularity : mapping of null to group to float64 (n_runs,)
        Q_m, one value a run, under two nulls.
    keeping_up : mapping of group to two float64 (n_runs,)
        Share of epochs that get perfect, and Q_m.
    times : mapping of group to Survival
        When runs solved their goals.
    motifs : mapping of motif to group to float64 (n_runs,)
        Z, one value a run.
    decays : mapping of condition to curves
        Q_m of the best individual under a goal that no longer varies.
    """
    figure = Figure(figsize=(11, 11), dpi=DPI, layout="constrained")
    axes = figure.subplots(3, 2)
    titles = []
    for ax, (null, groups) in zip(axes[0], modularity.items(), strict=True):
        draw_groups(ax, groups, PAPER)
        ax.set_ylabel("Q_m, mean and 95 % interval")
        titles.append(f"Q_m of solutions, random genomes matched in {null}")
    _draw_keeping_up(axes[1, 0], keeping_up)
    _draw_times(axes[1, 1], times)
    _draw_motifs(axes[2, 0], motifs)
    _draw_decays(axes[2, 1], decays)
    titles += [
        "Q_m (as in b) of runs that keep up with the goal",
        "runs that have solved their goals",
        "motifs: Z against the same degrees",
        "modular circuits for G2 under G2 alone",
    ]
    low = min(ax.get_ylim()[0] for ax in axes[0])
    for ax, letter, title in zip(axes.flat, "abcdef", titles, strict=True):
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_title(f"{letter}  {title}", loc="left", fontsize=FONT + 1)
    for ax in axes[0]:
        ax.set_ylim(low, 0.75)
    return figure


def _draw_keeping_up(ax: Axes, groups: Mapping[str, tuple[Array, Array]]) -> None:
    value, error, _ = PAPER["MVG 0.54"]
    ax.fill_between([0, 1], value - error, value + error, color="#E69F00", alpha=0.6, lw=0)
    ax.annotate("paper: 0.54", (0, value + error), (0, 2), textcoords="offset points")
    ax.axhline(0, color=GREY, lw=0.6)
    for (name, (share, q_m)), (colour, marker) in zip(
        groups.items(), (("#CC79A7", "s"), (VERMILLION, "o")), strict=False
    ):
        ax.plot(share, q_m, marker, ms=4, mec="none", mfc=colour, alpha=0.6, label=f"{name} (n = {len(share)})")
    ax.set(xlim=(-0.02, 1.02), xlabel="share of the last 20 epochs that get perfect", ylabel="Q_m of perfect ends")
    ax.set_ylim(bottom=-0.15)
    ax.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 0.2))


def _draw_times(ax: Axes, groups: Mapping[str, Survival]) -> None:
    colours = {"MVG": VERMILLION, "FG and": BLUE, "FG or": "#56B4E9"}
    shown = {"MVG": "MVG, both goals", "FG and": "FG, G1", "FG or": "FG, G2"}
    for name, one in groups.items():
        draw_solved(ax, one, colours[name], f"{shown[name]} (n = {len(one.times)})")
    ax.plot(1e5, 36 / 50, "s", ms=5, mfc="none", mec=BLUE)
    ax.annotate(
        "paper: 36/50", (1e5, 36 / 50), (-6, -12), textcoords="offset points", ha="right", color=BLUE, bbox=LABEL
    )
    ax.plot(1400, 0.5, "s", ms=5, mfc="none", mec=VERMILLION)
    ax.annotate("paper's mean: 1,400", (1400, 0.5), (6, -3), textcoords="offset points", color=VERMILLION, bbox=LABEL)
    ax.set(xscale="log", xlim=(15, 1.3e5), ylim=(0, 1.03), xlabel="generation", ylabel="share of runs")
    ax.legend(frameon=False, loc="upper left")


def _draw_motifs(ax: Axes, motifs: Mapping[str, Mapping[str, Array]]) -> None:
    ax.axhline(0, color=GREY, lw=0.6)
    labels, x = [], 0
    for motif, groups in motifs.items():
        first = x
        for group, values in groups.items():
            draw_points(ax, x, values, colour_of(group))
            labels.append((x, f"{group}\nn = {np.isfinite(values).sum()}"))
            x += 1
        ax.text((first + x - 1) / 2, 1.0, motif, ha="center", va="top", transform=ax.get_xaxis_transform())
        x += 1
    ax.set_xticks([at for at, _ in labels], [text for _, text in labels], rotation=45, ha="right")
    ax.set_ylabel("Z")
    ax.margins(y=0.12)  # room for the names of the motifs


def _draw_decays(ax: Axes, decays: Mapping[str, Falling]) -> None:
    for (name, found), colour in zip(decays.items(), (VERMILLION, BLUE, GREEN), strict=False):
        mean, n = found.curves.mean(axis=0), len(found.curves)
        half = 1.96 * found.curves.std(axis=0, ddof=1) / np.sqrt(n) if n > 1 else np.zeros_like(mean)
        at = found.generations + 1
        ax.plot(at, mean, color=colour, label=f"{name} (n = {n})")
        ax.fill_between(at, mean - half, mean + half, color=colour, alpha=0.2, lw=0)
    ax.axhline(0, color=GREY, lw=0.6)
    ax.set(xscale="log", xlabel="generation + 1", ylabel="Q_m of the best, mean and 95 % interval")
    if decays:
        ax.legend(frameon=False, loc="lower left")

"""The retina nets of Kashtan & Alon 2005, reproduced: modularity, times, switches, and what the samples hide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evomod.report.figure import DPI, INK, SERIES
from evomod.report.points import LABEL, ZERO, colour_of, draw_groups, draw_points, draw_solved
from evomod.statistics.survival import Survival

Array = npt.NDArray[Any]
FONT = 8.0
# Q_m of the paper: value, standard error, and how the groups begin that it is about.
PAPER = {"FG 0.15": (0.15, 0.02, "FG, AND"), "MVG 0.35": (0.35, 0.02, "MVG, E = 20")}
TIMES = {"MVG": (2800, 10), "FG": (21_000, -10)}  # T of the paper, and where its name stands, in points


@rc_context({"font.size": FONT, "text.parse_math": False})
def plot(
    q_m: Mapping[str, Array],
    q: Mapping[str, Array],
    times: Mapping[str, Survival],
    recovered: Mapping[str, Array],
    switches: Mapping[str, Array],
    accuracies: Mapping[str, tuple[Array, Array]],
) -> Figure:
    """Plot them.

    Parameters
    ----------
    q_m, q : mapping of group to float64 (n_runs,)
        Normalised and raw modularity of solutions.
    times : mapping of group to Survival
        When runs solved their goals.
    recovered : mapping of group to float64 (n_runs,)
        Share of the last epochs that get solved.
    switches : mapping of group to float64 (n_runs,)
        Share of solutions with a one-mutant that solves the other goal.
    accuracies : mapping of group to two float64 (n_runs,)
        Share of right answers of solutions: to the patterns that are asked, and to all.
    """
    figure = Figure(figsize=(12, 9), dpi=DPI, layout="constrained")
    axes = figure.subplots(2, 3)
    _draw_groups(axes[0, 0], q_m, "Q_m, mean and 95 % interval", PAPER)
    _draw_groups(axes[0, 1], q, "Q, mean and 95 % interval")
    _draw_times(axes[0, 2], times)
    _draw_groups(axes[1, 0], recovered, "share of the last 20 epochs")
    _draw_groups(axes[1, 1], switches, "share of a run's solutions")
    _draw_accuracies(axes[1, 2], accuracies)
    titles = (
        "Q_m of solutions",
        "Q of the same nets",
        "runs that have solved their goals",
        "epochs in which the goal gets solved again",
        "solutions a mutation from the other goal",
        "right answers of solutions",
    )
    for ax, letter, title in zip(axes.flat, "abcdef", titles, strict=True):
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_title(f"{letter}  {title}", loc="left", fontsize=FONT + 1)
    for ax in axes[1, :2]:
        ax.set_ylim(-0.03, 1.03)
    _frame(axes[0, 0], q_m.values(), [value for value, *_ in PAPER.values()])
    _frame(axes[0, 1], q.values(), [])
    _frame(axes[1, 2], (values for both in accuracies.values() for values in both), [1.0])
    return figure


def _frame(ax: Axes, groups: Iterable[Array], more: Sequence[float]) -> None:
    """Show all points, and these values; intervals of few runs may end outside."""
    shown = np.concatenate([*groups, np.array(more)])
    if len(shown):
        low, high = float(shown.min()), float(shown.max())
        room = 0.1 * (high - low) or 0.1
        ax.set_ylim(low - room, high + room)


def _draw_groups(
    ax: Axes, groups: Mapping[str, Array], label: str, paper: Mapping[str, tuple[float, float, str]] | None = None
) -> None:
    bands = {
        name: (value, error, [group for group in groups if group.startswith(about)])
        for name, (value, error, about) in (paper or {}).items()
    }
    draw_groups(ax, groups, bands)
    _name(ax, {name: len(values) for name, values in groups.items()}, np.arange(len(groups)))
    ax.set_ylabel(label)


def _name(ax: Axes, runs: Mapping[str, int], at: Array) -> None:
    """On one line each: there are many."""
    labels = [f"{name} (n = {n})" for name, n in runs.items()]
    ax.set_xticks(at, labels, rotation=45, ha="right", rotation_mode="anchor", fontsize=FONT - 1)


def _draw_times(ax: Axes, groups: Mapping[str, Survival]) -> None:
    for k, (name, one) in enumerate(groups.items()):
        style = "--" if "random ties" in name else ":" if "patterns" in name else "-"
        draw_solved(ax, one, SERIES[k % len(SERIES)], f"{name} (n = {len(one.times)})", style, band=False)
    for name, (time, above) in TIMES.items():
        ax.plot(time, 0.5, "s", ms=5, mfc="none", mec=colour_of(name))
        ax.annotate(
            f"paper's {name}: {time:,}",
            (time, 0.5),
            (0, above),
            textcoords="offset points",
            ha="center",
            va="center",
            color=colour_of(name),
            bbox=LABEL,
        )
    ax.set(xscale="log", ylim=(0, 1.03), xlabel="generation", ylabel="share of runs")
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(-0.15, -0.14), ncols=2, fontsize=FONT - 2)


def _draw_accuracies(ax: Axes, groups: Mapping[str, tuple[Array, Array]]) -> None:
    """Two columns a group: what was asked, and all."""
    for k, (name, (asked, everything)) in enumerate(groups.items()):
        draw_points(ax, 2 * k, asked, ZERO)
        draw_points(ax, 2 * k + 0.8, everything, colour_of(name))
    ax.axhline(0.95, color=INK, lw=0.6, ls=":")
    _name(ax, {name: len(asked) for name, (asked, _) in groups.items()}, 2 * np.arange(len(groups)) + 0.5)
    ax.set_ylabel("share: of the patterns asked (grey), of all 256")

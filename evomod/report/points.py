"""Points a run, group by group, and runs that have solved their goal: what the figures of reproductions share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from evomod.report.figure import BLUE, GREEN, INK, ORANGE, VERMILLION
from evomod.statistics.intervals import bootstrap
from evomod.statistics.survival import Survival

Array = npt.NDArray[Any]
ZERO = "#888888"
LABEL = {"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.8}


def draw_points(ax: Axes, x: float, values: Array, colour: str) -> None:
    """A point a run, spread sideways by rank within its neighbourhood; the mean with its interval beside them."""
    known = np.sort(values[np.isfinite(values)])
    if not len(known):
        return
    aside = np.modf(np.arange(len(known)) * 0.6180339887)[0] - 0.5  # golden steps fill the width evenly
    ax.plot(x + 0.5 * aside - 0.1, known, "o", ms=2.5, mec="none", mfc=colour, alpha=0.5)
    mean = bootstrap(known)
    finite = len(known) > 2 and np.isfinite([mean.low, mean.high]).all()  # that of two runs would fill the figure
    ends = [[mean.value - mean.low], [mean.high - mean.value]] if finite else None
    ax.errorbar(x + 0.32, mean.value, ends, fmt="D", ms=3.5, color=INK, lw=1.2)


def colour_of(group: str) -> str:
    """The colour of a group by how its goals vary, which is how its name begins."""
    return VERMILLION if group.startswith("MVG") else BLUE if group.startswith("FG") else GREEN


def draw_groups(
    ax: Axes, groups: Mapping[str, Array], paper: Mapping[str, tuple[float, float, Sequence[str]]] | None = None
) -> None:
    """Groups side by side.

    Parameters
    ----------
    groups : mapping of group to float64 (n_runs,)
    paper : mapping of label to value, standard error and groups
        What a paper has for these groups, drawn as a band behind them.
    """
    ax.axhline(0, color=ZERO, lw=0.6)
    names = list(groups)
    for k, (name, values) in enumerate(groups.items()):
        draw_points(ax, k, values, colour_of(name))
    for label, (value, error, about) in (paper or {}).items():
        where = [names.index(name) for name in about if name in names]
        if where:
            ends = [min(where) - 0.45, max(where) + 0.5]
            ax.fill_between(ends, value - error, value + error, color=ORANGE, alpha=0.6, lw=0, zorder=0)
            ax.annotate(
                f"paper: {label}",
                (ends[1], value),
                (2, 0),
                textcoords="offset points",
                va="center",
                fontsize=7,
                bbox=LABEL,
            )
    ax.set_xticks(range(len(names)), [f"{name}\nn = {len(groups[name])}" for name in names], rotation=45, ha="right")


def draw_solved(ax: Axes, one: Survival, colour: str, label: str, style: str = "-", band: bool = True) -> None:
    """The share of runs that have solved their goals, with its band."""
    ends = np.append(one.at, max(one.times.max(), one.at[-1]))
    share, low, high = (np.append(y, y[-1]) for y in (one.share, one.low, one.high))
    ax.step(ends, share, where="post", color=colour, ls=style, label=label)
    if band:
        ax.fill_between(ends, low, high, step="post", color=colour, alpha=0.15, lw=0)

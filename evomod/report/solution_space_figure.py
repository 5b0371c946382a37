"""All solutions of each goal, and where evolved ones land among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evomod.report.figure import DPI, FONT, GREY, INK, SERIES, dress

Array = npt.NDArray[Any]
SHOWN = {
    "q": "modularity Q",
    "robustness": "share of one-bit mutants that still solve it",
    "switches": "number of one-bit mutants that solve the other goal",
}
AREA = 260.0  # points² of all solutions together
WIDTH, ROW, HEAD = 10.0, 0.24, 0.75  # inches


@dataclass(frozen=True)
class Panel:
    """A goal.

    Attributes
    ----------
    goal : str
    n : int
        Solutions.
    everybody : mapping from property to float64 (n_measured,)
    groups : mapping from condition to float64 (n_runs, n_properties)
        Mean over the perfect ends of each run, properties as in `everybody`.
    """

    goal: str
    n: int
    everybody: Mapping[str, Array]
    groups: Mapping[str, Array]


@rc_context({"font.size": FONT, "text.parse_math": False})
def plot(panels: Sequence[Panel]) -> Figure:
    """Plot them: a row of axes a goal; grey discs are all solutions, by area, and a dot is a run."""
    heights = [HEAD + ROW * (1 + len(panel.groups)) for panel in panels]
    figure = Figure(figsize=(WIDTH, sum(heights) + 0.5), dpi=DPI, layout="constrained")
    axes = figure.subplots(len(panels), len(SHOWN), height_ratios=heights, squeeze=False)
    for panel, row in zip(panels, axes, strict=True):
        for ax, (name, label) in zip(row, SHOWN.items(), strict=True):
            _draw(ax, panel, name)
            dress(ax, label)
        row[0].set_title(f"{panel.goal}: {panel.n:,} solutions", fontsize=FONT + 1, color=INK, loc="left")
        for ax in row[1:]:
            ax.tick_params(labelleft=False)
    figure.suptitle("Grey: all solutions, by area. Dots: runs. Strokes: means.", fontsize=FONT, color=INK)
    return figure


def _draw(ax: Axes, panel: Panel, name: str) -> None:
    values, counts = np.unique(np.round(panel.everybody[name], 9), return_counts=True)
    ax.scatter(values, np.zeros(len(values)), s=AREA * counts / counts.sum(), color=GREY, linewidths=0)
    mean = float(np.mean(panel.everybody[name]))
    ax.axvline(mean, color=GREY, linewidth=0.8, zorder=0)
    place = list(panel.everybody).index(name)
    for k, (colour, group) in enumerate(zip(_colours(len(panel.groups)), panel.groups.values(), strict=True), 1):
        runs = group[:, place]
        spread = 0.25 * (np.arange(len(runs)) / max(1, len(runs) - 1) - 0.5) * (len(runs) > 1)
        ax.scatter(runs, k + spread, s=7, color=colour, alpha=0.7, linewidths=0)
        ax.plot([runs.mean()] * 2, [k - 0.35, k + 0.35], color=colour, linewidth=1.6)
    ax.set_yticks(range(1 + len(panel.groups)), ["all solutions", *panel.groups])
    ax.set_ylim(len(panel.groups) + 0.6, -0.6)
    if np.ptp(values) == 0:
        ax.set_xlim(values[0] - 0.1, values[0] + 0.1)


def _colours(n: int) -> list[str]:
    return [SERIES[k % len(SERIES)] for k in range(n)]

"""The front over time: benefit against another objective, in several generations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib import colormaps, rc_context
from matplotlib.lines import Line2D

from evomod.report.figure import DPI, INK, Chart, dress, legend_below


@rc_context({"text.parse_math": False})
def plot_fronts(rows: npt.NDArray[Any], objectives: Sequence[str], against: str, title: str = "") -> Chart:
    """Plot fronts, a colour for each generation, from early (dark) to late (light).

    Parameters
    ----------
    rows : structured array
        As `LineageReader.fronts` gives them.
    objectives : names of the columns of their `objectives`, benefit first
    against : the one on the horizontal axis

    Returns
    -------
    Chart
        A point for each point of a front, its area by the individuals on it. Its data: a row for each of them.
    """
    figure = Chart(figsize=(7.0, 4.6), dpi=DPI, layout="constrained")
    ax = figure.add_subplot()
    generations = np.unique(rows["generation"])
    colours = colormaps["viridis"](np.linspace(0.0, 0.9, max(1, len(generations))))
    x = rows["objectives"][:, list(objectives).index(against)]
    y, most = rows["objectives"][:, 0], rows["n"].max(initial=1)
    handles = []
    for generation, colour in zip(generations, colours, strict=False):
        own = rows["generation"] == generation
        order = np.lexsort((y[own], x[own]))
        ax.plot(x[own][order], y[own][order], color=colour, linewidth=0.8, alpha=0.5, zorder=2)
        area = 8 + 90 * rows["n"][own] / most
        ax.scatter(x[own], y[own], s=area, color=colour, alpha=0.85, linewidth=0, zorder=3)
        label = f"generation {int(generation):,}"
        handles.append(Line2D([], [], marker="o", linestyle="", color=colour, markersize=5, label=label))
    ax.set_title(title, fontsize=10.5, color=INK)
    dress(ax, against.replace("_", " "), "benefit")
    if handles:
        legend_below(figure, handles, columns=3)
    figure.data = {
        "generation": rows["generation"],
        **{name: rows["objectives"][:, k] for k, name in enumerate(objectives)},
        "individuals": rows["n"],
    }
    return figure

"""Modularity over time, by schedule: the mean of runs, with its interval."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib import rc_context
from matplotlib.lines import Line2D

from evomod.report.epochs import Floats, count_generations
from evomod.report.figure import DPI, GREY, INK, SERIES, Chart, dress, legend_below
from evomod.statistics.intervals import bootstrap


@rc_context({"text.parse_math": False})
def plot_over_time(
    generations: Mapping[str, Floats], values: Mapping[str, Floats], quantity: str, title: str = ""
) -> Chart:
    """Plot a quantity of runs, in groups.

    Parameters
    ----------
    generations : mapping of group to float64 (n_times,)
    values : mapping of group to float64 (n_runs, n_times)
        NaN where one is not defined; means are of the runs that have a value.
    quantity, title : str

    Returns
    -------
    Chart
        Means, and from two runs on bands of 95 % (bootstrap). Its data: the mean at each time.
    """
    figure = Chart(figsize=(7.0, 4.2), dpi=DPI, layout="constrained")
    ax = figure.add_subplot()
    ax.axhline(0, color=GREY, linewidth=0.7, zorder=1)
    handles, rows = [], []
    for k, (group, table) in enumerate(values.items()):
        colour, x = SERIES[k % len(SERIES)], generations[group]
        known = [column[np.isfinite(column)] for column in table.T]
        there = np.array([len(column) > 0 for column in known])
        means = [bootstrap(column) for column in known if len(column)]
        mean, low, high = (np.array([getattr(m, end) for m in means]) for end in ("value", "low", "high"))
        ax.plot(x[there], mean, color=colour, linewidth=1.5, zorder=3, linestyle="-" if k < len(SERIES) else "--")
        bounded = np.isfinite(low) & np.isfinite(high)
        if len(table) > 1:
            ax.fill_between(x[there], low, high, where=bounded, color=colour, alpha=0.17, linewidth=0, zorder=2)
        handles.append(
            Line2D(
                [], [], color=colour, linewidth=1.5, label=f"{group} ({len(table)} run{'s' if len(table) > 1 else ''})"
            )
        )
        numbers = [len(column) for column in known if len(column)]
        rows += [(group, *row) for row in zip(x[there].astype(int).tolist(), numbers, mean, low, high, strict=True)]
    ax.set_title(title, fontsize=10.5, color=INK)
    spread = "\n(mean and 95 % interval)" if any(len(table) > 1 for table in values.values()) else ""
    dress(ax, "generation", quantity + spread)
    count_generations(ax)
    ax.margins(x=0.01)
    legend_below(figure, handles)
    names = ("group", "generation", "runs", "mean", "low", "high")
    figure.data = {name: [row[k] for row in rows] for k, name in enumerate(names)}
    return figure

"""A Muller plot: the shares of clades in a population as generations go by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps, rc_context
from matplotlib.colors import to_hex
from matplotlib.patches import Patch

from evomod.report.epochs import GOAL_TINTS, EpochSpan, Floats, count_generations, goal_tints, goals_within
from evomod.report.figure import DPI, GREY, INK, SERIES, Chart, dress, legend_below

OTHERS = "#E2E2E2"
COLOURS = (*SERIES, *(to_hex(colormaps[name](k)) for name, n in (("tab20b", 20), ("tab20c", 16)) for k in range(n)))
MOST_CLADES = len(COLOURS)  # so that no two have one colour


@rc_context({"text.parse_math": False})
def plot_muller(
    generations: Floats,
    shares: Floats,
    labels: Sequence[str],
    epochs: Sequence[EpochSpan],
    goals: Sequence[str],
    title: str = "",
    *,
    nested: bool,
) -> Chart:
    """Plot shares, stacked.

    Parameters
    ----------
    generations : float64 (n,)
    shares : float64 (n, n_clades + 1)
        In each generation of those who belong to no clade, and to each clade; they add up to 1. Who belongs to several
        counts for the youngest.
    labels : n_clades names, oldest first; at most MOST_CLADES
    epochs : in order
        A strip above shows their goals.
    goals : of the log, in the order of their colours
    nested : bool
        Each clade arose within the one before, and is drawn within it; otherwise one lies upon the other.

    Returns
    -------
    Chart
        Its data: the shares.
    """
    figure = Chart(figsize=(8.0, 4.8), dpi=DPI, layout="constrained")
    figure.suptitle(title, fontsize=10.5, color=INK)
    strip, ax = figure.subplots(2, 1, sharex=True, height_ratios=[1, 22])
    n = len(labels)
    if nested:
        colours = [to_hex(colour) for colour in colormaps["viridis"](np.linspace(0.95, 0.05, max(n, 1)))][:n]
    else:
        colours = list(COLOURS[:n])
    ax.set_facecolor(OTHERS)
    if nested:  # each with all that arose within it, over what it arose in
        for k, colour in enumerate(colours, 1):
            outside = shares[:, :k].sum(axis=1) / 2
            ax.fill_between(generations, outside, 1 - outside, color=colour, linewidth=0)
    else:
        ax.stackplot(generations, shares.T[:0:-1], colors=colours[::-1], linewidth=0)
    ax.set(ylim=(0, 1), xlim=(generations[0], generations[-1]))
    dress(ax, "generation", "share of the population")
    count_generations(ax)
    tints = goal_tints(goals)
    for epoch in epochs:
        strip.axvspan(epoch.start, epoch.stop, facecolor=tints[epoch.goal], edgecolor=GREY, linewidth=0.3)
    strip.set_axis_off()
    handles = [Patch(facecolor=c, label=label) for c, label in zip(colours, labels, strict=True)]
    handles.append(Patch(facecolor=OTHERS, label="others"))
    if len(tints) <= len(GOAL_TINTS):
        handles += [
            Patch(facecolor=tints[goal], edgecolor=GREY, linewidth=0.4, label=f"above: ‘{goal}’")
            for goal in goals_within(epochs, goals)
        ]
    legend_below(figure, handles, 3)
    figure.data = {
        "generation": generations.astype(int),
        "others": shares[:, 0],
        **{label: shares[:, k + 1] for k, label in enumerate(labels)},
    }
    return figure

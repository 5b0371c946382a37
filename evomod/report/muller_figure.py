"""A Muller plot: the shares of clades in a population as generations go by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps, rc_context
from matplotlib.colors import to_hex
from matplotlib.patches import Patch

from evomod.report.epochs import EpochSpan, Floats, count_generations, goal_tints
from evomod.report.figure import DPI, GREY, INK, SERIES, Chart, dress, legend_below

OTHERS = "#E2E2E2"


@rc_context({"text.parse_math": False})
def plot_muller(
    generations: Floats,
    shares: Floats,
    labels: Sequence[str],
    epochs: Sequence[EpochSpan],
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
    labels : n_clades names, oldest first
    epochs : in order
        A strip above shows their goals.
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
        colours = [SERIES[k % len(SERIES)] for k in range(n)]
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
    tints = goal_tints(epochs)
    for epoch in epochs:
        strip.axvspan(epoch.start, epoch.stop, facecolor=tints[epoch.goal], edgecolor=GREY, linewidth=0.3)
    strip.set_axis_off()
    handles = [Patch(facecolor=c, label=label) for c, label in zip(colours, labels, strict=True)]
    handles.append(Patch(facecolor=OTHERS, label="others"))
    if len(tints) <= 4:
        named = [Patch(facecolor=t, edgecolor=GREY, linewidth=0.4, label=f"above: ‘{g}’") for g, t in tints.items()]
        handles += named
    legend_below(figure, handles, 3)
    figure.data = {
        "generation": generations.astype(int),
        "others": shares[:, 0],
        **{label: shares[:, k + 1] for k, label in enumerate(labels)},
    }
    return figure

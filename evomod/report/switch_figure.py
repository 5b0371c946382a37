"""What happens in the generations around a goal switch, averaged over switches of the same direction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from evomod.report.epochs import Floats, goal_lines
from evomod.report.figure import DPI, FONT, GREY, INK, Chart, dress, legend_below

Direction = tuple[str, str]  # the goal before, and the goal after
DASHES = ("-", "--", ":", "-.")


@rc_context({"text.parse_math": False})
def plot_switches(
    offsets: NDArray[np.int64],
    curves: Mapping[str, Mapping[Direction, Floats]],
    goals: Sequence[str],
    title: str = "",
) -> Chart:
    """Plot means, and the middle half, of some quantities around switches.

    Parameters
    ----------
    offsets : int64 (n,)
        Generations since the switch; 0 is the first one under the new goal.
    curves : mapping of quantity to direction to float64 (n_switches, n)
        NaN where there is nothing to say.
    goals : sequence of str
        Of the log: a curve has the colour of the goal that comes, and those of other goals before are dashed.
    title : str
        Printed above.

    Returns
    -------
    Chart
        A panel for each quantity. Its data: mean and quartiles by quantity and direction.
    """
    figure = Chart(figsize=(8.0, 5.6), dpi=DPI, layout="constrained")
    figure.suptitle(title, fontsize=10.5, color=INK)
    rows = []
    axes = figure.subplots(2, (len(curves) + 1) // 2, sharex=True, squeeze=False)
    looks = _looks(list(next(iter(curves.values()))), goals)
    for ax, (quantity, directions) in zip(axes.flat, curves.items(), strict=False):
        ax.axvline(-0.5, color=GREY, linewidth=0.8, zorder=1)
        for direction, values in directions.items():
            colour, dashes = looks[direction]
            mean = np.nanmean(values, axis=0)
            low, high = np.nanquantile(values, [0.25, 0.75], axis=0)
            ax.fill_between(offsets, low, high, color=colour, alpha=0.18, linewidth=0, zorder=2)
            ax.plot(offsets, mean, color=colour, linestyle=dashes, linewidth=1.3, marker="o", markersize=2.2, zorder=3)
            columns = zip(offsets.tolist(), mean, low, high, strict=True)
            rows += [(quantity, *direction, len(values), *row) for row in columns]
        ax.set_title(quantity, fontsize=FONT + 1, color=INK, loc="left")
        dress(ax)
    for ax in axes[-1]:
        dress(ax, x="generations since the goal switched")
    n_switches = [len(values) for values in next(iter(curves.values())).values()]
    handles = [
        Line2D(
            [], [], color=colour, linestyle=dashes, marker="o", markersize=2.5, label=f"‘{a}’ to ‘{b}’ ({n:,} switches)"
        )
        for ((a, b), (colour, dashes)), n in zip(looks.items(), n_switches, strict=True)
    ]
    band = Patch(facecolor=GREY, alpha=0.4, label="middle half of the switches")
    legend_below(figure, [*handles, band], 3)
    names = ("quantity", "from", "to", "switches", "generation", "mean", "lower_quartile", "upper_quartile")
    figure.data = {name: [row[k] for row in rows] for k, name in enumerate(names)}
    return figure


def _looks(directions: Sequence[Direction], goals: Sequence[str]) -> dict[Direction, tuple[str, Any]]:
    """Colour and dashes of each direction."""
    colours, looks, n_to = goal_lines(goals), {}, dict.fromkeys(goals, 0)
    for before, after in directions:
        looks[before, after] = colours[after], DASHES[n_to[after] % len(DASHES)]
        n_to[after] += 1
    return looks

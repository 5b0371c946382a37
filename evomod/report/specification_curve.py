"""A specification curve: what comes out of each way to do an experiment, and which choices each way is made of.

Simonsohn, Simmons & Nelson 2020, Specification curve analysis, doi 10.1038/s41562-020-0912-z.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evomod.report.figure import BLUE, DPI, INK, VERMILLION
from evomod.statistics.intervals import FEW, Interval, bootstrap

Array = npt.NDArray[Any]
COLOURS = (VERMILLION, "#E69F00", BLUE, "#009E73")
GREY = "#BBBBBB"
Way = tuple[Mapping[str, str], Mapping[str, Array]]


@rc_context({"font.size": 8.0, "text.parse_math": False})
def plot(ways: Sequence[Way], published: Mapping[str, float], quantity: str) -> Figure:
    """Plot means, of five runs and more with their 95 % intervals, from the lowest to the highest of the first group.

    Parameters
    ----------
    ways : sequence of (choices by name, values a run by group)
        The first group orders them.
    published : mapping of label to number
        Drawn as lines.
    quantity : str
        What the values are.
    """
    first = next(iter(ways[0][1]))
    ordered = sorted(ways, key=lambda way: float(np.mean(way[1][first])) if len(way[1][first]) else -np.inf)
    options = [(name, option) for name in ways[0][0] for option in _options(ways, name)]
    figure = Figure(figsize=(8, 3.5 + 0.2 * len(options)), dpi=DPI, layout="constrained")
    top, below = figure.subplots(2, 1, sharex=True, height_ratios=[3.3, 0.2 * len(options)])
    _draw_means(top, ordered, published, quantity)
    _draw_choices(below, ordered, options)
    for ax in (top, below):
        ax.spines[["top", "right"]].set_visible(False)
    return figure


def _options(ways: Sequence[Way], name: str) -> list[str]:
    found = {choices[name]: None for choices, _ in ways}
    return sorted(found, key=lambda text: (len(text), text)) if all(map(str.isdecimal, found)) else list(found)


def _draw_means(ax: Axes, ways: Sequence[Way], published: Mapping[str, float], quantity: str) -> None:
    ax.axhline(0, color=GREY, lw=0.6)
    for label, value in published.items():
        ax.axhline(value, color=INK, lw=0.8, ls=":")
        ax.annotate(f"{label}: {value:g}", (1, value), (2, 0), xycoords=("axes fraction", "data"),
                    textcoords="offset points", va="center", fontsize=7)  # fmt: skip
    groups = list(ways[0][1])
    for k, (group, colour) in enumerate(zip(groups, COLOURS, strict=False)):
        found = [(x, _mean(values[group])) for x, (_, values) in enumerate(ways) if len(values[group])]
        if not found:
            continue
        at = np.array([x for x, _ in found]) + 0.16 * (k - (len(groups) - 1) / 2)
        ends = np.array([[mean.value - mean.low, mean.high - mean.value] for _, mean in found]).T
        ax.errorbar(at, [mean.value for _, mean in found], ends, fmt="o", ms=3.5, lw=1, color=colour, label=group)
    ax.set_ylabel(f"{quantity}, mean and 95 % interval")
    if ax.get_legend_handles_labels()[0]:
        ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(groups))


def _mean(values: Array) -> Interval:
    mean = bootstrap(values)
    return mean if len(values) >= FEW else Interval(mean.value, mean.value, mean.value)


def _draw_choices(ax: Axes, ways: Sequence[Way], options: Sequence[tuple[str, str]]) -> None:
    for y, (name, option) in enumerate(options):
        chosen = [choices[name] == option for choices, _ in ways]
        ax.plot(np.flatnonzero(chosen), [y] * sum(chosen), "s", ms=4, color=INK)
        ax.plot(np.flatnonzero(np.logical_not(chosen)), [y] * (len(ways) - sum(chosen)), "s", ms=2, color=GREY)
    ax.set_yticks(range(len(options)), [f"{name}: {option}" for name, option in options])
    ax.set(ylim=(len(options) - 0.5, -0.5), xticks=[], xlabel="one way to do the experiment each")
    ax.tick_params(length=0)

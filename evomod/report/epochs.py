"""What figures over generations share: epochs as shades, and long curves at the width of a pixel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

if TYPE_CHECKING:
    from evomod.lineage.schema import Layout

# Of a goal the shade of its epochs and the colour of its line, the same everywhere: Okabe & Ito's, light and dark.
GOAL_TINTS = ("#FDF0CF", "#D6EBF8", "#CFEBDF", "#F3DCE9", "#FAF6BF", "#FAD9C6", "#CBDDEB", "#E4E4E4")
GOAL_LINES = ("#C07C00", "#2F8FC9", "#008F68", "#B8628F", "#847400", "#C55600", "#005F96", "#707070")
NARROWEST_EPOCH = 6.0  # pixels: shading anything narrower makes one grey mush

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class EpochSpan:
    """Generations `start` to `stop` - 1, all under one goal."""

    start: int
    stop: int
    goal: str


def epoch_spans(generations: NDArray[Any], goals: Sequence[str]) -> list[EpochSpan]:
    """The epochs of a log's table `/generations`, or of some consecutive rows of it; `goals` are the layout's."""
    starts = np.concatenate([[0], np.nonzero(np.diff(generations["epoch"].astype(np.int64)))[0] + 1])
    stops = np.append(starts[1:], len(generations))
    first = int(generations["generation"][0])
    return [
        EpochSpan(first + int(start), first + int(stop), goals[int(generations["goal"][start])])
        for start, stop in zip(starts, stops, strict=True)
    ]


def goals_of(layout: Layout) -> list[str]:
    """The goals of a log in the order of their colours: those in force, then the others that are scored."""
    return list(dict.fromkeys([*layout.goals, *layout.scored]))


def goals_within(epochs: Sequence[EpochSpan], goals: Sequence[str]) -> list[str]:
    """Those of the goals that some epochs have, in the same order."""
    there = {epoch.goal for epoch in epochs}
    return [goal for goal in goals if goal in there]


def goal_lines(goals: Sequence[str]) -> dict[str, str]:
    """The colours of lines; more goals than colours repeat them."""
    return {goal: GOAL_LINES[i % len(GOAL_LINES)] for i, goal in enumerate(goals)}


def goal_tints(goals: Sequence[str]) -> dict[str, str]:
    """The shades of all goals of a log, whichever are seen; more goals than colours get two greys in turn."""
    colours = GOAL_TINTS if len(goals) <= len(GOAL_TINTS) else ("#E4E4E4", "#F6F6F6")
    return {goal: colours[i % len(colours)] for i, goal in enumerate(goals)}


def shade(ax: Axes, epochs: Sequence[EpochSpan], tints: Mapping[str, str]) -> None:
    """Goals as shades behind the curves, switches as lines between them."""
    across = ax.get_xaxis_transform()
    for tint in dict.fromkeys(tints.values()):
        bars = [(epoch.start - 0.5, epoch.stop - epoch.start) for epoch in epochs if tints[epoch.goal] == tint]
        ax.broken_barh(bars, (0, 1), transform=across, facecolor=tint, linewidth=0, zorder=0)
    switches = [epoch.start - 0.5 for epoch in epochs[1:]]
    ax.vlines(switches, 0, 1, transform=across, color="#999999", linewidth=0.6, zorder=1)


def are_narrow(epochs: Sequence[EpochSpan], generations_per_pixel: float) -> bool:
    """Are the epochs, several of them, too narrow for shades?"""
    widths = [epoch.stop - epoch.start for epoch in epochs]
    return len(epochs) > 1 and bool(np.median(widths) < NARROWEST_EPOCH * generations_per_pixel)


def per_column(x: Floats, y: Floats, n_columns: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Middle of `x` and average, lowest and highest of `y` in each of at most `n_columns` equal spans of `x`."""
    column = np.minimum((x - x[0]) / max(x[-1] - x[0], 1.0) * n_columns, n_columns - 1).astype(np.int64)
    starts = np.flatnonzero(np.diff(column, prepend=-1))
    middle = (x[starts] + x[np.append(starts[1:], len(x)) - 1]) / 2
    n_known = np.add.reduceat(~np.isnan(y), starts, dtype=np.int64)
    average = np.add.reduceat(np.nan_to_num(y), starts) / np.where(n_known, n_known, np.nan)
    return middle, average, np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)


def draw_band(ax: Axes, x: Floats, y: Floats, n_columns: int, colour: str) -> None:
    """The range of `y` in each column."""
    at, _, low, high = per_column(x, y, n_columns)
    ax.fill_between(at, low, high, color=colour, linewidth=0, alpha=0.3, zorder=2)


def count_generations(ax: Axes, n_ticks: int = 8) -> None:
    """Whole numbers with commas on the axis of generations."""
    ax.xaxis.set_major_locator(MaxNLocator(n_ticks, integer=True, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))

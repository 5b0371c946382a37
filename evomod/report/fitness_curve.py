"""Fitness over a run, with the goals of its epochs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend_handler import HandlerTuple
from matplotlib.patches import Patch
from numpy.typing import ArrayLike

from evomod.report.epochs import (
    GOAL_TINTS,
    EpochSpan,
    Floats,
    are_narrow,
    count_generations,
    draw_band,
    goal_tints,
    goals_within,
    per_column,
    shade,
)
from evomod.report.figure import BLUE, DPI, INK, VERMILLION, Chart, text_width

N_ZOOMED = 8  # epochs in the second panel of a crowded plot
N_SOLVED_LABELS = 6  # later solutions get a tick without words


def plot_fitness(
    generations: ArrayLike,
    best: ArrayLike,
    mean: ArrayLike,
    epochs: Sequence[EpochSpan],
    title: str = "",
    size: tuple[float, float] = (8.0, 4.5),
    solved: Mapping[str, int] | None = None,
    goals: Sequence[str] | None = None,
) -> Chart:
    """Plot best and mean fitness over a run, with the goals of its epochs.

    Parameters
    ----------
    generations, best, mean : array_like, shape (n_records,)
        Increasing generation numbers and the fitness at each; what is not finite leaves a gap. However many
        there are, no more is drawn than the pixels can show: the average, and a band from lowest to highest.
    epochs : sequence of EpochSpan
        In order. Shaded by goal where an epoch is wide enough to be seen; otherwise a second panel shows the last
        epochs, and the first one joins the best fitness just before each switch (Kashtan & Alon 2005, figure 1b).
    title : str
        Printed above.
    size : (width, height) in inches
        Of the figure.
    solved : mapping from goal to generation, optional
        Marks when each goal was first solved.
    goals : sequence of str, optional
        All goals of the log, which gives each its colour; those of the epochs, as they come, when left out.

    Returns
    -------
    Chart
        Its data: goal, best and mean of every generation.

    Raises
    ------
    ValueError
        If the three arrays are not one-dimensional and equally long.
    """
    x, y_best, y_mean = (np.asarray(values, dtype=np.float64) for values in (generations, best, mean))
    if x.ndim != 1 or not x.shape == y_best.shape == y_mean.shape:
        got = f"{x.shape}, {y_best.shape} and {y_mean.shape}"
        raise ValueError(f"generations, best and mean must be rows of one length; got shapes {got}")
    figure = Chart(figsize=size, dpi=DPI, layout="constrained")
    figure.data = {"generation": generations, "goal": _goals(x, epochs), "best": y_best, "mean": y_mean}
    if title:
        figure.suptitle(title, fontsize=11, color=INK, parse_math=False)
    if len(x) == 0:
        figure.add_subplot().text(0.5, 0.5, "no generation yet", ha="center", va="center", color=INK)
        return figure
    epochs = [epoch for epoch in epochs if epoch.stop > x[0] and epoch.start <= x[-1]]
    y_best, y_mean = (np.where(np.isfinite(y), y, np.nan) for y in (y_best, y_mean))
    all_goals = goals or list(dict.fromkeys(epoch.goal for epoch in epochs))
    tints = goal_tints(all_goals)
    tints = {goal: tints[goal] for goal in goals_within(epochs, all_goals)}
    run = _FitnessCurves(x, y_best, y_mean, n_pixels=int(size[0] * DPI * 0.88))  # the rest is for the axis on the left
    top = _draw_panels(figure, run, epochs, tints)
    _mark_solved(top, solved or {}, size[0] * 72 * 0.88)
    _legend_below(figure, top, tints)
    return figure


def _goals(x: Floats, epochs: Sequence[EpochSpan]) -> list[str]:
    """The goal in force at each generation; "" where it is not known."""
    goals = np.full(len(x), "", object)
    for epoch in epochs:
        goals[np.searchsorted(x, epoch.start) : np.searchsorted(x, epoch.stop)] = epoch.goal
    return list(goals)


def _draw_panels(figure: Figure, run: _FitnessCurves, epochs: Sequence[EpochSpan], tints: Mapping[str, str]) -> Axes:
    """Draw all of the run and, where its epochs are too narrow for shades, the last ones below; give the former."""
    pixel = (run.x[-1] - run.x[0] + 1) / run.n_pixels
    if not are_narrow(epochs, pixel):
        ax = figure.add_subplot()
        run.draw_shaded(ax, epochs, tints)
        return ax
    panels: Sequence[Axes] = figure.subplots(2, 1, height_ratios=[3, 2])
    top, bottom = panels
    run.draw_crowded(top, epochs)
    last = epochs[-N_ZOOMED:]
    run.since(last[0].start).draw_shaded(bottom, last, tints)
    seen_below = min(last[0].start, run.x[-1] - 4 * pixel), run.x[-1] + 0.5
    top.axvspan(*seen_below, color="#D5D5D5", linewidth=0, zorder=0)
    top.set_xlabel("")
    bottom.set_title(f"last {len(last)} epochs (grey above)", fontsize=8, loc="left", color=INK, pad=3)
    return top


@dataclass(frozen=True)
class _FitnessCurves:
    x: Floats
    best: Floats
    mean: Floats
    n_pixels: int

    def since(self, start: float) -> _FitnessCurves:
        kept = self.x >= start
        return _FitnessCurves(self.x[kept], self.best[kept], self.mean[kept], self.n_pixels)

    def draw_shaded(self, ax: Axes, epochs: Sequence[EpochSpan], tints: Mapping[str, str]) -> None:
        """Goals as shades behind the curves, switches as lines between them."""
        shade(ax, epochs, tints)
        self._curve(ax, self.x, self.best, BLUE, "best")
        self._curve(ax, self.x, self.mean, VERMILLION, "mean")
        self._dress(ax)

    def draw_crowded(self, ax: Axes, epochs: Sequence[EpochSpan]) -> None:
        """One value an epoch as a line; everything else within the bands behind."""
        starts = np.array([epoch.start for epoch in epochs])
        first, stop = np.searchsorted(self.x, starts), np.searchsorted(self.x, [epoch.stop for epoch in epochs])
        sums = np.concatenate([[0.0], np.cumsum(np.nan_to_num(self.mean))])
        counts = np.concatenate([[0], np.cumsum(~np.isnan(self.mean))])
        kept = counts[stop] > counts[first]  # an epoch without selection has no values, and is passed over
        kept[-1] = False  # nothing is switched after the last epoch, and it may have just begun
        first, stop = first[kept], stop[kept]
        before = stop - 1
        average = (sums[stop] - sums[first]) / (counts[stop] - counts[first])
        # Columns narrower than an epoch would show its rise and fall as a comb.
        n_columns = max(1, min(self.n_pixels, len(first)))
        draw_band(ax, self.x, self.best, n_columns, BLUE)
        draw_band(ax, self.x, self.mean, n_columns, VERMILLION)
        self._curve(ax, self.x[before], self.best[before], BLUE, "best (above: just before each switch)")
        self._curve(ax, (self.x[first] + self.x[stop - 1]) / 2, average, VERMILLION, "mean (above: over each epoch)")
        self._dress(ax)

    def _curve(self, ax: Axes, x: Floats, y: Floats, colour: str, label: str) -> None:
        if len(x) > 2 * self.n_pixels:
            draw_band(ax, x, y, self.n_pixels, colour)
            x, y, _, _ = per_column(x, y, self.n_pixels)
        marker = "o" if len(x) <= 30 else ""
        ax.plot(x, y, color=colour, linewidth=1.2, marker=marker, markersize=3, label=label, zorder=3)

    def _dress(self, ax: Axes) -> None:
        values = np.concatenate([self.best, self.mean])
        lowest = float(np.fmin.reduce(values, initial=0.9))
        highest = float(np.fmax.reduce(values, initial=1.0))
        room = 0.04 * (highest - lowest)
        ax.set_ylim(math.floor((lowest - room) * 20) / 20, highest + room)
        ax.set_xlim(self.x[0] - 0.5, self.x[-1] + 0.5)
        count_generations(ax)
        ax.tick_params(labelsize=8, color=INK, labelcolor=INK)
        ax.set_xlabel("generation", fontsize=9, color=INK)
        ax.set_ylabel("fitness", fontsize=9, color=INK)
        ax.spines[["top", "right"]].set_visible(False)


def _mark_solved(ax: Axes, solved: Mapping[str, int], width: float) -> None:
    """Put a tick on the upper edge for each goal, its label beside it where neither meets another."""
    first, last = ax.get_xlim()
    in_order = sorted(solved.items(), key=lambda item: item[1])
    labels = [f"{goal} solved at {generation:,}" for goal, generation in in_order[:N_SOLVED_LABELS]]
    at = [(generation - first) / (last - first) for _, generation in in_order]
    widths = [text_width(text, 7) / width + 0.01 for text in labels]
    flags = _flags(at[: len(labels)], widths)
    for (_, generation), (row, _) in zip(in_order, [*flags, *[(0, 0.0)] * (len(at) - len(flags))], strict=True):
        over, where = (0.0, 8.0 + 10.0 * row), ("data", "axes fraction")
        tick = {"arrowstyle": "-", "color": INK, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (generation, 0.98), over, xycoords=where, textcoords="offset points", arrowprops=tick)
    for text, (row, left) in zip(labels, flags, strict=True):
        over = (2.0, 5.0 + 10.0 * row)
        label = ax.annotate(text, (left, 1.0), over, xycoords="axes fraction", textcoords="offset points")
        label.set(fontsize=7, color=INK, parse_math=False, zorder=5)


def _flags(at: Sequence[float], widths: Sequence[float]) -> list[tuple[int, float]]:
    """Row and left end of the label of each pole, in shares of the width: no pole passes through another's label."""
    placed: dict[int, tuple[int, float]] = {}
    for i in reversed(range(len(at))):  # to the right of its pole, each one higher than those that come later
        ways = [(row, left) for row in range(2 * len(at)) for left in (at[i], at[i] - widths[i])]
        ways = [way for way in ways if way[1] >= 0 and way[1] + widths[i] <= 1] or [(i, max(0.0, 1 - widths[i]))]
        free = (way for way in ways if not any(_meet(i, way, j, placed[j], at, widths) for j in placed))
        placed[i] = next(free, ways[-1])
    return [placed[i] for i in range(len(at))]


def _meet(
    i: int, one: tuple[int, float], j: int, other: tuple[int, float], at: Sequence[float], widths: Sequence[float]
) -> bool:
    """Do two labels overlap, or does a pole pass through the label of the other?"""
    (row, left), (row_2, left_2) = one, other
    overlap = row == row_2 and left < left_2 + widths[j] and left_2 < left + widths[i]
    return (
        overlap
        or (row >= row_2 and left_2 < at[i] < left_2 + widths[j])
        or (row_2 >= row and left < at[j] < left + widths[i])
    )


def _legend_below(figure: Figure, ax: Axes, tints: Mapping[str, str]) -> None:
    drawn, labels = ax.get_legend_handles_labels()
    handles: list[Any] = list(drawn)
    if any(collection.get_alpha() for collection in ax.collections):
        handles.append(tuple(Patch(facecolor=colour, alpha=0.3) for colour in (BLUE, VERMILLION)))
        labels.append("range of either")
    if len(tints) <= len(GOAL_TINTS):
        handles += [Patch(facecolor=tint, edgecolor="#999999", linewidth=0.4) for tint in tints.values()]
        labels += list(tints)
    else:
        labels += [f"{len(tints)} goals"]
        handles += [Patch(facecolor="#E4E4E4", edgecolor="#999999", linewidth=0.4)]
    font_size = 8 * min(max(figure.get_figwidth() / 8, 0.7), 1.0)
    widths = [text_width(label, font_size) + 5 * font_size for label in labels]
    room = figure.get_figwidth() * 72
    n_columns = len(labels) if sum(widths) < room else max(1, int(room / max(widths)))
    look = {"frameon": False, "fontsize": font_size, "labelcolor": INK, "handler_map": {tuple: HandlerTuple(None)}}
    figure.legend(handles, labels, loc="outside lower center", ncols=n_columns, **look)

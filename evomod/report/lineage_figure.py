"""A line of descent: fitness, gates and modularity of the ancestors of one individual, and what mutations did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from evomod.report.epochs import (
    GOAL_LINES,
    GOAL_TINTS,
    EpochSpan,
    Floats,
    are_narrow,
    count_generations,
    goal_lines,
    goal_tints,
    goals_within,
    per_column,
    shade,
)
from evomod.report.figure import DPI, FONT, GREEN, GREY, INK, ORANGE, VERMILLION, Chart, dress, legend_below

# What a mutation did under the goal in force; hidden: nothing there, something under another goal.
EFFECTS: dict[str, tuple[str, str]] = {
    "beneficial": (GREEN, "^"),
    "hidden": (ORANGE, "D"),
    "neutral": (GREY, "o"),
    "deleterious": (VERMILLION, "v"),
}
SHOWN = {"neutral": "neutral, not hidden"}
N_COLUMNS = 250  # of a panel in which generations cannot be told apart
N_BINS = 80


@dataclass(frozen=True)
class Ancestry:
    """What is known of a line, one value a generation: float64 (n,) each, NaN where something is not defined.

    Attributes
    ----------
    generations, gates, q
    fitness : under the goal in force
    by_goal : goal to fitness
    mutations : generation to what the mutation on the line did in that generation, a key of EFFECTS
    epochs : in order
    goals : of the log, in the order of their colours
    """

    generations: Floats
    fitness: Floats
    by_goal: Mapping[str, Floats]
    gates: Floats
    q: Floats
    mutations: Mapping[int, str]
    epochs: Sequence[EpochSpan]
    goals: Sequence[str]

    def between(self, start: int, last: int) -> Ancestry:
        """Generations `start` to `last` of it."""
        at = slice(*np.searchsorted(self.generations, [start, last + 1]))
        return Ancestry(
            self.generations[at],
            self.fitness[at],
            {goal: values[at] for goal, values in self.by_goal.items()},
            self.gates[at],
            self.q[at],
            {g: effect for g, effect in self.mutations.items() if start <= g <= last},
            [epoch for epoch in self.epochs if epoch.stop > start and epoch.start <= last],
            self.goals,
        )

    def table(self) -> dict[str, Any]:
        """A row a generation."""
        goals = {g: epoch.goal for epoch in self.epochs for g in range(epoch.start, epoch.stop)}
        generations = self.generations.astype(int).tolist()
        return {
            "generation": generations,
            "goal": [goals.get(g, "") for g in generations],
            "fitness": self.fitness,
            **{f"fitness_on_{goal}": values for goal, values in self.by_goal.items()},
            "gates": self.gates.astype(int),
            "q": self.q,
            "mutation": [self.mutations.get(g, "") for g in generations],
        }


@rc_context({"text.parse_math": False})
def plot_line(line: Ancestry, zoom: tuple[int, int], title: str = "") -> Chart:
    """Plot a line of descent: all of it and, where its epochs are too narrow to be seen, a part of it beside.

    Parameters
    ----------
    line : Ancestry
    zoom : (first, last) generation of the part
    title : str
        Printed above.

    Returns
    -------
    Chart
        Its data: a row a generation.
    """
    crowded = are_narrow(line.epochs, len(line.generations) / 700)
    figure = Chart(figsize=(10.5 if crowded else 8.0, 6.4), dpi=DPI, layout="constrained")
    figure.data = line.table()
    figure.suptitle(title, fontsize=10.5, color=INK)
    heights = [1.5, 1.5, 1, 1, 1]
    axes = figure.subplots(5, 1 + crowded, sharex="col", sharey="row", squeeze=False, height_ratios=heights)
    tints = goal_tints(line.goals)
    for column, part in enumerate([line, line.between(*zoom)] if crowded else [line]):
        _Column([row[column] for row in axes], part).draw(tints, whole=crowded and not column)
    for ax, name in zip(axes[:, 0], ("fitness, goal in force", "fitness, each goal", "gates", "Q"), strict=False):
        dress(ax, y=name)
    axes[0, 0].set_title("the whole line" if crowded else "", fontsize=FONT, color=INK, loc="left")
    if crowded:
        axes[0, 1].set_title(f"generations {zoom[0]:,} to {zoom[1]:,} (grey on the left)", fontsize=FONT, color=INK)
        for ax in axes[:, 0]:
            ax.axvspan(*zoom, color="#D5D5D5", linewidth=0, zorder=0)
    axes[2, 0].yaxis.set_major_locator(MaxNLocator(4, integer=True))
    figure.align_ylabels(axes[:, 0])
    legend_below(figure, [*_legend(line, tints, crowded=crowded)], 5 if crowded else 4)
    return figure


class _Column:
    """A stretch of a line, in panels one above the other."""

    def __init__(self, axes: Sequence[Axes], line: Ancestry) -> None:
        self.axes, self.line, self.n_columns = axes, line, 0

    def draw(self, tints: Mapping[str, str], *, whole: bool) -> None:
        line = self.line
        # A column as wide as two epochs or more: narrower ones would rise and fall with the goal.
        widest = max([1, *(epoch.stop - epoch.start for epoch in line.epochs)])
        if whole:
            self.n_columns = max(1, min(N_COLUMNS, len(line.generations) // (2 * widest)))
        self._curve(self.axes[0], line.fitness, INK)
        colours = goal_lines(line.goals)
        for goal in _with_lines(line):
            self._curve(self.axes[1], line.by_goal[goal], colours[goal], banded=len(line.by_goal) < 3)
        self._curve(self.axes[2], line.gates, INK)
        self._curve(self.axes[3], line.q, INK)
        if whole:
            self._counts(self.axes[4])
        else:
            self._marks(self.axes[0], self.axes[4])
        for ax in self.axes:
            if not whole:
                shade(ax, line.epochs, tints)
            dress(ax)
            ax.set_xlim(line.generations[0] - 0.5, line.generations[-1] + 0.5)
            count_generations(ax, 6)
        dress(self.axes[4], x="generation")

    def _curve(self, ax: Axes, y: Floats, colour: str, *, banded: bool = True) -> None:
        x = self.line.generations
        if self.n_columns:
            x, mean, low, high = per_column(x, y, self.n_columns)
            if banded:
                ax.fill_between(x, low, high, color=colour, linewidth=0, alpha=0.2, zorder=2)
            ax.plot(x, mean, color=colour, linewidth=1.1, zorder=3)
        else:
            ax.plot(x, y, color=colour, linewidth=1.1, drawstyle="steps-post", zorder=3, alpha=0.9)

    def _counts(self, ax: Axes) -> None:
        """How many mutations of each kind, in bins of equal width."""
        x = self.line.generations
        edges = np.linspace(x[0], x[-1] + 1, N_BINS + 1)
        below = np.zeros(N_BINS)
        for effect, (colour, _) in EFFECTS.items():
            when = [g for g, what in self.line.mutations.items() if what == effect]
            counts = np.histogram(when, edges)[0]
            ax.bar(edges[:-1], counts, np.diff(edges), below, align="edge", color=colour, linewidth=0)
            below += counts
        ax.set_ylim(0, max(1.0, 1.08 * below.max()))
        ax.set_ylabel("mutations", fontsize=FONT + 0.5, color=INK)
        ax.yaxis.set_tick_params(labelleft=True)

    def _marks(self, on_curve: Axes, below: Axes) -> None:
        """Each mutation where it happened: on the curve, and in a lane of its kind."""
        x, y = self.line.generations, self.line.fitness
        _, top = below.get_ylim()
        below.set_ylim(0, top)
        for lane, (effect, (colour, marker)) in enumerate(EFFECTS.items()):
            when = np.array([g for g, what in self.line.mutations.items() if what == effect], float)
            below.plot(
                when, np.full(len(when), top * (0.88 - 0.25 * lane)), marker, color=colour, markersize=3.5, mec="none"
            )
            if effect != "neutral":
                height = y[np.searchsorted(x, when)]
                on_curve.plot(when, height, marker, color=colour, markersize=4, mec="white", mew=0.4, zorder=5)
        if top == 1:  # no counts beside it
            below.set_yticks([])
            below.set_ylabel("mutations", fontsize=FONT + 0.5, color=INK)


def _with_lines(line: Ancestry) -> list[str]:
    """The goals with a line of their own: as many as there are colours."""
    return [goal for goal in line.goals if goal in line.by_goal][: len(GOAL_LINES)]


def _legend(line: Ancestry, tints: Mapping[str, str], *, crowded: bool) -> Iterator[Any]:
    for effect, (colour, marker) in EFFECTS.items():
        number = sum(what == effect for what in line.mutations.values())
        yield Line2D(
            [],
            [],
            marker=marker,
            color=colour,
            linestyle="",
            markersize=4.5,
            label=f"{SHOWN.get(effect, effect)} ({number:,})",
        )
    for goal in _with_lines(line):
        yield Line2D([], [], color=goal_lines(line.goals)[goal], linewidth=1.3, label=f"fitness on ‘{goal}’")
    for goal in goals_within(line.epochs, line.goals) if len(tints) <= len(GOAL_TINTS) else ():
        yield Patch(facecolor=tints[goal], edgecolor=GREY, linewidth=0.4, label=f"‘{goal}’ in force")
    if crowded:
        yield Patch(facecolor=INK, alpha=0.2, linewidth=0, label="on the left: range around the mean")

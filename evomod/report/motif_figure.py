"""Motifs over a run: how much more often each occurs than in rewired networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import rc_context
from matplotlib.lines import Line2D

from evomod.report.epochs import Floats, count_generations, goal_lines
from evomod.report.figure import DPI, FONT, GREY, INK, Chart, dress, legend_below

WINDOW = 15  # points that the running median is of


@rc_context({"text.parse_math": False})
def plot_motifs(
    generations: Mapping[str, Floats],
    scores: Mapping[str, Mapping[str, Floats]],
    goals: Sequence[str],
    title: str = "",
    quantity: str = "Z",
    point: str = "the best circuit at an epoch's end",
) -> Chart:
    """Plot each motif in a panel of its own: a point for each circuit, and a running median for each goal.

    Parameters
    ----------
    generations : mapping of goal to float64 (n_goal,)
        Increasing.
    scores : mapping of motif to goal to float64 (n_goal,)
        NaN where one is not defined.
    goals : sequence of str
        Of the log, in the order of their colours.
    title, quantity, point : str
        Printed above; what the scores are; what each is of.

    Returns
    -------
    Chart
        Its data: a row a circuit.
    """
    figure = Chart(figsize=(8.0, 2.3 * ((len(scores) + 1) // 2) + 0.7), dpi=DPI, layout="constrained")
    figure.suptitle(title, fontsize=10.5, color=INK)
    axes, colours = figure.subplots((len(scores) + 1) // 2, 2, sharex=True, squeeze=False), goal_lines(goals)
    for ax in axes.flat[len(scores) :]:
        ax.set_axis_off()
    for ax, (motif, by_goal) in zip(axes.flat, scores.items(), strict=False):
        ax.axhline(0, color=GREY, linewidth=0.7, zorder=1)
        for goal, z in by_goal.items():
            colour, known = colours[goal], np.isfinite(z)
            x, y = generations[goal][known], z[known]
            ax.plot(x, y, "o", color=colour, markersize=2.6, markeredgewidth=0, alpha=0.45, zorder=2)
            ax.plot(x, _running_median(y), color=colour, linewidth=1.4, zorder=3)
        none = not any(np.isfinite(z).any() for z in by_goal.values())
        ax.set_title(f"{motif}{' (not defined anywhere)' if none else ''}", fontsize=FONT + 1, color=INK, loc="left")
        dress(ax, y=quantity)
        count_generations(ax, 5)
    for column in range(min(2, len(scores))):  # below the lowest panel of each, which need not be in the last row
        lowest = axes[(len(scores) - 1 - column) // 2, column]
        dress(lowest, x="generation")
        lowest.tick_params(labelbottom=True)
    handles = [
        Line2D([], [], color=colours[goal], label=f"‘{goal}’: running median of up to {WINDOW} circuits")
        for goal in generations
    ]
    dot = Line2D([], [], marker="o", linestyle="", color=GREY, markersize=3, label=point)
    legend_below(figure, [*handles, dot])
    goals = [goal for goal, x in generations.items() for _ in x]
    figure.data = {
        "goal": goals,
        "generation": np.concatenate([*generations.values()]).astype(int),
        **{motif: np.concatenate([*by_goal.values()]) for motif, by_goal in scores.items()},
    }
    return figure


def _running_median(y: Floats) -> Floats:
    half = WINDOW // 2
    return np.array([np.median(y[max(0, i - half) : i + half + 1]) for i in range(len(y))])

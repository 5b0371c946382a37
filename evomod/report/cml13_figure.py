"""Clune, Mouret & Lipson 2013, reproduced: nets in their places, modularity, and how the runs went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evomod.costs.positions import Sizes, placed
from evomod.measures.base import Specimen
from evomod.networks.maximisation import maximise
from evomod.report.circuit_drawing import tint
from evomod.report.figure import BLUE, DPI, GREEN, GREY, INK, ORANGE, PURPLE, SKY, VERMILLION, dress
from evomod.report.points import draw_points
from evomod.statistics.survival import Survival

Array = npt.NDArray[Any]
FONT = 8.0
COLOURS = {
    "PA": BLUE,
    "P&CC": VERMILLION,
    "P&CC, links": ORANGE,
    "P&CC, p = 1": PURPLE,
    "random cost": GREEN,
    "PA, sparse start": SKY,
    "PA, removal": GREY,
    "P&CC, now PA": INK,
}
DRIFTING = ", random ties"
FOLLOWED = tuple(COLOURS)[:5]  # arms whose courses are drawn


class Course(Protocol):
    """A run: from when on a champion was the best performer, what it answers right, its links; each (n,)."""

    condition: str
    generations: Array
    benefits: Array
    connections: Array


@rc_context({"font.size": FONT, "text.parse_math": False})
def plot(
    best: Mapping[str, Specimen],
    modularity: Mapping[str, Mapping[int, float]],
    links: Mapping[str, Mapping[int, float]],
    courses: Sequence[Course],
    times: Mapping[str, Survival],
) -> Figure:
    """Plot them.

    Parameters
    ----------
    best : mapping of arm to Specimen
        The best net of its runs, drawn with its nodes where squared lengths are least, in the colours of its modules.
    modularity, links : mapping of arm to run to float
        Spectral Q, and links, of the best performer of each run; without links there is no Q.
    courses : of all runs
    times : mapping of founders to Survival
        When their populations solved L OR R.
    """
    figure = Figure(figsize=(11, 9.5), dpi=DPI, layout="constrained")
    upper, lower = figure.subfigures(2, 1, squeeze=False, height_ratios=(1.0, 2.3))[:, 0]
    for ax, (arm, specimen) in zip(np.ravel(upper.subplots(1, max(len(best), 1))), best.items(), strict=False):
        _draw_net(ax, arm, specimen)
    axes = lower.subplots(2, 3)
    _draw_points_of(axes[0, 0], modularity, "Q, leading eigenvector")
    _draw_course(axes[0, 1], courses, "benefits", "right answers of the best, median")
    _draw_course(axes[0, 2], courses, "connections", "links of the best, median")
    _draw_against_links(axes[1, 0], modularity, links)
    _draw_points_of(axes[1, 1], links, "links of the best performer")
    _draw_times(axes[1, 2], times)
    titles = (
        *("modularity of the best performers", "performance", "links", "is it anything but sparsity?"),
        *("links at the end", "adapting to L OR R"),
    )
    for ax, letter, title in zip(axes.flat, "bcdefg", titles, strict=True):
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_title(f"{letter}  {title}", loc="left", fontsize=FONT + 1)
    upper.suptitle(
        "a  the run that answers best, of each arm; nodes lie where the sum of squared lengths is least",
        x=0.01, ha="left", fontsize=FONT + 1,
    )  # fmt: skip
    return figure


def _colour(arm: str) -> str:
    return COLOURS.get(arm.removesuffix(DRIFTING), GREY)


def _draw_net(ax: Axes, arm: str, specimen: Specimen) -> None:
    problem, phenotype = specimen.problem, specimen.phenotype
    ax.set_axis_off()
    if problem is None or phenotype is None or not specimen.network.edges:
        ax.set_title(f"{arm}\nno links", color=_colour(arm), fontsize=FONT)
        return
    best = maximise(specimen.network, "spectral", directed=True)
    network = placed(phenotype.network(), "optimal", Sizes.of(problem.encoding), problem.inputs).parts()
    points = np.array(network.positions)
    for (source, target), weight in zip(network.edges, network.weight_array.tolist(), strict=True):
        x, y = points[[source, target]].T
        ax.plot(x, y, "-" if weight > 0 else "--", color=INK, lw=0.4 * abs(weight), alpha=0.6, zorder=1)
    fills = [tint(module) for module in best.partition.labels]
    is_input = np.array([role == "input" for role in network.roles])
    for which, marker in ((is_input, "s"), (~is_input, "o")):
        colours = [fill for fill, chosen in zip(fills, which, strict=True) if chosen]
        x, y = points[which].T
        ax.scatter(x, y, s=36, c=colours, marker=marker, edgecolors=INK, linewidths=0.7, zorder=2)
    text = f"{arm}\nQ = {best.q:.2f}, {len(network.edges)} links, {specimen.benefit:.1%} right"
    ax.set_title(text, color=_colour(arm), fontsize=FONT)
    ax.set(xlim=(-4.2, 4.2), ylim=(-0.6, 4.6))


def _draw_points_of(ax: Axes, groups: Mapping[str, Mapping[int, float]], label: str) -> None:
    for k, (name, values) in enumerate(groups.items()):
        draw_points(ax, k, np.array(list(values.values())), _colour(name))
    names = [f"{name}\nn = {len(values)}" for name, values in groups.items()]
    ax.set_xticks(range(len(names)), names, rotation=60, ha="right", fontsize=FONT - 1)
    ax.set_ylabel(f"{label}, mean and 95 %")


def _draw_course(ax: Axes, courses: Sequence[Course], what: str, label: str) -> None:
    """Medians over runs, with quartiles for PA and P&CC."""
    last = max((int(one.generations[-1]) for one in courses), default=1)
    at = np.unique(np.geomspace(1, last + 1, 200).astype(int)) - 1
    for arm in FOLLOWED:
        curves = np.array([_values(one, what, at) for one in courses if one.condition == arm])
        if not len(curves):
            continue
        low, middle, high = np.quantile(curves, (0.25, 0.5, 0.75), axis=0)
        ax.plot(at + 1, middle, color=_colour(arm), label=arm)
        if arm in ("PA", "P&CC"):
            ax.fill_between(at + 1, low, high, color=_colour(arm), alpha=0.15, lw=0)
    dress(ax, "generation + 1", label)
    ax.set_xscale("log")
    if courses:
        ax.legend(frameon=False, fontsize=FONT - 1)


def _values(one: Course, what: str, at: Array) -> Array:
    values: Array = getattr(one, what)[np.searchsorted(one.generations, at, "right") - 1]
    return values


def _draw_against_links(
    ax: Axes, modularity: Mapping[str, Mapping[int, float]], links: Mapping[str, Mapping[int, float]]
) -> None:
    for name, values in modularity.items():
        x, marker = [links[name][run] for run in values], "^" if name.endswith(DRIFTING) else "o"
        ax.plot(x, list(values.values()), marker, ms=4, mec="none", mfc=_colour(name), alpha=0.7, label=name)
    dress(ax, "links", "Q, leading eigenvector")
    if modularity:
        ax.legend(frameon=False, fontsize=FONT - 2)


def _draw_times(ax: Axes, times: Mapping[str, Survival]) -> None:
    for name, one in times.items():
        ends = np.append(one.at, max(one.times.max(), one.at[-1]))
        ax.step(ends + 1, np.append(one.share, one.share[-1]), where="post", color=_colour(name),
                label=f"{name} (n = {len(one.times)})")  # fmt: skip
    dress(ax, "generation under L OR R + 1", "share of populations that solved it")
    ax.set(xscale="log", ylim=(-0.02, 1.03))
    if times:
        ax.legend(frameon=False, loc="upper left")

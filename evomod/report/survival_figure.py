"""The share of runs that have solved a goal, as generations go by, in some groups of runs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator, PercentFormatter

from evomod.report.figure import BLUE, DPI, INK, VERMILLION, Chart, fitted, spread_widely

if TYPE_CHECKING:
    from evomod.statistics.logrank import LogRank
    from evomod.statistics.survival import Survival

FONT = 8.0
COLOURS = (BLUE, VERMILLION, "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES = ("-", "--", ":", "-.")  # a round of colours each
N_BANDS = 4  # with more groups than these, their bands would hide each other
LABEL_ROOM = 130.0  # points


@rc_context({"text.parse_math": False})  # names are text, not formulas
def plot_survival(
    groups: Mapping[str, Survival], test: LogRank | None = None, title: str = "", factor: str = ""
) -> Chart:
    """Plot the share of runs that have solved a goal against the generation, and how many were still trying.

    Parameters
    ----------
    groups : mapping from label to Survival
        At least one; the curve of each, with its band if there are not more than four. A curve ends where its last run
        was censored, or goes on if all have solved; small strokes are censored runs.
    test : LogRank, optional
        Of two groups, the second against the first: named above the curves.
    title : str
        Printed above.
    factor : str
        What the groups are levels of; printed above their names.

    Returns
    -------
    Chart
        Its data: the steps of all curves, with bands and numbers still waiting. Its axis of generations is
        logarithmic where the times of solution spread so widely.
    """
    table_height = 0.2 * len(groups) + 0.1
    figure = Chart(figsize=(6.5, 3.6 + table_height), dpi=DPI, layout="constrained")
    figure.data = _steps(groups)
    top, below = figure.subplots(2, 1, height_ratios=[2.8, table_height])
    scale = _Scale.of(groups)
    for k, survival in enumerate(groups.values()):
        look = {"color": COLOURS[k % len(COLOURS)], "linestyle": DASHES[k // len(COLOURS) % len(DASHES)]}
        _draw_curve(top, survival, scale, look, banded=len(groups) <= N_BANDS)
        _draw_row(below, k, survival, scale, look)
    for ax in (top, below):
        scale.set(ax)
        ax.tick_params(labelsize=FONT, color=INK, labelcolor=INK)
    _dress(top, below, groups)
    if title:
        figure.suptitle(title, fontsize=10, color=INK)
    if test is not None:
        top.set_title(_caption(test, list(groups)), fontsize=FONT, color=INK, loc="left")
    if factor:
        below.text(-0.055, 1.02, fitted(factor, FONT, LABEL_ROOM), transform=below.transAxes, ha="right", va="bottom",
                   fontsize=FONT, color=INK)  # fmt: skip
    return figure


def _steps(groups: Mapping[str, Survival]) -> dict[str, list[Any]]:
    rows = [
        (label, *step, survival.waiting(float(step[0])))
        for label, survival in groups.items()
        for step in zip(survival.at, survival.share, survival.low, survival.high, strict=True)
    ]
    names = ("group", "generation", "share_solved", "low", "high", "still_trying")
    return {name: [row[k] for row in rows] for k, name in enumerate(names)}


@dataclass(frozen=True)
class _Scale:
    """The axis of generations: its ends, its ticks, and whether it is logarithmic."""

    left: float
    right: float
    ticks: tuple[float, ...]
    log: bool

    @classmethod
    def of(cls, groups: Mapping[str, Survival]) -> _Scale:
        events = np.concatenate([survival.times[survival.observed] for survival in groups.values()])
        last = max(1.0, *(float(survival.times[-1]) for survival in groups.values()))
        log = spread_widely(events)
        left = float(events[events > 0].min()) / 1.3 if log else 0.0
        decades = math.log10(last / left) if log else 0.0
        digits = (1.0, 2.0, 5.0) if decades < 2.5 else (1.0, 3.0) if decades < 4 else (1.0,)
        locator = LogLocator(subs=digits) if log else MaxNLocator(6, steps=[1, 2, 2.5, 5, 10], integer=True)
        ticks = tuple(float(tick) for tick in locator.tick_values(left, last) if left <= tick <= last)
        return cls(left, last * 1.06 if log else last * 1.02, ticks, log)

    def set(self, ax: Axes) -> None:
        ax.set_xscale("log" if self.log else "linear")
        ax.set_xticks(self.ticks, [f"{tick:,.0f}" for tick in self.ticks])
        ax.xaxis.set_minor_locator(NullLocator())
        ax.set_xlim(self.left, self.right)


def _draw_curve(ax: Axes, survival: Survival, scale: _Scale, look: Mapping[str, Any], banded: bool) -> None:
    x = np.append(np.maximum(survival.at, scale.left), min(survival.horizon, scale.right))
    share, low, high = (np.append(y, y[-1]) for y in (survival.share, survival.low, survival.high))
    ax.plot(x, share, drawstyle="steps-post", linewidth=1.4, zorder=3, **look)
    if banded:
        ax.fill_between(x, low, high, step="post", color=look["color"], alpha=0.14, linewidth=0, zorder=1)
    censored = np.unique(survival.times[~survival.observed])
    on_curve = survival.share[np.searchsorted(survival.at, censored, "right") - 1]
    ax.plot(censored, on_curve, linestyle="", marker="|", markersize=7, color=look["color"], zorder=4)


def _draw_row(ax: Axes, row: int, survival: Survival, scale: _Scale, look: Mapping[str, Any]) -> None:
    """How many runs were still trying at each tick, and a sample of the line."""
    for tick in scale.ticks:
        ax.text(tick, row, f"{survival.waiting(tick):,}", ha="center", va="center", fontsize=FONT - 0.5, color=INK)
    ends: tuple[Any, Any] = ("axes points", "data")
    line = {"arrowstyle": "-", "linewidth": 1.6, "shrinkA": 0, "shrinkB": 0, **look}
    ax.annotate("", (-14, row), (-36, row), xycoords=ends, textcoords=ends, arrowprops=line, annotation_clip=False)


def _dress(top: Axes, below: Axes, groups: Mapping[str, Survival]) -> None:
    top.set_ylim(-0.02, 1.02)
    top.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    band = "\n(bands: 95 %)" if len(groups) <= N_BANDS else ""
    top.set_ylabel(f"runs that have solved it{band}", fontsize=FONT + 0.5, color=INK)
    top.set_xlabel("generation", fontsize=FONT + 0.5, color=INK)
    top.spines[["top", "right"]].set_visible(False)
    below.set_title("runs still trying", fontsize=FONT, color=INK, loc="left", pad=2)
    below.set_ylim(len(groups) - 0.4, -0.6)
    below.set_yticks(range(len(groups)), [fitted(label, FONT, LABEL_ROOM) for label in groups])
    below.tick_params(axis="y", length=0, pad=40)
    below.tick_params(axis="x", bottom=False, labelbottom=False)
    below.spines[:].set_visible(False)


def _caption(test: LogRank, groups: Sequence[str]) -> str:
    """Of this one comparison, not corrected for others; the hazard is the rate at which those who wait solve it."""
    p = "p < 0.001" if test.p < 0.001 else f"p = {test.p:.3f}"
    hazard = f"hazard of {fitted(groups[1], FONT, LABEL_ROOM)} over {fitted(groups[0], FONT, LABEL_ROOM)}"
    ratio = test.hazard_ratio
    if math.isnan(ratio.value):
        return f"log-rank {p}"
    if ratio.value in (0.0, math.inf):  # one group had all events
        bound = f"above {ratio.low:.3g}" if ratio.value else f"below {ratio.high:.3g}"
        return f"log-rank {p}; {hazard} {bound} (95 %)"
    return f"log-rank {p}; {hazard} {ratio.value:.3g}, 95 % from {ratio.low:.3g} to {ratio.high:.3g}"

"""What each factor of a campaign does to each result: every run, and the mean of each level with its interval."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from evomod.report.figure import BLUE, DPI, INK, VERMILLION, Chart, fitted, spread_widely, text_width
from evomod.statistics import table
from evomod.statistics.table import Row

if TYPE_CHECKING:
    from evomod.statistics.effects import Effect
    from evomod.statistics.intervals import Interval

FONT = 7.5
LABEL_ROOM = 90.0  # points for a name that is turned
WIDEST = 3.0  # inches that a panel may take for the sake of its labels
STAR = MarkerStyle((6, 2, 0))  # six rays
POINTS_AT, MEAN_AT = -0.12, 0.26  # beside the place of the level, so that neither hides the other
GOLDEN = (math.sqrt(5) - 1) / 2
SIGNIFICANT = 0.05
GREY_TEXT = "#707070"


@rc_context({"text.parse_math": False})  # names are text, not formulas
def plot_effects(
    rows: Sequence[Row],
    effects: Sequence[Effect],
    title: str = "",
    *,
    names: Mapping[str, str] | None = None,
    missing: Mapping[str, str] | None = None,
    across: bool = False,
) -> Chart:
    """Plot results (rows of panels) against factors (columns): runs as points, means with intervals.

    Parameters
    ----------
    rows : sequence of mappings
        The table of a campaign, a row a run; see `evomod.statistics.table`.
    effects : sequence of Effect
        What `evomod.statistics.effects.effects` said of these rows.
    title : str
        Printed above.
    names : mapping of result to str, optional
        What to write at its axis instead of its column's name.
    missing : mapping of result to str, optional
        What to write where a level has no value of it; "not known" where nothing is said.
    across : bool
        Results side by side; of one factor.

    Returns
    -------
    Chart
        Without data: the table beside it is `effects.csv`. As large as its panels need. Triangles are runs that were
        stopped before the event. A star marks a level that differs from the baseline (p < 0.05 after Holm's
        correction), the mean of which is the dashed line. A single run has no interval.
    """
    results = list(dict.fromkeys(effect.result for effect in effects))
    panels = {key: list(found) for key, found in groupby(effects, key=lambda effect: (effect.result, effect.factor))}
    factors = list(dict.fromkeys(effect.factor for effect in effects))
    if not panels:
        figure = Chart(figsize=(4.0, 1.5), dpi=DPI)
        figure.text(0.5, 0.5, "no effect to show", ha="center", va="center", color=INK)
        return figure
    widths = [_width(panels[results[0], factor]) for factor in factors]
    if across:
        figure = Chart(figsize=((widths[0] + 0.9) * len(results), 3.6), dpi=DPI, layout="constrained")
        axes = figure.subplots(1, len(results), squeeze=False).T
    else:
        size = (max(3.5, sum(widths) + 1.0), 1.6 * len(results) + 1.6)
        figure = Chart(figsize=size, dpi=DPI, layout="constrained")
        axes = figure.subplots(len(results), len(factors), sharey="row", squeeze=False, width_ratios=widths)
    for row_of_axes, result in zip(axes, results, strict=True):
        for ax, factor in zip(row_of_axes, factors, strict=True):
            _Panel(ax, panels[result, factor]).draw(rows, (missing or {}).get(result, "not known"))
        _dress_row(row_of_axes, panels[result, factors[0]][0], rows, (names or {}).get(result, ""))
    for row_of_axes, result in zip(axes, results, strict=True):
        for ax, factor, width in zip(row_of_axes, factors, widths, strict=True):
            if across or result == results[-1]:
                _label_levels(ax, panels[result, factor], width * 72)
    figure.align_ylabels(axes[:, 0])
    if title:
        figure.suptitle(title, fontsize=10, color=INK, parse_math=False)
    _legend(figure, effects)
    return figure


def _width(effects: Sequence[Effect]) -> float:
    """Inches for the levels of a factor: enough to name them on one line if that does not take too much."""
    side_by_side = (len(effects) + 0.2) * (max(text_width(effect.level, FONT) for effect in effects) + 8) / 72
    return max(1.3, 0.5 + 0.32 * len(effects), side_by_side if side_by_side < WIDEST else 0.0)


class _Panel:
    """One result against one factor."""

    def __init__(self, ax: Axes, effects: Sequence[Effect]) -> None:
        self.ax, self.effects = ax, effects

    def draw(self, rows: Sequence[Row], missing: str) -> None:
        by_level = table.by_level(rows, self.effects[0].factor)
        across = self.ax.get_xaxis_transform()
        for place, effect in enumerate(self.effects):
            mean = effect.description.estimate if effect.description else None
            if mean is not None:
                self._runs(place, by_level[effect.level], effect)
                self._mean(place, effect, mean)
            else:
                look: dict[str, Any] = {"fontsize": FONT - 0.5, "color": GREY_TEXT, "rotation": 90}
                self.ax.text(place, 0.03, missing, transform=across, ha="center", va="bottom", **look)
        self.ax.set_xlim(-0.6, len(self.effects) - 0.4)
        self.ax.set_xticks(range(len(self.effects)), [])
        self.ax.tick_params(labelsize=FONT, color=INK, labelcolor=INK)
        self.ax.spines[["top", "right"]].set_visible(False)

    def _runs(self, place: int, rows: Sequence[Row], effect: Effect) -> None:
        y, came = _points(rows, effect)
        x = place + POINTS_AT + _sideways(y)
        size = float(np.clip(30 / math.sqrt(len(y)), 1.2, 3.5))
        alpha = float(np.clip(6 / math.sqrt(len(y)), 0.2, 0.6))
        look: dict[str, Any] = {"linestyle": "", "color": BLUE, "markersize": size, "alpha": alpha, "zorder": 2}
        self.ax.plot(x[came], y[came], marker="o", markeredgewidth=0, **look)
        self.ax.plot(x[~came], y[~came], marker="^", fillstyle="none", markeredgewidth=0.7, **look)

    def _mean(self, place: int, effect: Effect, mean: Interval) -> None:
        x = place + MEAN_AT
        if _has_interval(effect):
            self.ax.plot([x] * 2, [mean.low, mean.high], color=VERMILLION, linewidth=1.6, zorder=4)
        self.ax.plot(x, mean.value, marker="D", markersize=4, color=VERMILLION, markeredgecolor="white", zorder=5)
        if effect.level == effect.baseline and len(self.effects) > 1:
            self.ax.axhline(mean.value, color=VERMILLION, linewidth=0.6, dashes=(4, 3), zorder=1)
        if effect.p_holm is not None and effect.p_holm < SIGNIFICANT:
            look: dict[str, Any] = {"color": VERMILLION, "transform": self.ax.get_xaxis_transform(), "clip_on": False}
            self.ax.plot(place, 1.03, marker=STAR, markersize=5, **look)


def _has_interval(effect: Effect) -> bool:
    mean = effect.description.estimate if effect.description else None
    return mean is not None and effect.n_runs > 1 and math.isfinite(mean.low) and math.isfinite(mean.high)


def _points(rows: Sequence[Row], effect: Effect) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Heights of the runs, and whether each is a value rather than the end of waiting for one; shape (n_runs,)."""
    if effect.kind == "time":
        return table.times(rows, effect.result)
    y = table.numbers(rows, effect.result)
    return y, np.ones(len(y), dtype=bool)


def _sideways(y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Set runs apart, shape (n_runs,), within a band of 0.5.

    Neighbours in height lie far from each other; where many are equally high, the wider their row the more they are.
    """
    _, which, counts = np.unique(y, return_inverse=True, return_counts=True)
    rank = np.argsort(np.argsort(y, kind="stable"), kind="stable")
    within = rank - (np.cumsum(counts) - counts)[which]
    in_rows = (within + 0.5 - counts[which] / 2) / counts.max()
    apart = np.where(counts[which] < max(2, len(y) / 20), (rank * GOLDEN + 0.5) % 1 - 0.5, in_rows)
    return np.asarray(0.5 * apart, dtype=np.float64)


def _dress_row(axes: Sequence[Axes], effect: Effect, rows: Sequence[Row], name: str = "") -> None:
    """Scale and label the axis that the panels of a result share."""
    y, _ = _points(rows, effect)
    ax, top = axes[0], float(y.max(initial=1.0))
    in_decades = effect.kind == "time" and spread_widely(y)
    unit = f"\n(generation{', log' if in_decades else ''})" if effect.kind == "time" else ""
    ax.set_ylabel((name or _on_lines(effect.result)) + unit, fontsize=FONT, color=INK)
    if effect.kind == "share":
        ax.set_ylim(-0.08, 1.08)
    elif effect.kind == "number":
        ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10], integer=bool((y % 1 == 0).all())))
    elif in_decades:
        ax.set_yscale("symlog", linthresh=max(1.0, 10 ** math.floor(math.log10(np.quantile(y[y > 0], 0.02)))))
        ax.set_ylim(0, 1.5 * top)
    else:
        ax.set_ylim(0, 1.08 * top)
    if effect.kind == "time":
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))


def _on_lines(name: str) -> str:
    """A name like `last_epoch_ends.and.benefit`, on two lines if it is too long for one."""
    if text_width(name, FONT) <= LABEL_ROOM or "." not in name:
        return fitted(name, FONT, LABEL_ROOM)
    dots = [k + 1 for k, sign in enumerate(name) if sign == "."]
    cut = min(dots, key=lambda k: max(text_width(name[:k], FONT), text_width(name[k:], FONT)))
    return "\n".join(fitted(part, FONT, LABEL_ROOM) for part in (name[:cut], name[cut:]))


def _label_levels(ax: Axes, effects: Sequence[Effect], width: float) -> None:
    """Name the levels below, turned where they are long, and their factor."""
    room = width / (len(effects) + 0.2)
    turned = any(text_width(effect.level, FONT) > room - 4 for effect in effects)
    ax.set_xticks(range(len(effects)), [fitted(effect.level, FONT, LABEL_ROOM) for effect in effects])
    ax.tick_params(axis="x", labelrotation=90 if turned else 0)
    warning = "\n(unbalanced)" if effects[0].note else ""
    ax.set_xlabel(fitted(effects[0].factor, FONT + 0.5, width) + warning, fontsize=FONT + 0.5, color=INK)


def _legend(figure: Figure, effects: Sequence[Effect]) -> None:
    dot: dict[str, Any] = {"linestyle": "", "color": BLUE, "markersize": 3.5}
    handles = [Line2D([], [], marker="o", label="a run", **dot)]
    if any(effect.kind == "time" for effect in effects):
        handles.append(Line2D([], [], marker="^", fillstyle="none", label="not solved until then", **dot))
    interval = ", 95 % interval" if any(map(_has_interval, effects)) else ""
    red: dict[str, Any] = {"color": VERMILLION, "markersize": 5}
    handles.append(Line2D([], [], marker="D", markeredgecolor="white", label=f"mean{interval}", **red))
    if any(effect.contrast for effect in effects):
        handles.append(Line2D([], [], linewidth=0.6, dashes=(4, 3), label="mean of the baseline", **red))
    if any(effect.p_holm is not None and effect.p_holm < SIGNIFICANT for effect in effects):
        handles.append(Line2D([], [], marker=STAR, linestyle="", label="p < 0.05 (Holm)", **red))
    look: dict[str, Any] = {"frameon": False, "fontsize": FONT, "labelcolor": INK, "columnspacing": 1.2}
    widths = [text_width(str(handle.get_label()), FONT) + 5 * FONT for handle in handles]
    n_columns = max(1, min(len(handles), int(figure.get_figwidth() * 72 / max(widths))))
    figure.legend(handles=handles, loc="outside lower center", ncols=n_columns, **look)

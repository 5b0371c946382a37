"""Replayed tapes: how likely a modular solution was, from each point at which a run was forked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evomod.report.figure import BLUE, DPI, INK, VERMILLION
from evomod.statistics.change_point import ChangePoint
from evomod.statistics.intervals import Interval, bootstrap, share

Array = npt.NDArray[Any]
GREY, ORANGE = "#888888", "#E69F00"
FONT = 9.0
N_SHOWN = 8  # runs that have a panel
N_BINS, WAY = 10, 1.25  # of the way to the first modular solution
ROW, LAST_ROW = 2.1, 3.2  # inches


@dataclass(frozen=True)
class Tape:
    """A run that was forked.

    Attributes
    ----------
    seed, first : int
        Seed of the run; generation of its first modular solution.
    at, n, modular : int64 (n,)
        Branching points, futures of each, and modular ones among them.
    other_at, other_n, other_modular : int64 (m,)
        Likewise of another run.
    jump : ChangePoint or None
        The best step, if the share rises; indices into `at`. It says nothing of how fast.
    """

    seed: int
    first: int
    at: Array
    n: Array
    modular: Array
    other_at: Array
    other_n: Array
    other_modular: Array
    jump: ChangePoint | None


@rc_context({"font.size": FONT, "text.parse_math": False})
def plot(tapes: Sequence[Tape], horizon: int) -> Figure:
    """Plot them.

    Parameters
    ----------
    tapes : sequence of Tape
        One a run; the first eight have a panel, all count in the last one.
    horizon : int
        Generations within which a future had to become modular.
    """
    shown = tapes[:N_SHOWN]
    n_rows = -(-len(shown) // 2)
    figure = Figure(figsize=(10, ROW * n_rows + LAST_ROW), dpi=DPI, layout="constrained")
    grid = figure.add_gridspec(n_rows + 1, 2, height_ratios=[*[ROW] * n_rows, LAST_ROW])
    panels = [figure.add_subplot(grid[k // 2, k % 2]) for k in range(len(shown))]
    for ax, tape in zip(panels, shown, strict=False):
        _draw_run(ax, tape)
    for ax in panels[::2]:
        ax.set_ylabel("share modular")
    for ax in panels[-2:]:
        ax.set_xlabel("generation at which the run was forked")
    _draw_means(figure.add_subplot(grid[n_rows, :]), tapes)
    title = f"Share of futures that are modular within {horizon:,} generations"
    known = {label: line for ax in panels for line, label in zip(*ax.get_legend_handles_labels(), strict=True)}
    look: dict[str, Any] = {"loc": "outside upper center", "ncols": 4, "frameon": False, "title_fontsize": FONT + 2}
    figure.legend(known.values(), known.keys(), title=title, **look)
    return figure


def _draw_run(ax: Axes, tape: Tape) -> None:
    first = tape.first
    _draw_shares(ax, tape.other_at, tape.other_modular, tape.other_n, GREY, "D", "another run, same generation")
    _draw_shares(ax, tape.at, tape.modular, tape.n, BLUE, "o", "this run, with 95 % intervals")
    ax.axvline(first, color=INK, lw=1, ls="--", label="its first modular solution")
    if step := tape.jump:
        x = [tape.at[0], tape.at[step.index], tape.at[step.index], first]
        ax.plot(
            x,
            [step.before, step.before, step.after, step.after],
            color=VERMILLION,
            lw=1.6,
            label="best step, where there is a rise",
        )
        ax.axvspan(tape.at[step.low - 1], tape.at[step.high], color=ORANGE, alpha=0.35, lw=0, zorder=0)
    ax.set_title(f"seed {tape.seed}" + ("" if tape.jump else ": no rise"), loc="left", fontsize=FONT)
    ax.set_ylim(-0.04, 1.04)
    ax.spines[["top", "right"]].set_visible(False)


def _draw_shares(ax: Axes, at: Array, k: Array, n: Array, colour: str, marker: str, label: str) -> None:
    if not len(at):
        return
    found = [share(int(hits), int(trials)) for hits, trials in zip(k, n, strict=True)]
    ends = [[one.value - one.low for one in found], [one.high - one.value for one in found]]
    values = [one.value for one in found]
    bars = np.maximum(ends, 0)
    ax.errorbar(at, values, bars, fmt=marker, ms=3, mec="none", color=colour, elinewidth=0.5, alpha=0.8, label=label)


def _draw_means(ax: Axes, tapes: Sequence[Tape]) -> None:
    """Means over runs, by how much of the way to the first modular solution had been gone."""
    edges = np.linspace(0, WAY, N_BINS + 1)
    centres = (edges[:-1] + edges[1:]) / 2
    groups = ((GREY, "D", "another run", "other_", 0.008), (BLUE, "o", "the run itself", "", 0.0))
    for colour, marker, label, prefix, aside in groups:
        means = [_mean(tapes, prefix, low, high) for low, high in pairwise(edges.tolist())]
        known = [(x + aside, one) for x, one in zip(centres, means, strict=True) if one is not None]
        if not known:
            continue
        x, y = [x for x, _ in known], [one.value for _, one in known]
        ax.plot(x, y, marker, ms=5, color=colour, label=f"{label}: mean over runs with 95 % interval")
        for at, one in known:
            if np.isfinite([one.low, one.high]).all():
                ax.plot([at, at], [max(0.0, one.low), min(1.0, one.high)], color=colour, lw=1.2)
    ax.axvline(1, color=INK, lw=1, ls="--")
    ax.set(xlim=(0, WAY), ylim=(-0.04, 1.04), ylabel="share modular")
    ax.set_xlabel("generation of the fork, the run's first modular solution being at 1")
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_title("all runs", loc="left", fontsize=FONT)
    if ax.lines[:-1]:
        ax.legend(frameon=False, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2)


def _mean(tapes: Sequence[Tape], prefix: str, low: float, high: float) -> Interval | None:
    """Mean over runs of the share among points with low <= way < high; None if no run has any."""
    found = []
    for one in tapes:
        at, n, k = (getattr(one, f"{prefix}{name}") for name in ("at", "n", "modular"))
        way = at / one.first
        some = (way >= low) & (way < high)
        if some.any():
            found.append(k[some].sum() / n[some].sum())
    return bootstrap(found) if found else None

"""Following a run while it is being written: a glance at its log every few seconds, until it ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evomod.errors import LogError
from evomod.lineage.folder import is_locked
from evomod.lineage.reader import LineageReader

WIDTH = 40  # epochs in the sparkline
BARS = "▁▂▃▄▅▆▇█"
N_RECENT = 1000  # generations over which speed is taken


@dataclass(frozen=True)
class Glance:
    """A run as its log stands now.

    Attributes
    ----------
    running : bool
    generation : int
        The last one in the log; −1 before the first block.
    generations : int
        How many are planned.
    per_second : float or None
        Generations per second, over the last thousand.
    goal : str
        In force in that generation.
    best_fitness, mean_fitness : float
    solved : generation at which each named goal was first solved, None if not yet
    epoch_ends : best fitness at the ends of the last epochs, oldest first
    reason : str
        Why it stopped; empty while it runs, or if it was killed.
    """

    running: bool
    generation: int = -1
    generations: int = 0
    per_second: float | None = None
    goal: str = ""
    best_fitness: float = 0.0
    mean_fitness: float = 0.0
    solved: tuple[tuple[str, int | None], ...] = ()
    epoch_ends: tuple[float, ...] = ()
    reason: str = ""
    finished: bool = False


def glance(folder: Path) -> Glance:
    """Look at a run once; it may be going on or not.

    Raises
    ------
    LogError
        If nobody is running it and it has no log that can be read.
    """
    running = is_locked(folder)  # first: what was written before the lock went is then seen
    try:
        with LineageReader(folder) as log:
            return _read(log, running)
    except LogError:
        if running:  # it has not begun to write, or is merging its segments
            return Glance(running)
        raise


def _read(log: LineageReader, running: bool) -> Glance:
    state = log.checkpoint.state if log.checkpoint else {}
    stopped = {} if running else state.get("stopped") or {}
    known = {
        "generations": int(log.stated("scenario").get("generations", 0)),
        "reason": stopped.get("reason", ""),
        "finished": bool(stopped.get("finished")),
    }
    n = log.n_generations
    if not n:
        return Glance(running, **known)
    (row,) = log.per_generation("generations", n - 1)
    seconds = log.per_generation("timing/seconds", max(1, n - N_RECENT))
    total = float(seconds.sum(dtype=np.float64))
    return Glance(
        running,
        n - 1,
        per_second=len(seconds) / total if total > 0 else None,
        goal=log.layout.goals[int(row["goal"])],
        best_fitness=float(row["best_fitness"]),
        mean_fitness=float(row["mean_fitness"]),
        solved=tuple((name, state.get("solved", {}).get(name)) for name in log.layout.named),
        epoch_ends=tuple(log.epoch_ends["fitness"][-WIDTH:].tolist()),
        **known,
    )


def watch(folder: Path, every: float, show: Callable[[Glance], None]) -> Glance:
    """Look again every `every` seconds, and show what is seen, until the run ends; the last glance."""
    while True:
        seen = glance(folder)
        show(seen)
        if not seen.running:
            return seen
        time.sleep(every)


def sparkline(values: tuple[float, ...]) -> str:
    """A character for each value, from the lowest to the highest."""
    if not values:
        return ""
    low, high = min(values), max(values)
    scale = (len(BARS) - 1) / (high - low) if high > low else 0.0
    return "".join(BARS[round((value - low) * scale)] for value in values)


def as_line(seen: Glance) -> str:
    """The glance in one line."""
    if seen.generation < 0:
        return "nothing in the log yet"
    solved = ", ".join(name for name, generation in seen.solved if generation is not None)
    speed = f", {seen.per_second:,.0f}/s" if seen.per_second else ""
    return (
        f"generation {seen.generation:,} of {seen.generations:,}{speed}: best {seen.best_fitness:.4f}, "
        f"mean {seen.mean_fitness:.4f} on {seen.goal}; solved: {solved or 'none'}"
    )


def ending(seen: Glance) -> str:
    """Why there is nothing more to be watched."""
    how = "finished" if seen.finished else "stopped" if seen.reason else "was killed, or never began"
    return f"not running: {how}" + (f": {seen.reason}" if seen.reason else "")


@contextmanager
def shown(title: str) -> Iterator[Callable[[Glance], None]]:
    """A callback that shows glances: a panel on a terminal, otherwise a line each."""
    if not sys.stdout.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        yield lambda seen: print(as_line(seen), flush=True)
        return
    from rich.live import Live

    with Live(auto_refresh=False) as live:
        yield lambda seen: live.update(panel(seen, title), refresh=True)


def panel(seen: Glance, title: str) -> Any:
    """The glance as a panel for rich."""
    from rich.panel import Panel
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    if seen.generation < 0:
        table.add_row(Text("nothing in the log yet"))
        return Panel(table, title=Text(title), title_align="left", expand=False)
    speed = f", {seen.per_second:,.0f}/s" if seen.per_second else ""
    table.add_row("generation", Text(f"{seen.generation:,} of {seen.generations:,}{speed}"))
    table.add_row("", ProgressBar(total=max(1, seen.generations), completed=seen.generation, width=WIDTH))
    table.add_row("goal", Text(seen.goal))
    table.add_row("fitness", Text(f"best {seen.best_fitness:.4f}, mean {seen.mean_fitness:.4f}"))
    for name, generation in seen.solved:
        table.add_row("solved", Text(f"{name}: " + ("not yet" if generation is None else f"{generation:,}")))
    if seen.epoch_ends:
        low, high = min(seen.epoch_ends), max(seen.epoch_ends)
        table.add_row("epoch ends", Text(f"{sparkline(seen.epoch_ends)}  {low:.3f} to {high:.3f}"))
    return Panel(table, title=Text(title), title_align="left", expand=False)

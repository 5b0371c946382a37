"""How far a run is: a bar on a terminal, a line now and then anywhere else. People read stderr."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

HEARTBEAT = 30.0  # seconds between plain lines


def style(wanted: str) -> str:
    """`bar`, `plain` or `none`; `auto` looks at the terminal."""
    if wanted != "auto":
        return wanted
    return "bar" if sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb" else "plain"


@contextmanager
def shown(wanted: str) -> Iterator[Callable[[Any], None]]:
    """A callback that shows `runner.Progress` objects."""
    kind = style(wanted)
    if kind == "bar":
        with _bar() as show:
            yield show
    else:
        yield Heartbeat(in_a_line) if kind == "plain" else silent


def silent(_progress: Any) -> None:
    """Show nothing."""


def describe(progress: Any) -> str:
    """Best fitness, the goal in force, and what has been solved."""
    solved = ", ".join(progress.solved)
    return f"best {progress.best_fitness:.4f} on {progress.goal}; solved: {solved or 'none'}"


def in_a_line(progress: Any) -> str:
    """How far a run is, too."""
    return f"generation {progress.generation:,} of {progress.generations:,}: {describe(progress)}"


class Heartbeat:
    """A line now and then."""

    def __init__(self, line: Callable[[Any], str]) -> None:
        self.line, self.due = line, time.monotonic() + HEARTBEAT

    def __call__(self, progress: Any) -> None:
        """Print it, if it is time."""
        if time.monotonic() >= self.due:
            self.due = time.monotonic() + HEARTBEAT
            print(self.line(progress), file=sys.stderr, flush=True)


@contextmanager
def _bar() -> Iterator[Callable[[Any], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), refresh_per_second=8) as bar:
        task = bar.add_task("starting (the first time, compiling) …", total=None)

        def show(progress: Any) -> None:
            bar.update(task, completed=progress.generation, total=progress.generations, description=describe(progress))

        yield show

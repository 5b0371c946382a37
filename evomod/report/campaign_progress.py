"""How far a campaign is: a live table on a terminal, a line now and then anywhere else. People read stderr."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from evomod.report.progress import Heartbeat, silent, style

N_ROWS = 16  # cells that are listed one by one


@contextmanager
def shown(wanted: str) -> Iterator[Callable[[Any], None]]:
    """A callback that shows `campaign.progress.Progress` objects."""
    kind = style(wanted)
    if kind == "bar":
        with _live() as show:
            yield show
    else:
        yield Heartbeat(describe) if kind == "plain" else silent


def duration(seconds: float | None) -> str:
    """A time in the two units that matter: `45 s`, `3 min 20 s`, `5 h 12 min`, `3 d 4 h`."""
    if seconds is None:
        return "unknown"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s" if seconds >= 10 or seconds == whole else f"{seconds:.1f} s"
    for large, small, names in ((86_400, 3_600, ("d", "h")), (3_600, 60, ("h", "min")), (60, 1, ("min", "s"))):
        if whole >= large:
            many, rest = divmod(whole, large)
            return f"{many:,} {names[0]}" + (f" {rest // small} {names[1]}" if rest // small and many < 100 else "")
    raise AssertionError(seconds)


def describe(progress: Any) -> str:
    """Done, under way (with a cluster, some of them wait there), failed, and the time left, in a line."""
    total, left = progress.total, progress.time_left()
    failed = f", {total.failed} failed" if total.failed else ""
    about = f"; about {duration(left)} left" if left is not None and total.left else ""
    return f"{total.done:,} of {total.asked:,} runs done, {total.running} under way{failed}{about}"


@contextmanager
def _live() -> Iterator[Callable[[Any], None]]:
    from rich.console import Console
    from rich.live import Live

    with Live(console=Console(stderr=True), auto_refresh=False) as live:
        due = 0.0

        def show(progress: Any) -> None:
            nonlocal due
            if (now := time.monotonic()) >= due or not progress.total.left:
                due = now + 0.1
                live.update(panel(progress), refresh=True)

        yield show


def panel(progress: Any) -> Any:
    """Cells with what is done of them, and a bar for all; for rich."""
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="dim")
    for factor in progress.plan.factors:
        table.add_column(Text(factor.rpartition(".")[2]), no_wrap=True, max_width=30)
    for heading in ("done", "under way", "failed", "of", "s/run"):
        table.add_column(heading, justify="right")
    # If there is no room for all, those at which something is going on.
    cells = [k for k, tally in enumerate(progress.cells) if tally.asked]
    listed = sorted(sorted(cells, key=lambda k: (not progress.cells[k].running, k))[:N_ROWS])
    for k in listed if len(cells) > 1 else ():
        tally = progress.cells[k]
        each = f"{tally.seconds / tally.timed:.2f}" if tally.timed else ""
        row = (str(tally.done), str(tally.running or ""), str(tally.failed or ""), str(tally.asked), each)
        levels = (Text(str(level), overflow="ellipsis") for level in progress.plan.cells[k].levels.values())
        table.add_row(*levels, *row)
    if len(cells) > N_ROWS:
        table.add_row(Text(f"… and {len(cells) - N_ROWS} more", style="dim"))
    total = progress.total
    bar = ProgressBar(total=max(1, total.asked), completed=total.done + total.failed, width=40)
    below = Table.grid()
    below.add_row(bar)
    below.add_row(Text(describe(progress)))
    return Group(*([table] if len(cells) > 1 else []), below)

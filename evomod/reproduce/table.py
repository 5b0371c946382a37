"""The table of a reproduction: for the terminal, as CSV and as Markdown."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from evomod.reproduce.rows import Row
from evomod.statistics.intervals import Interval

COLUMNS = (
    *("section", "what", "paper", "ours", "low", "high", "statistic", "n", "verdict"),
    *("difference", "difference_low", "difference_high", "margin", "note"),
)


def as_text(rows: Sequence[Row]) -> str:
    """For people: sections, and under each line what has to be known to read it."""
    cells = [(row.what, row.paper, ours(row), f"{row.n}", answer(row)) for row in rows]
    head = ("", "paper", "ours (95 % interval)", "runs", "")
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    lines, section = [_line(head, widths)], ""
    for row, cell in zip(rows, cells, strict=True):
        if not row.n and not row.note:
            continue  # nothing has been run, and there is nothing to say of it
        if row.section != section:
            section = row.section
            lines += ["", section]
        lines.append(_line(cell, widths))
        if row.note:
            lines.append(f"      {row.note}")
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  " + "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def as_markdown(rows: Sequence[Row]) -> str:
    """A table for a README or a paper's supplement."""
    lines = ["| | paper | ours (95 % interval) | runs | |", "|---|---|---|---|---|"]
    section = ""
    for row in rows:
        if row.section != section:
            section = row.section
            lines.append(f"| **{section}** | | | | |")
        note = f"<br><small>{row.note}</small>" if row.note else ""
        cells = (row.what + note, row.paper, ours(row), str(row.n), answer(row))
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def csv_text(lines: Iterable[Sequence[Any]]) -> str:
    """Lines of values as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


def as_csv(rows: Sequence[Row]) -> str:
    """Every number unrounded; empty where there is none."""
    lines: list[Sequence[Any]] = [COLUMNS]
    for row in rows:
        numbers = [*_ends(row.ours), row.statistic, row.n, row.verdict, *_ends(row.difference), _cell(row.margin)]
        lines.append([row.section, row.what, row.paper, *numbers, row.note])
    return csv_text(lines)


def _ends(interval: Interval | None) -> Iterator[str]:
    for value in (interval.value, interval.low, interval.high) if interval else (math.nan,) * 3:
        yield _cell(value)


def _cell(value: float) -> str:
    return repr(float(value)) if math.isfinite(value) else ""


def ours(row: Row) -> str:
    """Our estimate with its interval, in words."""
    if row.ours is None:
        return "none"
    value, low, high = (number(x) for x in (row.ours.value, row.ours.low, row.ours.high))
    if row.statistic == "share":
        return f"{round(row.ours.value * row.n)}/{row.n} ({low} to {high})"
    if row.statistic == "mode":
        return f"mostly {row.ours.value:.0f}"
    median = "median " if row.statistic == "median" else ""
    return f"{median}{value} ({low} to {high})"


def answer(row: Row) -> str:
    """The verdict, and by how much a number differs."""
    if row.verdict == "differs" and row.difference is not None:
        d = row.difference
        return f"DIFFERS by {number(d.value, sign=True)} ({number(d.low, sign=True)} to {number(d.high, sign=True)})"
    return row.verdict.upper() if row.verdict == "differs" else row.verdict


def number(value: float, sign: bool = False) -> str:
    """Generations as whole numbers, everything else with two decimals."""
    plus = "+" if sign else ""
    if not math.isfinite(value):
        return "unknown"
    return f"{value:{plus},.0f}" if abs(value) >= 100 else f"{value:{plus}.2f}"

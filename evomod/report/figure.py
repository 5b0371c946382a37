"""What all figures share: colours, measured text, and the way to disk.

Figures are drawn by matplotlib's object interface alone, so that a run on a cluster needs no display. Colours are those
of Okabe & Ito, told apart with any colour vision (https://jfly.uni-koeln.de/color/).
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from numpy.typing import ArrayLike

from evomod.errors import InputError
from evomod.lineage.export.aside import new_file

# Formats by suffix, each with what it would say of the day and the program, left out: equal figures, equal bytes.
FORMATS: dict[str, dict[str, Any]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
DPI = 150
FONT = 8.0
INK = "#333333"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
GREEN = "#009E73"
ORANGE = "#E69F00"
PURPLE = "#CC79A7"
SKY = "#56B4E9"
GREY = "#999999"
SERIES = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, "#F0E442", "#000000")
WIDE = 30.0  # times as large: from there on, a logarithmic axis shows more


def text_width(text: str, font_size: float) -> float:
    """Width in points of a text on one line, no part of it read as mathematics."""
    return float(text_to_path.get_text_width_height_descent(text, FontProperties(size=font_size), False)[0])


def fitted(text: str, font_size: float, width: float) -> str:
    """A text without its middle if it is wider than so many points; long names differ at their ends."""
    if text_width(text, font_size) <= width:
        return text
    shorter = (f"{text[: (n + 1) // 2]}…{text[len(text) - n // 2 :]}" for n in range(len(text) - 1, 0, -1))
    return next((short for short in shorter if text_width(short, font_size) <= width), "…")


def spread_widely(values: ArrayLike) -> bool:
    """Whether values, shape (n,), from 0 on, are better seen on a logarithmic axis: for the middle 90 % of them."""
    positive = np.asarray(values, dtype=np.float64)
    positive = positive[positive > 0]
    return len(positive) > 1 and bool(np.quantile(positive, 0.95) > WIDE * np.quantile(positive, 0.05))


class Chart(Figure):
    """A figure that carries the data that it shows.

    Attributes
    ----------
    data : mapping from column to values
        All equally long; `save` writes them as CSV beside the figure. Empty where the table is written by others.
    """

    data: Mapping[str, Sequence[Any] | Any] = {}


def dress(ax: Axes, x: str = "", y: str = "") -> None:
    """Give axes the house's look: two spines, small ink, labels."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(labelsize=FONT, color=INK, labelcolor=INK)
    if x:
        ax.set_xlabel(x, fontsize=FONT + 0.5, color=INK)
    if y:
        ax.set_ylabel(y, fontsize=FONT + 0.5, color=INK)


def legend_below(figure: Figure, handles: Sequence[Any], columns: int = 4) -> None:
    """One legend for all axes, below them."""
    look = {"frameon": False, "fontsize": FONT, "labelcolor": INK, "columnspacing": 1.2}
    figure.legend(handles=handles, loc="outside lower center", ncols=columns, **look)


def check_suffix(path: Path, suffixes: Sequence[str] = tuple(FORMATS)) -> None:
    """Raise InputError if a file of this name would be of no format that is written."""
    if path.suffix.lower() not in suffixes:
        raise InputError(f"{path}: the suffix {path.suffix!r} is that of no format; possible: {', '.join(suffixes)}")


def save(figure: Figure, path: Path) -> list[Path]:
    """Write a figure, and the data of a Chart beside it: all of it or nothing, the same bytes for the same figure.

    Parameters
    ----------
    figure : Figure
        Drawn at 150 dots per inch.
    path : Path
        `.png`, `.svg` or `.pdf`; its folder exists. A plain file that was there is replaced at once. The data go to the
        same name with `.csv`: a row of names, then numbers that read back the same; empty where there is none.

    Returns
    -------
    list of Path
        What was written, the figure first.

    Raises
    ------
    InputError
        For another suffix, or if the file cannot be written.
    """
    check_suffix(path)
    kind = path.suffix.lower()
    data = figure.data if isinstance(figure, Chart) else {}
    written = [path, path.with_suffix(".csv")] if data else [path]
    with ExitStack() as files:
        beside = [files.enter_context(new_file(one, force=True)) for one in written]
        # Names within the file that do not change; fonts that journals take.
        with rc_context({"svg.hashsalt": "evomod", "pdf.fonttype": 42}):
            figure.savefig(beside[0], format=kind[1:], dpi=DPI, metadata=FORMATS[kind])
        if data:
            beside[1].write_bytes(csv_of(data).encode())
    return written


def csv_of(data: Mapping[str, Any]) -> str:
    """The data of a Chart, as `save` writes them."""
    columns = [np.asarray(column).tolist() for column in data.values()]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(data)
    writer.writerows(zip(*(map(_cell, column) for column in columns), strict=True))
    return text.getvalue()


def _cell(value: Any) -> Any:
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else value

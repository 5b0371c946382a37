"""What all figures share: colours, measured text, and the way to disk.

Figures are drawn by matplotlib's object interface alone, so that a run on a cluster needs no display. Colours are those
of Okabe & Ito, told apart with any colour vision (https://jfly.uni-koeln.de/color/).
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from numpy.typing import ArrayLike

DPI = 150
INK = "#333333"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
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


def save(figure: Figure, path: Path) -> None:
    """Write a figure as PNG: all of it or nothing, and the same bytes for the same figure.

    Parameters
    ----------
    figure : Figure
        Drawn at 150 dots per inch.
    path : Path
        The file; its folder exists. Whatever was there is replaced at once.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        figure.savefig(unfinished, format="png", dpi=DPI, metadata={"Software": None})
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)

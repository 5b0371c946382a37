"""What all figures share: colours, measured text, and the way to disk.

Figures are drawn by matplotlib's object interface alone, so that a run on a cluster needs no display. Colours are those
of Okabe & Ito, told apart with any colour vision (https://jfly.uni-koeln.de/color/).
"""

from __future__ import annotations

import os
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

DPI = 150
INK = "#333333"
VERMILLION = "#D55E00"


def text_width(text: str, font_size: float) -> float:
    """Width in points of a text on one line, no part of it read as mathematics."""
    return float(text_to_path.get_text_width_height_descent(text, FontProperties(size=font_size), False)[0])


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

"""The last front of a run, and how it came there, for the page: a drawing and a table."""

from __future__ import annotations

import io
from base64 import b64encode
from html import escape
from typing import Any

from matplotlib import rc_context

from evomod.lineage.reader import LineageReader
from evomod.report.figure import FORMATS
from evomod.report.run_figures import front_figure

MOST = 50  # points in the table


def front_of(log: LineageReader, summary: dict[str, Any]) -> str:
    """A part of the page; empty where selection weighs no cost against benefit."""
    front = summary.get("front")
    if not front or len(log.layout.objectives) < 2:
        return ""
    points = front["points"]
    head = "".join(f"<th>{escape(name.replace('_', ' '))}</th>" for name in (*log.layout.objectives, "individuals"))
    cells = ("".join(f"<td>{value:.6g}</td>" for value in point.values()) for point in points[:MOST])
    rows = "".join(f"<tr>{row}</tr>" for row in cells)
    more = f"<p>and {len(points) - MOST:,} more</p>" if len(points) > MOST else ""
    return (
        f"<details><summary>Front of generation {front['generation']:,}: {len(points):,} points</summary>"
        f'<img alt="Benefit against {escape(log.layout.objectives[1].replace("_", " "))}, in several generations" '
        f'style="max-width: 100%" src="{_drawn(log)}">'
        f'<div style="overflow-x: auto" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        f"</div>{more}</details>"
    )


def _drawn(log: LineageReader) -> str:
    """The figure as an address that holds it."""
    file = io.BytesIO()
    with rc_context({"svg.hashsalt": "evomod"}):
        front_figure(log).savefig(file, format="svg", metadata=FORMATS[".svg"])
    return f"data:image/svg+xml;base64,{b64encode(file.getvalue()).decode()}"

"""Networks drawn where their nodes lie, as the costs of wiring see them."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.legend_handler import HandlerTuple
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch

from evomod.networks.network import Network
from evomod.networks.partition import Partition
from evomod.report.circuit_drawing import FILLS, module_of, tint
from evomod.report.figure import DPI, FONT, INK, Chart
from evomod.report.wire_looks import legend_of, looks_of

RADIUS = 7.5  # of a node, in points
HEAD = "-|>,head_width=2.5,head_length=5"


def draw_in_place(network: Network, title: str = "", modules: Partition | None = None) -> Figure:
    """Draw a network whose nodes have positions: inputs below, links straight, weights as widths, dotted below 0.

    Parameters
    ----------
    network : Network
        With positions; of three coordinates the first two are drawn. An output is drawn as a ring around what it reads.
    title : str
        Printed above.
    modules : Partition, optional
        As of `draw_circuit`.

    Returns
    -------
    Figure
        A Chart, whose data are the nodes. Axes are in units of the positions.
    """
    module = module_of(network, modules)
    points = np.array([(*position, 0.0)[:2] for position in network.positions]).reshape(-1, 2)
    shown = [node for node, role in enumerate(network.roles) if role != "output"]
    read = {source for source, target in network.edges if network.roles[target] == "output"}
    spread = np.ptp(points, axis=0) if len(points) else np.zeros(2)
    width, height = np.clip(spread * (0.8, 1.2) + 1.5, (4.5, 2.6), (12.0, 9.0)).tolist()
    figure = Chart(figsize=(width, height), dpi=DPI)
    figure.data = {
        "node": [network.names[node] for node in shown],
        "x": points[shown, 0].tolist(),
        "y": points[shown, 1].tolist(),
        **({"module": [module[node] + 1 for node in shown]} if module else {}),
    }
    ax = figure.add_axes((0.02, 0.1, 0.96, 0.82 if title else 0.88))
    ax.set_axis_off()
    ax.margins(0.08, 0.14)
    feedback = network.feedback_edges()
    for (source, target), look in zip(network.edges, looks_of(network, feedback), strict=True):
        if network.roles[target] != "output" and source != target:
            ends = points[source], points[target]
            arrow = FancyArrowPatch(*ends, arrowstyle=HEAD, mutation_scale=1, shrinkA=RADIUS, shrinkB=RADIUS)
            arrow.set(color=look.colour, linestyle=look.style, linewidth=look.width)
            ax.add_patch(arrow)
    for node in shown:
        fill = tint(module[node]) if module else FILLS[network.roles[node]]
        if node in read:
            ax.plot(*points[node], "o", markersize=2 * RADIUS + 4, color="white", markeredgecolor=INK, zorder=3)
        ax.plot(*points[node], "o", markersize=2 * RADIUS, color=fill, markeredgecolor=INK, zorder=3)
        name = network.names[node]
        size = min(FONT, 2.6 * RADIUS / max(len(name), 1))
        ax.text(
            points[node, 0],
            points[node, 1],
            name,
            fontsize=size,
            color=INK,
            ha="center",
            va="center",
            zorder=4,
            parse_math=False,
        )
    if title:
        figure.suptitle(title, fontsize=FONT, color=INK, parse_math=False)
    entries = legend_of(network, feedback, 1.0)
    ring = Line2D([], [], color="white", marker="o", markersize=9, markeredgecolor=INK, markerfacecolor="none")
    handles, labels = zip(*entries, (ring, "ringed: read by an output"), strict=True)
    plain: dict[str, Any] = {"frameon": False, "fontsize": FONT, "labelcolor": INK}
    divided = {tuple: HandlerTuple(ndivide=None)}
    figure.legend(handles, labels, loc="lower center", ncols=len(handles), handler_map=divided, **plain)
    return figure

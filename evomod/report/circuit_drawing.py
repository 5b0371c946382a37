"""Circuits drawn in layers, from left to right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, PathPatch, Polygon
from matplotlib.path import Path as Curve

from evomod.networks.network import Network
from evomod.report.circuit_layout import Layout
from evomod.report.circuit_page import Page, Point
from evomod.report.figure import DPI, INK, VERMILLION, text_width

FILLS = {"input": "#DCEEF9", "gate": "#FFFFFF", "output": "#FCEBC5"}
DASHES = (0, (4, 2))


def draw_circuit(
    network: Network, title: str = "", size: tuple[float, float] | None = None, ax: Axes | None = None
) -> Figure:
    """Draw a network from left to right: inputs, gates by layer, outputs.

    Parameters
    ----------
    network : Network
        Any; readable up to about 30 nodes.
    title : str
        Printed above.
    size : (width, height) in inches, optional
        Of a new figure; chosen to suit the network when left out. Without meaning when `ax` is given.
    ax : Axes, optional
        Draw in here, at the size that these axes have now, instead of in a figure of its own.

    Returns
    -------
    Figure
        With one patch `node-i` for each node and one `wire-e` for each edge (their `gid`). Wires of one source share
        their beginning, which is drawn once. Feedback is dashed and runs outside; a legend says so if there is any.

    Raises
    ------
    ValueError
        If `ax` belongs to no figure.
    """
    layout = Layout(network)
    if ax is None:
        ax = _blank_page(size or _natural_size(layout), title)
    figure = ax.get_figure(root=True)
    if figure is None:
        raise ValueError("ax belongs to no figure")
    extent = ax.get_window_extent()
    width, height = extent.width * 72 / figure.dpi, extent.height * 72 / figure.dpi
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.set_axis_off()
    if title:
        ax.set_title(title, fontsize=min(11.0, 9 * width / text_width(title, 10)), color=INK, parse_math=False)
    page = Page(network, layout, width, height)
    _draw_wires(ax, page)
    _draw_nodes(ax, network, page)
    if layout.feedback:
        _draw_legend(ax, page)
    return figure


def _natural_size(layout: Layout) -> tuple[float, float]:
    rows = max(layout.row.values(), default=0.0) + 1
    return min(max(0.95 * layout.n_columns, 4.0), 16.0), min(max(0.6 * rows + 0.5, 2.2), 10.0)


def _blank_page(size: tuple[float, float], title: str) -> Axes:
    figure = Figure(figsize=size, dpi=DPI)
    return figure.add_axes((0.0, 0.0, 1.0, 1.0 - 24 / 72 / size[1] * bool(title)))


def _draw_legend(ax: Axes, page: Page) -> None:
    handle = Line2D([], [], color=VERMILLION, linestyle=DASHES, linewidth=1.25 * page.scale, label="feedback")
    ax.legend(
        handles=[handle],
        loc="lower right",
        frameon=False,
        fontsize=page.legend_size,
        borderaxespad=0.2,
        borderpad=0.1,
    )


def _draw_wires(ax: Axes, page: Page) -> None:
    width = 1.25 * page.scale
    for e, curve, tip in _wires(page):
        source, target = page.edges[e]
        feedback = e in page.layout.feedback
        # The white rim below shows which wire passes over which; siblings, on one level, do not cut each other.
        level = 2.0 - feedback + source / len(page.roles)
        look = {"edgecolor": VERMILLION if feedback else INK, "linestyle": DASHES if feedback else "-"}
        ax.add_patch(PathPatch(curve, fill=False, edgecolor="white", linewidth=3 * width, zorder=level))
        ax.add_patch(
            PathPatch(curve, fill=False, linewidth=width, zorder=level + 0.5 / len(page.roles), gid=f"wire-{e}", **look)
        )
        head = _arrow_head(tip, page.head, down=source == target)
        ax.add_patch(Polygon(head, facecolor=look["edgecolor"], linewidth=0, zorder=3.5, gid=f"head-{e}"))


def _wires(page: Page) -> Iterator[tuple[int, Curve, Point]]:
    """Each edge, what is left to draw of its way after its siblings, and where its arrow points."""
    layout, edges = page.layout, page.edges
    drawn: dict[int, int] = defaultdict(int)  # by source: over how many columns its signal has been drawn
    n_loops: dict[int, int] = defaultdict(int)
    branched: set[tuple[int, int]] = set()
    # The longest way back comes first, so that later ones branch off it.
    for e in sorted(range(len(edges)), key=lambda e: (edges[e][0], layout.column[edges[e][1]], e)):
        source, target = edges[e]
        if source == target:
            yield e, *page.loop(target, n_loops[target])
            n_loops[target] += 1
            continue
        if e in layout.routes:
            curve = page.forward(e, drawn[source])
            drawn[source] = max(drawn[source], len(layout.routes[e]) - 2)
        else:
            key = (source, page.lanes.side[e])
            curve = page.back(e, branch=key in branched)
            branched.add(key)
        yield e, curve, (page.left[layout.column[target]], page.ports[e])


def _arrow_head(tip: Point, length: float, *, down: bool) -> list[Point]:
    x, y = tip
    half = 0.36 * length
    if down:
        return [tip, (x - half, y + length), (x + half, y + length)]
    return [tip, (x - length, y + half), (x - length, y - half)]


def _draw_nodes(ax: Axes, network: Network, page: Page) -> None:
    for i, role in enumerate(network.roles):
        x, y, width, height = page.box(i)
        corner = (0.25 if role == "gate" else 0.5) * height
        box = FancyBboxPatch((x, y), width, height, boxstyle=f"round,pad=0,rounding_size={corner}", gid=f"node-{i}")
        box.set(facecolor=FILLS[role], edgecolor=INK, linewidth=page.scale, zorder=3)
        ax.add_patch(box)
    gates = [i for i, role in enumerate(network.roles) if role == "gate"]
    ends = [i for i, role in enumerate(network.roles) if role != "gate"]
    _write(ax, page, {i: network.labels[i] for i in ends}, share=0.62, up=0.48, colour=INK)
    _write(ax, page, {i: network.labels[i] for i in gates}, share=0.48, up=0.62, colour=INK)
    _write(ax, page, {i: network.names[i] for i in gates}, share=0.3, up=0.2, colour="#707070")


def _write(ax: Axes, page: Page, texts: Mapping[int, str], share: float, up: float, colour: str) -> None:
    """Write into the boxes of nodes, all in one size: the largest at which each text fits `share` of the height."""
    boxes = {i: page.box(i) for i in texts}
    fits = [
        min(share * height, 0.82 * width * 10 / max(text_width(texts[i], 10), 1e-9))
        for i, (_, _, width, height) in boxes.items()
    ]
    size = max(min([13.0, *fits]), 1.0)
    for i, (x, y, width, height) in boxes.items():
        spot = (x + width / 2, y + up * height)
        ax.text(*spot, texts[i], fontsize=size, color=colour, ha="center", va="center", zorder=4, parse_math=False)

"""Circuits and nets drawn in layers, from left to right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend_handler import HandlerTuple
from matplotlib.patches import FancyBboxPatch, Patch, PathPatch, Polygon
from matplotlib.path import Path as Curve

from evomod.networks.network import Network
from evomod.networks.partition import Partition
from evomod.report.circuit_layout import Layout
from evomod.report.circuit_page import Page, Point
from evomod.report.figure import DPI, INK, Chart, text_width
from evomod.report.wire_looks import is_weighted, legend_of, looks_of

FILLS = {"input": "#DCEEF9", "gate": "#FFFFFF", "unit": "#FFFFFF", "output": "#FCEBC5"}
# Of modules: the colours of Okabe & Ito, light enough to be written on. More modules than these repeat them.
TINTS = ("#F7C7A3", "#A9D3EE", "#F6EC9A", "#A6DCC8", "#E9BFD8", "#D0D0D0", "#FBDD9C", "#B9C9E8")


def draw_circuit(
    network: Network,
    title: str = "",
    size: tuple[float, float] | None = None,
    ax: Axes | None = None,
    modules: Partition | None = None,
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
    modules : Partition, optional
        Of `network.parts()`: fill each node with the colour of its module, instead of that of its role.

    Returns
    -------
    Figure
        With one patch `node-i` for each node and one `wire-e` for each edge (their `gid`). Wires of one source share
        their beginning, which is drawn once, unless they have weights: these are drawn as widths, and dotted below 0.
        Feedback is dashed and runs outside; a legend says so if there is any, and what colours mean. A figure of its
        own is a Chart, whose data are the edges.

    Raises
    ------
    ValueError
        If `ax` belongs to no figure, or the partition is of another number of nodes.
    """
    module = module_of(network, modules)
    layout = Layout(network)
    if ax is None:
        ax = _blank_page(size or _natural_size(layout), title, _edges(network, layout.feedback, module))
    figure = ax.get_figure(root=True)
    if figure is None:
        raise ValueError("ax belongs to no figure")
    extent = ax.get_window_extent()
    width, height = extent.width * 72 / figure.dpi, extent.height * 72 / figure.dpi
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.set_axis_off()
    if title:
        ax.set_title(title, fontsize=min(11.0, 9 * width / text_width(title, 10)), color=INK, parse_math=False)
    with_legend = bool(module or layout.feedback or is_weighted(network))
    page = Page(network, layout, width, height, with_legend=with_legend)
    _draw_wires(ax, network, page)
    _draw_nodes(ax, network, page, module)
    if with_legend:
        _draw_legend(ax, network, page, 1 + max(module.values(), default=-1))
    return figure


def module_of(network: Network, modules: Partition | None) -> dict[int, int]:
    """The module of each node that is in one, by node: outputs are in none.

    Raises
    ------
    ValueError
        If the partition is of another number of nodes.
    """
    if modules is None:
        return {}
    parts = [i for i, role in enumerate(network.roles) if role != "output"]
    if len(parts) != len(modules.labels):
        raise ValueError(f"the circuit has {len(parts)} nodes, outputs left out; modules are of {len(modules.labels)}")
    return dict(zip(parts, modules.labels, strict=True))


def tint(module: int) -> str:
    """The colour of a module."""
    return TINTS[module % len(TINTS)]


def _edges(network: Network, feedback: Collection[int], module: Mapping[int, int]) -> dict[str, list[Any]]:
    ends = [(network.names[source], network.names[target]) for source, target in network.edges]
    data: dict[str, list[Any]] = {
        "source": [source for source, _ in ends],
        "target": [target for _, target in ends],
        "feedback": [int(e in feedback) for e in range(len(ends))],
        **({"weight": list(network.weights)} if is_weighted(network) else {}),
    }
    if module:
        data["source_module"] = [module[source] + 1 for source, _ in network.edges]
        data["target_module"] = [module[target] + 1 if target in module else None for _, target in network.edges]
    return data


def _natural_size(layout: Layout) -> tuple[float, float]:
    rows = max(layout.row.values(), default=0.0) + 1
    return min(max(0.95 * layout.n_columns, 4.0), 16.0), min(max(0.6 * rows + 0.5, 2.2), 10.0)


def _blank_page(size: tuple[float, float], title: str, data: Mapping[str, list[Any]]) -> Axes:
    figure = Chart(figsize=size, dpi=DPI)
    figure.data = data
    return figure.add_axes((0.0, 0.0, 1.0, 1.0 - 24 / 72 / size[1] * bool(title)))


def _draw_legend(ax: Axes, network: Network, page: Page, n_modules: int) -> None:
    handles: list[Any] = []
    labels = []
    if n_modules:
        some = range(min(n_modules, len(TINTS)))
        handles.append(tuple(Patch(facecolor=tint(k), edgecolor=INK, linewidth=0.5 * page.scale) for k in some))
        labels.append("a module" if n_modules == 1 else f"{n_modules} modules")
    for handle, label in legend_of(network, page.layout.feedback, page.scale):
        handles.append(handle)
        labels.append(label)
    ax.legend(
        handles,
        labels,
        loc="lower right",
        frameon=False,
        fontsize=page.legend_size,
        labelcolor=INK,
        borderaxespad=0.2,
        borderpad=0.1,
        ncols=len(handles),
        handlelength=max(2.0, 1.2 * min(n_modules, len(TINTS))),
        handler_map={tuple: HandlerTuple(ndivide=None, pad=0.3)},
    )


def _draw_wires(ax: Axes, network: Network, page: Page) -> None:
    looks, weighted = looks_of(network, page.layout.feedback), is_weighted(network)
    rim = (1.0 if weighted else 2.5) * page.scale  # there are many wires in a net
    for e, curve, tip in _wires(page, apart=weighted):
        source, target = page.edges[e]
        colour, style, width = looks[e]
        width *= page.scale
        # The white rim below shows which wire passes over which; siblings, on one level, do not cut each other.
        level = 2.0 - (e in page.layout.feedback) + source / len(page.roles)
        ax.add_patch(PathPatch(curve, fill=False, edgecolor="white", linewidth=width + rim, zorder=level))
        wire = PathPatch(curve, fill=False, edgecolor=colour, linestyle=style, linewidth=width, gid=f"wire-{e}")
        wire.set_zorder(level + 0.5 / len(page.roles))
        ax.add_patch(wire)
        head = _arrow_head(tip, page.head, down=source == target)
        ax.add_patch(Polygon(head, facecolor=colour, linewidth=0, zorder=3.5, gid=f"head-{e}"))


def _wires(page: Page, *, apart: bool) -> Iterator[tuple[int, Curve, Point]]:
    """Each edge, what is left to draw of its way after its siblings (all of it if `apart`), and where it points."""
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
            curve = page.forward(e, 0 if apart else drawn[source])
            drawn[source] = max(drawn[source], len(layout.routes[e]) - 2)
        else:
            key = (source, page.lanes.side[e])
            curve = page.back(e, branch=key in branched and not apart)
            branched.add(key)
        yield e, curve, (page.left[layout.column[target]], page.ports[e])


def _arrow_head(tip: Point, length: float, *, down: bool) -> list[Point]:
    x, y = tip
    half = 0.36 * length
    if down:
        return [tip, (x - half, y + length), (x + half, y + length)]
    return [tip, (x - length, y + half), (x - length, y - half)]


def _draw_nodes(ax: Axes, network: Network, page: Page, module: Mapping[int, int]) -> None:
    for i, role in enumerate(network.roles):
        x, y, width, height = page.box(i)
        corner = (0.25 if role == "gate" else 0.5) * height
        box = FancyBboxPatch((x, y), width, height, boxstyle=f"round,pad=0,rounding_size={corner}", gid=f"node-{i}")
        # Beside modules a colour of an output would look like one more.
        fill = tint(module[i]) if i in module else "white" if module else FILLS[role]
        box.set(facecolor=fill, edgecolor=INK, linewidth=page.scale, zorder=3)
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

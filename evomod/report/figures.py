"""Every figure of a report, drawn without a display: circuits in layers, and fitness over a run.

The only module that imports matplotlib, and only its object interface, so that a run on a cluster needs no backend.
Colours are those of Okabe & Ito, told apart with any colour vision (https://jfly.uni-koeln.de/color/).
"""

from __future__ import annotations

import math
import os
from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, Patch, PathPatch, Polygon
from matplotlib.path import Path as Curve
from matplotlib.textpath import text_to_path
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import ArrayLike, NDArray

from evomod.networks.network import Network

DPI = 150
INK = "#333333"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
FILLS = {"input": "#DCEEF9", "gate": "#FFFFFF", "output": "#FCEBC5"}
GOAL_TINTS = ("#FDF0CF", "#D6EBF8", "#CFEBDF", "#F3DCE9", "#E4E4E4", "#FAD9C6", "#FAF6BF", "#CBDDEB")
DASHES = (0, (4, 2))
N_ZOOMED = 8  # epochs in the second panel of a crowded plot
N_SOLVED_LABELS = 6  # later solutions get a tick without words
NARROWEST_EPOCH = 6.0  # pixels: shading anything narrower makes one grey mush

Floats = NDArray[np.float64]
Point = tuple[float, float]
Spot = tuple[int, int]  # (node, column): the node's box in its own column, its wire passing by in later columns


# --- Circuits: which column, which order, which height ------------------------------------------------------------


class _Layout:
    """A layered drawing in columns and rows, after Sugiyama et al. 1981 (doi 10.1109/TSMC.1981.4308636).

    A wire that skips columns passes through a spot of its own in each, so that no box is in its way. All wires of one
    source share these spots: it is one signal, and it branches where it is read.
    """

    def __init__(self, network: Network) -> None:
        layer = network.layers()
        used = sorted(set(layer))
        self.column = [used.index(at) for at in layer]
        self.n_columns = len(used)
        self.feedback = sorted(network.feedback_edges())
        self.routes: dict[int, list[Spot]] = {}
        for e, (source, target) in enumerate(network.edges):
            if e not in self.feedback:
                passing = [(source, c) for c in range(self.column[source], self.column[target])]
                self.routes[e] = [*passing, (target, self.column[target])]
        links = sorted({link for route in self.routes.values() for link in pairwise(route)})
        spots = {(i, c) for i, c in enumerate(self.column)} | {spot for link in links for spot in link}
        self.columns = [sorted(s for s in spots if s[1] == c) for c in range(self.n_columns)]
        self.neighbours: dict[Spot, list[Spot]] = defaultdict(list)
        self.gap_links: list[list[tuple[Spot, Spot]]] = [[] for _ in self.columns]
        for left, right in links:
            self.gap_links[left[1]].append((left, right))
            self.neighbours[left].append(right)
            self.neighbours[right].append(left)
        self._order()
        self.row = self._rows()

    def is_box(self, spot: Spot) -> bool:
        return self.column[spot[0]] == spot[1]

    def _order(self, n_sweeps: int = 12) -> None:
        """Barycentre sweeps, left to right and back, then swaps of neighbours while these save a crossing."""
        every_gap = range(self.n_columns - 1)
        best = [list(spots) for spots in self.columns]
        fewest = self._crossings(every_gap)
        for sweep in range(n_sweeps):
            step = 1 if sweep % 2 == 0 else -1
            for c in range(self.n_columns)[::step][1:]:
                beside = {spot: i for i, spot in enumerate(self.columns[c - step])}
                centre: dict[Spot, float] = {}
                for i, spot in enumerate(self.columns[c]):
                    near = [beside[s] for s in self.neighbours[spot] if s in beside]
                    centre[spot] = sum(near) / len(near) if near else i  # without neighbours: stay
                self.columns[c].sort(key=centre.__getitem__)
            if (n := self._crossings(every_gap)) < fewest:
                best, fewest = [list(spots) for spots in self.columns], n
        self.columns = best
        while self._swap():
            pass

    def _swap(self) -> bool:
        saved = False
        for c, spots in enumerate(self.columns):
            gaps = range(max(c - 1, 0), min(c + 1, self.n_columns - 1))
            n = self._crossings(gaps)
            for i in range(len(spots) - 1):
                spots[i : i + 2] = spots[i + 1], spots[i]
                if (m := self._crossings(gaps)) < n:
                    n, saved = m, True
                else:
                    spots[i : i + 2] = spots[i + 1], spots[i]
        return saved

    def _crossings(self, gaps: Iterable[int]) -> int:
        """Pairs of links that cross, counted as inversions; gap `c` is between columns `c` and `c + 1`."""
        total = 0
        for gap in gaps:
            place = {spot: i for column in self.columns[gap : gap + 2] for i, spot in enumerate(column)}
            seen: list[int] = []
            for _, right in sorted((place[left], place[right]) for left, right in self.gap_links[gap]):
                total += len(seen) - bisect_right(seen, right)
                insort(seen, right)
        return total

    def _rows(self, n_sweeps: int = 40) -> dict[Spot, float]:
        """Heights, downwards, that keep wires straight; two boxes are at least one row apart."""
        row = {spot: float(i) for spots in self.columns for i, spot in enumerate(spots)}
        for sweep in range(n_sweeps):
            # The last sweeps only unbend: a wire that passes by wants the height at which it came.
            unbend = sweep >= n_sweeps - 2
            for spots in self.columns[:: 1 if unbend or sweep % 2 == 0 else -1]:
                half = [0.5 if self.is_box(spot) else 0.2 for spot in spots]
                below_first = np.concatenate([[0.0], np.cumsum([a + b for a, b in pairwise(half)])])
                pulls = [self._pull(spot, row, unbend=unbend) for spot in spots]
                wanted = np.array([w for w, _ in pulls]) - below_first
                rows = _nondecreasing(wanted, [weight for _, weight in pulls]) + below_first
                row.update(zip(spots, rows.tolist(), strict=True))
        top = min(row.values(), default=0.0)
        return {spot: at - top for spot, at in row.items()}

    def _pull(self, spot: Spot, row: Mapping[Spot, float], *, unbend: bool) -> tuple[float, float]:
        """Where a spot wants to be, and how much."""
        if unbend:
            return (row[spot], 20.0) if self.is_box(spot) else (row[spot[0], spot[1] - 1], 1.0)
        # One signal on both sides pulls harder: a long wire should be straight.
        pull = [(4.0 if s[0] == spot[0] else 1.0, row[s]) for s in self.neighbours[spot]] or [(0.1, row[spot])]
        weight = sum(w for w, _ in pull)
        return sum(w * at for w, at in pull) / weight, weight


def _nondecreasing(wanted: Floats, weights: Sequence[float]) -> Floats:
    """Nearest non-decreasing values in weighted least squares: pool adjacent violators."""
    pools: list[tuple[float, float, int]] = []  # value, weight, how many
    for value, weight in zip(wanted.tolist(), weights, strict=True):
        pool = (value, weight, 1)
        while pools and pools[-1][0] > pool[0]:
            v, w, n = pools.pop()
            pool = ((v * w + pool[0] * pool[1]) / (w + pool[1]), w + pool[1], n + pool[2])
        pools.append(pool)
    return np.repeat([v for v, _, _ in pools], [n for _, _, n in pools])


class _Lanes:
    """The ways of feedback wires: up in the gap after the source, back outside all boxes, down before the target.

    `side[e]` is -1 above and +1 below; `track[source, side]` counts outwards, and all feedback of one source on one
    side shares it; `in_gap[c]` lists what runs up and down right of column `c`: a source's way out as
    `(source, side)`, an edge's way in as `(edge,)`.
    """

    def __init__(self, network: Network, layout: _Layout) -> None:
        middle = max(layout.row.values(), default=0.0) / 2
        self.side: dict[int, int] = {}
        self.in_gap: dict[int, list[tuple[int, ...]]] = defaultdict(list)
        spans: dict[tuple[int, int], list[int]] = defaultdict(list)
        for e in layout.feedback:
            source, target = network.edges[e]
            if source == target:
                continue
            ends = [layout.row[i, layout.column[i]] for i in (source, target)]
            self.side[e] = -1 if sum(ends) / 2 <= middle + 1e-9 else 1
            spans[source, self.side[e]] += [layout.column[target] - 1, layout.column[source]]
        self.track: dict[tuple[int, int], int] = {}
        taken: dict[int, list[list[tuple[int, int]]]] = {-1: [], 1: []}
        for key, gaps in sorted(spans.items(), key=lambda item: (max(item[1]) - min(item[1]), item[0])):
            span = (min(gaps), max(gaps))
            tracks = taken[key[1]]
            free = [t for t, others in enumerate(tracks) if all(span[0] > b or a > span[1] for a, b in others)]
            self.track[key] = free[0] if free else len(tracks)
            if not free:
                tracks.append([])
            tracks[self.track[key]].append(span)
        self.n_tracks = {side: len(tracks) for side, tracks in taken.items()}
        for key in sorted(self.track, key=lambda k: (self.track[k], k)):  # leaving on the left …
            self.in_gap[layout.column[key[0]]].append(key)
        for e in sorted(self.side):  # … and arriving on the right of what leaves
            self.in_gap[layout.column[network.edges[e][1]] - 1].append((e,))


# --- Circuits: points, boxes and wires ----------------------------------------------------------------------------


class _Page:
    """Layout in points: one unit of the axes is 1/72 inch, so that boxes and arrow heads keep their shape."""

    margin = 5.0

    def __init__(self, network: Network, layout: _Layout, lanes: _Lanes, width: float, height: float) -> None:
        self.layout, self.lanes, self.edges, self.roles = layout, lanes, network.edges, network.roles
        box = self._place_columns(width)
        self.scale = float(np.clip(box / 45, 0.35, 1.0))
        self.head = 6.0 * self.scale  # length of an arrow head
        self.legend_size = 5.0 + 3.0 * self.scale
        self._place_rows(height, box)
        self.ports = self._ports()

    def _place_columns(self, width: float) -> float:
        """Share the width between columns and gaps; a gap is wider the more runs through it."""
        n = self.layout.n_columns
        with_gate = {c for c, role in zip(self.layout.column, self.roles, strict=True) if role == "gate"}
        shares = [1.0 if c in with_gate else 0.7 for c in range(n)]
        gaps = [0.16 * (len(lanes) + 1) if (lanes := self.lanes.in_gap[c]) else 0.0 for c in range(-1, n)]
        for c, links in enumerate(self.layout.gap_links[:-1], start=1):
            gaps[c] += 0.5 + 0.03 * len(links)
        room = width - 2 * self.margin
        for tight in (1.0, 0.8, 0.6, 0.45):  # on a small page, text needs the width more than wires do
            box = min(room / max(sum(shares) + tight * sum(gaps), 1.0), 62.0)
            if box >= 22:
                break
        per_gap = (room - box * sum(shares)) / sum(gaps) if sum(gaps) else 0.0
        self.left, self.right = [], []
        x = self.margin
        for gap, share in zip(gaps, shares, strict=False):
            self.left.append(x + gap * per_gap)
            self.right.append(self.left[-1] + share * box)
            x = self.right[-1]
        self.gap_ends = list(zip([self.margin, *self.right], [*self.left, width - self.margin], strict=True))
        return box

    def _place_rows(self, height: float, box: float) -> None:
        self.lift = 0.25 if any(source == target for source, target in self.edges) else 0.0  # loops over the top boxes
        rows = max(self.layout.row.values(), default=0.0) + 1 + self.lift
        above, below = self.lanes.n_tracks[-1], self.lanes.n_tracks[1]
        legend = 1.8 * self.legend_size if self.layout.feedback else 0.0
        room = height - legend - 2 * self.margin
        self.pitch = min(room / (rows + 0.22 * (above + below)), 2.2 * box)
        self.track_pitch = min(0.22 * self.pitch, 9.0)
        self.half_height = min(0.31 * self.pitch, 0.33 * box)
        spare = room - rows * self.pitch - (above + below) * self.track_pitch
        self.top = height - self.margin - spare / 2 - above * self.track_pitch
        self.bottom = self.top - rows * self.pitch

    def y(self, spot: Spot) -> float:
        return self.top - (self.layout.row[spot] + 0.5 + self.lift) * self.pitch

    def box(self, node: int) -> tuple[float, float, float, float]:
        """Left, bottom, width and height of a node's box."""
        c = self.layout.column[node]
        half = self.half_height * (1.0 if self.roles[node] == "gate" else 0.8)
        return self.left[c], self.y((node, c)) - half, self.right[c] - self.left[c], 2 * half

    def _ports(self) -> dict[int, float]:
        """Height at which each wire arrives: from above to below, as the wires come."""
        arriving: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for e, route in self.layout.routes.items():
            arriving[route[-1][0]].append((self.layout.row[route[-2]], e))
        for e, side in self.lanes.side.items():
            arriving[self.edges[e][1]].append((side * np.inf, e))
        ports = {}
        for node, wires in arriving.items():
            middle = self.y((node, self.layout.column[node]))
            reach = self.half_height * {1: 0.0, 2: 0.52}.get(len(wires), 0.75)
            for k, (_, e) in enumerate(sorted(wires)):
                ports[e] = middle + reach * (1 - 2 * k / max(len(wires) - 1, 1))
        return ports

    def forward(self, e: int, begin: int = 0) -> Curve:
        """Level past each column, one smooth bend in each gap: a wire can meet no box but its target's.

        `begin` counts the columns over which a sibling has drawn the way already.
        """
        route = self.layout.routes[e][begin:]
        y = self.y(route[0])
        points: list[Point] = [(self.right[route[0][1]], y)]
        codes = [Curve.MOVETO]
        for spot in route[1:]:
            last = spot == route[-1]
            x0, x1 = points[-1][0], self.left[spot[1]] - (self.head if last else 0.0)
            next_y = self.ports[e] if last else self.y(spot)
            points += [((x0 + x1) / 2, y), ((x0 + x1) / 2, next_y), (x1, next_y)]
            codes += [Curve.CURVE4] * 3
            y = next_y
            if not last:
                points.append((self.right[spot[1]], y))
                codes.append(Curve.LINETO)
        return Curve(points, codes)

    def back(self, e: int, *, branch: bool = False) -> Curve:
        """Go round everything; as a branch, only from where the wire leaves its sibling's way."""
        source, target = self.edges[e]
        side = self.lanes.side[e]
        column, end_column = self.layout.column[source], self.layout.column[target]
        start = self.y((source, column)) - side * 0.5 * self.half_height
        out = (self.lanes.track[source, side] + 0.6) * self.track_pitch
        track = self.top + out if side < 0 else self.bottom - out
        leave, enter = self._lane(column, (source, side)), self._lane(end_column - 1, (e,))
        radius = 5.0 * self.scale
        way = [(enter, track), (enter, self.ports[e]), (self.left[end_column] - self.head, self.ports[e])]
        if branch:
            return _rounded([(min(enter + 2 * radius, leave), track), *way], radius)
        return _rounded([(self.right[column], start), (leave, start), (leave, track), *way], radius)

    def _lane(self, gap: int, key: tuple[int, ...]) -> float:
        a, b = self.gap_ends[gap + 1]
        lanes = self.lanes.in_gap[gap]
        return a + (b - self.head - a) * (lanes.index(key) + 1) / (len(lanes) + 1)

    def loop(self, node: int, inner: int) -> tuple[Curve, Point]:
        """Bend a self-loop over its box, the `inner`-th inside others; give the curve and where its arrow points."""
        x, bottom, width, height = self.box(node)
        top, middle = bottom + height, x + width / 2
        rise = min(0.75 * (self.pitch - height), 0.8 * height) * 4 / 3 * 0.7**inner
        reach = min(0.28 * width, rise) * 0.6**inner
        neck = top + min(self.head, 0.7 * rise)
        points = [(middle + reach, top), (middle + 1.3 * reach, top + rise), (middle - 1.3 * reach, top + rise)]
        return Curve([*points, (middle - reach, neck)], [Curve.MOVETO] + [Curve.CURVE4] * 3), (middle - reach, top)


def _rounded(points: Sequence[Point], radius: float) -> Curve:
    """Join points by lines with rounded corners, less round where a side is short."""
    path, codes = [points[0]], [Curve.MOVETO]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        cut = min(radius, math.dist(before, corner) / 2, math.dist(after, corner) / 2)
        path += [_towards(before, corner, cut), corner, _towards(after, corner, cut)]
        codes += [Curve.LINETO, Curve.CURVE3, Curve.CURVE3]
    return Curve([*path, points[-1]], [*codes, Curve.LINETO])


def _towards(end: Point, corner: Point, cut: float) -> Point:
    share = cut / max(math.dist(end, corner), 1e-9)
    return corner[0] + share * (end[0] - corner[0]), corner[1] + share * (end[1] - corner[1])


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
    layout = _Layout(network)
    lanes = _Lanes(network, layout)
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
        ax.set_title(title, fontsize=min(11.0, 9 * width / _text_width(title, 10)), color=INK, parse_math=False)
    page = _Page(network, layout, lanes, width, height)
    _draw_wires(ax, page)
    _draw_nodes(ax, network, page)
    if layout.feedback:
        handle = Line2D([], [], color=VERMILLION, linestyle=DASHES, linewidth=1.25 * page.scale, label="feedback")
        ax.legend(
            handles=[handle],
            loc="lower right",
            frameon=False,
            fontsize=page.legend_size,
            borderaxespad=0.2,
            borderpad=0.1,
        )
    return figure


def _natural_size(layout: _Layout) -> tuple[float, float]:
    rows = max(layout.row.values(), default=0.0) + 1
    return min(max(0.95 * layout.n_columns, 4.0), 16.0), min(max(0.6 * rows + 0.5, 2.2), 10.0)


def _blank_page(size: tuple[float, float], title: str) -> Axes:
    figure = Figure(figsize=size, dpi=DPI)
    FigureCanvasAgg(figure)
    return figure.add_axes((0.0, 0.0, 1.0, 1.0 - 24 / 72 / size[1] * bool(title)))


def _draw_wires(ax: Axes, page: _Page) -> None:
    layout, edges = page.layout, page.edges
    width = 1.25 * page.scale
    drawn: dict[int, int] = defaultdict(int)  # by source: over how many columns its signal has been drawn
    n_loops: dict[int, int] = defaultdict(int)
    branched: set[tuple[int, int]] = set()
    # The longest way back comes first, so that later ones branch off it.
    for e in sorted(range(len(edges)), key=lambda e: (edges[e][0], layout.column[edges[e][1]], e)):
        source, target = edges[e]
        tip = (page.left[layout.column[target]], page.ports.get(e, 0.0))
        if e in layout.routes:
            curve = page.forward(e, drawn[source])
            drawn[source] = max(drawn[source], len(layout.routes[e]) - 2)
        elif source == target:
            curve, tip = page.loop(target, n_loops[target])
            n_loops[target] += 1
        else:
            key = (source, page.lanes.side[e])
            curve = page.back(e, branch=key in branched)
            branched.add(key)
        feedback = e not in layout.routes
        # The white rim below shows which wire passes over which; siblings, on one level, do not cut each other.
        level = 2.0 - feedback + source / len(page.roles)
        look = {"edgecolor": VERMILLION if feedback else INK, "linestyle": DASHES if feedback else "-"}
        ax.add_patch(PathPatch(curve, fill=False, edgecolor="white", linewidth=3 * width, zorder=level))
        ax.add_patch(
            PathPatch(curve, fill=False, linewidth=width, zorder=level + 0.5 / len(page.roles), gid=f"wire-{e}", **look)
        )
        head = _arrow_head(tip, page.head, down=source == target)
        ax.add_patch(Polygon(head, facecolor=look["edgecolor"], linewidth=0, zorder=3.5, gid=f"head-{e}"))


def _arrow_head(tip: Point, length: float, *, down: bool) -> list[Point]:
    x, y = tip
    half = 0.36 * length
    if down:
        return [tip, (x - half, y + length), (x + half, y + length)]
    return [tip, (x - length, y + half), (x - length, y - half)]


def _draw_nodes(ax: Axes, network: Network, page: _Page) -> None:
    gates = [i for i, role in enumerate(network.roles) if role == "gate"]
    ends = [i for i, role in enumerate(network.roles) if role != "gate"]
    label_size = {
        **dict.fromkeys(gates, _font_size([(network.labels[i], page.box(i)) for i in gates], 0.48)),
        **dict.fromkeys(ends, _font_size([(network.labels[i], page.box(i)) for i in ends], 0.62)),
    }
    name_size = _font_size([(network.names[i], page.box(i)) for i in gates], 0.3)
    for i, role in enumerate(network.roles):
        x, y, width, height = page.box(i)
        corner = min((0.25 if role == "gate" else 0.5) * height, width / 2)
        box = FancyBboxPatch((x, y), width, height, boxstyle=f"round,pad=0,rounding_size={corner}", gid=f"node-{i}")
        box.set(facecolor=FILLS[role], edgecolor=INK, linewidth=page.scale, zorder=3)
        ax.add_patch(box)
        texts = [(network.labels[i], 0.62 if role == "gate" else 0.48, label_size[i], INK)]
        if role == "gate":
            texts.append((network.names[i], 0.2, name_size, "#707070"))
        for text, up, font_size, colour in texts:
            spot = (x + width / 2, y + up * height)
            ax.text(*spot, text, fontsize=font_size, color=colour, ha="center", va="center", zorder=4, parse_math=False)


def _font_size(texts: Iterable[tuple[str, tuple[float, float, float, float]]], share: float) -> float:
    """Largest size in points at which every text fits its box, using `share` of the height."""
    fits = [min(share * box[3], 0.82 * box[2] * 10 / max(_text_width(text, 10), 1e-9)) for text, box in texts]
    return max(min([13.0, *fits]), 1.0)


def _text_width(text: str, font_size: float) -> float:
    return float(text_to_path.get_text_width_height_descent(text, FontProperties(size=font_size), False)[0])


# --- Fitness over a run -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EpochSpan:
    """Generations `start` to `stop` - 1, all under one goal."""

    start: int
    stop: int
    goal: str


def plot_fitness(
    generations: ArrayLike,
    best: ArrayLike,
    mean: ArrayLike,
    epochs: Sequence[EpochSpan],
    title: str = "",
    size: tuple[float, float] = (8.0, 4.5),
    solved: Mapping[str, int] | None = None,
) -> Figure:
    """Plot best and mean fitness over a run, with the goals of its epochs.

    Parameters
    ----------
    generations, best, mean : array_like, shape (n_records,)
        Increasing generation numbers and the fitness at each; what is not finite leaves a gap. However many
        there are, no more is drawn than the pixels can show: the average, and a band from lowest to highest.
    epochs : sequence of EpochSpan
        In order. Shaded by goal where an epoch is wide enough to be seen; otherwise a second panel shows the last
        epochs, and the first one joins the best fitness just before each switch (Kashtan & Alon 2005, figure 1b).
    title : str
        Printed above.
    size : (width, height) in inches
        Of the figure.
    solved : mapping from goal to generation, optional
        Marks when each goal was first solved.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the three arrays are not one-dimensional and equally long.
    """
    x, y_best, y_mean = (np.asarray(values, dtype=np.float64) for values in (generations, best, mean))
    if x.ndim != 1 or not x.shape == y_best.shape == y_mean.shape:
        got = f"{x.shape}, {y_best.shape} and {y_mean.shape}"
        raise ValueError(f"generations, best and mean must be rows of one length; got shapes {got}")
    figure = Figure(figsize=size, dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    if title:
        figure.suptitle(title, fontsize=11, color=INK, parse_math=False)
    if len(x) == 0:
        figure.add_subplot().text(0.5, 0.5, "no generation yet", ha="center", va="center", color=INK)
        return figure
    epochs = [epoch for epoch in epochs if epoch.stop > x[0] and epoch.start <= x[-1]]
    n_pixels = int(size[0] * DPI * 0.88)  # the rest is for the axis on the left
    pixel = (x[-1] - x[0] + 1) / n_pixels
    y_best, y_mean = (np.where(np.isfinite(y), y, np.nan) for y in (y_best, y_mean))
    run = _FitnessCurves(x, y_best, y_mean, n_pixels)
    tints = _goal_tints(epochs)
    if len(epochs) > 1 and np.median([epoch.stop - epoch.start for epoch in epochs]) < NARROWEST_EPOCH * pixel:
        top, bottom = figure.subplots(2, 1, height_ratios=[3, 2])
        run.draw_crowded(top, epochs)
        last = epochs[-N_ZOOMED:]
        run.since(last[0].start).draw_shaded(bottom, last, tints)
        top.axvspan(min(last[0].start, x[-1] - 4 * pixel), x[-1] + 0.5, color="#D5D5D5", linewidth=0, zorder=0)
        top.set_xlabel("")
        bottom.set_title(f"last {len(last)} epochs (grey above)", fontsize=8, loc="left", color=INK, pad=3)
    else:
        top = figure.add_subplot()
        run.draw_shaded(top, epochs, tints)
    _mark_solved(top, solved or {}, size[0] * 72 * 0.88)
    _legend_below(figure, top, tints)
    return figure


def _goal_tints(epochs: Sequence[EpochSpan]) -> dict[str, str]:
    """Colour the goals in order of appearance; more goals than colours get two greys in turn."""
    goals = list(dict.fromkeys(epoch.goal for epoch in epochs))
    colours = GOAL_TINTS if len(goals) <= len(GOAL_TINTS) else ("#E4E4E4", "#F6F6F6")
    return {goal: colours[i % len(colours)] for i, goal in enumerate(goals)}


@dataclass(frozen=True)
class _FitnessCurves:
    x: Floats
    best: Floats
    mean: Floats
    n_pixels: int

    def since(self, start: float) -> _FitnessCurves:
        kept = self.x >= start
        return _FitnessCurves(self.x[kept], self.best[kept], self.mean[kept], self.n_pixels)

    def draw_shaded(self, ax: Axes, epochs: Sequence[EpochSpan], tints: Mapping[str, str]) -> None:
        """Goals as shades behind the curves, switches as lines between them."""
        across = ax.get_xaxis_transform()
        for tint in dict.fromkeys(tints.values()):
            bars = [(epoch.start - 0.5, epoch.stop - epoch.start) for epoch in epochs if tints[epoch.goal] == tint]
            ax.broken_barh(bars, (0, 1), transform=across, facecolor=tint, linewidth=0, zorder=0)
        switches = [epoch.start - 0.5 for epoch in epochs[1:]]
        ax.vlines(switches, 0, 1, transform=across, color="#999999", linewidth=0.6, zorder=1)
        self._curve(ax, self.x, self.best, BLUE, "best")
        self._curve(ax, self.x, self.mean, VERMILLION, "mean")
        self._dress(ax)

    def draw_crowded(self, ax: Axes, epochs: Sequence[EpochSpan]) -> None:
        """One value an epoch as a line; everything else within the bands behind."""
        starts = np.array([epoch.start for epoch in epochs])
        first, stop = np.searchsorted(self.x, starts), np.searchsorted(self.x, [epoch.stop for epoch in epochs])
        kept = stop > first
        first, stop = first[kept], stop[kept]
        before = stop[:-1] - 1  # nothing is switched after the last epoch
        sums = np.concatenate([[0.0], np.cumsum(np.nan_to_num(self.mean))])
        counts = np.concatenate([[0], np.cumsum(~np.isnan(self.mean))])
        average = (sums[stop] - sums[first]) / np.maximum(counts[stop] - counts[first], 1)
        # Columns narrower than an epoch would show its rise and fall as a comb.
        n_columns = min(self.n_pixels, len(first))
        _draw_band(ax, self.x, self.best, n_columns, BLUE)
        _draw_band(ax, self.x, self.mean, n_columns, VERMILLION)
        self._curve(ax, self.x[before], self.best[before], BLUE, "best just before each switch")
        self._curve(ax, (self.x[first] + self.x[stop - 1]) / 2, average, VERMILLION, "mean, averaged over each epoch")
        self._dress(ax)

    def _curve(self, ax: Axes, x: Floats, y: Floats, colour: str, label: str) -> None:
        if len(x) > 2 * self.n_pixels:
            _draw_band(ax, x, y, self.n_pixels, colour)
            x, y, _, _ = _per_column(x, y, self.n_pixels)
        marker = "o" if len(x) <= 30 else ""
        ax.plot(x, y, color=colour, linewidth=1.2, marker=marker, markersize=3, label=label, zorder=3)

    def _dress(self, ax: Axes) -> None:
        values = np.concatenate([self.best, self.mean])
        lowest = float(np.fmin.reduce(values, initial=0.9))
        highest = float(np.fmax.reduce(values, initial=1.0))
        room = 0.04 * (highest - lowest)
        ax.set_ylim(math.floor((lowest - room) * 20) / 20, highest + room)
        ax.set_xlim(self.x[0] - 0.5, self.x[-1] + 0.5)
        ax.xaxis.set_major_locator(MaxNLocator(8, integer=True, steps=[1, 2, 5, 10]))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        ax.tick_params(labelsize=8, color=INK, labelcolor=INK)
        ax.set_xlabel("generation", fontsize=9, color=INK)
        ax.set_ylabel("fitness", fontsize=9, color=INK)
        ax.spines[["top", "right"]].set_visible(False)


def _draw_band(ax: Axes, x: Floats, y: Floats, n_columns: int, colour: str) -> None:
    at, _, low, high = _per_column(x, y, n_columns)
    ax.fill_between(at, low, high, color=colour, linewidth=0, alpha=0.3, zorder=2)


def _per_column(x: Floats, y: Floats, n_columns: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Middle of `x` and average, lowest and highest of `y` in each of at most `n_columns` equal spans of `x`."""
    column = np.minimum((x - x[0]) / max(x[-1] - x[0], 1.0) * n_columns, n_columns - 1).astype(np.int64)
    starts = np.flatnonzero(np.diff(column, prepend=-1))
    middle = (x[starts] + x[np.append(starts[1:], len(x)) - 1]) / 2
    n_known = np.add.reduceat(~np.isnan(y), starts, dtype=np.int64)
    average = np.add.reduceat(np.nan_to_num(y), starts) / np.where(n_known, n_known, np.nan)
    return middle, average, np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)


def _mark_solved(ax: Axes, solved: Mapping[str, int], width: float) -> None:
    """Put a tick on the upper edge for each goal, its label in the lowest row where it hides no other."""
    ends: list[float] = []  # of the rows, as shares of the width
    first, last = ax.get_xlim()
    for rank, (goal, generation) in enumerate(sorted(solved.items(), key=lambda item: item[1])):
        text = f"{goal} solved at {generation:,}" if rank < N_SOLVED_LABELS else ""
        share = _text_width(text, 7) / width
        left = min(max((generation - first) / (last - first) - share / 2, 0.0), max(1.0 - share, 0.0))
        row = next((i for i, end in enumerate(ends) if end < left), len(ends)) if text else 0
        over = (0.0, 6.0 + 10.0 * row)
        where = ("data", "axes fraction")
        tick = {"arrowstyle": "-", "color": INK, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (generation, 0.98), over, xycoords=where, textcoords="offset points", arrowprops=tick)
        if text:
            ends[row : row + 1] = [left + share + 0.015]
            label = ax.annotate(text, (left, 1.0), over, xycoords="axes fraction", textcoords="offset points")
            label.set(fontsize=7, color=INK, parse_math=False, zorder=5)
            # A tick to a higher row passes behind.
            label.set_bbox({"facecolor": "white", "linewidth": 0, "pad": 0.5})


def _legend_below(figure: Figure, ax: Axes, tints: Mapping[str, str]) -> None:
    handles, labels = ax.get_legend_handles_labels()
    if any(collection.get_alpha() for collection in ax.collections):
        handles.append(Patch(facecolor="#777777", alpha=0.3))
        labels.append("lowest to highest")
    if len(tints) <= len(GOAL_TINTS):
        handles += [Patch(facecolor=tint, edgecolor="#999999", linewidth=0.4) for tint in tints.values()]
        labels += list(tints)
    else:
        labels += [f"{len(tints)} goals"]
        handles += [Patch(facecolor="#E4E4E4", edgecolor="#999999", linewidth=0.4)]
    font_size = 8 * min(max(figure.get_figwidth() / 8, 0.7), 1.0)
    widths = [_text_width(label, font_size) + 5 * font_size for label in labels]
    room = figure.get_figwidth() * 72
    n_columns = len(labels) if sum(widths) < room else max(1, int(room / max(widths)))
    figure.legend(
        handles, labels, loc="outside lower center", ncols=n_columns, frameon=False, fontsize=font_size, labelcolor=INK
    )


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

"""The page of a drawn circuit: where its boxes, ports and wires lie, in points."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from matplotlib.path import Path as Curve

from evomod.networks.network import Network
from evomod.report.circuit_layout import Lanes, Layout, Spot

Point = tuple[float, float]


class Page:
    """Layout in points: one unit of the axes is 1/72 inch, so that boxes and arrow heads keep their shape.

    Column `c` lies between `left[c]` and `right[c]`; `ports[e]` is the height at which edge `e` arrives; `scale` is 1
    on a roomy page and less on a tight one; `head` is the length of an arrow head.
    """

    margin = 5.0

    def __init__(
        self, network: Network, layout: Layout, width: float, height: float, *, with_legend: bool = False
    ) -> None:
        self.layout, self.lanes = layout, Lanes(network, layout)
        self.edges, self.roles = network.edges, network.roles
        box = self._place_columns(width)
        self.scale = float(np.clip(box / 45, 0.35, 1.0))
        self.head = 6.0 * self.scale
        self.legend_size = 5.0 + 3.0 * self.scale
        self._place_rows(height, box, 1.8 * self.legend_size * with_legend)
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

    def _place_rows(self, height: float, box: float, legend: float) -> None:
        self.lift = 0.25 if any(source == target for source, target in self.edges) else 0.0  # loops over the top boxes
        rows = max(self.layout.row.values(), default=0.0) + 1 + self.lift
        above, below = self.lanes.n_tracks[-1], self.lanes.n_tracks[1]
        room = height - legend - 2 * self.margin
        self.pitch = min(room / (rows + 0.22 * (above + below)), 2.2 * box)
        self.track_pitch = min(0.22 * self.pitch, 9.0)
        self.half_height = min(0.31 * self.pitch, 0.33 * box)
        spare = room - rows * self.pitch - (above + below) * self.track_pitch
        self.top = height - self.margin - spare / 2 - above * self.track_pitch
        self.bottom = self.top - rows * self.pitch

    def y(self, spot: Spot) -> float:
        """Height of a spot's middle."""
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

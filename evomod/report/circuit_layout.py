"""Where a drawn circuit puts things, in columns, rows and lanes: pure geometry, without units and without matplotlib.

A layered drawing after Sugiyama et al. 1981 (doi 10.1109/TSMC.1981.4308636).
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from evomod.networks.network import Network

Spot = tuple[int, int]  # (node, column): the node's box in its own column, its wire passing by in later columns
Span = tuple[int, int]  # first and last gap in which a feedback wire runs back


class Layout:
    """A layered drawing in columns and rows: which spots there are, in which order and at which height.

    A wire that skips columns passes through a spot of its own in each, so that no box is in its way. All wires of one
    source share these spots: it is one signal, and it branches where it is read.

    `column[i]` is that of node `i`; `columns[c]` lists the spots of column `c` downwards and `row[spot]` says how far
    down each is; `routes[e]` lists the spots of edge `e`, unless it is one of `feedback`; `gap_links[c]` holds the
    steps between columns `c` and `c + 1`, and `neighbours[spot]` the other ends of those at a spot. The first `n_fixed`
    columns are in the order of the network's nodes.
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
        # Inputs of a net are read in their order, as pixels are; those of a circuit go where wires cross least.
        self.n_fixed = int(bool(network.given_layers))
        self._order()
        self.row = self._rows()

    def is_box(self, spot: Spot) -> bool:
        """Tell a node's box from its wire passing by."""
        return self.column[spot[0]] == spot[1]

    def _order(self, n_sweeps: int = 12) -> None:
        """Barycentre sweeps, left to right and back, then swaps of neighbours while these save a crossing."""
        every_gap = range(self.n_columns - 1)
        best = [list(spots) for spots in self.columns]
        fewest = self._crossings(every_gap)
        for sweep in range(n_sweeps):
            step = 1 if sweep % 2 == 0 else -1
            for c in range(self.n_columns)[::step][1:]:
                if c < self.n_fixed:
                    continue
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
        for c, spots in enumerate(self.columns[self.n_fixed :], self.n_fixed):
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


def _nondecreasing(wanted: NDArray[np.float64], weights: Sequence[float]) -> NDArray[np.float64]:
    """Nearest non-decreasing values in weighted least squares: pool adjacent violators."""
    pools: list[tuple[float, float, int]] = []  # value, weight, how many
    for value, weight in zip(wanted.tolist(), weights, strict=True):
        pool = (value, weight, 1)
        while pools and pools[-1][0] > pool[0]:
            v, w, n = pools.pop()
            pool = ((v * w + pool[0] * pool[1]) / (w + pool[1]), w + pool[1], n + pool[2])
        pools.append(pool)
    return np.repeat([v for v, _, _ in pools], [n for _, _, n in pools])


class Lanes:
    """The ways of feedback wires: up in the gap after the source, back outside all boxes, down before the target.

    `side[e]` is -1 above and +1 below; `track[source, side]` counts outwards, and all feedback of one source on one
    side shares it; `n_tracks[side]` says how many there are; `in_gap[c]` lists what runs up and down right of column
    `c`: a source's way out as `(source, side)`, an edge's way in as `(edge,)`. Self-loops are not among them.
    """

    def __init__(self, network: Network, layout: Layout) -> None:
        self.side: dict[int, int] = {}
        self.track: dict[tuple[int, int], int] = {}
        middle = max(layout.row.values(), default=0.0) / 2
        gaps: dict[tuple[int, int], list[int]] = defaultdict(list)
        for e in layout.feedback:
            source, target = network.edges[e]
            if source == target:
                continue
            ends = [layout.row[i, layout.column[i]] for i in (source, target)]
            self.side[e] = -1 if sum(ends) / 2 <= middle + 1e-9 else 1
            gaps[source, self.side[e]] += [layout.column[target] - 1, layout.column[source]]
        taken: dict[int, list[list[Span]]] = {-1: [], 1: []}
        spans = {key: (min(ends), max(ends)) for key, ends in gaps.items()}
        for key, span in sorted(spans.items(), key=lambda item: (item[1][1] - item[1][0], item[0])):
            self.track[key] = _take_track(taken[key[1]], span)
        self.n_tracks = {side: len(tracks) for side, tracks in taken.items()}
        self.in_gap: dict[int, list[tuple[int, ...]]] = defaultdict(list)
        for key in sorted(self.track, key=lambda k: (self.track[k], k)):  # leaving on the left …
            self.in_gap[layout.column[key[0]]].append(key)
        for e in self.side:  # … and arriving on the right of what leaves
            self.in_gap[layout.column[network.edges[e][1]] - 1].append((e,))


def _take_track(tracks: list[list[Span]], span: Span) -> int:
    """Put a span on the innermost track where it meets no other."""
    for t, others in enumerate(tracks):
        if all(span[0] > last or first > span[1] for first, last in others):
            others.append(span)
            return t
    tracks.append([span])
    return len(tracks) - 1

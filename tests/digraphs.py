"""Directed graphs without self-loops that the tests of motifs and rewiring share."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from hypothesis import strategies as st

from evomod.networks.network import Network

# t = NAND(x, y), u = NAND(x, t), v = NAND(y, t), o = NAND(u, v), in this order after x and y.
XOR = ((0, 2), (1, 2), (0, 3), (2, 3), (1, 4), (2, 4), (3, 5), (4, 5))


def units(n: int, edges: Iterable[tuple[int, int]], **more) -> Network:
    names = tuple(f"n{i}" for i in range(n))
    return Network(names, ("unit",) * n, names, tuple((int(a), int(b)) for a, b in edges), **more)


def random_digraph(n: int, density: float, seed: int) -> Network:
    joined = np.random.default_rng(seed).random((n, n)) < density
    return units(n, np.argwhere(joined & ~np.eye(n, dtype=bool)))


@st.composite
def digraphs(draw: st.DrawFn, max_nodes: int = 8) -> Network:
    n = draw(st.integers(2, max_nodes))
    pairs = [(a, b) for a in range(n) for b in range(n) if a != b]
    return units(n, draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=3 * n, unique=True)))


def dense(edges: np.ndarray, n: int) -> np.ndarray:
    joined = np.zeros((n, n), int)
    np.add.at(joined, tuple(np.asarray(edges).T), 1)
    return joined

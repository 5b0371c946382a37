"""Modules by the leading eigenvector: a quick way to a partition of large modularity, which finds not always the best.

Newman 2006 (doi 10.1073/pnas.0601602103); for links with directions Leicht & Newman 2008
(doi 10.1103/PhysRevLett.100.118703), without moving single nodes afterwards.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def bisected(pairs: Array) -> Array:
    """Cut in two, again and again, by the signs of the leading eigenvector, as long as that gains anything.

    Parameters
    ----------
    pairs : number (n_nodes, n_nodes)
        What is gained by having two nodes in one module, as in `Gains`.

    Returns
    -------
    int64 (n_nodes,)
        The module of each node.
    """
    labels = np.zeros(len(pairs), np.int64)
    todo, n_modules = [np.arange(len(pairs))], 1
    while todo:
        module = todo.pop()
        inner = pairs[np.ix_(module, module)]
        # Of a module, a node's place on the diagonal says what it would lose by leaving all others.
        vector = np.linalg.eigh((inner - np.diag(inner.sum(axis=1))).astype(float))[1][:, -1]
        side = vector > 0
        if inner[side][:, ~side].sum() >= 0:  # nor does a cut gain anything that leaves one side empty
            continue
        labels[module[side]] = n_modules
        n_modules += 1
        todo += [module[side], module[~side]]
    return labels

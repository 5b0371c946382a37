"""Coalescence: how far back the lines of descent of those who live together meet.

Lines follow first parents, of whom everybody has one, as in a haploid population (Kingman 1982, doi
10.1016/0304-4149(82)90011-4). Two individuals meet where a line has two offspring, elites that stay where they are
included; the time is counted in generations from there to the generation in which the two live. In a population of N
without selection or elites, whose members draw their parents at random (Wright–Fisher), a pair needs N generations on
average, and everybody 2N (1 − 1/N), nearly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evomod.errors import InputError
from evomod.kernel import kernel
from evomod.lineage.births import Births
from evomod.lineage.individual import named
from evomod.lineage.soundness import whole
from evomod.problem import Problem

if TYPE_CHECKING:
    from evomod.lineage.reader import LineageReader

Array = npt.NDArray[Any]
DTYPE = np.dtype([("generation", "<i8"), ("mrca", "<i8"), ("mrca_place", "<i8"), ("t_mrca", "<f8"), ("t_pair", "<f8")])

# Rows of a genealogy, int64 (6, 3S): see `Genealogy`.
_PARENT, _N_CHILDREN, _SUM_CHILDREN, _BORN, _PLACE, _FREE = range(6)


def coalescence(log: LineageReader, problem: Problem, every: int = 1) -> Array:
    """When the lines of all who live met, for each generation of the log, or every so many.

    Returns
    -------
    structured array, one row a generation

        generation : 0, every, 2 · every, …
        mrca, mrca_place : generation and place of the most recent common ancestor of all; −1 while there is none
        t_mrca : generations since; NaN while there is none
        t_pair : mean over all pairs of generations since their lines met; NaN while there is a pair that never met

    Raises
    ------
    InputError
        If `every` is not a positive number, or the log has no generations yet.
    """
    named(log, (0, 0))
    if whole(every, "every so many generations") < 1:
        raise InputError(f"every so many generations: 1 or more [got {every}]")
    every = min(every, log.n_generations)  # as many as there are: generation 0 alone
    tree = Genealogy(log.layout.population)
    parts = [tree.row()]
    for window in Births(log, problem).onwards(1, log.n_generations):
        parts.append(tree.grow(window.first, every))
    return np.concatenate(parts)


def effective_size(times: Array) -> float:
    """Effective population size by coalescence: the mean time since two individuals' lines met, in generations.

    N_e is the size of the Wright–Fisher population in which pairs would take as long (coalescence effective size:
    Sjödin et al. 2005, doi 10.1534/genetics.104.026799). `effective_size` in `/generations` is the same of a single
    generation: (N − 1) / variance is one over the chance that two individuals have one parent. This one is smaller the
    more success is inherited.

    Parameters
    ----------
    times : rows of `coalescence`

    Returns
    -------
    mean of `t_pair` where it is known; NaN if that is nowhere
    """
    known = times["t_pair"][~np.isnan(times["t_pair"])]
    return float(known.mean()) if len(known) else float("nan")


class Genealogy:
    """The tree of all who live: of the past only those in whom lines of theirs part.

    Of the 3S nodes 0 … S − 1 and S … 2S − 1 are, in turn, those who live and those who come next. The others are the
    points where lines part, with two children or more, of which a tree with S leaves has less than S; the last is the
    root, which holds together what never met. A node that has lost all children but one is taken out: number and sum of
    the children, which are kept, tell which one is left.
    """

    def __init__(self, population: int) -> None:
        n = population
        self.generation = 0
        self.nodes = np.zeros((6, 3 * n), np.int64)
        self.nodes[_PARENT] = 3 * n - 1
        self.nodes[_N_CHILDREN, -1], self.nodes[_SUM_CHILDREN, -1] = n, n * (n - 1) // 2
        self.nodes[_FREE, : n - 1], self.nodes[_FREE, -1] = np.arange(2 * n, 3 * n - 1), n - 1  # a stack and its height

    def row(self) -> Array:
        """The one row of `DTYPE` of this generation."""
        row = np.zeros(1, DTYPE)
        _measure(self.nodes, self.generation, row)
        return row

    def grow(self, parents: Array, every: int = 1) -> Array:
        """Go on by n generations, whose parents are (n, S); the rows of those that are multiples of `every`."""
        first, last = self.generation // every + 1, (self.generation + len(parents)) // every
        rows = np.zeros(max(0, last - first + 1), DTYPE)
        _grow(parents, self.generation, every, self.nodes, rows)
        self.generation += len(parents)
        return rows


@kernel
def _grow(parents: Any, generation: int, every: int, nodes: Any, rows: Any) -> None:
    n = parents.shape[1]
    n_offspring, up = np.empty(n, np.int64), np.empty(n, np.int64)
    row = 0
    for k in range(parents.shape[0]):
        living, coming = (generation + k) % 2 * n, (generation + k + 1) % 2 * n
        n_offspring[:] = 0
        for i in range(n):
            n_offspring[parents[k, i]] += 1
        for p in range(n):
            if not n_offspring[p]:
                _remove(nodes, living + p)
        for p in range(n):
            if n_offspring[p]:
                up[p] = _handed_on(nodes, living + p, n_offspring[p] > 1, generation + k, p)
        for i in range(n):
            node = up[parents[k, i]]
            nodes[_PARENT, coming + i] = node
            nodes[_N_CHILDREN, node] += 1
            nodes[_SUM_CHILDREN, node] += coming + i
        if (generation + k + 1) % every == 0:
            _measure(nodes, generation + k + 1, rows[row : row + 1])
            row += 1


@kernel
def _remove(nodes: Any, leaf: int) -> None:
    """Take out who has no offspring, and the point where its line left another's, unless more lines part there."""
    node, root = nodes[_PARENT, leaf], nodes.shape[1] - 1
    nodes[_N_CHILDREN, node] -= 1
    nodes[_SUM_CHILDREN, node] -= leaf
    if node != root and nodes[_N_CHILDREN, node] == 1:
        child, above = nodes[_SUM_CHILDREN, node], nodes[_PARENT, node]
        nodes[_PARENT, child] = above
        nodes[_SUM_CHILDREN, above] += child - node
        nodes[_FREE, nodes[_FREE, root]] = node
        nodes[_FREE, root] += 1


@kernel
def _handed_on(nodes: Any, leaf: int, parts: bool, generation: int, place: int) -> Any:
    """The node to which the offspring of a leaf belong, in its stead: where lines part there, a new one."""
    above, root = nodes[_PARENT, leaf], nodes.shape[1] - 1
    nodes[_SUM_CHILDREN, above] -= leaf
    if not parts:
        nodes[_N_CHILDREN, above] -= 1
        return above
    nodes[_FREE, root] -= 1
    node = nodes[_FREE, nodes[_FREE, root]]
    nodes[_SUM_CHILDREN, above] += node
    nodes[_PARENT, node], nodes[_N_CHILDREN, node], nodes[_SUM_CHILDREN, node] = above, 0, 0
    nodes[_BORN, node], nodes[_PLACE, node] = generation, place
    return node


@kernel
def _measure(nodes: Any, generation: int, row: Any) -> None:
    """Fill a row of `DTYPE`, (1,)."""
    n, root = nodes.shape[1] // 3, nodes.shape[1] - 1
    row["generation"][0], row["mrca"][0], row["mrca_place"][0] = generation, -1, -1
    row["t_mrca"][0] = row["t_pair"][0] = np.nan
    if nodes[_N_CHILDREN, root] > 1:
        return
    oldest = nodes[_SUM_CHILDREN, root]
    if n == 1:  # a leaf
        row["mrca"][0], row["mrca_place"][0], row["t_mrca"][0] = generation, 0, 0.0
        return
    row["mrca"][0], row["mrca_place"][0] = nodes[_BORN, oldest], nodes[_PLACE, oldest]
    row["t_mrca"][0] = generation - nodes[_BORN, oldest]
    # From the leaves upwards, each node when all of its children have been seen.
    size, squares, to_come = np.zeros(root, np.int64), np.zeros(root, np.int64), nodes[_N_CHILDREN].copy()
    total, living = 0, generation % 2 * n
    for leaf in range(living, living + n):
        n_below, node = 1, nodes[_PARENT, leaf]
        while node != root:
            size[node] += n_below
            squares[node] += n_below * n_below
            to_come[node] -= 1
            if to_come[node]:
                break
            n_below = size[node]
            total += (n_below * n_below - squares[node]) // 2 * (generation - nodes[_BORN, node])
            node = nodes[_PARENT, node]
    row["t_pair"][0] = total / (n * (n - 1) / 2)

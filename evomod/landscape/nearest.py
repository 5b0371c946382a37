"""How far it is from a genome to the nearest solution of a goal, and whether fitness leads there.

A solution is chosen layer by layer: for each gate of the first layer what it is to compute, which costs as many
mutations as its nearest code that does; then the codes of the three gates above. First layers that no solution has are
left out, and what already costs too much is not looked at (branch and bound), so that the distance is exact.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from evomod.errors import InputError
from evomod.kernel import kernel, popcount
from evomod.landscape.model import Array, Unit, compute, gate, layer
from evomod.landscape.mutations import between, mutations
from evomod.landscape.solutions import Solutions


class Search(NamedTuple):
    """What looking for a solution needs.

    Attributes
    ----------
    firsts, jumps : as of `Solutions`
    functions : int64 (n_functions,)
        That the first layer can compute.
    tables : int64 (n_kinds,)
    to_function : int64 (n_codes, n_functions)
        Mutations from a code of a gate of the first layer to the nearest code of each function.
    second : int64 (n_codes, n_codes)
        Mutations between codes of a gate of the second layer.
    kinds : int64 (n, n)
        Likewise of the output gate.
    n_inputs, n_rows, target : int
    """

    firsts: Array
    jumps: Array
    functions: Array
    tables: Array
    to_function: Array
    second: Array
    kinds: Array
    n_inputs: int
    n_rows: int
    target: int


class Slopes(NamedTuple):
    """What the landscape looks like from n genomes.

    Attributes
    ----------
    benefit : float64 (n,)
        Share of rows that the genome gets right.
    distance : int64 (n,)
        Mutations to the nearest solution.
    gain : float64 (n,)
        The largest change of benefit that one mutation brings: 0 on a plateau, below 0 on a peak.
    toward, away : float64 (n,)
        Of the mutations that bring the largest change, how many end nearer to a solution, and how many farther from
        all: shares, 0 … 1.
    """

    benefit: Array
    distance: Array
    gain: Array
    toward: Array
    away: Array


def nearest(solutions: Solutions, genomes: Array, unit: Unit = "bit") -> npt.NDArray[np.int64]:
    """Mutations from each genome, uint8 (n, n_loci), to the nearest solution: int64 (n,), 0 for a solution.

    Raises
    ------
    InputError
        If there is no solution; or if a bit is to change where numbers of alleles are no powers of two.
    """
    genomes = _checked(solutions, genomes)
    found = np.empty(len(genomes), np.int64)
    _nearest(genomes, _search(solutions, unit), found)
    return found


def slopes(solutions: Solutions, genomes: Array, unit: Unit = "bit") -> Slopes:
    """Distance, largest gain and its direction from each genome, uint8 (n, n_loci), as along a line of descent.

    Genomes that occur again cost nothing. Raises as `nearest`.
    """
    model, genomes = solutions.model, _checked(solutions, genomes)
    places, back = np.unique(genomes, axis=0, return_inverse=True)
    distance, found = np.empty(len(places), np.int64), np.empty((len(places), 4))
    search = _search(solutions, unit)
    _nearest(places, search, distance)
    _slopes(places, distance, *mutations(model, unit), model.inputs, search, found)
    benefit, gain, toward, away = found[back.reshape(-1)].T
    return Slopes(benefit, distance[back.reshape(-1)], gain, toward, away)


def _checked(solutions: Solutions, genomes: Array) -> npt.NDArray[np.uint8]:
    alleles = solutions.model.alleles
    if not solutions.n:
        raise InputError(f"no genome computes {solutions.function:#x}, so that none is near")
    genomes = np.array(genomes, np.uint8)
    if genomes.ndim != 2 or genomes.shape[1] != len(alleles) or (genomes >= alleles).any():
        raise InputError(f"genomes of {len(alleles)} loci are wanted, a row for each, no allele beyond its locus")
    return genomes


def _search(solutions: Solutions, unit: Unit) -> Search:
    model = solutions.model
    kinds = between(model, unit)
    first, second = (_between_codes(kinds, n, len(model.gates)) for n in (model.n_inputs, model.n_first))
    to_function = np.stack([first[:, model.first_codes == f].min(axis=1) for f in model.first_functions], axis=1)
    chosen = (solutions.firsts, solutions.jumps, model.first_functions, model.tables)
    costs = (np.ascontiguousarray(to_function), second, kinds)
    return Search(*chosen, *costs, model.n_inputs, model.n_rows, solutions.function)


def _between_codes(between_alleles: Array, n_below: int, n_kinds: int) -> Array:
    """Mutations between all codes of a gate: int64 (n_codes, n_codes)."""
    a, b, kind = np.unravel_index(np.arange(n_below * n_below * n_kinds), (n_below, n_below, n_kinds))
    total: Array = np.sum([between_alleles[field[:, None], field] for field in (a, b, kind)], axis=0)
    return total


@kernel
def _nearest(genomes: Any, search: Any, found: Any) -> None:
    for i in range(genomes.shape[0]):
        found[i] = 0
        while not is_within(found[i], genomes[i], search):
            found[i] += 1


@kernel
def is_within(limit: int, genome: Any, search: Any) -> Any:
    """Is there a solution at most `limit` mutations away?

    A first layer in which the gates up to one cost too much is left out together with all that begin alike.
    """
    n_first, n_kinds = search.firsts.shape[1], search.tables.size
    below = np.empty(n_first, np.int64)
    first = 0
    while first < search.firsts.shape[0]:
        cost, k = 0, 0
        while k < n_first:
            cost += search.to_function[_code(genome, 3 * k, search.n_inputs, n_kinds), search.firsts[first, k]]
            if cost > limit:
                break
            k += 1
        if k < n_first:
            first = search.jumps[first, k]
            continue
        for k in range(n_first):
            below[k] = search.functions[search.firsts[first, k]]
        if _is_top_within(limit - cost, genome, below, search):
            return True
        first += 1
    return False


@kernel
def _is_top_within(limit: int, genome: Any, below: Any, search: Any) -> Any:
    """Can the three upper gates compute the target from this first layer, by at most `limit` mutations?"""
    n, n_kinds, at = below.size, search.tables.size, 3 * below.size
    left, right = _code(genome, at, n, n_kinds), _code(genome, at + 3, n, n_kinds)
    words = layer(below, search.tables, search.n_rows)
    for kind in range(n_kinds):
        table, rest = search.tables[kind], limit - search.kinds[genome[at + 6], kind]
        for a in range(words.size):
            if search.second[left, a] > rest:
                continue
            for b in range(words.size):
                cost = search.second[left, a] + search.second[right, b]
                if cost <= rest and gate(table, words[a], words[b], search.n_rows) == search.target:
                    return True
    return False


@kernel
def _code(genome: Any, at: int, n_below: int, n_kinds: int) -> Any:
    """The number of a gate, from its two sources and its kind."""
    return (np.int64(genome[at]) * n_below + genome[at + 1]) * n_kinds + genome[at + 2]


@kernel
def _slopes(genomes: Any, distance: Any, loci: Any, after: Any, inputs: Any, search: Any, found: Any) -> None:
    """Benefit, largest gain, and the shares of it that lead toward and away: float64 (n, 4)."""
    n_rows = search.n_rows
    room = np.empty(search.firsts.shape[1], np.int64)
    right = np.empty(loci.size, np.int64)
    for i in range(genomes.shape[0]):
        genome = genomes[i]
        own = _n_right(genome, inputs, search, room)
        for m in range(loci.size):
            old = genome[loci[m]]
            genome[loci[m]] = after[m, old]
            right[m] = _n_right(genome, inputs, search, room)
            genome[loci[m]] = old
        n, toward, away = 0, 0, 0
        for m in range(loci.size):
            if right[m] == right.max():
                old = genome[loci[m]]
                genome[loci[m]] = after[m, old]
                n += 1
                if distance[i] > 0 and is_within(distance[i] - 1, genome, search):
                    toward += 1
                elif not is_within(distance[i], genome, search):
                    away += 1
                genome[loci[m]] = old
        found[i, 0], found[i, 1] = own / n_rows, (right.max() - own) / n_rows
        found[i, 2], found[i, 3] = toward / n, away / n


@kernel
def _n_right(genome: Any, inputs: Any, search: Any, room: Any) -> Any:
    """In how many rows a genome is right."""
    wrong = compute(genome, inputs, search.tables, search.n_rows, room) ^ search.target
    return search.n_rows - np.int64(popcount(np.uint64(wrong)))

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
    _nearest_all(genomes, *_search_tables(solutions, unit), found)
    return found


def slopes(solutions: Solutions, genomes: Array, unit: Unit = "bit") -> Slopes:
    """Distance, largest gain and its direction from each genome, uint8 (n, n_loci), as along a line of descent.

    Raises as `nearest`.
    """
    model, genomes = solutions.model, _checked(solutions, genomes)
    places, back = np.unique(genomes, axis=0, return_inverse=True)
    distance, found = np.empty(len(places), np.int64), np.empty((len(places), 4))
    tables = _search_tables(solutions, unit)
    _nearest_all(places, *tables, distance)
    _slopes(places, distance, *mutations(model, unit), model.inputs, tables, found)
    benefit, gain, toward, away = found[back.reshape(-1)].T
    return Slopes(benefit, distance[back.reshape(-1)], gain, toward, away)


def _checked(solutions: Solutions, genomes: Array) -> npt.NDArray[np.uint8]:
    alleles = solutions.model.alleles
    if not solutions.n:
        raise InputError(f"no genome computes {solutions.function:#x}, so that none is near")
    genomes = np.array(genomes, np.uint8)
    if genomes.ndim != 2 or genomes.shape[1] != len(alleles) or (genomes >= alleles).any():
        raise InputError(f"genomes of {len(alleles)} loci, each below its number of alleles, are wanted, a row for each")
    return genomes


def _search_tables(solutions: Solutions, unit: Unit) -> tuple[Any, ...]:
    """What a search needs: first layers, and the mutations between codes of gates."""
    model = solutions.model
    steps = between(model, unit)
    first, second = (_between_codes(steps, n, len(model.gates)) for n in (model.n_inputs, model.n_first))
    # From a code of the first layer to the nearest one of each function.
    to_function = np.stack([first[:, model.first_codes == f].min(axis=1) for f in model.first_functions], axis=1)
    sizes = (model.n_inputs, model.n_rows, solutions.function)
    return (
        solutions.firsts,
        solutions.jumps,
        model.first_functions,
        model.tables,
        np.ascontiguousarray(to_function),
        second,
        steps,
        *sizes,
    )


def _between_codes(steps: Array, n_below: int, n_kinds: int) -> Array:
    """Mutations between all codes of a gate: int64 (n_codes, n_codes)."""
    a, b, kind = np.unravel_index(np.arange(n_below * n_below * n_kinds), (n_below, n_below, n_kinds))
    total: Array = sum(steps[field[:, None], field] for field in (a, b, kind))
    return total


@kernel
def _nearest_all(
    genomes: Any,
    firsts: Any,
    jumps: Any,
    functions: Any,
    tables: Any,
    to_function: Any,
    second: Any,
    steps: Any,
    n_inputs: int,
    n_rows: int,
    target: int,
    found: Any,
) -> None:
    for i in range(genomes.shape[0]):
        found[i] = 0
        while not is_within(
            found[i], genomes[i], firsts, jumps, functions, tables, to_function, second, steps, n_inputs, n_rows, target
        ):
            found[i] += 1


@kernel
def is_within(
    limit: int,
    genome: Any,
    firsts: Any,
    jumps: Any,
    functions: Any,
    tables: Any,
    to_function: Any,
    second: Any,
    steps: Any,
    n_inputs: int,
    n_rows: int,
    target: int,
) -> Any:
    """Is there a solution at most `limit` mutations away?

    A first layer in which the gates up to one cost too much is left out together with all that begin alike.
    """
    n_first, n_kinds = firsts.shape[1], tables.size
    below = np.empty(n_first, np.int64)
    first = 0
    while first < firsts.shape[0]:
        cost, k = 0, 0
        while k < n_first:
            code = (genome[3 * k] * n_inputs + genome[3 * k + 1]) * n_kinds + genome[3 * k + 2]
            cost += to_function[code, firsts[first, k]]
            if cost > limit:
                break
            k += 1
        if k < n_first:
            first = jumps[first, k]
            continue
        for k in range(n_first):
            below[k] = functions[firsts[first, k]]
        if _top_within(limit - cost, genome, below, tables, second, steps, n_rows, target):
            return True
        first += 1
    return False


@kernel
def _top_within(
    limit: int, genome: Any, below: Any, tables: Any, second: Any, steps: Any, n_rows: int, target: int
) -> Any:
    """Can the three upper gates compute the target from this first layer, by at most `limit` mutations?"""
    n, n_kinds, at = below.size, tables.size, 3 * below.size
    left = (genome[at] * n + genome[at + 1]) * n_kinds + genome[at + 2]
    right = (genome[at + 3] * n + genome[at + 4]) * n_kinds + genome[at + 5]
    words = layer(below, tables, n_rows)
    for kind in range(n_kinds):
        rest = limit - steps[genome[at + 6], kind]
        for a in range(words.size):
            if second[left, a] > rest:
                continue
            for b in range(words.size):
                if (
                    second[left, a] + second[right, b] <= rest
                    and gate(tables[kind], words[a], words[b], n_rows) == target
                ):
                    return True
    return False


@kernel
def _slopes(genomes: Any, distance: Any, loci: Any, after: Any, inputs: Any, search: Any, found: Any) -> None:
    """Benefit, largest gain, and the shares of it that lead toward and away: float64 (n, 4)."""
    firsts, jumps, functions, tables, to_function, second, steps, n_inputs, n_rows, target = search
    room = np.empty(firsts.shape[1], np.int64)
    right = np.empty(loci.size, np.int64)
    for i in range(genomes.shape[0]):
        genome = genomes[i]
        own = n_rows - np.int64(popcount(np.uint64(compute(genome, inputs, tables, n_rows, room) ^ target)))
        for m in range(loci.size):
            old = genome[loci[m]]
            genome[loci[m]] = after[m, old]
            right[m] = n_rows - np.int64(popcount(np.uint64(compute(genome, inputs, tables, n_rows, room) ^ target)))
            genome[loci[m]] = old
        n, toward, away = 0, 0, 0
        best = right.max()
        for m in range(loci.size):
            if right[m] < best:
                continue
            old = genome[loci[m]]
            genome[loci[m]] = after[m, old]
            n += 1
            nearer = distance[i] > 0 and is_within(distance[i] - 1, genome, *search)
            toward += nearer
            away += not nearer and not is_within(distance[i], genome, *search)
            genome[loci[m]] = old
        found[i, 0], found[i, 1] = own / n_rows, (best - own) / n_rows
        found[i, 2], found[i, 3] = toward / n, away / n

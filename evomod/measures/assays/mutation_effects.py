"""What rewiring does: wires within a module against wires between modules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from evomod.genotypes.circuit import CircuitEncoding
from evomod.measures.assays.founding import checked, under
from evomod.measures.base import Array, MeasureError
from evomod.measures.one_mutants import mutated_loci, one_mutants
from evomod.neighbourhood import assessed
from evomod.problem import Problem


@dataclass(frozen=True, eq=False)
class MutationEffects:
    """Benefit that single rewirings cost.

    Attributes
    ----------
    goal : str
    within, between : float64 (n_mutants,)
        The genome's benefit minus the mutant's, for each rewiring of a wire whose ends are in one module, and in two.
    """

    goal: str
    within: Array
    between: Array

    def as_row(self) -> dict[str, str | int | float]:
        """Numbers of mutants, medians and means; NaN where there is no such wire."""
        row: dict[str, str | int | float] = {"goal": self.goal}
        for name, effects in (("within", self.within), ("between", self.between)):
            row |= {
                f"n_{name}": len(effects),
                name: float(np.median(effects)) if len(effects) else float("nan"),
                f"{name}_mean": float(effects.mean()) if len(effects) else float("nan"),
            }
        return row


def mutation_effects(problem: Problem, genome: Array, goal: str, modules: Mapping[str, int]) -> MutationEffects:
    """Let each wire of the effective circuit begin at every other node, and see what it costs.

    Parameters
    ----------
    genome : uint8 (n_loci,)
        Of circuits.
    goal : str
        One of the problem's goals, asked in all its cases; not one that is drawn at random.
    modules : mapping of str to int
        The module of each node of the effective network, by name: used inputs, and gates as g0, g1, …

    Raises
    ------
    InputError
        If the goal or the genome does not fit the problem.
    MeasureError
        If the genome is of no circuit, the goal is drawn at random, or a node has no module.

    Notes
    -----
    A wire is within a module if its gate and its source, before the mutation, are in one. Wires to outputs are neither.
    A reading of "effects of mutations within and between modules" of Parter, Kashtan & Alon 2008, whose medians under
    varying goals are 0.14 and 0.01.
    """
    changed, name = under(problem.whole, goal)
    encoding = changed.encoding
    if not isinstance(encoding, CircuitEncoding):
        raise MeasureError("mutation_effects: is defined for genotype `circuit` only")
    if not changed.goals[name].is_task:
        raise MeasureError(f"mutation_effects: the goal {name!r} has no right answers that are always the same")
    genomes = checked(changed, np.asarray(genome)[None], "the genome")
    targets = changed.targets(name, 0, 0)
    whole = assessed(changed, genomes, name, targets)
    effects = [
        whole.hits[0] - assessed(changed, mutants, name, targets).hits for _, mutants in one_mutants(encoding, genomes)
    ]
    loss, locus = np.concatenate(effects) / changed.full_hits, mutated_loci(encoding)
    wires = _wires(changed, encoding, genomes[0], modules)
    by_kind = [np.isin(locus, [wire for wire, inside in wires.items() if inside == kind]) for kind in (True, False)]
    return MutationEffects(name, loss[by_kind[0]], loss[by_kind[1]])


def _wires(problem: Problem, encoding: CircuitEncoding, genome: Array, modules: Mapping[str, int]) -> dict[int, bool]:
    """The loci of wires between nodes of the effective circuit: are both ends in one module?"""
    n_inputs, stride = len(problem.inputs), encoding.shape[3]
    names = [*problem.inputs, *(f"g{g}" for g in range(encoding.n_parts))]
    wires = {}
    for gate in encoding.develop(genome).effective():
        for locus in (gate * stride, gate * stride + 1):
            ends = names[int(genome[locus])], names[n_inputs + gate]
            if missing := [end for end in ends if end not in modules]:
                raise MeasureError(f"mutation_effects: node {missing[0]!r} has no module; all of the network need one")
            wires[locus] = modules[ends[0]] == modules[ends[1]]
    return wires

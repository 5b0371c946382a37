"""Genetic triggers: loci whose allele tells which goal is in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evomod.errors import InputError
from evomod.measures.base import Array
from evomod.rng import ASSAY, permutation


@dataclass(frozen=True, eq=False)
class Triggers:
    """How much each locus tells about the goal.

    Attributes
    ----------
    n : int
        Genomes that were looked at.
    goal_entropy : float
        Bits; no locus can tell more.
    information : float64 (n_loci,)
        Mutual information of allele and goal, in bits, as counted: biased upwards.
    excess : float64 (n_loci,)
        The same minus its mean over permutations of the goals; 0 by chance.
    p : float64 (n_loci,)
        Share of permutations, the real order included, in which some locus tells as much: corrected for the number of
        loci.
    """

    n: int
    goal_entropy: float
    information: Array
    excess: Array
    p: Array

    def as_row(self, level: float = 0.05) -> dict[str, int | float]:
        """The locus that tells most, and how many are triggers at this level."""
        locus = int(self.information.argmax())
        return {
            "epoch_ends": self.n,
            "goal_entropy": self.goal_entropy,
            "locus": locus,
            "information": float(self.information[locus]),
            "excess": float(self.excess[locus]),
            "p": float(self.p[locus]),
            "triggers": int((self.p < level).sum()),
        }


def triggers(genomes: Array, goals: Sequence[str], seed: int, n_permutations: int = 999) -> Triggers:
    """Mutual information between the allele at each locus and the goal in force.

    Parameters
    ----------
    genomes : uint8 (n, n_loci)
        The best individual of each epoch's last generation, say.
    goals : sequence of str, length n
        The goal in force for each.
    seed : int
        Of the permutations.

    Raises
    ------
    InputError
        If lengths differ, or there are not two goals.

    Notes
    -----
    After Parter, Kashtan & Alon 2008. The null takes epoch ends to be exchangeable. Those of one run are not: an allele
    that drifts slowly tells less about goals that alternate than the permutations do, so that the test is careful
    there; under goals that stay for several epochs it is not.
    """
    genomes = np.asarray(genomes, np.uint8)
    if genomes.ndim != 2 or len(genomes) != len(goals):
        raise InputError(f"triggers: one goal for each genome is needed [got {len(goals)} and {genomes.shape}]")
    names, which = np.unique(np.array(goals, str), return_inverse=True)
    if len(names) < 2:
        raise InputError("triggers: goals must differ, or no allele can tell which one is in force")
    if n_permutations < 1:
        raise InputError(f"triggers: at least one permutation is needed [got {n_permutations}]")
    n, n_loci = genomes.shape
    alleles = (genomes[:, :, None] == np.arange(int(genomes.max()) + 1)).astype(float).reshape(n, -1)
    in_force = np.eye(len(names))[which]

    def information(order: Array) -> Array:
        joint = (alleles.T @ in_force[order]).reshape(n_loci, -1, len(names)) / n
        return _entropy(joint.sum(axis=2)) + _entropy(joint.sum(axis=1)) - _entropy(joint.reshape(n_loci, -1))

    found = information(np.arange(n))
    permuted = np.stack([information(permutation(n, seed, k, ASSAY)) for k in range(n_permutations)])
    as_much = (permuted.max(axis=1)[:, None] >= found - 1e-9).sum(axis=0)
    entropy = float(_entropy(in_force.mean(axis=0)[None])[0])
    return Triggers(n, entropy, found, found - permuted.mean(axis=0), (1 + as_much) / (1 + n_permutations))


def _entropy(shares: Array) -> Array:
    """In bits, of each row."""
    logs = np.log2(shares, out=np.zeros_like(shares), where=shares > 0)
    entropy: Array = -(shares * logs).sum(axis=1)
    return entropy

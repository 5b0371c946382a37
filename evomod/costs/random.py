"""A cost that means nothing: the control of every claim that a second objective makes modules by what it counts."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evomod.costs.base import Cost
from evomod.errors import InputError
from evomod.genotypes.base import Encoding
from evomod.kernel import kernel
from evomod.networks.network import Network
from evomod.population import Population
from evomod.rng import COST, draw4


class RandomCost(Cost):
    """A random amount from 0 to 1, another one for each phenotype and seed.

    Whoever is born with a change that is not silent draws afresh; unchanged copies and elites keep what they have, and
    so does the run that is resumed. It is drawn by the seed and by what stands in the loci of effective parts.
    """

    kind: Literal["random"] = "random"

    def count(self, encoding: Encoding, population: Population, counts: npt.NDArray[Any], seed: int) -> None:
        """Draw."""
        p = population
        _draw(p.genomes, encoding.part, p.effective, p.changed, seed, counts)

    def of_network(self, network: Network) -> float:
        """InputError: it belongs to a genome in a run."""
        raise InputError(f"{network.title}: a random cost is drawn for a genome in a run; a network alone has none")


@kernel
def _draw(genomes: Any, part: Any, effective: Any, who: Any, seed: Any, counts: Any) -> None:
    """A chain of Philox draws, each at the place named by the last and by four loci more; 32 bits are used."""
    for i in range(who.size):
        if not who[i]:
            continue
        gates = effective[i]
        state = draw4(seed, np.uint32(gates >> np.uint64(32)), np.uint32(gates & np.uint64(0xFFFFFFFF)), COST, 0)[0]
        word, filled = np.uint64(0), 0
        for j in range(part.size):
            if part[j] < 0 or gates >> np.uint64(part[j]) & np.uint64(1):
                word |= np.uint64(genomes[i, j]) << np.uint64(8 * filled)
            filled += 1
            if filled == 4 or j + 1 == part.size:
                state = draw4(seed, state, np.uint32(word), COST, 1 + j // 4)[0]
                word, filled = np.uint64(0), 0
        counts[i] = state / 4294967296.0

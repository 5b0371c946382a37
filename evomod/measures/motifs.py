"""Motifs: small subgraphs that a network has more often than others of the same degrees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from evomod.component import Int
from evomod.measures.base import Measure, Specimen
from evomod.networks.motifs import NAMED, classes, score
from evomod.networks.network import Network
from evomod.networks.rewiring import Null, rewired, simple_edges

Array = npt.NDArray[Any]


class Motifs(Measure):
    """Feed-forward loops (ffl), diamonds (bi-parallels), bifans, feedback loops: counts; Z against rewired networks."""

    kind: Literal["motifs"] = "motifs"
    sizes: Literal[3, 4, "both"] = Field("both", description="Subgraphs of 3 nodes, of 4, or both.")
    against: Null = Field(
        "degrees",
        description="What random networks keep: 'degrees' of every node; 'layers': also how many of its edges come "
        "from and go to each layer; 'acyclic': degrees, and that there is no cycle, where there is none.",
    )
    samples: Annotated[Int, Field(ge=2)] = Field(1000, description="Random networks for each network.")

    @property
    def motifs(self) -> dict[str, tuple[int, int]]:
        """Size and place in `classes(size).numbers` of each motif that has a name."""
        sizes = (3, 4) if self.sizes == "both" else (self.sizes,)
        return {
            name: (size, int(np.searchsorted(classes(size).numbers, number)))
            for size in sizes
            for name, number in NAMED[size].items()
        }

    @property
    def columns(self) -> tuple[str, ...]:
        """For each motif its Z-score, its count, and mean and standard deviation of the null."""
        return tuple(f"{name}{end}" for name in self.motifs for end in ("_z", "", "_mean", "_sd"))

    @property
    def needs_directions(self) -> bool:
        """Yes: they are what tells one motif from another."""
        return True

    def take(self, specimens: Sequence[Specimen]) -> Array:
        """A Z-score is NaN where the null does not vary, and everything where no two nodes are linked."""
        known: dict[tuple[Network, int], list[float]] = {}
        for specimen in specimens:
            if (specimen.network, specimen.seed) not in known:
                known[specimen.network, specimen.seed] = self._row(specimen.network, specimen.seed)
        rows = [known[specimen.network, specimen.seed] for specimen in specimens]
        return np.array(rows, float).reshape(-1, len(self.columns))

    def _row(self, network: Network, seed: int) -> list[float]:
        if not len(simple_edges(network)):
            return [np.nan] * len(self.columns)
        drawn = rewired(network, self.samples, self.against, seed)
        scores = {size: score(network, drawn, size) for size in {size for size, _ in self.motifs.values()}}
        rows = (scores[size][place] for size, place in self.motifs.values())
        return [float(value) for count, mean, sd, z, _ in rows for value in (z, count, mean, sd)]

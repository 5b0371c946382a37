"""Random weights: dense or sparse, large or small."""

from __future__ import annotations

from typing import Annotated, Literal, cast

from pydantic import Field

from evomod.component import Rate
from evomod.genotypes.base import Encoding
from evomod.genotypes.weighted_net import WeightedNetEncoding
from evomod.initial.base import Array, Founding, Source


class RandomWeights(Source):
    """Nets of normal weights, with more or fewer of the possible links; {kind: random} is share 1 and scale 1."""

    kind: Literal["weights"] = "weights"
    share: Rate = Field(1.0, description="Probability that a possible link is there: 1 is the densest start.")
    scale: Annotated[float, Field(gt=0, le=1e6)] = Field(
        1.0, description="Standard deviation of weights and biases, whose mean is 0."
    )

    def mistake(self, encoding: Encoding, inputs: tuple[str, ...]) -> tuple[str, str] | None:
        """Continuous weights."""
        if not isinstance(encoding, WeightedNetEncoding):
            return (
                "kind",
                "`weights` is for continuous weights: use {kind: random}, or the genotype weighted_net",
            )
        return None

    def draw(self, founding: Founding) -> Array:
        """Number by number."""
        encoding = cast(WeightedNetEncoding, founding.encoding)
        return encoding.draw_weights(founding.n, self.share, self.scale, founding.seed, founding.first)

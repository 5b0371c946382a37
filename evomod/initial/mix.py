"""Several origins in one population."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from evomod.component import AsTuple, OneOf
from evomod.genotypes.base import Encoding
from evomod.initial.base import Array, Founding, Initial, Source


class Part(BaseModel):
    """One origin and its share."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
    share: Annotated[float, Field(gt=0, le=1e6)] = Field(description="Share of the population, relative to the others.")
    initial: Annotated[Source, OneOf()] = Field(description="Its origin.")


class Mix(Initial):
    """Founders of several origins, in blocks of places by their shares (PKA08 mixes two half and half)."""

    kind: Literal["mix"] = "mix"
    of: Annotated[tuple[Part, ...], Field(min_length=1), AsTuple] = Field(
        description="Origins with shares: [{share: 1, initial: {kind: random}}, {share: 2, initial: {…}}]."
    )

    @property
    def files(self) -> tuple[Path, ...]:
        """Those of all parts."""
        return tuple(path for part in self.of for path in part.initial.files)

    def pinned(self, founding: Founding) -> Self:
        """Part by part."""
        parts = [part.model_copy(update={"initial": part.initial.pinned(founding)}) for part in self.of]
        return self.model_copy(update={"of": tuple(parts)})

    def mistake(self, encoding: Encoding, inputs: tuple[str, ...]) -> tuple[str, str] | None:
        """The first of its parts."""
        for k, part in enumerate(self.of):
            if found := part.initial.mistake(encoding, inputs):
                return f"of[{k}].initial.{found[0]}", found[1]
        return None

    def found(self, founding: Founding) -> Array:
        """Places are cut where the shares, added up, say."""
        shares = np.cumsum([part.share for part in self.of])
        ends = [int(founding.n * share / shares[-1] + 0.5) for share in shares.tolist()]
        starts = [0, *ends[:-1]]
        return np.concatenate(
            [p.initial.found(founding.part(a, b - a)) for p, a, b in zip(self.of, starts, ends, strict=True)]
        )

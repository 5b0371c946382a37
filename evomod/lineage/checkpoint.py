"""The checkpoint of a run: where `resume` begins. Replaced as a whole, so that there is always a good one."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.errors import LogError
from evomod.lineage.folder import replace_file

NAME = "checkpoint.npz"


@dataclass
class Checkpoint:
    """A generation that is safe in the log, and what is needed to go on from it.

    Attributes
    ----------
    generation : int
    genomes : uint8 (S, n_loci), by place
    state : JSON values of the runner (solved at, last champion, reason of the stop, …)
    recent : arrays of undecided births (`births: survivors`)
    """

    generation: int
    genomes: npt.NDArray[np.uint8]
    state: dict[str, Any]
    recent: dict[str, npt.NDArray[Any]] = field(default_factory=dict)

    def save(self, folder: Path) -> None:
        """Write beside, make durable, then replace."""
        text = np.frombuffer(json.dumps({"generation": self.generation, "state": self.state}).encode(), np.uint8)
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, meta=text, genomes=self.genomes, **self.recent)
        replace_file(folder / NAME, buffer.getvalue())

    @classmethod
    def load(cls, folder: Path) -> Checkpoint | None:
        """The checkpoint of a run folder; None if there is none yet."""
        path = folder / NAME
        if not path.exists():
            return None
        try:
            with np.load(path, allow_pickle=False) as arrays:
                meta = json.loads(arrays["meta"].tobytes())
                recent = {name: arrays[name] for name in arrays.files if name.startswith("recent_")}
                _check(meta)
                return cls(meta["generation"], arrays["genomes"], meta["state"], recent)
        # What zipfile and NumPy raise for a damaged file is not documented; each of these has been seen.
        except (OSError, EOFError, ValueError, LookupError, TypeError, RuntimeError, zipfile.BadZipFile) as error:
            raise LogError(
                f"{path}: cannot be read as a checkpoint ({error}); delete it to begin again from generation 0"
            ) from error


def _check(meta: dict[str, Any]) -> None:
    """ValueError, KeyError or TypeError if the runner's state is not what it writes."""
    state = meta["state"]
    genome, epoch = state["champion"]
    bytes.fromhex(genome)
    numbers = [meta["generation"], epoch, state["risen"], *state["solved"].values()]
    _ = dict(state["records"])
    if not all(type(number) is int for number in numbers) or not isinstance(state["seconds"], int | float):
        raise TypeError("its numbers are none")
    if state["stopped"] is not None:
        _ = state["stopped"]["reason"], state["stopped"]["finished"]

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
                return cls(meta["generation"], arrays["genomes"], meta["state"], recent)
        except (OSError, EOFError, ValueError, KeyError, TypeError, NotImplementedError, zipfile.BadZipFile) as error:
            raise LogError(
                f"{path}: cannot be read as a checkpoint ({error}); delete it to begin again from generation 0"
            ) from error

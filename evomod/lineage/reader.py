"""Reading a lineage log, finished, killed or still being written; several segments read as one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from evomod.errors import LogError
from evomod.lineage.checkpoint import Checkpoint
from evomod.lineage.schema import FORMAT, VERSION, Layout

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Segment:
    """One file, and the generations for which it is the one to ask: `first` … `stop` − 1."""

    path: Path
    file: h5py.File
    first: int
    stop: int


class LineageReader:
    """A consistent view of a run's log as it was when it was opened. Use as a context manager, or `close`.

    Attributes
    ----------
    folder : Path
    layout : Layout
    attributes : dict
        What the writer stored at the root: seed, resolved scenario and provenance as JSON.
    n_generations : int
        Generations 0 … n_generations − 1 are in the log.

    Raises
    ------
    LogError
        No log, not an HDF5 file, truncated, or of a newer format; names the file.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        paths = sorted(self.folder.glob("lineage.*.h5"))
        if not paths:
            raise LogError(f"{self.folder}: has no lineage log (lineage.0000.h5)")
        files: list[h5py.File] = []
        self.segments: list[Segment] = []
        try:
            for path in paths:
                files.append(_open(path))
            firsts = [int(file.attrs["first_generation"]) for file in files]
            self.attributes = {k: v.item() if isinstance(v, np.generic) else v for k, v in files[0].attrs.items()}
            self.layout = Layout.from_json(self.attributes["layout"])
            for k, (path, file) in enumerate(zip(paths, files, strict=True)):
                # What a later segment says holds: it began at the last checkpoint, this one may have got further.
                limit = min(firsts[k + 1 :], default=2**32)
                n = min(_n_valid(file, firsts[k]), max(0, limit - firsts[k]))
                self.segments.append(Segment(path, file, firsts[k], firsts[k] + n))
        except (KeyError, ValueError, TypeError, OSError, RuntimeError) as error:
            for file in files:
                file.close()
            raise LogError(f"{paths[len(files) - 1]}: is not a lineage log, or is damaged ({error})") from error

    def __enter__(self) -> LineageReader:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close all segments."""
        for segment in self.segments:
            segment.file.close()

    @property
    def n_generations(self) -> int:
        """How many generations the log has, generation 0 included."""
        return max((s.stop for s in self.segments if s.stop > s.first), default=0)

    def per_generation(self, name: str, start: int = 0, stop: int | None = None) -> Array:
        """Rows of a dataset with one row per generation (`generations`, `births/parents`, `timing/seconds`)."""
        stop = self.n_generations if stop is None else min(stop, self.n_generations)
        parts = []
        for segment in self.segments:
            low, high = max(start, segment.first), min(stop, segment.stop)
            if low < high:
                parts.append(self._dataset(segment, name)[low - segment.first : high - segment.first])
        return np.concatenate(parts) if parts else self._dataset(self.segments[0], name)[:0]

    def events(self, name: str) -> Array:
        """Rows of a table that names its generations (`champions`, `epoch_ends`, `births/survivors`)."""
        parts = []
        for segment in self.segments:
            rows = self._dataset(segment, name)[:]
            # Survivors are written when they have been decided, which may be a segment after they were born.
            decided = name == "births/survivors" or rows["generation"] >= segment.first
            parts.append(rows[decided & (rows["generation"] < segment.stop)])
        return np.concatenate(parts)

    @cached_property
    def generations(self) -> Array:
        """The table `/generations`."""
        return self.per_generation("generations")

    @cached_property
    def champions(self) -> Array:
        """The best individual of a generation, whenever it changed."""
        return self.events("champions")

    @cached_property
    def epoch_ends(self) -> Array:
        """The best individual of each epoch's last generation."""
        return self.events("epoch_ends")

    @cached_property
    def _snapshots(self) -> dict[int, tuple[Segment, int]]:
        found = {}
        for segment in self.segments:
            for row, generation in enumerate(self._dataset(segment, "snapshots/generation")[:].tolist()):
                if segment.first <= generation < segment.stop:
                    found[generation] = (segment, row)
        return found

    @property
    def snapshot_generations(self) -> list[int]:
        """Generations whose genomes are stored."""
        return sorted(self._snapshots)

    def snapshot(self, generation: int) -> Array:
        """All genomes of a generation that was stored: uint8 (S, n_loci), by place."""
        if generation not in self._snapshots:
            raise LogError(f"{self.folder}: has no snapshot of generation {generation}; see `snapshot_generations`")
        segment, row = self._snapshots[generation]
        genomes: Array = self._dataset(segment, "snapshots/genomes")[row]
        return genomes

    @cached_property
    def checkpoint(self) -> Checkpoint | None:
        """The checkpoint beside the log, if there is one."""
        return Checkpoint.load(self.folder)

    def _dataset(self, segment: Segment, name: str) -> h5py.Dataset:
        if name not in segment.file:
            raise LogError(
                f"{segment.path}: has no {name!r}; it was recorded with births: {self.layout.births} and has "
                f"{', '.join(_names(segment.file))}"
            )
        return segment.file[name]


def _open(path: Path) -> h5py.File:
    try:
        try:
            file = h5py.File(path, "r", swmr=True)
        except (OSError, ValueError):
            file = h5py.File(path, "r")
    except PermissionError as error:
        raise LogError(f"{path}: cannot be read: no permission") from error
    except OSError as error:
        raise LogError(
            f"{path}: cannot be opened as HDF5: it is truncated, damaged or something else ({error})"
        ) from error
    if file.attrs.get("format") != FORMAT:
        file.close()
        raise LogError(f"{path}: is an HDF5 file, but no lineage log of evomod")
    major, minor = (int(v) for v in file.attrs["version"])
    if major > VERSION[0]:
        file.close()
        raise LogError(
            f"{path}: is a lineage log of format {major}.{minor}; this evomod reads up to {VERSION[0]}.x: "
            f"install a newer one (pip install --upgrade evomod)"
        )
    return file


def _n_valid(file: h5py.File, first: int) -> int:
    """Rows that were completely written: a kill may leave room for more than came."""
    n = min(file["generations"].shape[0], file["timing/seconds"].shape[0])
    if "births/parents" in file:
        n = min(n, file["births/parents"].shape[0])
    generations = file["generations"]["generation"][:n]
    wrong = np.nonzero(generations != first + np.arange(n))[0]
    return int(wrong[0]) if len(wrong) else n


def _names(file: h5py.File) -> list[str]:
    names: list[str] = []
    file.visititems(lambda name, node: names.append(name) if isinstance(node, h5py.Dataset) else None)
    return names

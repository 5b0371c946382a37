"""Reading a lineage log, finished, killed or still being written; several segments read as one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import numpy.typing as npt

from evomod.errors import InputError, LogError
from evomod.lineage import soundness
from evomod.lineage.checkpoint import Checkpoint
from evomod.lineage.folder import segment_paths
from evomod.lineage.schema import Layout, decided_at
from evomod.lineage.segment import Segment, dataset_names, n_valid, open_segment, reading, recent_births
from evomod.problem import Problem

if TYPE_CHECKING:
    from evomod.lineage.ancestry import Parents
    from evomod.lineage.individual import Individual
    from evomod.lineage.line import Line
    from evomod.lineage.story import Story

Array = npt.NDArray[Any]


class LineageReader:
    """A consistent view of a run's log as it was when it was opened. Use as a context manager, or `close`.

    Attributes
    ----------
    folder : Path
    problem : Problem or None
        What was evolved, if it was given; replay needs it.
    layout : Layout
    attributes : dict
        What the writer stored at the root: seed, resolved scenario and provenance as JSON.
    n_generations : int
        Generations 0 … n_generations − 1 are in the log.

    Raises
    ------
    LogError
        No log, not an HDF5 file, truncated, damaged, of another run, or of a newer format; names the file.
    """

    def __init__(self, folder: Path, problem: Problem | None = None) -> None:
        self.folder, self.problem = Path(folder), problem
        paths = segment_paths(self.folder)
        if not paths:
            raise LogError(f"{self.folder}: has no lineage log (lineage.0000.h5)")
        files: list[h5py.File] = []
        self.segments: list[Segment] = []
        firsts: list[int] = []
        try:
            for path in paths:
                files.append(open_segment(path))
                with reading(path):
                    firsts.append(int(files[-1].attrs["first_generation"]))
            with reading(paths[0]):
                self.attributes = {k: v.item() if isinstance(v, np.generic) else v for k, v in files[0].attrs.items()}
                self.layout = Layout.from_json(self.attributes["layout"])
                int(self.attributes["seed"])
            for path, file in zip(paths, files, strict=True):
                if path != paths[0]:
                    soundness.check_same_run(path, file.attrs, paths[0], files[0].attrs)
                soundness.check_tables(path, file, self.layout)
            # Only what the checkpoint stands for is sure to be whole: the disk may have been full amid a block.
            safe = self.checkpoint.generation + 1 if not files[-1].attrs.get("finished") and self.checkpoint else 2**32
            for k, (path, file) in enumerate(zip(paths, files, strict=True)):
                # What a later segment says holds: it began at the last checkpoint, this one may have got further.
                limit = min([*firsts[k + 1 :], safe])
                with reading(path):
                    n = min(n_valid(file, firsts[k]), max(0, limit - firsts[k]))
                if n and firsts[k] > self.n_generations:
                    raise LogError(f"{path}: begins with generation {firsts[k]}, but the ones before are in no file")
                self.segments.append(Segment(path, file, firsts[k], firsts[k] + n))
        except LogError:
            for file in files:
                file.close()
            raise

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

    def stated(self, name: str) -> dict[str, Any]:
        """What the last segment says of itself: `scenario`, resolved and as long as planned, or `provenance`."""
        segment = self.segments[-1]
        with reading(segment.path):
            node = json.loads(segment.file.attrs[name])
            if not isinstance(node, dict):
                raise TypeError(f"its {name} is none")
            return node

    def per_generation(self, name: str, start: int = 0, stop: int | None = None) -> Array:
        """Rows of a dataset with one row per generation (`generations`, `births/parents`, `timing/seconds`)."""
        stop = self.n_generations if stop is None else min(stop, self.n_generations)
        parts = []
        for segment in self.segments:
            low, high = max(start, segment.first), min(stop, segment.stop)
            if low < high:
                parts.append(self._rows(segment, name, slice(low - segment.first, high - segment.first)))
        if not parts:
            return self._rows(self.segments[0], name, slice(0))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def events(self, name: str) -> Array:
        """Rows of a table that names its generations (`champions`, `epoch_ends`, `births/survivors`, `fronts`, …)."""
        parts = []
        for segment in self.segments:
            rows = self._rows(segment, name)
            soundness.check_order(segment.path, name, rows["generation"])
            # Survivors are written when they have been decided, which may be a segment after they were born.
            written = decided_at(rows["generation"]) if name == "births/survivors" else rows["generation"]
            last = segment is self.segments[-1] and segment.file.attrs.get("finished")
            if last and (written >= segment.stop).any():
                raise soundness.damaged(segment.path, f"{name} goes on after the last generation")
            parts.append(rows[(written >= segment.first) & (written < segment.stop)])
        found: Array = np.concatenate(parts)
        soundness.check_numbers(self.folder, name, found, self.layout)
        if self.problem is not None and "genome" in (found.dtype.names or ()):
            soundness.check_genomes(self.folder, name, found["genome"], self.problem.encoding.alleles)
        return found

    @cached_property
    def generations(self) -> Array:
        """The table `/generations`."""
        rows = self.per_generation("generations")
        soundness.check_numbers(self.folder, "generations", rows, self.layout)
        return rows

    @cached_property
    def champions(self) -> Array:
        """The best individual of a generation, whenever it changed."""
        rows = self.events("champions")
        if self.n_generations and not len(rows):
            raise soundness.damaged(self.folder, "it has no champions")
        return rows

    @cached_property
    def epoch_ends(self) -> Array:
        """The best individual of each epoch's last generation."""
        return self.events("epoch_ends")

    def measured(self, name: str) -> Array:
        """What a measure of the scenario found, a row each time; see `layout.measures`."""
        return self.events(f"measures/{name}")

    def fronts(self, generation: int | None = None) -> Array:
        """The first front, a row for each of its points, in a generation or in all of which it is stored."""
        from evomod.lineage.fronts import fronts

        return fronts(self, generation)

    @cached_property
    def _snapshots(self) -> dict[int, tuple[Segment, int]]:
        found = {}
        for segment in self.segments:
            for row, generation in enumerate(self._rows(segment, "snapshots/generation").tolist()):
                if segment.first <= generation < segment.stop:
                    found[generation] = (segment, row)
        if self.n_generations and 0 not in found:
            raise soundness.damaged(self.folder, "it has no genomes of generation 0")
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
        genomes = self._rows(segment, "snapshots/genomes", row)
        if self.problem is not None:
            name, alleles = f"the snapshot of generation {generation}", self.problem.encoding.alleles
            soundness.check_genomes(segment.path, name, genomes, alleles)
        return genomes

    @cached_property
    def survivors(self) -> Array:
        """Births that last (`births: survivors`), oldest first."""
        return self.events("births/survivors")

    @cached_property
    def undecided(self) -> dict[str, Array]:
        """Births too young to be decided (`births: survivors`), from the merged log or else the checkpoint."""
        path, file = self.segments[-1].path, self.segments[-1].file
        with reading(path):
            recent = recent_births(file)
        if not recent and self.checkpoint:
            recent = self.checkpoint.recent
        if recent:
            soundness.check_recent(self.folder, recent, self.layout, self.n_generations)
        return recent

    @cached_property
    def checkpoint(self) -> Checkpoint | None:
        """The checkpoint beside the log, if there is one."""
        return Checkpoint.load(self.folder)

    def population(self, generation: int) -> Array:
        """Genomes of everybody in a generation, uint8 (S, n_loci) by place, made again from the nearest snapshot."""
        from evomod.lineage.replay import genomes

        return genomes(self, self.evolved, generation)

    def line_of_descent(self, individual: Individual = "best", start: int = 0) -> Line:
        """First parents of an individual, 'best', 'last' or (generation, place), with their genomes."""
        from evomod.lineage.line import line_of_descent

        return line_of_descent(self, self.evolved, individual, start)

    def ancestors(self, generation: int, places: Iterable[int], at: int, parents: Parents = "first") -> Array:
        """Places, in generation `at`, of the ancestors of some individuals, by first or by all parents."""
        from evomod.lineage.ancestry import ancestors

        return ancestors(self, self.evolved, generation, places, at, parents)

    def descendants(self, generation: int, places: Iterable[int], at: int, parents: Parents = "first") -> Array:
        """Places, in generation `at`, of the descendants of some individuals, by first or by all parents."""
        from evomod.lineage.ancestry import descendants

        return descendants(self, self.evolved, generation, places, at, parents)

    def common_ancestor(
        self, generation: int, places: Iterable[int], parents: Parents = "first"
    ) -> tuple[int, int] | None:
        """Generation and place of the most recent common ancestor of some individuals; None if there is none."""
        from evomod.lineage.ancestry import common_ancestor

        return common_ancestor(self, self.evolved, generation, places, parents)

    def coalescence(self, every: int = 1) -> Array:
        """How long ago the lines of descent of all, and of pairs, met: a row for every so many generations."""
        from evomod.lineage.coalescence import coalescence

        return coalescence(self, self.evolved, every)

    def effective_size(self, every: int = 1) -> float:
        """Effective population size by coalescence, over every so many generations; `/generations` has the other."""
        from evomod.lineage.coalescence import effective_size

        return effective_size(self.coalescence(every))

    def fixed_mutations(self) -> Array:
        """Mutations that everybody alive at the end of the log inherits: when they arose, did what, and were fixed."""
        from evomod.lineage.fixation import fixed_mutations

        return fixed_mutations(self, self.evolved)

    def story(self, individual: Individual = "best", start: int = 0) -> Story:
        """What each mutation along the line of descent of an individual did to fitness, under every goal."""
        from evomod.lineage.story import tell

        return tell(self, self.evolved, individual, start)

    def frame(self, table: str | Array = "generations") -> Any:
        """A table, or rows of one, as a pandas.DataFrame: see `evomod.lineage.frames`."""
        from evomod.lineage.frames import frame

        return frame(self, table)

    @property
    def evolved(self) -> Problem:
        """What was evolved; InputError if the log was opened without it."""
        if self.problem is None:
            raise InputError(f"{self.folder}: was opened without what was evolved; open it with evomod.open_run")
        return self.problem

    def _rows(self, segment: Segment, name: str, which: slice | int = slice(None)) -> Array:
        with reading(segment.path):
            if name not in segment.file:
                raise LogError(
                    f"{segment.path}: has no {name!r}; it was recorded with births: {self.layout.births} and has "
                    f"{', '.join(dataset_names(segment.file))}"
                )
            rows: Array = segment.file[name][which]
            return rows

"""Writing the lineage log: HDF5 in SWMR mode, one segment per process start, a block at a time, by a second thread.

A killed run loses at most the block in flight: SWMR orders the writes so that the file opens at any moment (the
ordinary mode does not, once there are hundreds of blocks), and the checkpoint is replaced after the block is durable.
"""

from __future__ import annotations

import errno
import os
import queue
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from evomod.engine import Generation
from evomod.errors import LogError
from evomod.lineage.block import Block
from evomod.lineage.checkpoint import Checkpoint
from evomod.lineage.folder import cannot_write, segment_paths
from evomod.lineage.schema import BLOCK_SECONDS, DESCRIPTIONS, FORMAT, MEASURED, VERSION, Layout
from evomod.lineage.survivors import Survivors
from evomod.lineage.table import Table

Array = npt.NDArray[Any]
SPARE_BYTES = 4 << 20  # left free on the disk, so that the file can always be closed


class LineageWriter:
    """Appends generations to a new segment of a run's log.

    Parameters
    ----------
    folder : Path
    layout : Layout
    attributes : mapping of str
        Stored at the root: seed, resolved scenario, provenance.
    first_generation : int
        The first one that will be appended.
    recent : arrays of undecided births, from the checkpoint that is continued
    threaded : bool
        Sum up, compress and write in a second thread. Makes no difference to the bytes.

    Raises
    ------
    LogError
        From any method, also later than the call that caused it: names the file.
    """

    def __init__(
        self,
        folder: Path,
        layout: Layout,
        attributes: Mapping[str, str | int],
        first_generation: int = 0,
        recent: dict[str, Array] | None = None,
        threaded: bool = True,
    ) -> None:
        self.folder, self.layout = folder, layout
        numbers = [int(path.name.split(".")[1]) for path in segment_paths(folder)]
        self.path = folder / f"lineage.{max(numbers, default=-1) + 1:04d}.h5"
        starting = folder / "lineage.starting"
        self.survivors = Survivors(layout, first_generation) if layout.births == "survivors" else None
        if self.survivors and recent:
            self.survivors.restore(recent)
        try:
            # Only this range of formats is crash-safe and readable by HDF5 1.10.
            self.file = h5py.File(starting, "w", libver=("v110", "v110"))
            self.tables = create_tables(self.file, layout, {**attributes, "first_generation": first_generation})
            self.file.swmr_mode = True
            # Before this moment a kill would leave a file that cannot be opened.
            os.fsync(self.file.id.get_vfd_handle())
            starting.rename(self.path)
        except (OSError, RuntimeError) as error:
            raise self._error(error) from error
        self.block, self.spares = Block(layout), [Block(layout)] if threaded else []
        self.snapshots: list[tuple[int, Array]] = []
        self.failure: BaseException | None = None
        self.due = time.monotonic() + BLOCK_SECONDS
        self.jobs: queue.Queue[tuple[Any, ...] | None] = queue.Queue(maxsize=1)
        self.returned: queue.Queue[Block] = queue.Queue()
        self.thread = threading.Thread(target=self._serve, name="evomod-log", daemon=True) if threaded else None
        if self.thread:
            self.thread.start()

    def append(self, generation: Generation, goal: int, seconds: float) -> bool:
        """Copy a generation into the block; True if the block should now be committed."""
        population = generation.population
        self.block.append(generation, goal, seconds)
        if population.generation % self.layout.genomes_every == 0:
            self.snapshots.append((population.generation, population.genomes.copy()))
        return self.block.full or time.monotonic() >= self.due

    def commit(self, checkpoint: Checkpoint, events: Mapping[str, Array]) -> None:
        """Hand the block and its events over to be written, then the checkpoint that stands for its end.

        Events are rows by table: `champions`, `epoch_ends` and those of measures.
        """
        job = (self.block, events, self.snapshots, checkpoint)
        self.snapshots = []
        self.due = time.monotonic() + BLOCK_SECONDS
        if self.thread is None:
            self._write(*job)
            self.block.clear()
            return
        self._put(job)
        self.block = self.spares.pop() if self.spares else self.returned.get()

    def close(self) -> None:
        """Wait for what is under way, then close the file."""
        if self.thread:
            self._put(None)
            self.thread.join()
            if self.failure:
                raise self._error(self.failure)
        try:
            self.file.close()
        except (OSError, RuntimeError) as error:
            raise self._error(error) from error

    def abandon(self) -> None:
        """Close as well as can be, after a failure."""
        if self.thread and self.thread.is_alive():
            self._discard()
            self.jobs.put(None)
            self.thread.join()
        try:
            self.file.close()
        except (OSError, RuntimeError):
            # The disk is full, say. What was flushed stays readable; HDF5 must not try again at exit.
            self.file.id._close() if hasattr(self.file.id, "_close") else None

    def _put(self, job: tuple[Any, ...] | None) -> None:
        while True:
            if self.failure:
                raise self._error(self.failure)
            try:
                self.jobs.put(job, timeout=0.5)
                return
            except queue.Full:
                continue

    def _discard(self) -> None:
        while not self.jobs.empty():
            self.jobs.get_nowait()

    def _serve(self) -> None:
        while (job := self.jobs.get()) is not None:
            try:
                if self.failure is None:
                    self._write(*job)
            except BaseException as error:  # noqa: BLE001 - raised again in the thread that evolves
                self.failure = error
            job[0].clear()
            self.returned.put(job[0])

    def _write(
        self,
        block: Block,
        events: Mapping[str, Array],
        snapshots: list[tuple[int, Array]],
        checkpoint: Checkpoint,
    ) -> None:
        n, tables = block.n, self.tables
        free = os.statvfs(self.folder)
        need = 2 * block.parents.nbytes + sum(genomes.nbytes for _, genomes in snapshots)
        if free.f_bavail * free.f_frsize < SPARE_BYTES + need:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        tables["generations"].append(block.summary())
        tables["timing/seconds"].append(block.column(4).astype(np.float32))
        if "births/parents" in tables:
            tables["births/parents"].append(block.parents[:n])
        if "births/second_parents" in tables:
            tables["births/second_parents"].append(block.second_parents[:n])
        if self.survivors:
            births = self.survivors.add(block.parents, block.second_parents, block.column(3), block.column(0))
            tables["births/survivors"].append(births)
            checkpoint.recent = self.survivors.state
        for name, rows in events.items():
            tables[name].append(rows)
        for rows in block.fronts:
            tables["fronts"].append(rows)
        for generation, genomes in snapshots:
            tables["snapshots/generation"].append(np.array([generation], np.uint32))
            tables["snapshots/genomes"].append(genomes[None])
        for table in tables.values():
            table.flush()
        self.file.flush()
        os.fsync(self.file.id.get_vfd_handle())
        checkpoint.save(self.folder)

    def _error(self, error: BaseException) -> LogError:
        return error if isinstance(error, LogError) else cannot_write(self.path, error)


def create_tables(file: h5py.File, layout: Layout, attributes: Mapping[str, str | int]) -> dict[str, Table]:
    """All datasets of a segment, empty; nothing can be added to a file once it is in SWMR mode."""
    file.attrs["format"], file.attrs["version"] = FORMAT, np.array(VERSION, np.int64)
    file.attrs["layout"] = layout.to_json()
    for name, value in attributes.items():
        file.attrs[name] = value
    s, block = layout.population, layout.block
    tables = {
        "generations": Table(file, "generations", layout.generation_dtype, chunk=block),
        "champions": Table(file, "champions", layout.champion_dtype),
        "epoch_ends": Table(file, "epoch_ends", layout.champion_dtype),
        "snapshots/generation": Table(file, "snapshots/generation", np.uint32),
        "snapshots/genomes": Table(file, "snapshots/genomes", np.uint8, (s, layout.n_loci), chunk=1),
        "timing/seconds": Table(file, "timing/seconds", np.float32, chunk=block),
    }
    if layout.births == "all":
        tables["births/parents"] = Table(file, "births/parents", layout.place, (s,), chunk=block)
        if layout.sexual:
            tables["births/second_parents"] = Table(file, "births/second_parents", layout.place, (s,), chunk=block)
    elif layout.births == "survivors":
        tables["births/survivors"] = Table(file, "births/survivors", layout.birth_dtype)
    if layout.objectives:
        tables["fronts"] = Table(file, "fronts", layout.front_dtype)
    for name in layout.measures:
        tables[f"measures/{name}"] = Table(file, f"measures/{name}", layout.measure_dtype(name))
    for name, table in tables.items():
        table.dataset.attrs["description"] = DESCRIPTIONS.get(name, MEASURED)
    return tables

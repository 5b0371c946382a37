"""Turning the segments of a run into one plain HDF5 file that any tool opens."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from evomod.errors import LogError
from evomod.lineage.reader import LineageReader
from evomod.lineage.schema import DESCRIPTIONS
from evomod.lineage.writer import create_tables

_ATTRIBUTES_OF_THE_FORMAT = ("format", "version", "layout", "first_generation", "finished")


def finalize(folder: Path) -> Path:
    """Merge all segments into `lineage.0000.h5`; written aside, made durable, then replaced.

    Interrupted at any moment, the folder still holds the whole log: either the segments, or the merged file with
    segments that repeat part of it.
    """
    target, aside = folder / "lineage.0000.h5", folder / "lineage.merging"
    with LineageReader(folder) as reader:
        if len(reader.segments) == 1 and reader.segments[0].file.attrs.get("finished"):
            aside.unlink(missing_ok=True)
            return target
        segments = [segment.path for segment in reader.segments]
        attributes = {k: v for k, v in reader.attributes.items() if k not in _ATTRIBUTES_OF_THE_FORMAT}
        attributes["scenario"] = reader.segments[-1].file.attrs["scenario"]  # a resume may have made the run longer
        try:
            # The oldest format that can hold it: readable by every HDF5 since 1.8.
            with h5py.File(aside, "w", libver=("earliest", "v110")) as file:
                _copy(reader, file, {**attributes, "first_generation": 0, "finished": 1})
                file.flush()
                os.fsync(file.id.get_vfd_handle())
        except (OSError, RuntimeError) as error:
            _remove(aside)
            raise LogError(f"{aside}: cannot be written ({error}); the segments stand as they were") from error
        except BaseException:
            _remove(aside)
            raise
    aside.replace(target)
    for path in segments:
        if path != target:
            path.unlink()
    return target


def _remove(path: Path) -> None:
    with suppress(OSError):  # a folder of that name, say, which is not ours
        path.unlink(missing_ok=True)


def _copy(reader: LineageReader, file: h5py.File, attributes: dict[str, Any]) -> None:
    tables = create_tables(file, reader.layout, attributes)
    for name, table in tables.items():
        if name in ("champions", "epoch_ends", "births/survivors", "fronts") or name.startswith("measures/"):
            table.append(reader.events(name))
        elif name == "snapshots/generation":
            for generation in reader.snapshot_generations:
                tables["snapshots/genomes"].append(reader.snapshot(generation)[None])
                table.append(np.array([generation], np.uint32))
        elif name != "snapshots/genomes" and len(reader.segments) == 1:
            table.copy_from(reader.segments[0].file[name], reader.n_generations)
        elif name != "snapshots/genomes":
            chunk = len(table.tail)
            for start in range(0, reader.n_generations, chunk):
                table.append(reader.per_generation(name, start, start + chunk))
    if reader.layout.births == "survivors" and reader.checkpoint:
        for name, array in reader.checkpoint.recent.items():
            if name != "recent_first":
                options = {"compression": "gzip", "compression_opts": 1, "shuffle": True} if array.size else {}
                dataset = file.create_dataset(f"births/{name}", data=array, **options)
                dataset.attrs["description"] = DESCRIPTIONS["births/recent_parents"]
        file["births"].attrs["recent_first"] = int(reader.checkpoint.recent["recent_first"])
    for table in tables.values():
        table.flush()

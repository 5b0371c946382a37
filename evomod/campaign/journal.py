"""The journal of a campaign: a line of JSON for every run that was done, appended and never changed."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from evomod.lineage.folder import cannot_write

_KINDS: dict[str, Any] = {
    "run": int,
    "cell": int,
    "seed": int,
    "status": str,
    "attempts": int,
    "seconds": float | int,
    "host": str,
    "error": str,
    "results": dict,
    "epoch_ends": list,
}
SYNC = 1.0  # seconds between two fsyncs


class Place(NamedTuple):
    """Where the line of a run stands, and what became of the run."""

    path: Path
    offset: int
    finished: bool
    cell: int
    seconds: float


class Journal:
    """Appends lines to a file of its own. Use as a context manager; a line is safe against a kill once written.

    Raises
    ------
    LogError
        If the file cannot be written; names it.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.synced = path, time.monotonic()

    def __enter__(self) -> Journal:
        try:
            self.file = self.path.open("ab+")
            if self.file.tell():
                self.file.seek(-1, os.SEEK_END)
                if self.file.read() != b"\n":  # the last line was cut short by a kill
                    self.file.write(b"\n")
        except OSError as error:
            raise cannot_write(self.path, error) from error
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._write(b"", sync=kind is None)
        self.file.close()

    def append(self, line: dict[str, Any], *, sync: bool = False) -> Place:
        """Add a line; `sync` if a loss of power must not undo it."""
        offset = self.file.seek(0, os.SEEK_END)
        self._write(json.dumps(line, separators=(",", ":")).encode() + b"\n", sync)
        return place(self.path, offset, line)

    def _write(self, content: bytes, sync: bool) -> None:
        try:
            self.file.write(content)
            self.file.flush()
            if sync or time.monotonic() - self.synced > SYNC:
                os.fsync(self.file.fileno())
                self.synced = time.monotonic()
        except OSError as error:
            raise cannot_write(self.path, error) from error


def place(path: Path, offset: int, line: dict[str, Any]) -> Place:
    """Where a line stands, with what is asked most often."""
    return Place(path, offset, line["status"] == "finished", line["cell"], line["seconds"])


def places(folder: Path) -> dict[int, Place]:
    """The last line of each run, in all journals of a campaign; what a kill cut short is left out."""
    found: dict[int, Place] = {}
    for path in sorted(folder.glob("journal*.jsonl")):
        offset = 0
        with path.open("rb") as file:
            for text in file:
                if (line := _line(text)) is not None:
                    new = place(path, offset, line)
                    if new.finished or line["run"] not in found or not found[line["run"]].finished:
                        found[line["run"]] = new
                offset += len(text)
    return found


def lines(found: dict[int, Place]) -> Iterator[dict[str, Any]]:
    """The lines of runs, in the order of their numbers, read one by one."""
    files = {path: path.open("rb") for path in {place.path for place in found.values()}}
    try:
        for run in sorted(found):
            file = files[found[run].path]
            file.seek(found[run].offset)
            if (line := _line(file.readline())) is not None:
                yield line
    finally:
        for file in files.values():
            file.close()


def _line(text: bytes) -> dict[str, Any] | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None
    whole = isinstance(line, dict) and all(isinstance(line.get(key), kind) for key, kind in _KINDS.items())
    return line if whole else None

"""The run folder: one run, one writer, nothing overwritten."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evomod.errors import RunFolderError

LOCK = "run.lock"
EVENTS = "events.jsonl"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the run folder for writing. RunFolderError if another process does, naming host and process.

    An advisory lock of the kernel, which dies with the process; and, as such locks are unreliable on network file
    systems, the name of the holder in the file, which is believed when it is another host.
    """
    path = folder / LOCK
    me = {"host": socket.gethostname(), "pid": os.getpid()}
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise RunFolderError(
            f"{path}: cannot be written ({error.strerror}); choose another folder with --out"
        ) from error
    with os.fdopen(descriptor, "r+") as file:
        holder = _holder(file.read())
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise RunFolderError(_in_use(folder, holder)) from error
        if holder and holder.get("host") != me["host"]:
            raise RunFolderError(_in_use(folder, holder) + f". If it no longer runs there, delete {path}")
        file.seek(0)
        file.truncate()
        json.dump(me, file)
        file.flush()
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _holder(text: str) -> dict[str, Any]:
    try:
        holder = json.loads(text)
    except ValueError:
        return {}
    return holder if isinstance(holder, dict) else {}


def _in_use(folder: Path, holder: dict[str, Any]) -> str:
    who = f"process {holder['pid']} on {holder['host']}" if holder.keys() >= {"pid", "host"} else "another process"
    return f"{folder}: is in use by {who}; two runs never write to one folder"


def log_event(folder: Path, event: str, **details: Any) -> None:
    """Append a line to `events.jsonl`: what happened, when (UTC), and details."""
    line = json.dumps({"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **details})
    with (folder / EVENTS).open("a") as file:
        file.write(line + "\n")


def read_events(folder: Path) -> list[dict[str, Any]]:
    """All events so far; a line cut short by a kill is left out."""
    path = folder / EVENTS
    events = []
    for line in path.read_text().splitlines() if path.exists() else ():
        if event := _holder(line):
            events.append(event)
    return events


def set_aside(folder: Path) -> Path:
    """Rename a folder out of the way; nothing is ever deleted."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    aside, k = folder.with_name(f"{folder.name}.aside-{stamp}"), 1
    while aside.exists():
        k += 1
        aside = folder.with_name(f"{folder.name}.aside-{stamp}-{k}")
    return folder.rename(aside)

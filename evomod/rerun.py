"""Making a run again from its own folder, and comparing the bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from evomod import runner
from evomod.errors import InputError, LogError, RunFolderError, StoppedError
from evomod.lineage.comparison import Comparison, compare
from evomod.lineage.reader import LineageReader
from evomod.recording import Progress
from evomod.scenario import Scenario, Stop


def rerun(
    folder: Path | str,
    out: Path | str | None = None,
    generations: int | None = None,
    *,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Comparison:
    """Make a run again from its resolved scenario and seed, and compare the two logs.

    Parameters
    ----------
    folder : Path
        A run: finished, stopped, killed, resumed or going on. It is only read.
    out : Path, optional
        A new folder, in which the second run stays; by default a temporary one, which is deleted.
    generations : int, optional
        How far to go; by default as far as the log goes, which is also the most.
    on_progress : called with a `Progress` after each block

    Raises
    ------
    InputError
        The log does not reach so many generations; the folder is no run folder, or `out` is not empty.
    LogError
        There is no log, it cannot be read, or has nothing in it yet.
    StoppedError
        A signal came first.
    """
    folder = Path(folder)
    scenario = runner.open_scenario(folder)
    with ExitStack() as stack:
        log = stack.enter_context(LineageReader(folder))
        length = _length(log, generations)
        if out is None:
            out = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="evomod-rerun-"))) / "run"
        out = Path(out)
        if out.resolve().is_relative_to(folder.resolve()):
            raise RunFolderError(f"{out}: lies within the run, which is only read; choose another folder with --out")
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise RunFolderError(f"{out}: is not empty; a rerun needs a folder of its own, choose another with --out")
        _make_again(log, scenario, length, out, on_progress)
        return compare(log, stack.enter_context(LineageReader(out)))


def _length(log: LineageReader, generations: int | None) -> int:
    if not log.n_generations:
        raise LogError(f"{log.folder}: the log has no complete block yet; there is nothing to compare")
    last = log.n_generations - 1
    if generations is not None and generations > last:
        raise InputError(f"{log.folder}: the log ends at generation {last}; --generations can be at most that")
    return last if generations is None else generations


def _make_again(
    log: LineageReader, scenario: Scenario, length: int, out: Path, on_progress: Callable[[Progress], None]
) -> None:
    """Run anew, from generation 0 to `length`, whatever it was that stopped the first run."""
    # A run has at least one generation after the first; what is beyond the log is not compared.
    again = scenario.model_copy(update={"generations": max(1, length), "stop": Stop()})
    # What was read from elsewhere may be gone or changed; the log has it.
    founders = log.snapshot(0) if scenario.initial.files else None
    outcome = runner.run(again, out, founders=founders, on_progress=on_progress)
    if not outcome.finished:
        raise StoppedError(
            f"{log.folder}: stopped after making {outcome.generation:,} of {length:,} generations again; "
            "nothing was compared",
            outcome.signal,
        )

"""Runs and their folders: start one, go on with one, open one. Nothing is ever overwritten."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evomod.component import Component
from evomod.document import Document
from evomod.engines import ready
from evomod.errors import EvomodError, LogError, RunFolderError, ScenarioError
from evomod.lineage.checkpoint import Checkpoint
from evomod.lineage.finalize import finalize
from evomod.lineage.folder import LOCK, locked, replace_file, segment_paths, set_aside
from evomod.lineage.reader import LineageReader
from evomod.lineage.replay import genomes
from evomod.recording import Outcome, Progress, Recording
from evomod.scenario import Scenario, parse
from evomod.yaml_core import to_yaml

Array = npt.NDArray[np.uint8]
SCENARIO, RESOLVED = "scenario.yaml", "resolved.yaml"
CAN_CHANGE = ("generations", "stop", "record")  # while a run goes on, or when it is resumed


def default_folder(scenario: Scenario) -> Path:
    """`runs/<name>-<hash8>-s<seed>`."""
    return Path("runs") / f"{scenario.name}-{scenario.digest()}-s{scenario.seed}"


def run(
    scenario: Scenario,
    folder: Path | str | None = None,
    *,
    text: str | None = None,
    founders: Array | None = None,
    force: bool = False,
    on_progress: Callable[[Progress], None] = lambda _: None,
    threaded: bool = True,
    stopped: Callable[[], bool] | None = None,
) -> Outcome:
    """Run a scenario into a new folder.

    Parameters
    ----------
    scenario : Scenario
        Without a seed, one is drawn and recorded.
    folder : Path, optional
        `runs/<name>-<hash8>-s<seed>` by default.
    text : str, optional
        The scenario file as it was written, kept beside what it was read as.
    founders : uint8 (S, n_loci), optional
        Genomes of generation 0, by place, instead of those that the scenario says.
    force : bool
        Move a folder that is in the way aside.
    on_progress : called with a `Progress` after each block
    threaded : bool
        Write the log in a second thread; the bytes are the same.
    stopped : callable, optional
        Asked in each generation whether to stop there, resumable. By default, signals ask for that.

    Raises
    ------
    RunFolderError
        The folder is in use, holds something else, or an unfinished run; says the ways on.
    LogError
        The log cannot be written.
    """
    if scenario.seed is None:
        scenario = scenario.model_copy(update={"seed": secrets.randbits(32)})
    if founders is None:
        scenario = pinned(scenario)
    ready(scenario.problem)
    folder = Path(folder) if folder else default_folder(scenario)
    _make(folder)
    if force and any(folder.iterdir()):
        with locked(folder):  # refuses while somebody writes there
            pass
        set_aside(folder)
        _make(folder)
    with locked(folder):
        if done := _already(folder, scenario):
            return done
        resolved = to_yaml(scenario.resolved())
        replace_file(folder / SCENARIO, (text or resolved).encode())
        replace_file(folder / RESOLVED, resolved.encode())
        return Recording(scenario, folder, None, on_progress, threaded, _population, founders, stopped).go()


def pinned(scenario: Scenario) -> Scenario:
    """The same with the SHA-256 of founders that are read from the disk; EvomodError where they cannot be read."""
    if not scenario.initial.files:
        return scenario
    founding = scenario.problem.founding(scenario.seed or 0, read_run=_population)
    return scenario.model_copy(update={"initial": scenario.initial.pinned(founding)})


def resume(
    folder: Path | str,
    generations: int | None = None,
    *,
    on_progress: Callable[[Progress], None] = lambda _: None,
    threaded: bool = True,
    stopped: Callable[[], bool] | None = None,
) -> Outcome:
    """Go on with a run from its last checkpoint, as if it had never stopped; also to more generations than planned."""
    folder = Path(folder)
    scenario = open_scenario(folder)
    with locked(folder):
        checkpoint, planned = Checkpoint.load(folder), scenario.generations
        if generations is not None:
            node = Document.parse(to_yaml(scenario.resolved()), "resume").override(f"generations={generations}")
            scenario = parse(node)  # a length is checked wherever it is given
        if checkpoint and checkpoint.generation > scenario.generations:
            raise RunFolderError(
                f"{folder}: has reached generation {checkpoint.generation} already; "
                f"--generations must be larger than that [got {scenario.generations}]"
            )
        ended = bool(checkpoint and (checkpoint.state["stopped"] or {}).get("finished"))
        if generations is not None and generations < planned and not ended:
            raise RunFolderError(
                f"{folder}: is planned for {planned} generations, and not finished; "
                f"--generations can make it longer, not shorter [got {generations}]"
            )
        _check_log(folder, checkpoint)
        end = (checkpoint.state["stopped"] if checkpoint else None) or {}
        if checkpoint and end.get("finished"):
            if generations in (None, checkpoint.generation):
                return _repeated(folder, checkpoint)
            if checkpoint.generation < planned:  # one of these ended it, and more is asked for
                ended_by = {"when_solved": False, "evaluations": None, "stagnation": None}
                stop = scenario.stop.model_copy(update=ended_by)
                scenario = scenario.model_copy(update={"stop": stop})
        replace_file(folder / RESOLVED, to_yaml(scenario.resolved()).encode())
        return Recording(scenario, folder, checkpoint, on_progress, threaded, _population, None, stopped).go()


def complete(scenario: Scenario, folder: Path, stopped: Callable[[], bool]) -> Outcome:
    """Run a scenario with a seed into a folder, go on with what stands there of it, or find it finished.

    For one of many runs at once: without a second thread; `stopped` is asked in each generation, and signals are left
    to the caller. Raises as `run` does.
    """
    if (folder / RESOLVED).is_file() and open_scenario(folder).resolved() == pinned(scenario).resolved():
        return resume(folder, threaded=False, stopped=stopped)
    return run(scenario, folder, threaded=False, stopped=stopped)


def open_scenario(folder: Path) -> Scenario:
    """The resolved scenario of a run folder."""
    path = folder / RESOLVED
    if folder.is_file():
        raise RunFolderError(f"{folder}: is a file; give the run's folder, {folder.parent}")
    if not path.is_file():
        campaign = (folder / "plan.json").is_file()
        hint = "; this is a campaign: python -m evomod campaign status looks at it" if campaign else ""
        raise RunFolderError(f"{folder}: is not a run folder: it has no {RESOLVED}{hint}")
    return parse(Document.read(path))


def _population(folder: Path, generation: int | None, best: bool) -> tuple[int, Array]:
    """A generation of a run, the last if None, and its genomes, or that of its best individual: uint8 (n, n_loci)."""
    with open_run(folder) as log:
        assert log.problem is not None  # noqa: S101 - `open_run` gives it
        number = log.n_generations - 1 if generation is None else generation
        everybody = genomes(log, log.problem, number)
        return number, everybody[[log.generations["best"][number]]] if best else everybody


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunFolderError(
            f"{folder}: cannot be made ({error.strerror}); choose another folder with --out"
        ) from error


def _already(folder: Path, scenario: Scenario) -> Outcome | None:
    """What stands in the folder: nothing (None), the same run finished, or an error that names the ways on."""
    if not (folder / RESOLVED).exists():
        # A run that died before it began may have left these.
        early = {LOCK, SCENARIO, f"{SCENARIO}.new", f"{RESOLVED}.new"}
        if others := [path.name for path in folder.iterdir() if path.name not in early]:
            raise RunFolderError(
                f"{folder}: is not empty and holds no run ({others[0]} is there); choose another folder with --out"
            )
        return None
    old, checkpoint = open_scenario(folder), Checkpoint.load(folder)
    ways = "; or begin again with --force, which moves the old folder aside"
    differences = [key for key, value in scenario.resolved().items() if old.resolved()[key] != value]
    if differences == ["generations"]:
        longer = scenario.generations > old.generations
        on = (
            f"Go on with: python -m evomod resume {folder} --generations {scenario.generations}"
            if longer
            else ("A shorter one needs a folder of its own: --out")
        )
        raise RunFolderError(f"{folder}: holds this run with generations: {old.generations}. {on}{ways}")
    if differences:
        raise RunFolderError(
            f"{folder}: holds another run (they differ in {', '.join(differences)}). "
            f"Choose another folder with --out{ways}"
        )
    stopped = (checkpoint.state["stopped"] if checkpoint else None) or {}
    if checkpoint and stopped.get("finished"):
        return _repeated(folder, checkpoint)
    at = f"stopped at generation {checkpoint.generation}" if checkpoint else "stopped before its first block"
    raise RunFolderError(
        f"{folder}: holds this run, unfinished ({at}). Go on with: python -m evomod resume {folder}{ways}"
    )


def _check_log(folder: Path, checkpoint: Checkpoint | None) -> None:
    """That a log cannot be continued is better said now than after the run."""
    if checkpoint or segment_paths(folder):
        with LineageReader(folder) as log:
            if checkpoint and log.n_generations <= checkpoint.generation:
                raise LogError(
                    f"{folder}: the log ends at generation {log.n_generations - 1}, before the checkpoint of "
                    f"generation {checkpoint.generation}; a part of it was lost"
                )


def _repeated(folder: Path, checkpoint: Checkpoint) -> Outcome:
    """A run that was finished before. If it died while its log was being merged, that is made good."""
    finalize(folder)
    reason = checkpoint.state["stopped"]["reason"]
    return Outcome(folder, checkpoint.generation, reason, finished=True, repeated=True)


def open_run(folder: Path | str, components: Iterable[type[Component]] = ()) -> LineageReader:
    """The log of a run, finished or not, and its problem.

    Parameters
    ----------
    folder : path
        The run folder.
    components : classes, optional
        The user's own goals, costs and so on that the scenario names. Defining them is enough; naming them here says
        that they are needed, and keeps them imported.

    Raises
    ------
    LogError
        If there is no log, or it cannot be read.
    RunFolderError
        If it is no run folder, or its scenario is not that of its log.
    ScenarioError
        If the scenario names a component that is not there.
    """
    del components  # a class is found once it exists
    folder = Path(folder)
    scenario = open_scenario(folder)
    log = LineageReader(folder, scenario.problem)
    try:
        _check_scenario(log, scenario)
    except EvomodError:
        log.close()
        raise
    return log


def _check_scenario(log: LineageReader, scenario: Scenario) -> None:
    """The log states what it was written for; of another run it would be read as nonsense."""
    theirs, ours = log.stated("scenario"), scenario.resolved()
    if theirs != ours:  # an older evomod may not have known all keys
        try:
            theirs = parse(Document.parse(to_yaml(theirs), "log")).resolved()
        except ScenarioError as error:
            raise LogError(f"{log.segments[-1].path}: states no scenario ({error.lines[0]})") from error
    if differences := [key for key, value in ours.items() if key not in CAN_CHANGE and theirs[key] != value]:
        raise RunFolderError(
            f"{log.folder}: {RESOLVED} is not the scenario of the log (lineage.*.h5), which states another "
            f"{', '.join(differences)}; one of them belongs to another run, put back its own"
        )

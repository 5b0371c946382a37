"""The one place that joins scenario, engine, log and progress: start a run, go on with one, know why it stopped."""

from __future__ import annotations

import json
import secrets
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import Any

from evomod.component import Component, foreign
from evomod.document import Document
from evomod.engine import Generation, Start, evolve
from evomod.errors import LogError, RunFolderError
from evomod.lineage.champions import Champions
from evomod.lineage.checkpoint import Checkpoint
from evomod.lineage.finalize import finalize
from evomod.lineage.folder import LOCK, locked, log_event, replace_file, segment_paths, set_aside
from evomod.lineage.provenance import provenance, resources
from evomod.lineage.reader import LineageReader
from evomod.lineage.schema import Layout
from evomod.lineage.writer import LineageWriter
from evomod.scenario import Scenario, parse, to_yaml

SCENARIO, RESOLVED, PROVENANCE = "scenario.yaml", "resolved.yaml", "provenance.json"


@dataclass
class Progress:
    """How far a run is: handed to whoever wants to show it, once a block."""

    generation: int
    generations: int
    best_fitness: float
    goal: str
    solved: dict[str, int]


@dataclass
class Outcome:
    """How a run ended.

    Attributes
    ----------
    folder : Path
    generation : int
        The last one.
    reason : str
        A phrase for people: why it stopped.
    finished : bool
        False if `resume` can go on.
    signal : int or None
        The signal that stopped it.
    repeated : bool
        True if nothing was run because the same run had been finished before.
    """

    folder: Path
    generation: int
    reason: str
    finished: bool
    signal: int | None = None
    repeated: bool = False


def default_folder(scenario: Scenario) -> Path:
    """`runs/<name>-<hash8>-s<seed>`."""
    return Path("runs") / f"{scenario.name}-{scenario.digest()}-s{scenario.seed}"


def run(
    scenario: Scenario,
    folder: Path | None = None,
    *,
    text: str | None = None,
    force: bool = False,
    on_progress: Callable[[Progress], None] = lambda _: None,
    threaded: bool = True,
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
    force : bool
        Move a folder that is in the way aside.
    on_progress : called with a `Progress` after each block
    threaded : bool
        Write the log in a second thread; the bytes are the same.

    Raises
    ------
    RunFolderError
        The folder is in use, holds something else, or an unfinished run; says the ways on.
    LogError
        The log cannot be written.
    """
    if scenario.seed is None:
        scenario = scenario.model_copy(update={"seed": secrets.randbits(32)})
    folder = folder or default_folder(scenario)
    _make(folder)
    if force and any(folder.iterdir()):
        with locked(folder):  # refuses while somebody writes there
            pass
        set_aside(folder)
        _make(folder)
    with locked(folder):
        if done := _already(folder, scenario):
            return done
        replace_file(folder / SCENARIO, (text or to_yaml(scenario.resolved())).encode())
        replace_file(folder / RESOLVED, to_yaml(scenario.resolved()).encode())
        return _Run(scenario, folder, None, on_progress, threaded).go()


def resume(
    folder: Path,
    generations: int | None = None,
    *,
    on_progress: Callable[[Progress], None] = lambda _: None,
    threaded: bool = True,
) -> Outcome:
    """Go on with a run from its last checkpoint, as if it had never stopped; also to more generations than planned."""
    scenario = open_scenario(folder)
    with locked(folder):
        checkpoint, planned = Checkpoint.load(folder), scenario.generations
        if generations is not None:
            scenario = scenario.model_copy(update={"generations": generations})
        if checkpoint and checkpoint.generation > scenario.generations:
            raise RunFolderError(
                f"{folder}: has reached generation {checkpoint.generation} already; "
                f"--generations must be larger than that [got {scenario.generations}]"
            )
        _check_log(folder, checkpoint)
        stopped = (checkpoint.state["stopped"] if checkpoint else None) or {}
        if checkpoint and stopped.get("finished"):
            if generations in (None, checkpoint.generation):
                return _repeated(folder, checkpoint)
            if checkpoint.generation < planned:  # it was the solution that ended it, and more is asked for
                stop = scenario.stop.model_copy(update={"when_solved": False})
                scenario = scenario.model_copy(update={"stop": stop})
        replace_file(folder / RESOLVED, to_yaml(scenario.resolved()).encode())
        return _Run(scenario, folder, checkpoint, on_progress, threaded).go()


def open_scenario(folder: Path) -> Scenario:
    """The resolved scenario of a run folder."""
    path = folder / RESOLVED
    if not path.is_file():
        raise RunFolderError(f"{folder}: is not a run folder: it has no {RESOLVED}")
    return parse(Document.read(path))


def layout_of(scenario: Scenario) -> Layout:
    """The shape of the log that a scenario makes."""
    problem = scenario.problem
    return Layout(
        population=problem.population,
        n_loci=problem.encoding.n_loci,
        max_hits=problem.encoding.max_hits,
        goals=tuple(problem.goals),
        scored=tuple(name for name, goal in problem.goals.items() if goal.named),
        named=problem.named_goals,
        costs=tuple(cost.kind for cost in problem.fitness.costs),
        sexual=problem.variation.sexual,
        births=scenario.record.births,
        genomes_every=scenario.record.genomes_every,
    )


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
    if differences and set(differences) <= {"generations"}:
        raise RunFolderError(
            f"{folder}: holds this run with generations: {old.generations}. Go on with: "
            f"python -m evomod resume {folder} --generations {scenario.generations}{ways}"
        )
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


@dataclass
class _Run:
    scenario: Scenario
    folder: Path
    checkpoint: Checkpoint | None
    on_progress: Callable[[Progress], None]
    threaded: bool
    solved: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    signal: int | None = None

    def go(self) -> Outcome:
        with self._signals():
            self._prepare()
            try:
                outcome = self._evolve()
                self.writer.close()
            except BaseException:
                self.writer.abandon()
                raise
            self._note_end(outcome)
            if outcome.finished:
                finalize(self.folder)
            return outcome

    def _prepare(self) -> None:
        scenario, checkpoint = self.scenario, self.checkpoint
        assert scenario.seed is not None  # noqa: S101 - `run` has drawn one
        self.seed, self.problem, self.started = scenario.seed, scenario.problem, time.monotonic()
        self.goals, self.named = list(scenario.goals), set(self.problem.named_goals)
        layout = layout_of(scenario)
        last = ("", -1)
        if checkpoint:
            self.solved, self.seconds = dict(checkpoint.state["solved"]), checkpoint.state["seconds"]
            last = tuple(checkpoint.state["champion"])
        self.champions = Champions(self.problem, scenario.seed, layout, last)
        self.provenance = provenance({"scenario": scenario.resolved(), "own_components": foreign(scenario)})
        for _ in islice(evolve(self.problem, scenario.seed), 3):
            pass  # compile, or load what was compiled, before the clock runs
        self._note_start()
        self.writer = LineageWriter(
            self.folder,
            layout,
            {
                "seed": scenario.seed,
                "scenario": json.dumps(scenario.resolved()),
                "provenance": json.dumps(self.provenance),
            },
            first_generation=checkpoint.generation + 1 if checkpoint else 0,
            recent=checkpoint.recent if checkpoint else None,
            threaded=self.threaded,
        )

    def _evolve(self) -> Outcome:
        start, done = None, -1
        if self.checkpoint:
            start = Start(self.checkpoint.generation, self.checkpoint.genomes)
            done = self.checkpoint.generation  # is in the log
        writer, champions, goal_index = self.writer, self.champions, {g: k for k, g in enumerate(self.goals)}
        clock = time.perf_counter()
        for generation in evolve(self.problem, self.seed, start):
            number, epoch = generation.population.generation, generation.epoch
            if number == done:
                if outcome := self._outcome(number):
                    self._commit(generation, outcome)
                    return outcome
                continue
            if epoch.goal in self.named and epoch.goal not in self.solved:
                self._look_for_solution(generation)
            if champions.changed(generation):
                writer.champions.append(champions.row(generation))
            if epoch.stop == number + 1:
                writer.epoch_ends.append(champions.row(generation))
            now = time.perf_counter()
            full = writer.append(generation, goal_index[epoch.goal], now - clock)
            clock = now
            outcome = self._outcome(number)
            if full or outcome:
                self._commit(generation, outcome)
            if outcome:
                return outcome
        raise AssertionError("the engine never ends by itself")

    def _look_for_solution(self, generation: Generation) -> None:
        if int(generation.population.hits.max()) == self.problem.encoding.max_hits:
            goal, number = generation.epoch.goal, generation.population.generation
            self.solved[goal] = number
            log_event(self.folder, "solved", goal=goal, generation=number)

    def _outcome(self, number: int) -> Outcome | None:
        scenario, stop = self.scenario, self.scenario.stop
        if stop.when_solved and self.named and len(self.solved) == len(self.named):
            last = max(self.solved.values())
            if number >= last + stop.extra_generations:
                extra = f" and {stop.extra_generations} generations have passed" if stop.extra_generations else ""
                return Outcome(self.folder, number, f"all goals were solved by generation {last}{extra}", True)
        if number >= scenario.generations:
            return Outcome(self.folder, number, f"generation {scenario.generations} was reached", True)
        if self.signal is not None:
            return Outcome(self.folder, number, f"asked to by {signal.Signals(self.signal).name}", False, self.signal)
        if stop.seconds is not None and time.monotonic() - self.started >= stop.seconds:
            return Outcome(self.folder, number, f"{stop.seconds:g} seconds of wall time were over", False)
        return None

    def _commit(self, generation: Generation, outcome: Outcome | None) -> None:
        number = generation.population.generation
        state: dict[str, Any] = {
            "solved": dict(self.solved),
            "champion": self.champions.last,
            "seconds": self.seconds + time.monotonic() - self.started,
            "stopped": {"reason": outcome.reason, "finished": outcome.finished} if outcome else None,
        }
        self.writer.commit(Checkpoint(number, generation.population.genomes.copy(), state))
        best = float(generation.ranking.values[0])
        self.on_progress(Progress(number, self.scenario.generations, best, generation.epoch.goal, dict(self.solved)))

    def _note_start(self) -> None:
        event = {"seed": self.scenario.seed, "generations": self.scenario.generations}
        if self.checkpoint:
            log_event(self.folder, "resume", generation=self.checkpoint.generation, **event)
        else:
            log_event(self.folder, "start", **event)
            replace_file(self.folder / PROVENANCE, json.dumps(self.provenance, indent=2).encode())

    def _note_end(self, outcome: Outcome) -> None:
        log_event(self.folder, "stop", generation=outcome.generation, reason=outcome.reason, finished=outcome.finished)
        self.provenance["resources"] = resources(self.started)
        replace_file(self.folder / PROVENANCE, json.dumps(self.provenance, indent=2).encode())

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """SIGTERM, SIGUSR1 and Ctrl-C ask for a stop at the next generation; a second one stops at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def ask(number: int, _frame: FrameType | None) -> None:
            if self.signal is not None:
                raise KeyboardInterrupt
            self.signal = number

        before = {s: signal.signal(s, ask) for s in (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                with suppress(TypeError):
                    signal.signal(number, handler)


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
    ScenarioError
        If the scenario names a component that is not there.
    """
    del components  # a class is found once it exists
    return LineageReader(Path(folder), open_scenario(Path(folder)).problem)

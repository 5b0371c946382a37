"""Evolving into a run folder: engine, log, progress and signals joined, until there is a reason to stop."""

from __future__ import annotations

import json
import math
import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from evomod.component import foreign
from evomod.engine import Generation, Start
from evomod.engines import evolve
from evomod.lineage.block import Block
from evomod.lineage.champions import Champions
from evomod.lineage.checkpoint import Checkpoint
from evomod.lineage.finalize import finalize
from evomod.lineage.folder import log_event, replace_file
from evomod.lineage.measurements import Measurements
from evomod.lineage.provenance import provenance, resources
from evomod.lineage.schema import Layout
from evomod.lineage.writer import LineageWriter
from evomod.measures.base import labelled
from evomod.scenario import Scenario
from evomod.signals import noted

PROVENANCE = "provenance.json"


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


def layout_of(scenario: Scenario) -> Layout:
    """The shape of the log that a scenario makes."""
    problem = scenario.problem
    return Layout(
        population=problem.population,
        n_loci=problem.encoding.n_loci,
        max_hits=problem.max_hits,
        goals=problem.goal_labels,
        scored=tuple(name for name, goal in problem.goals.items() if goal.named),
        named=problem.named_goals,
        costs=tuple(cost.kind for cost in problem.fitness.costs),
        sexual=problem.variation.sexual,
        births=scenario.record.births,
        genomes_every=scenario.record.genomes_every,
        neutral=tuple(name for name, goal in problem.goals.items() if not goal.selects),
        measures={name: list(measure.columns) for name, measure in labelled(scenario.measures).items()},
        success=problem.fitness.success,
        objectives=problem.objectives,
    )


@dataclass
class Recording:
    """One stretch of a run, from its start or a checkpoint to the next stop."""

    scenario: Scenario
    folder: Path
    checkpoint: Checkpoint | None
    on_progress: Callable[[Progress], None]
    threaded: bool
    read_run: Callable[[Path, int | None, bool], tuple[int, Any]]
    founders: Any = None
    stopped: Callable[[], bool] | None = None  # asked in each generation; if given, signals are left to the caller
    solved: dict[str, int] = field(default_factory=dict)
    records: dict[str, float] = field(default_factory=dict)  # best fitness so far under each goal
    risen: int = 0  # the generation in which one of them last rose
    seconds: float = 0.0
    signal: int | None = None

    def go(self) -> Outcome:
        """Evolve and log; finalise the log if the run is finished."""
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
        self.goals, self.named = list(self.problem.goal_labels), set(self.problem.named_goals)
        layout = layout_of(scenario)
        last = ("", -1)
        if checkpoint:
            self.solved, self.seconds = dict(checkpoint.state["solved"]), checkpoint.state["seconds"]
            last = tuple(checkpoint.state["champion"])
            self.records, self.risen = dict(checkpoint.state["records"]), checkpoint.state["risen"]
            self.start = Start(checkpoint.generation, checkpoint.genomes)
        else:
            founding = self.problem.founding(self.seed, read_run=self.read_run, stopped=lambda: self.signal)
            given = self.founders is not None
            self.start = Start(0, self.founders if given else self.problem.initial.found(founding))
        self.champions = Champions(self.problem, scenario.seed, layout, last)
        self.measurements = Measurements(self.problem, scenario.seed, layout, scenario.measures)
        self.provenance = provenance({"scenario": scenario.resolved(), "own_components": foreign(scenario)})
        self._warm_up(layout)
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

    def _warm_up(self, layout: Layout) -> None:
        """Compile, or load what was compiled, before the clock runs."""
        block, champions = Block(layout), Champions(self.problem, self.seed, layout)
        for generation in islice(evolve(self.problem, self.seed, self.start), min(3, layout.block)):
            champions.look_at(generation)
            block.append(generation, 0, 0.0)
        champions.take()
        block.summary()

    def _evolve(self) -> Outcome:
        done = self.checkpoint.generation if self.checkpoint else -1  # is in the log
        writer, champions, goal_index = self.writer, self.champions, {g: k for k, g in enumerate(self.goals)}
        clock = time.perf_counter()
        for generation in evolve(self.problem, self.seed, self.start):
            number, epoch = generation.population.generation, generation.epoch
            if number == done:
                if outcome := self._outcome(number):
                    self._commit(generation, outcome)
                    return outcome
                continue
            if len(self.solved) < len(self.named):
                self._look_for_solutions(generation)
            if self.scenario.stop.stagnation is not None:
                self._look_for_records(generation)
            champions.look_at(generation)
            self.measurements.look_at(generation)
            now = time.perf_counter()
            full = writer.append(generation, goal_index[epoch.goal], now - clock)
            clock = now
            outcome = self._outcome(number)
            if full or outcome:
                self._commit(generation, outcome)
            if outcome:
                return outcome
        raise AssertionError("the engine never ends by itself")

    def _look_for_solutions(self, generation: Generation) -> None:
        enough = self.problem.solved_hits
        for goal, hits in generation.hits.items():
            unsolved = goal in self.named and goal not in self.solved
            if unsolved and int(hits.max()) >= enough:
                self.solved[goal] = number = generation.population.generation
                log_event(self.folder, "solved", goal=goal, generation=number)

    def _look_for_records(self, generation: Generation) -> None:
        goal, best = generation.epoch.goal, float(generation.ranking.values[0])
        if best > self.records.get(goal, -math.inf):
            self.records[goal], self.risen = best, generation.population.generation

    def _outcome(self, number: int) -> Outcome | None:
        scenario, stop = self.scenario, self.scenario.stop
        if stop.when_solved and self.named and len(self.solved) == len(self.named):
            last = max(self.solved.values())
            if number >= last + stop.extra_generations:
                extra = f" and {stop.extra_generations} generations have passed" if stop.extra_generations else ""
                return Outcome(self.folder, number, f"all goals were solved by generation {last}{extra}", True)
        if number >= scenario.generations:
            return Outcome(self.folder, number, f"generation {scenario.generations} was reached", True)
        if stop.evaluations is not None and (scored := scenario.population * (number + 1)) >= stop.evaluations:
            return Outcome(self.folder, number, f"{scored:,} individuals have been scored", True)
        if stop.stagnation is not None and number - self.risen >= stop.stagnation:
            reason = f"no goal's best fitness has risen for {stop.stagnation} generations"
            return Outcome(self.folder, number, reason, True)
        if self.signal is not None:
            return Outcome(self.folder, number, f"asked to by {signal.Signals(self.signal).name}", False, self.signal)
        if self.stopped is not None and self.stopped():
            return Outcome(self.folder, number, "asked to by its campaign", False)
        if stop.seconds is not None and time.monotonic() - self.started >= stop.seconds:
            return Outcome(self.folder, number, f"{stop.seconds:g} seconds of wall time were over", False)
        return None

    def _commit(self, generation: Generation, outcome: Outcome | None) -> None:
        number = generation.population.generation
        state: dict[str, Any] = {
            "solved": dict(self.solved),
            "champion": self.champions.last,
            "records": dict(self.records),
            "risen": self.risen,
            "seconds": self.seconds + time.monotonic() - self.started,
            "stopped": {"reason": outcome.reason, "finished": outcome.finished} if outcome else None,
        }
        checkpoint = Checkpoint(number, generation.population.genomes.copy(), state)
        self.writer.commit(checkpoint, self.champions.take() | self.measurements.take())
        best = float(generation.ranking.values[0])
        self.on_progress(Progress(number, self.scenario.generations, best, generation.epoch.goal, dict(self.solved)))

    def _note_start(self) -> None:
        event = {"seed": self.scenario.seed, "generations": self.scenario.generations}
        if self.checkpoint:
            log_event(self.folder, "resume", generation=self.checkpoint.generation, **event)
            with suppress(OSError, ValueError):  # what made the first stretch stays, this one is added
                first = json.loads((self.folder / PROVENANCE).read_text())
                earlier = first.pop("resumed", [])
                self.provenance = first | {"resumed": [*earlier, self.provenance]}
        else:
            log_event(self.folder, "start", **event)
            replace_file(self.folder / PROVENANCE, json.dumps(self.provenance, indent=2).encode())

    def _note_end(self, outcome: Outcome) -> None:
        log_event(self.folder, "stop", generation=outcome.generation, reason=outcome.reason, finished=outcome.finished)
        stretch = self.provenance.get("resumed", [self.provenance])[-1]
        stretch["resources"] = resources(self.started)
        replace_file(self.folder / PROVENANCE, json.dumps(self.provenance, indent=2).encode())

    def _signals(self) -> AbstractContextManager[None]:
        return nullcontext() if self.stopped is not None else noted(self._ask)

    def _ask(self, number: int) -> None:
        self.signal = number

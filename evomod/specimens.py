"""What is to be measured, found in runs and files: specimens with names that people recognise."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evomod.errors import EvomodError, InputError
from evomod.lineage.reader import LineageReader
from evomod.lineage.replay import genomes
from evomod.measures.base import Specimen
from evomod.neighbourhood import assessed
from evomod.netlists import formats
from evomod.networks.files import READERS, read_network
from evomod.problem import Problem
from evomod.scenario import Scenario

Array = npt.NDArray[Any]


def epoch_ends(log: LineageReader, last: int | Literal["all"] = 1, perfect: bool = False) -> list[Specimen]:
    """The best individuals of the last epoch ends under each goal, so that goals are compared with themselves.

    Where no epoch has ended, as under a fixed goal, the last champion. `perfect`: the last ones that were.
    """
    rows = log.epoch_ends
    rows = rows[~np.isin(rows["goal"], [log.layout.goals.index(name) for name in log.layout.neutral])]
    if not len(rows):
        return champions(log, perfect)[-1:]
    rows = rows[rows["benefit"] >= log.layout.success] if perfect else rows
    if last != "all":
        kept = [np.flatnonzero(rows["goal"] == goal)[-last:] for goal in np.unique(rows["goal"])]
        rows = rows[np.sort(np.concatenate(kept))] if kept else rows
    return _champions(log, rows)


def champions(log: LineageReader, perfect: bool = False) -> list[Specimen]:
    """Every champion: the best individual whenever it, or the goal in force, changed; `perfect`: when it was."""
    rows = log.champions
    return _champions(log, rows[rows["benefit"] >= log.layout.success] if perfect else rows)


def population(log: LineageReader, generation: int | None = None) -> list[Specimen]:
    """Everybody of a generation, by place, made again from the log; the last one if None."""
    generation = log.n_generations - 1 if generation is None else generation
    problem = _problem(log)
    everybody = genomes(log, problem, generation)
    goal = log.layout.goals[int(log.generations["goal"][generation])]
    benefits = np.full(len(everybody), np.nan)
    if goal in problem.goals and problem.goals[goal].is_task:
        targets = problem.targets(goal, 0, int(log.attributes["seed"]))
        benefits = assessed(problem, everybody, goal, targets).hits / problem.full_hits
    return [
        _specimen(log, f"generation {generation}, place {place}", goal, genome, float(benefit))
        for place, (genome, benefit) in enumerate(zip(everybody, benefits, strict=True))
    ]


def best_of(log: LineageReader, generation: int) -> list[Specimen]:
    """The best individual of a generation, made again from the log."""
    everybody = population(log, generation)
    return [everybody[int(log.generations["best"][generation])]]


def of_file(path: Path, scenario: Scenario | None = None, goal: str = "") -> list[Specimen]:
    """The network of a file; of a netlist, with its scenario, the circuit that computes something.

    Raises
    ------
    EvomodError
        If the file is neither, or does not fit the scenario; names the file.
    """
    known = {one.suffix for one in formats.FORMATS.values()}
    if path.suffix.lower() not in known | set(READERS):
        possible = ", ".join(sorted(known | set(READERS)))
        raise InputError(f"{path}: is neither a run folder nor a file of a known suffix; known are {possible}")
    if path.suffix.lower() in known:
        try:
            circuit = formats.read_file(path)
        except EvomodError:
            if path.suffix.lower() not in READERS or not path.is_file():
                raise
        else:
            if scenario is None:
                return [Specimen(path.name, bare=circuit.network())]
            return [_placed(path, circuit, scenario, goal)]
    if scenario is not None:
        raise InputError(f"{path}: is a network and no circuit; leave --scenario out")
    return [Specimen(path.name, bare=read_network(path))]


def _placed(path: Path, circuit: Any, scenario: Scenario, goal: str) -> Specimen:
    problem = scenario.problem
    if goal and goal not in problem.goals:
        raise InputError(f"the scenario has no goal {goal!r}; goals are {', '.join(problem.goals)}")
    place = getattr(problem.encoding, "genome_of", None)
    if place is None:
        raise InputError(f"{path}: is a circuit, and the scenario evolves {problem.genotype.kind!r}")
    try:
        genome = place(circuit, problem.inputs)
    except EvomodError as error:
        raise InputError(f"{path}: {error}") from error
    return Specimen(path.name, problem=problem, genome=genome, goal=goal)


def _champions(log: LineageReader, rows: Iterable[Any]) -> list[Specimen]:
    found = []
    for row in rows:
        generation, goal = int(row["generation"]), log.layout.goals[int(row["goal"])]
        named = f"generation {generation}, {goal}"
        found.append(_specimen(log, named, goal, row["genome"], float(row["benefit"])))
    return found


def _specimen(log: LineageReader, name: str, goal: str, genome: Array, benefit: float) -> Specimen:
    seed = int(log.attributes["seed"])
    return Specimen(name, problem=_problem(log), genome=genome, goal=goal, benefit=benefit, seed=seed)


def _problem(log: LineageReader) -> Problem:
    if log.problem is None:
        raise InputError(f"{log.folder}: was opened without its problem; use evomod.open_run")
    return log.problem

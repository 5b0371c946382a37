"""What the runs of Kashtan & Alon 2005 came to: when they solved, how soon they recovered, whom they ended with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.campaign import Campaign
from evomod.genotypes.circuit_phenotype import CircuitPhenotype
from evomod.lineage.reader import LineageReader
from evomod.measures.base import Measure, Specimen
from evomod.measures.census import changed_connections
from evomod.problem import Problem
from evomod.statistics.survival import Survival, kaplan_meier

Array = npt.NDArray[Any]

LAST_EPOCHS = 20  # `decisions`: who is evolvable is decided by the last 20 epochs
LIMIT = 100_000  # generations
SOON = 5  # generations after a switch within which the evolvable ones are perfect again


@dataclass(frozen=True)
class End:
    """The best individual at the end of an epoch; of a goal that stays, the last champion.

    Attributes
    ----------
    goal : the goal in force
    benefit, gates, connections : of the individual
    perfect : does it answer everything right, or as much as the scenario calls success?
    specimen : what measures are taken of
    """

    goal: str
    generation: int
    benefit: float
    gates: int
    connections: int
    perfect: bool
    specimen: Specimen


@dataclass(frozen=True)
class Evolved:
    """One run.

    Attributes
    ----------
    condition, index : str, int
        Index counts the runs of the condition.
    solved : goal to generation, or None
    ends : the last 20 ends of epochs, or the last champion
    recoveries : of the last 20 epochs, generations from the switch until somebody was perfect; NaN if nobody was
    champions : every champion, with the generation from which on it was the best
    """

    condition: str
    index: int
    generations: int
    solved: dict[str, int | None]
    ends: tuple[End, ...]
    recoveries: Array
    champions: tuple[tuple[int, Specimen], ...]

    @property
    def time(self) -> float:
        """T: when all goals that count had been solved; NaN if they were not, or none counts."""
        times = list(self.solved.values())
        known = [time for time in times if time is not None]
        return float(max(known)) if times and len(known) == len(times) else np.nan

    @property
    def evolvable(self) -> bool:
        """Perfect again within 5 generations of the switch in at least 90 % of the last 20 epochs."""
        return len(self.recoveries) == LAST_EPOCHS and bool(np.mean(self.recoveries <= SOON) >= 0.9)


def read(campaign: Campaign, with_champions: Iterable[str] = ()) -> dict[str, list[Evolved]]:
    """All runs that are done, by condition (all levels, where there are several factors).

    Champions only of the conditions in `with_champions`, whose runs are looked at from beginning to end.
    """
    plan, n_cells = campaign.plan, len(campaign.plan.cells)
    problems = [cell.scenario.problem for cell in plan.cells]
    names = [", ".join(map(str, cell.levels.values())) for cell in plan.cells]
    found: dict[str, list[Evolved]] = {name: [] for name in names}
    wanted = set(with_champions)
    for index, place in sorted(campaign.places().items()):
        if not place.finished:
            continue
        condition = names[index % n_cells]
        with LineageReader(campaign.folder / plan[index].folder, problems[index % n_cells]) as log:
            one = _evolved(log, problems[index % n_cells], condition, index // n_cells, condition in wanted)
        found[condition].append(one)
    return found


def _evolved(log: LineageReader, problem: Problem, condition: str, index: int, with_champions: bool) -> Evolved:
    state = log.checkpoint.state if log.checkpoint else {}
    rows = log.epoch_ends[-LAST_EPOCHS:] if len(log.epoch_ends) else log.champions[-1:]
    return Evolved(
        condition,
        index,
        log.n_generations - 1,
        {name: state.get("solved", {}).get(name) for name in log.layout.named},
        tuple(_end(log, problem, row) for row in rows),
        _recoveries(log.generations, log.epoch_ends["generation"][-LAST_EPOCHS:]),
        tuple((int(row["generation"]), _end(log, problem, row).specimen) for row in log.champions)
        if with_champions
        else (),
    )


def _end(log: LineageReader, problem: Problem, row: Any) -> End:
    goal, generation = log.layout.goals[int(row["goal"])], int(row["generation"])
    seed = int(log.attributes["seed"])
    name = f"{log.folder.name}, generation {generation}"
    specimen = Specimen(name, problem=problem, genome=row["genome"], goal=goal, seed=seed)
    benefit, gates, connections = float(row["benefit"]), int(row["parts"]), int(row["connections"])
    return End(goal, generation, benefit, gates, connections, benefit >= log.layout.success, specimen)


def _recoveries(generations: Array, ends: Array) -> Array:
    """Generations from the start of each epoch, which ends with one of `ends`, until somebody was perfect."""
    found = np.full(len(ends), np.nan)
    for k, end in enumerate(ends):
        start = np.searchsorted(generations["epoch"], generations["epoch"][end])
        perfect = np.flatnonzero(generations["n_perfect"][start : end + 1])
        if len(perfect):
            found[k] = perfect[0]
    return found


def survivals(
    runs: Mapping[str, Sequence[Evolved]], names: Iterable[str] = ("MVG", "FG and", "FG or"), limit: int = LIMIT
) -> dict[str, Survival]:
    """When the goals were solved, by condition; runs that did not within the limit are censored."""
    found = {}
    for name in names:
        if group := runs.get(name):
            times = np.array([run.time for run in group])
            waited = np.array([min(run.generations, limit) for run in group])
            found[name] = kaplan_meier(np.where(times <= limit, times, waited), times <= limit)
    return found


class Circuits:
    """The ends of many runs with what measures say of them: the values from which all means over runs are taken."""

    def __init__(self, runs: Iterable[Evolved], measures: dict[str, Measure]) -> None:
        self.pairs = [(run, end) for run in runs for end in run.ends]
        specimens = [end.specimen for _, end in self.pairs]
        self.values: dict[str, Array] = {}
        for name, measure in measures.items():
            taken = measure.checked(specimens)
            self.values |= {f"{name}.{column}": taken[:, k] for k, column in enumerate(measure.columns)}

    def per_run(self, column: str, condition: str, **chosen: Any) -> Array:
        """The mean over its ends of each run that has such ends: float64 (n_runs,); runs are the unit. See `by_run`."""
        return np.array([value for _, value in self.by_run(column, condition, **chosen)])

    def by_run(
        self,
        column: str,
        condition: str,
        goal: str | None = None,
        perfect: bool | None = None,
        evolvable: bool | None = None,
    ) -> Iterator[tuple[int, float]]:
        """Index and mean of each run: over its ends under `goal`, `perfect` ones or not, of `evolvable` runs or not."""
        of_runs: dict[int, list[float]] = defaultdict(list)
        for (run, end), value in zip(self.pairs, self.values[column], strict=True):
            if (
                run.condition == condition
                and (goal is None or end.goal == goal)
                and (perfect is None or end.perfect == perfect)
                and (evolvable is None or run.evolvable == evolvable)
                and np.isfinite(value)
            ):
                of_runs[run.index].append(value)
        for index, values in sorted(of_runs.items()):
            yield index, float(np.mean(values))

    def table(self) -> Iterator[list[Any]]:
        """A header, then a row for each end of each run."""
        yield ["condition", "run", "goal", "generation", "perfect", "gates", "connections", "evolvable", *self.values]
        for k, (run, end) in enumerate(self.pairs):
            known = [run.condition, run.index, end.goal, end.generation, end.perfect, end.gates, end.connections]
            numbers = [float(column[k]) for column in self.values.values()]
            yield [*known, run.evolvable, *("" if np.isnan(value) else value for value in numbers)]


def changed_by_switches(run: Evolved) -> Sequence[int]:
    """How many connections differ between the perfect circuits at the ends of two epochs that follow each other."""
    pairs = [(a, b) for a, b in pairwise(run.ends) if a.perfect and b.perfect and a.goal != b.goal]
    circuits = [(a.specimen.phenotype, b.specimen.phenotype) for a, b in pairs]
    return [
        changed_connections(a, b)
        for a, b in circuits
        if isinstance(a, CircuitPhenotype) and isinstance(b, CircuitPhenotype)
    ]

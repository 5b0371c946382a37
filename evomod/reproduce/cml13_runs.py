"""What the runs of Clune, Mouret & Lipson 2013 came to: courses, best performers, and how soon they solve L OR R."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.campaign import Campaign, Cell, Plan
from evomod.errors import RunFolderError
from evomod.initial.stored import RunPopulation
from evomod.lineage.reader import LineageReader
from evomod.lineage.scores import scores
from evomod.measures.assays.founding import drawn
from evomod.measures.base import Specimen
from evomod.measures.degree_preserving import is_connected
from evomod.networks.modularity_batch import adjacency_bits, best_modularity
from evomod.networks.null_models import random_rewired
from evomod.reproduce.ka05_runs import End, Evolved
from evomod.runner import open_scenario
from evomod.scenario import Record, Scenario, Stop
from evomod.schedules.fixed import Fixed
from evomod.statistics.survival import Survival, kaplan_meier

Array = npt.NDArray[Any]

GOAL, OTHER = "and", "or"  # what is evolved for, and what then is asked instead
ADAPTATIONS = {"PA": ("PA", "PA"), "P&CC": ("P&CC", "P&CC"), "P&CC, now PA": ("P&CC", "PA")}  # founders, selection
SHARE = 0.4  # of the generations of a run are waited for L OR R
N_DRAWN = 10  # best performers of the last generation
N_REWIRED, RESTARTS = 200, 20  # nets with the same degrees; climbs to the largest Q of each
FOLDER = "or"
Adapted = dict[str, dict[int, tuple[float, bool]]]


@dataclass
class Course:
    """A run from beginning to end.

    Attributes
    ----------
    condition : str
    generations, benefits, connections : (n,)
        From when on a champion was the best performer, what it answers right, and its links; and once more at the end.
    """

    condition: str
    generations: Array
    benefits: Array
    connections: Array


def logs(campaign: Campaign) -> Iterator[tuple[str, int, LineageReader]]:
    """Condition, number within it and open log of each run that is done."""
    plan, n_cells = campaign.plan, len(campaign.plan.cells)
    for index, place in sorted(campaign.places().items()):
        if place.finished:
            cell = plan.cells[index % n_cells]
            with LineageReader(campaign.folder / plan[index].folder, cell.scenario.problem) as log:
                yield str(cell.levels["condition"]), index // n_cells, log


def course(condition: str, log: LineageReader) -> Course:
    """The course of a run."""
    rows = log.champions
    generations = np.append(rows["generation"], log.n_generations - 1)
    return Course(condition, generations, *(np.append(rows[x], rows[x][-1]) for x in ("benefit", "connections")))


def best_performers(condition: str, index: int, log: LineageReader) -> Evolved:
    """Some of those who answer best in the last generation, drawn blindly: the same rule with and without a cost."""
    problem, seed = log.evolved, int(log.attributes["seed"])
    genomes = log.population(log.n_generations - 1)
    benefit = scores(problem, genomes, {GOAL: problem.targets(GOAL, 0, seed)}, seed).benefits[:, 0]
    chosen = drawn(genomes[benefit == benefit.max()], N_DRAWN, seed, 0)
    sizes = scores(problem, chosen, {}, seed)
    last, best = log.n_generations - 1, float(benefit.max())
    specimens = [Specimen(log.folder.name, problem=problem, genome=one, goal=GOAL, seed=seed) for one in chosen]
    ends = tuple(
        End(GOAL, last, best, int(parts), int(links), best >= problem.fitness.success, specimen)
        for parts, links, specimen in zip(sizes.parts, sizes.connections, specimens, strict=True)
    )
    return Evolved(condition, index, last, {}, ends, np.empty(0), ())


def beyond_degrees(specimens: Sequence[Specimen]) -> Array:
    """Q of each net beyond that of 200 rewired ones, directions dropped: float64 (2, n), as it is and in their spreads.

    NaN where nothing is linked, or all rewired nets are alike.
    """
    found = np.full((2, len(specimens)), np.nan)
    for k, specimen in enumerate(specimens):
        if not specimen.network.simple().any():
            continue
        graph = adjacency_bits([specimen.network])
        rewired = random_rewired(graph[0], N_REWIRED, connected=bool(is_connected(graph[0])))
        q, *others = best_modularity(np.concatenate([graph, rewired]), RESTARTS, steps=0).q
        spread = float(np.std(others, ddof=1))
        found[:, k] = q - np.mean(others), (q - np.mean(others)) / spread if spread > 1e-9 else np.nan
    return found


def adaptations(campaign: Campaign) -> Iterator[tuple[str, Plan]]:
    """For each seed a campaign in which the last populations of PA and of P&CC go on under L OR R alone.

    Those of P&CC go on under their own selection, and without the cost, too: that tells what the nets are good for from
    what the cost is.
    """
    plan, done = campaign.plan, campaign.places()
    conditions = [cell.levels["condition"] for cell in plan.cells]
    for seed in range(plan.seed, plan.seed + plan.runs):
        numbers = {name: (seed - plan.seed) * len(conditions) + conditions.index(name) for name in ("PA", "P&CC")}
        if not all(number in done and done[number].finished for number in numbers.values()):
            continue
        runs = {name: (campaign.folder / plan[number].folder).resolve() for name, number in numbers.items()}
        found = {name: open_scenario(run) for name, run in runs.items()}
        cells = tuple(
            Cell({"condition": name}, _under_other(found[by], found[of], str(runs[of])))
            for name, (of, by) in ADAPTATIONS.items()
        )
        yield f"{FOLDER}/s{seed}", Plan(f"{plan.name}-or-s{seed}", cells, 1, seed)


def _under_other(scenario: Scenario, founders: Scenario, run: str) -> Scenario:
    horizon = max(1, round(SHARE * founders.generations))
    more = {
        "seed": None,
        "generations": horizon,
        "schedule": Fixed(goal=OTHER),
        "initial": RunPopulation(path=run, generation=founders.generations),
        "stop": Stop(when_solved=True),
        "record": Record(births="none", genomes_every=horizon),
    }
    return scenario.model_copy(update=more)


def read_adaptations(campaign: Campaign) -> Adapted:
    """Of each arm and, by number, each run: generations waited for L OR R, and was it solved?"""
    plan, found = campaign.plan, Adapted()
    for index in range(plan.runs):
        try:
            one = Campaign(campaign.folder / FOLDER / f"s{plan.seed + index}")
        except RunFolderError:
            continue  # not yet
        for name, _, log in logs(one):
            state = log.checkpoint.state if log.checkpoint else {}
            solved = state.get("solved", {}).get(OTHER)
            waited = log.n_generations - 1 if solved is None else solved
            found.setdefault(name, {})[index] = (float(waited), solved is not None)
    return found


def survivals(adapted: Adapted) -> dict[str, Survival]:
    """When L OR R was solved, by arm; runs that did not are censored."""
    found = {}
    for name, times in adapted.items():
        waited, solved = (np.array(column) for column in zip(*times.values(), strict=True))
        found[name] = kaplan_meier(waited, solved)
    return found

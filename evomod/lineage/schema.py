"""The format of the lineage log: names, types and versions; `README.md` describes it for people.

A log is one or more HDF5 segments. Each has these datasets, the first axis growing:

/generations     one row per generation: goal, fitness, benefit, costs, effective size (`generation_dtype`)
/births/parents  (generation, place): place of the parent in the generation before (`births: all`)
/births/second_parents   likewise, where there is crossover
/births/survivors        (generation, place, parent[, second parent]) of lasting births (`births: survivors`)
/snapshots/generation, /snapshots/genomes     all genomes at times
/champions       the best individual whenever it changes, scored on all goals (`champion_dtype`)
/epoch_ends      the best individual of each epoch's last generation, likewise
/measures/<name>  what the scenario's measures found, a table each (`measure_dtype`)
/fronts          the first front at times, a row for each of its points, where selection weighs objectives
/timing/seconds  wall time of each generation; the only dataset that differs between equal runs
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

DESCRIPTIONS = {
    "generations": "One row per generation. fitness_quantiles and benefit_quantiles run from worst to best: minimum, "
    "quartiles, maximum (nearest rank). goal: index into the layout's goals. effective_size: (N - 1) / variance of the "
    "numbers of offspring as first parent, from the generation before to this one. best: place of the best individual. "
    "n_front, n_points: individuals in the first front, and distinct points of objectives in the population. "
    "While a goal fades, fitness, benefit and n_perfect are of each individual on the goal that it faces. Perfect is a "
    "benefit of at least the layout's `success`, 1 where it names none. With noise or failure fitness and best are "
    "what selection saw, benefit and n_perfect are without.",
    "births/parents": "Row g: for each place in generation g the place of its (first) parent in generation g - 1. "
    "Row 0, whose individuals were drawn, names each place itself.",
    "births/second_parents": "As parents; differs from it only where a child came by crossover.",
    "births/survivors": "Births whose descendants, or selves, were there at least 1,024 generations later. Who is not "
    "listed at its place stayed there from the generation before. Younger births: recent_parents.",
    "births/recent_parents": "Parents of all places in the last generations, too young to be decided; the attribute "
    "recent_first of /births is the generation of row 0.",
    "champions": "The best individual whenever it, or the goal in force, changes; while a goal fades, the best of "
    "those who face the goal in force; with noise or failure, the best without, and all columns are. benefit: on the "
    "goal in force; "
    "benefits: on each goal of the layout's list `scored`. parts: effective gates. settled: 0 if it oscillates. "
    "genome: for each gate its two sources (and kind, if there are several kinds), then the source of each output; "
    "nodes are numbered inputs first, then gates.",
    "epoch_ends": "The best individual of the last generation of each epoch; columns as in champions.",
    "fronts": "The first front, ten times as often as snapshots, where selection weighs objectives one against "
    "another: a row for each point, with the individuals on it. objectives: as the layout's list names them; what a "
    "cost has above what is free.",
    "snapshots/generation": "Generations whose genomes are stored.",
    "snapshots/genomes": "Genomes of all places in those generations; columns as the genome in champions.",
    "timing/seconds": "Wall time of each generation; the only dataset in which two equal runs differ.",
}

FORMAT = "evomod-lineage"
VERSION = (1, 1)  # a reader refuses a larger major number
MEASURED = (
    "What a measure of the scenario found of the best individual, where it was due: every so many generations or, "
    "where goals change, at the ends of the epochs that complete so many, one of each goal. goal: index into the "
    "layout's goals."
)
BLOCK = 256  # generations
BLOCK_SECONDS = 5.0
SURVIVAL_WINDOW = 1024  # generations
SURVIVAL_STEP = 256  # generations whose births are decided together
QUANTILES = (0.0, 0.25, 0.5, 0.75, 1.0)
MAX_BLOCK_BYTES = 64 << 20  # blocks of very large populations are shorter


@dataclass(frozen=True)
class Layout:
    """The shape of one run's log.

    Attributes
    ----------
    population, n_loci : int
    max_hits : int
        What benefit 1 is as a count.
    goals : names of all goals, and last what several at once are called, where the schedule has that
    scored : names of the goals that champions are scored on, that is all that are not drawn at random
    named : names of those of them that the schedule puts in force
    costs : names of the costs
    sexual : bool
    births : 'all', 'survivors' or 'none'
    genomes_every : int
    neutral : names of the goals that leave who has offspring to chance
    measures : names of the numbers of each measure, by the measure's name
    success : float
        Benefit from which an individual is perfect, and a goal solved.
    objectives : what selection weighs one against another; empty if fitness is all
    """

    population: int
    n_loci: int
    max_hits: int
    goals: tuple[str, ...]
    scored: tuple[str, ...]
    named: tuple[str, ...]
    costs: tuple[str, ...]
    sexual: bool
    births: str
    genomes_every: int
    neutral: tuple[str, ...] = ()
    measures: Mapping[str, Sequence[str]] = field(default_factory=dict)
    success: float = 1.0

    objectives: tuple[str, ...] = ()

    def to_json(self) -> str:
        """As text, for the attributes of a segment; of what logs had not at first only what is not the default."""
        later: dict[str, object] = {"measures": {}, "success": 1.0, "objectives": ()}
        return json.dumps({key: value for key, value in vars(self).items() if key not in later or value != later[key]})

    @classmethod
    def from_json(cls, text: str) -> Layout:
        """The inverse of `to_json`."""
        node, names = json.loads(text), cls.__dataclass_fields__  # a newer minor format may say more
        known: Any = {k: tuple(v) if isinstance(v, list) else v for k, v in node.items() if k in names}
        return cls(**known)

    @property
    def place(self) -> np.dtype[np.unsignedinteger]:
        """The integer type of a place in the population."""
        return np.dtype(np.uint16 if self.population <= 1 << 16 else np.uint32)

    @property
    def fronts_every(self) -> int:
        """Generations from one stored front to the next: they are small, and come more often than snapshots."""
        return max(1, self.genomes_every // 10)

    @property
    def block(self) -> int:
        """Generations per block, and per chunk of the datasets."""
        row = self.population * (2 * self.place.itemsize + 12 + 8 * len(self.costs))
        return max(1, min(BLOCK, MAX_BLOCK_BYTES // row))

    @property
    def generation_dtype(self) -> np.dtype[np.void]:
        """One row per generation. Quantiles from worst to best (0, 1/4, 1/2, 3/4, 1, nearest rank)."""
        q = (len(QUANTILES),)
        fields: list[tuple[str, object] | tuple[str, object, tuple[int, ...]]] = [
            ("generation", "<u4"),
            ("epoch", "<u4"),
            ("goal", "<u2"),
            ("best_fitness", "<f8"),
            ("mean_fitness", "<f8"),
            ("fitness_quantiles", "<f8", q),
            ("best_benefit", "<f8"),
            ("mean_benefit", "<f8"),
            ("benefit_quantiles", "<f8", q),
            ("n_perfect", "<u4"),
            ("effective_size", "<f8"),
            ("best", "<u4"),
        ]
        if self.costs:
            fields += [("best_costs", "<f8", (len(self.costs),)), ("mean_costs", "<f8", (len(self.costs),))]
        if self.objectives:
            fields += [("n_front", "<u4"), ("n_points", "<u4")]
        return np.dtype(fields)

    @property
    def champion_dtype(self) -> np.dtype[np.void]:
        """One row per champion; `benefits` on the goals of `scored`, whichever is in force."""
        fields: list[tuple[str, object] | tuple[str, object, tuple[int, ...]]] = [
            ("generation", "<u4"),
            ("place", "<u4"),
            ("goal", "<u2"),
            ("fitness", "<f8"),
            ("benefit", "<f8"),
            ("parts", "<u2"),
            ("connections", "<u4"),
            ("settled", "u1"),
            ("genome", "u1", (self.n_loci,)),
        ]
        if self.scored:
            fields.insert(5, ("benefits", "<f8", (len(self.scored),)))
        return np.dtype(fields)

    @property
    def front_dtype(self) -> np.dtype[np.void]:
        """One row per point of a front."""
        return np.dtype([("generation", "<u4"), ("n", "<u4"), ("objectives", "<f8", (len(self.objectives),))])

    def measure_dtype(self, name: str) -> np.dtype[np.void]:
        """One row per measurement; NaN where a number is not defined."""
        columns = [(column, "<f8") for column in self.measures[name]]
        return np.dtype([("generation", "<u4"), ("place", "<u4"), ("goal", "<u2"), *columns])

    @property
    def birth_dtype(self) -> np.dtype[np.void]:
        """One row per lasting birth."""
        names: Sequence[str] = ("place", "parent", "second_parent") if self.sexual else ("place", "parent")
        return np.dtype([("generation", "<u4"), *((name, self.place) for name in names)])


def decided_at(generation: Array) -> Array:
    """The generation in which it is known whether births of `generation` ≥ 1 last (`births: survivors`)."""
    return -(-generation.astype(np.int64) // SURVIVAL_STEP) * SURVIVAL_STEP + SURVIVAL_WINDOW


def last_decided(generation: int) -> int:
    """The last generation whose births are decided when `generation` is reached: see `decided_at`; 0 for none."""
    return max(0, (generation - SURVIVAL_WINDOW) // SURVIVAL_STEP * SURVIVAL_STEP)

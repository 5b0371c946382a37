"""A block of generations on its way to the log: cheap to fill while evolution runs, summed up by another thread."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.engine import Generation
from evomod.kernel import kernel
from evomod.lineage.schema import QUANTILES, Layout
from evomod.selection.base import Fronts

Array = npt.NDArray[Any]


class Block:
    """Raw values of up to `layout.block` generations. Appending copies, or keeps what nobody will change."""

    def __init__(self, layout: Layout) -> None:
        b, s = layout.block, layout.population
        self.layout = layout
        self.parents = np.zeros((b, s), layout.place)
        self.second_parents = np.zeros((b, s) if layout.sexual else (0, s), layout.place)
        self.hits = np.zeros((b, s), np.int32)
        self.costs = np.zeros((b, s, len(layout.costs)))
        self.positions = np.array([int(q * (s - 1) + 0.5) for q in QUANTILES])
        self.clear()

    def clear(self) -> None:
        """Forget all generations."""
        self.scalars: list[tuple[int, int, int, int, float, int, int, int]] = []
        self.levels: list[tuple[Array, Array]] = []  # distinct values of fitness, best first, and their counts
        self.fronts: list[Array] = []

    @property
    def n(self) -> int:
        """Generations in the block."""
        return len(self.scalars)

    @property
    def full(self) -> bool:
        """No room for another generation."""
        return self.n == len(self.hits)

    def append(self, generation: Generation, goal: int, seconds: float) -> None:
        """Take what the log wants of one generation."""
        k, population = self.n, generation.population
        self.parents[k] = population.parents
        if len(self.second_parents):
            self.second_parents[k] = population.second_parents
        self.hits[k] = population.hits
        self.costs[k] = population.costs
        ranking = generation.ranking
        self.levels.append((ranking.values, ranking.counts))
        n_front = n_points = 0
        if fronts := ranking.fronts:
            n_front, n_points = int(np.count_nonzero(fronts.front == 0)), len(fronts.points)
            if population.generation % self.layout.fronts_every == 0 and generation.hits:
                self.fronts.append(self._first_front(population.generation, fronts))
        of_population = (population.generation, generation.epoch.index, goal, population.n_kept)
        self.scalars.append((*of_population, seconds, int(ranking.fittest[0]), n_front, n_points))

    def column(self, k: int) -> Array:
        """One of generation, epoch, goal, n_kept, seconds, best, n_front, n_points, for each generation."""
        return np.array([row[k] for row in self.scalars])

    def _first_front(self, generation: int, fronts: Fronts) -> Array:
        """Rows of `front_dtype`, best benefit first: who is in the first front, counted by point."""
        on, counts = np.unique(fronts.point[fronts.front == 0], return_counts=True)
        rows = np.zeros(len(on), self.layout.front_dtype)
        rows["generation"], rows["n"] = generation, counts
        rows["objectives"] = -fronts.points[on] + 0.0  # they are minimised, and only costs should be
        costs = slice(1, 1 + len(self.layout.costs))
        rows["objectives"][:, costs] = fronts.points[on, costs]
        return rows

    def summary(self) -> Array:
        """The rows of `/generations`.

        Sums are of integers, of the few distinct values of fitness in order, and of costs in order of places, so that
        the result does not depend on how it was compiled.
        """
        n, layout = self.n, self.layout
        rows, s, max_hits = np.zeros(n, layout.generation_dtype), layout.population, layout.max_hits
        if not n:
            return rows
        sums, cost_sums = np.zeros((n, 3), np.int64), np.zeros((n, len(layout.costs)))
        hit_quantiles = np.zeros((n, len(QUANTILES)), np.int64)
        levels = max_hits, math.ceil(max_hits * layout.success - 1e-9)
        _sum_up(
            self.parents[:n], self.hits[:n], self.costs[:n], *levels, self.positions, sums, cost_sums, hit_quantiles
        )
        rows["generation"], rows["epoch"], rows["goal"] = self.column(0), self.column(1), self.column(2)
        values, counts = (np.concatenate(of) for of in zip(*self.levels, strict=True))
        fitness_sums, fitness_quantiles = np.zeros(n), np.zeros((n, len(QUANTILES)))
        _sum_up_fitness(values, counts, s, self.positions, fitness_sums, fitness_quantiles)
        rows["fitness_quantiles"], rows["mean_fitness"] = fitness_quantiles, fitness_sums / s
        if layout.objectives:
            rows["n_front"], rows["n_points"] = self.column(6), self.column(7)
        rows["best"] = best = self.column(5)
        rows["best_fitness"] = rows["fitness_quantiles"][:, -1]
        rows["best_benefit"] = hit_quantiles[:, -1] / max_hits
        rows["mean_benefit"] = sums[:, 0] / (max_hits * s)
        rows["benefit_quantiles"] = hit_quantiles / max_hits
        rows["n_perfect"] = sums[:, 1]
        # Variance effective size of a haploid population of constant size: (N − 1) / variance of offspring number.
        variance = sums[:, 2] / s - 1.0
        with np.errstate(divide="ignore"):
            rows["effective_size"] = np.where(rows["generation"] == 0, np.nan, (s - 1) / np.maximum(variance, 0.0))
        if layout.costs:
            rows["best_costs"] = self.costs[np.arange(n), best]
            rows["mean_costs"] = cost_sums / s
        return rows


@kernel
def _sum_up_fitness(values: Any, counts: Any, s: int, positions: Any, sums: Any, quantiles: Any) -> None:
    """Per generation: sum and quantiles of fitness, from its distinct values, best first, and their counts."""
    k = 0
    for g in range(sums.size):
        seen, q = 0, positions.size - 1
        while seen < s:
            sums[g] += values[k] * counts[k]
            seen += counts[k]
            while q >= 0 and seen > s - 1 - positions[q]:
                quantiles[g, q] = values[k]
                q -= 1
            k += 1


@kernel
def _sum_up(
    parents: Any,
    hits: Any,
    costs: Any,
    max_hits: int,
    perfect_hits: int,
    positions: Any,
    sums: Any,
    cost_sums: Any,
    hit_quantiles: Any,
) -> None:
    """Per generation: sums of hits, perfect individuals, squared offspring numbers and costs; quantiles of hits."""
    n_generations, s = hits.shape
    n_levels = max_hits + 1 if max_hits < 4096 else 0
    histogram = np.zeros(n_levels, np.int64)
    offspring = np.zeros(s, np.int64)
    for g in range(n_generations):
        offspring[:] = 0
        for i in range(s):
            sums[g, 0] += hits[g, i]
            sums[g, 1] += 1 if hits[g, i] >= perfect_hits else 0
            offspring[parents[g, i]] += 1
            for c in range(costs.shape[2]):
                cost_sums[g, c] += costs[g, i, c]
        for i in range(s):
            sums[g, 2] += offspring[i] * offspring[i]
        if n_levels:  # few levels: count them
            histogram[:] = 0
            for i in range(s):
                histogram[hits[g, i]] += 1
            level, seen = 0, histogram[0]
            for q in range(positions.size):
                while seen <= positions[q]:
                    level += 1
                    seen += histogram[level]
                hit_quantiles[g, q] = level
        else:
            ordered = np.sort(hits[g])
            for q in range(positions.size):
                hit_quantiles[g, q] = ordered[positions[q]]

"""Pareto selection: what several objectives share, NSGA-II and its probabilistic sister."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field

from evomod.component import Count
from evomod.kernel import kernel
from evomod.rng import TIES, TOURNAMENT, below, draw4, permutation, threshold
from evomod.selection.base import Array, Fronts, Objectives, Ranking, Selection
from evomod.selection.crowding import crowd, sort_by, sort_fronts
from evomod.selection.fronts import distinct, peel_pairs, peel_points, sort_points


class Pareto(Selection, ABC):
    """The `parents` best survive, and compete with their offspring, who fill the rest of the population (mu + lambda).

    Objectives are the benefit, on each goal apart where several are in force together, and each cost of `fitness`,
    whose weights play no role. Best means: by front, then by crowding, then by `ties`. A survivor keeps its place
    below `parents`; those who are new among the survivors take the places of those who are gone. The parents of the
    offspring win binary tournaments among the survivors: who dominates the other, else who is less crowded, else
    either. Generation 0 has as many random genomes as there are places, of which `parents` survive.
    """

    by_objectives: ClassVar[bool] = True
    parents: Count | None = Field(
        None, description="Individuals that survive; the others are offspring. Half of the population if missing."
    )
    diversity: bool = Field(
        False, description="One more objective: the mean share of cases in which others answer differently."
    )

    @property
    @abstractmethod
    def chance(self) -> float | tuple[float, ...]:
        """Probability with which a cost counts in a domination test, of all costs or of each."""

    @property
    def n_elite(self) -> int:
        """Individuals that survive; 1 as long as the population is not known."""
        return self.parents or 1

    @property
    def compares_answers(self) -> bool:
        """Where diversity is an objective."""
        return self.diversity

    def within(self, population: int) -> Self:
        """Half of the population survives, unless it is said how many."""
        return self if self.parents else self.model_copy(update={"parents": max(1, population // 2)})

    def mistake(self, population: int) -> tuple[str, str] | None:
        """There must be offspring."""
        if self.n_elite >= population:
            return "parents", (
                f"is {self.n_elite}, but must be smaller than the population of {population}, "
                "which is made of parents and offspring"
            )
        return None

    def rank(
        self, fitness: Array, seed: int, generation: int, blind: bool = False, objectives: Objectives | None = None
    ) -> Ranking:
        """Fronts, crowding and the order of survival; fitness alone is the objective where no others are given."""
        n = fitness.size
        if blind:
            ranking = super().rank(fitness, seed, generation, blind)
            zeros, nowhere = np.zeros(n), np.zeros(n, np.int32)
            ranking.fronts = Fronts(np.zeros((1, 1)), np.array([n]), np.ones(1), nowhere, nowhere, zeros, ranking.order)
            return ranking
        others = objectives or Objectives(np.empty((n, 0)), np.empty((n, 0)))
        points, counts, point = distinct(np.column_stack([-fitness, others.costs, others.certain]))
        chances = np.ones(points.shape[1])
        chances[1 : 1 + others.costs.shape[1]] = self.chance
        sequence = np.arange(n) if self.ties == "stable" else permutation(n, seed, generation, TIES)
        fittest, by_front, order = np.empty((3, n), np.uint32)
        sort_by(point, sequence, fittest)
        front = self._fronts(points, counts, chances, point, fittest, seed, generation)
        crowding = np.zeros(n)
        sort_by(front, fittest, by_front)
        crowd(points, point, front, by_front, int(others.apart), crowding)
        sort_by(front, sequence, order)
        sort_fronts(front, crowding, order)
        values, at = np.unique(points[:, 0], return_index=True)
        fronts = Fronts(points, counts, chances, point, front, crowding, fittest)
        return Ranking(order, 0.0 - values, np.add.reduceat(counts, at), fronts=fronts)

    def _fronts(
        self, points: Array, counts: Array, chances: Array, point: Array, members: Array, seed: int, generation: int
    ) -> Array:
        """Front of everybody, int32 (n,); `members` are all by point."""
        if (chances == 1).all():
            of_point = np.empty(len(points), np.int32)
            sort_points(points, of_point)
            return np.asarray(of_point[point])
        front, enough = np.full(len(point), -1, np.int32), min(self.n_elite, len(point))
        if points.shape[1] == 2:
            start = np.concatenate([[0], np.cumsum(counts)])
            peel_pairs(points, start, members, chances[1], enough, seed, generation, front)
        else:
            peel_points(points, counts, point, chances, enough, seed, generation, front)
        return front

    def choose(self, ranking: Ranking, parents: Array, seed: int, generation: int) -> int:
        """Survivors below, the winners of tournaments among them above."""
        fronts = ranking.fronts
        assert fronts is not None  # noqa: S101 - `rank` has written it
        _survive(ranking.order, self.n_elite, parents)
        args = (fronts.points, fronts.point, fronts.crowding, fronts.chances, self.n_elite)
        _tournaments(*args, parents, seed, generation)
        return self.n_elite


@kernel
def _survive(order: Any, n: int, parents: Any) -> None:
    """Who survives and stood below n stays; the others that survive take the free places, lowest first."""
    survives = np.zeros(order.size, np.uint8)
    for rank in range(n):
        survives[order[rank]] = 1
    newcomer = n
    for place in range(n):
        parents[place] = place
        if not survives[place]:
            while not survives[newcomer]:
                newcomer += 1
            parents[place] = newcomer
            newcomer += 1


@kernel
def _tournaments(
    points: Any, point: Any, crowding: Any, chances: Any, n: int, parents: Any, seed: Any, generation: Any
) -> None:
    """The parent of each place from n on: the better of two survivors, drawn with replacement."""
    m = chances.size
    for place in range(n, parents.size):
        words = draw4(seed, generation, place, TOURNAMENT, 0)
        one, other = parents[below(words[0], n)], parents[below(words[1], n)]
        a, b = point[one], point[other]
        better = worse = False
        for c in range(m):
            if points[a, c] != points[b, c] and (
                chances[c] == 1 or draw4(seed, generation, place, TOURNAMENT, 1 + c)[0] < threshold(chances[c])
            ):
                better |= points[a, c] < points[b, c]
                worse |= points[a, c] > points[b, c]
        if better == worse:  # neither dominates
            better = crowding[one] > crowding[other]
            worse = crowding[one] < crowding[other]
        if better == worse:
            better = (words[2] & 1) == 0
        parents[place] = one if better else other

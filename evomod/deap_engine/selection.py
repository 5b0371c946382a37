"""Our selections, each written with DEAP's.

All of them look at a ranking: `selBest` keeps the order of equals, which is `ties: stable`; with `ties: random`, or
where nothing is asked, the individuals are shuffled first. DEAP's own tournament would settle each tie afresh, which is
a third meaning, so that it compares ranks here; its lexicase knows no fitness beside the cases, which is added.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from deap import tools

from evomod.deap_engine.individual import Individual
from evomod.deap_engine.judge import Judge
from evomod.selection.base import Selection
from evomod.selection.boltzmann import Boltzmann
from evomod.selection.elite_replacement import EliteReplacement
from evomod.selection.lexicase import Lexicase
from evomod.selection.linear_rank import LinearRank
from evomod.selection.tournament import Tournament
from evomod.selection.truncation import Truncation

Individuals = list[Individual]


def _elite_replacement(selection: EliteReplacement, ranked: Individuals, k: int) -> Individuals:
    return (ranked[selection.elite : k] + ranked[: selection.elite])[:k]


def _tournament(selection: Tournament, ranked: Individuals, k: int) -> Individuals:
    entrants = [SimpleNamespace(standing=-rank, individual=one) for rank, one in enumerate(ranked)]
    return [won.individual for won in tools.selTournament(entrants, k, selection.size, fit_attr="standing")]


def _truncation(selection: Truncation, ranked: Individuals, k: int) -> Individuals:
    chosen: Individuals = tools.selRandom(ranked[: selection.best], k)
    return chosen


def _boltzmann(selection: Boltzmann, ranked: Individuals, k: int) -> Individuals:
    best = ranked[0].fitness.values[0]
    weights = [math.exp(selection.strength * (one.fitness.values[0] - best)) for one in ranked]
    return random.choices(ranked, weights, k=k)  # noqa: S311


def _linear_rank(selection: LinearRank, ranked: Individuals, k: int) -> Individuals:
    s, n = selection.pressure, len(ranked)
    weights = [s - (2 * s - 2) * rank / max(1, n - 1) for rank in range(n)]
    return random.choices(ranked, weights, k=k)  # noqa: S311


def _lexicase(selection: Lexicase, ranked: Individuals, k: int) -> Individuals:
    """DEAP's selLexicase among those that differ in some case, then one of the fittest of those that do not."""
    kinds: dict[tuple[bool, ...], Individuals] = {}
    for one in ranked:
        alike = kinds.setdefault(one.cases, [])
        if not alike or one.fitness == alike[0].fitness:
            alike.append(one)
    contenders = [
        SimpleNamespace(fitness=SimpleNamespace(weights=(1,) * len(cases), values=cases), alike=alike)
        for cases, alike in kinds.items()
    ]
    return [random.choice(won.alike) for won in tools.selLexicase(contenders, k)]  # noqa: S311


# From the ranked individuals, best first: parents for the k places that are not the elite's.
SELECTIONS: dict[type[Selection], Callable[[Any, Individuals, int], Individuals]] = {
    EliteReplacement: _elite_replacement,
    Tournament: _tournament,
    Truncation: _truncation,
    Boltzmann: _boltzmann,
    LinearRank: _linear_rank,
    Lexicase: _lexicase,
}


def select(individuals: Individuals, k: int, judge: Judge) -> Individuals:
    """Choose k parents of evaluated individuals, the elite first; not copies."""
    selection = judge.problem.selection
    if selection.by_case:
        for one, cases in zip(individuals, judge.cases(individuals), strict=True):
            one.cases = cases
    shuffled = judge.blind or selection.ties == "random"
    ranked = tools.selBest(random.sample(individuals, len(individuals)) if shuffled else individuals, len(individuals))
    elite: Individuals = ranked[: min(k, selection.n_elite)]
    return elite + SELECTIONS[type(selection)](selection, ranked, k - len(elite))

"""Which engine: the one that a problem names."""

from __future__ import annotations

from collections.abc import Iterator

from evomod import engine
from evomod.engine import Generation, Start
from evomod.problem import Problem


def evolve(problem: Problem, seed: int, start: Start | None = None) -> Iterator[Generation]:
    """All generations from generation 0, or from `start` (itself included), without end, by the problem's engine.

    The same problem and seed give the same generations, wherever one starts.

    Raises
    ------
    InputError
        If the seed is not in 0 … 2^63 − 1, the genomes of `start` are none of this problem, or the engine is not there.
    """
    if problem.engine == "deap":
        from evomod import deap_engine  # an extra: nobody else needs DEAP

        return deap_engine.evolve(problem, seed, start)
    return engine.evolve(problem, seed, start)


def ready(problem: Problem) -> None:
    """Raise InputError if the problem's engine is not installed, or cannot run it."""
    if problem.engine == "deap":
        from evomod import deap_engine

        deap_engine.toolbox(problem)

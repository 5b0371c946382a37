"""Where a generation goes: the kernels one by one, on an evolved population of 1,000 KA05 circuits."""

from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evomod
from evomod.engine import evolve
from evomod.lineage.block import Block
from evomod.recording import layout_of

pytestmark = pytest.mark.benchmark

SCENARIO = evomod.load(Path(__file__).parents[2] / "scenarios" / "logic_gates.yaml")


@pytest.fixture(scope="module")
def generation() -> Any:
    return next(islice(evolve(SCENARIO.problem, 1), 3_000, None))


def test_one_generation(benchmark: Any) -> None:
    generations = evolve(SCENARIO.problem, 1)
    benchmark(lambda: next(generations))


def test_evaluate_everybody(benchmark: Any, generation: Any) -> None:
    generation.population.changed[:] = 1
    benchmark(lambda: SCENARIO.problem.encoding.evaluate(generation.population))


def test_rank(benchmark: Any, generation: Any) -> None:
    benchmark(lambda: SCENARIO.selection.rank(generation.population.fitness, 1, 1))


def test_inherit(benchmark: Any, generation: Any) -> None:
    spare = next(evolve(SCENARIO.problem, 2)).population
    spare.parents[:] = np.arange(1_000)[::-1]
    benchmark(lambda: spare.inherit(generation.population))


def test_mutate(benchmark: Any, generation: Any) -> None:
    problem = SCENARIO.problem
    benchmark(lambda: problem.variation.mutation.mutate(problem.encoding, generation.population, 1))


def test_append_to_the_block(benchmark: Any, generation: Any) -> None:
    block = Block(layout_of(SCENARIO))

    def append() -> None:
        if block.full:
            block.clear()
        block.append(generation, 0, 0.0)

    benchmark(append)

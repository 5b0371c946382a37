"""The null `solutions`: networks of the same encoding and the same size that answer the same goal perfectly.

It tells evolution's doing from what most solutions look like anyway. Every genome that is a solution of the size is
equally likely; they are sampled by parallel tempering, and how far that can be believed stands beside the result.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.component import describe
from evomod.errors import InputError
from evomod.genotypes.base import Encoding, Genotype
from evomod.goals.base import Cases
from evomod.goals.function import function_of
from evomod.measures.annealing import anneal
from evomod.measures.calibration import SEED, Calibration, Null
from evomod.measures.tempering import BETAS, LADDERS, Samples, summary_of, temper
from evomod.measures.walk import GenomeWalk, Size
from evomod.population import Population
from evomod.problem import Problem

Array = npt.NDArray[Any]

SETTLING, TIMES, THIN = 40_000, 400, 400
SEARCHES, STEPS = 400, 20_000  # each from another solution


def solutions(genotype: Genotype, cases: Cases, size: Size) -> Null:
    """The networks of all genomes of a size that are right in all cases.

    Parameters
    ----------
    size : effective parts and inputs used
    """
    key = {
        "null": "solutions",
        "genotype": describe(genotype),
        "inputs": hashlib.sha256(cases.inputs.tobytes()).hexdigest()[:16],
        "cases": cases.inputs.shape,
        "goal": f"{function_of(cases.targets):#x}",
        "outputs": cases.targets.shape[1],
        "size": size,
    }
    return Null(key, lambda: _calibrate(genotype, cases, size), seconds=90)


def cases_of(problem: Problem, goal: str) -> Cases:
    """Those of a goal that has the same ones at all times; InputError where it has not, or less is enough."""
    if goal not in problem.goals or not problem.goals[goal].named:
        named = [name for name, one in problem.goals.items() if one.named]
        raise InputError(f"{goal or 'no goal'!r} has no fixed answers; these have: {', '.join(named) or 'none'}")
    if problem.samples or problem.fitness.success < 1:
        enough = "a sample of its cases" if problem.samples else f"a benefit of {problem.fitness.success:g}"
        raise InputError(
            f"the null is of networks that are right in all cases, but here {enough} is enough; choose another null"
        )
    return problem.cases(goal, 0, 0)


def is_solution(encoding: Encoding, genome: Array, cases: Cases) -> bool:
    """Is the genome right in all cases?"""
    one = Population.empty(1, encoding.n_loci, encoding.response_shape, 0)
    one.genomes[:] = genome
    encoding.evaluate(one)
    encoding.count_hits(one, one.changed, encoding.pack(cases.targets), one.hits)
    return bool(one.hits[0] == encoding.max_hits)


def _calibrate(genotype: Genotype, cases: Cases, size: Size) -> Calibration:
    encoding = genotype.encode(cases.inputs, cases.targets.shape[1])
    samples = sample(encoding, cases, size, SETTLING, TIMES, THIN, SEED)
    found = samples.genomes[samples.there]
    starts = found[np.linspace(0, len(found) - 1, min(SEARCHES, len(found))).astype(int)]
    most = np.zeros((0, encoding.n_nodes), np.uint64)
    if len(starts):
        most = anneal(GenomeWalk(encoding, size, starts, SEED, encoding.pack(cases.targets)), STEPS, SEED)
    search = f"annealing among solutions, from {len(starts)} of them, {STEPS} steps"
    return summary_of(encoding, samples, most, search)


def sample(encoding: Encoding, cases: Cases, size: Size, settling: int, times: int, thin: int, seed: int) -> Samples:
    """Genomes of the size that are right in all cases; other parameters as in `temper`."""
    walk = GenomeWalk(encoding, size, LADDERS * len(BETAS), seed, encoding.pack(cases.targets))
    return temper(walk, BETAS, settling, times, thin, seed)

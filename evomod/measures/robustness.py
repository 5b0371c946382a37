"""What mutations and failures of gates do to the answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np

from evomod.genotypes.circuit import CircuitEncoding
from evomod.genotypes.layered_circuit import LayeredCircuitEncoding
from evomod.genotypes.net import NetEncoding
from evomod.genotypes.packed import WORD
from evomod.measures.base import Array, Measure, Specimen
from evomod.measures.knock_outs import Failures
from evomod.measures.lesioning import bits_of, lesioned
from evomod.measures.once import known, take_once
from evomod.measures.one_mutants import n_mutants, one_mutants
from evomod.neighbourhood import assessed
from evomod.population import Population
from evomod.problem import Problem


class Robustness(Measure):
    """How well the answers withstand all single mutations, and the failure of single gates.

    The goal is the one in force or, where that is none or drawn at random, the named goal on which the genome is best.
    Every genome that differs in one locus counts once, silent mutations too.

    `robustness` is the share of one-mutants that are as fit as the genome, or fitter; `mean_effect` the mean of their
    fitness minus the genome's, negative where mutations harm; `lethal` the share whose benefit is no more than the best
    constant answer has. `knock_out` is the mean benefit when the output of one effective gate is held at 0, or at 1;
    `cut` when one address of such a gate reads a constant 0, or 1, instead. Of nets a unit gives 0, or a link to an
    effective unit carries 0. NaN without gates or units, and for genotypes that have neither; the first three are NaN
    for continuous weights, whose mutations cannot be gone through.
    """

    kind: Literal["robustness"] = "robustness"
    needs_genome: ClassVar[bool] = True

    @property
    def columns(self) -> tuple[str, ...]:
        """Shares and benefits 0 to 1; mean_effect in units of fitness."""
        return ("robustness", "mean_effect", "lethal", "knock_out", "cut")

    def take(self, specimens: Sequence[Specimen]) -> Array:
        """NaN where there is no named goal."""
        return take_once(specimens, len(self.columns), self._take)

    def _take(self, problem: Problem, goal: str, specimens: list[Specimen]) -> Array:
        values, encoding = np.full((len(specimens), len(self.columns)), np.nan), problem.encoding
        if not goal:
            return values
        targets = problem.targets(goal, 0, 0)
        genomes = np.stack([known(specimen)[1] for specimen in specimens])
        whole = assessed(problem, genomes, goal, targets)
        answers = problem.cases(goal, 0, 0).targets
        constant = np.maximum(answers.sum(axis=0), (~answers).sum(axis=0)).sum() * problem.full_hits // answers.size
        for where, rows in () if encoding.continuous else one_mutants(encoding, genomes):
            mutants = assessed(problem, rows, goal, targets)
            effect = mutants.fitness.reshape(-1, n_mutants(encoding)) - whole.fitness[where, None]
            hits = mutants.hits.reshape(effect.shape)
            values[where, :3] = np.column_stack(
                [(effect >= 0).mean(axis=1), effect.mean(axis=1), (hits <= constant).mean(axis=1)]
            )
        if isinstance(encoding, NetEncoding):
            for i, one in lesioned(problem, genomes):
                values[i, 3] = one.benefits(goal, targets, bits_of([[part] for part in one.parts])).mean()
                cut = one.cut(goal, targets)
                values[i, 4] = cut.mean() if len(cut) else np.nan
        if isinstance(encoding, LayeredCircuitEncoding) and encoding.n_nodes <= WORD:
            encoding, genomes = encoding.without_layers(genomes)
        if isinstance(encoding, CircuitEncoding):
            failures = Failures(encoding, genomes, whole.effective)
            for column, (failing, owner) in enumerate((failures.of_gates(), failures.of_wires()), 3):
                values[:, column] = _mean_benefit(problem, failures, failing, targets, owner)
        return values


def _mean_benefit(problem: Problem, failures: Failures, failing: Array, targets: Array, owner: Array) -> Array:
    """Mean over the failures of each owner: float64 (n,), NaN where there are none."""
    encoding, n = failures.encoding, len(failures.genomes)
    population = Population.empty(len(failing), encoding.n_loci, encoding.response_shape, 0)
    population.genomes[:] = failing
    encoding.evaluate(population)
    encoding.count_hits(population, population.changed, targets, population.hits)
    n_failures = np.bincount(owner, minlength=n)
    total = np.bincount(owner, population.hits / problem.full_hits, n)
    return np.where(n_failures > 0, total / np.maximum(n_failures, 1), np.nan)

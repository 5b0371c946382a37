"""Does a part serve one sub-goal, or all of them?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np

from evomod.genotypes.packed import pack
from evomod.measures.base import Array, Measure, Specimen
from evomod.measures.evolvability import codes_of
from evomod.measures.lesioning import ROUNDING, bits_of, lesioned
from evomod.measures.once import known, take_once
from evomod.problem import Problem


class Specialisation(Measure):
    """How far the loss of a single part harms one sub-goal alone.

    A sub-goal *decides* an answer alone if the right answer would be another one were that sub-goal's value another,
    and would not were any other's: in (x ^ y) & (w ^ z), x ^ y decides alone where w ^ z is 1 and x ^ y is 0. What a
    part is worth to a sub-goal is the share of right answers, among those that this sub-goal decides alone, that are
    lost when the part gives 0, and 0 where some are won. Over the sub-goals these values make the tissue specificity
    index tau of Yanai et al. 2005 (doi 10.1093/bioinformatics/bti042): 1 for a part that serves one sub-goal alone,
    0 for one that serves all alike. To use it of parts and sub-goals is a definition of our own.

    `specialisation` is the mean of tau over the effective parts that serve any sub-goal; `specialists` the share of
    these that serve one alone; `idle` the share of effective parts that serve none. An answer that oscillates is right
    if it is in all states. NaN where the goal, chosen as for `robustness`, tells no two sub-goals that decide
    something alone (as in x ^ y), and for genotypes of which it is not known what a lost part does.
    """

    kind: Literal["specialisation"] = "specialisation"
    needs_genome: ClassVar[bool] = True

    @property
    def columns(self) -> tuple[str, ...]:
        """All from 0 to 1."""
        return ("specialisation", "specialists", "idle")

    def take(self, specimens: Sequence[Specimen]) -> Array:
        """NaN where there is no goal with sub-goals."""
        return take_once(specimens, len(self.columns), self._take)

    def _take(self, problem: Problem, goal: str, specimens: list[Specimen]) -> Array:
        values = np.full((len(specimens), len(self.columns)), np.nan)
        codes, cases = codes_of(problem, goal), problem.cases(goal, 0, 0) if goal else None
        if codes is None or cases is None or len(codes) != len(cases.targets):
            return values
        targets = problem.targets(goal, 0, 0)
        counted = (targets[0] | targets[1]).ravel()
        alone = [pack(some).ravel() & counted for some in deciding(codes, cases.targets)]
        tasks = [words for words in alone if words.any()]
        if len(tasks) < 2:
            return values
        genomes = np.stack([known(specimen)[1] for specimen in specimens])
        for i, one in lesioned(problem, genomes):
            right = one.right(targets, bits_of([(), *((part,) for part in one.parts)]))
            counts = np.stack([np.bitwise_count(right & words).sum(axis=1) for words in tasks], axis=1).astype(float)
            worth = np.maximum(0.0, counts[0] - counts[1:]) / [np.bitwise_count(words).sum() for words in tasks]
            serving = worth[worth.max(axis=1) > ROUNDING]
            values[i, 2] = 1 - len(serving) / len(worth)
            if len(serving):
                tau = (1 - serving / serving.max(axis=1, keepdims=True)).sum(axis=1) / (len(tasks) - 1)
                values[i, :2] = tau.mean(), (tau > 1 - ROUNDING).mean()
        return values


def deciding(codes: Array, targets: Array) -> Array:
    """Where each sub-goal decides alone.

    Parameters
    ----------
    codes : int64 (n_cases,)
        Bit i is the value of sub-goal i in that case.
    targets : bool (n_cases, n_outputs)

    Returns
    -------
    bool (n_subgoals, n_cases, n_outputs)
        Not where the other value of a sub-goal, all others as they are, comes in no case.
    """
    answers = dict(zip(codes.tolist(), targets, strict=True))
    n = max(int(codes.max()).bit_length(), 1)
    pivotal = np.array(
        [
            [answers.get(code ^ 1 << bit, row) != row for code, row in zip(codes.tolist(), targets, strict=True)]
            for bit in range(n)
        ]
    )
    return np.asarray(pivotal & (pivotal.sum(axis=0) == 1))

"""What is one mutation away: other functions, other goals, and new combinations of the sub-goals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from evomod.component import AsTuple
from evomod.goals.base import Cases
from evomod.goals.function import answers
from evomod.measures.base import Array, Measure, MeasureError, Specimen
from evomod.measures.once import known, take_once
from evomod.measures.one_mutants import n_mutants, one_mutants
from evomod.neighbourhood import survey
from evomod.problem import Problem


class Evolvability(Measure):
    """The functions that lie one mutation away, and the share of mutations that solve a related goal.

    Every genome that differs in one locus counts once, silent mutations too. A genome computes a function if it is
    right in all cases, in each of the states that count; it solves a goal if the function is right in so many of the
    cases that count as the scenario's `fitness.success` asks.

    `switchable` is the share of one-mutants that solve a related goal, of the goal for which that is largest;
    `switchable_mean` the mean over the related goals; NaN where there is none. `functions` counts the functions that
    one-mutants compute, the genome's own not among them; `novel` is the share of one-mutants that compute one of these.
    `facilitated` is the share of the novel ones that are made of the goal's sub-goals: their answers follow from the
    values of the sub-goals and depend on each of them. NaN where nothing is novel or the goal tells no sub-goals.

    `facilitated` is a definition of our own, after the idea of facilitated variation in Parter, Kashtan & Alon 2008
    (doi 10.1371/journal.pcbi.1000206): mutations that lead in directions which may be useful. It is not their score.
    """

    kind: Literal["evolvability"] = "evolvability"
    needs_genome: ClassVar[bool] = True
    goals: Annotated[tuple[str, ...], Field(min_length=1), AsTuple] | None = Field(
        None,
        description="Names of the related goals. By default all goals of the scenario that have always the same right "
        "answers, but the one in force.",
    )

    @property
    def columns(self) -> tuple[str, ...]:
        """Shares 0 to 1, but `functions`, which is a count."""
        return ("switchable", "switchable_mean", "functions", "novel", "facilitated")

    def take(self, specimens: Sequence[Specimen]) -> Array:
        """NaN where there is nothing to be related to."""
        return take_once(specimens, len(self.columns), self._take)

    def _take(self, problem: Problem, goal: str, specimens: list[Specimen]) -> Array:
        related = self._related(problem, goal, specimens[0].name)
        solutions = [problem.cases(name, 0, 0) for name in related]
        values = np.full((len(specimens), len(self.columns)), np.nan)
        codes = codes_of(problem, goal)
        genomes, m = np.stack([known(specimen)[1] for specimen in specimens]), n_mutants(problem.encoding)
        own = survey(problem, genomes)
        for where, near in one_mutants(problem.encoding, genomes):
            found, rows = survey(problem, near), values[where]
            tables = np.concatenate([found.tables, own.tables[where]])
            steady = np.concatenate([found.steady, own.steady[where]])
            distinct, functions = _distinct(tables, steady, problem)
            mutants, before = functions[: len(near)].reshape(-1, m), functions[len(near) :, None]
            novel = (mutants >= 0) & (mutants != before)
            rows[:, 2] = [len(set(row[new].tolist())) for row, new in zip(mutants, novel, strict=True)]
            rows[:, 3] = novel.mean(axis=1)
            if solutions:
                solved = [_count_in(mutants, solving(distinct, one, problem.fitness.success)) / m for one in solutions]
                rows[:, 0], rows[:, 1] = np.max(solved, axis=0), np.mean(solved, axis=0)
            if codes is not None:
                n_novel = novel.sum(axis=1)
                made = _count_in(np.where(novel, mutants, -1), made_of(distinct, codes))
                rows[:, 4] = np.where(n_novel > 0, made / np.maximum(n_novel, 1), np.nan)
        return values

    def _related(self, problem: Problem, goal: str, name: str) -> list[str]:
        useful = [g for g, known_goal in problem.goals.items() if known_goal.is_task]
        if self.goals is None:
            return [g for g in useful if g != goal]
        if unknown := set(self.goals).difference(useful):
            raise MeasureError(
                f"{name}: {self.kind}.goals names {min(unknown)!r}; goals that have always the same right answers are "
                f"{', '.join(useful) or 'none'}"
            )
        return [g for g in self.goals if g != goal]


def _distinct(tables: Array, steady: Array, problem: Problem) -> tuple[Array, Array]:
    """Different functions, bool (k, n_outputs · n_rows), and which of them each genome computes, -1 for none."""
    n_rows = len(problem.cases(next(iter(problem.goals)), 0, 0).inputs)
    which = np.full(len(tables), -1)
    if tables.shape[1] == 1:  # whole rows are compared much more slowly
        words, which[steady] = np.unique(tables[steady, 0], return_inverse=True)
    else:
        words, inverse = np.unique(tables[steady], axis=0, return_inverse=True)
        which[steady] = inverse.ravel()
    octets = words.reshape(-1, problem.n_outputs, tables.shape[1] // problem.n_outputs).astype("<u8").view(np.uint8)
    bits = np.unpackbits(octets, axis=-1, count=n_rows, bitorder="little")
    return bits.reshape(len(words), problem.n_outputs * n_rows).astype(bool), which


def solving(tables: Array, cases: Cases, success: float) -> Array:
    """Which functions, bool (n, n_outputs · n_rows), are right in such a share of the cases that count: bool (n,)."""
    right = (tables == cases.targets.T.ravel()).reshape(len(tables), -1, len(cases.inputs))
    counted = right if cases.counted is None else right[:, :, cases.counted]
    enough: Array = counted.mean(axis=(1, 2)) >= success
    return enough


def _count_in(functions: Array, members: Array) -> Array:
    """How many of the functions of each row, -1 for none, are members: int64 (n,)."""
    counts: Array = np.append(members, False)[functions].sum(axis=1)
    return counts


def codes_of(problem: Problem, goal: str) -> Array | None:
    """In each row the values of the goal's sub-goals as one whole number; None if it tells none."""
    parts = list(problem.goals[goal].subgoals(problem.inputs)) if goal else []
    if not parts:
        return None
    values = np.stack([answers(part, len(problem.inputs))[:, 0] for part in parts]).astype(np.int64)
    codes: Array = (values << np.arange(len(parts))[:, None]).sum(axis=0)
    return codes


def made_of(tables: Array, codes: Array) -> Array:
    """Which functions are made of sub-goals.

    Parameters
    ----------
    tables : bool (n, n_outputs · n_rows)
    codes : int64 (n_rows,)
        Bit i is the value of sub-goal i in that row.

    Returns
    -------
    bool (n,)
        Rows with one code have the same answers, and for each bit there are two codes that differ in it alone and
        whose answers differ.
    """
    tables = tables.reshape(len(tables), tables.shape[1] // len(codes), len(codes))
    known_codes, first, which = np.unique(codes, return_index=True, return_inverse=True)
    of_code = tables[:, :, first]
    made: Array = (of_code[:, :, which] == tables).all(axis=(1, 2))
    for bit in range(int(known_codes[-1]).bit_length()):
        low = [k for k, code in enumerate(known_codes) if not code >> bit & 1 and (code | 1 << bit) in known_codes]
        high = np.searchsorted(known_codes, known_codes[low] | 1 << bit)
        made &= (of_code[:, :, low] != of_code[:, :, high]).any(axis=(1, 2))
    return made

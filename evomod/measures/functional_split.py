"""Do modules of structure belong to modules of function? After Clune, Mouret & Lipson 2013 (arXiv 1207.2743)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from evomod.component import AsTuple
from evomod.genotypes.part_states import knows_parts, part_states
from evomod.goals.function import answers, multiplicity
from evomod.measures.base import Array, Measure, MeasureError, Specimen
from evomod.measures.once import known, take_once
from evomod.networks.bisection import best_bisection
from evomod.networks.network import Network
from evomod.problem import Problem

Group = Annotated[tuple[str, ...], Field(min_length=1), AsTuple]
MAX_STATES = 1 << 22  # in memory at a time


class FunctionalSplit(Measure):
    """Do the two best modules part two groups of inputs, which gates follow one group alone, are sub-goals computed?

    `split` is the adjusted Rand index (Hubert & Arabie 1985, doi 10.1007/BF01908075) of groups and modules over the
    inputs that are used: 1 where the cut into two modules with the largest Q parts the groups, 0 by chance, below 0
    where it does worse; the mean over cuts that are equally good. NaN unless inputs of both groups are used, three in
    all, or without gates.

    `decoded` is the share of sub-goals that some effective gate computes, or its negation does; `decoding` the mean
    over sub-goals of the largest share of cases that a single gate, or its negation, gets right. A gate at random is
    right in half of the cases, but the best of several in more: compare with a null.

    `left_only`, `right_only` and `mixed` are shares of the effective gates: those that change, in some case, when the
    inputs of the first group are varied and never when those of the other are; the reverse; and those that follow both.
    The left group is the one with the scenario's first input.
    """

    kind: Literal["functional_split"] = "functional_split"
    needs_genome: ClassVar[bool] = True
    groups: Annotated[tuple[Group, Group], AsTuple] | None = Field(
        None,
        description="Two groups of input names. By default what the sub-goals read, for (x ^ y) & (w ^ z) x, y and "
        "w, z: of the goal in force or, where that does not tell two separate groups, of the first goal that does.",
    )

    @property
    def columns(self) -> tuple[str, ...]:
        """Split first; all shares 0 to 1."""
        return ("split", "decoded", "decoding", "left_only", "right_only", "mixed")

    def take(self, specimens: Sequence[Specimen]) -> Array:
        """NaN where the goals tell no two groups, or no sub-goals."""
        return take_once(specimens, len(self.columns), self._take)

    def _take(self, problem: Problem, goal: str, specimens: list[Specimen]) -> Array:
        encoding, name = problem.encoding, specimens[0].name
        n_cases = len(problem.cases(next(iter(problem.goals)), 0, 0).inputs)
        if not knows_parts(encoding) or n_cases != 1 << len(problem.inputs):
            message = f"{name}: {self.kind} is defined for circuits and nets, and goals of all rows of a truth table"
            raise MeasureError(message)
        groups, subgoals = self._function(problem, goal, name)
        values = np.full((len(specimens), len(self.columns)), np.nan)
        step = max(1, MAX_STATES // (encoding.n_nodes * n_cases))
        for start in range(0, len(specimens), step):
            some = specimens[start : start + step]
            share, effective = part_states(encoding, np.stack([known(specimen)[1] for specimen in some]))
            rows = values[start : start + step]
            if subgoals:
                rows[:, 1:3] = decoding(share, effective, subgoals, len(problem.inputs))
            if groups:
                rows[:, 0] = [split(specimen.network, groups) for specimen in some]
                ways = [_indices(problem, group) for group in groups]
                rows[:, 3:] = following(share, effective, ways, len(problem.inputs))
        return values

    def _function(self, problem: Problem, goal: str, name: str) -> tuple[list[tuple[str, ...]] | None, tuple[int, ...]]:
        """Groups of inputs, and sub-goals: of the goal, or of the first that tells two groups."""
        told = [problem.goals[g].subgoals(problem.inputs) for g in ([goal] if goal else []) + list(problem.goals)]
        own = [(_supports(problem, tuple(functions)), tuple(functions)) for functions in told]
        groups, subgoals = next((pair for pair in own if pair[0]), (None, own[0][1]))
        if self.groups is None:
            return groups, subgoals
        if unknown := {i for group in self.groups for i in group}.difference(problem.inputs):
            raise MeasureError(
                f"{name}: {self.kind}.groups names {min(unknown)!r}; inputs are {', '.join(problem.inputs)}"
            )
        if twice := set(self.groups[0]).intersection(self.groups[1]):
            raise MeasureError(f"{name}: {self.kind}.groups has {min(twice)!r} in both groups; they must be apart")
        return list(self.groups), subgoals


def _indices(problem: Problem, group: Sequence[str]) -> list[int]:
    return [problem.inputs.index(name) for name in group]


def _supports(problem: Problem, subgoals: Sequence[int]) -> list[tuple[str, ...]] | None:
    """Which inputs the sub-goals read, the group with the first input first; None unless these are two, apart."""
    n = len(problem.inputs)
    found = {tuple(i for i in range(n) if multiplicity(part, n, [i]) > 1) for part in subgoals}
    groups = sorted(one for one in found if not any(set(one) < set(other) for other in found))  # not parts of parts
    if len(groups) != 2 or set(groups[0]) & set(groups[1]):
        return None
    return [tuple(problem.inputs[i] for i in group) for group in groups]


def split(network: Network, groups: Sequence[Sequence[str]]) -> float:
    """Adjusted Rand index of two groups of inputs and the best two modules; NaN where it is not defined."""
    which = {name: k for k, group in enumerate(groups) for name in group}
    nodes = [i for i, name in enumerate(network.names) if network.roles[i] == "input" and name in which]
    labels = np.array([which[network.names[i]] for i in nodes], bool)
    if len(nodes) < 3 or labels.all() or not labels.any() or not network.simple().any():
        return float("nan")
    return float(np.mean([_adjusted_rand(labels, side[nodes]) for side in best_bisection(network).sides]))


def _adjusted_rand(a: Array, b: Array) -> float:
    """Agreement of two labellings with two values, bool (n,); `a` has both."""

    def pairs(counts: Array) -> float:
        return float((counts * (counts - 1)).sum()) / 2

    both = np.bincount(2 * a + b, minlength=4)
    in_a, in_b, everybody = pairs(np.bincount(a)), pairs(np.bincount(b)), pairs(np.array([len(a)]))
    expected = in_a * in_b / everybody
    return (pairs(both) - expected) / ((in_a + in_b) / 2 - expected)


def decoding(share: Array, effective: Array, subgoals: Sequence[int], n_inputs: int) -> Array:
    """Share of sub-goals that a gate computes, and mean accuracy of the best gate: float64 (n, 2)."""
    tables = np.stack([answers(part, n_inputs)[:, 0] for part in subgoals]).astype(float)
    n_cases = tables.shape[1]
    right = (share @ tables.T + (1 - share) @ (1 - tables.T)) / n_cases  # (n, n_gates, n_subgoals)
    best = np.where(effective[..., None], np.maximum(right, 1 - right), 0.0).max(axis=1)
    best[~effective.any(axis=1)] = np.nan
    decoded = np.where(np.isnan(best[:, 0]), 0.0, (best == 1).mean(axis=1))
    return np.column_stack([decoded, best.mean(axis=1)])


def following(share: Array, effective: Array, groups: Sequence[Sequence[int]], n_inputs: int) -> Array:
    """Shares of the effective gates that follow the first group alone, the second alone, and both: float64 (n, 3)."""
    n, n_gates, _ = share.shape
    by_input = share.reshape(n, n_gates, *(2,) * n_inputs)  # an axis for each input, the last input first
    follows = []
    for group in groups:
        axes = tuple(1 + n_inputs - i for i in group)
        varied = by_input.max(axis=axes) != by_input.min(axis=axes)
        follows.append(varied.reshape(n, n_gates, -1).any(axis=2) & effective)
    left, right = follows
    counts = np.column_stack([ways.sum(axis=1) for ways in (left & ~right, right & ~left, left & right)])
    n_effective = effective.sum(axis=1, keepdims=True)
    return np.where(n_effective > 0, counts / np.maximum(n_effective, 1), np.nan)

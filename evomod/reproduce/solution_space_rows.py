"""The table of `solution-space`: what all solutions are like, and where those land that evolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from evomod.landscape import genomes_per_function
from evomod.landscape.properties import Properties
from evomod.reproduce.rows import NO_NUMBER, Row
from evomod.reproduce.solution_spaces import Landed, Space
from evomod.statistics.agreement import judged
from evomod.statistics.intervals import Interval, bootstrap

MARGIN = 0.1  # of a mean quantile, fixed before any run
TITLES = {"or": "G1 = (x ^ y) | (w ^ z)", "and": "G2 = (x ^ y) & (w ^ z)", "neighbour": "neighbour, not modular"}
WORDS = {
    "q": "Q",
    "gates": "effective gates",
    "connections": "connections",
    "robustness": "robustness: share of one-bit mutants that still solve it",
    "switches": "one-bit mutants that solve the other goal",
}
LANDS = {"q": "Q", "robustness": "robustness", "switches": "one-bit mutants that switch"}


def rows(
    all_spaces: Mapping[str, Space],
    readings: Sequence[Space],
    ends: Sequence[Landed],
    faced: Mapping[tuple[str, str], int],
) -> Iterator[Row]:
    """What is exact first, then evolution, goal by goal."""
    yield from _genomes(next(iter(all_spaces.values())), readings)
    for space in all_spaces.values():
        yield from _solutions(space)
    for space in all_spaces.values():
        for (condition, goal), n in faced.items():
            if goal == space.goal:
                some = [one for one in ends if (one.condition, one.goal) == (condition, goal)]
                yield from _landing(space, condition, some, n)


def _genomes(space: Space, readings: Sequence[Space]) -> Iterator[Row]:
    counts = genomes_per_function(space.model)
    section = f"All genomes ({', '.join(space.model.gates)} for the codes of a gate)"
    note = f"of {space.model.n_genomes:,} genomes; {int(counts.max()):,} for the most frequent function"
    yield _exact(section, "functions that some genome computes", int((counts > 0).sum()), note)
    for other in readings:
        what = f"{other.goal} with the codes {', '.join(other.model.gates)}: share with the highest Q"
        note = f"{other.solutions.n:,} of {other.model.n_genomes:,} genomes solve it; {_switching(other):.3g} of these"
        yield _exact(section, what, other.modular, f"{note} have a one-mutant that solves the other goal")


def _switching(space: Space) -> float:
    return float(np.mean(space.properties.switches > 0))


def _solutions(space: Space) -> Iterator[Row]:
    """Means over all solutions, with their range."""
    n = space.solutions.n
    known = "exact" if space.exact else f"from {len(space.properties.q):,} of them, drawn evenly"
    section = f"All solutions of {TITLES[space.goal]}: {n:,} genomes"
    for name, values in space.properties._asdict().items():
        found = _mean(values, space.exact)
        note = f"{known}; {values.min():.3g} to {values.max():.3g}, {len(np.unique(np.round(values, 9)))} values"
        yield Row(section, WORDS[name], "", found, 0, NO_NUMBER, note=note)
    yield _exact(section, "share with the highest Q", space.modular, known)
    yield _exact(section, "share with a one-bit mutant that solves the other goal", _switching(space), known)


def _mean(values: Any, exact: bool) -> Interval:
    """The mean, and the interval that sampling leaves: none where everybody is counted."""
    mean, half = float(np.mean(values)), 0.0 if exact else 1.96 * float(np.std(values)) / len(values) ** 0.5
    return Interval(mean, mean - half, mean + half, "exact" if exact else "normal")


def _landing(space: Space, condition: str, ends: Sequence[Landed], n_runs: int) -> Iterator[Row]:
    section = f"Where {condition} lands among the solutions of {space.goal}: quantiles"
    note = f"{len(ends)} of {n_runs} runs have perfect ends"
    what, text = "share of ends with the highest Q", f"{space.modular:.3g} of all solutions"
    if not ends:
        yield Row(section, what, text, None, 0, "no runs", note=note)
        return
    yield _compared(section, what, np.array([one.modular for one in ends]), space.modular, text, note)
    for name, what in LANDS.items():
        k = Properties._fields.index(name)
        if np.ptp(space.properties[k]) > 1e-9:  # otherwise everybody is at ½
            values = np.array([one.quantiles[:, k].mean() for one in ends])
            yield _compared(section, what, values, 0.5, "0.50 if equally likely", "")


def _compared(section: str, what: str, values: Any, expected: float, text: str, note: str) -> Row:
    """The mean over runs against what would be if each solution were equally likely."""
    ours = bootstrap(values)
    apart = Interval(ours.value - expected, ours.low - expected, ours.high - expected, ours.method)
    if len(values) < 2:
        return Row(section, what, text, ours, len(values), "too few runs", note=note)
    found = judged(apart, MARGIN)
    return Row(section, what, text, ours, len(values), found.answer, "mean", MARGIN, found.difference, note)


def _exact(section: str, what: str, value: float, note: str) -> Row:
    return Row(section, what, "", Interval(value, value, value, "exact"), 0, NO_NUMBER, "exact", note=note)


def code_lines(readings: Sequence[Space]) -> Iterator[Sequence[Any]]:
    """What the fourth code changes."""
    yield "codes", "goal", "genomes", "solutions", "modular", "with_switch", *(f"mean_{name}" for name in WORDS)
    for one in readings:
        means = [float(np.mean(values)) for values in one.properties]
        known = (one.model.n_genomes, one.solutions.n, one.modular, _switching(one))
        yield " ".join(one.model.gates), one.goal, *known, *means

"""The table of `solution-space`: what all solutions are like, and where those land that evolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.landscape import genomes_per_function
from evomod.landscape.properties import Properties, quantiles
from evomod.reproduce.rows import NO_NUMBER, Row, Verdict
from evomod.reproduce.solution_spaces import Landed, Space
from evomod.statistics.intervals import Interval, bootstrap, share

Array = npt.NDArray[Any]
MARGIN = 0.1  # of a mean quantile
SURE = 0.05  # p of a difference
N_DRAWS, SEED = 9999, 0
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


def _mean(values: Array, exact: bool) -> Interval:
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
    modular = np.array([one.modular for one in ends])
    yield _compared(section, what, modular, space.is_modular.astype(float), text, note)
    for name, what in LANDS.items():
        k = Properties._fields.index(name)
        everybody = quantiles(space.properties[k], space.properties[k])
        if np.ptp(everybody) > 1e-9:  # otherwise all are alike, and all land at ½
            values = np.array([one.quantiles[:, k].mean() for one in ends])
            yield _compared(section, what, values, everybody, "0.50 if equally likely")


def _compared(section: str, what: str, values: Array, everybody: Array, text: str, note: str = "") -> Row:
    """The mean over runs against that of runs for which each solution is equally likely."""
    n, expected = len(values), float(np.mean(everybody))
    shares = np.isin(values, (0, 1)).all()
    ours = share(int(values.sum()), n) if shares else bootstrap(values)
    if np.ptp(everybody) < 1e-9:
        return Row(section, what, text, ours, n, NO_NUMBER, note="; ".join(filter(None, (note, "as all solutions"))))
    p = chance(values, everybody)
    apart = Interval(ours.value - expected, ours.low - expected, ours.high - expected, ours.method)
    alike = ours.method != "constant" and apart.low >= -MARGIN and apart.high <= MARGIN
    verdict: Verdict = "too few runs" if n < 2 else "differs" if p < SURE else "agrees" if alike else "cannot tell"
    note = "; ".join(filter(None, (note, f"p = {p:.2g}")))
    return Row(section, what, text, ours, n, verdict, "mean", MARGIN, apart, note)


def chance(values: Array, everybody: Array) -> float:
    """How often the mean over so many solutions, each equally likely, is as far from the mean of all of them.

    A run's own mean over several ends varies less than one solution, so that this is rather too large than too small.
    """
    possible, counts = np.unique(everybody, return_counts=True)
    rng = np.random.default_rng(SEED)
    means = rng.choice(possible, (N_DRAWS, len(values)), p=counts / counts.sum()).mean(axis=1)
    expected = float(np.mean(everybody))
    return float(1 + np.sum(abs(means - expected) >= abs(values.mean() - expected) - 1e-9)) / (1 + N_DRAWS)


def _exact(section: str, what: str, value: float, note: str) -> Row:
    return Row(section, what, "", Interval(value, value, value, "exact"), 0, NO_NUMBER, "exact", note=note)


def code_lines(readings: Sequence[Space]) -> Iterator[Sequence[Any]]:
    """What the fourth code changes."""
    yield "codes", "goal", "genomes", "solutions", "modular", "with_switch", *(f"mean_{name}" for name in WORDS)
    for one in readings:
        means = [float(np.mean(values)) for values in one.properties]
        known = (one.model.n_genomes, one.solutions.n, one.modular, _switching(one))
        yield " ".join(one.model.gates), one.goal, *known, *means

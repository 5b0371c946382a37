"""The table of Clune, Mouret & Lipson 2013: directions that the paper states, and what a reviewer would ask besides.

The paper's numbers are of its full size, and none of them is compared: what is judged is which arm has more.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from evomod.reproduce.cml13_runs import Adapted, survivals
from evomod.reproduce.ka05_runs import Circuits, Evolved
from evomod.reproduce.rows import NO_NUMBER, Row, contrast_row, mean_row, share_row, unjudged
from evomod.statistics.intervals import Interval

Array = npt.NDArray[Any]
Runs = Mapping[str, Sequence[Evolved]]

SPECTRAL, OPTIMUM, LINKS, DENSITY = "spectral.q", "optimum.q", "optimum.edges", "optimum.density"
WITHOUT_COST = ("PA", "PA, random ties", "PA, sparse start", "PA, removal")
DRIFTING = "random ties"
NULL = {"null.excess": "Q less Q of rewired nets", "null.z": "the same in spreads of those, z"}
FUNCTION = {
    "split.split": "the best two modules part left from right inputs (adjusted Rand index)",
    "split.decoding": "accuracy with which the best single unit tells an object on the left, or right",
    "split.decoded": "share of the two detectors that some unit computes without error",
    "split.mixed": "share of units that change both when only the left, and when only the right half varies",
}


def rows(runs: Runs, nets: Circuits, any_best: Circuits, adapted: Adapted) -> Iterator[Row]:
    """All lines: `nets` has the best performer of each run, the cheapest of equals; `any_best` some that are drawn."""
    names = [name for name, group in runs.items() if group]
    yield from _modularity(names, nets, any_best)
    yield from _performance(runs)
    yield from _ties(nets)
    yield from _sparsity(names, runs, nets)
    yield from _adaptation(runs, adapted)
    yield from _function(nets)


def _more(section: str, what: str, values: Sequence[Array], text: str = "", note: str = "") -> Row:
    """How much larger the first values are than the second, judged where the paper states it."""
    row = contrast_row(section, what, values[0], values[1], text, note)
    return row if text or not row.n or row.ours is None else unjudged(row)


def _modularity(names: Sequence[str], nets: Circuits, any_best: Circuits) -> Iterator[Row]:
    for column, how in (
        (SPECTRAL, "by the leading eigenvector, as in the paper"),
        (OPTIMUM, "the largest of 50 climbs"),
    ):
        section = f"Directed Q of each run's best performer, {how}"
        for name in names:
            yield _plain(section, name, nets.per_run(column, name))
        cost, alone = nets.per_run(column, "P&CC"), nets.per_run(column, "PA")
        note = "the goal never changes: so a cost of connections alone suffices" if column == SPECTRAL else ""
        yield _more(section, "P&CC above PA", (cost, alone), "larger", note)
        for name in ("P&CC, links", "P&CC, p = 1", "random cost"):
            yield _more(section, f"{name} above PA", (nets.per_run(column, name), alone))
        yield _more(section, "P&CC above random cost", (cost, nets.per_run(column, "random cost")))
    section = "The same, of ten best performers of the last generation, drawn alike in all arms"
    values = [any_best.per_run(SPECTRAL, name) for name in ("P&CC", "PA")]
    yield _more(section, "P&CC above PA", values, "larger")


def _performance(runs: Runs) -> Iterator[Row]:
    section = "Performance: L AND R"
    for name, group in runs.items():
        solved = sum(math.isfinite(run.time) for run in group)
        yield share_row(section, f"{name}: solved", solved, len(group), None, math.nan)
    for name in ("PA", "P&CC"):
        yield _plain(section, f"{name}: right answers of the best", _benefits(runs.get(name, ())))
    benefits = [_benefits(runs.get(name, ())) for name in ("P&CC", "PA")]
    yield _more(section, "P&CC above PA, right answers", benefits)


def _ties(nets: Circuits) -> Iterator[Row]:
    section = "The order of equals: parents first (all other arms), or by chance"
    for column, how in ((SPECTRAL, "spectral Q"), (OPTIMUM, "largest Q")):
        first = [nets.per_run(column, name) for name in ("P&CC", "PA")]
        drifting = [nets.per_run(column, f"{name}, {DRIFTING}") for name in ("P&CC", "PA")]
        yield _more(section, f"P&CC above PA, parents first, {how}", first, "larger")
        yield _more(section, f"P&CC above PA, by chance, {how}", drifting, "larger", "the paper leaves the order open")
        yield _more(section, f"PA by chance above PA with parents first, {how}", (drifting[1], first[1]))
    links = [nets.per_run(LINKS, name) for name in (f"PA, {DRIFTING}", "PA")]
    yield _more(section, "PA by chance above PA with parents first, links", links)


def _sparsity(names: Sequence[str], runs: Runs, nets: Circuits) -> Iterator[Row]:
    section = "Is it anything but sparsity?"
    for name in names:
        yield _plain(section, f"{name}: links", nets.per_run(LINKS, name))
    for name in ("PA", "P&CC"):
        yield _plain(section, f"{name}: density", nets.per_run(DENSITY, name))
    for column, what in NULL.items():
        text = f"{what} (same degrees, directions dropped)"
        values = {name: nets.per_run(column, name) for name in ("PA", "P&CC")}
        for name in values:
            yield _plain(section, f"{name}: {text}", values[name])
        yield _more(section, f"P&CC above PA: {text}", (values["P&CC"], values["PA"]))
    for name in ("PA, sparse start", "PA, removal"):
        sparse = [nets.per_run(SPECTRAL, one) for one in ("P&CC", name)]
        yield _more(section, f"P&CC above {name}: spectral Q", sparse)
    for name in ("P&CC", "P&CC, links"):
        yield matched(section, name, runs, nets)


def matched(section: str, name: str, runs: Runs, nets: Circuits) -> Row:
    """By how much more modular than runs without a cost, at as many links and as many right answers.

    Least squares of spectral Q on the logarithm of links, right answers, and whether there is the cost.
    """
    what, lines = f"{name} above arms without a cost, at equal links and right answers: spectral Q", []
    for one in (name, *WITHOUT_COST):
        q, links = dict(nets.by_run(SPECTRAL, one)), dict(nets.by_run(LINKS, one))
        benefit = {run.index: run.ends[-1].benefit for run in runs.get(one, ())}
        lines += [(q[k], 1.0, math.log(links[k]), benefit[k], float(one == name)) for k in q]
    table = np.array(lines).reshape(-1, 5)
    y, x, costly = table[:, 0], table[:, 1:], table[:, 4] == 1
    free = len(y) - x.shape[1]
    if free < 1 or np.linalg.matrix_rank(x) < x.shape[1]:
        return Row(section, what, "", None, int(costly.sum()), "too few runs", "difference of means")
    slope, _, _, _ = np.linalg.lstsq(x, y)
    error = math.sqrt(((y - x @ slope) ** 2).sum() / free * np.linalg.inv(x.T @ x)[-1, -1])
    half = float(stats.t.ppf(0.975, free)) * error
    ours = Interval(float(slope[-1]), float(slope[-1] - half), float(slope[-1] + half), "least squares")
    raw = y[costly].mean() - y[~costly].mean()
    spans = [np.exp(x[which, 1]).round() for which in (costly, ~costly)]
    note = f"{raw:+.2f} at their own; links {spans[0].min():.0f} to {spans[0].max():.0f} with the cost, "
    note += f"{spans[1].min():.0f} to {spans[1].max():.0f} without any"
    return Row(section, what, "", ours, int(costly.sum()), NO_NUMBER, "difference of means", note=note)


def _adaptation(runs: Runs, adapted: Adapted) -> Iterator[Row]:
    section = "Generations until the last population solves L OR R instead"
    for name, one in survivals(adapted).items():
        n, longest = len(one.times), one.times.max()
        note = f"{int(one.observed.sum())} of {n} solved it; {longest:,.0f} generations at most were waited"
        yield Row(section, name, "", one.median, n, NO_NUMBER, "median", note=note)
    solved = {name: {run.index for run in runs.get(name, ()) if math.isfinite(run.time)} for name in ("PA", "P&CC")}
    for other in ("P&CC", "P&CC, now PA"):
        pairs = [_times(adapted, name) for name in ("PA", other)]
        note = "those who did not get there count with all generations that were waited"
        yield _more(section, f"PA takes longer than {other}", pairs, "longer" if other == "P&CC" else "", note)
        founders = [_times(adapted, name, solved[of]) for name, of in (("PA", "PA"), (other, "P&CC"))]
        yield _more(section, f"likewise, founders that had solved L AND R, than {other}", founders)


def _times(adapted: Adapted, name: str, among: set[int] | None = None) -> Array:
    times = adapted.get(name, {})
    return np.array([time for index, (time, _) in sorted(times.items()) if among is None or index in among])


def _function(nets: Circuits) -> Iterator[Row]:
    section = "What modules and units do"
    for column, what in FUNCTION.items():
        for name in ("PA", "P&CC"):
            yield _plain(section, f"{name}: {what}", nets.per_run(column, name))
        values = [nets.per_run(column, name) for name in ("P&CC", "PA")]
        yield _more(section, f"P&CC above PA: {what}", values)


def _benefits(group: Sequence[Evolved]) -> Array:
    return np.array([run.ends[-1].benefit for run in group])


def _plain(section: str, what: str, values: Array) -> Row:
    return mean_row(section, what, values, None, "", math.nan)

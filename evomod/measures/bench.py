"""How good is a measure of modularity? Each is taken of networks that are known to be modular or not."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import ValidationError

from evomod.component import describe, members
from evomod.errors import EvomodError
from evomod.measures.base import Array, Measure, Specimen
from evomod.networks.planted import Planted, planted

SEEN = 2.0  # spreads by which a modular net and its control must differ
# In what other ways, or in which alone, a kind is taken of networks by default.
ALSO: dict[str, tuple[dict[str, Any], ...]] = {
    "n_cut": ({}, {"k": 2}),
    "q_m": ({"against": "degree_preserving"},),
}
EQUAL = 1e-9  # of the value: twins that differ by less are measured alike


@dataclass(frozen=True)
class Score:
    """One number of one measure on all planted networks.

    Attributes
    ----------
    measure, column : str
    values : float64 (n_planted,)
        NaN where the measure is not defined.
    tau, p : float
        Kendall's rank correlation with how modular the graded networks are made, and its p: near 1 if the number orders
        them, near -1 if it orders them the other way round, as a cost does.
    spread : float
        Standard deviation among graded networks that are rewired alike.
    differences : dict
        For each pair the modular net less its control, for each twin the twin less the original, in spreads; exactly 0
        where both are measured alike.
    """

    measure: str
    column: str
    values: Array
    tau: float
    p: float
    spread: float
    differences: dict[str, float]


@dataclass(frozen=True)
class Bench:
    """All scores, and what could not be tried: sentences."""

    planted: tuple[Planted, ...]
    scores: tuple[Score, ...]
    left_out: tuple[str, ...]

    def blind_to(self, score: Score) -> list[str]:
        """The modular nets that a number does not tell from their controls, or takes for the less modular ones.

        Which way is right, the graded series says, where it says anything (p < 0.05).
        """
        pairs = [net.name for net in self.planted if net.series == "pair" and net.beside]
        found = np.array([score.differences[name] for name in pairs])
        seen = found * np.sign(score.tau) > SEEN if score.p < 0.05 else np.abs(found) > SEEN
        return [name for name, sees in zip(pairs, seen, strict=True) if not sees]

    def as_rows(self) -> list[dict[str, Any]]:
        """A flat row for each number, all with the same columns; what is not defined is None."""
        return [
            {
                "measure": score.measure,
                "column": score.column,
                "tau": _known(score.tau),
                "p": _known(score.p),
                "spread": _known(score.spread),
                **{name: _known(value) for name, value in score.differences.items()},
                "undefined": int(np.isnan(score.values).sum()),
                "blind_to": "; ".join(self.blind_to(score)),
            }
            for score in self.scores
        ]

    def as_text(self) -> str:
        """For people: a line for each number."""
        names = [net.name for net in self.planted if net.beside]
        lines = [["measure", "number", "tau", "p", *names, "undefined", "blind to"]]
        for score in self.scores:
            cells = [_cell(score.differences[name]) for name in names]
            p = "" if math.isnan(score.p) else "< 0.001" if score.p < 1e-3 else f"{score.p:.3f}"
            undefined = int(np.isnan(score.values).sum())
            tau = "–" if math.isnan(score.tau) else f"{score.tau:+.2f}"
            blind = ", ".join(self.blind_to(score))
            lines.append([score.measure, score.column, tau, p, *cells, f"{undefined}/{len(self.planted)}", blind])
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        table = [
            "  ".join(
                f"{cell:>{width}}" if 2 <= k < len(line) - 1 else f"{cell:<{width}}"
                for k, (cell, width) in enumerate(zip(line, widths, strict=True))
            )
            for line in lines
        ]
        n_graded = sum(net.series == "graded" for net in self.planted)
        explained = (
            f"tau: rank correlation with planted modularity over {n_graded} nets. Differences, in spreads of nets made "
            f"alike: of a\nmodular net from its control (seen: more than {SEEN:g}, the way that tau says if p is "
            f"below 0.05), of a twin from the original."
        )
        return "\n".join([*(line.rstrip() for line in table), "", explained, *self.left_out])


def bench(
    measures: Sequence[Measure] | None = None, seed: int = 0, on_measure: Callable[[str], None] = lambda _: None
) -> Bench:
    """Take measures of the planted networks.

    Parameters
    ----------
    measures : sequence of Measure, optional
        All that a bare network is enough for, with their defaults or in the ways of `ALSO`, if not given. Of each the
        number that stands for it is scored and, if it has one, its z.
    seed : int
        Of the networks, 0 to 2^63 - 1.
    on_measure : called with the name of each before it is taken
    """
    nets = planted(seed)
    left_out: list[str] = []
    scores: list[Score] = []
    for measure in _all(left_out) if measures is None else measures:
        on_measure(_name(measure))
        values, refused = _values(measure, nets)
        if refused:
            more = f" (and {len(refused) - 1} more networks)" if len(refused) > 1 else ""
            left_out.append(f"! {_name(measure)}: {refused[0]}{more}")
        for column in dict.fromkeys((measure.columns[0], *({"z"} & set(measure.columns)))):
            scores.append(_score(_name(measure), column, values[:, measure.columns.index(column)], nets))
    return Bench(nets, tuple(scores), tuple(left_out))


def _all(left_out: list[str]) -> list[Measure]:
    found = []
    for kind, cls in members(Measure).items():  # type: ignore[type-abstract]
        if cls.needs_genome:
            left_out.append(f"! {kind}: looks at genomes, and these are networks")
            continue
        try:
            found += [cls.model_validate({"kind": kind, **settings}) for settings in ALSO.get(kind, ({},))]
        except ValidationError:
            left_out.append(f"! {kind}: has fields without defaults")
    return found


def _name(measure: Measure) -> str:
    """Kind, and the fields that are not at their defaults."""
    fields = {key: value for key, value in describe(measure).items() if key not in ("kind", "every")}
    changed = [f"{key}={value}" for key, value in fields.items() if value != type(measure).model_fields[key].default]
    return f"{measure.kind}({', '.join(changed)})" if changed else measure.kind


def _values(measure: Measure, nets: Sequence[Planted]) -> tuple[Array, list[str]]:
    """Numbers of each network, float64 (n_planted, n_columns), and why some are not defined: each sentence once."""
    values, refused = np.full((len(nets), len(measure.columns)), np.nan), []
    for k, net in enumerate(nets):
        try:
            values[k] = measure.checked([Specimen(net.name, bare=net.network)])[0]
        except EvomodError as error:
            refused.append(str(error))
    return values, refused


def _score(measure: str, column: str, values: Array, nets: Sequence[Planted]) -> Score:
    from scipy.stats import kendalltau  # slow to import

    truth = np.array([net.truth for net in nets])
    known = np.array([net.series == "graded" for net in nets]) & np.isfinite(values)
    tau, p = map(float, kendalltau(truth[known], values[known])) if known.sum() > 1 else (math.nan, math.nan)
    levels = [values[known & (truth == level)] for level in np.unique(truth[known])]
    freedom = sum(len(level) - 1 for level in levels)
    square = sum(((level - level.mean()) ** 2).sum() for level in levels) / freedom if freedom else math.nan
    spread = math.sqrt(square) or math.nan  # a number that never varies has no unit
    place = {net.name: k for k, net in enumerate(nets)}
    differences = {}
    for net in nets:
        if net.beside:
            one, other = values[place[net.name]], values[place[net.beside]]
            alike = abs(one - other) <= EQUAL * max(abs(one), abs(other))
            differences[net.name] = 0.0 if alike else (one - other) / spread
    return Score(measure, column, values, tau, p, spread, differences)


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _cell(difference: float) -> str:
    return "–" if math.isnan(difference) else "equal" if difference == 0 else f"{difference:+.1f}"

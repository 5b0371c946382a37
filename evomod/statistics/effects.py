"""What each factor of a campaign does to each result, and how far that can be trusted.

The unit is the run. Of each factor, all runs of a level are taken together, whatever their other factors are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from evomod.errors import InputError
from evomod.statistics import table
from evomod.statistics.comparison import holm
from evomod.statistics.outcomes import Contrast, Description, common_horizon, outcome
from evomod.statistics.table import Kind, Row

TOLERATED = 0.05  # by how much such shares may differ: a failed run or two are no reason to warn
UNBALANCED = "unbalanced: the levels of {} do not meet those of {} equally often, which may be what makes them differ"


@dataclass(frozen=True)
class Effect:
    """A result at one level of one factor.

    `n_runs` counts the runs of which the result is known, and `n_missing` the others. `contrast` is with the
    `baseline`, another level of the factor, and `p_holm` its p after Holm's correction for all contrasts of the same
    result; both are None for the baseline itself. What cannot be said is None. `note` is a warning, or empty.
    """

    result: str
    kind: Kind
    factor: str
    level: str
    n_runs: int
    n_missing: int
    baseline: str
    description: Description | None = None
    contrast: Contrast | None = None
    p_holm: float | None = None
    note: str = ""


def effects(
    rows: Sequence[Row], factors: Sequence[str], results: Sequence[str], baseline: Mapping[str, Any] | None = None
) -> list[Effect]:
    """Say what each level of each factor does to each result.

    Parameters
    ----------
    rows : sequence of mappings
        The table of a campaign, a row a run, as `evomod.statistics.table` describes it; at least one.
    factors, results : sequences of column names
        What was varied, and what came out.
    baseline : mapping from factor to level, optional
        What the other levels are compared with; where nothing is said, the level that appears first.

    Returns
    -------
    list of Effect
        Result by result, factor by factor, levels in the order of first appearance; intervals at level 0.95.

    Raises
    ------
    InputError
        If a column or a level is not there, or a result holds something else than numbers and booleans.
    """
    table.check_columns(rows, [*factors, *results])
    wanted = baseline or {}
    if strange := [factor for factor in wanted if factor not in factors]:
        raise InputError(f"baseline: {', '.join(strange)} is not among the factors {', '.join(factors)}")
    baselines = {factor: table.baseline_of(rows, factor, wanted.get(factor)) for factor in factors}
    return [effect for result in results for effect in _of_result(rows, baselines, result)]


def _of_result(rows: Sequence[Row], baselines: Mapping[str, str], result: str) -> list[Effect]:
    kind, known = table.kind_of(rows, result), table.known(rows, result)
    runs = {factor: table.by_level(rows, factor) for factor in baselines}
    groups = {factor: {k: outcome(v, result, kind) for k, v in levels.items()} for factor, levels in runs.items()}
    horizon = common_horizon((group for levels in groups.values() for group in levels.values()), rows, result)
    found = []
    for factor, levels in groups.items():
        note = _note(known, factor, [other for other in baselines if other != factor])
        for level, group in levels.items():
            n_runs = len(table.known(runs[factor][level], result))
            n_missing = len(runs[factor][level]) - n_runs
            effect = Effect(result, kind, factor, level, n_runs, n_missing, baselines[factor], note=note)
            if group is not None:
                base = levels[baselines[factor]] if level != baselines[factor] else None
                contrast = group.against(base, horizon) if base is not None else None
                effect = replace(effect, description=group.described(horizon), contrast=contrast)
            found.append(effect)
    return _corrected(found)


def _note(known: Sequence[Row], factor: str, others: Sequence[str]) -> str:
    """A warning where the levels of a factor are not about equally often with those of the others."""
    shares: list[dict[tuple[str, ...], float]] = []
    for runs in table.by_level(known, factor).values() if known else ():
        counts = Counter(tuple(table.label(row.get(other)) for other in others) for row in runs)
        shares.append({met: n / len(runs) for met, n in counts.items()})
    met = {combination for of_level in shares for combination in of_level}
    of_levels = [[of_level.get(combination, 0.0) for of_level in shares] for combination in met]
    uneven = any(max(of_level) - min(of_level) > TOLERATED for of_level in of_levels)
    return UNBALANCED.format(factor, " and ".join(others)) if uneven else ""


def _corrected(found: Sequence[Effect]) -> list[Effect]:
    corrected = iter(holm([effect.contrast.p for effect in found if effect.contrast]))
    return [replace(effect, p_holm=next(corrected)) if effect.contrast else effect for effect in found]

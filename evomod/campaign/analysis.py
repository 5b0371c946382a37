"""What a campaign found: the effect of each factor on each result, as a table, as text and as figures."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evomod.campaign import journal
from evomod.campaign.folder import Campaign
from evomod.campaign.tables import write_csv
from evomod.lineage.folder import cannot_write
from evomod.statistics import table
from evomod.statistics.effects import Effect, effects
from evomod.statistics.effects_table import as_rows
from evomod.statistics.intervals import Interval
from evomod.statistics.logrank import logrank
from evomod.statistics.power import runs_needed_of
from evomod.statistics.survival import kaplan_meier

EFFECTS_TABLE = "effects.csv"
POWER = 0.8
WHOLE = "campaign"  # what stands for a factor where nothing was varied
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Analysis:
    """Effects, and the rows that they were taken from.

    Attributes
    ----------
    rows : one a run that was tried: `run`, the factors, `seed`, `generation` and the campaign's results
    factors : of two levels and more; what stands for all runs where there are none
    effects : as `evomod.statistics.effects.effects` gives them
    """

    campaign: Campaign
    rows: Rows
    factors: tuple[str, ...]
    effects: list[Effect]


def analyse(campaign: Campaign) -> Analysis | None:
    """Compare the levels of each factor in the campaign's `results`; None as long as no run is done."""
    plan, rows = campaign.plan, list(_rows(campaign))
    there = {key for row in rows for key, value in row.items() if value is not None or table.is_time(key)}
    if not (wanted := [name for name in plan.results if name in there]):
        return None
    factors = tuple(factor for factor in plan.factors if len(table.by_level(rows, factor)) > 1) or (WHOLE,)
    return Analysis(campaign, rows, factors, effects(rows, factors, wanted))


def _rows(campaign: Campaign) -> Iterator[dict[str, Any]]:
    plan = campaign.plan
    for line in journal.lines(campaign.places()):
        levels = plan.cells[line["cell"]].levels
        row = {"run": line["run"], WHOLE: plan.name, **levels, "seed": line["seed"]}
        found = line["results"]  # a goal that a run never had is no key here, one that it did not solve is None
        yield row | {name: found[name] for name in ("generation", *plan.results) if name in found}


def write(analysis: Analysis, figures: str = "png") -> list[Path]:
    """Write `effects.csv`, `effects.png`, and by each factor how many runs had solved what by when, with its data."""
    from evomod.report.effects_figure import plot_effects
    from evomod.report.figure import FORMATS, save
    from evomod.report.survival_figure import plot_survival

    folder, plan = analysis.campaign.folder, analysis.campaign.plan
    title = plan.name if len(analysis.rows) == len(plan) else f"{plan.name} ({len(analysis.rows)} of {len(plan)} runs)"
    paths = [folder / EFFECTS_TABLE, folder / f"effects.{figures}"]
    try:
        rows_of_effects = as_rows(analysis.effects)
        write_csv(paths[0], rows_of_effects[0], (row.values() for row in rows_of_effects))
        save(plot_effects(analysis.rows, analysis.effects, title), paths[1])
        for stale in (path for kind in (*FORMATS, ".csv") for path in folder.glob(f"*-by-*{kind}")):
            stale.unlink()  # of results that are no longer asked for
        for result in filter(table.is_time, dict.fromkeys(effect.result for effect in analysis.effects)):
            for factor in analysis.factors:
                groups = {
                    level: kaplan_meier(*table.times(rows, result))
                    for level, rows in table.by_level(analysis.rows, factor).items()
                    if table.known(rows, result)
                }
                curves = list(groups.values())
                test = logrank(curves[0], curves[1]) if len(curves) == 2 else None
                path = folder / f"{_slug(result)}-by-{_slug(factor)}.{figures}"
                save(plot_survival(groups, test, f"{title}: {result}", factor if factor != WHOLE else ""), path)
                paths.append(path)
    except OSError as error:
        raise cannot_write(folder, error) from error
    return paths


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "-", text).strip("-")


@dataclass(frozen=True)
class Need:
    """How many runs of each of two levels a difference needs, if it is as the runs so far show it.

    Attributes
    ----------
    result, factor, level, baseline : what is compared with what
    n : runs of the level and of the baseline so far
    superiority : Interval
        The probability that a run of the level has the larger value (times: the later one).
    runs : Interval
        Of each level; infinite where the runs so far show no difference, or leave open whether there is one.
    """

    result: str
    factor: str
    level: str
    baseline: str
    n: tuple[int, int]
    superiority: Interval
    runs: Interval


def needs(analysis: Analysis, power: float = POWER) -> list[Need]:
    """For every contrast, the runs that are needed to see it at the 5 % level with this probability."""
    runs = {(effect.result, effect.factor, effect.level): effect.n_runs for effect in analysis.effects}
    found = []
    for effect in analysis.effects:
        if effect.contrast is not None:
            needed = runs_needed_of(analysis.rows, effect.factor, effect.result, effect.baseline, power)[effect.level]
            n = effect.n_runs, runs[effect.result, effect.factor, effect.baseline]
            more = effect.contrast.superiority
            found.append(Need(effect.result, effect.factor, effect.level, effect.baseline, n, more, needed))
    return found


def as_json(need: Need) -> dict[str, Any]:
    """For programs; what is infinite is null."""
    node = asdict(need)
    for name in ("superiority", "runs"):
        node[name] = {k: v if isinstance(v, str) or math.isfinite(v) else None for k, v in node[name].items()}
    return node


def as_text(found: list[Need]) -> str:
    """Two lines for each contrast."""
    lines = [
        f"runs of each level that it takes to see a difference as large as the runs so far show (power {POWER:g}, 5 %",
        "level, not corrected for the number of comparisons; a replicate adds a run for each combination to a level):",
    ]
    for need in found:
        more, runs = need.superiority, need.runs
        which = "later" if table.is_time(need.result) else "larger"
        lines.append(f"  {need.result}: {need.factor} {need.level} against {need.baseline}")
        lines.append(
            f"    {_count(runs.value)} ({_count(runs.low)} to {_count(runs.high)}); {which} with probability "
            f"{more.value:.2f} ({more.low:.2f} to {more.high:.2f}) by {need.n[0]} and {need.n[1]} runs"
        )
    return "\n".join(lines)


def _count(runs: float) -> str:
    return f"{runs:,.0f}" if runs < 1e9 else "∞"

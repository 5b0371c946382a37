"""Rows of a reproduction: what a paper found, what we found, and whether the two agree."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from evomod.errors import InputError
from evomod.statistics.agreement import (
    Agreement,
    Published,
    agreement_of_means,
    agreement_of_shares,
    direction,
    judged,
)
from evomod.statistics.intervals import Interval, bootstrap, mean_of, share
from evomod.statistics.intervals import difference as welch
from evomod.statistics.survival import kaplan_meier

Verdict = Literal["agrees", "differs", "cannot tell", "no number in the paper", "no runs", "too few runs"]
NO_NUMBER: Final = "no number in the paper"


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes
    ----------
    section, what : str
        What the line is about.
    paper : str
        As the paper has it; "" where it gives none.
    ours : Interval or None
        Our estimate and its 95 % interval; None where there are no runs to estimate it from.
    n : int
        Runs behind it: the run is the unit of everything here.
    verdict : str
    margin : float
        How much may differ and still count as equal; NaN where nothing is compared.
    difference : Interval or None
        Ours minus the paper's.
    statistic, note : str
        What `ours` is, and what else has to be known to read it.
    """

    section: str
    what: str
    paper: str
    ours: Interval | None
    n: int
    verdict: Verdict
    statistic: str = "mean"
    margin: float = math.nan
    difference: Interval | None = None
    note: str = ""


def mean_row(
    section: str, what: str, values: ArrayLike, paper: Published | None, text: str, margin: float, note: str = ""
) -> Row:
    """The mean of one value a run against a published mean."""
    x = _known(values)
    if not len(x):
        return Row(section, what, text, None, 0, "no runs", note=note)
    ours = bootstrap(x)
    if paper is None:
        return Row(section, what, text, ours, len(x), NO_NUMBER, note=note)
    found = agreement_of_means(paper, x, margin)
    return _with(Row(section, what, text, ours, len(x), found.answer, note=note), found)


def share_row(
    section: str, what: str, k: int, n: int, paper: tuple[int, int] | None, margin: float, note: str = ""
) -> Row:
    """A share of runs against a published one."""
    text = f"{paper[0]}/{paper[1]}" if paper else ""
    if not n:
        return Row(section, what, text, None, 0, "no runs", "share", note=note)
    ours = share(k, n)
    if paper is None:
        return Row(section, what, text, ours, n, NO_NUMBER, "share", note=note)
    found = agreement_of_shares(*paper, k, n, margin)
    return _with(Row(section, what, text, ours, n, found.answer, "share", note=note), found)


def mode_row(section: str, what: str, values: Sequence[int], paper: int, text: str, note: str = "") -> Row:
    """The most frequent value against the one that the paper says is most frequent.

    It agrees if the paper's value is ours too, differs if another one is more frequent by more than chance (p < 0.05
    of a sign test between the two), and otherwise nobody can tell. Of values that are equally frequent the paper's
    counts, or else the smallest.
    """
    counts = Counter(values)
    if not counts:
        return Row(section, what, text, None, 0, "no runs", "mode", note=note)
    mode, k = min(counts.items(), key=lambda item: (-item[1], item[0] != paper, item[0]))
    verdict: Verdict = "agrees"
    if counts[paper] < k:
        p = float(stats.binomtest(k, k + counts[paper], 0.5, alternative="greater").pvalue)
        verdict = "differs" if p < 0.05 else "cannot tell"
    listed = ", ".join(f"{value}: {count}" for value, count in sorted(counts.items()))
    ours = Interval(float(mode), float(min(counts)), float(max(counts)), "range")
    return Row(section, what, text, ours, len(values), verdict, "mode", note=f"{listed}{'; ' + note if note else ''}")


def contrast_row(section: str, what: str, a: ArrayLike, b: ArrayLike, text: str, note: str = "") -> Row:
    """How much larger the mean of `a` is than that of `b`, where the paper says that it is larger."""
    x, y = _known(a), _known(b)
    if len(x) < 2 or len(y) < 2:
        n = min(len(x), len(y))
        return Row(section, what, text, None, n, "too few runs" if n else "no runs", "difference of means", note=note)
    found = welch(mean_of(y), mean_of(x))
    return Row(section, what, text, found, min(len(x), len(y)), direction(found), "difference of means", note=note)


def bound_row(section: str, what: str, values: ArrayLike, low: float, high: float, text: str, note: str = "") -> Row:
    """The median of one value a run, where the paper gives a range and no error.

    The range counts as the paper's number: the answer is `differs` where the whole interval lies outside.

    Raises
    ------
    InputError
        Unless `low` is below `high`.
    """
    if not low < high:
        raise InputError(f"{section}, {what}: the paper's range must end above where it begins; got {low} to {high}")
    x = _known(values)
    if not len(x):
        return Row(section, what, text, None, 0, "no runs", "median", note=note)
    ours = bootstrap(x, "median")
    centre, half = (low + high) / 2, (high - low) / 2
    found = judged(Interval(ours.value - centre, ours.low - centre, ours.high - centre, ours.method), half)
    outside = found.difference.low > half or found.difference.high < -half
    verdict: Verdict = found.answer if found.answer == "agrees" else "differs" if outside else "cannot tell"
    return Row(section, what, text, ours, len(x), verdict, "median", half, note=note)


def unjudged(row: Row) -> Row:
    """The same where the paper has nothing to compare it with."""
    return Row(**{**vars(row), "paper": "", "margin": math.nan, "difference": None, "verdict": NO_NUMBER})


def time_row(
    section: str, what: str, times: ArrayLike, observed: ArrayLike, high: float, text: str, note: str = ""
) -> Row:
    """The median time to an event, Kaplan and Meier's, against one that the paper says is at most `high`.

    Runs in which the event never came are censored. A range in a paper counts as its number: the answer is `differs`
    where the whole interval lies outside.
    """
    t = np.asarray(times, float)
    if not len(t):
        return Row(section, what, text, None, 0, "no runs", "median", note=note)
    ours = kaplan_meier(t, observed).median
    verdict: Verdict = "agrees" if ours.high <= high else "differs" if ours.low > high else "cannot tell"
    return Row(section, what, text, ours, len(t), verdict, "median", note=note)


def _with(row: Row, found: Agreement) -> Row:
    p = "" if math.isnan(found.p) else f"p = {found.p:.2g} (Fisher)"
    note = "; ".join(part for part in (row.note, p) if part)
    return Row(**{**vars(row), "margin": found.margin, "difference": found.difference, "note": note})


def _known(values: ArrayLike) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    x: np.ndarray[tuple[int], np.dtype[np.float64]] = np.asarray(values, float).ravel()
    return x[np.isfinite(x)]

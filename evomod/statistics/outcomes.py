"""What came out of a group of runs, by the kind of result: numbers, shares, times.

Each can be described, and be compared with another of its kind.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from evomod.statistics import table
from evomod.statistics.comparison import compare_shares, mann_whitney, superiority
from evomod.statistics.intervals import Interval, bootstrap, difference, mean_of, share
from evomod.statistics.logrank import logrank
from evomod.statistics.sample import Floats
from evomod.statistics.survival import Survival, kaplan_meier, restricted_mean, restricted_mean_difference
from evomod.statistics.table import Kind, Row


@dataclass(frozen=True)
class Description:
    """A group of runs in numbers; what its kind of result does not have is None.

    Of times and of yes or no, `n_yes` runs have had the event, or say yes, and `share` is their share. `mean` and
    `median` are of numbers and times: of times Kaplan & Meier's median, and the restricted mean up to the `horizon`.
    """

    n_yes: int | None = None
    share: Interval | None = None
    mean: Interval | None = None
    median: Interval | None = None
    horizon: float | None = None

    @property
    def estimate(self) -> Interval | None:
        """What the difference of two such groups is a difference of: the mean or, of yes or no, the share."""
        return self.mean or self.share


@dataclass(frozen=True)
class Contrast:
    """A group of runs against another, the baseline; the difference is of the means (or shares), group - baseline.

    The test of numbers is Mann & Whitney's, of times the log-rank test, of shares Fisher's exact one. `superiority` is
    the probability that a run has a larger value than one of the baseline (a later event, where never is later than
    all), with ties by half. `hazard_ratio` is for times alone: above 1, events come sooner than at the baseline.
    """

    difference: Interval
    p: float
    superiority: Interval
    hazard_ratio: Interval | None = None


class Outcome(ABC):
    """A result of a group of runs; of at least one the result is known."""

    @property
    def horizon(self) -> float:
        """The generation up to which the group is known; infinite if that is no question."""
        return math.inf

    @abstractmethod
    def ranked(self, horizon: float) -> Floats:
        """Values in their order, shape (n,): what tests of ranks look at; times up to a horizon."""

    @abstractmethod
    def described(self, horizon: float) -> Description:
        """In numbers; times up to a horizon."""

    @abstractmethod
    def against(self, baseline: Self, horizon: float) -> Contrast:
        """Compared with another group, times up to a horizon."""


@dataclass(frozen=True, eq=False)
class Numbers(Outcome):
    """Values, shape (n,)."""

    values: Floats

    def ranked(self, horizon: float) -> Floats:
        """The values."""
        return self.values

    def described(self, horizon: float) -> Description:
        """Mean and median."""
        return Description(mean=bootstrap(self.values), median=bootstrap(self.values, "median"))

    def against(self, baseline: Self, horizon: float) -> Contrast:
        """Difference of means, Mann-Whitney test."""
        between = difference(mean_of(baseline.values), mean_of(self.values))
        p = mann_whitney(baseline.values, self.values)
        return Contrast(between, p, superiority(baseline.ranked(horizon), self.ranked(horizon)))


@dataclass(frozen=True, eq=False)
class Shares(Outcome):
    """Yes (1) or no (0), shape (n,)."""

    values: Floats

    def ranked(self, horizon: float) -> Floats:
        """The values."""
        return self.values

    def described(self, horizon: float) -> Description:
        """How many say yes, and their share."""
        n_yes = int(self.values.sum())
        return Description(n_yes, share(n_yes, len(self.values)))

    def against(self, baseline: Self, horizon: float) -> Contrast:
        """Difference of shares, Fisher's test."""
        (k_a, n_a), (k_b, n_b) = ((int(group.values.sum()), len(group.values)) for group in (baseline, self))
        found = compare_shares(k_a, n_a, k_b, n_b)
        return Contrast(found.difference, found.p, superiority(baseline.ranked(horizon), self.ranked(horizon)))


@dataclass(frozen=True, eq=False)
class Times(Outcome):
    """Times to an event, some of them censored."""

    survival: Survival

    @property
    def horizon(self) -> float:
        """The last censoring, if no event is as late."""
        return self.survival.horizon

    def ranked(self, horizon: float) -> Floats:
        """The times; censored ones, and those after the horizon, are later than all: what came of them is not known."""
        return np.where(self.survival.times <= horizon, self.survival.ranked, math.inf)

    def described(self, horizon: float) -> Description:
        """How many came to it, restricted mean, median."""
        n_yes, n = int(self.survival.observed.sum()), len(self.survival.times)
        mean = restricted_mean(self.survival, horizon)
        return Description(n_yes, share(n_yes, n), mean, self.survival.median, horizon)

    def against(self, baseline: Self, horizon: float) -> Contrast:
        """Difference of restricted means, log-rank test."""
        between = restricted_mean_difference(baseline.survival, self.survival, horizon)
        test = logrank(baseline.survival, self.survival)
        return Contrast(between, test.p, superiority(baseline.ranked(horizon), self.ranked(horizon)), test.hazard_ratio)


def common_horizon(groups: Iterable[Outcome | None], rows: Sequence[Row], result: str) -> float:
    """The generation up to which all groups are known: the last of all if nothing is censored that late."""
    shortest = min((group.horizon for group in groups if group is not None), default=math.inf)
    if table.is_time(result) and math.isinf(shortest) and (known := table.known(rows, result)):
        return float(table.times(known, result)[0].max())
    return shortest


def outcome(rows: Sequence[Row], result: str, kind: Kind) -> Outcome | None:
    """What came out of some rows of a table; None where the result is known of none of them."""
    if not table.known(rows, result):
        return None
    if kind == "time":
        return Times(kaplan_meier(*table.times(rows, result)))
    return (Shares if kind == "share" else Numbers)(table.numbers(rows, result))

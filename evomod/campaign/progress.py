"""How far a campaign is, and how long the rest will take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass, field

from evomod.campaign.plan import Plan


@dataclass
class Tally:
    """How far one cell is: runs asked for, done, under way, failed; and of those done now, the number and seconds."""

    asked: int = 0
    done: int = 0
    running: int = 0
    failed: int = 0
    timed: int = 0
    seconds: float = 0.0

    @classmethod
    def sum(cls, tallies: Iterable[Tally]) -> Tally:
        """Several as one."""
        return cls(*map(sum, zip(*map(astuple, tallies), strict=True)))

    @property
    def left(self) -> int:
        """Runs that are neither done nor given up."""
        return self.asked - self.done - self.failed


@dataclass
class Progress:
    """How far a campaign is: handed to whoever wants to show it, every half second and after each run.

    Attributes
    ----------
    plan : Plan
    cells : a `Tally` each
    n : int
        Tasks at once.
    elapsed : float
        Seconds since the start.
    errors : the error of each run that was given up, by number
    """

    plan: Plan
    cells: list[Tally]
    n: int = 1
    elapsed: float = 0.0
    errors: dict[int, str] = field(default_factory=dict)

    @property
    def total(self) -> Tally:
        """All cells together."""
        return Tally.sum(self.cells)

    def time_left(self) -> float | None:
        """Seconds that the rest will take, if it takes as long as what was done; None before anything was."""
        total = self.total
        if not total.timed:
            return None
        overall = total.seconds / total.timed
        each = [tally.seconds / tally.timed if tally.timed else overall for tally in self.cells]
        return sum(mean * tally.left for mean, tally in zip(each, self.cells, strict=True)) / max(1, self.n)

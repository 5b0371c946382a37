"""NSGA-II."""

from __future__ import annotations

from typing import Literal

from evomod.selection.pareto import Pareto


class Nsga2(Pareto):
    """The non-dominated survive, the least crowded first; their offspring compete with them (NSGA-II).

    Deb, Pratap, Agarwal & Meyarivan 2002, doi 10.1109/4235.996017; tournaments ask for domination, as the authors'
    code does. Without costs it is performance alone.
    """

    kind: Literal["nsga2"] = "nsga2"

    @property
    def chance(self) -> float:
        """Every cost counts in every test."""
        return 1.0

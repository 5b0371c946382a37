"""The slow, trusted twin: the same scenario with DEAP's containers, operators and loop. DEAP is imported only here.

Fortin, De Rainville, Gardner, Parizeau & Gagné 2012, "DEAP: Evolutionary algorithms made easy", JMLR 13:2171. Scoring,
goals, founders and costs are those of `engine`; who has offspring, and how they differ from their parents, is DEAP's.
"""

from __future__ import annotations

from evomod.errors import InputError

try:
    import deap  # noqa: F401
except ModuleNotFoundError as error:
    raise InputError(
        "`engine: deap` needs DEAP, which is not installed: pip install '.[deap]', or choose `engine: evomod`"
    ) from error

from evomod.deap_engine.loop import evolve
from evomod.deap_engine.toolbox import toolbox

__all__ = ["evolve", "toolbox"]

"""The tables of a log column by column, for people and for pandas: goals by name, one column for each number."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evomod.errors import InputError
from evomod.lineage.schema import Layout

if TYPE_CHECKING:
    from evomod.lineage.reader import LineageReader

Array = npt.NDArray[Any]
STORED = ("generations", "champions", "epoch_ends")
FOUND = ("coalescence", "fixed_mutations")


def columns(rows: Array, layout: Layout) -> dict[str, Array]:
    """Columns of a structured array of the log, of a story's steps, of fixed mutations and the like.

    Returns
    -------
    name to array (n,)
        `goal` is the goal's name. What has a value for each goal, cost or quantile becomes as many columns:
        `benefits.and`, `best_costs.gates`, `fitness_quantiles.median`. Genomes are hexadecimal, two digits a locus.
    """
    found: dict[str, Array] = {}
    for name in rows.dtype.names or ():
        values = rows[name]
        if name == "goal":
            if len(wrong := values[values >= len(layout.goals)]):
                raise InputError(f"rows have goal {wrong[0]}, but the log's goals are 0 to {len(layout.goals) - 1}")
            found[name] = np.array(layout.goals, object)[values]
        elif name == "genome":
            found[name] = np.array([genome.tobytes().hex() for genome in values], object)
        elif values.ndim > 1:
            found |= {f"{name}.{of}": values[:, k] for k, of in enumerate(_of(name, layout, values.shape[1]))}
        else:
            found[name] = values
    return found


def _of(name: str, layout: Layout, n: int) -> Sequence[str]:
    """What the numbers of a column that has several are of."""
    if name.endswith("quantiles"):
        return "min", "q1", "median", "q3", "max"
    known = {"objectives": layout.objectives}.get(name, layout.costs if name.endswith("costs") else layout.scored)
    return known if len(known) == n else [str(k) for k in range(n)]


def frame(log: LineageReader, table: str | Array) -> Any:
    """A table of the log as a pandas.DataFrame.

    Parameters
    ----------
    log : LineageReader
    table : str or structured array
        `generations`, `champions`, `epoch_ends`, `fronts`, `measures/<name>`, `coalescence`, `fixed_mutations`, or any
        rows, such as `log.story().steps`.

    Returns
    -------
    DataFrame, its columns as `columns` names them

    Raises
    ------
    InputError
        If there is no such table, or no pandas.
    """
    try:
        pandas = import_module("pandas")
    except ImportError as error:
        raise InputError("frames need pandas, which is not installed: pip install '.[tables]'") from error
    return pandas.DataFrame(columns(_rows(log, table) if isinstance(table, str) else table, log.layout))


def _rows(log: LineageReader, name: str) -> Array:
    fronts = ("fronts",) if log.layout.objectives else ()
    names = (*STORED, *fronts, *(f"measures/{measure}" for measure in log.layout.measures), *FOUND)
    if name not in names:
        raise InputError(f"{log.folder}: has no table {name!r}; there are: {', '.join(names)}")
    if name == "coalescence":
        return log.coalescence()
    if name == "fixed_mutations":
        return log.fixed_mutations()
    return log.generations if name == "generations" else log.events(name)

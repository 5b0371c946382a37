"""The figures of a run, drawn from its log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context

from evomod.lineage.individual import best_champion, phenotype
from evomod.lineage.reader import LineageReader
from evomod.problem import Problem
from evomod.report.circuit_drawing import draw_circuit
from evomod.report.figure import save
from evomod.report.fitness_curve import EpochSpan, plot_fitness
from evomod.report.summary import on_others


def draw_run(folder: Path, problem: Problem) -> list[Path]:
    """Write `fitness.png` and `circuit.png` into a run folder; their paths."""
    # A goal may be called `$x$`: names are text, not formulas.
    with LineageReader(folder) as log, rc_context({"text.parse_math": False}):
        table = log.generations
        name = f"{json.loads(log.attributes['scenario'])['name']}, seed {log.attributes['seed']}"
        # Without selection there is no fitness to speak of: a gap.
        idle = np.isin(table["goal"], [log.layout.goals.index(name) for name in log.layout.neutral])
        best, mean = (np.where(idle, np.nan, table[name]) for name in ("best_fitness", "mean_fitness"))
        solved = (log.checkpoint.state["solved"] if log.checkpoint else {}) or {}
        fitness = plot_fitness(table["generation"], best, mean, _epochs(log), title=name, solved=solved)
        row = best_champion(log)
        circuit = draw_circuit(phenotype(problem, row["genome"]).network(), title=_caption(log, row))
        paths = [folder / "fitness.png", folder / "circuit.png"]
        for figure, path in zip((fitness, circuit), paths, strict=True):
            save(figure, path)
    return paths


def _epochs(log: LineageReader) -> list[EpochSpan]:
    table = log.generations
    starts = np.concatenate([[0], np.nonzero(np.diff(table["epoch"].astype(np.int64)))[0] + 1])
    stops = np.concatenate([starts[1:], [len(table)]])
    return [
        EpochSpan(int(start), int(stop), log.layout.goals[int(table["goal"][start])])
        for start, stop in zip(starts, stops, strict=True)
    ]


def _caption(log: LineageReader, row: Any) -> str:
    goal = log.layout.goals[int(row["goal"])]
    others = {f"‘{name}’": row["benefits"][k] for k, name in enumerate(log.layout.scored) if name != goal}
    return (
        f"best circuit for ‘{goal}’, generation {int(row['generation']):,}: {int(row['parts'])} gates, "
        f"benefit {float(row['benefit']):.4g}{on_others(others)}, fitness {float(row['fitness']):.4g}"
        + ("" if row["settled"] else ", does not settle")
    )

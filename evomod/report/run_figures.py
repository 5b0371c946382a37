"""The figures of a run, drawn from its log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from evomod.genotypes.base import Phenotype
from evomod.lineage.reader import LineageReader
from evomod.problem import Problem
from evomod.report.circuit_drawing import draw_circuit
from evomod.report.figure import save
from evomod.report.fitness_curve import EpochSpan, plot_fitness


def draw_run(folder: Path, problem: Problem) -> list[Path]:
    """Write `fitness.png` and `circuit.png` into a run folder; their paths."""
    with LineageReader(folder) as log:
        table, name = log.generations, folder.name
        solved = (log.checkpoint.state["solved"] if log.checkpoint else {}) or {}
        fitness = plot_fitness(
            table["generation"], table["best_fitness"], table["mean_fitness"], _epochs(log), title=name, solved=solved
        )
        row = best_champion(log)
        circuit = draw_circuit(phenotype(problem, row).network(), title=_caption(log, row))
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


def best_champion(log: LineageReader) -> Any:
    """The champion with the greatest benefit on a named goal in force, then fitness; the latest of equals."""
    rows = log.champions
    named = np.isin(rows["goal"], [log.layout.goals.index(name) for name in log.layout.named])
    rows = rows[named] if named.any() else rows
    return rows[np.lexsort((rows["generation"], rows["fitness"], rows["benefit"]))[-1]]


def phenotype(problem: Problem, row: Any) -> Phenotype:
    """A logged champion as a readable phenotype."""
    goals = next(iter(problem.goals.values())).n_outputs
    names = ["out"] if goals == 1 else [f"out{k + 1}" for k in range(goals)]
    return problem.encoding.develop(row["genome"], problem.inputs, names)


def _caption(log: LineageReader, row: Any) -> str:
    return (
        f"best circuit for ‘{log.layout.goals[int(row['goal'])]}’, generation {int(row['generation']):,}: "
        f"{int(row['parts'])} gates, benefit {float(row['benefit']):.4g}"
    )

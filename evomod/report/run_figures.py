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
from evomod.report.epochs import epoch_spans
from evomod.report.figure import Chart, save
from evomod.report.fitness_curve import plot_fitness
from evomod.report.summary import on_others


def draw_run(folder: Path, problem: Problem, kind: str = "png") -> list[Path]:
    """Write `fitness.png` and `circuit.png`, or other kinds, with their data into a run folder; the figures' paths."""
    with LineageReader(folder) as log:
        row = best_champion(log)
        circuit = draw_circuit(phenotype(problem, row["genome"]).network(), title=caption(log, row))
        figures = {folder / f"fitness.{kind}": fitness_figure(log), folder / f"circuit.{kind}": circuit}
        for path, figure in figures.items():
            save(figure, path)
    return list(figures)


@rc_context({"text.parse_math": False})  # a goal may be called `$x$`: names are text, not formulas
def fitness_figure(log: LineageReader, start: int = 0, stop: int | None = None) -> Chart:
    """Best and mean fitness of a run, or of generations `start` to `stop` − 1 of it."""
    table = log.generations[start:stop]
    # Without selection there is no fitness to speak of: a gap.
    idle = np.isin(table["goal"], [log.layout.goals.index(name) for name in log.layout.neutral])
    best, mean = (np.where(idle, np.nan, table[name]) for name in ("best_fitness", "mean_fitness"))
    solved = (log.checkpoint.state["solved"] if log.checkpoint else {}) or {}
    solved = {goal: at for goal, at in solved.items() if start <= at < start + len(table)}
    epochs = epoch_spans(table, log.layout.goals)
    return plot_fitness(
        table["generation"], best, mean, epochs, title=title_of(log), solved=solved, goals=log.layout.goals
    )


def title_of(log: LineageReader) -> str:
    """The run's name and seed."""
    return f"{json.loads(log.attributes['scenario'])['name']}, seed {log.attributes['seed']}"


def caption(log: LineageReader, row: Any) -> str:
    """What a champion, a row of `/champions`, is and can do."""
    goal = log.layout.goals[int(row["goal"])]
    others = {f"‘{name}’": row["benefits"][k] for k, name in enumerate(log.layout.scored) if name != goal}
    return (
        f"best circuit for ‘{goal}’, generation {int(row['generation']):,}: {int(row['parts'])} gates, "
        f"benefit {float(row['benefit']):.4g}{on_others(others)}, fitness {float(row['fitness']):.4g}"
        + ("" if row["settled"] else ", does not settle")
    )

"""The figures of a run, drawn from its log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context

from evomod.errors import InputError
from evomod.lineage.individual import best_champion, network_of
from evomod.lineage.reader import LineageReader
from evomod.problem import Problem
from evomod.report.circuit_drawing import draw_circuit
from evomod.report.epochs import epoch_spans
from evomod.report.figure import Chart, save
from evomod.report.fitness_curve import plot_fitness
from evomod.report.front_figure import plot_fronts
from evomod.report.place_drawing import draw_in_place
from evomod.report.summary import on_others
from evomod.report.words import words_of

NAMES = ("fitness", "circuit", "front", "places")  # files that `draw_run` may write
FRONTS = 6  # in one figure


def draw_run(folder: Path, problem: Problem, kind: str = "png") -> list[Path]:
    """Write `fitness.png` and `circuit.png`, or other kinds, with their data into a run folder; the figures' paths.

    Where selection weighs costs against benefit, `front.png` as well, and `places.png` where nodes have places.
    """
    with LineageReader(folder) as log:
        row = best_champion(log)
        network, title = network_of(problem, row["genome"]), caption(log, row)
        circuit = draw_circuit(network, title=title)
        figures = {folder / f"fitness.{kind}": fitness_figure(log), folder / f"circuit.{kind}": circuit}
        if len(log.layout.objectives) > 1 and len(log.fronts()):
            figures[folder / f"front.{kind}"] = front_figure(log)
        if network.positions and len(network.positions[0]) > 1:
            figures[folder / f"places.{kind}"] = draw_in_place(network, title)
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


def front_figure(log: LineageReader, against: str | None = None, n: int = FRONTS) -> Chart:
    """The stored fronts of a run, `n` of them evenly spread, the first and the last among them.

    Parameters
    ----------
    log : LineageReader
    against : str, optional
        The objective on the horizontal axis; by default the first after benefit.
    n : int
        At least 1; of one the last is drawn.

    Raises
    ------
    InputError
        If there is no other objective, or none of this name.
    LogError
        If selection does not weigh objectives.
    """
    rows, names = log.fronts(), log.layout.objectives
    others = names[1:]
    if not others:
        raise InputError(f"{log.folder}: has no objective beside benefit; there is nothing to draw it against")
    if against is not None and against not in others:
        raise InputError(f"{log.folder}: has no objective {against!r}; there are: {', '.join(others)}")
    stored = np.unique(rows["generation"])
    some = stored[np.unique(np.linspace(len(stored) - 1, 0, n).round().astype(int))] if len(stored) else stored
    return plot_fronts(rows[np.isin(rows["generation"], some)], names, against or others[0], title_of(log))


def title_of(log: LineageReader) -> str:
    """The run's name and seed."""
    return f"{json.loads(log.attributes['scenario'])['name']}, seed {log.attributes['seed']}"


def caption(log: LineageReader, row: Any) -> str:
    """What a champion, a row of `/champions`, is and can do."""
    goal = log.layout.goals[int(row["goal"])]
    words = words_of(log)
    others = {f"‘{name}’": row["benefits"][k] for k, name in enumerate(log.layout.scored) if name != goal}
    return (
        f"best {words.network} for ‘{goal}’, generation {int(row['generation']):,}: {words.parts(int(row['parts']))}, "
        f"benefit {float(row['benefit']):.4g}{on_others(others)}, fitness {float(row['fitness']):.4g}"
        + ("" if row["settled"] else ", does not settle")
    )

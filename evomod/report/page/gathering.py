"""What the page shows of a run, as JSON values and arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.lineage.folder import read_events
from evomod.lineage.individual import Individual
from evomod.lineage.reader import LineageReader
from evomod.lineage.schema import Layout
from evomod.problem import Problem
from evomod.report.page.packing import Arrays
from evomod.report.page.walk import walk
from evomod.report.words import words_of

Array = npt.NDArray[Any]

MAX_COLUMNS = 1 << 17  # generations, over all runs of a page, that are kept one by one
MAX_ROWS = 256  # of a truth table
MAX_CURVES = 8  # goals with a curve of their own; there are no more colours
CURVES = {
    "best": "best_fitness",
    "mean": "mean_fitness",
    "best benefit": "best_benefit",
    "effective size": "effective_size",
}


def gather(
    log: LineageReader, solved: Mapping[str, int | None], individual: Individual, arrays: Arrays, n_runs: int = 1
) -> dict[str, Any]:
    """What the script of the page knows of one run, numbers in `arrays`; `n_runs` share the page.

    Nothing in it depends on where the run lies, or on the time that it took.

    Raises
    ------
    InputError
        If there is no such individual.
    """
    layout, problem = log.layout, log.problem
    assert problem is not None  # noqa: S101 - `open_run` gives it
    starts, in_force = _switches(log)
    curves = [name for name in layout.scored if name not in layout.neutral][:MAX_CURVES]
    node = {
        "name": log.stated("scenario")["name"],
        "called": words_of(log)._asdict(),
        "n": log.n_generations,
        "goals": list(layout.goals),
        "scored": curves,
        "neutral": list(layout.neutral),
        "inputs": list(problem.inputs),
        "outputs": ["out"] if problem.n_outputs == 1 else [f"out{k + 1}" for k in range(problem.n_outputs)],
        "epochs": {"start": arrays.add(starts, "u4"), "goal": arrays.add(in_force, "u2")},
        "curves": _curves(log, arrays, MAX_COLUMNS // n_runs),
        "champions": _champions(log, arrays, [layout.scored.index(name) for name in curves]),
        "events": list(_events(log, solved)),
        "questions": _questions(log, problem, arrays),
    }
    return node | walk(log, problem, individual, arrays, [layout.scored.index(name) for name in curves])


def _curves(log: LineageReader, arrays: Arrays, most: int) -> dict[str, Any]:
    """Curves generation by generation or, of a long run, lowest, mean and highest of so many generations each."""
    table, width = log.generations, -(-log.n_generations // max(most, 1))
    idle = np.isin(table["goal"], [log.layout.goals.index(name) for name in log.layout.neutral])
    curves = {}
    for name, column in CURVES.items():
        values = table[column].astype(np.float64)
        if name != "effective size":  # without selection there is no fitness to speak of: a gap
            values[idle] = np.nan
        known = np.unique(values[np.isfinite(values)])
        if len(known) < 1 + (name == "effective size"):  # that one says nothing where it does not change
            continue
        low, mean, high = _thinned(values, width)
        curves[name] = {"mean": arrays.add(mean, "f4")}
        if width > 1:
            curves[name] |= {"low": arrays.add(low, "f4"), "high": arrays.add(high, "f4")}
    return {"width": width, "of": curves}


def _thinned(values: Array, width: int) -> tuple[Array, Array, Array]:
    """Lowest, mean and highest of each `width` values; of none that is known, NaN."""
    starts = np.arange(0, len(values), width)
    n = np.add.reduceat(~np.isnan(values), starts, dtype=np.int64)
    mean = np.add.reduceat(np.nan_to_num(values), starts) / np.where(n, n, np.nan)
    return np.fmin.reduceat(values, starts), mean, np.fmax.reduceat(values, starts)


def _champions(log: LineageReader, arrays: Arrays, goals: list[int]) -> dict[str, Any]:
    rows = log.champions
    benefits = rows["benefits"][:, goals] if goals else np.zeros((len(rows), 0))
    return {
        "generation": arrays.add(rows["generation"], "u4"),
        "benefits": [arrays.add(column, "f4") for column in benefits.T],
        "parts": arrays.add(rows["parts"], "u2"),
    }


def _events(log: LineageReader, solved: Mapping[str, int | None]) -> Iterator[dict[str, Any]]:
    """What happened to the run, oldest first."""
    told = read_events(log.folder)
    found: list[dict[str, Any]] = [
        {"generation": generation, "kind": "solved", "text": f"{goal} solved"}
        for goal, generation in solved.items()
        if generation is not None
    ]
    for event in told:
        if event.get("event") in ("resume", "stop") and isinstance(event.get("generation"), int):
            text = str(event.get("reason") or "went on")
            found.append({"generation": event["generation"], "kind": event["event"], "text": text})
    yield from sorted(found, key=lambda event: event["generation"])


def _questions(log: LineageReader, problem: Problem, arrays: Arrays) -> dict[str, Any]:
    """First cases, and right answers: of each goal, and of each epoch whose goal is drawn at random."""
    seed, layout = int(log.attributes["seed"]), log.layout
    inputs = problem.cases(next(iter(problem.goals)), 0, seed).inputs
    starts, goals = _switches(log)
    random = [
        (int(start), layout.goals[g]) for start, g in zip(starts, goals, strict=True) if _drawn(problem, layout, g)
    ]
    drawn = [problem.cases(name, start, seed).targets[:MAX_ROWS] for start, name in random]
    return {
        "n": len(inputs),
        "inputs": arrays.add(inputs[:MAX_ROWS], "u1"),
        "answers": {
            name: arrays.add(problem.cases(name, 0, seed).targets[:MAX_ROWS], "u1")
            for name in layout.scored
            if problem.goals[name].is_task
        },
        "drawn": {"start": arrays.add([start for start, _ in random], "u4"), "answers": arrays.add(drawn, "u1")},
    }


def _switches(log: LineageReader) -> tuple[Array, Array]:
    """First generation of each epoch, and the goal in force, as an index."""
    table = log.generations
    starts = np.concatenate([[0], np.flatnonzero(np.diff(table["epoch"].astype(np.int64))) + 1])
    return starts, table["goal"][starts]


def _drawn(problem: Problem, layout: Layout, goal: int) -> bool:
    """Is it one that is drawn at random? Several goals at once are none."""
    of = problem.goals.get(layout.goals[goal])
    return of is not None and of.selects and not of.named

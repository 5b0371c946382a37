"""The goals of a scenario side by side, and when they are in force: for `goals`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from evomod.component import describe
from evomod.errors import InputError
from evomod.goals.base import truth_table_inputs
from evomod.goals.function import function_of
from evomod.goals.logic import LogicGoal
from evomod.neighbourhood import MAX_GENOMES, count_genomes
from evomod.problem import Problem
from evomod.schedules.base import Epoch

MAX_ROWS = 16  # a truth table is shown up to this length
MAX_GOALS = 256  # and the matrix of distances up to so many goals
MAX_EPOCHS = 10_000
MAX_COLUMNS = 24  # of the matrix as text


def tabulate(problem: Problem, seed: int, n_epochs: int = 8, max_genomes: int = MAX_GENOMES) -> dict[str, Any]:
    """What the goals of a problem are, in JSON values.

    Functions are hex tables, row 0 as the lowest bit; distances count the rows in which any output differs. Genomes
    are counted where there are at most `max_genomes`; goals that are drawn at random are shown with their epochs.
    """
    if n_epochs > MAX_EPOCHS:
        raise InputError(f"--epochs can be at most {MAX_EPOCHS:,} [got {n_epochs:,}]")
    named = {name: goal for name, goal in problem.goals.items() if goal.named}
    targets = {name: problem.cases(name, 0, seed).targets for name in named}
    n_genomes = math.prod(int(n) for n in problem.encoding.alleles)
    counts = count_genomes(problem, max_genomes) if n_genomes <= max_genomes else None
    parts = {name: goal.subgoals(problem.inputs) for name, goal in named.items()}
    goals = {
        name: {
            "text": _text(goal),
            "tables": _tables(targets[name]) if name in named else None,
            "ones": targets[name].sum(axis=0).tolist() if name in named else None,
            "subgoals": list(parts.get(name, {}).values()),
            "genomes": counts[function_of(targets[name])] if counts is not None and name in named else None,
        }
        for name, goal in problem.goals.items()
    }
    return {
        "inputs": list(problem.inputs),
        "n_rows": 1 << len(problem.inputs),
        "n_outputs": problem.n_outputs,
        "goals": goals,
        "distances": _distances(list(targets.values())) if len(targets) <= MAX_GOALS else None,
        "shared_subgoals": _shared(parts),
        "n_genomes": n_genomes,
        "max_genomes": max_genomes,
        "seed": seed,
        "epochs": list(_epochs(problem, seed, n_epochs)),
    }


def _text(goal: Any) -> list[str]:
    if isinstance(goal, LogicGoal):
        return list(goal.outputs)
    settings = [f"{key}={value}" for key, value in describe(goal).items() if key != "kind" and value is not None]
    return [f"{goal.kind} ({', '.join(settings)})"]


def _tables(targets: Any) -> list[str]:
    digits = -(-len(targets) // 4)
    return [f"0x{function_of(column[:, None]):0{digits}x}" for column in targets.T]


def _distances(tables: Sequence[Any]) -> list[list[int]]:
    return [[int((a != b).any(axis=1).sum()) for b in tables] for a in tables]


def _shared(parts: dict[str, dict[int, str]]) -> list[dict[str, Any]]:
    """Sub-goals of more than one goal, each as the first of them writes it."""
    texts: dict[int, str] = {}
    users: dict[int, list[str]] = {}
    for name, subgoals in parts.items():
        for function, text in subgoals.items():
            texts.setdefault(function, text)
            users.setdefault(function, []).append(name)
    return [{"subgoal": texts[f], "goals": names} for f, names in users.items() if len(names) > 1]


def _epochs(problem: Problem, seed: int, n_epochs: int) -> Iterator[dict[str, Any]]:
    start: int | None = 0
    for _ in range(n_epochs):
        if start is None:
            return
        epoch = problem.epoch(start, seed)
        goal = problem.goals.get(epoch.goal)  # none: several at once
        drawn = goal is not None and goal.selects and not goal.named
        tables = _tables(problem.cases(epoch.goal, epoch.start, seed).targets) if drawn else None
        yield {
            "start": epoch.start,
            "stop": epoch.stop,
            "goal": epoch.goal,
            "drawn": tables,
            "fade": _fade(problem, epoch),
        }
        start = epoch.stop


def _fade(problem: Problem, epoch: Epoch) -> int:
    """Generations that the change to an epoch takes; to and from a neutral goal it is sudden."""
    if epoch.before is None or not problem.goals[epoch.goal].selects or not problem.goals[epoch.before[0]].selects:
        return 0
    return epoch.fade


# As text --------------------------------------------------------------------------------------------------------------


def as_text(table: dict[str, Any]) -> str:
    """The table for people."""
    sections = [_goal_lines(table), _distance_lines(table), _subgoal_lines(table), _genome_lines(table)]
    return "\n\n".join("\n".join(lines) for lines in (*sections, _epoch_lines(table)) if lines)


def _goal_lines(table: dict[str, Any]) -> list[str]:
    inputs, n_rows = table["inputs"], table["n_rows"]
    short = n_rows <= MAX_ROWS
    lines = [["goal", "ones", "table", f"rows 0 to {n_rows - 1}" * short, "function"]]
    if short:
        columns = truth_table_inputs(len(inputs)).T
        lines += [[name, "", "", _bits(bits), ""] for name, bits in zip(inputs, columns, strict=True)]
    for name, goal in table["goals"].items():
        if goal["tables"] is None:
            lines.append([name, "", "", "", goal["text"][0]])
            continue
        for k, (text, hexes, ones) in enumerate(zip(goal["text"], goal["tables"], goal["ones"], strict=True)):
            bits = [int(hexes, 16) >> row & 1 for row in range(n_rows)] if short else []
            label = name if table["n_outputs"] == 1 else f"{name}[{k}]"
            shown = hexes if len(hexes) <= 34 else f"{hexes[:33]}…"
            lines.append([label, str(ones), shown, _bits(bits), text])
    return _aligned(lines)


def _bits(bits: Sequence[Any]) -> str:
    text = "".join("01"[int(bit)] for bit in bits)
    return " ".join(text[k : k + 4] for k in range(0, len(text), 4))


def _distance_lines(table: dict[str, Any]) -> list[str]:
    names, matrix = [name for name, goal in table["goals"].items() if goal["tables"]], table["distances"]
    if len(names) < 2:
        return []
    if matrix is None or len(names) > MAX_COLUMNS:
        return [f"distances: {len(names)} goals are too many to print" + ", --json has them" * (matrix is not None)]
    lines = [["", *names], *([name, *map(str, row)] for name, row in zip(names, matrix, strict=True))]
    return ["distances: rows in which any output differs", *_aligned(lines)]


def _subgoal_lines(table: dict[str, Any]) -> list[str]:
    shared = [[entry["subgoal"], _some(entry["goals"])] for entry in table["shared_subgoals"]]
    return ["sub-goals that several goals share (or one has the complement)", *_aligned(shared)] if shared else []


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MAX_COLUMNS])
    return shown + (f" and {len(names) - MAX_COLUMNS:,} more" if len(names) > MAX_COLUMNS else "")


def _genome_lines(table: dict[str, Any]) -> list[str]:
    n = table["n_genomes"]
    if n > table["max_genomes"]:
        return [f"genomes: {Decimal(n):.3g}, too many to count what they compute (at most {table['max_genomes']:,})"]
    counts = {name: goal["genomes"] for name, goal in table["goals"].items() if goal["genomes"] is not None}
    lines = [[name, f"{count:,}", f"{count / n:.2e} of all"] for name, count in counts.items()]
    return [f"genomes that compute a goal, of {n:,}", *_aligned(lines)]


def _epoch_lines(table: dict[str, Any]) -> list[str]:
    lines = []
    for epoch in table["epochs"]:
        span = f"{epoch['start']} on" if epoch["stop"] is None else f"{epoch['start']} to {epoch['stop'] - 1}"
        fade = f"fades in over {epoch['fade']}" if epoch["fade"] else ""
        lines.append([span, epoch["goal"], " ".join(epoch["drawn"] or ()), fade])
    return [f"first epochs, in generations (seed {table['seed']})", *_aligned(lines)]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns with two spaces between them; those of numbers to the right."""
    columns = [column for column in zip(*rows, strict=True) if any(column)]
    padded = []
    for column in columns:
        width = max(map(len, column))
        number = all(text.replace(",", "").isdigit() or not text for text in column[1:])
        padded.append([text.rjust(width) if number and any(column[1:]) else text.ljust(width) for text in column])
    return [("  " + "  ".join(row)).rstrip() for row in zip(*padded, strict=True)]

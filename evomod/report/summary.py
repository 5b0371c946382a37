"""What a run found, in a few lines: for `show`, and for the end of `run`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from evomod.document import Document
from evomod.errors import EvomodError, LogError
from evomod.lineage.folder import is_locked
from evomod.lineage.individual import best_champion, selected
from evomod.lineage.reader import LineageReader
from evomod.lineage.scores import scores
from evomod.problem import Problem
from evomod.report.words import Words, words_of
from evomod.scenario import parse
from evomod.yaml_core import to_yaml

N_RECENT_EPOCHS = 20
N_LISTED = 4  # goals that are listed one by one


def summarise(folder: Path) -> dict[str, Any]:
    """Read a run folder and say what is in it, in JSON values.

    Raises
    ------
    LogError
        If there is no log, or nothing in it yet.
    """
    with LineageReader(folder) as log:
        return summary_of(log)


def summary_of(log: LineageReader) -> dict[str, Any]:
    """The same of a log that is open."""
    if not log.n_generations:
        raise LogError(f"{log.folder}: the log has no complete block yet")
    layout, checkpoint = log.layout, log.checkpoint
    # A run mostly ends on the first generation of an epoch, when nothing has adapted yet.
    ends = selected(log, log.epoch_ends)
    last = log.generations[ends["generation"][-1] if len(ends) else -1]
    state = checkpoint.state if checkpoint else {}
    stopped = state.get("stopped") or {}
    seconds = float(log.per_generation("timing/seconds").sum(dtype=np.float64))
    whole = _asked_everything(log)
    solved = {name: state.get("solved", {}).get(name) for name in layout.named}
    return {
        "folder": str(log.folder),
        "seed": int(log.attributes["seed"]),
        "status": _status(log.folder, stopped),
        "reason": stopped.get("reason"),
        "generation": log.n_generations - 1,
        "called": words_of(log)._asdict(),
        "success": layout.success,
        "solved": solved,
        "all_solved": max(solved.values()) if solved and None not in solved.values() else None,
        "last_epoch_ends": {
            name: end for name in layout.goals if name not in layout.neutral and (end := _last_end(log, name, whole))
        },
        "measures": {name: _measured(log, name) for name in layout.measures},
        **({"front": _front(log)} if layout.objectives else {}),
        "epochs_ended": len(log.epoch_ends),
        "recent_epochs": _recent(log),
        "best": _individual(log, best_champion(log), whole),
        "population": {
            "generation": int(last["generation"]),
            "goal": layout.goals[int(last["goal"])],
            "best_fitness": float(last["best_fitness"]),
            "mean_fitness": float(last["mean_fitness"]),
            "n_perfect": int(last["n_perfect"]),
        },
        "seconds": seconds,
        "generations_per_second": (log.n_generations - 1) / seconds if seconds > 0 else None,
        "log_bytes": sum(segment.path.stat().st_size for segment in log.segments),
        "n_segments": len(log.segments),
        "births": layout.births,
        "n_snapshots": len(log.snapshot_generations),
    }


def _asked_everything(log: LineageReader) -> Problem | None:
    """The problem with goals that ask all of their cases; None where they do so anyway, or nobody knows it any more."""
    problem = log.problem
    if problem is None:
        try:
            stated = log.stated("scenario")
            if not any(isinstance(goal, dict) and "sample" in goal for goal in stated.get("goals", {}).values()):
                return None
            problem = parse(Document.parse(to_yaml(stated), "log")).problem
        except EvomodError:  # a component of the user's that is not there
            return None
    return problem.whole if problem.samples else None


def _last_end(log: LineageReader, goal: str, whole: Problem | None) -> dict[str, Any] | None:
    """The best individual of the last epoch under a goal; of the last generation where no epoch has ended."""
    rows = log.epoch_ends if len(log.epoch_ends) else log.champions[-1:]
    rows = rows[rows["goal"] == log.layout.goals.index(goal)]
    if not len(rows):
        return None
    return _individual(log, rows[-1], whole)


def _measured(log: LineageReader, name: str) -> dict[str, dict[str, Any]]:
    """What a measure found last under each goal; None where a number is not defined."""
    rows, columns = log.measured(name), log.layout.measures[name]
    last = {log.layout.goals[int(row["goal"])]: row for row in rows}
    return {
        goal: {"generation": int(row["generation"])}
        | {column: float(row[column]) if np.isfinite(row[column]) else None for column in columns}
        for goal, row in last.items()
    }


def _front(log: LineageReader) -> dict[str, Any] | None:
    """The last front that is stored, best benefit first; None if none is."""
    rows = log.fronts()
    if not len(rows):
        return None
    last = rows[rows["generation"] == rows["generation"][-1]]
    return {
        "generation": int(last["generation"][0]),
        "n": int(last["n"].sum()),
        "points": [
            {**dict(zip(log.layout.objectives, row["objectives"].tolist(), strict=True)), "n": int(row["n"])}
            for row in last
        ],
    }


def _individual(log: LineageReader, row: Any, whole: Problem | None) -> dict[str, Any]:
    goal = log.layout.goals[int(row["goal"])]
    found = {
        "goal": goal,
        "generation": int(row["generation"]),
        "benefit": float(row["benefit"]),
        "fitness": float(row["fitness"]),
        "gates": int(row["parts"]),
        "connections": int(row["connections"]),
        "settled": bool(row["settled"]),
        "benefit_on": {name: float(row["benefits"][k]) for k, name in enumerate(log.layout.scored)},
    }
    if whole is not None:  # of all cases, where the goal asks a sample of them
        known = goal in log.layout.scored
        found["accuracy_all"] = _accuracy(whole, goal, row["genome"], int(log.attributes["seed"])) if known else None
    return found


def _accuracy(whole: Problem, goal: str, genome: Any, seed: int) -> float:
    targets = {goal: whole.targets(goal, 0, seed)}
    return float(scores(whole, genome[None], targets, seed).benefits[0, 0])


def _status(folder: Path, stopped: dict[str, Any]) -> str:
    if is_locked(folder):
        return "running"
    return "finished" if stopped.get("finished") else "stopped" if stopped else "killed"


def _recent(log: LineageReader) -> dict[str, Any] | None:
    """How many of the last epochs under a named goal ended perfect."""
    named = [log.layout.goals.index(name) for name in log.layout.named]
    rows = log.epoch_ends[np.isin(log.epoch_ends["goal"], named)][-N_RECENT_EPOCHS:]
    if not len(rows):
        return None
    n_perfect = int((rows["benefit"] >= log.layout.success).sum())
    return {"n": len(rows), "n_perfect": n_perfect, "share_perfect": n_perfect / len(rows)}


def as_text(summary: dict[str, Any]) -> str:
    """The summary for people."""
    s, lines, words = summary, [], Words(**summary["called"])
    lines.append(f"{s['folder']}  (seed {s['seed']})")
    why = f": {s['reason']}" if s["reason"] else ""
    lines.append(f"  {s['status']} at generation {s['generation']:,}{why}")
    if not s["solved"]:
        lines.append(_line("solved", "not defined: no goal that counts is in force (random and neutral ones do not)"))
    lines += _solved_lines(s["solved"])
    lines.append(_line(f"best {words.network}", f"for {s['best']['goal']}: {_described(s['best'], words)}"))
    if len(s["last_epoch_ends"]) <= N_LISTED:
        lines += [
            _line(f"last {name} epoch" if s["epochs_ended"] else "last champion", _described(end, words))
            for name, end in s["last_epoch_ends"].items()
        ]
    else:
        benefits = ", ".join(f"{name} {end['benefit']:.4g}" for name, end in s["last_epoch_ends"].items())
        lines.append(_line("last epochs", f"benefit {benefits}"))
    if s["success"] < 1:
        lines.append(_line("solved, perfect", f"mean a benefit of {s['success']:g} or more"))
    if recent := s["recent_epochs"]:
        lines.append(_line("perfect at end", f"{recent['n_perfect']} of the last {recent['n']} epochs"))
    if front := s.get("front"):
        lines.append(_line("front", _spread(front)))
    for name, found in s["measures"].items():
        lines += [_line(f"{name}, {goal}", _numbers(values)) for goal, values in list(found.items())[:N_LISTED]]
    now = s["population"]
    lines.append(
        _line(
            "population",
            f"mean fitness {now['mean_fitness']:.3f}, {now['n_perfect']} perfect on {now['goal']} "
            f"(generation {now['generation']:,})",
        )
    )
    speed = f", {s['generations_per_second']:,.0f} generations/s" if s["generations_per_second"] else ""
    segments = "" if s["n_segments"] == 1 else f" in {s['n_segments']} segments"
    lines.append(_line("evolved for", f"{s['seconds']:.1f} s{speed}; log {s['log_bytes'] / 1e6:.2f} MB{segments}"))
    return "\n".join(lines)


def _solved_lines(solved: dict[str, int | None]) -> list[str]:
    """One for each goal, or one for all where they are many."""
    first = {name: generation for name, generation in solved.items() if generation is not None}
    if len(solved) > N_LISTED:
        when = "".join(f", {name} in {generation:,}" for name, generation in first.items())
        return [_line("solved", f"{len(first)} of {len(solved)} goals{when}")]
    return [
        _line(f"solved {name}", f"first in generation {first[name]:,}" if name in first else "not yet")
        for name in solved
    ]


def on_others(benefits: Mapping[str, float]) -> str:
    """Benefits on other goals, as an aside: each, or from lowest to highest where they are many."""
    if len(benefits) >= N_LISTED:
        low, high = min(benefits.values()), max(benefits.values())
        return f" ({low:.4g} to {high:.4g} on {len(benefits)} goals)"
    return f" ({', '.join(f'{value:.4g} on {name}' for name, value in benefits.items())})" if benefits else ""


def _numbers(values: Mapping[str, Any]) -> str:
    """What a measure found, number by number."""
    known = [(name, value) for name, value in values.items() if name != "generation"]
    shown = (f"{name} {'not defined' if value is None else f'{value:.4g}'}" for name, value in known)
    return f"{', '.join(shown)} (generation {values['generation']:,})"


def _spread(front: Mapping[str, Any]) -> str:
    """How many are in a front, and from where to where it goes."""
    points = front["points"]
    ends = {name: [point[name] for point in points] for name in points[0] if name != "n"}
    low_high = {name: (f"{min(of):.4g}", f"{max(of):.4g}") for name, of in ends.items()}
    spans = ", ".join(f"{name} {low if low == high else f'{low} to {high}'}" for name, (low, high) in low_high.items())
    return (
        f"{len(points)} point{'s' * (len(points) != 1)} with {front['n']:,} individuals: {spans} "
        f"(generation {front['generation']:,})"
    )


def _line(what: str, text: str) -> str:
    return f"  {what:<18} {text}"


def _described(individual: dict[str, Any], words: Words) -> str:
    others = {name: value for name, value in individual["benefit_on"].items() if name != individual["goal"]}
    everything = individual.get("accuracy_all")
    return (
        f"benefit {individual['benefit']:.4g}{on_others(others)}, "
        + ("" if everything is None else f"{everything:.4g} on all cases, ")
        + f"{words.parts(individual['gates'])}, {individual['connections']} connections, "
        f"generation {individual['generation']:,}" + ("" if individual["settled"] else ", does not settle")
    )

"""What a run found, in a few lines: for `show`, and for the end of `run`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from evomod.errors import LogError
from evomod.lineage.reader import LineageReader

N_RECENT_EPOCHS = 20


def summarise(folder: Path) -> dict[str, Any]:
    """Read a run folder and say what is in it, in JSON values.

    Raises
    ------
    LogError
        If there is no log, or nothing in it yet.
    """
    with LineageReader(folder) as log:
        if not log.n_generations:
            raise LogError(f"{folder}: the log has no complete block yet")
        layout, last, checkpoint = log.layout, log.generations[-1], log.checkpoint
        state = checkpoint.state if checkpoint else {}
        stopped = state.get("stopped") or {}
        seconds = float(log.per_generation("timing/seconds").sum(dtype=np.float64))
        solved = {name: state.get("solved", {}).get(name) for name in layout.named}
        return {
            "folder": str(folder),
            "seed": int(log.attributes["seed"]),
            "status": "finished" if stopped.get("finished") else "stopped" if stopped else "running or killed",
            "reason": stopped.get("reason"),
            "generation": log.n_generations - 1,
            "solved": solved,
            "all_solved": max(solved.values()) if solved and None not in solved.values() else None,
            "last_epoch_ends": {name: end for name in layout.goals if (end := _last_end(log, name))},
            "recent_epochs": _recent(log),
            "final": {
                "goal": layout.goals[int(last["goal"])],
                "best_fitness": float(last["best_fitness"]),
                "mean_fitness": float(last["mean_fitness"]),
                "n_perfect": int(last["n_perfect"]),
                "effective_size": float(last["effective_size"]),
            },
            "seconds": seconds,
            "generations_per_second": (log.n_generations - 1) / seconds if seconds > 0 else None,
            "log_bytes": sum(segment.path.stat().st_size for segment in log.segments),
            "n_segments": len(log.segments),
            "births": layout.births,
            "n_snapshots": len(log.snapshot_generations),
        }


def _last_end(log: LineageReader, goal: str) -> dict[str, Any] | None:
    """The best individual of the last epoch under a goal; of the last generation where no epoch has ended."""
    rows = log.epoch_ends if len(log.epoch_ends) else log.champions[-1:]
    rows = rows[rows["goal"] == log.layout.goals.index(goal)]
    if not len(rows):
        return None
    row = rows[-1]
    scored = log.layout.scored
    return {
        "generation": int(row["generation"]),
        "benefit": float(row["benefit"]),
        "fitness": float(row["fitness"]),
        "gates": int(row["parts"]),
        "connections": int(row["connections"]),
        "settled": bool(row["settled"]),
        "benefit_on": {name: float(row["benefits"][k]) for k, name in enumerate(scored)},
    }


def _recent(log: LineageReader) -> dict[str, Any] | None:
    """How many of the last epochs under a named goal ended perfect."""
    named = [log.layout.goals.index(name) for name in log.layout.named]
    rows = log.epoch_ends[np.isin(log.epoch_ends["goal"], named)][-N_RECENT_EPOCHS:]
    if not len(rows):
        return None
    return {"n": len(rows), "n_perfect": int((rows["benefit"] == 1).sum())}


def as_text(summary: dict[str, Any]) -> str:
    """The summary for people."""
    s, lines = summary, []
    lines.append(f"{s['folder']}  (seed {s['seed']})")
    why = f": {s['reason']}" if s["reason"] else ""
    lines.append(f"  {s['status']} at generation {s['generation']:,}{why}")
    if not s["solved"]:
        lines.append("  solved           not defined: no named goal")
    for name, generation in s["solved"].items():
        lines.append(f"  solved {name:<10}" + ("not yet" if generation is None else f"in generation {generation:,}"))
    for name, end in s["last_epoch_ends"].items():
        others = ", ".join(f"{value:.4g} on {goal}" for goal, value in end["benefit_on"].items() if goal != name)
        lines.append(
            f"  best for {name:<8}benefit {end['benefit']:.4g}, {end['gates']} gates, {end['connections']} connections"
            f" (generation {end['generation']:,}{'; ' + others if others else ''})"
            + ("" if end["settled"] else ", oscillates")
        )
    if recent := s["recent_epochs"]:
        lines.append(f"  perfect at end   {recent['n_perfect']} of the last {recent['n']} epochs")
    final = s["final"]
    lines.append(
        f"  population       mean fitness {final['mean_fitness']:.3f}, {final['n_perfect']} perfect, "
        f"effective size {final['effective_size']:.0f}"
    )
    speed = f", {s['generations_per_second']:,.0f} generations/s" if s["generations_per_second"] else ""
    segments = "" if s["n_segments"] == 1 else f" in {s['n_segments']} segments"
    lines.append(f"  evolved for      {s['seconds']:.1f} s{speed}; log {s['log_bytes'] / 1e6:.2f} MB{segments}")
    return "\n".join(lines)

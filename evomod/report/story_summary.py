"""One line of descent in JSON values: what mutations did, what arose when, and what goal switches did to it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.genotypes.part_states import part_letter
from evomod.lineage.gate_functions import computes_functions
from evomod.lineage.origins import origins
from evomod.lineage.reader import LineageReader
from evomod.lineage.story import EFFECTS, Story
from evomod.lineage.subfunctions import FATES, Subfunctions, arisen, fates, there_since
from evomod.lineage.switches import all_solved, recovery_on, switches
from evomod.report.words import Words

Array = npt.NDArray[Any]
TO_THE_END = "from here to the end of this line"
N_GAINS = 3  # the greatest ones that are milestones


def summarise(log: LineageReader, story: Story, found: Subfunctions) -> dict[str, Any]:
    """What is to be told of a line and its sub-functions, but for the single steps; see `as_rows` for these."""
    steps, solved, known = story.steps, all_solved(log), switches(log)
    return {
        "folder": str(log.folder),
        "seed": int(log.attributes["seed"]),
        "called": Words.of(story.problem.genotype)._asdict(),
        "first": story.line.start,
        "last": int(story.line.generations[-1]),
        "place": int(story.line.places[-1]),
        "births": int(story.line.born[1:].sum()),
        "mutations": len(story) - 1,
        "fading": story.problem.epoch(int(story.line.generations[-1]), int(log.attributes["seed"])).fade > 0,
        "silent": int((~steps["expressed"][1:]).sum()),
        "crossed": int(steps["crossed"][1:].sum()),
        "costs": list(log.layout.costs),
        "end": _step(story, len(story) - 1),
        "benefits": dict(zip(story.goals, steps["benefits"][-1].tolist(), strict=True)),
        "effects": _effects(story, known),
        "milestones": [{**_step(story, k), "what": texts} for k, texts in milestones(story, found, known).items()],
        "solved": solved,
        "subfunctions": _through_switches(log, story, found, solved),
        "recovery": _recovery(story, known, solved),
        "gates": _gates(story, found),
    }


def as_rows(story: Story, found: Subfunctions, last: int | None = None) -> list[dict[str, Any]]:
    """All steps, or the last so many, oldest first, one flat row each: for tables."""
    n = len(story)
    return [_step(story, k) | _computing(found, k) for k in range(0 if last is None else max(0, n - last), n)]


def _step(story: Story, k: int) -> dict[str, Any]:
    step = story.steps[k]
    row: dict[str, Any] = {name: int(step[name]) for name in ("generation", "until", "place")}
    row["goal"] = story.in_force[int(step["goal"])]
    row |= {name: _number(step[name]) for name in ("benefit", "fitness", "gain")}
    row |= {"effect": EFFECTS[int(step["effect"])] if k else None, "changes": "; ".join(story.changes(k))}
    row |= {name: bool(step[name]) for name in ("hidden", "expressed", "crossed", "settled")}
    row |= {"gates": int(step["parts"])} | {name: int(step[name]) for name in ("connections", "n_changed")}
    row |= {f"cost_{c}": float(cost) for c, cost in enumerate(step["costs"], 1)}
    for g, name in enumerate(story.goals):
        row[f"benefit_on_{name}"] = float(step["benefits"][g])
        row[f"effect_on_{name}"] = EFFECTS[int(step["effects"][g])] if k else None
    return row


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _computing(found: Subfunctions, k: int) -> dict[str, str]:
    """The gates that compute each sub-function, such as 'g3', or 'not g3'; empty where none does."""
    return {name: ", ".join(found.where(k, s)) for s, name in enumerate(found.names)}


def gain_under_next(story: Story, known: Array) -> Array:
    """What steps that were neutral when they were born gained under the goal that came next: float64 (n_steps,).

    0 for all others, and where no other goal came or it is drawn at random.
    """
    steps, gain = story.steps, np.zeros(len(story))
    coming = np.append(known["goal"], -1)[np.searchsorted(known["generation"], steps["generation"], "right")]
    for g, name in enumerate(story.goals):
        under = (coming == story.in_force.index(name)) & (steps["effect"] == 0)
        gain[1:] += under[1:] * np.maximum(0.0, np.diff(steps["fitnesses"][:, g]))
    return gain


def _effects(story: Story, known: Array) -> dict[str, dict[str, int]]:
    """How many mutations had which effect, by the goal in force when they were born."""
    steps = story.steps[1:]
    kinds = {name: steps["effect"] == sign for sign, name in sorted(EFFECTS.items(), reverse=True)}
    kinds |= {
        "hidden": steps["hidden"],
        "helps next": gain_under_next(story, known)[1:] > 0,
        "silent": ~steps["expressed"],
    }
    return {
        story.in_force[goal]: {name: int((kind & (steps["goal"] == goal)).sum()) for name, kind in kinds.items()}
        for goal in np.unique(steps["goal"]).tolist()
    }


def milestones(story: Story, found: Subfunctions, known: Array) -> dict[int, list[str]]:
    """What is worth telling of which steps, oldest first; `known` are the switches of the log."""
    steps, told = story.steps, list[tuple[int, str]]()
    for g, name in enumerate(story.goals):
        perfect = np.flatnonzero(steps["benefits"][:, g] >= story.problem.fitness.success)
        if len(perfect):
            told.append((first := int(perfect[0]), f"{'first' if first else 'already'} perfect on {name}"))
    for s, name in enumerate(found.names):
        held = found.there[:, s]
        if not held.any():
            continue
        first, since = int(held.argmax()), int(there_since(found.there, np.arange(len(story)))[s])
        word = "first" if first else "already"
        lasting = f" and {TO_THE_END}" if since == first else ""
        told.append((first, f"{word} computes {name}, in {', '.join(found.where(first, s))}{lasting}"))
        if since > first:
            told.append((since, f"computes {name} {TO_THE_END}, in {', '.join(found.where(since, s))}"))
        if found.in_module[:, s].any():
            whole = int(found.in_module[:, s].argmax())
            told.append((whole, f"{'first' if whole else 'already a'} four-NAND module of {name}"))
    for gains, text in (
        (np.nan_to_num(steps["gain"]), "one of the greatest gains in fitness, {:+.4g}"),
        (gain_under_next(story, known), "neutral then, a gain of {:+.4g} under the goal that came next"),
    ):
        greatest = np.argsort(-gains, kind="stable")[:N_GAINS].tolist()
        told += [(k, text.format(gains[k])) for k in greatest if gains[k] > 0]
    together: dict[int, list[str]] = {}
    for k, text in sorted(told, key=lambda one: one[0]):
        together.setdefault(k, []).append(text)
    return together


def _through_switches(
    log: LineageReader, story: Story, found: Subfunctions, solved: int | None
) -> dict[str, dict[str, Any]]:
    """What became of each sub-function at the goal switches on the line, and since all goals were solved."""
    told: dict[str, dict[str, Any]] = {}
    both = {"": found.there, "_in_module": found.in_module}
    for s, (name, ages) in enumerate(zip(found.names, arisen(found), strict=True)):
        told[name] = {key: int(ages[key]) if ages[key] >= 0 else None for key in ages.dtype.names}
        told[name]["gates"] = list(found.where(-1, s))
    for suffix, held in both.items():
        known, fate = fates(log, story, held)
        later = known["generation"] > solved if solved is not None else np.zeros(len(known), bool)
        for s, name in enumerate(found.names):
            told[name][f"switches{suffix}"] = _counts(fate[:, s])
            told[name][f"switches_since_solved{suffix}"] = _counts(fate[later, s])
    return told


def _counts(fate: Array) -> dict[str, int]:
    return {name: int((fate == k).sum()) for k, name in reversed(list(enumerate(FATES)))}


def _recovery(story: Story, known: Array, solved: int | None) -> dict[str, Any]:
    """Generations until somebody was perfect again, and until the line was, over the switches of whole epochs."""
    inside = (known["generation"] > story.line.start) & (known["stop"] <= story.line.generations[-1] + 1)
    rows = known[known["whole"] & inside]
    since = rows["generation"] > solved if solved is not None else np.zeros(len(rows), bool)
    population, line = rows["recovery"], recovery_on(story, rows)
    return {
        "population": _median(population),
        "line": _median(line),
        "population_since_solved": _median(population[since]),
        "line_since_solved": _median(line[since]),
    }


def _median(waits: Array) -> dict[str, Any]:
    known = waits[~np.isnan(waits)]
    return {"switches": len(waits), "perfect": len(known), "median": float(np.median(known)) if len(known) else None}


def _gates(story: Story, found: Subfunctions) -> list[dict[str, Any]]:
    """The gates of the last circuit, and how old they are; none where genotypes have none."""
    if not computes_functions(story.problem):
        return []
    network, letter = story.phenotype(len(story) - 1).network(), part_letter(story.problem.encoding)
    place = {name: node for node, name in enumerate(network.names)}
    reads = {f"{letter}{row['gate']}": list[str]() for row in origins(story)}
    for source, target in network.edges:
        if network.names[target] in reads:
            reads[network.names[target]].append(network.names[source])
    return [
        {name: int(row[name]) for name in ("gate", "wired", "effective", "computes")}
        | {"name": name, "kind": network.labels[place[name]], "reads": reads[name]}
        | {"subfunction": _subfunction(found, int(row["gate"]))}
        for name, row in zip(reads, origins(story), strict=True)
    ]


def _subfunction(found: Subfunctions, gate: int) -> str | None:
    for s, name in enumerate(found.names):
        for words, text in ((found.gates, name), (found.negations, f"not ({name})")):
            if int(words[-1, s]) >> gate & 1:
                return text
    return None

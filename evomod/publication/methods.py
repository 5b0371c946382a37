"""The methods section of a paper, made of the values of what was run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evomod.costs.parts import Connections, Gates
from evomod.measures.base import Measure
from evomod.publication import bibliography, conditions
from evomod.publication.bibliography import Reference
from evomod.publication.conditions import Condition
from evomod.publication.parameters import Parameter, parameters
from evomod.publication.sentences import (  # noqa: F401 (each brings the sentences of its families)
    costs,
    initial,
    measures,
    schedules,
    selections,
    sentence,
    tasks,
    variation,
)
from evomod.publication.sentences.disturbances import disturbances
from evomod.publication.sentences.words import code, counted, listed, number, ranges
from evomod.publication.software import software
from evomod.report.difference import Difference, differences
from evomod.scenario import Scenario

MAX_LISTED = 8  # goals that are described although they were never in force
SECTIONS = (
    ("genotype", "goals", "schedule", "fitness", "disturbances"),
    ("selection", "mutation", "crossover", "initial", "length"),
)


@dataclass(frozen=True)
class Methods:
    """What a paper says of its runs.

    Attributes
    ----------
    paragraphs : tuple of str
        In Pandoc's Markdown, with [@Key] for a citation.
    parameters : list of Parameter
        Those of the first condition.
    differences : list of (label, Difference)
        In what the other conditions differ from it, key by key.
    references : dict
        What the paragraphs cite, by key; not what only the sentences of a user's own components know.
    """

    paragraphs: tuple[str, ...]
    parameters: list[Parameter]
    differences: list[tuple[str, Difference]]
    references: Mapping[str, Reference]


def methods(folders: Sequence[Path | str], measured: Iterable[Measure] = ()) -> Methods:
    """Describe runs and campaigns.

    Parameters
    ----------
    folders : sequence of Path
        Runs, which may differ in more than their seeds; or campaigns.
    measured : measures, optional
        What was measured besides, after the runs.

    Raises
    ------
    RunFolderError
        A folder holds neither a run nor a campaign.
    LogError
        A log cannot be read, or there is nothing in it yet.
    """
    return described(conditions.read(folders), tuple(measured))


def described(given: Sequence[Condition], measured: Sequence[Measure] = ()) -> Methods:
    """The methods of conditions, the first in full and the others by what they differ in."""
    first, *others = given
    told = sections(first.scenario, measured)
    stretches = [stretch for one in given for stretch in one.stretches]
    works = software(stretches, sorted({one.scenario.engine for one in given}))
    paragraphs = (
        *(" ".join(filter(None, (told[name] for name in names))) for names in SECTIONS),
        *filter(None, [told["measures"]]),
        _runs(first, bool(others)),
        *(_other(one, told, sections(one.scenario, measured), first.scenario) for one in others),
        works.text,
    )
    entries = {**bibliography.known(), "evomod": works.reference}
    return Methods(
        paragraphs,
        parameters(first.scenario),
        [(one.label, found) for one in others for found in _differences(first.scenario, one.scenario)],
        {key: entries[key] for key in bibliography.cited(paragraphs) if key in entries},
    )


def sections(scenario: Scenario, measured: Sequence[Measure] = ()) -> dict[str, str]:
    """What there is to say of a scenario, by what it is about; "" where that is nothing."""
    return {
        "genotype": sentence(scenario.genotype, scenario),
        "goals": " ".join(_goals(scenario)),
        "schedule": sentence(scenario.schedule, scenario),
        "fitness": " ".join(_fitness(scenario)),
        "disturbances": disturbances(scenario),
        "selection": sentence(scenario.selection, scenario),
        "mutation": sentence(scenario.variation.mutation, scenario),
        "crossover": sentence(scenario.variation.crossover, scenario),
        "initial": sentence(scenario.initial, scenario),
        "length": _length(scenario),
        "measures": " ".join(_measures(scenario, measured)),
    }


def _goals(scenario: Scenario) -> Iterator[str]:
    in_force: list[str] = []
    idle: list[str] = []
    for name, goal in scenario.goals.items():
        members = list(goal.members(name))
        used = set(members) & set(scenario.problem.schedule.goal_names)
        title = code(name) if members == [name] else " to ".join(map(code, dict.fromkeys((members[0], members[-1]))))
        if used or goal.named:  # on goals that are drawn at random nobody is scored who does not face them
            (in_force if used else idle).append(f"{title}, {sentence(goal, scenario)}")
    yield f"The {'goal was' if len(scenario.problem.schedule.goal_names) == 1 else 'goals were'} {'; '.join(in_force)}."
    if 0 < len(idle) <= MAX_LISTED:
        yield f"Never in force, but scored for the best individuals: {'; '.join(idle)}."
    elif idle:
        yield f"The best individuals were also scored on {number(len(idle))} goals that were never in force."


def _fitness(scenario: Scenario) -> Iterator[str]:
    goals = scenario.problem.goals
    in_force = [name for name in scenario.problem.schedule.goal_names if goals[name].selects]
    if not in_force:
        return  # what the goals say of fitness is all there is
    if asked := [name for name in in_force if not goals[name].structural]:
        cases = len(scenario.problem.cases(asked[0], 0, 0).inputs)
        rows = f"{number(cases)} {'rows of the truth table' if cases == 1 << len(scenario.inputs) else 'cases'}"
        if (n := scenario.problem.n_counted) < cases:
            rows = f"{number(n)} of the {rows}, drawn at random once for each run"
        outputs = f" and {counted(scenario.problem.n_outputs, 'output')}" if scenario.problem.n_outputs > 1 else ""
        yield f"The benefit of an individual was the share of right answers over {rows}{outputs}."
    if scenario.fitness.success < 1:
        yield f"A goal counted as solved from a benefit of {number(scenario.fitness.success)} on."
    if not scenario.fitness.costs:
        yield "Fitness was the benefit."
        return
    apart = scenario.selection.by_objectives
    alike = {"weight": 1.0} if apart else {}
    parts = listed(sentence(cost.model_copy(update=alike), scenario) for cost in scenario.fitness.costs)
    yield f"Fitness was the benefit; costs were {parts}." if apart else f"Fitness was the benefit minus {parts}."
    if any(isinstance(cost, Gates | Connections) for cost in scenario.fitness.costs):
        yield f"A {scenario.genotype.part_word} is effective if it has a directed path to an output."


def _length(scenario: Scenario) -> str:
    stop = scenario.stop
    more = f", and then for {counted(stop.extra_generations, 'generation')}" if stop.extra_generations else ""
    enough = f"{number(scenario.fitness.success)}{' or more' if scenario.fitness.success < 1 else ''}"
    earlier = [
        f"until every goal had been solved (benefit {enough} while it was in force){more}" if stop.when_solved else "",
        f"until {number(stop.evaluations)} individuals had been scored" if stop.evaluations else "",
        f"until the best fitness under any goal had not risen for {counted(stop.stagnation, 'generation')}"
        if stop.stagnation
        else "",
        f"until {number(stop.seconds)} seconds of wall time had passed" if stop.seconds else "",
    ]
    until = listed(filter(None, earlier), "or")
    length = counted(scenario.generations, "generation")
    size = f"A population of {number(scenario.population)} individuals evolved"
    return f"{size} for {length}." if until == "none" else f"{size} {until}, for {length} at most."


def _measures(scenario: Scenario, measured: Sequence[Measure]) -> Iterator[str]:
    for measure in (*scenario.measures, *measured):
        yield sentence(measure, scenario)
    every = dict.fromkeys(number(measure.every) for measure in scenario.measures)
    if every:
        yield (
            f"While a run went on, its best individual was measured about every {listed(every)} generations, and where "
            "goals changed at the ends of epochs."
        )


def _runs(one: Condition, with_others: bool) -> str:
    n = len(one.seeds)
    text = f"There {'was' if n == 1 else 'were'} {counted(n, 'run')}, with {_seeds(one)}."
    if with_others:
        text = f"That is the condition {code(one.label)} ({counted(n, 'run')}, {_seeds(one)})."
    return text + _unfinished(one)


def _seeds(one: Condition) -> str:
    return f"{'seed' if len(one.seeds) == 1 else 'seeds'} {ranges(one.seeds)}"


def _unfinished(one: Condition) -> str:
    if not one.n_unfinished:
        return ""
    which = "The run" if len(one.seeds) == 1 else f"Of these, {counted(one.n_unfinished, 'run')}"
    return f" {which} had not ended when this was written."


def _other(one: Condition, told: Mapping[str, str], here: Mapping[str, str], first: Scenario) -> str:
    """What is said of another condition: keys that differ, and sentences that the first does not have."""
    news = {name: _news(told[name], text) for name, text in here.items() if text != told[name]}
    other = " ".join(text or f"There were no {name}." for name, text in news.items())
    keys = listed(dict.fromkeys(code(_top(found.path)) for found in _differences(first, one.scenario)))
    runs = f"{counted(len(one.seeds), 'run')}, {_seeds(one)}"
    return f"The condition {code(one.label)} ({runs}) differed in {keys}. {other}".rstrip() + _unfinished(one)


def _news(old: str, new: str) -> str:
    """The sentences of a section that are not in another; all, where it only leaves some out."""
    return " ".join(text for text in re.split(r"(?<=\.) (?=[A-Z])", new) if text not in old) or new


def _top(path: str) -> str:
    return re.split(r"[.\[]", path)[0]


def _differences(first: Scenario, other: Scenario) -> list[Difference]:
    return differences(conditions.experiment(first), conditions.experiment(other))

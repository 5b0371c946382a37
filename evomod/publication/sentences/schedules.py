"""Of schedules."""

from __future__ import annotations

from evomod.publication.sentences import sentence
from evomod.publication.sentences.words import code, counted, listed, number
from evomod.scenario import Scenario
from evomod.schedules.continued import Continued
from evomod.schedules.fixed import Fixed, Together
from evomod.schedules.orders import Alternating, Drawn, Shuffled, StarWalk
from evomod.schedules.switching import Switching


@sentence.register
def _(schedule: Fixed, scenario: Scenario) -> str:
    return f"The goal {code(schedule.goal)} was in force throughout."


@sentence.register
def _(schedule: Together, scenario: Scenario) -> str:
    names = meant(schedule, scenario)
    shares = f", with weights {listed(schedule.weights)}" if schedule.weights else ""
    every = listed(map(code, names))
    return f"All of {every} were goals at once, and benefit was the mean over them{shares} [@Kashtan2007]."


@sentence.register
def _(schedule: Alternating, scenario: Scenario) -> str:
    names = meant(schedule, scenario)
    if len(names) == 1:
        order = f"The goal was always {code(names[0])}"
    elif len(names) == 2 and names[0] != names[1]:
        order = f"The goals {listed(map(code, names))} alternated"
    else:
        order = f"The goals followed each other in the order {', '.join(map(code, names))}, over and over"
    return f"{order} [@Kashtan2005]. {_when(schedule, scenario)}"


@sentence.register
def _(schedule: Shuffled, scenario: Scenario) -> str:
    return (
        f"The goals {listed(map(code, meant(schedule, scenario)))} came in random order, none a second time before all "
        f"had come, and then in a new order [@Kashtan2007]. {_when(schedule, scenario)}"
    )


@sentence.register
def _(schedule: Drawn, scenario: Scenario) -> str:
    names = meant(schedule, scenario)
    weights = f"with weights {listed(schedule.weights)}" if schedule.weights else "all alike"
    order = f"In each epoch the goal was drawn at random among {listed(map(code, names))}, {weights}"
    return f"{order}. {_when(schedule, scenario)}"


@sentence.register
def _(schedule: StarWalk, scenario: Scenario) -> str:
    others = meant(schedule, scenario)
    centre = code(schedule.centre)
    return (
        f"In every other epoch, the first included, the goal was {centre}, and in those between one of "
        f"{listed(map(code, others))}, drawn at random [@Parter2008]. {_when(schedule, scenario)}"
    )


@sentence.register
def _(schedule: Continued, scenario: Scenario) -> str:
    seed = "" if schedule.seed is None else f", with seed {schedule.seed}"
    own = sentence(schedule.schedule.over(tuple(scenario.problem.goals)), scenario)
    return f"Goals went on as from generation {number(schedule.after)} of this schedule{seed}: {own}"


def meant(schedule: Switching | Together, scenario: Scenario) -> list[str]:
    """The goals that a schedule lists, patterns written out."""
    return list(schedule.over(tuple(scenario.problem.goals)).goals)


def _when(schedule: Switching, scenario: Scenario) -> str:
    lengths = [number(length) for length in dict.fromkeys(schedule.lengths)]
    one = len(lengths) == 1
    if one:
        text = f"An epoch lasted {counted(schedule.lengths[0], 'generation')}"
    else:
        text = f"The epochs of a round lasted {listed(map(number, schedule.lengths))} generations"
    if schedule.timing == "random":
        chance = f"1/{lengths[0]}" if one else "the inverse of that"
        text += f" on average, each new generation beginning another with probability {chance}"
    if schedule.fade:
        text += (
            f"; in its first {counted(schedule.fade, 'generation')} an individual still faced the goal before with a "
            "probability that fell linearly"
        )
        goals = scenario.problem.goals
        if not all(goals[name].selects for name in meant(schedule, scenario)):
            text += ", unless one of the two goals was no task"
    return text + "."

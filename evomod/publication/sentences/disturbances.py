"""Of noise and failure of parts."""

from __future__ import annotations

from evomod.publication.sentences.words import listed, number
from evomod.scenario import Scenario


def disturbances(scenario: Scenario) -> str:
    """What was drawn afresh at every evaluation; "" where nothing was."""
    noise, failure = scenario.noise, scenario.failure
    told = [
        f"each input of each case was flipped with probability {number(noise.input)}" if noise.input else "",
        f"Gaussian noise of standard deviation {number(noise.sigma)} was added to each input" if noise.sigma else "",
        f"each answer was judged the wrong way round with probability {number(noise.target)}" if noise.target else "",
        f"each gate or unit failed, and gave 0, with probability {number(failure.parts)}" if failure.parts else "",
        f"each link between nodes failed, and carried 0, with probability {number(failure.links)}"
        if failure.links
        else "",
    ]
    if not any(told):
        return ""
    return (
        f"At every evaluation, afresh for each individual, {listed(filter(None, told))}. Elites were evaluated again "
        "in every generation; the best individuals, and whether a goal was solved, were judged without."
    )

"""Of selection."""

from __future__ import annotations

from evomod.publication.sentences import sentence
from evomod.publication.sentences.words import counted, listed, number
from evomod.scenario import Scenario
from evomod.selection.base import Elitist, Selection
from evomod.selection.boltzmann import Boltzmann
from evomod.selection.elite_replacement import EliteReplacement
from evomod.selection.lexicase import Lexicase
from evomod.selection.linear_rank import LinearRank
from evomod.selection.nsga2 import Nsga2
from evomod.selection.pareto import Pareto
from evomod.selection.pnsga import Pnsga
from evomod.selection.tournament import Tournament
from evomod.selection.truncation import Truncation

_DRAWN = "Parents were drawn with replacement"


@sentence.register
def _(selection: EliteReplacement, scenario: Scenario) -> str:
    best = number(selection.elite)
    return (
        f"In each generation the {best} fittest of {number(scenario.population)} individuals passed on unchanged, the "
        f"{best} least fit were replaced by copies of them, and everybody but that elite was then varied "
        f"[@Kashtan2005; @Kashtan2007]. {ties(selection)}"
    )


@sentence.register
def _(selection: Truncation, scenario: Scenario) -> str:
    return f"{_DRAWN}, all alike, from the {counted(selection.best, 'fittest individual')}. {_elite(selection)}"


@sentence.register
def _(selection: Tournament, scenario: Scenario) -> str:
    size = counted(selection.size, "individual")
    return f"Each parent was the fittest of {size} drawn with replacement. {_elite(selection)}"


@sentence.register
def _(selection: LinearRank, scenario: Scenario) -> str:
    return (
        f"{_DRAWN} by linear ranking [@Baker1985], the expected number of offspring falling from "
        f"{number(selection.pressure)} for the fittest to {number(2 - selection.pressure)} for the least fit. "
        f"{_elite(selection)}"
    )


@sentence.register
def _(selection: Boltzmann, scenario: Scenario) -> str:
    return (
        f"{_DRAWN} with probability proportional to exp(tF) of their fitness F, t = {number(selection.strength)} "
        f"[@Parter2008]. {_elite(selection)}"
    )


@sentence.register
def _(selection: Lexicase, scenario: Scenario) -> str:
    return (
        "Parents were chosen by lexicase selection [@Helmuth2015]: for each parent the cases were taken in a random "
        "order, those who were wrong dropping out unless all were, and one of the fittest of who was left was drawn. "
        f"{_elite(selection)}"
    )


@sentence.register
def _(selection: Nsga2, scenario: Scenario) -> str:
    return f"Selection was that of NSGA-II [@Deb2002]. {_pareto(selection, scenario)}"


@sentence.register
def _(selection: Pnsga, scenario: Scenario) -> str:
    chances = selection.probability if isinstance(selection.probability, tuple) else (selection.probability,)
    named = f"probabilit{'y' if len(chances) == 1 else 'ies'} {listed(map(number, chances))}"
    return (
        f"Selection was that of NSGA-II [@Deb2002], but each domination test took costs into account with {named} only "
        f"[@Clune2013]. {_pareto(selection, scenario)}"
    )


def _pareto(selection: Pareto, scenario: Scenario) -> str:
    survivors, n = selection.within(scenario.population).n_elite, scenario.population
    diverse = (
        ", and so was the mean share of cases that others answered differently [@Mouret2012]"
        if selection.diversity
        else ""
    )
    return (
        f"Benefit and each cost were objectives of their own{diverse}. In each "
        f"generation the {number(survivors)} best of {number(n)} individuals survived, by front and then by crowding "
        f"distance; the {number(n - survivors)} others were offspring of winners of binary tournaments among them. "
        f"{ties(selection)}"
    )


def _elite(selection: Elitist) -> str:
    if not selection.elite:
        return f"Nobody was sure to pass on unchanged. {ties(selection)}"
    return f"The {counted(selection.elite, 'fittest individual')} passed on unchanged. {ties(selection)}"


def ties(selection: Selection) -> str:
    """How equals are ordered."""
    if selection.ties == "random":
        return "Equally fit individuals were put in a random order in each generation."
    return "Equally fit individuals kept the order of their places in the population."

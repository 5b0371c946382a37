"""Of costs: what is subtracted, as parts of a sentence."""

from __future__ import annotations

from evomod.costs.base import Cost
from evomod.costs.lengths import Length, LengthBeyond, LongestConnection, SquaredLength, Wiring
from evomod.costs.modularity import ModularityCost
from evomod.costs.parts import Connections, Gates
from evomod.costs.random import RandomCost
from evomod.publication.sentences import in_own_words, sentence
from evomod.publication.sentences.words import number
from evomod.scenario import Scenario

_PLACES = {
    "line": "nodes lying on a line in the order of their addresses, inputs first, 1 apart",
    "plane": "inputs lying in a row and gates in a square grid beside it, 1 apart",
    "grid": "each layer lying in a row, centred above the one below, 1 apart",
    "layers": "a connection being as long as the number of layers between its ends",
    "optimal": "inputs and outputs fixed in rows, all other nodes lying where the sum of squared lengths was least",
}


@sentence.register
def _(cost: Cost, scenario: Scenario) -> str:
    return f"{_per(cost, 'unit of')} {in_own_words(cost, 'weight', 'above')}{_above(cost)}"


@sentence.register
def _(cost: Gates, scenario: Scenario) -> str:
    return f"{_per(cost, f'effective {scenario.genotype.part_word}')}{_above(cost)}"


@sentence.register
def _(cost: Connections, scenario: Scenario) -> str:
    what = f"unit of the summed sizes |w| of weights into effective {scenario.genotype.part_word}s"
    plain = f"connection into effective {scenario.genotype.part_word}s"
    return f"{_per(cost, what if cost.weighted else plain)}{_above(cost)}"


@sentence.register
def _(cost: Length, scenario: Scenario) -> str:
    return f"{_per(cost, 'unit of the total length of connections')}{_above(cost)}{_lying(cost)}"


@sentence.register
def _(cost: SquaredLength, scenario: Scenario) -> str:
    return f"{_per(cost, 'unit of the sum of squared lengths of connections')}{_above(cost)}{_lying(cost)} [@Clune2013]"


@sentence.register
def _(cost: LongestConnection, scenario: Scenario) -> str:
    return f"{_per(cost, 'unit of length of the longest connection')}{_above(cost)}{_lying(cost)}"


@sentence.register
def _(cost: LengthBeyond, scenario: Scenario) -> str:
    what = f"unit of the total length by which connections are longer than {number(cost.threshold)}"
    return f"{_per(cost, what)}{_above(cost)}{_lying(cost)}"


@sentence.register
def _(cost: ModularityCost, scenario: Scenario) -> str:
    what = "unit by which the maximal modularity Q [@NewmanGirvan2004] of the effective network fell short of 1"
    return f"{_per(cost, what)}{_above(cost)}"


@sentence.register
def _(cost: RandomCost, scenario: Scenario) -> str:
    what = "unit of an amount between 0 and 1 drawn at random for each distinct phenotype, as a control"
    return f"{_per(cost, what)}{_above(cost)}"


def _per(cost: Cost, unit: str) -> str:
    return f"{number(cost.weight)} for each {unit}"


def _above(cost: Cost) -> str:
    return f" above {number(cost.above)}" if cost.above else ""


def _lying(cost: Wiring) -> str:
    places = _PLACES[cost.positions] if isinstance(cost.positions, str) else "nodes lying at given positions"
    near = "" if cost.radius is None else f"; only connections no longer than {number(cost.radius)} count"
    pulling = " and pulling" if cost.positions == "optimal" else ""
    weights = f"; each counting{pulling} by the size of its weight" if cost.weighted else ""
    return f" ({places}{near}{weights})"

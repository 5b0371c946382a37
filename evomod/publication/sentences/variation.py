"""Of mutation and crossover."""

from __future__ import annotations

from evomod.genotypes.circuit import CircuitEncoding
from evomod.publication.sentences import sentence
from evomod.publication.sentences.words import number
from evomod.scenario import Scenario
from evomod.variation.crossovers import NoCrossover, OnePoint, TwoPoint, Uniform
from evomod.variation.flip_bit import FlipBit
from evomod.variation.links import Links
from evomod.variation.redraw import Redraw


@sentence.register
def _(mutation: Redraw, scenario: Scenario) -> str:
    rate = f"with probability {number(mutation.rate)}"
    where = {
        "genome": f"{rate} one locus of a genome",
        "gene": f"{rate} for each gene one of its loci",
        "locus": f"{rate} each locus",
    }[mutation.per]
    text = f"As a mutation, {where} was drawn anew among all its legal values, the old one included"
    if mutation.deletion:
        text += (
            f"; with probability {number(mutation.deletion)} a source of a gate was instead set to the gate's other "
            "source, which removes a link"
        )
    return text + "."


@sentence.register
def _(mutation: FlipBit, scenario: Scenario) -> str:
    encoding = scenario.problem.encoding
    n_bits = f"of {number(len(encoding.bits[0]))} bits" if isinstance(encoding, CircuitEncoding) else "of bits"
    if mutation.per == "genome":
        return (
            f"As a mutation, with probability {number(mutation.rate)} one bit of a binary genome {n_bits} was flipped."
        )
    return (
        f"As a mutation, each bit of a binary genome {n_bits} was flipped with probability {number(mutation.rate)} "
        "[@Parter2008]."
    )


@sentence.register
def _(mutation: Links, scenario: Scenario) -> str:
    return (
        f"As a mutation, a link was added to a genome with probability {number(mutation.add)} and one removed with "
        f"probability {number(mutation.remove)}; then each of its n weights took with probability "
        f"{number(mutation.weight_rate)}/n, and each bias with probability {number(mutation.bias_rate)}, a step up or "
        "down in the list of possible values [@Clune2013]."
    )


@sentence.register
def _(crossover: NoCrossover, scenario: Scenario) -> str:
    return "There was no crossover."


@sentence.register
def _(crossover: OnePoint, scenario: Scenario) -> str:
    return _pairs(crossover.rate, "swapped all genes behind one random cut between genes")


@sentence.register
def _(crossover: TwoPoint, scenario: Scenario) -> str:
    return _pairs(crossover.rate, "swapped the genes between two random cuts")


@sentence.register
def _(crossover: Uniform, scenario: Scenario) -> str:
    return _pairs(crossover.rate, f"swapped each gene with probability {number(crossover.swap)}")


def _pairs(rate: float, swapped: str) -> str:
    return (
        f"Before mutation, those who were to be varied were paired at random, and with probability {number(rate)} a "
        f"pair {swapped}."
    )

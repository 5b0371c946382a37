"""Of mutation and crossover."""

from __future__ import annotations

from evomod.genotypes.circuit import CircuitEncoding
from evomod.genotypes.layered_circuit import LayeredCircuitEncoding
from evomod.publication.sentences import sentence
from evomod.publication.sentences.words import number
from evomod.scenario import Scenario
from evomod.variation.crossovers import NoCrossover, OnePoint, TwoPoint, Uniform
from evomod.variation.flip_bit import FlipBit
from evomod.variation.links import Links
from evomod.variation.redraw import Redraw
from evomod.variation.weights import Product, WeightMutation


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
    known = isinstance(encoding, CircuitEncoding | LayeredCircuitEncoding)
    n_bits = f"of {number(len(encoding.bits[0]))} bits" if known else "of bits"
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
def _(mutation: WeightMutation, scenario: Scenario) -> str:
    about, does = (1, "multiplied by") if isinstance(mutation, Product) else (0, "added to it")
    random = f"a normal number of mean {about} and standard deviation {number(mutation.sigma)}"
    change = f"{does} {random}" if about else f"had {random} {does}"
    addition, scale = mutation.coming
    come = f"with probability {number(addition)} came with a normal weight of standard deviation {number(scale)}"
    gone = f" A hit on a link removed it with probability {number(mutation.deletion)}." if mutation.deletion else ""
    return (
        f"As a mutation, each weight and each bias was hit with probability {number(mutation.rate)}, and then "
        f"{'was ' if about else ''}{change} [@Friedlander2013]. A link that was not there, when hit, "
        f"{come if addition else 'stayed so'}.{gone}"
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

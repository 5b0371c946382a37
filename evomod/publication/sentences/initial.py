"""Of generation 0."""

from __future__ import annotations

from pathlib import Path

from evomod.genotypes.weighted_net import WeightedNet
from evomod.initial.base import Initial, Source
from evomod.initial.circuit import GivenCircuit
from evomod.initial.links import RandomLinks
from evomod.initial.mix import Mix
from evomod.initial.random import RandomGenomes
from evomod.initial.stored import CircuitFiles, RunPopulation
from evomod.initial.weights import RandomWeights
from evomod.publication.sentences import in_own_words, sentence
from evomod.publication.sentences.words import code, counted, formulas, listed, number
from evomod.scenario import Scenario


@sentence.register
def _(initial: Initial, scenario: Scenario) -> str:
    return f"Generation 0 came from {in_own_words(initial)}."


@sentence.register
def _(initial: RandomGenomes, scenario: Scenario) -> str:
    if isinstance(scenario.genotype, WeightedNet):
        return f"{_weights(1, 1)}{_drift(initial)}."
    links = ""
    if initial.links is not None:
        links = (
            f", but that a gate read two different nodes with probability {number(initial.links)}, and otherwise one "
            "node twice"
        )
    return f"The genomes of generation 0 were drawn at random, all values of a locus alike{links}{_drift(initial)}."


@sentence.register
def _(initial: GivenCircuit, scenario: Scenario) -> str:
    return (
        f"Generation 0 consisted of copies of one circuit for {formulas(initial.computes)}, translated operator by "
        f"operator into gates{_drift(initial)}."
    )


@sentence.register
def _(initial: CircuitFiles, scenario: Scenario) -> str:
    share = ", in equal shares" if len(initial.path) > 1 else ""
    known = f" (SHA-256 of their genomes {initial.sha256[:16]}…)" if initial.sha256 else ""
    files = listed(code(_named(path)) for path in initial.path)
    return f"Generation 0 consisted of the circuits in {files}{share}{known}{_drift(initial)}."


@sentence.register
def _(initial: RunPopulation, scenario: Scenario) -> str:
    who = "the population" if initial.who == "all" else "copies of the best individual"
    when = "the last generation" if initial.generation == "last" else f"generation {number(initial.generation)}"
    known = f" (SHA-256 of its genomes {initial.sha256[:16]}…)" if initial.sha256 else ""
    return f"Generation 0 was {who} of {when} of the run {code(_named(initial.path))}{known}{_drift(initial)}."


@sentence.register
def _(initial: RandomLinks, scenario: Scenario) -> str:
    least, most = map(number, initial.attempts)
    return (
        f"The nets of generation 0 were made by {least} to {most} attempts to add a link of random weight between any "
        f"two nodes of neighbouring layers; biases were random{_drift(initial)}."
    )


@sentence.register
def _(initial: RandomWeights, scenario: Scenario) -> str:
    return f"{_weights(initial.share, initial.scale)}{_drift(initial)}."


def _weights(share: float, scale: float) -> str:
    there = "all possible links were" if share == 1 else f"each possible link was, with probability {number(share)},"
    return (
        f"In the nets of generation 0 {there} there; weights and biases were normal, of mean 0 and standard deviation "
        f"{number(scale)}"
    )


@sentence.register
def _(initial: Mix, scenario: Scenario) -> str:
    total = sum(part.share for part in initial.of)
    parts = [
        f"({k}) {100 * part.share / total:.3g} % of places: {sentence(part.initial, scenario)}"
        for k, part in enumerate(initial.of, 1)
    ]
    return f"Generation 0 was mixed of {counted(len(parts), 'part')}. {' '.join(parts)}"


def _named(path: str) -> str:
    """A path as others may see it: of one that only this machine has, its last part."""
    return Path(path).name if Path(path).is_absolute() else path


def _drift(source: Source) -> str:
    if not source.drift:
        return ""
    return (
        f", followed by {counted(source.drift, 'step')} of neutral drift, in each of which every individual was "
        "mutated and stayed as it was unless all its answers were the same"
    )

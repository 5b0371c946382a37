"""Hypothesis strategies that the tests share: encodings, genomes, populations, small problems."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from evomod.component import Component, members
from evomod.costs.base import Cost, count_costs
from evomod.costs.lengths import Length, LengthBeyond, LongestConnection, SquaredLength
from evomod.costs.modularity import ModularityCost
from evomod.costs.parts import Connections, Gates
from evomod.costs.random import RandomCost
from evomod.fitness import Fitness
from evomod.genotypes.base import Array, Encoding, Genotype
from evomod.genotypes.circuit import Circuit
from evomod.genotypes.circuit_phenotype import GATES
from evomod.genotypes.layered_circuit import LayeredCircuit
from evomod.genotypes.ternary_net import TernaryNet
from evomod.genotypes.threshold_net import ThresholdNet
from evomod.genotypes.weighted_net import WeightedNet, WeightedNetEncoding
from evomod.goals.base import Goal, truth_table_inputs
from evomod.goals.family import Family
from evomod.goals.hierarchical import Hierarchical
from evomod.goals.logic import LogicGoal
from evomod.goals.neutral import NeutralGoal
from evomod.goals.random import RandomGoal
from evomod.goals.retina import Listed, Retina
from evomod.goals.serial import Serial
from evomod.initial.base import Initial
from evomod.initial.links import RandomLinks
from evomod.initial.mix import Mix, Part
from evomod.initial.random import RandomGenomes
from evomod.initial.weights import RandomWeights
from evomod.kernel import JIT
from evomod.population import Population
from evomod.problem import Problem
from evomod.schedules.base import Schedule
from evomod.schedules.orders import Alternating
from evomod.selection.base import Selection
from evomod.selection.boltzmann import Boltzmann
from evomod.selection.elite_replacement import EliteReplacement
from evomod.selection.lexicase import Lexicase
from evomod.selection.linear_rank import LinearRank
from evomod.selection.nsga2 import Nsga2
from evomod.selection.pnsga import Pnsga
from evomod.selection.tournament import Tournament
from evomod.selection.truncation import Truncation
from evomod.variation.base import Crossover, Mutation
from evomod.variation.crossovers import NoCrossover, OnePoint, TwoPoint, Uniform
from evomod.variation.flip_bit import FlipBit
from evomod.variation.links import Links
from evomod.variation.redraw import Redraw
from evomod.variation.variation import Variation
from evomod.variation.weights import Product, Sum
from tests.schedules import every_kind

NAMES = ("x", "y", "z", "w", "q", "r", "s", "t", "u", "v", "a", "b")
AND, OR = "(x ^ y) & (w ^ z)", "(x ^ y) | (w ^ z)"  # G1 and G2 of Kashtan & Alon 2005

rates = st.just(0.0) | st.just(1.0) | st.floats(0, 1)
seeds = st.integers(0, 2**63 - 1)


def examples(n: int) -> settings:
    """Settings for a test that may compile: `n` examples, a few where everything is plain Python."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=n if JIT else max(4, n // 8), deadline=None, suppress_health_check=slow)


# Components, by family and kind ---------------------------------------------------------------------------------------

gate_sets = st.just(("nand",)) | st.lists(st.sampled_from(list(GATES)), min_size=1, unique=True).map(tuple)


@st.composite
def circuits(draw: Any, max_gates: int = 20) -> Circuit:
    return Circuit(n_gates=draw(st.integers(1, max_gates)), gates=draw(gate_sets), feedback=draw(st.booleans()))


weight_rates = {"rate": rates, "sigma": st.floats(0, 9), "deletion": rates, "addition": rates}
hidden = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)


@st.composite
def threshold_nets(draw: Any) -> ThresholdNet:
    wires = st.integers(1, 4) | st.just(15)
    return ThresholdNet(
        hidden=tuple(draw(st.lists(st.integers(1, 5), max_size=3))),
        fan_in=draw(wires),
        output_fan_in=draw(wires),
        thresholds=tuple(
            draw(st.lists(st.integers(-3, 3) | st.integers(-16, 15), min_size=1, max_size=5, unique=True))
        ),
    )


@st.composite
def layered_circuits(draw: Any) -> LayeredCircuit:
    hidden, codes = draw(st.lists(st.integers(1, 5), max_size=3)), st.sampled_from(list(GATES))
    if draw(st.booleans()):
        gates = draw(st.lists(codes, min_size=2, max_size=5))
        return LayeredCircuit(hidden=(*hidden, 2), gates=tuple(gates), wired_outputs=True)
    return LayeredCircuit(hidden=tuple(hidden), gates=tuple(draw(st.lists(codes, min_size=1, max_size=5))))


weights = {"weight": st.floats(0, 1), "above": st.floats(0, 12)}
wires = {
    **weights,
    "positions": st.sampled_from(["line", "plane", "layers", "optimal"]),
    "radius": st.none() | st.floats(0.5, 9),
}
questions = st.sampled_from(["object", "mirrored", "dark & ~object"])
samples = st.just("all") | st.integers(1, 100)
shapes = st.lists(st.integers(0, 15), min_size=1, max_size=15, unique=True).map(tuple)
objects = st.just("ka05") | st.builds(Listed, left=shapes, right=shapes)
ties = st.sampled_from(["stable", "random"])
elites = st.integers(0, 8)
random_founders = st.builds(RandomGenomes, links=st.none() | rates, drift=st.integers(0, 3))
parts = st.builds(Part, share=st.floats(0.01, 10), initial=random_founders)
STRATEGIES: dict[type[Component], dict[str, st.SearchStrategy[Any]]] = {
    Genotype: {
        "circuit": circuits(),
        "threshold_net": threshold_nets(),
        "layered_circuit": layered_circuits(),
        "ternary_net": st.builds(TernaryNet, hidden=hidden),
        "weighted_net": st.builds(
            WeightedNet,
            hidden=hidden,
            unit=st.sampled_from(["tanh", "relu"]),
            inputs=st.sampled_from(["binary", "signed"]),
        ),
    },
    Goal: {
        "logic": st.lists(st.sampled_from([AND, OR, "x", "0x6", "1"]), min_size=1, max_size=3).map(
            lambda outputs: LogicGoal(outputs=tuple(outputs))
        ),
        "random": st.builds(
            RandomGoal,
            draw=st.sampled_from(["each_epoch", "once"]),
            balanced=st.booleans(),
            ones=st.none() | st.integers(0, 16),
            outputs=st.integers(1, 3),
        ),
        "family": st.builds(
            Family,
            where=st.dictionaries(
                st.sampled_from("ABC"), st.lists(st.sampled_from([AND, OR, "x"]), min_size=1).map(tuple), min_size=1
            ),
            outputs=st.lists(st.sampled_from([("A",), ("~A", "0")]), min_size=1).map(tuple),
        ),
        "neutral": st.builds(NeutralGoal, outputs=st.integers(1, 3)),
        "serial": st.builds(Serial, if_left=questions, otherwise=questions, objects=objects, sample=samples),
        "hierarchical": st.builds(
            Hierarchical,
            levels=st.lists(st.sampled_from(["and", "or", "xor", "eq"]), min_size=1, max_size=3).map(tuple),
            sample=samples,
        ),
        "retina": st.builds(
            Retina,
            ask=st.sampled_from(["left & right", "left | right", "left ^ ~right"]),
            objects=objects,
            sample=samples,
        ),
    },
    Schedule: every_kind(),
    Cost: {
        "gates": st.builds(Gates, **weights),
        "connections": st.builds(Connections, **weights),
        "length": st.builds(Length, **wires),
        "squared_length": st.builds(SquaredLength, **wires),
        "longest": st.builds(LongestConnection, **wires),
        "length_beyond": st.builds(LengthBeyond, **wires, threshold=st.floats(0, 8)),
        "modularity": st.builds(ModularityCost, **weights),
        "random": st.builds(RandomCost, **weights),
    },
    Selection: {
        "elite_replacement": st.builds(EliteReplacement, elite=st.integers(1, 8), ties=ties),
        "tournament": st.builds(Tournament, size=st.integers(1, 9), elite=elites, ties=ties),
        "boltzmann": st.builds(Boltzmann, strength=st.floats(0, 100), elite=elites, ties=ties),
        "truncation": st.builds(Truncation, best=st.integers(1, 20), elite=elites, ties=ties),
        "rank": st.builds(LinearRank, pressure=st.floats(1, 2), elite=elites, ties=ties),
        "lexicase": st.builds(Lexicase, elite=elites, ties=ties),
        "nsga2": st.builds(Nsga2, parents=st.integers(1, 9), diversity=st.booleans(), ties=ties),
        "pnsga": st.builds(
            Pnsga, parents=st.integers(1, 9), diversity=st.booleans(), probability=st.floats(0, 1), ties=ties
        ),
    },
    Mutation: {
        "redraw": st.builds(Redraw, rate=rates, per=st.sampled_from(["genome", "gene", "locus"]), deletion=rates),
        "bit": st.builds(FlipBit, rate=rates, per=st.sampled_from(["genome", "bit"])),
        "links": st.builds(Links, add=rates, remove=rates, weight_rate=st.floats(0, 30), bias_rate=rates),
        "sum": st.builds(Sum, **weight_rates),
        "product": st.builds(Product, **weight_rates),
    },
    Crossover: {
        "none": st.just(NoCrossover()),
        "one_point": st.builds(OnePoint, rate=rates),
        "two_point": st.builds(TwoPoint, rate=rates),
        "uniform": st.builds(Uniform, rate=rates, swap=rates),
    },
    Initial: {
        "random": random_founders,
        "mix": st.lists(parts, min_size=1, max_size=3).map(lambda of: Mix(of=of)),
        "links": st.builds(RandomLinks, attempts=st.sampled_from([(0, 0), (0, 9), (5, 30)]), drift=st.integers(0, 3)),
        "weights": st.builds(RandomWeights, share=rates, scale=st.floats(0.01, 9)),
    },
}


def shipped(family: type[Component]) -> dict[str, type[Any]]:
    """The members that evomod brings along; other tests define some of their own."""
    return {kind: cls for kind, cls in members(family).items() if cls.__module__.startswith("evomod.")}


def components(family: type[Component], cls: type[Component]) -> st.SearchStrategy[Any]:
    """Values of one member; a member that is new here is tried with its defaults alone."""
    strategy = STRATEGIES[family].get(cls.model_fields["kind"].default)
    return st.builds(cls) if strategy is None else strategy


# Encodings and populations --------------------------------------------------------------------------------------------


@st.composite
def bound(draw: Any, cls: type[Genotype] = Circuit, max_inputs: int = 7, max_nodes: int = 27) -> tuple[Encoding, Array]:
    """An encoding and its cases, a whole truth table; seven inputs are two words, but most draws are smaller."""
    n_inputs = draw(st.integers(1, min(5, max_inputs)) | st.integers(1, max_inputs))
    genotype = draw(circuits(min(20, max_nodes - n_inputs)) if cls is Circuit else components(Genotype, cls))
    inputs = truth_table_inputs(n_inputs)
    return genotype.encode(inputs, draw(st.integers(1, 3))), inputs


def encodings(cls: type[Genotype] = Circuit, max_inputs: int = 7, max_nodes: int = 27) -> st.SearchStrategy[Encoding]:
    return bound(cls, max_inputs, max_nodes).map(lambda pair: pair[0])


@st.composite
def binary_encodings(draw: Any) -> Encoding:
    """Encodings in which every pattern of bits is a genome."""
    n_nodes = draw(st.sampled_from([4, 8, 16]))
    n_inputs = draw(st.integers(1, min(4, n_nodes - 1)))
    kinds = list(GATES)[: draw(st.sampled_from([1, 2, 4, 8]))]
    circuit = Circuit(n_gates=n_nodes - n_inputs, gates=tuple(kinds))
    return circuit.encode(truth_table_inputs(n_inputs), draw(st.integers(1, 3)))


def genomes(encoding: Encoding, n: int) -> st.SearchStrategy[Array]:
    """Legal genomes, uint8 (n, n_loci), half of their alleles from the upper half: wires to gates make richer circuits.

    Hypothesis' own arrays mostly repeat one value, which makes dull circuits.
    """
    if isinstance(encoding, WeightedNetEncoding):  # not any bytes are weights
        return st.builds(lambda share, seed: encoding.draw_weights(n, share, 1.0, seed), st.floats(0.2, 1), seeds)
    alleles, size = encoding.alleles, 2 * n * encoding.n_loci

    def legal(raw: bytes) -> Array:
        low, high = np.frombuffer(raw, np.uint8).reshape(2, n, -1)
        return np.where(high < 128, low % alleles, alleles - 1 - low % -(-alleles // 2)).astype(np.uint8)

    return st.binary(min_size=size, max_size=size).map(legal) | seeds.map(
        lambda seed: legal(np.random.default_rng(seed).bytes(size))
    )


def evaluated(
    encoding: Encoding, rows: Array, costs: tuple[Cost, ...] = (Gates(), Connections()), seed: int = 1
) -> Population:
    """A population of these genomes, evaluated and costed; what no kernel writes stays conspicuous rubbish."""
    population = Population.empty(len(rows), encoding.n_loci, encoding.response_shape, len(costs))
    population.genomes[:] = rows
    for array in (population.responses, population.effective):
        array[:] = 0xDEADBEEFDEADBEEF
    population.costs[:] = -1
    population.settled[:] = 7
    encoding.evaluate(population)
    count_costs(costs, encoding, population, seed)
    return population


@st.composite
def populations(draw: Any, strategy: st.SearchStrategy[Encoding], n: int = 8) -> tuple[Encoding, Population]:
    encoding = draw(strategy)
    return encoding, evaluated(encoding, draw(genomes(encoding, n)))


def ones(population: Population, n_cases: int) -> Array:
    """In how many of 20 states each output is 1, read from the bit-planes: int64 (n, n_outputs, n_cases)."""
    octets = population.responses.astype("<u8").view(np.uint8)
    bits = np.unpackbits(octets, axis=-1, bitorder="little")[..., :n_cases].astype(np.int64)
    counts = np.tensordot(bits, 1 << np.arange(bits.shape[1]), axes=(1, 0))
    return np.where(population.settled[:, None, None] == 1, 20 * bits[:, 0], counts)


# Problems -------------------------------------------------------------------------------------------------------------


@st.composite
def problems(draw: Any, population: int = 20) -> Problem:
    """Small problems over four inputs: all kinds of goals, schedules, costs, selection, variation and beginnings."""
    logic = {"and": LogicGoal(outputs=(AND,)), "or": LogicGoal(outputs=(OR,))}
    binary = draw(st.booleans())
    mutations = STRATEGIES[Mutation]["bit" if binary else "redraw"]
    return Problem(
        inputs=NAMES[:4],
        genotype=Circuit() if binary else draw(circuits(max_gates=12)),
        goals={**logic, "noise": RandomGoal(), "nothing": NeutralGoal()},
        schedule=draw(st.one_of(*every_kind().values())),
        fitness=Fitness(costs=tuple(draw(st.lists(st.one_of(*STRATEGIES[Cost].values()), max_size=2)))),
        selection=draw(st.one_of(*STRATEGIES[Selection].values())),
        variation=Variation(mutation=draw(mutations), crossover=draw(st.one_of(*STRATEGIES[Crossover].values()))),
        population=population,
        initial=draw(st.one_of(*(STRATEGIES[Initial][kind] for kind in ("random", "mix")))),
    )


def logic_gates(population: int = 20, elite: int = 6, every: int = 5, **changes: Any) -> Problem:
    """The main job of Kashtan & Alon 2005, smaller."""
    parts: dict[str, Any] = {
        "inputs": NAMES[:4],
        "genotype": Circuit(),
        "goals": {"and": LogicGoal(outputs=(AND,)), "or": LogicGoal(outputs=(OR,))},
        "schedule": Alternating(goals=("and", "or"), every=every),
        "fitness": Fitness(costs=(Gates(weight=0.2, above=11),)),
        "selection": EliteReplacement(elite=elite),
        "variation": Variation(),
        "population": population,
    }
    return Problem(**{**parts, **changes})

"""A line of descent, small enough for a page: the first genome, and what each step changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.genotypes.base import Encoding
from evomod.genotypes.circuit import CircuitEncoding
from evomod.genotypes.circuit_phenotype import GATES
from evomod.genotypes.layered_circuit import LayeredCircuitEncoding
from evomod.genotypes.packed import WORD
from evomod.lineage.individual import Individual, genome_at, named, phenotype
from evomod.lineage.reader import LineageReader
from evomod.lineage.story import EFFECTS, Story, tell
from evomod.lineage.subfunctions import subfunctions
from evomod.lineage.switches import switches
from evomod.networks.modularity_batch import adjacency_bits, best_modularity
from evomod.networks.network import Network
from evomod.problem import Problem
from evomod.report.page.packing import Arrays
from evomod.report.story_summary import milestones

Array = npt.NDArray[Any]

MAX_BIRTHS = 100_000_000  # that the engine makes again for a line that was not recorded: tens of seconds
RESTARTS = 5  # climbs to the best modules of a circuit


def walk(
    log: LineageReader, problem: Problem, individual: Individual, arrays: Arrays, goals: list[int]
) -> dict[str, Any]:
    """The individual, its line of descent and how its circuits are drawn; `goals` index those with numbers."""
    generation, place = named(log, individual)
    node: dict[str, Any] = {"individual": {"generation": generation, "place": place, "asked": individual}}
    plain = _as_circuits(problem.encoding, np.zeros((1, problem.encoding.n_loci), np.uint8))
    node["encoding"] = _encoding(plain[0]) if plain else None
    if why := _too_long(log, problem, generation):
        genome = genome_at(log, problem, (generation, place))
        return node | {"line": None, "why_no_line": why} | _still(problem, genome)
    story = tell(log, problem, (generation, place))
    return node | {"line": _line(log, story, arrays, goals)} | ({} if plain else _still(problem, story.genomes[-1]))


def _as_circuits(encoding: Encoding, genomes: Array) -> tuple[CircuitEncoding, Array] | None:
    """Genomes as those of circuits, which the page knows how to develop; None of others."""
    if type(encoding) is LayeredCircuitEncoding and encoding.n_nodes <= WORD:
        return encoding.without_layers(genomes)
    return (encoding, genomes) if type(encoding) is CircuitEncoding else None


def _too_long(log: LineageReader, problem: Problem, generation: int) -> str | None:
    """Why a line is not made again, where births were not recorded: a sentence."""
    births = generation * log.layout.population
    if log.layout.births == "all" or births <= MAX_BIRTHS:
        return None
    most = MAX_BIRTHS // log.layout.population
    return (
        f"This run was recorded with births: {log.layout.births}, and its {births:,} births would have to be made "
        f"again to know the line of descent. Ask for an individual of generation {most:,} or before "
        f"(--individual G:PLACE), or record births: all."
    )


def _encoding(encoding: CircuitEncoding) -> dict[str, Any]:
    n_inputs, n_gates, n_outputs, stride = encoding.shape
    kinds = encoding.circuit.gates
    return {
        "n_inputs": n_inputs,
        "n_gates": n_gates,
        "n_outputs": n_outputs,
        "stride": stride,
        "kinds": list(kinds),
        "tables": [GATES[kind] for kind in kinds],
    }


def _still(problem: Problem, genome: Array) -> dict[str, Any]:
    """The one network, for a page that has no line or cannot develop a genome."""
    network = phenotype(problem, genome).network()
    return {"genome": genome.tolist(), "network": _drawable(network), "network_q": _modules_of(network)}


def _drawable(network: Network) -> dict[str, Any]:
    return {
        "nodes": [
            {"name": name, "role": role, "label": label}
            for name, role, label in zip(network.names, network.roles, network.labels, strict=True)
        ],
        "edges": [list(edge) for edge in network.edges],
        "weights": list(network.weights),
    }


def _modules_of(network: Network) -> dict[str, Any]:
    """Q and the module of each node but outputs; none of a network that is too large for it."""
    n_nodes = network.parts().n_nodes
    if n_nodes > WORD:
        return {"q": None, "modules": [-1] * n_nodes}
    best = best_modularity(adjacency_bits([network]), RESTARTS)
    return {"q": float(best.q[0]) if np.isfinite(best.q[0]) else None, "modules": best.labels[0].tolist()}


def _line(log: LineageReader, story: Story, arrays: Arrays, goals: list[int]) -> dict[str, Any]:
    steps, encoding = story.steps, story.problem.encoding
    graphs, _ = encoding.adjacency(story.genomes)
    plain = _as_circuits(encoding, story.genomes)
    genomes = plain[1] if plain else story.genomes
    different = genomes[1:] != genomes[:-1]
    wide = "u1" if genomes.shape[1] <= 256 else "u2"
    distinct, of = np.unique(graphs, axis=0, return_inverse=True)
    best = best_modularity(distinct, RESTARTS)
    flags = steps["hidden"] | steps["expressed"] << 1 | steps["crossed"] << 2 | (steps["settled"] != 0) << 3
    return {
        "n": len(steps),
        "effects": {str(sign): word for sign, word in EFFECTS.items()},
        "last": int(story.line.generations[-1]),
        "first_genome": genomes[0].tolist(),
        "n_changed": arrays.add(different.sum(axis=1), "u2"),
        "loci": arrays.add(np.nonzero(different)[1], wide),
        "alleles": arrays.add(genomes[1:][different], "u1"),
        **{column: arrays.add(steps[column], "u4") for column in ("generation", "place", "connections")},
        **{column: arrays.add(steps[column], "u2") for column in ("goal", "parts")},
        "effect": arrays.add(steps["effect"], "i1"),
        "flags": arrays.add(flags, "u1"),
        **{column: arrays.add(steps[column], "f4") for column in ("benefit", "fitness")},
        **{
            column: [arrays.add(steps[column][:, k], kind) for k in goals]
            for column, kind in (("benefits", "f4"), ("fitnesses", "f4"), ("effects", "i1"))
        },
        "graph": arrays.add(of.reshape(-1), "u4"),
        "q": arrays.add(best.q, "f4"),
        "modules": arrays.add(best.labels, "u1"),
        "n_nodes": graphs.shape[1],
        **({} if plain else {"changes": [story.changes(k) for k in range(len(story))]}),
        "milestones": list(milestones(story, subfunctions(story), switches(log)).items()),
    }

"""Normalised modularity Q_m: 0 is chance, 1 the most that can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
from pydantic import Field

from evomod.errors import InputError
from evomod.measures.base import Array, Measure, MeasureError, Specimen
from evomod.measures.calibration import RESTARTS, Calibration, calibrated, maximised
from evomod.measures.degree_preserving import degree_preserving, is_connected
from evomod.measures.random_genomes import random_genomes
from evomod.measures.solutions import cases_of, is_solution, solutions
from evomod.measures.walk import ANY, Size, sizes
from evomod.networks.modularity_batch import adjacency_bits
from evomod.networks.network import NetworkError
from evomod.problem import Problem

LEAST = 1e-9  # differences below are rounding


class NormalisedModularity(Measure):
    """Normalised modularity Q_m = (Q − Q_rand) / (Q_max − Q_rand), against a null of the same size.

    Q is that of the undirected simple graph of inputs that are used and effective gates, maximised. Q_rand is its mean
    over the networks of the null, Q_max the most modular network found under the null's constraints. After Kashtan &
    Alon 2005 (doi 10.1073/pnas.0503610102), who take for Q_max the mean over many searches, which is lower. NaN where
    nothing is linked, where Q_max is Q_rand, and against `solutions` for what is none. A null that is new takes seconds
    (`solutions`: a minute or two for each goal and size) and is kept in the user's cache; those of KA05 are shipped.
    """

    kind: Literal["q_m"] = "q_m"
    against: Literal["random_genomes", "random_genomes_of_gates", "degree_preserving", "solutions"] = Field(
        "random_genomes",
        description="What chance is. random_genomes: networks of random genomes with as many effective gates and used "
        "inputs; random_genomes_of_gates: with as many gates, whatever inputs they use, which puts Q_m higher; "
        "degree_preserving: the network rewired, each node with as many neighbours, connected if it is; solutions: "
        "networks of all genomes with as many gates and inputs that answer the goal in force perfectly.",
    )

    @property
    def columns(self) -> tuple[str, ...]:
        """Q_m and what it is made of; the size; networks of the null; share of climbs that found Q, 1 if proved."""
        return (
            *("q_m", "q", "q_random", "q_random_sd", "q_max", "z", "density"),
            *("gates", "inputs", "edges", "null_samples", "found"),
        )

    def take(self, specimens: Sequence[Specimen]) -> Array:
        """One row each; equal networks are partitioned once, and each null is computed once for ever."""
        values = np.full((len(specimens), len(self.columns)), np.nan)
        for problem, who in _by_problem(specimens):
            some = [specimens[i] for i in who]
            graphs, size = self._graphs(problem, some)
            best = maximised(graphs)
            edges = np.bitwise_count(graphs).sum(axis=1) // 2
            nodes = (graphs != 0).sum(axis=1)
            for k, i in enumerate(who):
                values[i, 1], values[i, 7:10] = best.q[k], (*size[k], edges[k])
                if not edges[k]:
                    continue
                values[i, 6] = 2 * edges[k] / (nodes[k] * (nodes[k] - 1))
                values[i, 11] = 1 if best.certified[k] else best.found[k] / RESTARTS
                if null := self._null(some[k], graphs[k], (int(size[k, 0]), int(size[k, 1]))):
                    values[i, [2, 3, 4, 10]] = null.q_random, null.q_random_sd, null.q_max, null.n
        q, mean, sd, most = values[:, 1:5].T
        with np.errstate(divide="ignore", invalid="ignore"):
            values[:, 0] = np.where(most - mean > LEAST, (q - mean) / (most - mean), np.nan)
            values[:, 5] = np.where(sd > LEAST, (q - mean) / sd, np.nan)
        return values

    def _graphs(self, problem: Problem | None, specimens: Sequence[Specimen]) -> tuple[Array, Array]:
        """Simple graphs, uint64 (n, n_nodes), and sizes, int64 (n, 2)."""
        if problem is not None:
            genomes = np.array([specimen.genome for specimen in specimens], np.uint8)
            graphs, present = problem.encoding.adjacency(genomes)
            return graphs, sizes(problem.encoding, present)
        if self.against != "degree_preserving":
            raise MeasureError(
                f"{specimens[0].name}: q_m against {self.against} needs a genome; for a network alone there is "
                f"against: degree_preserving"
            )
        networks = [specimen.network for specimen in specimens]
        n_inputs = [network.roles.count("input") for network in networks]
        try:
            graphs = adjacency_bits(networks)
        except NetworkError as error:
            raise MeasureError(f"q_m: {error}") from error
        return graphs, np.array([(network.n_nodes - n, n) for network, n in zip(networks, n_inputs, strict=True)])

    def _null(self, specimen: Specimen, graph: Array, size: Size) -> Calibration | None:
        problem = specimen.problem
        if self.against == "degree_preserving" or problem is None:
            degrees = np.bitwise_count(graph[graph != 0]).tolist()
            return calibrated(degree_preserving(degrees, bool(is_connected(graph))))
        if self.against != "solutions":
            size = (size[0], ANY) if self.against == "random_genomes_of_gates" else size
            return calibrated(random_genomes(problem.genotype, len(problem.inputs), problem.n_outputs, size))
        if specimen.goal in problem.goals and not problem.goals[specimen.goal].is_task:
            return None  # epochs of random goals, or of none
        try:
            cases = cases_of(problem, specimen.goal)
        except InputError as error:
            raise MeasureError(f"{specimen.name}: q_m against solutions: {error}") from error
        if specimen.genome is None or not is_solution(problem.encoding, specimen.genome, cases):
            return None
        return calibrated(solutions(problem.genotype, cases, size))


def _by_problem(specimens: Sequence[Specimen]) -> Iterator[tuple[Problem | None, list[int]]]:
    """Problems, None where there is no genome, each with the places of its specimens."""
    groups: dict[int, tuple[Problem | None, list[int]]] = {}
    for i, specimen in enumerate(specimens):
        problem = None if specimen.genome is None else specimen.problem
        groups.setdefault(id(problem), (problem, []))[1].append(i)
    yield from groups.values()

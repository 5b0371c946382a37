"""Runs of nets are logged, replayed and told as those of circuits are; a genome of numbers is bytes like any other."""

from __future__ import annotations

import numpy as np
import pytest

from evomod.engine import Start, evolve
from evomod.lineage.reader import LineageReader
from evomod.lineage.replay import genomes, verify
from evomod.runner import run
from evomod.scenario import loads

TEXT = """
name: nets
inputs: [x, y, z]
genotype: {genotype}
goals: {{a: x & y | z, b: x ^ y}}
schedule: {{kind: alternating, goals: [a, b], every: 7}}
selection: {{kind: elite_replacement, elite: 5, ties: random}}
variation: {{mutation: {mutation}, crossover: {{kind: uniform}}}}
initial: {initial}
population: 20
generations: 40
record: {{genomes_every: 15}}
seed: 1
"""
RUNS = {
    "ternary": ("{kind: ternary_net, hidden: [3, 2]}", "{kind: links}", "{kind: links, attempts: [5, 20]}"),
    "sum": ("{kind: weighted_net, hidden: [3]}", "{kind: sum, rate: 0.2}", "{kind: random}"),
    "product": (
        "{kind: weighted_net, hidden: [3, 2], unit: relu, inputs: signed}",
        "{kind: product, rate: 0.2, deletion: 0.1, addition: 0.1}",
        "{kind: weights, share: 0.5}",
    ),
}


@pytest.fixture(params=RUNS)
def scenario(request):
    genotype, mutation, initial = RUNS[request.param]
    return loads(TEXT.format(genotype=genotype, mutation=mutation, initial=initial))


def test_the_log_gives_every_genome_and_a_run_goes_on_from_any_generation(scenario, tmp_path):
    run(scenario, tmp_path / "run")
    made = []
    for generation in evolve(scenario.problem, 1):
        made.append(generation.population.genomes.copy())
        if len(made) == 41:
            break
    with LineageReader(tmp_path / "run") as log:
        for number in (0, 1, 14, 15, 29, 40):
            assert np.array_equal(genomes(log, scenario.problem, number), made[number])
        assert verify(log, scenario.problem) == 3
    later = evolve(scenario.problem, 1, Start(30, made[30]))
    for number in range(30, 41):
        assert np.array_equal(next(later).population.genomes, made[number])
    assert not np.array_equal(made[40], made[30])

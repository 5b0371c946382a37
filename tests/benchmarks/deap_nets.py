"""The peer of nets: Clune, Mouret & Lipson's (2013) ternary nets on the retina, as a DEAP user with NumPy writes them.

Selection, loop and statistics are DEAP's; a net is five NumPy matrices and answers all 256 patterns at once, which is
what people do who profile. Nothing here imports evomod.
"""

from itertools import pairwise

import numpy as np
from deap import base, creator, tools

LAYERS = (8, 8, 4, 2, 1)
WEIGHTS, BIASES = (-2, -1, 1, 2), (-2, -1, 0, 1, 2)
OBJECTS_LEFT, OBJECTS_RIGHT = {1, 4, 5, 7, 11, 13, 14, 15}, {2, 7, 8, 10, 11, 13, 14, 15}
PATTERNS = np.arange(256)
INPUTS = (2.0 * (PATTERNS[:, None] >> np.arange(8) & 1) - 1).astype(np.float32)
TARGET = np.array([(p & 15) in OBJECTS_LEFT and (p >> 4) in OBJECTS_RIGHT for p in PATTERNS])

if not hasattr(creator, "TernaryNet"):
    creator.create("NetFitness", base.Fitness, weights=(1.0,))
    creator.create("TernaryNet", list, fitness=creator.NetFitness)


def random_net(rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    return creator.TernaryNet(
        (
            (rng.choice(WEIGHTS, (a, b)) * (rng.random((a, b)) < 0.5)).astype(np.float32),
            rng.choice(BIASES, b).astype(np.float32),
        )
        for a, b in pairwise(LAYERS)
    )


def accuracy(net: list[tuple[np.ndarray, np.ndarray]]) -> tuple[float]:
    values = INPUTS
    for weights, biases in net:
        values = np.tanh(20 * (values @ weights + biases))
    return (float(((values[:, 0] > 0) == TARGET).mean()),)


def mutate(net: list[tuple[np.ndarray, np.ndarray]], rng: np.random.Generator) -> None:
    k = int(rng.integers(len(net)))
    weights, biases = net[k][0].copy(), net[k][1].copy()
    if rng.random() < 0.7:
        at = tuple(rng.integers(weights.shape))
        weights[at] = rng.choice((0, *WEIGHTS))
    else:
        biases[rng.integers(len(biases))] = rng.choice(BIASES)
    net[k] = (weights, biases)


def run(n_generations: int, population: int, seed: int) -> list[float]:
    """Best accuracy of each generation; 300 of 1,000 stay, the others are varied copies."""
    rng = np.random.default_rng(seed)
    nets = [random_net(rng) for _ in range(population)]
    best = []
    for _ in range(n_generations):
        for net in nets:
            if not net.fitness.valid:
                net.fitness.values = accuracy(net)
        best.append(max(net.fitness.values[0] for net in nets))
        elite = tools.selBest(nets, population * 3 // 10)
        children = [creator.TernaryNet(elite[k]) for k in rng.integers(len(elite), size=population - len(elite))]
        for child in children:
            mutate(child, rng)
        nets = elite + children
    return best

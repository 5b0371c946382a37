"""Random numbers and what is drawn with them against theory; each check must fail on its negative twin."""

from __future__ import annotations

from itertools import permutations as orders
from itertools import product

import numpy as np
import pytest

from evomod import rng
from evomod.genotypes.base import draw_genomes
from evomod.genotypes.circuit import Circuit
from evomod.goals.base import truth_table_inputs
from evomod.goals.random import RandomGoal
from evomod.rng import Stream, below, permutation
from tests.verification.fit import fits

pytestmark = pytest.mark.verification


def few_rounds(rounds):
    """Philox with fewer rounds: words of a place, as the kernel would draw them."""

    def words(place):
        seed, generation, individual, purpose, draw = place
        c, k = (draw, individual, generation, purpose), (seed % 2**32, seed >> 32)
        for _ in range(rounds):
            a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
            c = (b >> 32 ^ c[1] ^ k[0], b % 2**32, a >> 32 ^ c[3] ^ k[1], a % 2**32)
            k = ((k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32)
        return c

    return words


def philox(place):
    seed, generation, individual, purpose, draw = place
    return Stream(seed, generation, individual, purpose).words(4 * draw + 4)[4 * draw :].tolist()


PLACES = list(product((1, 2, 3, 2**40), range(30), range(30), range(3), range(2)))


def uniform(generator):
    """Are all bytes of all four words uniform over neighbouring places?"""
    words = np.array([generator(place) for place in PLACES], np.uint32)
    octets = np.ascontiguousarray(words).view(np.uint8).reshape(-1, 16)
    return all(fits(np.bincount(octets[:, k], minlength=256), np.ones(256)) for k in range(16))


def independent(generator, coordinate):
    """Are words of places that differ by one in one coordinate independent? Top nibbles, and their difference."""
    nexts = [tuple(v + (k == coordinate) for k, v in enumerate(place)) for place in PLACES]
    here, there = (np.array([generator(place) for place in places], np.int64) for places in (PLACES, nexts))
    joint = ((here >> 28) * 16 + (there >> 28)).ravel()
    difference = ((there - here) % 2**32 >> 24).ravel()
    return fits(np.bincount(joint, minlength=256), np.ones(256)) and fits(
        np.bincount(difference, minlength=256), np.ones(256)
    )


def test_philox_is_uniform():
    assert few_rounds(10)(PLACES[999]) == tuple(philox(PLACES[999]))
    assert uniform(philox)
    assert not uniform(few_rounds(2))


@pytest.mark.parametrize("coordinate", range(5), ids=["seed", "generation", "individual", "purpose", "draw"])
def test_philox_at_neighbouring_places_is_independent(coordinate):
    assert independent(philox, coordinate)
    assert not independent(few_rounds(2), coordinate)


def test_below_is_uniform_where_n_is_no_power_of_two():
    words = Stream(1, 2, 3, rng.GOAL).words(60_000)
    for n in (3, 6, 12, 25):
        counts = np.bincount([below(word, n) for word in words[:20_000]], minlength=n)
        assert fits(counts, np.ones(n))
        assert not fits(np.bincount((words >> 27) % n, minlength=n), np.ones(n))  # five bits, and a remainder


def naive(n, seed, generation, purpose):
    order = np.arange(n)
    for i in range(n):
        j = int(Stream(seed, generation, i, purpose).words(1)[0]) * n >> 32  # among all, not among those left
        order[i], order[j] = order[j], order[i]
    return order


def uniform_orders(shuffle):
    names = {order: k for k, order in enumerate(orders(range(4)))}
    found = [names[tuple(shuffle(4, seed, 5, rng.TIES).tolist())] for seed in range(12_000)]
    return fits(np.bincount(found, minlength=24), np.ones(24))


def test_all_orders_are_equally_likely():
    assert uniform_orders(permutation)
    assert not uniform_orders(naive)


def functions(goal):
    """How often each of the 16 functions of two inputs is drawn."""
    tables = [goal.cases(("x", "y"), Stream(1, start, 0, rng.GOAL)).targets[:, 0] for start in range(8000)]
    return np.bincount([int(table @ [1, 2, 4, 8]) for table in tables], minlength=16)


def test_random_goals_are_uniform_over_functions_and_over_balanced_ones():
    half = [int(bin(k).count("1") == 2) for k in range(16)]
    assert fits(functions(RandomGoal()), np.ones(16))
    assert fits(functions(RandomGoal(balanced=True)), half)
    assert not fits(functions(RandomGoal()), half)
    assert not fits(functions(RandomGoal(balanced=True)), np.ones(16))


def test_first_genomes_are_uniform():
    code = Circuit(n_gates=3, gates=("nand", "or", "xor"), feedback=False).encode(truth_table_inputs(4), 1)
    genomes = np.empty((20_000, code.n_loci), np.uint8)
    draw_genomes(genomes, code.alleles, 1, 0)
    for locus, n in enumerate(code.alleles):
        counts = np.bincount(genomes[:, locus], minlength=n)
        assert fits(counts, np.ones(n))
        assert not fits(counts, [1] * (n - 1) + [0.7])

"""Flips and Gaussian noise against theory; with negative twins."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, norm

from evomod.disturbance import bits, flips, normals
from evomod.rng import FAILURE, NOISE
from tests.verification.fit import fits

pytestmark = [pytest.mark.verification, pytest.mark.slice]


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.3, 0.5, 0.97])
def test_flips_are_binomial_and_every_bit_and_pair_of_neighbours_is_alike(rate):
    words = flips(rate, bits(100), FAILURE, 0, 1, 1, 0, 40_000)
    found = np.unpackbits(words.view(np.uint8), axis=1, count=100, bitorder="little")
    numbers, theory = np.bincount(found.sum(axis=1), minlength=101), binom(100, rate).pmf(np.arange(101))
    assert fits(numbers, theory)
    assert not fits(numbers, binom(100, rate * 0.96).pmf(np.arange(101)))
    assert fits(found.sum(axis=0), np.ones(100))
    assert not fits(found.sum(axis=0), 1 + (np.arange(100) == 7))
    pairs = np.bincount((2 * found[:, :-1] + found[:, 1:]).ravel()[::2], minlength=4)
    assert fits(pairs, np.outer([1 - rate, rate], [1 - rate, rate]))
    assert not fits(pairs, np.outer([1 - rate, rate], [1 - rate, rate]) + 0.05 * rate * (1 - rate) * np.eye(2))


def test_generations_are_independent():
    one, other = (flips(0.2, bits(64), NOISE, 0, 1, generation, 0, 20_000)[:, 0] for generation in (1, 2))
    both = int(np.bitwise_count(one & other).sum())
    n = 64 * 20_000
    assert fits([both, n - both], [0.04, 0.96])
    assert not fits([both, n - both], [0.042, 0.958])


def test_gaussian_noise_is_gaussian():
    found = normals(2.0, (4, 25), 1, 1, 0, 2000).ravel()
    edges = np.linspace(-6, 6, 25)
    counts = np.histogram(found, [-np.inf, *edges, np.inf])[0]
    theory = np.diff([0, *norm.cdf(edges / 2), 1])
    assert fits(counts, theory)
    assert not fits(counts, np.diff([0, *norm.cdf(edges / 2.05), 1]))
    signs = np.bincount((found[::2] > 0) * 2 + (found[1::2] > 0))
    assert fits(signs, np.ones(4))

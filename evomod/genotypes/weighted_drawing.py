"""Normal numbers, for weights: of random founders and of mutations.

Marsaglia & Bray 1964, "A convenient method for generating normal variables", doi 10.1137/1006063, the polar method. The
logarithm is written out, so that no library's own rounding decides: the same bits on any machine.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from evomod.kernel import inlined, kernel
from evomod.rng import INITIAL, draw4, threshold

_LN2, _SQRT_HALF, _TRIES = math.log(2), math.sqrt(0.5), 64


@inlined
def log(x: float) -> float:
    """Natural logarithm of a positive number, within 1e-15 of itself or of 1: 2·artanh((m − 1)/(m + 1)) + e·ln 2."""
    m, e = math.frexp(x)
    if m < _SQRT_HALF:
        m, e = 2.0 * m, e - 1
    s = (m - 1.0) / (m + 1.0)
    square, power, total = s * s, s, 0.0
    for k in range(1, 24, 2):
        total += power * (1.0 / k)
        power *= square
    return 2.0 * total + e * _LN2


@kernel
def normal(seed: Any, generation: Any, individual: Any, purpose: Any, place: int) -> float:
    """A standard normal number of a place: numbers of other places, 0, 1, 2, …, are independent of it."""
    for k in range(_TRIES):  # a try fails with probability 0.21: all of them in one number of 10^42
        words = draw4(seed, generation, individual, purpose, 1 + place * _TRIES + k)
        # Two words for each coordinate would be finer than a weight is.
        u = (np.float64(words[0]) + 0.5) / 2147483648.0 - 1.0
        v = (np.float64(words[1]) + 0.5) / 2147483648.0 - 1.0
        square = u * u + v * v
        if square < 1.0:
            return u * math.sqrt(-2.0 * log(square) / square)
    return 0.0


@kernel
def draw_weights(weights: Any, is_link: Any, share: float, scale: float, seed: Any, place: int) -> None:
    """Fill float32 (n, n_weights), the nets of `place` and those after it.

    A link is there with probability `share`; its weight, and every bias, is normal with standard deviation `scale`.
    """
    for i in range(weights.shape[0]):
        for j in range(is_link.size):
            weights[i, j] = 0.0
            if not is_link[j] or draw4(seed, 1, place + i, INITIAL, j)[0] < threshold(share):
                weights[i, j] = np.float32(scale * normal(seed, 0, place + i, INITIAL, j))

"""Nets of weighted units with inputs of their own, and with units and links that fail.

A link that fails has weight 0, and a unit that fails neither weights nor a bias: each kind of unit makes 0 of 0. So
what is evaluated is a net as good as any, unit by unit in all cases at once, in single precision.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from evomod.disturbance import Disturbance
from evomod.genotypes.base import Array
from evomod.genotypes.net_phenotype import UNITS
from evomod.genotypes.weighted_evaluation import tanh
from evomod.kernel import inlined, kernel

THRESHOLD, SIGN, TANH, RELU = (list(UNITS).index(name) for name in ("threshold", "sign", "tanh", "relu"))
_ONE = np.uint64(1)


def failing(weights: Array, biases: Array, targets: Array, disturbance: Disturbance) -> tuple[Array, Array]:
    """Weights (n, n_links) and biases (n, n_parts) of the nets that are left, float32; `targets`: parts, (n_links,)."""
    weights, biases = (np.array(each, np.float32, order="C") for each in (weights, biases))
    if disturbance.links is not None:
        weights[_bits(disturbance.links, weights.shape[1])] = 0
    if disturbance.parts is not None:
        broken = _bits(disturbance.parts[:, None], biases.shape[1])
        biases[broken] = 0
        weights[broken[:, targets]] = 0
    return weights, biases


def _bits(words: Array, n: int) -> Array:
    """The first n bits of each row of words: bool (len(words), n)."""
    octets = np.ascontiguousarray(words.astype("<u8")).view(np.uint8)
    return np.unpackbits(octets, axis=1, count=n, bitorder="little").astype(bool)


@kernel
def evaluate_nets(
    weights: Any,
    biases: Any,
    sources: Any,
    first_link: Any,
    unit: int,
    low: float,
    inputs: Any,
    flipped: Any,
    shifts: Any,
    n_cases: int,
    responses: Any,
) -> None:
    """Write uint64 (n, 1, n_outputs, n_words) responses: bit r of an output is 1 where its sum is above 0 in case r.

    Parameters
    ----------
    weights, biases : float32 (n, n_links), (n, n_parts)
    sources : int32 (n_links,), first_link : int64 (n_parts + 1,)
        As in `LayeredEncoding`.
    unit : int
        What hidden units are: THRESHOLD, SIGN, TANH or RELU.
    low : float
        What an input that is 0 is taken for.
    inputs : uint64 (n_inputs, n_words)
    flipped : uint64 (n or 1, n_inputs, n_words)
    shifts : float32 (n or 1, n_inputs, n_cases)
    """
    n_inputs, n_parts, n_outputs = inputs.shape[0], biases.shape[1], responses.shape[2]
    values, zero, lowest = np.empty((n_inputs + n_parts, n_cases), np.float32), np.float32(0), np.float32(low)
    for i in range(weights.shape[0]):
        flips, shift = flipped[min(i, flipped.shape[0] - 1)], shifts[min(i, shifts.shape[0] - 1)]
        for node in range(n_inputs):
            for r in range(n_cases):
                bit = (inputs[node, r // 64] ^ flips[node, r // 64]) >> np.uint64(r % 64) & _ONE
                values[node, r] = (np.float32(1) if bit else lowest) + shift[node, r]
        for k in range(n_parts):
            sums = values[n_inputs + k]
            sums[:] = biases[i, k]
            for link in range(first_link[k], first_link[k + 1]):
                weight = weights[i, link]
                if weight != zero:
                    below = values[sources[link]]
                    for r in range(n_cases):
                        sums[r] += weight * below[r]
            if k < n_parts - n_outputs:
                _activate(sums, unit)
            else:
                _pack(sums, responses[i, 0, k - n_parts + n_outputs])


@kernel
def _pack(sums: Any, words: Any) -> None:
    words[:] = np.uint64(0)
    for r in range(sums.size):
        if sums[r] > 0:
            words[r // 64] |= _ONE << np.uint64(r % 64)


@inlined
def _activate(sums: Any, unit: Any) -> None:
    zero, one = np.float32(0), np.float32(1)
    if unit == RELU:
        for r in range(sums.size):
            sums[r] = max(sums[r], zero)
    elif unit == TANH:
        for r in range(sums.size):
            sums[r] = tanh(sums[r])
    else:
        low = -one if unit == SIGN else zero
        for r in range(sums.size):
            sums[r] = one if sums[r] > zero else (low if sums[r] < zero else zero)

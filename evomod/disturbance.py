"""Noise and failure of parts: what is drawn afresh whenever somebody is evaluated.

Every draw is a function of seed, generation, place and purpose, as all draws are: nothing has to be kept, and a run
that is resumed, replayed or made again meets the same flips and the same failures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from evomod.component import Rate
from evomod.kernel import inlined, kernel
from evomod.rng import FAILURE, NOISE, draw4, threshold

Array = npt.NDArray[Any]

DRAWS = 16  # of one word of flips: 32 binary digits of the rate, two to a draw
FIRST_NORMAL = 1 << 24  # number of the first draw of Gaussian noise, beyond all flips
_ZERO, _ONE, _32 = np.uint64(0), np.uint64(1), np.uint64(32)


class Noise(BaseModel):
    """What is wrong by chance with the cases, for each individual by itself at every evaluation."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
    input: Rate = Field(0.0, description="Probability that an input is flipped, in each case by itself.")
    target: Rate = Field(0.0, description="Probability that a right answer counts as wrong, and a wrong one as right.")
    sigma: Annotated[float, Field(ge=0, le=1e6)] = Field(
        0.0, description="Standard deviation of Gaussian noise that is added to inputs; for nets of weighted units."
    )


class Failure(BaseModel):
    """What fails by chance in each individual, at every evaluation and in all of its cases."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
    parts: Rate = Field(0.0, description="Probability that a gate or unit fails: its output is 0.")
    links: Rate = Field(0.0, description="Probability that a link between nodes fails: it carries 0.")


@dataclass(frozen=True, eq=False)
class Disturbance:
    """What is disturbed in one evaluation of n individuals; None where nothing is.

    Attributes
    ----------
    inputs : uint64 (n, n_inputs, n_words)
        Bit r of a row: the input is flipped in case r.
    shifts : float32 (n, n_inputs, n_cases)
        What is added to the inputs.
    parts : uint64 (n,)
        Bit k: part k fails.
    links : uint64 (n, n_link_words)
        Bit l of a row: link l fails, as the encoding numbers those that may.
    targets : uint64 (n, n_outputs, n_words)
        The answers that are judged the wrong way round.
    """

    inputs: Array | None = None
    shifts: Array | None = None
    parts: Array | None = None
    links: Array | None = None
    targets: Array | None = None

    @property
    def of_answers(self) -> bool:
        """May an individual answer otherwise, or is nothing disturbed but, perhaps, how answers are judged?"""
        return any(one is not None for one in (self.inputs, self.shifts, self.parts, self.links))


class Disturbed(Protocol):
    """What has to be known of an encoding: see `Encoding`."""

    n_inputs: int
    n_outputs: int
    n_parts: int
    n_fallible: int
    row_mask: npt.NDArray[np.uint64]
    cases: Array


def draw(
    noise: Noise, failure: Failure, encoding: Disturbed, seed: int, generation: int, first: int, n: int
) -> Disturbance:
    """What disturbs the individuals at places `first` … `first` + n − 1 in a generation."""
    e, place = encoding, (seed, generation, first, n)
    of_inputs, of_targets = np.tile(e.row_mask, e.n_inputs), np.tile(e.row_mask, e.n_outputs)
    inputs = flips(noise.input, of_inputs, NOISE, 0, *place)
    targets = flips(noise.target, of_targets, NOISE, of_inputs.size, *place)
    parts = flips(failure.parts, bits(e.n_parts), FAILURE, 0, *place)
    return Disturbance(
        inputs=None if inputs is None else inputs.reshape(n, e.n_inputs, -1),
        shifts=normals(noise.sigma, (e.n_inputs, len(e.cases)), *place) if noise.sigma else None,
        parts=None if parts is None else parts[:, 0],
        links=flips(failure.links, bits(e.n_fallible), FAILURE, 1, *place),
        targets=None if targets is None else targets.reshape(n, e.n_outputs, -1),
    )


def bits(n: int) -> npt.NDArray[np.uint64]:
    """The first n bits set, in words: uint64 (⌈n / 64⌉,)."""
    return np.packbits(np.arange(-(-n // 64) * 64) < n, bitorder="little").view("<u8").astype(np.uint64)


def flips(
    rate: float, mask: Array, purpose: int, start: int, seed: int, generation: int, first: int, n: int
) -> npt.NDArray[np.uint64] | None:
    """Independent bits that are 1 with probability `rate`, where `mask` has one: uint64 (n, mask.size); None at rate 0.

    `start` numbers the first word; words with different numbers and one purpose share no draw.
    """
    if rate == 0 or not mask.size:
        return None
    words = np.empty((n, mask.size), np.uint64)
    _flip(words, mask, rate, seed, generation, first, purpose, start)
    return words


def normals(sigma: float, shape: tuple[int, int], seed: int, generation: int, first: int, n: int) -> Array:
    """Independent Gaussian numbers with mean 0 and standard deviation `sigma`: float32 (n, *shape)."""
    numbers = np.empty((n, shape[0] * shape[1]), np.float32)
    _fill_normals(numbers, sigma, seed, generation, first)
    return numbers.reshape(n, *shape)


@inlined
def _bernoulli(mask: Any, limit: Any, seed: Any, generation: Any, individual: Any, purpose: Any, word: Any) -> Any:
    """A word of bits u < rate, for 64 numbers u at once, digit by digit from the highest until all are decided."""
    ones, undecided, digit, number = _ZERO, mask, 32, word * DRAWS
    if limit >> _32:
        ones, undecided = mask, _ZERO
    while undecided and limit & ((_ONE << np.uint64(digit)) - _ONE):
        quad = draw4(seed, generation, individual, purpose, number)
        number += 1
        for half in range(2):
            digit -= 1
            drawn = np.uint64(quad[2 * half]) | np.uint64(quad[2 * half + 1]) << _32
            if limit >> np.uint64(digit) & _ONE:
                ones |= undecided & ~drawn
                undecided &= drawn
            else:
                undecided &= ~drawn
    return ones


@kernel
def _flip(words: Any, mask: Any, rate: float, seed: Any, generation: Any, first: Any, purpose: Any, start: Any) -> None:
    limit = threshold(rate)
    for i in range(words.shape[0]):
        for w in range(words.shape[1]):
            words[i, w] = _bernoulli(mask[w], limit, seed, generation, first + i, purpose, start + w)


@kernel
def _fill_normals(numbers: Any, sigma: float, seed: Any, generation: Any, first: Any) -> None:
    """Box & Muller 1958, doi 10.1214/aoms/1177706645: two numbers from two words."""
    for i in range(numbers.shape[0]):
        for k in range(0, numbers.shape[1], 4):
            quad = draw4(seed, generation, first + i, NOISE, FIRST_NORMAL + k // 4)
            for half in range(2):
                length = sigma * math.sqrt(-2.0 * math.log((quad[2 * half] + 0.5) / 4294967296.0))
                angle = 2.0 * math.pi * (quad[2 * half + 1] / 4294967296.0)
                if k + 2 * half < numbers.shape[1]:
                    numbers[i, k + 2 * half] = length * math.cos(angle)
                if k + 2 * half + 1 < numbers.shape[1]:
                    numbers[i, k + 2 * half + 1] = length * math.sin(angle)

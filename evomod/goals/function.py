"""Boolean functions as whole numbers, and what they are made of.

A function of n inputs and several outputs is its truth tables one after another: row r of output o is bit o·2^n + r,
and row r has input i equal to bit i of r.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.bool_]


def function_of(targets: Bits) -> int:
    """The function with these answers, bool (n_rows, n_outputs)."""
    return int.from_bytes(np.packbits(targets.T, bitorder="little").tobytes(), "little")


def answers(function: int, n_inputs: int, n_outputs: int = 1) -> Bits:
    """Answers bool (2^n_inputs, n_outputs) of a function; the inverse of `function_of`."""
    n_bits = n_outputs << n_inputs
    octets = np.frombuffer(function.to_bytes(-(-n_bits // 8), "little"), np.uint8)
    return np.unpackbits(octets, count=n_bits, bitorder="little").astype(bool).reshape(n_outputs, -1).T


def restrictions(function: int, n_inputs: int, block: Sequence[int]) -> list[bytes]:
    """What is left of a function of one output for each assignment of the inputs `block`, by assignment.

    The first input of `block` is the lowest bit of an assignment.
    """
    # An axis for each input, the last input first.
    table = answers(function, n_inputs).reshape((2,) * n_inputs)
    axes = [n_inputs - 1 - i for i in reversed(block)]
    return [rest.tobytes() for rest in np.moveaxis(table, axes, range(len(axes))).reshape(1 << len(block), -1)]


def multiplicity(function: int, n_inputs: int, block: Sequence[int]) -> int:
    """Number of different restrictions; at most 2 if and only if the function is F(M(block), other inputs).

    The column multiplicity of Ashenhurst 1957, "The decomposition of switching functions".
    """
    return len(set(restrictions(function, n_inputs, block)))


def is_made_of(function: int, part: int, n_inputs: int) -> bool:
    """Is the function F(part, the inputs that `part` does not depend on) for some F that depends on `part`?"""
    block = [i for i in range(n_inputs) if multiplicity(part, n_inputs, [i]) == 2]
    groups: dict[bytes, set[bytes]] = {}
    for value, rest in zip(restrictions(part, n_inputs, block), restrictions(function, n_inputs, block), strict=True):
        groups.setdefault(value, set()).add(rest)
    return all(len(rests) == 1 for rests in groups.values()) and len(set.union(*groups.values())) > 1

"""Lexicase selection as its definition says it: slow, and exact."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

from evomod.genotypes.base import Array


def survivors(right: Array, fitness: Array, order: tuple[int, ...]) -> list[int]:
    """Who is left after the cases of `right`, bool (n, n_cases), in this order; of these the fittest."""
    left = list(range(len(right)))
    for case in order:
        left = [i for i in left if right[i][case]] or left
    best = max(fitness[i] for i in left)
    return [i for i in left if fitness[i] == best]


def shares(right: Array, fitness: Array) -> list[Fraction]:
    """Probability with which each is a parent: the mean over all orders of cases, small numbers of them only."""
    n, n_cases = len(right), len(right[0])
    found, n_orders = [Fraction(0)] * n, 0
    for order in permutations(range(n_cases)):
        n_orders += 1
        left = survivors(right, fitness, order)
        for i in left:
            found[i] += Fraction(1, len(left))
    return [share / n_orders for share in found]


def as_bits(right: Array, places: Array, n_words: int) -> list[list[int]]:
    """Cases as bits of words: case c is bit places[c]."""
    rows = []
    for row in right:
        words = [0] * n_words
        for answer, place in zip(row, places, strict=True):
            words[place // 64] |= int(answer) << (int(place) % 64)
        rows.append(words)
    return rows

"""Parents drawn at random, a log that has nothing else, and descent as one would say it in words."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays


@st.composite
def parents(draw, max_generations=20):
    """uint16 (n, S): anything that may happen, elites that stay among it."""
    size, n = draw(st.integers(1, 9)), draw(st.integers(0, max_generations))
    found = draw(arrays(np.uint16, (n, size), elements=st.integers(0, size - 1), fill=st.nothing()))
    elite = draw(st.integers(0, size))
    found[:, :elite] = np.arange(elite)
    return found


@st.composite
def pedigrees(draw):
    """First and second parents; most individuals have one."""
    first = draw(parents())
    two = draw(arrays(np.bool_, first.shape))
    other = draw(arrays(np.uint16, first.shape, elements=st.integers(0, first.shape[1] - 1)))
    return first, np.where(two, other, first)


def logged(first, second=None, block=3):
    """A log with `births: all` of individuals without genomes."""
    recorded = {"births/parents": first, "births/second_parents": second}
    layout = SimpleNamespace(
        births="all", population=first.shape[1], place=first.dtype, sexual=second is not None, block=block
    )
    return SimpleNamespace(
        folder="run",
        layout=layout,
        n_generations=len(first) + 1,
        per_generation=lambda name, low, high: recorded[name][low - 1 : high - 1],  # in generation 0 nobody was born
    )


def ancestors(first, second, generation, places, at):
    """Everybody in generation `at` from whom some of these come."""
    found = set(places)
    for g in range(generation, at, -1):
        found = {int(parents[g - 1, i]) for parents in (first, second) for i in found}
    return found


def last_common(first, second, generation, places):
    """Most recent generation, and lowest place, of a common ancestor; None if there is none."""
    lines = [{place} for place in places]
    for at in range(generation, -1, -1):
        if shared := set.intersection(*lines):
            return at, min(shared)
        if at:
            lines = [{int(parents[at - 1, i]) for parents in (first, second) for i in line} for line in lines]
    return None

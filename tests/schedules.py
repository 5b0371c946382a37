"""Hypothesis strategies for schedules, and what they share."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from evomod.schedules.base import Schedule
from evomod.schedules.continued import Continued
from evomod.schedules.fixed import Fixed, Together
from evomod.schedules.orders import Alternating, Drawn, Shuffled, StarWalk
from evomod.schedules.switching import Switching

SOME = ("and", "or", "noise", "nothing")
timings = {"timing": st.sampled_from(["strict", "random"]), "fade": st.just(0) | st.integers(0, 12)}
lengths = st.integers(1, 30)
small_weights = st.integers(1, 9)


def lists(names: tuple[str, ...], unique: bool = False) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(names), min_size=1, max_size=5, unique=unique).map(tuple)


@st.composite
def alternating(draw: Any, names: tuple[str, ...] = ("and", "or", "noise"), **more: Any) -> Alternating:
    """Strict and sudden, unless `more` has strategies for other fields."""
    goals = draw(lists(names))
    every = draw(lengths | st.lists(lengths, min_size=len(goals), max_size=len(goals)).map(tuple))
    return Alternating(goals=goals, every=every, **{name: draw(strategy) for name, strategy in more.items()})


@st.composite
def weighted(draw: Any, cls: type[Any], names: tuple[str, ...], unique: bool, **more: Any) -> Any:
    """With weights or without."""
    goals = draw(lists(names, unique))
    weights = st.lists(small_weights, min_size=len(goals), max_size=len(goals)).map(tuple)
    fields = {name: draw(strategy) for name, strategy in more.items()}
    return cls(goals=goals, weights=draw(st.none() | weights), **fields)


@st.composite
def star_walks(draw: Any, names: tuple[str, ...]) -> StarWalk:
    centre, *leaves = draw(st.lists(st.sampled_from(names), min_size=2, max_size=5, unique=True))
    fields = {name: draw(strategy) for name, strategy in timings.items()}
    return StarWalk(centre=centre, goals=tuple(leaves), every=draw(lengths), **fields)


def switching(names: tuple[str, ...]) -> st.SearchStrategy[Switching]:
    """All kinds that go from goal to goal."""
    return st.one_of(
        alternating(names, **timings),
        st.builds(Shuffled, goals=lists(names, unique=True), every=lengths, **timings),
        weighted(Drawn, names, False, every=lengths, **timings),
        star_walks(names),
    )


def continued(names: tuple[str, ...] = SOME) -> st.SearchStrategy[Continued]:
    return st.builds(
        Continued, schedule=switching(names), after=st.integers(0, 500), seed=st.none() | st.integers(0, 2**63 - 1)
    )


def every_kind(names: tuple[str, ...] = SOME) -> dict[str, st.SearchStrategy[Schedule]]:
    """A strategy for each kind; several goals at once must all select."""
    selecting = tuple(name for name in names if name != "nothing")
    return {
        "fixed": st.builds(Fixed, goal=st.sampled_from(names)),
        "alternating": alternating(names, **timings),
        "shuffled": st.builds(Shuffled, goals=lists(names, unique=True), every=lengths, **timings),
        "drawn": weighted(Drawn, names, False, every=lengths, **timings),
        "star_walk": star_walks(names),
        "continued": continued(names),
        "together": weighted(Together, selecting, True),
    }

"""Ancestors found backwards are those that one finds by keeping everybody's name while time goes forwards."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.errors import InputError
from evomod.lineage.births import Window
from evomod.lineage.pedigree import Pedigree
from evomod.lineage.trace import Trace
from tests.generators import examples


@st.composite
def histories(draw, sexual):
    """Parents, second parents (row 0: the founders themselves) and the number kept, of a few generations."""
    n, s = draw(st.integers(1, 9)), draw(st.integers(1, 6))
    rows = st.lists(st.integers(0, s - 1), min_size=s, max_size=s)
    parents = np.array([list(range(s)), *(draw(rows) for _ in range(n - 1))], np.uint16)
    second = np.array([list(range(s)), *(draw(rows) for _ in range(n - 1))], np.uint16) if sexual else parents
    asked = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, s - 1)), min_size=1, max_size=5))
    return parents, second, draw(st.integers(0, s)), asked


def chronicle(parents, second, n_kept):
    """Forwards: who (generation, place of birth) is at each place, everybody's parents and last generation."""
    who, above, last = [], {}, {}
    for g in range(len(parents)):
        now = []
        for p in range(parents.shape[1]):
            if g and p < n_kept and parents[g, p] == p:
                now.append(who[-1][p])
            else:
                now.append((g, p))
                above[g, p] = list(dict.fromkeys((who[-1][parents[g, p]], who[-1][second[g, p]]))) if g else []
            last[now[-1]] = g
        who.append(now)
    return who, above, last


def ancestors(above, individuals):
    found, todo = set(), list(individuals)
    while todo:
        if (one := todo.pop()) not in found:
            found.add(one)
            todo += above[one]
    return found


def traced(parents, second, n_kept, asked, everybody=False, block=3):
    trace = Trace(parents.shape[1], len(parents) - 1, asked, everybody)
    for low in reversed(range(0, len(parents), block)):
        rows = slice(low, low + block)
        first = parents[rows]
        window = Window(low, first, first if second is parents else second[rows])
        trace.back(*window, window.stayed(n_kept))
    rows, found = trace.individuals()
    return Pedigree(*rows.T, found, len(parents))


def names(pedigree):
    return list(zip(pedigree.birth.tolist(), pedigree.place.tolist(), strict=True))


def above_of(pedigree):
    """Parents of everybody, by name."""
    name = names(pedigree)
    both = zip(pedigree.parent.tolist(), pedigree.second_parent.tolist(), strict=True)
    return {name[i]: [name[row] for row in rows if row >= 0] for i, rows in enumerate(both)}


@pytest.mark.jitless
@pytest.mark.parametrize("sexual", [False, True])
@given(data=st.data(), everybody=st.booleans(), block=st.integers(1, 4))
@examples(150)
def test_the_pedigree_is_what_one_writes_down_as_time_goes_on(sexual, data, everybody, block):
    parents, second, n_kept, asked = data.draw(histories(sexual))
    who, above, last = chronicle(parents, second, n_kept)
    found = traced(parents, second, n_kept, asked, everybody, block)
    meant = [who[g][p] for g, p in asked]
    expected = set(above) if everybody else ancestors(above, meant)
    assert names(found) == sorted(expected)
    assert above_of(found) == {one: above[one] for one in sorted(expected)}
    assert found.last.tolist() == [last[one] for one in sorted(expected)]
    assert [names(found)[row] for row in found.asked] == meant


@pytest.mark.jitless
@given(data=st.data())
@examples(150)
def test_without_who_only_passes_on_a_line_the_tree_is_the_same(data):
    parents, second, n_kept, asked = data.draw(histories(False))
    found = traced(parents, second, n_kept, asked)
    above, meant = above_of(found), {names(found)[row] for row in found.asked}
    children = [one for both in above.values() for one in both]
    kept = {one for one in above if not above[one] or children.count(one) > 1 or one in meant}
    left = found.branching()
    assert set(names(left)) == kept
    for one, parent in above_of(left).items():
        up = above[one]
        while up and up[0] not in kept:
            up = above[up[0]]
        assert parent == up
    assert [names(left)[row] for row in left.asked] == [names(found)[row] for row in found.asked]


@given(data=st.data())
@examples(100)
def test_everybody_on_a_branch_is_above_its_lower_end_and_nobody_parts_between(data):
    found = traced(*data.draw(histories(False)))
    for row, low in enumerate(found.below().tolist()):
        assert found.kept[low]
        while low != row:
            low = int(found.parent[low])
            assert low == row or not found.kept[low]
        assert low == row


def test_two_parents_are_no_tree():
    parents = np.array([[0, 1], [0, 0]])
    found = traced(parents, np.array([[0, 1], [1, 0]]), 0, [(1, 0)])
    assert found.sexual
    with pytest.raises(InputError, match="two parents is no tree"):
        found.branching()

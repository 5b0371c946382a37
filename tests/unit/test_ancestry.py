"""Ancestors and descendants are those that one finds by asking each individual for its parents."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.errors import InputError
from evomod.lineage import births
from evomod.lineage.ancestry import ancestors, common_ancestor, descendants
from evomod.lineage.coalescence import coalescence
from tests import genealogies
from tests.genealogies import logged, parents, pedigrees
from tests.generators import examples

both = pytest.mark.parametrize("by", ["first", "all"])


@pytest.fixture(autouse=True, scope="module")
def _many_small_windows():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(births, "WINDOW_BYTES", 1)
        yield


@st.composite
def questions(draw):
    """Parents, a generation, some of its places and an earlier generation."""
    first, second = draw(pedigrees())
    generation = draw(st.integers(0, len(first)))
    places = draw(st.sets(st.integers(0, first.shape[1] - 1), min_size=1))
    return first, second, generation, places, draw(st.integers(0, generation))


@both
@pytest.mark.jitless
@examples(150)
@given(questions())
def test_ancestors_are_the_parents_of_parents(by, question):
    first, second, generation, places, at = question
    expected = genealogies.ancestors(first, second if by == "all" else first, generation, places, at)
    assert set(ancestors(logged(first, second), None, generation, places, at, by)) == expected


@both
@pytest.mark.jitless
@examples(150)
@given(questions())
def test_descendants_are_those_who_have_them_as_ancestors(by, question):
    first, second, generation, places, at = question
    whose = {
        place
        for place in range(first.shape[1])
        if genealogies.ancestors(first, second if by == "all" else first, generation, [place], at) & places
    }
    assert (
        set(descendants(logged(first, second), None, at, places & set(range(first.shape[1])), generation, by)) == whose
    )


@both
@pytest.mark.jitless
@examples(150)
@given(questions())
def test_the_last_common_ancestor_is_the_last_that_all_have(by, question):
    first, second, generation, places, _ = question
    expected = genealogies.last_common(first, second if by == "all" else first, generation, places)
    assert common_ancestor(logged(first, second), None, generation, places, by) == expected


@pytest.mark.jitless
@examples(150)
@given(parents())
def test_without_crossover_all_parents_are_first_parents(first):
    everybody = range(first.shape[1])
    log, last = logged(first), len(first)
    assert common_ancestor(log, None, last, everybody, "all") == common_ancestor(log, None, last, everybody)


def test_more_than_a_machine_word_of_individuals_have_a_common_ancestor():
    first, _ = wide()
    assert common_ancestor(logged(first), None, 2, range(200)) == (0, 199)
    assert common_ancestor(logged(first), None, 2, range(100)) == (1, 7)
    assert common_ancestor(logged(first), None, 2, [130]) == (2, 130)


def test_a_common_ancestor_is_that_of_those_beyond_the_first_machine_word_too():
    first = np.zeros((2, 130), np.uint16)
    first[1, 64:] = 1  # so that those of the first word meet a generation before all do
    assert common_ancestor(logged(first), None, 2, range(64)) == (1, 0)
    assert common_ancestor(logged(first), None, 2, range(64, 130)) == (1, 1)
    assert common_ancestor(logged(first), None, 2, range(130)) == (0, 0)
    first[1, 64:128], first[1, 128:] = 0, 1
    assert common_ancestor(logged(first), None, 2, range(130)) == (0, 0)


def test_coalescence_of_every_so_many_generations_may_be_that_of_the_first_alone():
    assert coalescence(logged(wide()[0]), None, 10**30)["generation"].tolist() == [0]


def wide():
    """A hundred each come from 7 and 180, and these from 199."""
    first = np.zeros((2, 200), np.uint16)
    first[0], first[1, :100], first[1, 100:] = 199, 7, 180
    return first, None


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (lambda log: ancestors(log, None, 3, [0], 0), "has generations 0 to 2; there is no generation 3"),
        (lambda log: ancestors(log, None, 2, [0, 200], 0), "has places 0 to 199; there is no place 200"),
        (lambda log: ancestors(log, None, 2, [-1, 4], 0), "there is no place -1"),
        (lambda log: ancestors(log, None, 1, [0], 2), "generation 2 does not come before generation 1"),
        (lambda log: descendants(log, None, 2, [0], 1), "generation 2 does not come before generation 1"),
        (lambda log: descendants(log, None, 0, [0], -1), "there is no generation -1"),
        (lambda log: common_ancestor(log, None, 2, []), "at least one place"),
        (lambda log: common_ancestor(log, None, 2, [1, 2], "second"), r"'first' or 'all' \[got 'second'\]"),
        (lambda log: common_ancestor(log, None, 2, [1], "both"), r"'first' or 'all' \[got 'both'\]"),
        (lambda log: ancestors(log, None, 2, [1], 2, "both"), r"'first' or 'all' \[got 'both'\]"),
        (lambda log: ancestors(log, None, 2, [1.9], 0), r"a place is a whole number \[got 1.9\]"),
        (lambda log: ancestors(log, None, 2, "12", 0), r"a place is a whole number \[got '1'\]"),
        (lambda log: ancestors(log, None, 2, [2**70], 0), f"there is no place {2**70}"),
        (lambda log: ancestors(log, None, 2**80, [1], 0), f"there is no generation {2**80}"),
        (lambda log: ancestors(log, None, 2, 5, 0), "places are several"),
        (lambda log: descendants(log, None, 0, [1], 1.5), "a generation is a whole number"),
        (lambda log: coalescence(log, None, 2.5), "every so many generations is a whole number"),
        (lambda log: coalescence(log, None, 0), "1 or more"),
    ],
)
def test_who_is_not_there_is_refused_in_a_sentence(asked, answer):
    with pytest.raises(InputError, match=answer):
        asked(logged(wide()[0]))

"""The tree of the living says when lines met as one finds by following every pair of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.errors import InputError
from evomod.lineage import births
from evomod.lineage.coalescence import Genealogy, coalescence, effective_size
from evomod.lineage.fixation import fixed_in
from tests.genealogies import ancestors, last_common, logged, parents
from tests.generators import examples


@pytest.fixture(autouse=True, scope="module")
def _many_small_windows():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(births, "WINDOW_BYTES", 1)
        yield


def by_following_pairs(first, generation):
    """(mrca, mrca_place, t_mrca, t_pair) of a generation."""
    size = first.shape[1]
    oldest = last_common(first, first, generation, range(size))
    met = [last_common(first, first, generation, pair) for pair in ((i, j) for i in range(size) for j in range(i))]
    times = [generation - pair[0] if pair else np.nan for pair in met]
    t_pair = np.mean(times) if times else np.nan
    return (*oldest, generation - oldest[0], t_pair) if oldest else (-1, -1, np.nan, np.nan)


@pytest.mark.jitless
@examples(150)
@given(parents(), st.integers(1, 5))
def test_lines_meet_where_one_finds_them_to_by_following_pairs(first, every):
    rows = coalescence(logged(first), None, every)
    assert rows["generation"].tolist() == list(range(0, len(first) + 1, every))
    for row in rows:
        found = [row[name] for name in ("mrca", "mrca_place", "t_mrca", "t_pair")]
        assert found == pytest.approx(by_following_pairs(first, int(row["generation"])), nan_ok=True)


@pytest.mark.jitless
@examples(150)
@given(parents())
def test_it_makes_no_difference_how_many_generations_are_taken_at_once(first):
    one_by_one, at_once = Genealogy(first.shape[1]), Genealogy(first.shape[1])
    rows = [one_by_one.grow(first[k : k + 1]) for k in range(len(first))]
    if rows:
        assert np.concatenate(rows).tobytes() == at_once.grow(first).tobytes()
    assert one_by_one.row().tobytes() == at_once.row().tobytes()


@pytest.mark.jitless
@examples(150)
@given(parents(max_generations=40))
def test_an_individual_is_fixed_when_all_who_live_descend_from_it(first):
    times = coalescence(logged(first), None)
    last, everybody = len(first), range(first.shape[1])
    if times["mrca"][-1] < 0:
        return
    born = np.arange(times["mrca"][-1] + 1)
    for generation, fixed in zip(born, fixed_in(born, times), strict=True):
        (trunk,) = ancestors(first, first, last, everybody, int(generation))
        when = [g for g in range(generation, last + 1) if ancestors(first, first, g, everybody, generation) == {trunk}]
        assert fixed == when[0]


def test_what_is_not_fixed_by_the_end_is_said_to_be_so():
    first = np.array([[0, 0, 0], [0, 1, 1], [1, 1, 1], [0, 1, 2]])
    times = coalescence(logged(first.astype(np.uint16)), None)
    assert times["mrca"].tolist() == [-1, 0, 0, 2, 2]
    assert fixed_in(np.array([0, 1, 2, 3, 4]), times).tolist() == [1, 3, 3, -1, -1]


def test_the_effective_size_is_the_mean_over_what_is_known():
    first = np.array([[0, 1], [0, 0], [0, 1], [0, 1]], np.uint16)
    times = coalescence(logged(first), None)
    assert times["t_pair"].tolist() == pytest.approx([np.nan, np.nan, 1, 2, 3], nan_ok=True)
    assert effective_size(times) == 2
    assert np.isnan(effective_size(times[:2]))


def test_every_so_many_is_one_or_more():
    with pytest.raises(InputError, match=r"1 or more \[got 0\]"):
        coalescence(logged(np.zeros((1, 2), np.uint16)), None, 0)

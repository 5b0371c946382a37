"""A plan: runs counted through all cells, so that more of them change no number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.campaign import Cell, Plan
from evomod.errors import InputError
from tests.whole.conftest import tiny

SCENARIO = tiny()


def plan(n_cells: int, runs: int, seed: int = 1) -> Plan:
    return Plan("p", tuple(Cell({"k": k}, SCENARIO) for k in range(n_cells)), runs, seed)


@given(st.integers(1, 12), st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**40))
def test_more_runs_change_no_number_and_no_folder(n_cells: int, runs: int, more: int, seed: int) -> None:
    small, large = plan(n_cells, runs, seed), plan(n_cells, runs + more, seed)
    assert [small[k] for k in range(len(small))] == [large[k] for k in range(len(small))]
    assert small.digest() == large.digest()
    assert len({large[k].folder for k in range(len(large))}) == len(large)
    assert {(run.cell, run.seed) for run in map(large.__getitem__, range(len(large)))} == {
        (cell, seed + k) for cell in range(n_cells) for k in range(runs + more)
    }


@given(st.integers(1, 12), st.integers(1, 20), st.integers(1, 50))
def test_shards_together_are_the_whole_and_share_nothing(n_cells: int, runs: int, n: int) -> None:
    whole = plan(n_cells, runs)
    shards = [list(whole.chosen({}, (k, n))) for k in range(1, n + 1)]
    assert sorted(index for shard in shards for index in shard) == list(range(len(whole)))
    assert max(map(len, shards)) - min(map(len, shards)) <= 1


@given(st.integers(1, 12), st.integers(1, 20), st.data())
def test_stopped_anywhere_all_cells_have_about_as_many_runs(n_cells: int, runs: int, data: st.DataObject) -> None:
    whole = plan(n_cells, runs)
    done = [whole[k].cell for k in range(data.draw(st.integers(0, len(whole))))]
    counts = [done.count(cell) for cell in range(n_cells)]
    assert max(counts) - min(counts) <= 1


def test_there_is_no_run_beyond_the_last() -> None:
    with pytest.raises(IndexError):
        plan(2, 3)[6]
    assert len(list(plan(2, 3).chosen({"k": ["1"], "seed": ["2"]}))) == 1


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ((), "at least one cell"),
        ((Cell({"a": 1}, SCENARIO), Cell({"b": 1}, SCENARIO)), "the same factors"),
        ((Cell({"a": 1}, SCENARIO), Cell({"a": 1}, SCENARIO)), "two cells have the same levels"),
        ((Cell({"seed": 1}, SCENARIO),), "cannot be called seed"),
        ((Cell({"best.gates": 1}, SCENARIO),), "cannot be called best.gates"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(cells: tuple[Cell, ...], says: str) -> None:
    with pytest.raises(InputError, match=says):
        Plan("p", cells, 2)


@pytest.mark.parametrize("runs", [1_000_001, 10**11, 10**30])
def test_more_runs_than_anybody_can_carry_out_are_refused_before_anything_is_made(runs: int) -> None:
    with pytest.raises(InputError, match=rf"would have {2 * runs:,} runs; at most 2,000,000 are possible"):
        plan(2, runs)
    assert len(plan(2, 1_000_000)) == 2_000_000


def test_a_name_must_do_for_a_folder() -> None:
    with pytest.raises(InputError, match="must be 1 to 64 letters"):
        Plan("a/b", (Cell({}, SCENARIO),), 2)


def test_conditions_show_in_the_names_of_folders_whatever_they_are_called() -> None:
    names = ["MVG", "a/b: c", "../up", "Ω", "x" * 200]
    cells = tuple(Cell({"condition": name}, SCENARIO) for name in names)
    folders = [Plan("p", cells, 1)[k].folder for k in range(5)]
    assert folders == ["runs/0-MVG/s1", "runs/1-a-b-c/s1", "runs/2-up/s1", "runs/3/s1", f"runs/4-{'x' * 40}/s1"]


def test_a_level_with_a_comma_can_be_chosen() -> None:
    cells = tuple(Cell({"costs": level}, SCENARIO) for level in ('[{"a":1,"b":2}]', "x", "y"))
    one = Plan("p", cells, 1)
    assert list(one.chosen({"costs": ['[{"a":1,"b":2}]']})) == [0]
    assert list(one.chosen({"costs": ["x,y"]})) == [1, 2]
    assert list(plan(1, 5).chosen({"seed": ["2,4"]})) == [1, 3]

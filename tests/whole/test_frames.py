"""Every table of a run is a frame whose columns say what they are of."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import evomod
from evomod.errors import InputError
from evomod.lineage.frames import columns
from tests.whole.conftest import tiny


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    folder = tmp_path_factory.mktemp("frames") / "run"
    evomod.run(tiny("generations=300", "measures=[{kind: q, every: 100}]"), folder)
    with evomod.open_run(folder) as log:
        yield log


@pytest.mark.parametrize(
    "name", ["generations", "champions", "epoch_ends", "measures/q", "coalescence", "fixed_mutations"]
)
def test_every_table_is_a_frame_without_loss(name, log):
    pytest.importorskip("pandas")
    found = log.frame(name)
    rows = {"coalescence": log.coalescence, "fixed_mutations": log.fixed_mutations}.get(name)
    rows = rows() if rows else log.generations if name == "generations" else log.events(name)
    assert len(found) == len(rows) > 0
    for column in rows.dtype.names:
        if column == "goal":
            assert [log.layout.goals[k] for k in rows["goal"]] == found["goal"].tolist()
        elif column == "genome":
            assert [bytes.fromhex(text) for text in found["genome"]] == [genome.tobytes() for genome in rows["genome"]]
        elif rows[column].ndim == 1:
            assert found[column].to_numpy().dtype == rows[column].dtype
            assert np.array_equal(found[column], rows[column], equal_nan=rows[column].dtype.kind == "f")
        else:
            parts = [name for name in found if name.startswith(f"{column}.")]
            assert np.array_equal(found[parts].to_numpy(), rows[column])


def test_columns_of_several_numbers_are_named_after_what_they_are_of(log):
    found = columns(log.generations, log.layout)
    assert {"benefit_quantiles.min", "benefit_quantiles.median", "best_costs.gates", "goal"} < set(found)
    assert np.array_equal(found["benefit_quantiles.max"], log.generations["benefit_quantiles"][:, 4])
    assert {"benefits.and", "benefits.or", "effects.or", "costs.gates"} < set(columns(log.story().steps, log.layout))


def test_numbers_of_what_the_log_does_not_name_are_counted(log):
    found = columns(np.zeros(2, [("benefits", "f8", (3,)), ("costs", "f8", (2,))]), log.layout)
    assert list(found) == ["benefits.0", "benefits.1", "benefits.2", "costs.0", "costs.1"]


def test_rows_of_a_goal_that_the_log_does_not_have_are_refused(log):
    with pytest.raises(InputError, match=r"rows have goal 3, but the log's goals are 0 to 2"):
        columns(np.array([(0,), (3,)], [("goal", "<u2")]), log.layout)


def test_rows_of_a_table_are_a_frame_too(log):
    pytest.importorskip("pandas")
    steps = log.story().steps
    assert len(log.frame(steps)) == len(steps)
    assert log.frame()["generation"].iloc[-1] == 300


def test_a_table_that_is_not_there_is_refused_in_a_sentence(log):
    pytest.importorskip("pandas")
    with pytest.raises(InputError, match=r"has no table 'births'; there are: generations, .*measures/q, coalescence"):
        log.frame("births")


def test_without_pandas_a_sentence_says_how_to_get_it(log, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(InputError, match=r"pip install '.\[tables\]'"):
        log.frame("generations")

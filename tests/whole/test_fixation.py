"""Fixed mutations are those that all have from one ancestor, from the generation on of which it is said."""

from __future__ import annotations

import numpy as np
import pytest

import evomod
from evomod.errors import InputError
from evomod.lineage.checkpoint import Checkpoint
from evomod.lineage.reader import LineageReader
from tests.whole.conftest import all_births, start_run, tiny, wait_until

EVERYBODY = range(30)


@pytest.fixture(scope="module")
def fixed(tmp_path_factory):
    """The fixed mutations of one run, by what was recorded."""
    found = {}
    for births in ("all", "survivors", "none"):
        folder = tmp_path_factory.mktemp("fixed") / "run"
        evomod.run(tiny("generations=1500", f"record.births={births}"), folder)
        with evomod.open_run(folder) as log:
            found[births] = log.fixed_mutations(), log.coalescence()
    return folder, found


def test_all_descend_from_a_fixed_mutant_from_then_on_and_not_before(fixed):
    folder, found = fixed
    rows = found["all"][0]
    assert len(rows) > 20
    assert (np.diff(rows["fixed"]) >= 0).all()
    assert (rows["time_to_fixation"] == rows["fixed"] - rows["generation"]).all()
    assert (rows["age"] == 1500 - rows["fixed"]).all()
    with evomod.open_run(folder) as log:
        for row in rows[:: len(rows) // 12]:
            born, place, when = (int(row[name]) for name in ("generation", "place", "fixed"))
            assert log.ancestors(when, EVERYBODY, at=born).tolist() == [place]
            assert len(log.ancestors(when - 1, EVERYBODY, at=born)) > 1
            before = log.line_of_descent((born, place), start=born - 1).genomes
            assert (before[0] != before[1]).sum() == row["n_changed"] > 0


def test_no_mutation_of_the_trunk_is_missing(fixed):
    folder, found = fixed
    rows, times = found["all"]
    with evomod.open_run(folder) as log:
        line = log.line_of_descent("last")
        mutated = line.generations[1:][(line.genomes[1:] != line.genomes[:-1]).any(axis=1)]
    assert rows["generation"].tolist() == mutated[mutated <= times["mrca"][-1]].tolist()


@pytest.mark.parametrize("births", ["survivors", "none"])
def test_they_are_the_same_whatever_was_recorded(births, fixed):
    for ours, theirs in zip(fixed[1][births], fixed[1]["all"], strict=True):
        assert ours.tobytes() == theirs.tobytes()


def test_while_the_living_have_no_common_ancestor_nothing_is_fixed(tmp_path):
    evomod.run(tiny("generations=2"), tmp_path / "run")
    with evomod.open_run(tmp_path / "run") as log:
        assert log.common_ancestor(2, EVERYBODY) is None
        assert len(log.fixed_mutations()) == 0
        assert "time_to_fixation" in log.fixed_mutations().dtype.names


@all_births
def test_questions_are_answered_while_the_run_goes_on(births, folder):
    process = start_run(folder, "generations=1000000", f"record.births={births}")
    try:
        wait_until(lambda: (found := Checkpoint.load(folder)) and found.generation > 600, process)
        with evomod.open_run(folder) as log:
            last = log.n_generations - 1
            assert last > 600
            times, line = log.coalescence(), log.line_of_descent("last")
            assert times["generation"][-1] == line.generations[-1] == last
            assert log.common_ancestor(last, EVERYBODY) == tuple(times[["mrca", "mrca_place"]][-1])
            assert log.ancestors(last, EVERYBODY, at=0).tolist() == [line.places[0]]
            assert len(log.fixed_mutations()) > 10
    finally:
        process.kill()
        process.wait()


def test_a_log_that_was_opened_alone_says_how_to_ask_it(tmp_path):
    evomod.run(tiny("generations=5"), tmp_path / "run")
    with LineageReader(tmp_path / "run") as log, pytest.raises(InputError, match=r"open it with evomod\.open_run"):
        log.coalescence()

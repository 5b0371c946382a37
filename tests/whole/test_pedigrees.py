"""The pedigree of a run, however its births were recorded, is what the engine did."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from evomod.errors import InputError, LogError
from evomod.lineage.pedigree import pedigree
from evomod.lineage.reader import LineageReader
from evomod.runner import resume, run
from tests.unit.test_pedigree import above_of, ancestors, names
from tests.whole.conftest import SEX, all_births, every_arm, interrupted, tiny
from tests.whole.pedigrees import evolved, lives

LONG = "generations=1700"  # long enough for births to be decided


def agrees(log, settings, individuals=None):
    """Compare the pedigree of some with what the engine did, as far as the log goes."""
    problem, last_generation = tiny(*settings).problem, log.n_generations - 1
    who, above, last = lives(*settings)
    asked = individuals or [(last_generation, place) for place in range(problem.population)]
    found = pedigree(log, problem, individuals)
    expected = sorted(ancestors(above, [who[g][p] for g, p in asked]))
    assert names(found) == expected
    assert above_of(found) == {one: above[one] for one in expected}
    assert [names(found)[row] for row in found.asked] == [who[g][p] for g, p in asked]
    if log.layout.births == "survivors":
        assert found.last is None
    else:
        assert found.last.tolist() == [min(last[one], last_generation) for one in expected]
    return found


@every_arm
def test_the_ancestors_of_the_last_generation_are_those_that_it_has(arm, tmp_path):
    run(tiny(*arm), tmp_path / "run")
    with LineageReader(tmp_path / "run") as log:
        agrees(log, arm)


@all_births
@pytest.mark.parametrize("sex", [(), (SEX,)], ids=["asexual", "sexual"])
def test_so_they_are_of_anybody_who_ever_was(births, sex, tmp_path):
    settings = (LONG, *sex)
    run(tiny(*settings, f"record.births={births}"), tmp_path / "run")
    with LineageReader(tmp_path / "run") as log:
        agrees(log, settings)
        # Before and after what is known to last, founders, and several of different times at once.
        several = [(1690, 5), (1300, 12), (2, 2)]
        for individuals in ([(1290, 29)], [(1279, 3)], [(1700, 0)], [(30, 29)], [(0, 7)], several):
            agrees(log, settings, individuals)


@all_births
def test_so_they_are_while_the_run_is_unfinished_and_after_it_was_resumed(births, tmp_path):
    settings = (LONG, SEX)
    folder = tmp_path / "run"
    run(tiny(*settings, f"record.births={births}"), folder, on_progress=interrupted(2))
    with LineageReader(folder) as log:
        assert log.n_generations < 1700
        agrees(log, settings)
    resume(folder, on_progress=interrupted(4))
    with LineageReader(folder) as log:
        assert len(log.segments) == 2
        agrees(log, settings)


@pytest.mark.parametrize("births", ["all", "none"])
def test_everybody_is_in_the_whole_pedigree(births, tmp_path):
    run(tiny(SEX, f"record.births={births}"), tmp_path / "run")
    _, above, last = lives(SEX)
    with LineageReader(tmp_path / "run") as log:
        found = pedigree(log, tiny(SEX).problem, everybody=True)
    assert above_of(found) == above
    assert found.last.tolist() == [last[one] for one in names(found)]


def test_the_genomes_of_a_pedigree_are_those_at_birth(tmp_path):
    run(tiny(SEX), tmp_path / "run")
    with LineageReader(tmp_path / "run") as log:
        found = pedigree(log, tiny(SEX).problem, [(690, 3)])
        genomes = found.genomes(log, tiny(SEX).problem)
    assert np.array_equal(genomes, evolved(SEX)[0][found.birth, found.place])


def test_who_is_not_there_or_too_many_is_said_in_a_sentence(tmp_path, monkeypatch):
    run(tiny("record.births=survivors"), tmp_path / "run")
    problem = tiny().problem
    with LineageReader(tmp_path / "run") as log:
        for individuals, words in (
            ([(701, 0)], "generations 0 to 700"),
            ([(3, 30)], "places 0 to 29"),
            ([], "nobody"),
        ):
            with pytest.raises(InputError, match=words):
                pedigree(log, problem, individuals)
        with pytest.raises(InputError, match="does not know everybody"):
            pedigree(log, problem, everybody=True)
    run(tiny(), tmp_path / "all")
    with LineageReader(tmp_path / "all") as log:
        monkeypatch.setattr("evomod.lineage.pedigree.MOST", 21_000)
        with pytest.raises(InputError, match=r"up to 21,030 individuals, and a table can have 21,000"):
            pedigree(log, problem, everybody=True)
        monkeypatch.setattr("evomod.lineage.pedigree.MOST", 100)
        with pytest.raises(InputError, match="more than 100 ancestors"):
            pedigree(log, problem)


@pytest.mark.parametrize("births", ["all", "survivors"])
def test_a_log_with_parents_that_cannot_be_is_refused(births, tmp_path):
    run(tiny(LONG, f"record.births={births}"), tmp_path / "run")
    with h5py.File(tmp_path / "run" / "lineage.0000.h5", "r+") as file:
        if births == "all":
            file["births/parents"][300, 7] = 30
        else:
            row = file["births/survivors"][10]
            row["parent"] = 30
            file["births/survivors"][10] = row
    with LineageReader(tmp_path / "run") as log, pytest.raises(LogError, match="has parent 30, but places are 0 to 29"):
        pedigree(log, tiny().problem)

"""Every genome of a run can be made again from its log, and a log that was tampered with does not pass for one."""

from __future__ import annotations

import shutil
from itertools import islice

import h5py
import numpy as np
import pytest

from evomod.engine import evolve
from evomod.errors import InputError, LogError
from evomod.lineage.reader import LineageReader
from evomod.lineage.replay import genomes, replay, verify
from evomod.runner import resume, run
from tests.whole.conftest import SEX, all_births, every_arm, interrupted, tiny

GENERATIONS = 700
SETTINGS = (f"generations={GENERATIONS}", "record.genomes_every=90")


@pytest.fixture(scope="module")
def engine():
    """Genomes of all generations, straight from the engine."""
    made = {}

    def of(*arm):
        if arm not in made:
            generations = islice(evolve(tiny(*arm).problem, 1), GENERATIONS + 1)
            made[arm] = [generation.population.genomes.copy() for generation in generations]
        return made[arm]

    return of


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A finished run with all births, not to be changed."""
    path = tmp_path_factory.mktemp("replay") / "run"
    run(tiny(*SETTINGS), path)
    return path


@all_births
@every_arm
def test_the_genomes_of_any_generation_are_those_of_the_engine(births, arm, engine, tmp_path):
    scenario = tiny(*SETTINGS, *arm, f"record.births={births}")
    run(scenario, tmp_path / "run")
    with LineageReader(tmp_path / "run") as log:
        # Snapshots, their neighbours, ends of blocks, the first, the last, and whatever lies between.
        for generation in (0, 1, 89, 90, 91, 255, 256, 257, 389, 629, 630, 699, 700):
            found = genomes(log, scenario.problem, generation)
            assert np.array_equal(found, engine(*arm)[generation]), generation
        assert verify(log, scenario.problem) == 1 + GENERATIONS // 90


@all_births
@pytest.mark.parametrize("arm", [(), (SEX,)], ids=["asexual", "sexual"])
def test_so_they_are_across_segments_while_the_run_is_unfinished(births, arm, engine, tmp_path):
    scenario = tiny(*SETTINGS, *arm, f"record.births={births}")
    run(scenario, tmp_path / "run", on_progress=interrupted(1))
    resume(tmp_path / "run", on_progress=interrupted(1))
    with LineageReader(tmp_path / "run") as log:
        assert [(s.first, s.stop) for s in log.segments] == [(0, 257), (257, 514)]
        for generation in [*range(0, 514, 23), 255, 256, 257, 258, 513]:
            assert np.array_equal(genomes(log, scenario.problem, generation), engine(*arm)[generation])
        verify(log, scenario.problem)


def test_a_replay_from_any_snapshot_runs_to_the_end_of_the_log(folder, engine):
    with LineageReader(folder) as log:
        for start in (0, 90, 630):
            seen = 0
            for generation, made_again in replay(log, tiny().problem, start):
                assert np.array_equal(made_again, engine()[generation])
                seen += 1
            assert seen == GENERATIONS + 1 - start


@pytest.mark.parametrize("generation", [-1, GENERATIONS + 1, 10**9])
def test_a_generation_that_is_not_there_is_refused_in_a_sentence(generation, folder):
    with LineageReader(folder) as log, pytest.raises(InputError, match="has generations 0 to 700") as refused:
        genomes(log, tiny().problem, generation)
    assert str(folder) in str(refused.value)


def test_a_snapshot_that_is_not_there_is_refused_in_a_sentence(folder):
    with LineageReader(folder) as log, pytest.raises(LogError, match="no snapshot of generation 91"):
        log.snapshot(91)


# Negative twins -------------------------------------------------------------------------------------------------------


def altered(folder, tmp_path, change):
    """A copy of a run whose log has been changed."""
    shutil.copytree(folder, tmp_path / "altered")
    with h5py.File(tmp_path / "altered" / "lineage.0000.h5", "r+") as file:
        change(file)
    return tmp_path / "altered"


def assert_found_out(folder, problem, generation):
    with LineageReader(folder) as log, pytest.raises(LogError, match="cannot be made again") as refused:
        verify(log, problem)
    assert f"generation {generation} " in str(refused.value)


@pytest.mark.parametrize("generation", [90, 450, 630])
def test_one_wrong_parent_is_found_out_at_the_next_snapshot(generation, folder, engine, tmp_path):
    before, place = engine()[generation - 1], 29

    def change(file):
        parents = file["births/parents"]
        old = parents[generation, place]
        other = next(i for i in range(30) if (before[i] != before[old]).sum() > 1)  # more than its mutation hides
        parents[generation, place] = other

    assert_found_out(altered(folder, tmp_path, change), tiny().problem, generation)


@pytest.mark.parametrize("row", range(8))
@pytest.mark.parametrize("place", [0, 29])
def test_one_wrong_byte_of_a_snapshot_is_found_out(row, place, folder, tmp_path):
    def change(file):
        genome = file["snapshots/genomes"][row, place]
        genome[3] ^= 1
        file["snapshots/genomes"][row, place] = genome

    assert_found_out(altered(folder, tmp_path, change), tiny().problem, 90 * row)


@all_births
def test_another_seed_is_found_out(births, tmp_path):
    run(tiny(*SETTINGS, f"record.births={births}"), tmp_path / "run")
    with h5py.File(tmp_path / "run" / "lineage.0000.h5", "r+") as file:
        file.attrs["seed"] = 2
    assert_found_out(tmp_path / "run", tiny().problem, 0)


@pytest.mark.parametrize("change", ["variation.mutation={kind: redraw, rate: 0.6}", SEX])
def test_another_way_of_varying_is_found_out_before_the_first_snapshot(change, folder):
    with LineageReader(folder) as log, pytest.raises(LogError, match=r"generation [1-8]?\d cannot be made again"):
        verify(log, tiny(change).problem)


@pytest.mark.parametrize("births", ["survivors", "none"])
def test_another_selection_is_found_out_where_no_births_are_recorded(births, tmp_path):
    run(tiny(*SETTINGS, f"record.births={births}"), tmp_path / "run")
    with LineageReader(tmp_path / "run") as log, pytest.raises(LogError, match=r"generation [1-8]?\d cannot be made"):
        verify(log, tiny("selection.elite=11").problem)


@pytest.mark.parametrize("table", ["champions", "epoch_ends"])
@pytest.mark.parametrize(("column", "wrong"), [("place", 29), ("genome", [3] * 25)])
def test_a_champion_who_was_never_there_is_found_out(table, column, wrong, folder, tmp_path):
    def change(file):
        rows = file[table][:]
        rows[column][7] = wrong
        file[table][:] = rows

    with LineageReader(folder) as log:
        generation = log.events(table)["generation"][7]
    assert_found_out(altered(folder, tmp_path, change), tiny().problem, generation)


def test_a_second_parent_that_did_not_cross_is_found_out(tmp_path):
    run(tiny("generations=40", SEX), tmp_path / "run")

    def change(file):
        parents = file["births/second_parents"]
        parents[30, 17] = (parents[30, 17] + 1) % 30

    changed = altered(tmp_path / "run", tmp_path, change)
    with LineageReader(changed) as log, pytest.raises(LogError, match=r"generation 30 .* place 17 has another second"):
        verify(log, tiny(SEX).problem)

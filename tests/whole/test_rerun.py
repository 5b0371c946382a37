"""A run can be made again from its own folder, and a log that was tampered with is told where."""

from __future__ import annotations

import json
import shutil
import signal

import h5py
import numpy as np
import pytest

from evomod.errors import StoppedError
from evomod.rerun import rerun
from evomod.runner import resume, run
from tests.whole.conftest import all_births, complaint, every_arm, file_names, interrupted, say, tiny


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A finished run of 300 generations with all births, not to be changed."""
    path = tmp_path_factory.mktemp("rerun") / "run"
    run(tiny("generations=300"), path)
    return path


@pytest.fixture
def copy(finished, tmp_path):
    """A copy of it that may be changed."""
    return shutil.copytree(finished, tmp_path / "copy")


def altered(folder, change):
    with h5py.File(folder / "lineage.0000.h5", "r+") as file:
        change(file)
    return rerun(folder)


@all_births
@every_arm
def test_a_finished_run_is_made_again_byte_for_byte(births, arm, tmp_path):
    scenario = tiny("generations=300", *arm, f"record.births={births}")
    run(scenario, tmp_path / "run")
    comparison = rerun(tmp_path / "run")
    assert comparison.same, str(comparison)
    assert comparison.n_generations == 301
    births_datasets = {"all": 1 + scenario.problem.variation.sexual, "survivors": 2, "none": 0}[births]
    assert comparison.n_datasets == 5 + births_datasets + bool(scenario.problem.objectives)


@all_births
def test_a_run_in_several_segments_is_made_again_as_far_as_it_got(births, tmp_path):
    folder = tmp_path / "run"
    run(tiny("generations=3000", f"record.births={births}"), folder, on_progress=interrupted(1))
    for _ in range(6):
        resume(folder, on_progress=interrupted(1))
    assert len(file_names(folder)) == 7
    comparison = rerun(folder)
    assert comparison.same, str(comparison)
    assert comparison.n_generations == 7 * 257
    assert rerun(folder, generations=500).n_generations == 501
    resume(folder)
    assert rerun(folder).n_generations == 3001


def test_a_run_that_its_solution_ended_and_a_longer_one_are_made_again(tmp_path):
    easy = ("goals.and=x", "goals.or=y", "stop.when_solved=true", "stop.extra_generations=3", "generations=5000")
    ended = run(tiny(*easy), tmp_path / "run")
    assert ended.generation < 5000
    assert rerun(tmp_path / "run").n_generations == ended.generation + 1
    resume(tmp_path / "run", ended.generation + 100)
    comparison = rerun(tmp_path / "run")
    assert comparison.same
    assert comparison.n_generations == ended.generation + 101


def test_a_seed_that_was_drawn_is_in_the_folder(tmp_path):
    run(tiny("generations=50").model_copy(update={"seed": None}), tmp_path / "run")
    assert rerun(tmp_path / "run").same


def test_the_second_run_stays_where_it_was_asked_to(finished, tmp_path, capsys):
    code, out, err = say(capsys, "rerun", finished, "--out", tmp_path / "again", "--progress", "none")
    assert (code, err) == (0, "")
    assert out == "the same bytes: 6 datasets, 301 generations\n"
    assert file_names(tmp_path / "again") == ["lineage.0000.h5"]
    assert "not empty" in complaint(capsys, "rerun", finished, "--out", tmp_path / "again")
    for inside in (finished, finished / "again"):
        assert "lies within the run" in complaint(capsys, "rerun", finished, "--out", inside)


def test_what_cannot_be_made_again_is_said_in_a_sentence(finished, tmp_path, capsys):
    assert "not a run folder" in complaint(capsys, "rerun", tmp_path)
    assert "ends at generation 300" in complaint(capsys, "rerun", finished, "--generations", 301)
    shutil.copytree(finished, tmp_path / "empty")
    (tmp_path / "empty" / "lineage.0000.h5").unlink()
    assert "no lineage log" in complaint(capsys, "rerun", tmp_path / "empty", code=1)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 75)])
def test_a_signal_ends_it_and_leaves_nothing_behind(number, code, finished, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(StoppedError, match="stopped after making 256 of 300 generations again") as stopped:
        rerun(finished, on_progress=interrupted(1, by=number))
    assert stopped.value.exit_code == code
    assert list(tmp_path.iterdir()) == []


# Negative twins -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("generation", "place"), [(0, 0), (1, 29), (255, 3), (256, 0), (300, 17)])
def test_one_wrong_parent_is_found(generation, place, copy):
    def change(file):
        file["births/parents"][generation, place] ^= 1

    comparison = altered(copy, change)
    assert not comparison.same
    assert str(comparison) == f"they differ, first at births/parents, generation {generation}, place {place}"


@pytest.mark.parametrize(("row", "place"), [(0, 0), (1, 29), (3, 5)])
def test_one_wrong_byte_of_a_genome_is_found(row, place, copy):
    def change(file):
        genomes = file["snapshots/genomes"]
        genome = genomes[row, place]
        genome[-1] ^= 1
        genomes[row, place] = genome

    (found,) = altered(copy, change).places
    assert (found.dataset, found.generation, found.place) == ("snapshots/genomes", 100 * row, place)


@pytest.mark.parametrize("table", ["generations", "champions", "epoch_ends"])
def test_one_wrong_value_of_a_table_is_found(table, copy):
    rows = {}

    def change(file):
        row = file[table][7]
        rows[table] = int(row["generation"])
        row[field] = np.nextafter(row[field], 2)
        file[table][7] = row

    field = "best_fitness" if table == "generations" else "fitness"
    (found,) = altered(copy, change).places
    assert (found.dataset, found.generation, found.column) == (table, rows[table], field)


def test_a_champion_that_is_missing_is_found(copy):
    def change(file):
        file["champions"].resize(len(file["champions"]) - 1, axis=0)

    (found,) = altered(copy, change).places
    assert found.dataset == "champions"
    assert found.generation is not None


def test_one_wrong_undecided_birth_is_found(tmp_path):
    run(tiny("generations=1500", "record.births=survivors"), tmp_path / "run")
    first = []

    def change(file):
        first.append(int(file["births"].attrs["recent_first"]))
        file["births/recent_parents"][5, 9] ^= 1

    (found,) = altered(tmp_path / "run", change).places
    assert (found.dataset, found.generation, found.place) == ("births/recent_parents", first[0] + 5, 9)


def test_another_seed_or_scenario_is_told_as_such(copy):
    resolved = copy / "resolved.yaml"
    text = resolved.read_text()
    resolved.write_text(text.replace("seed: 1\n", "seed: 2\n"))
    comparison = rerun(copy)
    assert [str(place) for place in comparison.places[:2]] == ["attribute seed", "attribute scenario (seed)"]
    assert comparison.places[2].generation == 0
    resolved.write_text(text.replace("population: 30", "population: 32"))
    assert rerun(copy).places[0].dataset == "attribute layout"


def test_a_difference_is_exit_code_1_and_names_the_place(copy, capsys):
    with h5py.File(copy / "lineage.0000.h5", "r+") as file:
        file["births/parents"][200, 2] ^= 1
        assert json.loads(file.attrs["scenario"])["generations"] == 300
    code, out, _ = say(capsys, "rerun", copy, "--progress", "none")
    assert code == 1
    assert "births/parents, generation 200, place 2" in out
    code, out, _ = say(capsys, "rerun", copy, "--progress", "none", "--generations", 199)
    assert (code, out) == (0, "the same bytes: 6 datasets, 200 generations\n")

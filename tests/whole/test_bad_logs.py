"""What is no log, or no longer one: every command says so in one sentence that names the file."""

from __future__ import annotations

import shutil
import zipfile

import h5py
import numpy as np
import pytest

from evomod import runner
from evomod.lineage.checkpoint import Checkpoint
from evomod.lineage.finalize import finalize
from evomod.lineage.reader import LineageReader
from tests.whole.conftest import complaint, contents, interrupted, say, tiny

LOG = "lineage.0000.h5"


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    """A finished run, and one that was stopped after a block: one of either kind of file."""
    folder = tmp_path_factory.mktemp("logs")
    runner.run(tiny(), folder / "merged")
    runner.run(tiny(), folder / "segment", on_progress=interrupted(1))
    return folder


@pytest.fixture(params=["merged", "segment"])
def run_folder(request, originals, tmp_path):
    return shutil.copytree(originals / request.param, tmp_path / request.param)


@pytest.fixture
def stopped(originals, tmp_path):
    return shutil.copytree(originals / "segment", tmp_path / "segment")


def refused(capsys, folder, *words, commands=("show", "resume", "finalize")):
    """All commands that read a log refuse this one, and leave the files as they are."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for command in commands:
        options = ("--generations", "900") if command == "resume" else ()
        error = complaint(capsys, command, folder, *options, code=1)
        for word in (str(folder), *words):
            assert word in error
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


# Not a log ------------------------------------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_is_no_run(tmp_path, capsys):
    for command, code in (("show", 1), ("resume", 2), ("finalize", 2)):
        assert str(tmp_path / "nowhere") in complaint(capsys, command, tmp_path / "nowhere", code=code)
    assert not (tmp_path / "nowhere").exists()


def test_an_empty_folder_is_no_run(tmp_path, capsys):
    assert "has no lineage log" in complaint(capsys, "show", tmp_path, code=1)
    assert "is not a run folder" in complaint(capsys, "resume", tmp_path)
    assert "has no lineage log" in complaint(capsys, "finalize", tmp_path, code=1)


def test_a_run_whose_log_was_deleted_is_refused(run_folder, capsys):
    (run_folder / LOG).unlink()
    refused(capsys, run_folder, "has no lineage log")


def test_an_empty_file_is_refused(run_folder, capsys):
    (run_folder / LOG).write_bytes(b"")
    refused(capsys, run_folder, LOG)


@pytest.mark.parametrize("seed", range(3))
def test_random_bytes_are_refused(run_folder, seed, capsys):
    (run_folder / LOG).write_bytes(np.random.default_rng(seed).bytes(5000))
    refused(capsys, run_folder, LOG)


def test_a_folder_in_place_of_the_log_is_refused(run_folder, capsys):
    (run_folder / LOG).unlink()
    (run_folder / LOG).mkdir()
    error = complaint(capsys, "show", run_folder, code=1)
    assert LOG in error


def test_an_hdf5_file_that_is_no_log_is_refused(run_folder, capsys):
    with h5py.File(run_folder / LOG, "w") as file:
        file["generations"] = np.arange(5)
    refused(capsys, run_folder, LOG, "no lineage log of evomod")


@pytest.mark.parametrize("lost", ["generations", "timing", "layout", "first_generation"])
def test_a_log_that_lacks_a_part_is_refused(lost, run_folder, capsys):
    with plain(run_folder / LOG) as file:
        del (file if lost in file else file.attrs)[lost]
    refused(capsys, run_folder, LOG, "damaged")


@pytest.mark.parametrize("lost", ["champions", "snapshots/genomes"])
def test_so_it_is_where_the_part_is_missed_later(lost, run_folder, capsys):
    with plain(run_folder / LOG) as file:
        del file[lost]
    refused(capsys, run_folder, lost, commands=("finalize",) if "segment" in str(run_folder) else ())
    if lost == "champions":
        runner_says = complaint(capsys, "run", tiny_file(run_folder), "--out", run_folder / "x", code=2)
        assert runner_says


def plain(path):
    """A log opened for changes; a segment of a stopped run is first made an ordinary file."""
    return h5py.File(path, "r+")

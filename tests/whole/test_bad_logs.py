"""What is no log, or no longer one: every command says so in one sentence that names the file, and changes nothing."""

from __future__ import annotations

import io
import json
import shutil

import h5py
import numpy as np
import pytest

from evomod import runner
from evomod.lineage.writer import LineageWriter
from tests.whole.conftest import complaint, contents, interrupted, say, tiny

LOG, CHECKPOINT = "lineage.0000.h5", "checkpoint.npz"


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    """A finished run, and one that was stopped after a block: either kind of file."""
    folder = tmp_path_factory.mktemp("logs")
    runner.run(tiny(), folder / "merged")
    runner.run(tiny(), folder / "segment", on_progress=interrupted(1))
    return folder


@pytest.fixture(params=["merged", "segment"])
def either(request, originals, tmp_path):
    """A copy of either run."""
    return shutil.copytree(originals / request.param, tmp_path / request.param)


@pytest.fixture
def stopped(originals, tmp_path):
    """A copy of the stopped run."""
    return shutil.copytree(originals / "segment", tmp_path / "segment")


def refused(capsys, folder, *words, commands=("show", "resume", "finalize", "watch", "rerun", "export")):
    """These commands refuse a run and leave its files as they are."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for command in commands:
        quiet = ("--progress", "none")
        options = {"resume": ("--generations", "900", *quiet), "rerun": quiet}.get(command, ())
        error = complaint(capsys, command, folder, *options, code=1)
        for word in (str(folder), *words):
            assert word in error
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


# No log at all --------------------------------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_is_no_run(tmp_path, capsys):
    for command in (["show"], ["resume", "--progress", "none"], ["finalize"]):
        assert f"{tmp_path / 'nowhere'}: is not a run folder" in complaint(capsys, *command, tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_an_empty_folder_is_no_run(tmp_path, capsys):
    for command in (["show"], ["resume", "--progress", "none"], ["finalize"]):
        assert f"{tmp_path}: is not a run folder" in complaint(capsys, *command, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_run_whose_log_was_deleted_is_refused(either, capsys):
    (either / LOG).unlink()
    refused(capsys, either, "has no lineage log")


def test_a_run_one_of_whose_segments_was_deleted_is_refused(stopped, capsys):
    runner.resume(stopped, on_progress=interrupted(1))
    (stopped / LOG).unlink()
    refused(capsys, stopped, "lineage.0001.h5", "begins with generation 257")


def test_a_log_that_ends_before_the_checkpoint_is_not_continued(stopped, capsys):
    ahead = (stopped / CHECKPOINT).read_bytes()
    runner.resume(stopped, on_progress=interrupted(1))
    later = (stopped / CHECKPOINT).read_bytes()
    assert ahead != later
    (stopped / "lineage.0001.h5").unlink()
    refused(capsys, stopped, "ends at generation 256", "checkpoint of generation 513", commands=("resume",))
    (stopped / CHECKPOINT).write_bytes(ahead)
    assert runner.resume(stopped).finished


# Other files ----------------------------------------------------------------------------------------------------------


def test_an_empty_file_is_refused(either, capsys):
    (either / LOG).write_bytes(b"")
    refused(capsys, either, LOG)


@pytest.mark.parametrize("name", ["scenario", "provenance", "seed", "layout"])
@pytest.mark.parametrize("value", [None, "{", "[]", "{}", "x"])
def test_what_a_log_says_of_itself_may_be_missing_or_nonsense(either, name, value, capsys):
    with h5py.File(either / LOG, "r+") as file:
        del file.attrs[name]
        if value is not None:
            file.attrs[name] = value
    for command in ("show", "watch", "rerun", "export", "diff"):
        code, _, error = say(capsys, command, either, *[either] * (command == "diff"))
        assert code in (0, 1, 2), command
        assert LOG in error or code == 0 or command == "rerun"


@pytest.mark.parametrize("seed", range(3))
def test_random_bytes_are_refused(either, seed, capsys):
    (either / LOG).write_bytes(np.random.default_rng(seed).bytes(5000))
    refused(capsys, either, LOG)


def test_a_folder_in_place_of_the_log_is_refused(either, capsys):
    (either / LOG).unlink()
    (either / LOG).mkdir()
    assert LOG in complaint(capsys, "show", either, code=1)


def test_an_hdf5_file_that_is_no_log_is_refused(either, capsys):
    with h5py.File(either / LOG, "w") as file:
        file["generations"] = np.arange(5)
    refused(capsys, either, LOG, "no lineage log of evomod")


def test_a_newer_major_format_is_refused_with_the_way_out(either, capsys):
    with h5py.File(either / LOG, "r+") as file:
        file.attrs["version"] = [2, 3]
    refused(capsys, either, LOG, "format 2.3", "reads up to 1.x", "install a newer one")


def test_a_newer_minor_format_is_read(either, capsys):
    assert say(capsys, "show", either)[0] == 0
    before = say(capsys, "show", either)[1]
    with h5py.File(either / LOG, "r+") as file:
        file.attrs["version"], file.attrs["mood"] = [1, 7], "new"
        file.attrs["layout"] = json.dumps({**json.loads(file.attrs["layout"]), "islands": [4, 5]})
        file["migrants"] = np.arange(3)
    code, after, _ = say(capsys, "show", either)
    assert code == 0
    assert [line for line in after.splitlines() if "log" not in line] == [
        line for line in before.splitlines() if "log" not in line
    ]


@pytest.mark.parametrize("change", [[1], ["a", "b"], "new", [], 5])
def test_a_version_that_is_none_is_refused(change, either, capsys):
    with h5py.File(either / LOG, "r+") as file:
        file.attrs["version"] = change
    refused(capsys, either, LOG, "damaged")


# Damaged --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.0005, 0.002, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.9999])
def test_a_file_cut_short_is_refused(share, either, capsys):
    whole = (either / LOG).read_bytes()
    (either / LOG).write_bytes(whole[: int(share * len(whole))])
    refused(capsys, either, LOG)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.5, 0.7, 0.9])
def test_so_is_one_whose_writer_was_killed_before_without_waiting_for_the_rest(share, stopped, capsys, monkeypatch):
    # What a kill leaves: flags that say "being written", and a checksum that counts them.
    killed = shutil.copytree(stopped, stopped.with_name("killed"))
    with monkeypatch.context() as patch:
        patch.setattr(LineageWriter, "close", lambda writer: shutil.copy(writer.path, killed / LOG))
        runner.resume(stopped, on_progress=interrupted(1), threaded=False)
    assert (killed / LOG).read_bytes()[11] == 5
    whole = (killed / LOG).read_bytes()
    (killed / LOG).write_bytes(whole[: int(share * len(whole))])
    refused(capsys, killed, LOG)


@pytest.mark.parametrize("lost", ["generations", "timing", "layout", "first_generation"])
def test_a_log_that_lacks_a_part_is_refused(lost, either, capsys):
    with h5py.File(either / LOG, "r+") as file:
        del (file if lost in file else file.attrs)[lost]
    refused(capsys, either, LOG, "damaged")


def test_so_it_is_where_the_part_is_missed_later(either, capsys):
    with h5py.File(either / LOG, "r+") as file:
        del file["epoch_ends"]
    refused(capsys, either, LOG, "epoch_ends", commands=("show", "watch", "rerun"))


def test_damaged_rows_are_refused_not_read(either, capsys):
    with h5py.File(either / LOG, "r+") as file:
        chunk = file["epoch_ends"].id.get_chunk_info(0)
    content, middle = bytearray((either / LOG).read_bytes()), chunk.byte_offset + chunk.size // 2
    content[middle : middle + 20] = bytes(20)
    (either / LOG).write_bytes(content)
    refused(capsys, either, LOG, "damaged", commands=("show", "rerun"))


# Checkpoints ----------------------------------------------------------------------------------------------------------


def as_bytes(save, *arrays, **named):
    file = io.BytesIO()
    save(file, *arrays, **named)
    return file.getvalue()


BAD_CHECKPOINTS = {
    "empty": lambda _: b"",
    "text": lambda _: b"generation: 5\n",
    "random": lambda _: np.random.default_rng(1).bytes(2000),
    "cut": lambda good: good[: len(good) // 2],
    "cut at its end": lambda good: good[:-1],
    "flipped": lambda good: good[:300] + bytes([good[300] ^ 4]) + good[301:],
    "one array": lambda _: as_bytes(np.save, np.arange(3)),
    "other arrays": lambda _: as_bytes(np.savez, np.arange(3), meta=np.zeros(4, np.uint8)),
    "no mapping": lambda _: as_bytes(np.savez, meta=np.frombuffer(b"[1, 2]", np.uint8), genomes=np.zeros((2, 2))),
}


@pytest.mark.parametrize("spoil", BAD_CHECKPOINTS.values(), ids=BAD_CHECKPOINTS)
def test_an_unreadable_checkpoint_is_named_with_the_way_out_which_works(spoil, stopped, whole, capsys):
    path = stopped / CHECKPOINT
    path.write_bytes(spoil(path.read_bytes()))
    refused(capsys, stopped, CHECKPOINT, "delete it to begin again", commands=("show", "resume"))
    path.unlink()
    assert runner.resume(stopped).finished
    assert contents(stopped) == whole()

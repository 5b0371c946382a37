"""Disks that are full or may not be written to: a sentence, an exit code, and nothing lost."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess

import pytest

from evomod import runner
from evomod.errors import LogError
from evomod.lineage.reader import LineageReader
from evomod.lineage.table import Table
from tests.whole.conftest import TINY, complaint, contents, interrupted, reached, say, start, start_run, tiny

LARGE = ("population=1000", "selection.elite=300", "record.genomes_every=1", "generations=1400")  # 7 kB each


@pytest.fixture
def disk(tmp_path):
    """A disk in memory: `disk.path`, and `disk.make(options)` to mount it, or mount it differently."""

    class Disk:
        path, mounted = tmp_path / "disk", False

        def make(self, options):
            options = f"remount,{options}" if self.mounted else options
            command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.path)]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                pytest.skip(f"no disk can be mounted here: {done.stderr.splitlines()[0]}")
            self.mounted = True

    if shutil.which("mount") is None:
        pytest.skip("no disk can be mounted here: there is no mount command")
    disk = Disk()
    disk.path.mkdir()
    yield disk
    if disk.mounted:
        subprocess.run(["umount", str(disk.path)], check=True)


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """The run that always has room."""
    folder = tmp_path_factory.mktemp("large") / "run"
    runner.run(tiny(*LARGE), folder)
    return folder


# Full -----------------------------------------------------------------------------------------------------------------


def check_full(process, folder, file=""):
    """A run ended for want of room: one sentence that names a file and the way on."""
    out, err = process.communicate()
    assert process.returncode == 1, err
    assert err.count("\n") == 1, err
    assert str(folder / file) in err
    assert "the disk is full; everything up to the last block is safe. Free some space" in err
    assert f"python -m evomod resume {folder}" in err
    assert not out


# By design some room is left, so that the file can be closed; without it HDF5 itself runs into the end of the disk.
WITHOUT_SPARE = "import sys; from evomod.lineage import writer; writer.SPARE_BYTES = -(10**12); "
WITHOUT_SPARE += "from evomod.cli import main; sys.exit(main(sys.argv[1:]))"


@pytest.mark.parametrize("spare", [True, False], ids=["noticed in time", "noticed by HDF5"])
def test_a_full_disk_stops_a_run_in_a_sentence_and_with_more_room_it_goes_on(spare, disk, large, capsys):
    disk.make("size=16m" if spare else "size=5m")
    folder = disk.path / "run"
    code = None if spare else WITHOUT_SPARE
    check_full(start_run(folder, *LARGE, code=code), folder, "lineage.0000.h5")
    safe = reached(folder)
    assert 250 < safe < 1399
    with LineageReader(folder) as log, LineageReader(large) as whole:
        n = log.n_generations
        assert safe < n <= safe + 257
        for name in ("generations", "births/parents"):
            assert log.per_generation(name).tobytes() == whole.per_generation(name, 0, n).tobytes()
        assert log.snapshot_generations == list(range(n))
        assert all((log.snapshot(g) == whole.snapshot(g)).all() for g in range(0, n, 50))
    assert say(capsys, "show", folder)[0] == 0

    check_full(start("resume", folder, code=code), folder)  # still full: the same again
    assert reached(folder) == safe
    disk.make("size=100m")
    assert runner.resume(folder).finished
    assert contents(folder) == contents(large)


def test_a_disk_without_any_room_refuses_a_run_and_leaves_no_half_run_in_the_way(disk, tmp_path, capsys, whole):
    disk.make("size=100k")
    (tmp_path / "tiny.yaml").write_text(TINY)
    command = ("run", tmp_path / "tiny.yaml", "--out", disk.path / "run", "--progress", "none")
    with (disk.path / "filler").open("wb", buffering=0) as filler:
        while True:
            try:
                filler.write(bytes(4096))
            except OSError:
                break
    for _ in range(2):
        assert str(disk.path / "run") in complaint(capsys, *command, code=1)
    (disk.path / "filler").unlink()
    disk.make("size=50m")
    assert say(capsys, *command)[0] == 0
    assert contents(disk.path / "run") == whole()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_quota_is_a_full_disk(number, tmp_path, monkeypatch, whole):
    def full(*_):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(Table, "append", full)
        with pytest.raises(LogError, match="the disk is full") as refused:
            runner.run(tiny(), tmp_path / "run")
    assert str(tmp_path / "run" / "lineage.0000.h5") in str(refused.value)
    runner.resume(tmp_path / "run")
    assert contents(tmp_path / "run") == whole()


def test_no_room_to_merge_leaves_the_segments_and_is_made_good_later(disk, whole):
    disk.make("size=50m")
    folder = disk.path / "run"
    runner.run(tiny(), folder, on_progress=interrupted(1))

    def fill(progress):
        if progress.generation == 700:
            room = os.statvfs(disk.path)
            (disk.path / "filler").write_bytes(bytes(room.f_bavail * room.f_frsize - 40_000))

    with pytest.raises(LogError, match="merging: cannot be written"):
        runner.resume(folder, on_progress=fill, threaded=False)
    assert not (folder / "lineage.merging").exists()
    assert contents(folder) == whole()
    (disk.path / "filler").unlink()
    assert runner.resume(folder).repeated
    assert contents(folder) == whole()


# Not to be written to -------------------------------------------------------------------------------------------------


@pytest.fixture
def read_only(tmp_path, request):
    """A folder with a stopped run that nobody may write to; even root, on a disk mounted so."""
    if os.geteuid():
        folder = tmp_path / "sealed"
        runner.run(tiny(), folder / "run", on_progress=interrupted(1))
        for path in (folder / "run", folder):
            path.chmod(0o555)
        yield folder
        for path in (folder, folder / "run"):
            path.chmod(0o755)
    else:
        disk = request.getfixturevalue("disk")
        disk.make("size=20m")
        runner.run(tiny(), disk.path / "run", on_progress=interrupted(1))
        disk.make("ro")
        yield disk.path


def test_a_run_that_may_not_be_written_to_is_shown_but_not_continued(read_only, capsys):
    assert say(capsys, "show", read_only / "run")[0] == 0
    for command in (["resume", "--progress", "none"], ["finalize"]):
        assert f"{read_only / 'run' / 'run.lock'}: cannot be written" in complaint(capsys, *command, read_only / "run")


def test_a_place_that_may_not_be_written_to_takes_no_run(read_only, tmp_path, capsys):
    (tmp_path / "tiny.yaml").write_text(TINY)
    command = ("run", tmp_path / "tiny.yaml", "--progress", "none")
    assert "cannot be made" in complaint(capsys, *command, "--out", read_only / "new")
    for options in ((), ("--force",)):
        error = complaint(capsys, *command, "--out", read_only / "run", *options)
        assert "cannot be written" in error
        assert "--out" in error


def test_a_place_where_no_folder_can_be_is_refused(tmp_path, capsys):
    (tmp_path / "tiny.yaml").write_text(TINY)
    error = complaint(capsys, "run", tmp_path / "tiny.yaml", "--progress", "none", "--out", "/proc/evomod/run")
    assert "/proc/evomod/run: cannot be made" in error


def test_a_place_that_cannot_be_moved_aside_is_left_alone(disk, tmp_path, capsys):
    disk.make("size=20m")  # the disk itself as run folder
    runner.run(tiny(), disk.path, on_progress=interrupted(1))
    before = sorted(path.name for path in disk.path.iterdir())
    (tmp_path / "tiny.yaml").write_text(TINY)
    command = ("run", tmp_path / "tiny.yaml", "--progress", "none", "--out", disk.path, "--force")
    assert "cannot be moved aside" in complaint(capsys, *command)
    assert sorted(path.name for path in disk.path.iterdir()) == before

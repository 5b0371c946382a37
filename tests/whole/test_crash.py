"""Killed, asked to stop, read while it runs: the log always opens, and the run goes on as if nothing had happened.

Small blocks make a small run have hundreds of them: only then does a file that is not crash-safe break.
"""

from __future__ import annotations

import random
import shutil
import signal
import time
from functools import cache, partial

import h5py
import numpy as np
import pytest

from evomod import recording, runner
from evomod.lineage.finalize import finalize
from evomod.lineage.folder import segment_paths
from evomod.lineage.reader import LineageReader
from tests.whole.conftest import (
    BLOCK,
    SHORT_BLOCK,
    SHORT_BLOCKS,
    all_births,
    contents,
    datasets,
    file_names,
    interrupted,
    reached,
    start,
    start_run,
    tiny,
    wait_until,
)

N = 12_000
SMALL = ("population=20", "selection.elite=6", "record.genomes_every=300", f"generations={N}")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """For each way of recording: contents, table of generations and genomes of the run that nobody kills."""

    @cache
    def made(births):
        path = tmp_path_factory.mktemp("small") / "run"
        runner.run(tiny(*SMALL, f"record.births={births}"), path)
        with LineageReader(path) as log:
            return contents(path), log.generations, {g: log.snapshot(g) for g in log.snapshot_generations}

    return made


def check(folder, seen, block, expected):
    """The log of a killed run: it opens, it is right, at most a block is missing; the last generation that is safe."""
    written = 0
    for path in segment_paths(folder):
        with h5py.File(path, "r", swmr=True) as file:
            rows, first = datasets(file)["generations"], int(file.attrs["first_generation"])
        assert np.array_equal(rows["generation"], first + np.arange(len(rows)))
        written = max(written, first + len(rows))
    safe = reached(folder)
    assert seen <= safe < written <= safe + 1 + block
    with LineageReader(folder) as log:
        assert log.n_generations == safe + 1
        _, table, snapshots = expected
        assert log.generations.tobytes() == table[: log.n_generations].tobytes()
        stored = log.snapshot_generations
        assert stored == [g for g in snapshots if g < log.n_generations]
        assert all(np.array_equal(log.snapshot(g), snapshots[g]) for g in stored[-3:])
    return safe


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL, "it had ended before"


KILLS = [pytest.param(k, marks=[] if k < 2 else pytest.mark.verification) for k in range(20)]


@pytest.mark.parametrize("number", KILLS)
def test_a_killed_run_of_hundreds_of_blocks_opens_and_ends_as_if_nothing_had_happened(number, folder, small):
    births, chance = ("survivors", "all", "none")[number % 3], random.Random(number)  # noqa: S311
    expected = small(births)
    process = start_run(folder, *SMALL, f"record.births={births}", code=SHORT_BLOCKS)
    seen = wait_until(lambda: reached(folder, 201 * SHORT_BLOCK), process)
    time.sleep(chance.uniform(0, 0.3))
    kill(process)
    safe = check(folder, seen, SHORT_BLOCK, expected)

    process = start("resume", folder, code=SHORT_BLOCKS)
    if number % 2:  # killed again at any moment, also while it begins
        time.sleep(chance.uniform(0, 3.0))
    else:
        seen = wait_until(lambda: reached(folder, safe + 1), process)
        time.sleep(chance.uniform(0, 0.1))
    if process.poll() is None:
        kill(process)
        safe = check(folder, max(safe, seen), SHORT_BLOCK, expected)
    process.communicate()

    outcome = runner.resume(folder)  # in ordinary blocks: the bytes are the same
    assert (outcome.generation, outcome.finished) == (N, True)
    assert file_names(folder) == ["lineage.0000.h5"]
    assert contents(folder) == expected[0]


@pytest.mark.verification
def test_so_it_is_with_ordinary_blocks_and_twenty_kills_of_one_run(folder, tmp_path):
    settings = ("population=20", "selection.elite=6", "generations=200000", "record.births=survivors")
    runner.run(tiny(*settings), tmp_path / "whole")
    expected = contents(tmp_path / "whole")
    chance, process = random.Random(1), start_run(folder, *settings)  # noqa: S311
    seen, kills = wait_until(lambda: reached(folder, 201 * BLOCK), process), 0
    with LineageReader(tmp_path / "whole") as log:
        reference = (None, log.generations, {g: log.snapshot(g) for g in log.snapshot_generations})
    while process.poll() is None and kills < 20:
        time.sleep(chance.uniform(0, 0.5))
        seen = reached(folder)
        kill(process)
        seen, kills = check(folder, seen, BLOCK, reference), kills + 1
        process = start("resume", folder)
        if kills % 2:  # every other resume dies while it begins
            wait_until(lambda seen=seen: reached(folder, seen + 1), process)
    assert kills == 20
    assert process.wait() == 0, process.communicate()
    assert contents(folder) == expected


@all_births
def test_a_kill_between_the_block_and_its_checkpoint_writes_nothing_twice(births, folder, whole, monkeypatch):
    class Killed(BaseException):
        pass

    saved, save = [], runner.Checkpoint.save

    def die(checkpoint, path):
        saved.append(checkpoint.generation)
        if len(saved) == 6:  # generation 1,535: births are decided in this block and in the next
            raise Killed
        save(checkpoint, path)

    settings = (f"record.births={births}", "generations=1900")
    with monkeypatch.context() as patch:
        patch.setattr(runner.Checkpoint, "save", die)
        with pytest.raises(Killed):
            runner.run(tiny(*settings), folder, threaded=False)
    with LineageReader(folder) as log:
        assert (len(log.segments[0].file["generations"]), log.n_generations) == (1536, 1280)
    runner.resume(folder)
    assert contents(folder) == whole(*settings)


def test_a_kill_before_the_first_block_or_before_the_log_has_begun_is_no_harm(folder, whole, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*_):
        raise Killed

    unstarted = property(h5py.File.swmr_mode.fget, die)
    for place, name, death in (
        (h5py.File, "swmr_mode", unstarted),
        (runner.Checkpoint, "save", die),
        (recording.Recording, "_evolve", die),
        (h5py.File, "swmr_mode", unstarted),
    ):
        go = partial(runner.resume, folder) if folder.exists() else partial(runner.run, tiny(), folder)
        with monkeypatch.context() as patch:
            patch.setattr(place, name, death)
            with pytest.raises(Killed):
                go(threaded=False)
    assert file_names(folder) == ["lineage.0000.h5", "lineage.0001.h5"]
    with LineageReader(folder) as log:
        assert log.n_generations == 0
    runner.resume(folder)
    assert contents(folder) == whole()


def test_others_read_what_is_safe_while_the_run_goes_on(folder, small):
    contents_, table, snapshots = small("all")
    process = start_run(folder, *SMALL, code=SHORT_BLOCKS)
    wait_until(lambda: reached(folder), process)
    seen = [0]
    while process.poll() is None:
        with LineageReader(folder) as log:
            n = log.n_generations
            assert seen[-1] <= n
            assert log.generations.tobytes() == table[:n].tobytes()
            assert log.per_generation("births/parents").shape == (n, 20)
            assert log.snapshot_generations == [g for g in snapshots if g < n]
            last = log.snapshot_generations[-1]
            assert np.array_equal(log.snapshot(last), snapshots[last])
            assert log.epoch_ends["generation"].tolist() == [g for g in range(n) if g % 20 == 19]
            seen.append(n)
    assert process.wait() == 0, process.communicate()
    assert len(set(seen)) > 10
    assert contents(folder) == contents_


# Killed while the segments are merged ---------------------------------------------------------------------------------


def merged(folder):
    """Put the merged file in place, as the last step but one of finalizing does, and keep the segments aside."""
    for path in segment_paths(folder):
        shutil.copy(path, path.with_suffix(".kept"))
    finalize(folder)
    for path in sorted(folder.glob("*.kept"))[1:]:
        path.rename(path.with_suffix(".h5"))
    (folder / "lineage.0000.kept").unlink()


def leave_half_a_file(folder):
    (folder / "lineage.merging").write_bytes(segment_paths(folder)[0].read_bytes()[:5000])


def leave_later_segments(folder):
    merged(folder)
    assert file_names(folder) == ["lineage.0000.h5", "lineage.0001.h5", "lineage.0002.h5", "lineage.0003.h5"]


def leave_the_last_segment(folder):
    merged(folder)
    (folder / "lineage.0001.h5").unlink()
    (folder / "lineage.0002.h5").unlink()


@pytest.mark.parametrize("leave", [leave_half_a_file, leave_later_segments, leave_the_last_segment])
@all_births
def test_a_kill_at_any_step_of_merging_loses_nothing(births, leave, folder, whole, monkeypatch):
    settings = (f"record.births={births}", "generations=1900")
    with monkeypatch.context() as patch:
        patch.setattr(recording, "finalize", lambda _: None)
        runner.run(tiny(settings[0], "generations=1500"), folder, on_progress=interrupted(1))
        runner.resume(folder, on_progress=interrupted(1))
        runner.resume(folder)
        runner.resume(folder, 1900)
    leave(folder)
    assert contents(folder) == whole(*settings)
    shutil.copytree(folder, folder.with_name("longer"))
    assert runner.resume(folder).repeated  # makes good what was left undone
    assert {path.name for path in folder.glob("lineage.*")} == {"lineage.0000.h5"}
    assert contents(folder) == whole(*settings)
    runner.resume(folder.with_name("longer"), 2200)
    assert contents(folder.with_name("longer")) == whole(settings[0], "generations=2200")

"""The log is a function of scenario and seed: not of threads, blocks, stops or what else it records."""

from __future__ import annotations

import signal
from functools import partial
from itertools import count, islice
from types import SimpleNamespace

import h5py
import numpy as np
import pytest

from evomod import recording, runner
from evomod.engine import evolve
from evomod.errors import RunFolderError
from evomod.lineage import writer
from evomod.lineage.reader import LineageReader
from tests.whole.conftest import ARMS, SEX, all_births, contents, every_arm, file_names, interrupted, tiny

LONG = "generations=1900"  # births are decided at 1,280, 1,536 and 1,792


# The same bytes -------------------------------------------------------------------------------------------------------


@all_births
@every_arm
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(births, arm, whole, tmp_path):
    settings = (*arm, f"record.births={births}", "generations=300")
    runner.run(tiny(*settings), tmp_path / "again", threaded=False)
    assert contents(tmp_path / "again") == whole(*settings)
    runner.run(tiny(*settings, "seed=2"), tmp_path / "other")
    other = contents(tmp_path / "other")
    assert other.keys() == whole(*settings).keys()
    same = {name for name, digest in other.items() if whole(*settings)[name] == digest}
    varying = {"generations", "champions", "epoch_ends", "births/parents", "snapshots/genomes", "checkpoint"}
    assert not same & (varying - {"epoch_ends"} if arm == ARMS["together"] else varying)  # which is one epoch


@all_births
def test_the_writer_thread_makes_no_difference(births, whole, tmp_path):
    settings = (f"record.births={births}", LONG)
    runner.run(tiny(*settings), tmp_path / "run", threaded=False)
    assert contents(tmp_path / "run") == whole(*settings)


@all_births
def test_a_slow_machine_whose_blocks_are_short_writes_the_same(births, whole, tmp_path, monkeypatch):
    # Half a second passes between two looks at the clock, that is for each generation; a block may take 5.
    monkeypatch.setattr(writer, "time", SimpleNamespace(monotonic=partial(next, count(step=0.5))))
    blocks = []
    runner.run(tiny(f"record.births={births}", LONG), tmp_path / "run", on_progress=blocks.append)
    assert len(blocks) > 150
    assert contents(tmp_path / "run") == whole(f"record.births={births}", LONG)


def test_what_is_recorded_changes_nothing_else(whole):
    logs = [whole(f"record.births={births}", LONG) for births in ("all", "survivors", "none")]
    for name in ("generations", "champions", "epoch_ends", "snapshots/genomes", "checkpoint", "state"):
        assert len({log[name] for log in logs}) == 1
    assert "births/parents" in logs[0]
    assert "births/survivors" in logs[1]
    assert not [name for name in logs[2] if name.startswith("births/")]


# Stopping and going on ------------------------------------------------------------------------------------------------


STOPS = [(births, stop) for births in ("all", "survivors", "none") for stop in (255, 256, 257, 300)]
STOPS += [("survivors", stop) for stop in (1, 1279, 1280, 1281, 1899)]


@pytest.mark.parametrize(("births", "stop"), STOPS)
def test_a_run_made_longer_at_any_generation_equals_the_whole_one(births, stop, whole, tmp_path):
    record = f"record.births={births}"
    runner.run(tiny(record, f"generations={stop}"), tmp_path / "run")
    outcome = runner.resume(tmp_path / "run", 1900)
    assert (outcome.generation, outcome.finished) == (1900, True)
    assert contents(tmp_path / "run") == whole(record, LONG)


@every_arm
@pytest.mark.parametrize(("births", "stop"), [("all", 300), ("survivors", 255)])
def test_whatever_the_operators_a_longer_run_equals_the_whole_one(arm, stop, births, whole, tmp_path):
    settings = (*arm, f"record.births={births}")
    runner.run(tiny(*settings, f"generations={stop}"), tmp_path / "run")
    runner.resume(tmp_path / "run", 1300, threaded=False)
    assert contents(tmp_path / "run") == whole(*settings, "generations=1300")


@all_births
@pytest.mark.parametrize("arm", [(), (SEX, "selection.ties=random")])
def test_a_run_stopped_time_and_again_leaves_segments_that_end_as_one_file(births, arm, whole, tmp_path):
    folder, settings = tmp_path / "run", (*arm, f"record.births={births}", LONG)
    outcome = runner.run(tiny(*settings), folder, on_progress=interrupted(2))
    stops = [outcome.generation]
    while not outcome.finished:
        assert outcome.signal == signal.SIGTERM
        assert len(file_names(folder)) == len(stops)
        outcome = runner.resume(folder, on_progress=interrupted(1))
        stops.append(outcome.generation)
    # A block ends where it is full; the signal that comes then is heeded one generation later.
    assert stops == [512, 769, 1026, 1283, 1540, 1797, 1900]
    assert file_names(folder) == ["lineage.0000.h5"]
    assert contents(folder) == whole(*settings)


def test_a_signal_in_the_last_generation_is_no_reason_to_go_on(whole, tmp_path, monkeypatch):
    outcome = recording.Recording._outcome

    def late(self, number):
        self.signal = signal.SIGTERM if number == 700 else None
        return outcome(self, number)

    monkeypatch.setattr(recording.Recording, "_outcome", late)
    assert runner.run(tiny(), tmp_path / "run").finished
    assert contents(tmp_path / "run") == whole()


@pytest.mark.parametrize("to", [255, 256, 699])
def test_a_stopped_run_is_made_longer_not_shorter(to, whole, tmp_path):
    runner.run(tiny(), tmp_path / "run", on_progress=interrupted(1))
    with pytest.raises(RunFolderError, match=f"got {to}"):
        runner.resume(tmp_path / "run", to)
    runner.resume(tmp_path / "run", 700)
    assert contents(tmp_path / "run") == whole()
    with pytest.raises(RunFolderError, match=f"got {to}"):
        runner.resume(tmp_path / "run", to)


EASY = ("goals={and: x & y, or: x | y}", "generations=5000", "stop={when_solved: true, extra_generations: 30}")


def test_a_run_that_stopped_because_it_was_solved_stays_so_unless_more_is_asked_for(whole, tmp_path):
    outcome = runner.run(tiny(*EASY), tmp_path / "run")
    end, before = outcome.generation, contents(tmp_path / "run")
    assert outcome.finished
    assert end < 1000
    assert "solved" in outcome.reason
    again = runner.resume(tmp_path / "run")
    assert (again.generation, again.finished, again.repeated) == (end, True, True)
    assert contents(tmp_path / "run") == before
    more = runner.resume(tmp_path / "run", end + 100)
    assert (more.generation, more.finished) == (end + 100, True)
    assert contents(tmp_path / "run") == whole(*EASY[:1], f"generations={end + 100}")


def test_a_run_that_shall_stop_when_solved_does_so_after_a_resume_too(whole, tmp_path):
    end = runner.run(tiny(*EASY, "seed=3"), tmp_path / "whole").generation
    runner.run(tiny(*EASY, "seed=3", f"generations={end - 31}"), tmp_path / "run")  # the last one is not solved yet
    assert runner.resume(tmp_path / "run", 5000).generation == end
    assert contents(tmp_path / "run") == contents(tmp_path / "whole")


# What stands in it ----------------------------------------------------------------------------------------------------


@every_arm
@pytest.mark.parametrize("births", ["all", "none"])
def test_snapshots_and_parents_are_those_of_the_engine(births, arm, tmp_path):
    scenario = tiny(*arm, f"record.births={births}", "generations=300", "record.genomes_every=7")
    runner.run(scenario, tmp_path / "run")
    sexual = scenario.problem.variation.sexual
    with LineageReader(tmp_path / "run") as log:
        assert log.snapshot_generations == list(range(0, 301, 7))
        names = [] if births == "none" else ["parents", "second_parents"] if sexual else ["parents"]
        tables = {name: log.per_generation(f"births/{name}") for name in names}
        for number, generation in enumerate(islice(evolve(scenario.problem, 1), 301)):
            if number % 7 == 0:
                assert np.array_equal(log.snapshot(number), generation.population.genomes)
            for name, table in tables.items():
                assert np.array_equal(table[number], getattr(generation.population, name))


def test_the_merged_file_is_plain_hdf5_that_says_what_made_it(tmp_path):
    runner.run(tiny(), tmp_path / "run")
    with h5py.File(tmp_path / "run" / "lineage.0000.h5", "r") as file:
        assert file.attrs["format"] == "evomod-lineage"
        assert file.attrs["seed"] == 1
        assert '"name": "tiny"' in file.attrs["scenario"]
        assert '"libraries"' in file.attrs["provenance"]
        assert file["generations"].shape == (701,)
        assert file["births/parents"].compression == "gzip"

"""Campaigns through the controller: every run once, whatever happens, and the same table in the end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket

import pytest

import evomod
from evomod import campaign
from evomod.campaign import Campaign, Cell, Plan, worker
from evomod.campaign.worker import Report
from evomod.errors import InputError, InUseError, RunFolderError
from evomod.lineage.folder import LOCK, locked, read_events
from tests.whole.campaigns import inline, journal, lasting, logs, plan, table
from tests.whole.conftest import contents, tiny


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A small campaign, carried out without any trouble."""
    folder = tmp_path_factory.mktemp("campaign") / "done"
    outcome = campaign.run(plan(), folder, backend=inline())
    assert (outcome.done, outcome.asked, outcome.failed, outcome.reason) == (6, 6, 0, "")
    return folder


def test_the_table_has_a_row_for_each_run_with_what_show_says(done):
    rows = table(done)
    assert [row["run"] for row in rows] == [str(k) for k in range(6)]
    assert [row["population"] for row in rows] == ["20", "30"] * 3
    assert [row["seed"] for row in rows] == ["1", "1", "2", "2", "3", "3"]
    for row in rows:
        with evomod.open_run(done / row["folder"]) as log:
            assert row["generation"] == str(log.n_generations - 1) == "120"
            assert float(row["population.best_fitness"]) == log.generations["best_fitness"][119]
        assert row["status"] == "finished"
        assert row["error"] == ""
        assert float(row["wall_seconds"]) > 0


def test_a_run_is_what_the_command_run_gives_for_its_cell_and_seed(done, tmp_path):
    scenario = evomod.load(done / "cells" / "1.yaml", ["seed=2"])
    evomod.run(scenario, tmp_path / "alone")
    assert contents(tmp_path / "alone") == contents(done / "runs" / "1" / "s2")


def test_the_table_of_epoch_ends_has_a_row_for_each_run_goal_and_epoch_end(done):
    rows = [row for row in table(done, "epoch_ends.csv") if row["run"] == "3"]
    with evomod.open_run(done / "runs" / "1" / "s2") as log:
        ends, scored = log.epoch_ends, log.layout.scored
        assert len(rows) == len(ends) * len(scored) == 12
        for k, end in enumerate(ends):
            for j, goal in enumerate(scored):
                row = rows[k * len(scored) + j]
                assert (row["goal"], row["generation"], row["population"]) == (goal, str(end["generation"]), "30")
                assert float(row["benefit"]) == end["benefits"][j]
                assert row["in_force"] == ("true" if log.layout.goals[end["goal"]] == goal else "false")


def test_as_many_epoch_ends_of_each_goal_as_asked_for(tmp_path):
    campaign.run(plan(1, epoch_ends=2), tmp_path / "c", backend=inline())
    rows = table(tmp_path / "c", "epoch_ends.csv")
    assert [row["epoch"] for row in rows if row["run"] == "0" and row["in_force"] == "true"] == ["2", "3", "4", "5"]


def test_where_no_epoch_has_ended_the_last_generation_stands(tmp_path):
    fixed = plan(1, "schedule={kind: fixed, goal: and}")
    campaign.run(fixed, tmp_path / "c", backend=inline())
    rows = table(tmp_path / "c", "epoch_ends.csv")
    assert {row["ended"] for row in rows} == {"false"}
    assert len(rows) == 2 * 2  # runs × goals


def test_a_finished_campaign_is_not_run_again_and_gives_the_same_tables(done):
    before = {name: (done / name).read_bytes() for name in ("runs.csv", "epoch_ends.csv", "journal.jsonl", "plan.json")}
    outcome = campaign.run(plan(), done, backend=inline(lambda _: pytest.fail("was run again")))
    assert outcome.done == 6
    assert {name: (done / name).read_bytes() for name in before} == before


def test_more_runs_go_on_from_there_and_fewer_change_nothing(tmp_path):
    folder, seen = tmp_path / "c", []
    campaign.run(plan(1), folder, backend=inline())
    outcome = campaign.run(plan(3), folder, backend=inline(lambda task: seen.append(task.index)))
    assert seen == [2, 3, 4, 5]
    assert outcome.done == 6
    assert campaign.run(plan(2), folder, backend=inline()).asked == 6
    assert len(table(folder)) == 6


def test_stopped_anywhere_it_goes_on_and_ends_the_same(done, tmp_path):
    folder = tmp_path / "c"

    def stop_at_the_third(task):
        if task.index == 2:
            signal.raise_signal(signal.SIGTERM)

    first = campaign.run(plan(), folder, backend=inline(stop_at_the_third))
    assert first.reason == "asked to by SIGTERM"
    assert first.signal == signal.SIGTERM
    assert first.done == 3
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    second = campaign.run(Campaign(folder).plan, folder, backend=inline())
    assert second.done == 6
    assert sorted(line["run"] for line in journal(folder)) == list(range(6))
    assert lasting(folder) == lasting(done)
    assert (folder / "epoch_ends.csv").read_bytes() == (done / "epoch_ends.csv").read_bytes()
    assert logs(folder) == logs(done)


def test_a_run_that_stopped_in_the_middle_is_gone_on_with(done, tmp_path, monkeypatch):
    folder = tmp_path / "c"
    begun = Campaign.begin(plan(), folder)
    run_folder = folder / "runs" / "0" / "s1"
    scenario = plan().cells[0].scenario.model_copy(update={"seed": 1})
    steps = iter(range(1000))
    outcome = evomod.run(scenario, run_folder, stopped=lambda: next(steps) > 50)
    assert 50 <= outcome.generation < 60
    assert not outcome.finished
    campaign.run(begun.plan, folder, backend=inline())
    assert read_events(run_folder)[2]["event"] == "resume"
    assert logs(folder) == logs(done)


def test_a_failed_run_is_tried_once_more_then_named_and_the_rest_goes_on(tmp_path):
    folder, tried = tmp_path / "c", []
    Campaign.begin(plan(), folder)
    stray = folder / "runs" / "0" / "s2"
    stray.mkdir(parents=True)
    (stray / "notes.txt").write_text("mine")
    outcome = campaign.run(plan(), folder, backend=inline(lambda task: tried.append(task.index)))
    assert tried.count(2) == 2
    assert sorted(set(tried)) == list(range(6))
    assert (outcome.done, outcome.failed) == (5, 1)
    assert "holds no run (notes.txt is there)" in outcome.errors[2]
    (row,) = [row for row in table(folder) if row["status"] == "failed"]
    assert row["run"] == "2"
    assert "notes.txt" in row["error"]
    assert row["attempts"] == "2"
    assert row["generation"] == ""

    shutil.rmtree(stray)  # the way out, then the campaign again
    again = campaign.run(plan(), folder, backend=inline())
    assert (again.done, again.failed) == (6, 0)
    assert {row["status"] for row in table(folder)} == {"finished"}


def test_when_all_fail_it_stops_and_says_so(tmp_path):
    def fail(task):
        return Report(task.index, "failed", error="no luck")

    tried = []
    outcome = campaign.run(
        plan(50, failures=4), tmp_path / "c", backend=inline(lambda task: tried.append(task) or fail(task))
    )
    assert outcome.reason == "4 runs in a row failed, the last one so: no luck"
    assert len(tried) == 4
    assert outcome.done == 0


def test_it_stops_when_its_time_is_over(tmp_path):
    outcome = campaign.run(plan(50, seconds=1e-6), tmp_path / "c", backend=inline())
    assert outcome.reason == "1e-06 seconds were over"
    assert outcome.done == 0


def test_only_limit_and_shard_choose_runs(tmp_path):
    folder, seen = tmp_path / "c", []
    make = inline(lambda task: seen.append(task.index))
    outcome = campaign.run(plan(), folder, backend=make, only={"population": ["30"], "seed": ["2", "3"]}, limit=1)
    assert (seen, outcome.asked, outcome.done) == ([3], 1, 1)
    campaign.run(plan(), folder, backend=make, only={"population": ["30"]})
    assert sorted(seen) == [1, 3, 5]
    for k in (1, 2):
        assert campaign.run(plan(), folder, backend=make, shard=(k, 2)).files == ()
    assert sorted(seen) == list(range(6))
    campaign.run(plan(), folder, backend=make)
    assert len(table(folder)) == 6


def test_what_only_names_must_be_there(tmp_path):
    for wrong, says in (
        ({"size": ["3"]}, "--only size: no such factor; possible: population, seed"),
        ({"population": ["31"]}, "--only population=31: no such level; possible: 20, 30"),
        ({"seed": ["4"]}, "--only seed=4: no such seed; they are 1 to 3"),
    ):
        with pytest.raises(InputError, match=says):
            campaign.run(plan(), tmp_path / "c", backend=inline(), only=wrong)


def test_a_folder_that_holds_something_else_is_refused(done, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunFolderError, match=r"is not empty and holds no campaign \(file is there\)"):
        campaign.run(plan(), tmp_path, backend=inline())
    before = (done / "plan.json").read_bytes()
    with pytest.raises(RunFolderError, match=r"holds another campaign \(they differ in their scenarios' selection\)"):
        campaign.run(plan(3, "selection.elite=5"), done, backend=inline())
    with pytest.raises(RunFolderError, match=r"differ in seed\)"):
        campaign.run(plan(3, seed=9), done, backend=inline())
    assert (done / "plan.json").read_bytes() == before


def test_two_controllers_never_share_runs(done):
    one = Campaign(done)
    with one.held((1, 1)):
        with pytest.raises(InUseError, match=r"is in use by process .* Look on with: python -m evomod campaign status"):
            campaign.run(plan(), done, backend=inline())
        with pytest.raises(InUseError, match="is in use as shard 1/1, which overlaps with 2/8"):
            campaign.run(plan(), done, backend=inline(), shard=(2, 8))
    with one.held((2, 8)), one.held((3, 8)), pytest.raises(InUseError, match=r"is in use as shard [23]/8"):
        campaign.run(plan(), done, backend=inline())
    assert not list(done.glob("*.lock"))


def test_a_run_that_is_in_use_is_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(campaign.controller, "PATIENCE", 0.0)
    folder, seen = tmp_path / "c", []
    busy = Campaign.begin(plan(), folder).folder / "runs" / "0" / "s1"
    busy.mkdir(parents=True)
    lock = locked(busy)
    lock.__enter__()

    def let_go_later(task):
        seen.append(task.index)
        if len(seen) == 4:
            lock.__exit__(None, None, None)

    assert campaign.run(plan(), folder, backend=inline(let_go_later)).done == 6
    assert seen.count(0) > 1
    assert {line["attempts"] for line in journal(folder)} == {1}


def test_the_lock_of_another_host_is_broken_once_nothing_was_written_for_long(tmp_path):
    folder = tmp_path / "c"
    begun = Campaign.begin(plan(), folder)
    dead = folder / "runs" / "0" / "s1"
    dead.mkdir(parents=True)
    (dead / LOCK).write_text(json.dumps({"host": "elsewhere", "pid": 1}))
    task = worker.Task(0, tiny("generations=30"), str(folder), "runs/0/s1", begun.token, 1, str(tmp_path))
    assert worker.carry_out(task).status == "in use"  # it may well be alive
    long_ago = (dead / LOCK).stat().st_mtime - worker.ABANDONED - 1
    os.utime(dead / LOCK, (long_ago, long_ago))
    assert worker.carry_out(task).status == "finished"


def test_the_lock_of_this_host_is_the_kernels_to_judge(tmp_path):
    folder = tmp_path / "c"
    begun = Campaign.begin(plan(), folder)
    dead = folder / "runs" / "0" / "s1"
    dead.mkdir(parents=True)
    task = worker.Task(0, tiny("generations=30"), str(folder), "runs/0/s1", begun.token, 1, str(tmp_path))
    with locked(dead):
        os.utime(dead / LOCK, (1, 1))
        assert worker.carry_out(task).status == "in use"
    (dead / LOCK).write_text(json.dumps({"host": socket.gethostname(), "pid": 1}))  # killed: nobody holds it
    assert worker.carry_out(task).status == "finished"


def test_without_a_shared_disk_the_folder_comes_back(done, tmp_path, monkeypatch):
    folder = tmp_path / "c"
    monkeypatch.setattr(worker, "_shares_disk", lambda _: False)
    assert campaign.run(plan(), folder, backend=inline()).done == 6
    assert logs(folder) == logs(done)
    assert lasting(folder) == lasting(done)


def test_another_folder_of_the_same_path_is_not_taken_for_ours(done, tmp_path):
    task = worker.Task(0, tiny("generations=30"), str(done), "runs/0/s9", "another token", 1, str(tmp_path))
    report = worker.carry_out(task)
    assert report.archive is not None
    assert not (done / "runs" / "0" / "s9").exists()


def test_keeping_only_the_table_leaves_no_run_and_the_same_table(done, tmp_path):
    folder = tmp_path / "c"
    assert campaign.run(plan(keep="table"), folder, backend=inline()).done == 6
    assert not list(folder.glob("runs/*/*"))
    assert lasting(folder) == lasting(done)
    assert campaign.run(plan(keep="table"), folder, backend=inline(lambda _: pytest.fail("again"))).done == 6


def test_a_journal_cut_short_loses_its_last_line_and_no_other(done, tmp_path):
    folder = tmp_path / "c"
    shutil.copytree(done, folder)
    path = folder / "journal.jsonl"
    path.write_bytes(path.read_bytes()[:-40])
    seen = []
    campaign.run(plan(), folder, backend=inline(lambda task: seen.append(task.index)))
    assert seen == [5]
    assert lasting(folder) == lasting(done)


def test_a_full_disk_is_a_sentence_and_the_journal_stays_whole(done, tmp_path, monkeypatch):
    folder = tmp_path / "c"
    monkeypatch.setattr(campaign.controller, "SPARE_BYTES", 2**62)
    full = Report(2, "failed", error="runs/0/s2/lineage.0000.h5: the disk is full")
    outcome = campaign.run(plan(), folder, backend=inline(lambda task: full if task.index == 2 else None))
    assert "the disk of" in outcome.reason
    assert "is full" in outcome.reason
    assert outcome.failed == 0
    monkeypatch.undo()
    assert campaign.run(plan(), folder, backend=inline()).done == 6
    assert lasting(folder) == lasting(done)


def test_founders_that_cannot_be_read_are_told_before_anything_is_run(tmp_path):
    sound = plan(2).cells[0]
    lost = Cell({"population": 99}, plan(1, "initial={kind: run, path: nowhere}").cells[0].scenario)
    both = Plan("founders", (sound, lost), 2)
    with pytest.raises(InputError, match="population=99: nowhere: is not a run folder"):
        campaign.run(both, tmp_path / "c", backend=inline(lambda _: pytest.fail("was run")))
    assert not (tmp_path / "c").exists()


def test_founders_that_went_or_changed_meanwhile_are_told_and_the_others_can_go_on(tmp_path):
    source, folder = tmp_path / "source", tmp_path / "c"
    evomod.run(tiny("generations=20"), source)
    sound = plan(2).cells[0]
    from_source = plan(1, f"initial={{kind: run, path: {source}, generation: 20}}").cells[0].scenario
    both = Plan("founders", (sound, Cell({"population": 99}, from_source)), 2)
    campaign.run(both, folder, backend=inline(), limit=2)

    source.rename(tmp_path / "gone")
    with pytest.raises(InputError, match=r"population=99: .*source: is not a run folder.* the others run with --only"):
        campaign.run(Campaign(folder).plan, folder, backend=inline(lambda _: pytest.fail("was run")))
    assert campaign.run(Campaign(folder).plan, folder, backend=inline(), only={"population": ["20"]}).all_done == 3

    evomod.run(tiny("generations=20", "seed=9"), source)  # another one of the same name
    with pytest.raises(RunFolderError, match="they differ in their scenarios' initial"):
        campaign.run(both, folder, backend=inline())
    with pytest.raises(InputError, match="holds other genomes than"):
        campaign.run(Campaign(folder).plan, folder, backend=inline())


def test_founders_are_looked_for_where_the_campaign_was_begun(tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    evomod.run(tiny("generations=20"), "founders")
    later = plan(2, "initial={kind: run, path: founders, generation: 20}")
    first = campaign.run(later, "c", backend=inline(), limit=1)
    assert (first.done, first.all_done, first.all_runs) == (1, 1, 4)
    monkeypatch.chdir(tmp_path)
    assert campaign.run(Campaign(home / "c").plan, home / "c", backend=inline()).all_done == 4

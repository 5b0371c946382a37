"""Campaigns in trouble: refused, begun twice at once, killed in between, with journals that somebody has edited."""

from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

import evomod
from evomod import campaign
from evomod.campaign import Campaign, Cell, Plan, worker
from evomod.campaign.worker import Report
from evomod.errors import InUseError, RunFolderError
from tests.whole.campaigns import inline, journal, logs, plan, table
from tests.whole.conftest import tiny


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A small campaign, carried out without any trouble."""
    folder = tmp_path_factory.mktemp("campaign") / "done"
    assert campaign.run(plan(), folder, backend=inline()).done == 6
    return folder


def test_a_refused_controller_changes_nothing(done):
    before = (done / "plan.json").read_bytes()
    with Campaign(done).held((1, 1)), pytest.raises(InUseError):
        campaign.run(plan(50, results=("generation",)), done, text="other", backend=inline())
    assert (done / "plan.json").read_bytes() == before
    assert not (done / "campaign.yaml").exists()


def test_shards_that_begin_at_the_same_moment_do_not_hinder_each_other(tmp_path):
    folder, n = tmp_path / "c", 8
    with ThreadPoolExecutor(n) as pool:
        starts = [pool.submit(campaign.run, plan(), folder, backend=inline(), shard=(k, n)) for k in range(1, n + 1)]
        assert sum(start.result().done for start in starts) == 6
    assert len({line["run"] for line in journal(folder)}) == 6
    assert len(list(folder.glob("provenance.*.json"))) == 6  # of those that had something to do
    assert not [path.name for path in folder.iterdir() if path.name.endswith((".new", ".lock"))]


@pytest.mark.parametrize("change", [{"epoch_ends": "all"}, {"keep": "table"}])
def test_rows_of_one_table_come_about_alike(done, change):
    with pytest.raises(RunFolderError, match=f"differ in {next(iter(change))}"):
        campaign.run(plan(**change), done, backend=inline())


def test_a_folder_that_comes_back_takes_the_place_of_a_part_of_it(done, tmp_path, monkeypatch):
    folder = tmp_path / "c"
    begun = Campaign.begin(plan(), folder)
    steps = iter(range(1000))
    scenario = plan().cells[0].scenario.model_copy(update={"seed": 1})
    evomod.run(scenario, folder / "runs" / "0" / "s1", stopped=lambda: next(steps) > 50)
    monkeypatch.setattr(worker, "_shares_disk", lambda _: False)
    assert campaign.run(begun.plan, folder, backend=inline()).done == 6
    assert logs(folder) == logs(done)


def test_a_run_that_is_in_the_table_alone_goes_also_after_a_kill_in_between(tmp_path):
    folder = tmp_path / "c"
    campaign.run(plan(keep="table"), folder, backend=inline())
    left = folder / "runs" / "0" / "s1"
    left.mkdir()
    campaign.run(plan(keep="table"), folder, backend=inline())
    assert not left.exists()


def test_a_run_is_in_the_journal_for_good_before_its_folder_is_deleted(tmp_path, monkeypatch):
    order, rmtree, fsync = [], shutil.rmtree, os.fsync

    def noted_rmtree(path, **more):
        order.append("delete" if "/runs/" in str(path) else "")
        rmtree(path, **more)

    monkeypatch.setattr(os, "fsync", lambda number: order.append("fsync") or fsync(number))
    monkeypatch.setattr(shutil, "rmtree", noted_rmtree)
    campaign.run(plan(1, keep="table"), tmp_path / "c", backend=inline())
    assert order.count("delete") == 2
    assert all(order[k - 1] == "fsync" for k, what in enumerate(order) if what == "delete")


def test_failures_count_only_in_a_row(tmp_path):
    def fail_at_times(task):
        return Report(task.index, "failed", error="no luck") if task.index % 2 else None

    outcome = campaign.run(plan(3, failures=3), tmp_path / "c", backend=inline(fail_at_times), limit=4)
    assert (outcome.done, outcome.failed) == (2, 2)


def test_what_failed_later_does_not_undo_what_was_done(tmp_path):
    folder = tmp_path / "c"
    campaign.run(plan(1), folder, backend=inline())
    with (folder / "journal.jsonl").open("a") as file:
        file.write(json.dumps(journal(folder)[0] | {"status": "failed"}) + "\n")
    assert campaign.run(plan(1), folder, backend=inline(lambda _: pytest.fail("again"))).done == 2


@pytest.mark.parametrize("change", [{"run": "0"}, {"run": 10**9}, {"cell": 1}, {"results": []}, {"seconds": None}])
def test_a_line_that_cannot_be_is_as_good_as_none(change, tmp_path):
    folder, seen = tmp_path / "c", []
    campaign.run(plan(1), folder, backend=inline())
    first, second = journal(folder)
    (folder / "journal.jsonl").write_text("".join(json.dumps(line) + "\n" for line in (first | change, second)))
    assert campaign.run(plan(1), folder, backend=inline(lambda task: seen.append(task.index))).done == 2
    assert seen == [0]


def test_a_run_that_ends_as_it_is_asked_to_stop_is_done(tmp_path, monkeypatch):
    begun = Campaign.begin(plan(), tmp_path / "c")
    complete = worker.runner.complete

    def asked_at_the_end(*arguments):
        outcome = complete(*arguments)
        worker.ask_to_stop(begun.token)
        return outcome

    monkeypatch.setattr(worker.runner, "complete", asked_at_the_end)
    task = worker.Task(0, tiny("generations=30"), str(begun.folder), "runs/0/s1", begun.token, 1, str(tmp_path))
    assert worker.carry_out(task).status == "finished"


def test_a_column_with_an_inside_is_not_in_the_table_besides(tmp_path):
    fixed = tiny("generations=120", "schedule={kind: fixed, goal: and}")
    cells = (Cell({"condition": "MVG"}, tiny("generations=120")), Cell({"condition": "FG"}, fixed))
    campaign.run(Plan("arms", cells, 1), tmp_path / "c", backend=inline())
    columns = table(tmp_path / "c")[0].keys()
    assert "recent_epochs.n" in columns
    assert "recent_epochs" not in columns

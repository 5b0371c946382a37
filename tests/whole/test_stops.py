"""Stops by evaluations and by stagnation: in which generation, why, and the same with a stop in between."""

from __future__ import annotations

import math
from itertools import islice

import pytest

from evomod.engine import evolve
from evomod.errors import ScenarioError
from evomod.lineage.checkpoint import Checkpoint
from evomod.runner import resume, run
from tests.whole.conftest import TINY, contents, interrupted, say, tiny

SLOW = ("selection.elite=1", "variation.mutation={kind: redraw, rate: 0.1}")  # few records, far apart


def stagnation_ends(scenario, window):
    """By hand: the first generation in which no goal's record has risen for `window` generations, and the records."""
    records, risen = {}, 0
    for generation in islice(evolve(scenario.problem, scenario.seed), scenario.generations + 1):
        number, best = generation.population.generation, float(generation.population.fitness.max())
        if best > records.get(generation.epoch.goal, -math.inf):
            records[generation.epoch.goal], risen = best, number
        if number - risen >= window:
            break
    return number, records, risen


@pytest.mark.parametrize(("evaluations", "last"), [(1, 0), (30, 0), (31, 1), (60, 1), (9_000, 299), (9_001, 300)])
def test_a_run_stops_in_the_generation_in_which_so_many_have_been_scored(evaluations, last, tmp_path):
    outcome = run(tiny(f"stop.evaluations={evaluations}"), tmp_path / "run")
    assert (outcome.generation, outcome.finished) == (last, True)
    assert outcome.reason == f"{30 * (last + 1):,} individuals have been scored"


def test_the_length_of_the_run_comes_first(tmp_path):
    outcome = run(tiny("generations=40", "stop.evaluations=1240"), tmp_path / "run")
    assert (outcome.generation, outcome.reason) == (40, "generation 40 was reached")
    assert run(tiny("generations=40", "stop.stagnation=500"), tmp_path / "other").generation == 40


@pytest.mark.parametrize("window", [1, 7, 40, 90])
@pytest.mark.parametrize("arm", [(), SLOW, ("schedule={kind: fixed, goal: or}",)], ids=["varying", "slow", "fixed"])
def test_a_run_stops_once_no_record_has_risen_for_so_long(window, arm, tmp_path):
    scenario = tiny(*arm, "generations=2000", f"stop.stagnation={window}")
    last, records, risen = stagnation_ends(scenario, window)
    assert last < 2000
    outcome = run(scenario, tmp_path / "run")
    assert (outcome.generation, outcome.finished) == (last, True)
    assert outcome.reason == f"no goal's best fitness has risen for {window} generations"
    state = Checkpoint.load(tmp_path / "run").state
    assert (state["records"], state["risen"]) == (records, risen)


def test_a_stop_in_between_forgets_no_record(tmp_path):
    settings = ("goals={and: x & y, or: x | y}", "generations=5000", "stop.stagnation=700")
    whole = run(tiny(*settings), tmp_path / "whole")
    assert whole.generation > 700
    parted = run(tiny(*settings), tmp_path / "parted", on_progress=interrupted(2))
    assert not parted.finished
    before = Checkpoint.load(tmp_path / "parted").state
    assert 0 < before["risen"] < 256
    assert whole.generation == before["risen"] + 700  # nothing rises after the stop in between
    parted = resume(tmp_path / "parted")
    assert (parted.generation, parted.reason, parted.finished) == (whole.generation, whole.reason, True)
    assert contents(tmp_path / "parted") == contents(tmp_path / "whole")
    assert Checkpoint.load(tmp_path / "parted").state["records"] == Checkpoint.load(tmp_path / "whole").state["records"]


def test_evaluations_before_a_stop_in_between_count(tmp_path):
    settings = ("generations=5000", "stop.evaluations=21000")
    assert not run(tiny(*settings), tmp_path / "run", on_progress=interrupted(1)).finished
    assert resume(tmp_path / "run").generation == 699


@pytest.mark.parametrize("stop", ["stop.evaluations=3000", "stop.stagnation=9", "stop.when_solved=true"])
def test_whatever_ended_a_run_it_can_be_made_longer(stop, tmp_path):
    easy = ("goals={and: x & y, or: x | y}", stop)
    ended = run(tiny("generations=3000", *easy), tmp_path / "run")
    assert ended.finished
    assert ended.generation < 2500
    again = resume(tmp_path / "run", ended.generation + 300)
    assert again.generation == ended.generation + 300
    run(tiny(f"generations={again.generation}", *easy[:1]), tmp_path / "whole")
    longer, whole = contents(tmp_path / "run"), contents(tmp_path / "whole")
    assert all(longer[name] == whole[name] for name in ("generations", "champions", "births/parents", "checkpoint"))


@pytest.mark.parametrize(
    ("stop", "words"),
    [("stop.evaluations=3000", "3,000 individuals have been scored"), ("stop.stagnation=9", "has risen for 9")],
)
def test_the_reason_is_printed(stop, words, tmp_path, capsys):
    (tmp_path / "tiny.yaml").write_text(TINY)
    code, out, err = say(capsys, "run", tmp_path / "tiny.yaml", "--set", stop, "--out", tmp_path / "run")
    assert code == 0
    assert words in out + err
    assert words in (tmp_path / "run" / "events.jsonl").read_text()


@pytest.mark.parametrize("stop", ["stop.evaluations=0", "stop.stagnation=0", "stop.stagnation=1.5"])
def test_a_stop_that_cannot_be_is_refused(stop):
    with pytest.raises(ScenarioError, match=stop.split("=")[0].split(".")[1]):
        tiny(stop)

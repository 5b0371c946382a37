"""What a campaign found: effects, figures, and how many runs a difference needs."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import matplotlib.image
import pytest

from evomod import campaign
from evomod.campaign import Campaign, Cell, Plan, analysis
from tests.whole.campaigns import inline, plan, table
from tests.whole.conftest import say, tiny

RESULTS = ("all_solved", "solved.and", "best.benefit", "best.gates", "best.settled")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign of two cells; in one of them nobody ever selects for `or`."""
    folder = tmp_path_factory.mktemp("analysis") / "c"
    fixed = tiny("generations=120", "schedule={kind: fixed, goal: and}")
    cells = (Cell({"condition": "MVG"}, tiny("generations=120")), Cell({"condition": "FG"}, fixed))
    campaign.run(Plan("arms", cells, 4, results=(*RESULTS, "solved.or")), folder, backend=inline())
    return folder


def test_effects_are_those_of_the_table(done: Path) -> None:
    found = analysis.analyse(Campaign(done))
    rows = table(done)
    (effect,) = [one for one in found.effects if (one.result, one.level) == ("best.gates", "FG")]
    gates = [float(row["best.gates"]) for row in rows if row["condition"] == "FG"]
    assert effect.description.mean.value == pytest.approx(sum(gates) / 4)
    assert effect.baseline == "MVG"
    assert {one.kind for one in found.effects if one.result == "best.settled"} == {"share"}


def test_a_goal_that_a_condition_does_not_have_is_missing_there_and_not_unsolved(done: Path) -> None:
    found = analysis.analyse(Campaign(done))
    known = {one.level: (one.n_runs, one.n_missing) for one in found.effects if one.result == "solved.or"}
    assert known == {"MVG": (4, 0), "FG": (0, 4)}


def test_tables_and_figures_are_written(done: Path) -> None:
    paths = analysis.write(analysis.analyse(Campaign(done)))
    names = [path.name for path in paths]
    assert names[:2] == ["effects.csv", "effects.png"]
    assert {"all_solved-by-condition.png", "solved-and-by-condition.png"} <= set(names)
    with paths[0].open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 6
    for path in paths[1:]:
        height, width, _ = matplotlib.image.imread(path).shape
        assert height > 200
        assert width > 200


def test_the_same_runs_give_the_same_figures(done: Path) -> None:
    paths = analysis.write(analysis.analyse(Campaign(done)))
    before = [path.read_bytes() for path in paths]
    analysis.write(analysis.analyse(Campaign(done)))
    assert [path.read_bytes() for path in paths] == before


def test_the_runs_that_a_difference_needs_are_told(done: Path, capsys) -> None:
    code, out, err = say(capsys, "campaign", "status", done, "--power")
    assert (code, err) == (0, "")
    assert "power 0.8" in out
    assert "best.gates: condition FG against MVG" in out
    text = say(capsys, "campaign", "status", done, "--power", "--json")[1]
    assert "Infinity" not in text  # which is no JSON
    told = json.loads(text)
    assert told["done"] == 8
    assert [one["result"] for one in told["power"]] == list(RESULTS)
    found = analysis.analyse(Campaign(done))
    for strong, weak in zip(analysis.needs(found, 0.95), analysis.needs(found, 0.5), strict=True):
        assert strong.runs.value >= weak.runs.value


def test_figures_of_results_that_are_no_longer_asked_for_go(done: Path) -> None:
    analysis.write(analysis.analyse(Campaign(done)))
    stale = done / "solved-x-by-condition.png"
    stale.write_bytes(b"")
    analysis.write(analysis.analyse(Campaign(done)))
    assert not stale.exists()
    assert (done / "solved-and-by-condition.png").exists()


def test_without_a_factor_all_runs_are_one_group(tmp_path: Path, capsys) -> None:
    one = Plan("alone", (Cell({}, tiny("generations=60")),), 3)
    campaign.run(one, tmp_path / "c", backend=inline())
    found = analysis.analyse(Campaign(tmp_path / "c"))
    assert {(effect.factor, effect.level) for effect in found.effects} == {("campaign", "alone")}
    assert (tmp_path / "c" / "effects.png") in analysis.write(found)
    assert "nothing to compare yet" in say(capsys, "campaign", "status", tmp_path / "c", "--power")[1]


def test_before_any_run_is_done_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert analysis.analyse(Campaign.begin(plan(), tmp_path / "c")) is None

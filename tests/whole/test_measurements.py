"""Measures that a scenario names: taken while the run goes on, logged, and the same after any resume."""

from pathlib import Path

import numpy as np
import pytest

import evomod
from evomod.errors import RunFolderError
from evomod.lineage.comparison import compare
from evomod.lineage.finalize import finalize
from evomod.measures.q import Q
from evomod.report.summary import as_text, summarise
from evomod.specimens import best_of, epoch_ends

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SMALL = ["population=30", "selection.elite=9", "seed=3", "record.genomes_every=50"]
MEASURES = "measures=[{kind: q, every: 100}, {kind: q, directed: true, every: 70}]"


def scenario(name: str, *settings: str) -> evomod.Scenario:
    return evomod.load(SCENARIOS / f"{name}.yaml", [*SMALL, MEASURES, *settings])


def due(folder: Path, name: str = "q") -> list[tuple[int, str]]:
    with evomod.open_run(folder) as log:
        return [(int(row["generation"]), log.layout.goals[row["goal"]]) for row in log.measured(name)]


def test_under_a_varying_goal_epoch_ends_are_measured_one_of_each_goal(tmp_path: Path) -> None:
    evomod.run(scenario("logic_gates", "generations=330"), tmp_path)
    # Epochs of 20 generations: those that end with generations 99 and 119, and so on.
    assert due(tmp_path) == [
        (99, "and"),
        (119, "or"),
        (199, "or"),
        (219, "and"),
        (299, "and"),
        (319, "or"),
    ]
    assert due(tmp_path, "q-2") == [
        (79, "or"),
        (99, "and"),
        (139, "and"),
        (159, "or"),
        (219, "and"),
        (239, "or"),
        (279, "or"),
        (299, "and"),
    ]


def test_under_a_fixed_goal_every_so_many_generations_are_measured(tmp_path: Path) -> None:
    evomod.run(scenario("logic_gates_fixed", "generations=210"), tmp_path)
    assert due(tmp_path) == [(0, "and"), (100, "and"), (200, "and")]


def test_within_a_long_epoch_only_what_has_had_time_is_measured(tmp_path: Path) -> None:
    evomod.run(scenario("logic_gates", "generations=700", "schedule.every=250"), tmp_path)
    assert due(tmp_path) == [
        (100, "and"),
        (200, "and"),
        (249, "and"),
        (400, "or"),
        (499, "or"),
        (600, "and"),
        (700, "and"),
    ]


def test_epochs_without_selection_are_not_measured(tmp_path: Path) -> None:
    evomod.run(scenario("logic_gates_vg0", "generations=300"), tmp_path)
    assert {goal for _, goal in due(tmp_path)} == {"and"}


def test_what_is_logged_is_what_the_measure_says_of_the_best(tmp_path: Path) -> None:
    evomod.run(scenario("logic_gates", "generations=330"), tmp_path)
    with evomod.open_run(tmp_path) as log:
        rows = log.measured("q")
        for row in rows:
            (best,) = best_of(log, int(row["generation"]))
            assert [row[column] for column in Q().columns] == pytest.approx(list(Q().take([best])[0]), nan_ok=True)
        ends = {specimen.name: specimen for specimen in epoch_ends(log, "all")}
        of_an_end = Q().take([ends["generation 319, or"]])[0]
        assert rows[-1]["q"] == pytest.approx(of_an_end[0], nan_ok=True)


def test_a_resumed_run_measures_the_same(tmp_path: Path) -> None:
    evomod.run(scenario("logic_gates", "generations=330"), tmp_path / "whole")
    evomod.run(scenario("logic_gates", "generations=109"), tmp_path / "parts")
    evomod.resume(tmp_path / "parts", 200)
    evomod.resume(tmp_path / "parts", 330)
    finalize(tmp_path / "parts")
    with evomod.open_run(tmp_path / "whole") as left, evomod.open_run(tmp_path / "parts") as right:
        found = compare(left, right)
        assert found.same, str(found)
        assert "measures/q" in right.segments[0].file
        altered = left.segments[0].path
    # The negative twin: a comparison that does not look at measures would pass this too.
    import h5py

    with h5py.File(altered, "r+") as file:
        rows = file["measures/q"][()]
        rows["q"][0] += 1e-9
        file["measures/q"][...] = rows
    with evomod.open_run(tmp_path / "whole") as left, evomod.open_run(tmp_path / "parts") as right:
        assert not compare(left, right).same


def test_measures_change_nothing_of_what_evolves(tmp_path: Path) -> None:
    evomod.run(scenario("logic_gates", "generations=200"), tmp_path / "with")
    evomod.run(scenario("logic_gates", "generations=200", "measures=[]"), tmp_path / "without")
    assert scenario("logic_gates").digest() == scenario("logic_gates", "measures=[]").digest()
    with evomod.open_run(tmp_path / "with") as left, evomod.open_run(tmp_path / "without") as right:
        assert left.generations.tobytes() == right.generations.tobytes()
        assert np.array_equal(left.snapshot(200), right.snapshot(200))
    with pytest.raises(RunFolderError, match="they differ in measures"):
        evomod.run(scenario("logic_gates", "generations=200"), tmp_path / "without")


def test_show_tells_what_was_measured_last_under_each_goal(tmp_path: Path) -> None:
    evomod.run(scenario("logic_gates", "generations=330"), tmp_path)
    summary = summarise(tmp_path)
    assert set(summary["measures"]) == {"q", "q-2"}
    assert summary["measures"]["q"]["or"]["generation"] == 319
    assert set(summary["measures"]["q"]["and"]) == {"generation", *Q().columns}
    assert "q, or" in as_text(summary)


def test_a_log_without_measures_is_read_as_before(tmp_path: Path) -> None:
    evomod.run(scenario("logic_gates", "generations=30", "measures=[]"), tmp_path)
    assert summarise(tmp_path)["measures"] == {}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("measures=[{kind: qm}]", r"measures\[0\].kind: unknown kind 'qm' \(did you mean"),
        ("measures=[{kind: q, evry: 3}]", "unknown key.*did you mean 'every'"),
        ("measures=[{kind: q, every: 0}]", "must be at least 1"),
    ],
)
def test_a_mistake_in_measures_is_told_with_its_place(settings: str, message: str) -> None:
    with pytest.raises(evomod.errors.ScenarioError, match=message):
        evomod.load(SCENARIOS / "logic_gates.yaml", [settings])

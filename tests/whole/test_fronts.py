"""Fronts in the log, in what `show` says, in the page and in figures."""

from __future__ import annotations

import csv
import json
import runpy
import sys
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from evomod.engines import evolve
from evomod.errors import InputError, LogError
from evomod.lineage.frames import columns
from evomod.lineage.reader import LineageReader
from evomod.report.run_figures import draw_run, front_figure
from evomod.runner import run
from tests.pareto import dominates
from tests.whole.conftest import complaint, say, tiny

COSTS = "fitness.costs=[{kind: connections, above: 4}, {kind: gates}]"
NSGA2 = ("selection={kind: nsga2, parents: 12}", COSTS, "generations=300")
ALONE = ("selection={kind: nsga2}", "fitness.costs=[]", "generations=40")
SCRIPTS = Path(__file__).parents[2] / "analysis"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fronts") / "run"
    run(tiny(*NSGA2), folder)
    return folder


def test_the_log_has_the_points_that_nobody_dominates_and_their_numbers(folder):
    seen = 0
    with LineageReader(folder) as log:
        assert log.layout.objectives == ("benefit", "connections", "gates")
        for generation in islice(evolve(tiny(*NSGA2).problem, 1), 301):
            p, row = generation.population, log.generations[generation.population.generation]
            benefit = p.hits / log.layout.max_hits
            rows = np.column_stack([-benefit, np.maximum(0, p.costs[:, 0] - 4), p.costs[:, 1]]).tolist()
            first = [tuple(one) for one in rows if not any(dominates(other, one) for other in rows)]
            assert (row["n_front"], row["n_points"]) == (len(first), len(set(map(tuple, rows))))
            best = min(range(len(rows)), key=lambda i: (*rows[i], i))
            assert row["best"] == best
            assert p.fitness.tolist() == benefit.tolist()
            if p.generation % 10:
                with pytest.raises(LogError, match=f"no front of generation {p.generation}; stored are of 31"):
                    log.fronts(p.generation)
                continue
            found = log.fronts(p.generation)
            points = [(-b, *costs) for b, *costs in found["objectives"].tolist()]
            assert dict(zip(points, found["n"], strict=True)) == {point: first.count(point) for point in set(first)}
            assert points == sorted(points)
            seen += 1
        assert seen == 31
        assert list(columns(log.fronts(), log.layout))[2:] == [f"objectives.{name}" for name in log.layout.objectives]


def test_a_run_of_one_objective_has_fronts_of_one_point_and_no_figure(tmp_path):
    run(tiny(*ALONE), tmp_path / "run")
    with LineageReader(tmp_path / "run") as log:
        assert log.fronts()["generation"].tolist() == [0, 10, 20, 30, 40]
        assert log.fronts()["objectives"].shape == (5, 1)
        with pytest.raises(InputError, match="no objective beside benefit"):
            front_figure(log)
    assert "front.png" not in {path.name for path in draw_run(tmp_path / "run", tiny(*ALONE).problem)}


def test_a_run_that_weighs_nothing_has_no_fronts(tmp_path):
    run(tiny("generations=40"), tmp_path / "run")
    with LineageReader(tmp_path / "run") as log:
        assert "n_front" not in log.generations.dtype.names
        with pytest.raises(LogError, match=r"has no fronts; selection: \{kind: nsga2\}"):
            log.fronts()


def test_show_and_the_page_tell_the_last_front(folder, tmp_path, capsys):
    code, out, _ = say(capsys, "show", folder, "--json")
    front = json.loads(out)["front"]
    with LineageReader(folder) as log:
        rows = log.fronts(300)
    assert code == 0
    assert (front["generation"], front["n"]) == (300, rows["n"].sum())
    assert [point["connections"] for point in front["points"]] == rows["objectives"][:, 1].tolist()
    assert f"{len(rows)} point" in say(capsys, "show", folder)[1]
    assert say(capsys, "report", folder, "--out", tmp_path / "page.html")[0] == 0
    page = (tmp_path / "page.html").read_text()
    assert "Front of generation 300" in page
    assert "data:image/svg+xml;base64," in page


def test_the_figure_and_the_script_draw_the_stored_fronts(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(SCRIPTS))
    drawn = []
    for _ in range(2):
        arguments = ["plot_front.py", str(folder), "--against", "gates", "--n", "3", "--out", "f.svg", "--force"]
        monkeypatch.setattr(sys, "argv", [str(SCRIPTS / arguments[0]), *arguments[1:]])
        runpy.run_path(str(SCRIPTS / "plot_front.py"), run_name="__main__")
        drawn.append((tmp_path / "f.svg").read_bytes())
    assert drawn[0] == drawn[1]
    with (tmp_path / "f.csv").open() as file:
        table = list(csv.DictReader(file))
    with LineageReader(folder) as log:
        stored = {g: log.fronts(g) for g in range(0, 301, 10)}
        with pytest.raises(InputError, match="has no objective 'length'; there are: connections, gates"):
            front_figure(log, "length")
    generations = sorted({int(row["generation"]) for row in table})
    assert (generations[0], generations[-1], len(generations)) == (0, 300, 3)
    assert len(table) == sum(len(stored[g]) for g in generations)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("selection={kind: nsga2, parents: 30}", "selection.parents: is 30, but must be smaller"),
        ("selection={kind: pnsga, probability: 1.5}", "selection.probability"),
        ("selection={kind: pnsga, probability: [0.1, 0.2]}", "lists 2 numbers, but `fitness` has 1 cost"),
    ],
)
def test_what_cannot_be_is_a_sentence(change, sentence, tmp_path, capsys):
    text = complaint(capsys, "run", "scenarios/logic_gates.yaml", "--set", "population=30", "--set", change)
    assert sentence in text


def test_deap_refuses_it(tmp_path):
    with pytest.raises(InputError, match="`engine: deap` has no selection of kind 'nsga2'"):
        run(tiny(*NSGA2, "engine=deap"), tmp_path / "run")

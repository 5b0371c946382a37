"""Commands draw in the format that is asked for, with the data beside each figure."""

from __future__ import annotations

import csv

from evomod import campaign
from evomod.campaign import Campaign, Cell, Plan, analysis
from tests.whole.conftest import TINY, say, tiny


def test_a_run_has_its_figures_as_svg_with_every_generation_and_every_wire(tmp_path, capsys):
    (tmp_path / "tiny.yaml").write_text(TINY)
    code, out, err = say(
        capsys,
        *("run", tmp_path / "tiny.yaml", "--out", tmp_path / "run", "--generations", 60),
        *("--figures", "svg", "--progress", "none"),
    )
    assert (code, err) == (0, "")
    assert "fitness.svg" in out
    assert {path.suffix for path in (tmp_path / "run").glob("*.*g")} == {".svg"}
    with (tmp_path / "run" / "fitness.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["generation"]) for row in rows] == list(range(61))
    assert [row["goal"] for row in rows[::20]] == ["and", "or", "and", "or"]
    with (tmp_path / "run" / "circuit.csv").open() as file:
        assert next(csv.reader(file)) == ["source", "target", "feedback"]


def test_figures_of_a_campaign_replace_those_of_another_format(tmp_path):
    cells = tuple(
        Cell({"condition": name}, tiny("generations=60", setting))
        for name, setting in (("strict", "seed=1"), ("fixed", "schedule={kind: fixed, goal: and}"))
    )
    folder = campaign.run(Plan("two", cells, 2), tmp_path / "c", jobs=1).folder
    analysis.write(analysis.analyse(Campaign(folder)))
    paths = analysis.write(analysis.analyse(Campaign(folder)), "pdf")
    assert {path.suffix for path in paths} == {".csv", ".pdf"}
    assert not list(folder.glob("*-by-*.png"))
    for path in paths[2:]:
        with path.with_suffix(".csv").open() as file:
            assert {row["group"] for row in csv.DictReader(file)} == {"strict", "fixed"}
    with (folder / "effects.csv").open() as file:
        assert "superiority" in file.readline()  # the table of effects, which the figure is of


def test_a_run_lists_all_the_figures_that_it_has(tmp_path, capsys):
    (tmp_path / "tiny.yaml").write_text(TINY)
    cost = "fitness.costs=[{kind: length, weight: 0.1, positions: plane}]"
    settings = ("--set", cost, "--set", "selection={kind: nsga2}", "--generations", 4, "--progress", "none")
    _, out, _ = say(capsys, "run", tmp_path / "tiny.yaml", "--out", tmp_path / "run", *settings)
    line = next(line for line in out.splitlines() if line.split()[:1] == ["figures"])
    assert {path.name for path in (tmp_path / "run").glob("*.png")} == {
        word.split("/")[-1] for word in line.replace(",", "").split()[1:]
    }
    assert line.count(".png") == 4


def test_the_genes_of_a_net_are_weights_and_biases(tmp_path, capsys):
    (tmp_path / "tiny.yaml").write_text(TINY)
    net = ("genotype={kind: weighted_net, hidden: [3]}", "variation.mutation={kind: product}", "fitness.costs=[]")
    settings = [word for one in net for word in ("--set", one)]
    assert "4 inputs, 1 output(s), 19 weights and biases)" in say(capsys, "check", tmp_path / "tiny.yaml", *settings)[1]

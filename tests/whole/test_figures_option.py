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

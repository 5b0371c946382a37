"""Every script of `analysis/` draws a tiny log, and answers a mistake with a sentence."""

from __future__ import annotations

import csv
import runpy
import shutil
import sys
from collections import Counter
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
from PIL import Image

import evomod
from evomod import campaign
from evomod.campaign import Cell, Plan
from evomod.runner import run
from tests.whole.conftest import tiny

SCRIPTS = Path(__file__).parents[2] / "analysis"
OF_ONE_RUN = ["plot_fitness", "plot_motifs", "plot_switch", "muller_plot", "replay_lineage", "animate_lineage"]
OF_SEVERAL = ["plot_modularity", "compare_schedules"]
ALL = [*OF_ONE_RUN, *OF_SEVERAL, "draw_circuit"]
EVERY = [*ALL, "plot_front"]  # which needs a run of another kind: test_fronts.py
SMALL = {"plot_motifs": ["--n", "3", "--samples", "20"], "plot_modularity": ["--n", "2"], "plot_switch": ["--all"]}
SMALL |= {"animate_lineage": ["--frames", "4"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("analysis") / "runs" / "tiny"
    folder.parent.mkdir()
    run(tiny("generations=200"), folder)
    return folder


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    cells = (
        Cell({"condition": "MVG"}, tiny("generations=120")),
        Cell({"condition": "FG"}, tiny("generations=120", "schedule={kind: fixed, goal: and}")),
    )
    return campaign.run(Plan("two", cells, 2), tmp_path_factory.mktemp("campaign") / "c", jobs=1).folder


@pytest.fixture
def say(monkeypatch, capsys, tmp_path):
    """Carry out a script in an empty folder: exit code, stdout, stderr."""

    def carried_out(script, *arguments):
        monkeypatch.chdir(tmp_path)
        monkeypatch.syspath_prepend(str(SCRIPTS))
        monkeypatch.setattr(sys, "argv", [str(SCRIPTS / f"{script}.py"), *map(str, arguments)])
        capsys.readouterr()
        code = 0
        try:
            runpy.run_path(sys.argv[0], run_name="__main__")
        except SystemExit as end:
            code = end.code
        return code, *capsys.readouterr()

    return carried_out


def table(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def suffix_of(script):
    return ".gif" if script == "animate_lineage" else ".png"


@pytest.mark.parametrize("script", EVERY)
def test_every_script_has_help(say, script):
    code, out, err = say(script, "--help")
    assert (code, err) == (0, "")
    assert f"{script}.py" in out
    assert "--out" in out


@pytest.mark.parametrize("script", ALL)
def test_every_script_draws_the_newest_run_by_default(say, folder, tmp_path, script):
    (tmp_path / "runs").symlink_to(folder.parent)
    code, out, err = say(script, *SMALL.get(script, []))
    assert (code, err) == (0, "runs/tiny (the newest)\n")
    picture = tmp_path / f"{script}{suffix_of(script)}"
    assert out.splitlines()[0] == picture.name
    assert min(Image.open(picture).size) > 200
    assert script == "animate_lineage" or len(table(picture.with_suffix(".csv"))) > 0


@pytest.mark.parametrize("script", [name for name in ALL if name != "animate_lineage"])
def test_every_figure_comes_as_svg_with_its_data_and_the_same_bytes_each_time(say, folder, tmp_path, script):
    drawn = []
    for _ in range(2):
        code, out, err = say(script, folder, "--out", "figure.svg", "--force", *SMALL.get(script, []))
        assert (code, err) == (0, "")
        assert out.split() == ["figure.svg", "figure.csv"]
        drawn.append([(tmp_path / name).read_bytes() for name in out.split()])
    assert drawn[0] == drawn[1]
    assert b"<svg" in drawn[0][0]


@pytest.mark.parametrize("script", ALL)
def test_nothing_is_overwritten_unless_asked_for(say, folder, tmp_path, script):
    there = tmp_path / f"{script}{suffix_of(script)}"
    there.write_bytes(b"precious")
    code, out, err = say(script, folder)
    assert (code, out) == (2, "")
    assert "is there already" in err
    assert there.read_bytes() == b"precious"


def test_the_same_figure_in_another_format_may_share_its_table_and_no_other_table_is_replaced(say, folder, tmp_path):
    assert say("plot_fitness", folder, "--out", "f.pdf")[0] == 0
    assert say("plot_fitness", folder, "--out", "f.svg")[0] == 0
    code, out, err = say("plot_fitness", folder, "--out", "f.png", "--to", "50")
    assert (code, out) == (2, "")
    assert "f.csv: is there already" in err
    assert not (tmp_path / "f.png").exists()


@pytest.mark.parametrize("script", EVERY)
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "runs/: has no run"),
        (["nowhere"], "nowhere: is not a run folder"),
        (["nowhere", "--out", "a.bmp"], "that of no format; possible: "),
        (["nowhere", "--out", "no/where.x"], "that of no format; possible: "),
        (["nowhere", "--colour", "red"], "unrecognized arguments: --colour"),
    ],
)
def test_a_mistake_is_a_sentence(say, script, arguments, sentence):
    code, out, err = say(script, *arguments)
    assert (code, out) == (2, "")
    assert sentence in err


def test_a_log_that_is_cut_short_is_a_sentence(say, folder, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    (log,) = broken.glob("*.h5")
    log.write_bytes(log.read_bytes()[:5000])
    for script in ALL:
        code, out, err = say(script, "broken")
        assert (code, out) == (1, "")
        assert "lineage.0000.h5: " in err


@pytest.mark.parametrize("script", ["plot_fitness", "replay_lineage", "muller_plot", "animate_lineage"])
def test_generations_that_do_not_exist_are_refused(say, folder, script):
    for span in (("--from", 5, "--to", 5), ("--to", 10**6), ("--from", -1)):
        code, _, err = say(script, folder, *span)
        assert code == 2
        assert "must lie from 0 to " in err


@pytest.mark.parametrize("script", ["draw_circuit", "replay_lineage", "animate_lineage"])
def test_individuals_that_do_not_exist_are_refused(say, folder, script):
    assert "there is no place 30" in say(script, folder, "--individual", "5:30")[2]
    assert "there is no generation 201" in say(script, folder, "--individual", "201:0")[2]
    assert "generation and place as in 500:0" in say(script, folder, "--individual", "worst")[2]
    assert say(script, folder, "--individual", "199:3")[0] == 0


def test_a_netlist_is_drawn_as_well(say, folder, tmp_path):
    netlist = "module m(a, b, out);\n input a, b;\n output out;\n assign out = ~(a & b);\nendmodule\n"
    (tmp_path / "one.v").write_text(netlist)
    code, _, err = say("draw_circuit", "one.v", "--size", "4x3")
    assert (code, err) == (0, "")
    assert matplotlib.image.imread(tmp_path / "draw_circuit.png").shape[:2] == (450, 600)
    assert [row["source"] for row in table(tmp_path / "draw_circuit.csv")][:2] == ["a", "b"]
    assert "is no netlist" not in say("draw_circuit", "two.v")[2]
    assert say("draw_circuit", "one.v", "--size", "4x0")[0] == 2


@pytest.mark.parametrize("script", OF_SEVERAL)
def test_the_conditions_of_a_campaign_are_compared(say, compared, tmp_path, script):
    code, _, err = say(script, compared, "--out", "c.png", *SMALL.get(script, []))
    assert (code, err) == (0, "")
    rows = table(tmp_path / "c.csv")
    assert {row.get("group") or row["schedule"] for row in rows} == {"MVG", "FG"}
    assert "no goal 'xor' is in force" in say(script, compared, "--out", "d.png", "--goal", "xor")[2]


def test_a_film_without_ffmpeg_is_a_sentence(say, folder, monkeypatch):
    monkeypatch.setenv("PATH", "")
    code, _, err = say("animate_lineage", folder, "--out", "film.mp4")
    assert code == 2
    assert "films are made by ffmpeg, which is not installed; choose a GIF: film.gif" in err


def test_founders_and_others_add_up(say, folder, tmp_path):
    assert say("muller_plot", folder, "--founders", "--clades", "3", "--from", "10", "--to", "40")[0] == 0
    rows = table(tmp_path / "muller_plot.csv")
    assert [int(row["generation"]) for row in rows] == list(range(10, 41))
    shares = [[float(value) for name, value in row.items() if name != "generation"] for row in rows]
    assert all(abs(sum(row) - 1) < 1e-12 for row in shares)
    assert all(value == 1 / 30 for value in shares[0][1:])


def test_founders_have_the_descendants_that_the_log_tells(say, folder, tmp_path):
    assert say("muller_plot", folder, "--founders", "--clades", "30", "--from", "10", "--to", "25")[0] == 0
    with evomod.open_run(folder) as log:
        parents = log.per_generation("births/parents", 11, 26)
    founder = np.arange(30)
    for births in parents[::-1]:
        founder = births[founder]  # from the last generation back to the first
    last = table(tmp_path / "muller_plot.csv")[-1]
    told = {int(name.split()[2]): round(30 * float(share)) for name, share in last.items() if "place" in name}
    assert {place: n for place, n in told.items() if n} == dict(Counter(founder.tolist()))


def test_a_switch_is_averaged_over_the_switches_of_its_direction(say, folder, tmp_path):
    assert say("plot_switch", folder, "--all")[0] == 0
    rows = table(tmp_path / "plot_switch.csv")
    with evomod.open_run(folder) as log:
        best = log.generations["best_benefit"]
    for goal, starts in {"or": range(20, 181, 40), "and": range(40, 181, 40)}.items():
        for offset in (-5, -1, 0, 19):
            (row,) = (
                row
                for row in rows
                if (row["quantity"], row["to"], int(row["generation"])) == ("best benefit", goal, offset)
            )
            assert int(row["switches"]) == len(starts)
            assert float(row["mean"]) == pytest.approx(np.mean([best[start + offset] for start in starts]))


def test_a_goal_that_stays_has_no_switch_to_look_at(say, compared):
    code, _, err = say("plot_switch", next(compared.glob("runs/1-FG/*")))
    assert code == 2
    assert "the goal is ‘and’ for ever; there is no switch to look at" in err


def test_the_line_of_the_table_is_the_line_of_the_log(say, folder, tmp_path):
    assert say("replay_lineage", folder, "--individual", "last")[0] == 0
    rows = table(tmp_path / "replay_lineage.csv")
    with evomod.open_run(folder) as log:
        story = log.story("last")
        assert len(rows) == log.n_generations
        assert float(rows[-1]["fitness"]) == log.generations["best_fitness"][-1]
    changed = [int(row["generation"]) for row in rows if row["mutation"]]
    assert changed == story.steps["generation"][1:].tolist()

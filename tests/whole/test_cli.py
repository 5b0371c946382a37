"""The command line as people use it, mistakes included."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from evomod.cli import main
from evomod.runner import open_run

ROOT = Path(__file__).parents[2]
TINY = """\
name: tiny
inputs: [x, y]
genotype: {kind: circuit, n_gates: 4}
goals: {xor: x ^ y, and: x & y}
schedule: {kind: alternating, goals: [xor, and], every: 5}
selection: {kind: elite_replacement, elite: 5}
population: 20
generations: 30
seed: 3
"""


def evomod(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "evomod", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        timeout=240,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tiny.yaml").write_text(TINY)
    return tmp_path


def test_run_says_why_it_stopped_what_it_found_where_it_lies_and_what_next(folder: Path) -> None:
    done = evomod(folder, "run", "tiny.yaml")
    assert done.returncode == 0, done.stderr
    for words in (
        "generation 30 was reached",
        "solved xor",
        "best circuit",
        "last and epoch",
        "runs/tiny-",
        "figures",
        "next:",
        "python -m evomod report runs/tiny-",
        "python -m evomod replay runs/tiny-",
        "resume",
    ):
        assert words in done.stdout
    (run,) = (folder / "runs").iterdir()
    assert run.name.startswith("tiny-")
    assert run.name.endswith("-s3")
    again = evomod(folder, "run", "tiny.yaml")
    assert again.returncode == 0
    assert "finished before" in again.stderr


def test_a_run_without_a_seed_draws_one_and_records_it(folder: Path) -> None:
    (folder / "tiny.yaml").write_text(TINY.replace("seed: 3\n", ""))
    assert evomod(folder, "run", "tiny.yaml").returncode == 0
    assert evomod(folder, "run", "tiny.yaml").returncode == 0
    first, second = sorted((folder / "runs").iterdir())
    seed = json.loads(evomod(folder, "show", str(first), "--json").stdout)["seed"]
    assert first.name.endswith(f"-s{seed}")
    assert f"seed: {seed}\n" in (first / "resolved.yaml").read_text()
    assert second.name != first.name


def test_options_override_the_file_and_are_recorded(folder: Path) -> None:
    options = ("--set", "population=24", "--set", "schedule.every=3", "--seed", "9", "--generations", "1e1")
    done = evomod(folder, "run", "tiny.yaml", *options, "--out", "here/it/is", "--progress", "none")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    resolved = (folder / "here/it/is/resolved.yaml").read_text()
    for line in ("population: 24", "every: 3", "seed: 9", "generations: 10"):
        assert line in resolved
    assert (folder / "here/it/is/scenario.yaml").read_text() == TINY
    assert "population=24" in (folder / "here/it/is/provenance.json").read_text()


def test_show_and_check_speak_json(folder: Path) -> None:
    evomod(folder, "run", "tiny.yaml", "--out", "run")
    summary = json.loads(evomod(folder, "show", "run", "--json").stdout)
    assert summary["status"] == "finished"
    assert set(summary["solved"]) == {"xor", "and"}
    assert json.loads(evomod(folder, "check", "tiny.yaml", "--json").stdout)["scenario"]["population"] == 20
    bad = evomod(folder, "check", "tiny.yaml", "--json", "--set", "populaton=3")
    assert bad.returncode == 2
    assert "did you mean 'population'" in json.loads(bad.stdout)["mistakes"][0]


def test_stops_once_solved(folder: Path) -> None:
    settings = "stop.when_solved=true stop.extra_generations=7 population=200 selection.elite=60 genotype.n_gates=9"
    options = [word for setting in settings.split() for word in ("--set", setting)] + ["--generations", "20000"]
    done = evomod(folder, "run", "tiny.yaml", *options, "--out", "run")
    assert done.returncode == 0
    summary = json.loads(evomod(folder, "show", "run", "--json").stdout)
    assert summary["generation"] == summary["all_solved"] + 7
    assert "all goals were solved" in done.stdout


def test_stops_at_a_wall_time_and_says_how_to_go_on(folder: Path) -> None:
    options = ("--set", "stop.seconds=0.5", "--generations", "1e8")
    done = evomod(folder, "run", "tiny.yaml", *options, "--out", "run")
    assert done.returncode == 75
    assert "wall time" in done.stdout
    assert "python -m evomod resume run" in done.stdout


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("population: 20", "popluation: 20"), ["tiny.yaml:7:1: popluation: unknown key (did you mean 'population'?)"]),
        (("population: 20", "population: many"), ["tiny.yaml:7:13: population: must be a whole number [got 'many']"]),
        (("population: 20", "population: 1e12"), ["population: must be at most 1000000"]),
        (
            ("population: 20", "population: 5"),
            ["selection.elite: is 5, but can be at most half of the population of 5; write for example selection: {"],
        ),
        (("n_gates: 4", "n_gates: 1000000000"), ["tiny.yaml:3:36: genotype.n_gates: must be at most 64"]),
        (("n_gates: 4", "n_gates: 63"), ["65 nodes; at most 64"]),
        (("xor: x ^ y", "xor: x ^ q"), ["tiny.yaml:4:14: goals.xor: unknown input 'q'; inputs are x, y"]),
        (("{xor: x ^ y, and: x & y}", "{}"), ["goals: needs at least 1 item"]),
        (("goals: [xor, and]", "goals: [xor, nand]"), ["schedule: names the goal 'nand', which is not defined"]),
        (("[x, y]", "[a, b, c, d, e, f, g, h, i, j, k, l, m]"), ["inputs: 13 inputs give 8,192 rows; at most 12"]),
        (("kind: alternating", "kind: alternatng"), ["unknown kind 'alternatng' (did you mean 'alternating'?)"]),
        (
            ("kind: elite_replacement, ", ""),
            ["needs a `kind`: one of boltzmann, elite_replacement, lexicase, "],
        ),
        (("every: 5", "every: [5]"), ["schedule.every: lists 1 lengths for 2 goals"]),
        (("xor: x ^ y", "xor: __import__('os')"), ["goals.xor: unknown input '__import__'"]),
        (("seed: 3", "variation: {mutation: {kind: bit}}"), ["needs a power of two of nodes"]),
        (
            ("population: 20\ngenerations: 30", "population: 2.5\ngenerations: x\nfoo: 1"),
            ["tiny.yaml:7:13: population:", "tiny.yaml:8:14: generations:", "tiny.yaml:9:1: foo: unknown key"],
        ),
    ],
    ids=lambda value: value[1].split(":")[0] if isinstance(value, tuple) else "",
)
def test_a_mistake_is_answered_with_its_place_and_the_way_out(
    change: tuple[str, str],
    words: list[str],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert change[0] in TINY
    (folder / "tiny.yaml").write_text(TINY.replace(*change))
    monkeypatch.chdir(folder)
    for command in ("check", "run"):
        assert main([command, "tiny.yaml"]) == 2
        said = capsys.readouterr().err
        assert all(word in said for word in words), said
    assert not (folder / "runs").exists()


def test_a_memory_hungry_scenario_is_refused_with_the_limit(folder: Path) -> None:
    text = TINY.replace("[x, y]", "[x, y, a, b, c, d, e, f, g, h, i, j]").replace("population: 20", "population: 1e6")
    (folder / "tiny.yaml").write_text(text)
    done = evomod(folder, "check", "tiny.yaml")
    assert done.returncode == 2
    assert "GiB of memory" in done.stderr
    assert "at most" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("rnu", "tiny.yaml"), "did you mean 'run'?"),
        (("run", "tiny.yaml", "--sed", "3"), "did you mean '--seed'?"),
        (("run", "tinny.yaml"), "tiny.yaml"),
        (("run", "tiny.yaml", "--set", "population"), "population"),
        (("run", "tiny.yaml", "--seed", "-1"), "seed: must be at least 0"),
        (("resume", "tiny.yaml"), "give the run's folder"),
        (("show", "nowhere"), "not a run folder"),
        (("show", "tiny.yaml"), "give the run's folder"),
        (("resume", "nowhere"), "not a run folder"),
        (("finalize", "nowhere"), "not a run folder"),
        (("list", "--json"), "unrecognized arguments: --json\n"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_command_is_answered_with_a_sentence(arguments: tuple[str, ...], words: str, folder: Path) -> None:
    done = evomod(folder, *arguments)
    assert done.returncode != 0
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_help_version_and_completion_load_nothing_heavy_and_check_no_figures(folder: Path) -> None:
    code = (
        "import sys, evomod.cli\n"
        "try: evomod.cli.main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print(sorted({'numba', 'numpy', 'pydantic', 'h5py', 'networkx', 'matplotlib', 'torch'} & set(sys.modules)))"
    )
    light = ["--help"], ["run", "--help"], ["--version"], ["completion", "bash"]
    for arguments, allowed in (
        *((words, "[]") for words in light),
        (["check", "tiny.yaml"], "['numba', 'numpy', 'pydantic']"),
    ):
        command = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert done.stdout.splitlines()[-1] == allowed


def test_plain_progress_is_quiet_and_a_pipe_may_be_closed(folder: Path) -> None:
    done = evomod(folder, "run", "tiny.yaml", "--out", "run", TERM="dumb", NO_COLOR="1")
    assert "\x1b" not in done.stderr + done.stdout
    command = f"{sys.executable} -m evomod list | head -1"
    piped = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True)  # noqa: S602
    assert piped.stderr == ""


def test_a_length_that_is_no_length_leaves_the_run_as_it_was(folder: Path) -> None:
    evomod(folder, "run", "tiny.yaml", "--out", "run")
    for wrong in ("2e9", "1e300", "abc", ""):
        done = evomod(folder, "resume", "run", "--generations", wrong)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
    assert evomod(folder, "resume", "run", "--generations", "40").returncode == 0


def test_an_unfinished_run_cannot_be_made_shorter(folder: Path) -> None:
    options = ("--set", "stop.seconds=0.3", "--generations", "1e8", "--out", "run")
    assert evomod(folder, "run", "tiny.yaml", *options).returncode == 75
    done = evomod(folder, "resume", "run", "--generations", "9e7")
    assert done.returncode == 2
    assert "longer, not shorter" in done.stderr


def test_names_are_text_in_figures_and_in_any_encoding(folder: Path) -> None:
    (folder / "tiny.yaml").write_text(TINY.replace("xor", '"$\\\\frac$ ⊕"').replace("tiny", "t1"), encoding="utf-8")
    done = evomod(folder, "run", "tiny.yaml", "--out", "run", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "\\u2295" in done.stdout
    assert (folder / "run" / "fitness.png").stat().st_size > 10_000


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_output_is_a_sentence(folder: Path) -> None:
    command = f"{sys.executable} -m evomod list > /dev/full"
    done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True)  # noqa: S602
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_current_folder_can_be_moved_aside(folder: Path) -> None:
    (folder / "here").mkdir()
    (folder / "here" / "precious").write_text("kept")
    scenario = str(folder / "tiny.yaml")
    assert evomod(folder / "here", "run", scenario, "--out", ".", "--force").returncode in (0, 2)
    assert [path.read_text() for path in folder.rglob("precious")] == ["kept"]


def test_what_is_undecided_may_not_fill_the_memory(folder: Path) -> None:
    settings = ("--set", "record.births=survivors", "--set", "population=1e6")
    done = evomod(folder, "check", "tiny.yaml", *settings)
    assert done.returncode == 2
    assert "at most 256 MiB are kept" in done.stderr


def test_a_truth_table_of_twelve_inputs_needs_no_quotes(folder: Path) -> None:
    names = ", ".join(f"i{k}" for k in range(12))
    table = "0x" + "96" * 512
    (folder / "tiny.yaml").write_text(
        TINY.replace("[x, y]", f"[{names}]").replace("xor: x ^ y, and: x & y", f"xor: {table}, and: i0")
    )
    done = evomod(folder, "check", "tiny.yaml")
    assert done.returncode == 0, done.stderr


def test_the_merged_log_of_a_longer_run_tells_its_length(folder: Path) -> None:
    evomod(folder, "run", "tiny.yaml", "--out", "run")
    assert evomod(folder, "resume", "run", "--generations", "60").returncode == 0
    with open_run(folder / "run") as log:
        assert json.loads(log.attributes["scenario"])["generations"] == 60
        assert log.n_generations == 61
    (folder / "run" / "run.lock").write_text(json.dumps({"host": socket.gethostname(), "pid": "no number"}))
    assert evomod(folder, "show", "run").returncode == 0

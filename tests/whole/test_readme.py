"""Every command, every line of Python and every scenario in the README does what it says."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

import evomod
from evomod import campaign
from evomod.component import Component, members
from evomod.document import Document
from evomod.reproduce.study import studies
from evomod.scenario import FAMILIES, parse

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands(word: str) -> list[list[str]]:
    """The lines of the one block of shell in which a word stands, without the interpreter."""
    (block,) = [text for text in blocks("sh") if f" {word} " in text]
    return [line.split("bin/python ")[1].split() for line in block.strip().splitlines()]


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], cwd=folder, env=environment(), capture_output=True, text=True)


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="module")
def main_job(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the README's first command was run."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "scenarios").symlink_to(ROOT / "scenarios")
    command = blocks("sh")[0].split("python ")[-1].split()
    assert command == ["-m", "evomod", "run", "scenarios/logic_gates.yaml"]
    done = run(folder, *command)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_first_command_makes_the_files_that_the_readme_lists(main_job: Path) -> None:
    listed = set(
        re.findall(r"`([a-z0-9.]+\.(?:yaml|h5|json|jsonl|npz|png|csv))`", README.split("## The run folder")[1])
    )
    (folder,) = (main_job / "runs").glob("logic-gates-*")
    assert {path.name for path in folder.iterdir()} == listed - {"lineage.0001.h5"}  # after a resume only
    assert f"runs/{folder.name}" in README


def test_the_log_has_the_datasets_that_the_readme_lists(main_job: Path) -> None:
    (folder,) = (main_job / "runs").glob("logic-gates-*")
    listed = set(re.findall(r"^\| `(/[a-z_/]+)`", README, re.MULTILINE))
    names = set()
    with evomod.open_run(folder) as log:
        file = log.segments[0].file
        file.visititems(lambda name, node: names.add(f"/{name}") if hasattr(node, "shape") else None)
        descriptions = {name: file[name].attrs["description"] for name in names}
    assert listed - names == {"/births/survivors"}
    assert names - listed == {"/snapshots/generation"}
    assert all(description for description in descriptions.values())


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_each_block_of_python_runs(number: int, main_job: Path) -> None:
    done = run(main_job, "-c", blocks("python")[number])
    assert done.returncode == 0, done.stderr
    assert done.stdout


def scenarios() -> list[str]:
    return [text for text in blocks("yaml") if "inputs:" in text]


@pytest.mark.parametrize("text", scenarios())
def test_each_scenario_is_right(text: str) -> None:
    assert parse(Document.parse(text)).problem.named_goals


def test_each_campaign_is_right(tmp_path: Path) -> None:
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    (text,) = [text for text in blocks("yaml") if "runs:" in text]
    (tmp_path / "campaign.yaml").write_text(text)
    assert len(campaign.load(tmp_path / "campaign.yaml")) == 40


def test_the_command_that_measures_works_after_the_first_one(main_job: Path) -> None:
    (command,) = commands("measure")
    *arguments, which, option, kinds = command
    assert (which, option) == ("runs/logic-gates-*", "--measure")
    (folder,) = (main_job / "runs").glob("logic-gates-*")
    shown = run(main_job, *arguments, str(folder), option, kinds)
    assert shown.returncode == 0, shown.stderr
    assert all(f"\n{kind}\n" in shown.stdout for kind in kinds.split(","))


def test_the_five_minutes_of_the_readme_work_after_the_first_command(main_job: Path) -> None:
    (main_job / "analysis").symlink_to(ROOT / "analysis")
    (folder,) = (main_job / "runs").glob("logic-gates-a833aafa-s1")
    before = {path.name for path in folder.iterdir()}
    (replay,) = commands("replay")
    told = run(main_job, *replay)
    assert told.returncode == 0, told.stderr
    example = README.split("## Replaying lineages")[1].split("```\n")[1].splitlines()
    assert len(example) > 5
    assert not [line for line in example if line not in told.stdout.splitlines()]
    (page,) = [block for block in blocks("sh") if "evomod report" in block and "both.html" not in block]
    assert run(main_job, *page.strip().split("bin/python ")[1].split()).returncode == 0
    assert {path.name for path in folder.iterdir()} - before == {"report.html"}
    (folder / "report.html").unlink()
    (compare,) = [block for block in blocks("sh") if "both.html" in block]
    for line in compare.strip().splitlines():
        shell = line.replace(".venv/bin/python", sys.executable)
        done = subprocess.run(["bash", "-ec", shell], cwd=main_job, env=environment(), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert (main_job / "both.html").stat().st_size > 100_000
    assert (main_job / "compare_schedules.png").exists()
    (fixed,) = (main_job / "runs").glob("logic-gates-fixed-*")
    shutil.rmtree(fixed)


def test_the_branches_of_the_readme_are_a_campaign(main_job: Path) -> None:
    (command,) = commands("branch")
    done = run(main_job, *command)
    assert done.returncode == 0, done.stderr
    (folder,) = (main_job / "campaigns").glob("logic-gates-branches-*")
    assert len((folder / "runs.csv").read_text().splitlines()) == 1 + 2 * 5


def test_the_table_of_scripts_is_whole() -> None:
    part = README.split("## Figures and analysis")[1].split("\n## ")[0]
    listed = set(re.findall(r"^\| `(\w+\.py)`", part, re.MULTILINE))
    assert listed == {path.name for path in (ROOT / "analysis").glob("[a-z]*.py")}


def test_the_fragment_of_measures_is_right() -> None:
    (fragment,) = [text for text in blocks("yaml") if text.startswith("measures:")]
    scenario = (ROOT / "scenarios" / "logic_gates.yaml").read_text(encoding="utf-8")
    assert len(evomod.loads(scenario + fragment).measures) == 2


def test_the_command_that_reproduces_can_be_stopped_and_says_how_to_go_on(tmp_path: Path) -> None:
    (arguments,) = commands("reproduce ka05")
    assert arguments == ["-m", "evomod", "reproduce", "ka05", "--runs", "8"]
    started = subprocess.Popen(
        [sys.executable, *arguments, "--progress", "none"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    journal = tmp_path / "reproductions" / "ka05" / "journal.jsonl"
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline and not (journal.exists() and journal.read_bytes().count(b"\n")):
        time.sleep(0.2)
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=200)
    assert started.returncode == 130, err
    assert b"of 120 runs done" in out
    assert b"go on with: python -m evomod reproduce ka05 --runs 8" in err
    assert (journal.parent / "ka05.csv").exists()


def test_all_that_the_readme_reproduces_is_there() -> None:
    lines = [line for text in blocks("sh") for line in text.splitlines() if " reproduce " in line]
    named = [line.split(" reproduce ")[1].split()[0] for line in lines]
    assert sorted(named) == ["cml13", "ka05", "ka05-retina", "kna07", "solution-space"]
    assert set(named) <= set(studies())


@pytest.mark.parametrize("path", sorted((ROOT / "scenarios" / "campaigns").glob("*.yaml")), ids=lambda path: path.stem)
def test_each_campaign_that_comes_along_is_right(path: Path) -> None:
    small = {"contingency": 8, "kna07_landscape": 40, "kna07_six_inputs": 40}  # forks of the first are many more
    assert len(campaign.load(path)) >= small.get(path.stem, 100)
    assert f"scenarios/campaigns/{path.name}" in README


def test_the_campaign_of_the_readme_makes_the_files_that_it_lists(tmp_path: Path) -> None:
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    part = README.split("## Campaigns")[1].split("\n## ")[0]
    estimate, command = commands("campaign")
    assert run(tmp_path, *estimate).returncode == 0
    fewer = ["--runs", "2", "--set", "generations=100"]
    done = run(tmp_path, *command, *fewer)
    assert done.returncode == 0, done.stderr
    (folder,) = (tmp_path / "campaigns").iterdir()
    there = {path.name for path in folder.iterdir()} | {f"{path.name}/" for path in folder.iterdir() if path.is_dir()}
    listed = set(re.findall(r"`([a-z_.-]+(?:\.(?:csv|json|jsonl|yaml|png)|/))`", part))
    assert listed - {"solved-and-by-condition.png"} <= there  # which is of the other
    assert "all_solved" in done.stdout


GROUPS = ("campaign", "assay")  # commands that have commands


def test_each_command_exists_and_has_the_options_that_the_readme_names() -> None:
    rows = re.findall(r"^\| `python -m evomod ([a-z ]+?)(?: [A-Z \\|…]+)?` \| (.*) \|$", README, re.MULTILINE)
    commands = re.findall(r"^ {4}(\w+)", run(ROOT, "-m", "evomod", "--help").stdout, re.MULTILINE)
    every = [name for name in commands if name not in GROUPS]
    for group in GROUPS:
        shown = run(ROOT, "-m", "evomod", group, "--help").stdout
        every += [f"{group} {name}" for name in re.findall(r"^ {4}(\w+)", shown, re.MULTILINE)]
    assert sorted(name for name, _ in rows) == sorted(every)
    for name, text in rows:
        shown = run(ROOT, "-m", "evomod", *name.split(), "--help").stdout
        assert all(option in shown for option in re.findall(r"--[a-z]+", text)), name


def test_the_table_of_scenarios_is_whole() -> None:
    listed = set(re.findall(r"^\| `scenarios/(\w+\.yaml)`", README, re.MULTILINE))
    assert listed == {path.name for path in (ROOT / "scenarios").glob("*.yaml")}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_every_kind_of_component_is_named(family: type[Component]) -> None:
    told = README.split("### Goals and families")[1].split("## The run folder")[0]
    kinds = {kind for kind, cls in members(family).items() if cls.__module__.startswith("evomod.")}
    assert kinds - {"logic"} <= set(re.findall(r"\w+", told))  # an expression needs no kind


def test_the_test_command_is_that_of_ci() -> None:
    assert blocks("sh")[1].strip().endswith("python -m pytest -n auto")
    assert (ROOT / ".ci" / "run").read_text().strip().endswith('python" -m pytest -n auto')


def test_pictures_exist() -> None:
    pictures = re.findall(r"!\[[^]]*\]\(([^)]*)\)", README)
    assert pictures
    assert all((ROOT / picture).stat().st_size > 10_000 for picture in pictures)


def test_yaml_reads_the_scenario_like_any_other_tool() -> None:
    for text in scenarios():
        assert yaml.safe_load(text)["name"]

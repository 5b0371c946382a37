"""The bars of asking a log, on a run of 100,000 generations of 1,000: `python -m pytest -m benchmark -n 0`.

Each question is asked in a fresh process, so that memory is its own. Nothing here fails because a machine is slow.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import evomod

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]

SCENARIO = Path(__file__).parents[2] / "scenarios" / "logic_gates.yaml"
GENERATIONS = 100_000
ASK = """
import json, resource, sys, time
import evomod
from evomod.lineage.replay import verify
with evomod.open_run(sys.argv[1]) as log:
    start = time.perf_counter()
    found = {question}
    seconds = time.perf_counter() - start
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("replaying") / "run"
    evomod.run(evomod.load(SCENARIO, [f"generations={GENERATIONS}"]), path)
    return path


def asked(folder: Path, question: str) -> tuple[float, float]:
    """Seconds and peak MB of a question, asked once before so that all is compiled."""
    command = [sys.executable, "-c", ASK.replace("{question}", question), str(folder)]
    for _ in range(2):
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, megabytes = json.loads(said)
    return seconds, megabytes


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ('log.line_of_descent("last")', "2 s, 300 MB"),
        ("log.coalescence()", "10 s, 300 MB"),
        ("log.fixed_mutations()", "10 s, 300 MB"),
        ("max(log.population(g)[0, 0] for g in range(999, 100_000, 4_950))", "20 at 50 ms"),
    ],
)
def test_questions(question: str, wanted: str, folder: Path, bar: Callable[[str, str, str], None]) -> None:
    seconds, megabytes = asked(folder, question)
    bar(question, wanted, f"{seconds:.2f} s, {megabytes:.0f} MB")


def test_the_page(folder: Path, tmp_path: Path, bar: Callable[[str, str, str], None]) -> None:
    command = [sys.executable, "-m", "evomod", "report", str(folder), "--individual", "last", "--force", "--out"]
    page = tmp_path / "report.html"
    for _ in range(2):
        start = time.perf_counter()
        subprocess.run([*command, str(page)], check=True, capture_output=True)
        seconds = time.perf_counter() - start
    bar("report, the whole command", "10 s, 5 MB", f"{seconds:.1f} s, {page.stat().st_size / 1e6:.2f} MB")


def test_verification_against_the_run_itself(folder: Path, bar: Callable[[str, str, str], None]) -> None:
    with evomod.open_run(folder) as log:
        run = float(log.per_generation("timing/seconds").sum())
    seconds, megabytes = asked(folder, "verify(log, log.problem)")
    bar("verify the whole run", f"{run:.1f} s, as the run", f"{seconds:.1f} s, {megabytes:.0f} MB")

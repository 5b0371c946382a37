"""After `warmup` nothing is left to be compiled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from evomod import warmup
from evomod.errors import StoppedError
from evomod.kernel import JIT
from evomod.scenario import FAMILIES
from evomod.yaml_core import to_yaml
from tests.generators import shipped
from tests.whole.conftest import ARMS, ROOT, complaint, interrupted, tiny

LARGE = ("inputs=[x, y, z, w, a, b, c]", "genotype.n_gates=20", "genotype.gates=[nand, xor]", "genotype.feedback=false")
EACH = """
import sys, evomod
from pathlib import Path
from evomod.kernel import cache_folder
for path in sys.argv[1:]:
    before = len(list(cache_folder().rglob("*.nbc")))
    with evomod.open_run(evomod.run(evomod.load(path), Path(path).with_suffix("")).folder) as log:
        log.story("last"), log.coalescence(), log.descendants(1, [3], 20)
    print(len(list(cache_folder().rglob("*.nbc"))) - before)
"""
BIT = ("variation.mutation={kind: bit}", "fitness.costs=[{kind: connections}]", "record.births=none")


@pytest.fixture
def evomod(tmp_path):
    """A command in a process of its own, with an empty cache."""

    def call(*arguments, **environment):
        environment = os.environ | {"PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(tmp_path / "cache")} | environment
        command = [sys.executable, "-m", "evomod", *map(str, arguments)]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done

    return call


def compiled(tmp_path):
    return sorted(path.name for path in (tmp_path / "cache").rglob("*.nbc"))


@pytest.mark.verification
@pytest.mark.skipif(not JIT, reason="nothing is compiled")
def test_after_a_warm_up_no_run_compiles_anything(evomod, tmp_path):
    said = evomod("warmup").stdout
    assert str(tmp_path / "cache") in said
    assert " s, what " in said
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]
    before = compiled(tmp_path)
    assert before
    paths = []
    for number, settings in enumerate([*ARMS.values(), LARGE, BIT, ("record.births=survivors", "generations=1500")]):
        paths.append(tmp_path / f"{number}.yaml")
        paths[-1].write_text(to_yaml(tiny("generations=50", *settings).resolved()))
    assert "compiling" not in evomod("run", paths[0], "--out", tmp_path / "first").stderr
    assert compiled(tmp_path) == before
    # The others in one process, which starts once.
    environment = os.environ | {"PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    said = subprocess.run(
        [sys.executable, "-c", EACH, *map(str, paths)], env=environment, capture_output=True, text=True
    )
    assert said.stdout.split() == ["0"] * len(paths), said


@pytest.mark.skipif(not JIT, reason="nothing is compiled")
@pytest.mark.verification
def test_a_scenario_is_warmed_up_for_itself_alone(evomod, tmp_path):
    (tmp_path / "tiny.yaml").write_text(to_yaml(tiny().resolved()))
    evomod("warmup", "tiny.yaml")
    before = compiled(tmp_path)
    evomod("run", "tiny.yaml")
    assert compiled(tmp_path) == before
    evomod("run", "tiny.yaml", "--set", "selection={kind: tournament}", "--out", "other")
    assert len(compiled(tmp_path)) > len(before)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_there_is_an_example_of_every_member_and_every_choice(family):
    """A new member with a field that has no default needs a value in `warmup.VALUES`."""
    found = "\n".join(str(scenario.resolved()) for scenario in warmup.examples())
    for kind, member in shipped(family).items():
        if kind in ("file", "run"):  # founders that are read from a disk, and compiled like others
            continue
        assert f"'kind': '{kind}'" in found
        for node in warmup.choices(member):
            changed = {key: value for key, value in node.items() if key not in ("kind", "where", *warmup.VALUES)}
            assert all(f"'{key}': {value!r}" in found for key, value in changed.items()), node


def test_mistakes_come_before_any_work(tmp_path, capsys):
    (tmp_path / "bad.yaml").write_text(to_yaml(tiny().resolved()).replace("population: 30", "population: many"))
    assert "population" in complaint(capsys, "warmup", tmp_path / "bad.yaml")
    assert "nowhere.yaml" in complaint(capsys, "warmup", tmp_path / "nowhere.yaml")


def test_without_the_compiler_there_is_nothing_to_do(evomod):
    assert "nothing to compile" in evomod("warmup", NUMBA_DISABLE_JIT="1").stdout


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 75)])
def test_a_signal_ends_it(number, code, monkeypatch):
    run, started = warmup.runner.run, []

    def interrupted_run(scenario, folder):
        started.append(folder)
        return run(scenario, folder, on_progress=interrupted(1, by=number))

    monkeypatch.setattr(warmup, "GENERATIONS", 1000)
    monkeypatch.setattr(warmup.runner, "run", interrupted_run)
    with pytest.raises(StoppedError) as stopped:
        warmup.warm_up([tiny("generations=1000")] * 3)
    assert stopped.value.exit_code == code
    assert len(started) == 1
    assert not started[0].parent.exists()

"""`doctor` says what is missing and how to get it; `completion` prints scripts that complete."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib

import pytest

from evomod import doctor
from tests.whole.conftest import ROOT, say

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def names(requirements):
    return {re.split(r"[<>=~!\[; ]", requirement)[0].lower() for requirement in requirements}


def test_doctor_is_content_with_a_machine_on_which_the_tests_run(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = say(capsys, "doctor")
    assert (code, err) == (0, "")
    assert out.endswith("all that is required is fine\n")
    assert not list(tmp_path.iterdir())
    findings = json.loads(say(capsys, "doctor", "--json")[1])
    assert findings["fine"]
    states = {one["what"]: one["state"] for one in findings["findings"]}
    for what in ("Python", "platform", "evomod", "HDF5", "compiled code", "kernels", "AVX2", "runs here"):
        assert states[what]
        assert what in out
    import h5py
    import numba

    assert (states["numba"], states["HDF5"]) == (numba.__version__, h5py.version.hdf5_version)


def test_doctor_looks_at_every_dependency_of_the_project():
    assert names(PROJECT["dependencies"]) | {"llvmlite"} == set(doctor.REQUIRED)
    extras = PROJECT["optional-dependencies"]
    assert names([*extras["train"], *extras["cluster"], *extras["phylogeny"], *extras["tables"]]) <= set(
        doctor.OPTIONAL
    )
    for name, remedy in doctor.OPTIONAL.items():
        extra = re.search(r"'\.\[(\w+)]'", remedy).group(1)
        assert name in names(extras[extra])


def test_what_is_required_and_missing_is_exit_code_1_with_the_way_to_get_it(capsys, monkeypatch):
    monkeypatch.setattr(doctor, "REQUIRED", ("numpy", "no-such-package"))
    monkeypatch.setattr(doctor, "OPTIONAL", {"no-such-toy": "pip install toys"})
    code, out, _ = say(capsys, "doctor")
    assert code == 1
    assert re.search(r"^! no-such-package +missing: pip install no-such-package$", out, re.MULTILINE)
    assert re.search(r"^- no-such-toy +missing: pip install toys$", out, re.MULTILINE)
    assert out.endswith("what is marked with ! is required\n")


def test_programs_that_are_not_there_are_not_required(capsys, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    code, out, _ = say(capsys, "doctor")
    assert code == 0
    for package in ("yosys", "berkeley-abc", "ffmpeg", "graphviz"):
        assert f"missing: apt install {package}" in out


@pytest.mark.parametrize("module", ["numba", "h5py"])
def test_doctor_itself_needs_nothing(module):
    code = f"import sys; sys.modules[{module!r}] = None\nfrom evomod.cli import main; sys.exit(main(['doctor']))"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert re.search(r"^! \S.*pip install --upgrade", done.stdout, re.MULTILINE)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path, capsys, monkeypatch):
    tmp_path.chmod(0o500)
    monkeypatch.chdir(tmp_path)
    code, out, _ = say(capsys, "doctor")
    assert code == 1
    assert "keep runs on another disk" in out


# Completion -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    """The script for bash, in a file."""
    command = [sys.executable, "-m", "evomod", "completion", "bash"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    path = tmp_path_factory.mktemp("completion") / "evomod.bash"
    path.write_text(done.stdout)
    return path


def completed(script, folder, *words, function="_shtab_evomod"):
    """What bash offers for the last word."""
    code = 'source "$1"; shift; COMP_WORDS=("${@:2}"); COMP_CWORD=$(($# - 2)); "$1"; printf "%s\\n" "${COMPREPLY[@]}"'
    command = ["bash", "-c", code, "bash", script, function, *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert not done.stderr
    return set(done.stdout.split())


def test_the_script_is_valid_bash(script):
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("ru",), {"run"}),
        (("re",), {"resume", "rerun", "replay", "reproduce", "report"}),
        (("export", "run", "--format", "d"), {"dot"}),
        (("show", "run", "--j"), {"--json"}),
        (("show", ""), {"folder"}),
        (("run", ""), {"folder", "tiny.yaml"}),
        (("diff", "tiny.yaml", "f"), {"folder"}),
        (("warmup", "tiny.yaml", "t"), {"tiny.yaml"}),
        (("completion", ""), {"bash", "zsh", "tcsh"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_commands_options_choices_and_paths_are_completed(words, expected, script, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "tiny.yaml").touch()
    assert completed(script, tmp_path, "evomod", *words) == expected
    assert completed(script, tmp_path, "python", "-m", "evomod", *words, function="_evomod_of_python") == expected


def test_other_uses_of_python_are_left_alone(script, tmp_path):
    assert completed(script, tmp_path, "python", "-m", "pytest", "ru", function="_evomod_of_python") == set()


def test_bash_is_told_what_to_call(script, tmp_path):
    code = 'source "$1"; complete -p evomod python python3'
    done = subprocess.run(["bash", "-c", code, "bash", script], capture_output=True, text=True, check=True)
    assert [line.split()[-1] for line in done.stdout.splitlines()] == ["evomod", "python", "python3"]


@pytest.mark.parametrize("shell", ["zsh", "tcsh"])
def test_other_shells_get_a_script_as_well(shell, capsys):
    code, out, _ = say(capsys, "completion", shell)
    assert code == 0
    assert "evomod" in out
    assert "rerun" in out
    if shutil.which(shell):
        assert subprocess.run([shell, "-n"], input=out, text=True, check=False).returncode == 0

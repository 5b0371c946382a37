"""A run folder whose scenario is another run's: nothing is read from it as if it were its own."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import pytest

from evomod.errors import RunFolderError
from evomod.publication.archive import archive
from evomod.publication.methods import methods
from evomod.runner import open_run, resume, run
from evomod.yaml_core import to_yaml
from tests.whole.conftest import complaint, tiny


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run(tiny("generations=60"), tmp_path / "run")
    return tmp_path / "run"


def put(folder: Path, *settings: str) -> None:
    (folder / "resolved.yaml").write_text(to_yaml(tiny("generations=60", *settings).resolved()))


def test_a_scenario_of_another_run_is_refused_with_what_differs(folder: Path, tmp_path: Path, capsys) -> None:
    put(folder, "goals.or=x & y", "seed=5")
    with pytest.raises(RunFolderError, match=r"resolved\.yaml is not .* the log .* states another goals, seed; "):
        open_run(folder)
    for call in (lambda: methods([folder]), lambda: archive(folder, tmp_path / "a.zip")):
        with pytest.raises(RunFolderError, match="is not the scenario of the log"):
            call()
    for command in (("report", folder), ("branch", folder, "--at", "5", "--dry-run"), ("replay", folder)):
        assert "is not the scenario of the log" in complaint(capsys, *command)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run"]


def test_what_can_change_while_a_run_goes_on_may_differ(folder: Path) -> None:
    put(folder, "generations=90", "stop.seconds=7", "record.genomes_every=100")
    open_run(folder).close()
    resume(folder, 80)
    open_run(folder).close()


def test_a_log_that_does_not_state_a_key_has_its_default(folder: Path) -> None:
    with h5py.File(folder / "lineage.0000.h5", "r+") as file:
        stated = json.loads(file.attrs["scenario"])
        del stated["engine"]
        file.attrs["scenario"] = json.dumps(stated)
    open_run(folder).close()

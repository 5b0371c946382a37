"""The order in which a block reaches the disk: a power loss between two steps must find a log that is whole."""

import os
from pathlib import Path

import pytest

import evomod
from evomod.lineage.checkpoint import Checkpoint
from evomod.lineage.table import Table

SCENARIO = Path(__file__).parents[2] / "scenarios" / "logic_gates.yaml"


def test_a_block_is_durable_before_its_checkpoint_replaces_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []

    def noting(name: str, function):
        def call(*arguments, **options):
            steps.append(name)
            return function(*arguments, **options)

        return call

    monkeypatch.setattr(Table, "flush", noting("flush", Table.flush))
    monkeypatch.setattr(os, "fsync", noting("fsync", os.fsync))
    monkeypatch.setattr(Checkpoint, "save", noting("checkpoint", Checkpoint.save))
    settings = ["population=20", "selection.elite=6", "generations=600"]
    evomod.run(evomod.load(SCENARIO, settings), tmp_path / "run", threaded=False)
    blocks = "".join({"flush": "f", "fsync": "s", "checkpoint": "c"}[step] for step in steps)
    assert blocks.count("c") >= 3
    for block in blocks.split("c")[:-1]:  # all tables, then the file, and the last checkpoint's own fsync before them
        assert block.rstrip("s").endswith("ffffff")
        assert block.endswith("s")

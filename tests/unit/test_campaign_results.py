"""Columns of the table: what is promised before the first run is what a run has."""

from __future__ import annotations

from pathlib import Path

import pytest

from evomod import runner
from evomod.campaign.results import look, numbers
from tests.whole.conftest import ARMS, tiny


@pytest.mark.parametrize("arm", ["elite", "lexicase, fading", "rank, neutral epochs", "together"])
def test_the_numbers_of_a_run_are_those_that_were_named_before(arm: str, tmp_path: Path) -> None:
    scenario = tiny(*ARMS[arm], "generations=300")
    runner.run(scenario, tmp_path / "run")
    row, _ = look(tmp_path / "run", 1)
    there = {key for key, value in row.items() if not isinstance(value, str)} - {"reason", "recent_epochs"}
    promised = set(numbers(scenario))
    assert there <= promised
    rare = {name for name in promised - there if not name.startswith(("last_epoch_ends.", "recent_epochs."))}
    assert not rare

"""Campaigns from Python, as other parts of the package and users' scripts carry them out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.whole.campaigns import table
from tests.whole.conftest import ROOT

SCRIPT = """
from typing import Literal

import evomod
from evomod import campaign
from evomod.goals.base import Cases, Goal, truth_table_inputs


class Most(Goal):
    '''Are at least so many inputs 1?'''

    kind: Literal["most"] = "most"
    ones: int = 2

    @property
    def n_outputs(self):
        return 1

    def cases(self, input_names, stream):
        inputs = truth_table_inputs(len(input_names))
        return Cases(inputs, inputs.sum(axis=1, keepdims=True) >= self.ones)


def cell(ones):
    scenario = evomod.loads(f'''
name: most
inputs: [a, b, c]
genotype: {{kind: circuit, n_gates: 9}}
goals: {{most: {{kind: most, ones: {ones}}}}}
schedule: {{kind: fixed, goal: most}}
population: 30
selection: {{kind: elite_replacement, elite: 9}}
generations: 40
''')
    return campaign.Cell({"ones": ones}, scenario)


if __name__ == "__main__":
    plan = campaign.Plan("most", (cell(1), cell(3)), runs=2)
    outcome = campaign.run(plan, "c", jobs=2)
    print(outcome.done, outcome.failed, outcome.errors)
    assert campaign.run(campaign.Campaign("c").plan, "c", jobs=2).done == 4
"""


def test_a_goal_of_ones_own_is_run_in_other_processes(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    environment = {"PYTHONPATH": str(ROOT), "PATH": ""}
    command = [sys.executable, "script.py"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "4 0 {}\n"
    assert [row["ones"] for row in table(tmp_path / "c")] == ["1", "3", "1", "3"]


def test_without_a_guard_the_way_out_is_said(tmp_path: Path) -> None:
    head, _, body = SCRIPT.partition('if __name__ == "__main__":\n')
    (tmp_path / "script.py").write_text(head + "\n".join(line[4:] for line in body.splitlines()))
    command = [sys.executable, "script.py"]
    done = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert "must do so under `if __name__" in last

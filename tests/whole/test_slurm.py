"""The array script for SLURM, run by bash, with a `scontrol` and a Python that write down what they were asked for."""

import os
import shutil
import signal
import subprocess
import time

import pytest

from evomod.campaign import Campaign, slurm
from evomod.errors import InputError
from tests.whole.dask_cluster import plan

SCONTROL = '#!/bin/bash\necho "$@" >> "$CALLS/requeued"\n'
PYTHON = """#!/bin/bash
printf '%s\\n' "$*" >> "$CALLS/python"
[ "$3" = campaign ] || exit "${WARMUP_CODE:-0}"
trap 'sleep 0.2; exit 75' USR1
[ "$LONG" ] && { touch "$CALLS/running"; while true; do sleep 0.05; done; }
exit "$CODE"
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / 'it\'s "mine" $HOME'


@pytest.fixture
def start(tmp_path, folder):
    """Begin to run the script as a job of the array."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, text in (("scontrol", SCONTROL), ("my python", PYTHON)):
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    slurm.write(
        tmp_path / "submit.sh",
        Campaign.begin(plan(4), folder),
        "tiny.yaml",
        shards=3,
        jobs=2,
        python=str(tools / "my python"),
    )

    def begin(task, **more):
        environment = {
            **os.environ,
            "PATH": f"{tools}:{os.environ['PATH']}",
            "CALLS": str(tmp_path),
            "TMPDIR": str(tmp_path),
        }
        job = {"SLURM_ARRAY_JOB_ID": "17", "SLURM_ARRAY_TASK_ID": str(task), "SLURM_CPUS_PER_TASK": "2"}
        return subprocess.Popen(["bash", tmp_path / "submit.sh"], env={**environment, "CODE": "0", **job, **more})

    return begin


def asked(tmp_path, name):
    path = tmp_path / name
    return path.read_text().splitlines() if path.exists() else []


def test_the_jobs_of_the_array_compile_and_then_do_all_shards(tmp_path, start, folder):
    assert [start(task).wait(20) for task in (1, 2, 3)] == [0, 0, 0]
    cells = f"{folder}/cells/0-asexual.yaml {folder}/cells/1-sexual.yaml"
    resume = f"-m evomod campaign resume {folder} --shard"
    calls = asked(tmp_path, "python")
    assert calls[::2] == [f"-m evomod warmup {cells}"] * 3
    assert calls[1::2] == [f"{resume} {k}/3 --jobs 2 --progress plain" for k in (1, 2, 3)]
    assert not asked(tmp_path, "requeued")


@pytest.mark.parametrize("number", [signal.SIGUSR1, signal.SIGTERM])
def test_a_warning_is_passed_on_and_the_job_is_queued_again_once(tmp_path, start, number):
    job = start(2, LONG="1")
    while not (tmp_path / "running").exists():
        time.sleep(0.01)
    job.send_signal(number)
    time.sleep(0.1)
    job.send_signal(number)
    assert job.wait(20) == 0
    assert asked(tmp_path, "requeued") == ["requeue 17_2"]


@pytest.mark.parametrize("code", [1, 2, 130])
def test_other_ends_of_a_shard_are_the_ends_of_its_job(tmp_path, start, code):
    assert start(1, CODE=str(code)).wait(20) == code
    assert not asked(tmp_path, "requeued")


def test_a_job_that_cannot_compile_ends(tmp_path, start):
    assert start(1, WARMUP_CODE="3").wait(20) == 3
    assert len(asked(tmp_path, "python")) == 1


def test_what_slurm_reads_stands_before_the_first_command(tmp_path, start, folder):
    head = (tmp_path / "submit.sh").read_text().partition("\npython=")[0].splitlines()
    options = [line.partition("  ")[0] for line in head if line.startswith("#SBATCH")]
    assert options == [
        "#SBATCH --time=04:00:00",
        "#SBATCH --job-name=tiny",
        "#SBATCH --array=1-3",
        "#SBATCH --cpus-per-task=2",
        "#SBATCH --signal=B:USR1@120",
        "#SBATCH --requeue",
        "#SBATCH --open-mode=append",
        '#SBATCH --output="' + str(folder).replace('"', '\\"') + '/logs/slurm-%a.log"',
    ]


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_finds_nothing(tmp_path, start):
    subprocess.run(["shellcheck", "--severity=warning", tmp_path / "submit.sh"], check=True)


@pytest.mark.parametrize("name", ["two\nlines", "100%a", "back\\slash"])
def test_a_folder_that_slurm_cannot_name_is_refused(tmp_path, name):
    campaign = Campaign.begin(plan(1), tmp_path / name)
    with pytest.raises(InputError, match="SLURM cannot write to such a path"):
        slurm.script(campaign, "tiny.yaml", shards=1, jobs=1, python="python")

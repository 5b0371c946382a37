"""Dask workers as jobs of a batch system, played by two small scripts."""

import os
import signal
import sys
import time
from functools import partial

import pytest

from evomod.campaign import run
from evomod.campaign.cluster import Dask
from evomod.errors import ClusterError
from tests.whole.dask_cluster import ROOT, after, plan, times_finished

SBATCH = """#!/bin/bash
cp "$1" "$JOBS/last.sh"
setsid bash "$JOBS/last.sh" > "$JOBS/$$.log" 2>&1 &
echo $! > "$JOBS/$!.pid"
echo "Submitted batch job $!"
"""
SCANCEL = """#!/bin/bash
kill -- -"$1"
rm -f "$JOBS/$1.pid"
"""
FILE = "kind: slurm\nworkers: 2\noptions: {queue: short, cores: 1, memory: 1GB, walltime: '1:00:00', interface: lo}\n"


pytestmark = pytest.mark.timeout(120)


def kill(job):
    """End a job; whether it was there."""
    try:
        os.killpg(int(job.stem), signal.SIGKILL)
    except ProcessLookupError:  # it has ended by itself, or not yet a group of its own
        return False
    return True


@pytest.fixture
def jobs(tmp_path, monkeypatch):
    """A folder with a file for each job that runs."""
    folder = tmp_path / "jobs"
    folder.mkdir()
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    (folder / "slurm.yaml").write_text(FILE)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("JOBS", str(folder))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("DASK_DISTRIBUTED__DEPLOY__LOST_WORKER_TIMEOUT", "1s")
    yield folder
    for path in folder.glob("*.pid"):
        kill(path)


@pytest.mark.verification
@pytest.mark.slice
def test_a_batch_system_starts_the_workers_replaces_those_that_end_and_is_told_when_they_are_not_needed(tmp_path, jobs):
    long = plan(generations=3000)

    def end_one():
        job = next(job for job in sorted(jobs.glob("*.pid")) if kill(job))
        job.unlink()
        latest = time.monotonic() + 30
        while len([*jobs.glob("*.log")]) < 3 and time.monotonic() < latest:  # the runs shall not be done before
            time.sleep(0.1)

    target = str(jobs / "slurm.yaml")
    outcome = run(long, tmp_path / "campaign", backend=partial(Dask, target), on_progress=after(2, end_one))
    assert (outcome.done, outcome.failed, times_finished(outcome.folder)) == (20, 0, [1] * 20)
    assert len([*jobs.glob("*.log")]) == 3
    assert not [*jobs.glob("*.pid")]
    script = (jobs / "last.sh").read_text()
    assert "#SBATCH -p short" in script
    assert f"{sys.executable} -m distributed.cli.dask_worker" in script
    assert "--nthreads 1" in script
    assert "export NUMBA_NUM_THREADS=1" in script


def test_what_a_batch_system_says_when_it_takes_no_job_is_passed_on(tmp_path, jobs):
    (jobs / "sbatch").write_text("#!/bin/bash\necho 'sbatch: error: invalid partition specified: short' >&2\nexit 1\n")
    with pytest.raises(ClusterError, match=r"^slurm: `sbatch` did not take the job: sbatch: error: invalid partition"):
        run(plan(), tmp_path / "campaign", backend=partial(Dask, str(jobs / "slurm.yaml")))

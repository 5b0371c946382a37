"""A script for SLURM: an array of jobs, each of which does one shard of a campaign's folder, until all is done."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from evomod.campaign.folder import Campaign
from evomod.errors import InputError

WARMED_UP = 20  # cells at most: most differ in numbers alone, and need the same code

_SCRIPT = """\
#!/bin/bash
# {name}: {runs:,} runs, made from {source}
# Submit this with `sbatch`, as often as you like: what is finished is skipped, what was interrupted is gone on with.
# A job does a shard of the campaign, with {jobs} process{es}; if its time is over before all is done, it queues itself
# again.
#
# Edit what your cluster asks for:
#SBATCH --time=04:00:00             # for one job; a shard that needs longer is queued again, and goes on
##SBATCH --partition=short          # remove one # from the lines that you need
##SBATCH --account=project
##SBATCH --mem-per-cpu=1G
#
# This need not be changed:
#SBATCH --job-name={name}
#SBATCH --array=1-{shards}
#SBATCH --cpus-per-task={jobs}
#SBATCH --signal=B:USR1@120         # two minutes before the time is over, and when somebody with priority comes
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output="{output}"

# Edit: what makes Python and evomod available here, such as `module load` or `source …/bin/activate`.
python={python}
folder={folder}
cd {cwd} || exit

# Compiled code lies on the node's own disk, and is made once a node: whoever comes second waits for the first.
NUMBA_CACHE_DIR="${{TMPDIR:-/tmp}}/evomod-$(id -un)"
export NUMBA_CACHE_DIR
export NUMBA_NUM_THREADS=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
mkdir -p "$NUMBA_CACHE_DIR"
flock "$NUMBA_CACHE_DIR/warmup.lock" "$python" -m evomod warmup \\
{cells} || exit

"$python" -m evomod campaign resume "$folder" --shard "$SLURM_ARRAY_TASK_ID/{shards}" \\
  --jobs "$SLURM_CPUS_PER_TASK" --progress plain &
campaign=$!
trap 'signalled=1; kill -USR1 "$campaign"' USR1 TERM

# `wait` returns whenever a signal comes; what counts is the code with which the campaign ends.
while
  signalled=
  wait "$campaign"
  code=$?
  [ "$signalled" ]
do :; done

if [ "$code" = 75 ]; then # stopped, and to be gone on with
  exec scontrol requeue "${{SLURM_ARRAY_JOB_ID}}_${{SLURM_ARRAY_TASK_ID}}"
fi
exit "$code"
"""


def script(campaign: Campaign, source: Path | str, *, shards: int, jobs: int, python: str) -> str:
    """The text of an array script, for bash and SLURM.

    Parameters
    ----------
    campaign : Campaign
        Its folder is on a disk that all nodes share.
    source : Path
        What the campaign was made from, for readers.
    shards : int
        Jobs of the array, at least 1.
    jobs : int
        Processes of each job, at least 1.
    python : str
        The interpreter, as the nodes see it.

    Raises
    ------
    InputError
        The path of the folder has a `%`, a backslash or a line break, of which SLURM makes something else.
    """
    folder = campaign.folder.resolve()
    if re.search(r"[%\\\n]", str(folder)):
        raise InputError(f"{str(folder)!r}: SLURM cannot write to such a path; choose another folder with --out")
    plan = campaign.plan
    some = range(0, len(plan.cells), -(-len(plan.cells) // WARMED_UP))
    cells = [f'  "$folder"/cells/{plan.cell_name(k)}.yaml' for k in some]
    return _SCRIPT.format(
        name=plan.name,
        runs=len(plan),
        source=" ".join(str(source).split()),
        shards=shards,
        jobs=jobs,
        es="es" if jobs > 1 else "",
        output=str(folder / "logs" / "slurm-%a.log").replace('"', '\\"'),
        python=shlex.quote(python),
        folder=shlex.quote(str(folder)),
        cwd=shlex.quote(str(Path.cwd())),
        cells=" \\\n".join(cells),
    )


def write(path: Path, campaign: Campaign, source: Path | str, *, shards: int, jobs: int, python: str) -> None:
    """Write the script of `script` to a file; InputError if that cannot be written."""
    try:
        path.write_text(script(campaign, source, shards=shards, jobs=jobs, python=python))
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror})") from error

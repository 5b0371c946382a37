"""Small runs, and how two runs are compared."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

import h5py
import numpy as np
import pytest

from evomod.cli import main
from evomod.document import Document
from evomod.lineage.checkpoint import Checkpoint
from evomod.lineage.folder import segment_paths
from evomod.lineage.reader import LineageReader
from evomod.runner import run
from evomod.scenario import parse

ROOT = Path(__file__).parents[2]
BLOCK = 256  # generations
TINY = """
name: tiny
inputs: [x, y, z, w]
genotype: {kind: circuit, n_gates: 12, gates: [nand], feedback: true}
goals:
  and: (x ^ y) & (w ^ z)
  or: (x ^ y) | (w ^ z)
  noise: {kind: random}
schedule: {kind: alternating, goals: [and, or], every: 20}
fitness: {costs: [{kind: gates, weight: 0.2, above: 11}]}
selection: {kind: elite_replacement, elite: 10}
population: 30
generations: 700
seed: 1
record: {births: all, genomes_every: 100}
"""
SEX = "variation.crossover={kind: one_point, rate: 0.5}"
ARMS = {
    "elite": (),
    "crossover": (SEX,),
    "random ties": ("selection.ties=random",),
    "tournament": ("selection={kind: tournament, size: 3, elite: 2, ties: random}", SEX),
    "lexicase, fading": (
        "selection={kind: lexicase, elite: 2}",
        "schedule={kind: drawn, goals: [and, or, noise], every: 20, fade: 7}",
    ),
    "truncation, random timing": (
        "selection={kind: truncation, best: 9, elite: 1, ties: random}",
        "schedule={kind: star_walk, centre: and, goals: [or, noise], every: 20, timing: random}",
        "variation={mutation: {kind: redraw, rate: 0.05, per: gene, deletion: 0.3}, crossover: {kind: two_point}}",
        "fitness.costs=[{kind: length, weight: 0.001, positions: plane}]",
    ),
    "rank, neutral epochs": (
        "selection={kind: rank, elite: 3}",
        "goals.nothing={kind: neutral}",
        "schedule={kind: alternating, goals: [and, nothing], every: [20, 9]}",
        "variation={mutation: {kind: bit, rate: 0.006, per: bit}, crossover: {kind: uniform, swap: 0.3}}",
        "initial={kind: random, links: 0.2, drift: 5}",
    ),
    "together": (
        "schedule={kind: together, goals: [and, or], weights: [2, 1]}",
        "fitness.costs=[{kind: longest, weight: 0.01, positions: layers}, {kind: squared_length, weight: 1e-4}]",
    ),
    "pnsga": (
        "selection={kind: pnsga, parents: 12, probability: 0.5}",
        "fitness.costs=[{kind: connections, above: 4}]",
        "record.genomes_every=90",
    ),
    "boltzmann": ("selection={kind: boltzmann, strength: 20, elite: 1}", "schedule.goals=[and, noise]"),
}
every_arm = pytest.mark.parametrize("arm", ARMS.values(), ids=ARMS)
all_births = pytest.mark.parametrize("births", ["all", "survivors", "none"])


@pytest.fixture(scope="session", autouse=True)
def _no_waiting_for_the_disk():
    """What fsync is for, a loss of power, cannot be tested here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture
def folder(tmp_path):
    """Where a run of another process shall be: in memory, where there is such a disk, so that nobody waits for it."""
    shared = Path("/dev/shm")  # noqa: S108
    parent = Path(tempfile.mkdtemp(dir=shared if os.access(shared, os.W_OK) else tmp_path))
    yield parent / "run"
    shutil.rmtree(parent)


def tiny(*settings):
    """The tiny scenario with `key=value` settings."""
    document = Document.parse(TINY)
    for setting in settings:
        document = document.override(setting)
    return parse(document)


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    """Contents of an uninterrupted run with these settings, made once."""

    @cache
    def made(*settings):
        folder = tmp_path_factory.mktemp("whole") / "run"
        assert run(tiny(*settings), folder).finished
        return contents(folder)

    return made


def interrupted(number, by=signal.SIGTERM):
    """A callback for a run in this process that sends it a signal after so many blocks."""
    seen = []

    def show(progress):
        seen.append(progress)
        if len(seen) == number:
            signal.raise_signal(by)

    return show


# Comparing ------------------------------------------------------------------------------------------------------------


def fingerprint(array):
    array = np.ascontiguousarray(array)
    return hashlib.sha256(f"{array.dtype.descr} {array.shape}".encode() + array.tobytes()).hexdigest()


def contents(folder):
    """Digests of all datasets of a run but `/timing`: as the reader gives them and, once merged, as HDF5 does."""
    found = {}
    with LineageReader(folder) as log:
        births = {"all": ["births/parents"], "survivors": ["births/survivors"], "none": []}[log.layout.births]
        if log.layout.births == "all" and log.layout.sexual:
            births.append("births/second_parents")
        for name in ("generations", "champions", "epoch_ends", *births):
            read = log.events if name in ("champions", "epoch_ends", "births/survivors") else log.per_generation
            found[name] = read(name)
        if log.layout.objectives:
            found["fronts"] = log.fronts()
        found["snapshots/generation"] = np.array(log.snapshot_generations, np.uint32)
        found["snapshots/genomes"] = np.stack([log.snapshot(g) for g in log.snapshot_generations])
        found |= {f"births/{name}": array for name, array in log.checkpoint.recent.items()}
        found["checkpoint"] = log.checkpoint.genomes
        state = [log.checkpoint.generation, log.checkpoint.state["champion"], log.checkpoint.state["solved"]]
        merged = len(log.segments) == 1 and "finished" in log.segments[0].file.attrs
    digests = {name: fingerprint(array) for name, array in found.items()} | {"state": str(state)}
    if merged:
        with h5py.File(folder / "lineage.0000.h5", "r") as file:  # an ordinary file, no SWMR needed
            stored = {name: fingerprint(array) for name, array in datasets(file).items()}
            if "recent_first" in file.get("births", file).attrs:
                stored["births/recent_first"] = fingerprint(np.array(file["births"].attrs["recent_first"], np.int64))
        assert stored == {name: digests[name] for name in digests if name not in ("checkpoint", "state")}
    return digests


def datasets(file):
    """All datasets of an HDF5 file, read in full; all but the wall times, which differ between equal runs."""
    found = {}
    file.visititems(lambda name, node: found.update({name: node[()]}) if isinstance(node, h5py.Dataset) else None)
    del found["timing/seconds"]
    return found


# Running --------------------------------------------------------------------------------------------------------------

# The command line in blocks of a few generations, so that a small run has hundreds of them.
SHORT_BLOCKS = "import sys; from evomod.lineage import schema; schema.BLOCK = 16; from evomod.cli import main; "
SHORT_BLOCKS += "sys.exit(main(sys.argv[1:]))"
SHORT_BLOCK = 16


def start(*arguments, code=None):
    """Begin `python -m evomod …`, or code that does so differently, as a process of its own."""
    head = ["-c", code] if code else ["-m", "evomod"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, *head, *map(str, arguments), "--progress", "none"]
    return subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def start_run(folder, *settings, code=None):
    """Begin to run the tiny scenario."""
    scenario = folder.with_name("tiny.yaml")
    scenario.write_text(TINY)
    options = [option for setting in settings for option in ("--set", setting)]
    return start("run", scenario, "--out", folder, *options, code=code)


def wait_until(condition, process, seconds=120):
    """Poll until something is true of a running process; its value."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert process.poll() is None, f"ended early with {process.returncode}: {process.communicate()}"
        assert time.monotonic() < end, "has not happened in time"
        time.sleep(0.01)
    return value


def reached(folder, generation=0):
    """The generation of the checkpoint, once it is that far; else None."""
    checkpoint = Checkpoint.load(folder)
    return checkpoint.generation if checkpoint and checkpoint.generation >= generation else None


def say(capsys, *arguments):
    """Exit code, stdout and stderr of a command, run in this process: an exception is a failure."""
    capsys.readouterr()
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as error:
        code = error.code
    out, err = capsys.readouterr()
    return code, out, err


def complaint(capsys, *arguments, code=2):
    """The one sentence with which a command refuses."""
    got, out, err = say(capsys, *arguments)
    assert got == code, err
    assert not out
    assert err.count("\n") == 1, err
    return err


def file_names(folder):
    """The files of the log."""
    return [path.name for path in segment_paths(folder)]

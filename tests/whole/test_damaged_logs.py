"""Numbers in a log that cannot be are refused in a sentence that names file or folder; nobody follows them."""

from __future__ import annotations

import re
import shutil

import h5py
import numpy as np
import pytest

import evomod
from evomod.errors import LogError
from evomod.lineage.pedigree import pedigree
from evomod.lineage.replay import verify
from evomod.runner import run
from tests.whole.conftest import SEX, interrupted, tiny

LOG = "lineage.0000.h5"


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    """Runs with crossover, by what was recorded of births."""
    folder = tmp_path_factory.mktemp("sound")
    for births in ("all", "survivors"):
        scenario = tiny("generations=2400", "population=12", "selection.elite=4", SEX, f"record.births={births}")
        run(scenario, folder / births)
    return folder


def column(name, value, row=-1):
    """Writes another value into a row of a table."""

    def change(rows):
        rows[name][row] = value
        return rows

    return change


def value(where, what):
    """Writes another value into an array."""

    def change(array):
        array[where] = what
        return array

    return change


# births, dataset, what is done to it (None: deleted), what is said
DAMAGES = {
    "parents of another type": ("all", "births/parents", lambda p: p.astype(np.int64), "births/parents"),
    "parents that are no numbers": ("all", "births/parents", lambda p: p.astype("S3"), "births/parents"),
    "too few places": ("all", "births/parents", lambda p: p[:, :5], r"rows of births/parents are \(5,\), not \(12,\)"),
    "flat parents": ("all", "births/parents", lambda p: p[:, 0], "rows of births/parents"),
    "second parents": ("all", "births/second_parents", lambda p: p[:, :5], "births/second_parents"),
    "goal": ("all", "generations", column("goal", 99, 60), "has goal 99 in generation 60, but they are 0 to 2"),
    "best": ("all", "generations", column("best", 12), "has best 12 in generation 2400"),
    "other columns": ("all", "generations", lambda rows: rows[["generation", "epoch"]], "generations"),
    "place of a champion": ("all", "champions", column("place", 12), "champions has place 12"),
    "goal of a champion": ("all", "champions", column("goal", 3), "champions has goal 3"),
    "genome of a champion": ("all", "champions", column("genome", 255), "champions has an illegal allele at locus 0"),
    "future champion": ("all", "champions", column("generation", 2**31), "champions goes on after the last"),
    "early champion": ("all", "champions", column("generation", 1), "champions is not in order"),
    "no champions": ("all", "champions", lambda rows: rows[:0], "has no champions"),
    "illegal genome": ("all", "snapshots/genomes", value((slice(None), 3, 5), 255), "genome 3 .* allele at locus 5"),
    "no first snapshot": ("all", "snapshots/generation", lambda g: g[1:], "no genomes of generation 0"),
    "no snapshots": ("all", "snapshots/generation", lambda g: g[:0], "no genomes of generation 0"),
    "fewer genomes": ("all", "snapshots/genomes", lambda g: g[:1], LOG),
    "narrow genomes": ("all", "snapshots/genomes", lambda g: g[:, :, :4], "rows of snapshots/genomes"),
    "genomes of fewer": ("all", "snapshots/genomes", lambda g: g[:, :4], "rows of snapshots/genomes"),
    "survivors out of order": ("survivors", "births/survivors", lambda rows: rows[::-1], "not in order"),
    "future survivors": ("survivors", "births/survivors", column("generation", 2**31), "after the last generation"),
    "survivors nowhere": ("survivors", "births/survivors", column("place", 12, 5), "births/survivors has place 12"),
    "short recent births": ("survivors", "births/recent_parents", lambda p: p[:100], "before the log does"),
    "narrow recent births": ("survivors", "births/recent_parents", lambda p: p[:, :5], "recent_parents is"),
    "lost second parents": ("survivors", "births/recent_second_parents", None, "recent_second_parents is not there"),
}


def damage(folder, name, change):
    """Replace a dataset, attributes and all, by what has become of it."""
    with h5py.File(folder / LOG, "r+") as file:
        array, attributes = file[name][()], dict(file[name].attrs)
        del file[name]
        if change is not None:
            file.create_dataset(name, data=change(array)).attrs.update(attributes)


def replayed(log):
    log.story("last")
    log.story("best")
    log.population(2390)
    log.frame("champions")


QUESTIONS = {
    "replay": replayed,
    "pedigree": lambda log: pedigree(log, log.problem).genomes(log, log.problem),
    "coalescence": lambda log: log.coalescence(100),
}


@pytest.mark.parametrize("which", DAMAGES.values(), ids=DAMAGES)
def test_what_cannot_be_is_refused_before_anybody_follows_it(which, originals, tmp_path):
    births, name, change, answer = which
    folder = shutil.copytree(originals / births, tmp_path / "run")
    damage(folder, name, change)
    said = [refusal(folder, ask) for ask in QUESTIONS.values()]
    assert re.search(answer, "; ".join(said))
    assert all(str(folder) in error for error in said if error)


def refusal(folder, ask):
    """What is said to a question; nothing if it was answered."""
    try:
        with evomod.open_run(folder) as log:
            ask(log)
    except LogError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("first", [5, 10**9, -255])
def test_recent_births_begin_where_the_decided_ones_end(first, originals, tmp_path):
    folder = shutil.copytree(originals / "survivors", tmp_path / "run")
    with h5py.File(folder / LOG, "r+") as file:
        file["births"].attrs["recent_first"] = first
    with evomod.open_run(folder) as log, pytest.raises(LogError, match=f"recent_first is {first}"):
        log.coalescence()


@pytest.mark.parametrize(
    ("other", "what"),
    [
        (("seed=2",), "seed"),
        (("record.births=none",), "layout"),
        (("selection.elite=9",), "scenario"),
    ],
)
def test_a_segment_of_another_run_is_refused(other, what, tmp_path):
    for name, more in (("run", ()), ("other", other)):
        run(tiny(*more), tmp_path / name, on_progress=interrupted(1))
        evomod.resume(tmp_path / name, on_progress=interrupted(1))
    shutil.copy(tmp_path / "other" / "lineage.0001.h5", tmp_path / "run")
    answer = f"lineage.0001.h5: is of another run than {LOG}: its {what} is not the same"
    with pytest.raises(LogError, match=answer):
        evomod.open_run(tmp_path / "run")


def test_a_run_may_become_longer_in_a_later_segment(tmp_path):
    run(tiny(), tmp_path / "run", on_progress=interrupted(1))
    evomod.resume(tmp_path / "run", generations=900, on_progress=interrupted(1))
    with evomod.open_run(tmp_path / "run") as log:
        assert len(log.segments) == 2


def another_parent(parents):
    """The last generation but 20, place 11."""
    parents[-20, 11] = (parents[-20, 11] + 1) % 12
    return parents


@pytest.mark.parametrize("ask", [verify, lambda log, problem: pedigree(log, problem).genomes(log, problem)])
def test_recorded_parents_who_were_others_are_found_at_the_next_snapshot(ask, tmp_path):
    run(tiny("generations=40", "record.genomes_every=20"), tmp_path / "run")
    with h5py.File(tmp_path / "run" / LOG, "r+") as file:
        file["births/parents"][30] = np.roll(file["births/parents"][30], 1)
    answer = "generation (39|40) cannot be made again from the log"
    with evomod.open_run(tmp_path / "run") as log, pytest.raises(LogError, match=answer):
        ask(log, log.problem)


@pytest.mark.parametrize(
    ("name", "change", "answer"),
    [
        ("survivors", column("parent", 3, 7), "another birth than births/survivors says"),
        ("survivors", lambda rows: rows[:-5], "another birth than births/survivors says"),
        ("survivors", lambda rows: np.append(rows, rows[-1:]), "another birth than births/survivors says"),
        ("recent_parents", another_parent, "place 11 has another parent than births/recent_parents says"),
        ("recent_second_parents", another_parent, "place 11 has another parent than births/recent_second_parents"),
    ],
)
def test_verification_compares_the_births_that_were_recorded(name, change, answer, originals, tmp_path):
    folder = shutil.copytree(originals / "survivors", tmp_path / "run")
    with evomod.open_run(folder) as log:
        assert verify(log, log.problem) == 25
    damage(folder, f"births/{name}", change)
    with evomod.open_run(folder) as log, pytest.raises(LogError, match=answer):
        verify(log, log.problem)

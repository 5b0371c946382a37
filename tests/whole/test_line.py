"""A line of descent is what one finds by asking each ancestor for its first parent, genomes and all."""

from __future__ import annotations

from itertools import islice

import h5py
import numpy as np
import pytest

import evomod
from evomod.engines import evolve
from evomod.errors import InputError, LogError
from evomod.lineage.reader import LineageReader
from evomod.runner import run
from tests.whole.conftest import all_births, every_arm, tiny

GENERATIONS = 300
SETTINGS = (f"generations={GENERATIONS}", "record.genomes_every=70")


@pytest.fixture(scope="module")
def engine():
    """Of all generations genomes, parents and second parents, and how many places were kept."""
    made = {}

    def of(*arm):
        if arm not in made:
            again = (g.population for g in islice(evolve(tiny(*arm).problem, 1), GENERATIONS + 1))
            made[arm] = [(p.genomes.copy(), p.parents.copy(), p.second_parents.copy(), p.n_kept) for p in again]
        return made[arm]

    return of


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("line") / "run"
    run(tiny(*SETTINGS), path)
    return path


@all_births
@every_arm
def test_a_line_is_made_of_first_parents(births, arm, engine, tmp_path):
    scenario, generations = tiny(*SETTINGS, *arm, f"record.births={births}"), engine(*arm)
    run(scenario, tmp_path / "run")
    with LineageReader(tmp_path / "run", scenario.problem) as log:
        for last, place, start in ((GENERATIONS, 29, 0), (GENERATIONS, 3, 150), (211, 17, 140), (70, 0, 70), (0, 5, 0)):
            line = log.line_of_descent((last, place), start)
            assert line.generations.tolist() == list(range(start, last + 1))
            for k in range(len(line) - 1, -1, -1):
                genomes, parents, second_parents, n_kept = generations[start + k]
                assert line.places[k] == place
                assert np.array_equal(line.genomes[k], genomes[place])
                assert k or line.second_parents[0] == -1
                if k:
                    assert line.second_parents[k] == second_parents[place]
                    assert line.born[k] == (parents[place] != place or place >= n_kept)
                    place = parents[place]


def test_the_best_and_the_last_have_names(folder):
    with evomod.open_run(folder) as log:
        assert log.line_of_descent("last").places[-1] == log.generations["best"][-1]
        best = log.line_of_descent()
        row = log.champions[log.champions["generation"] == best.generations[-1]][0]
        assert (best.places[-1], best.genomes[-1].tolist()) == (row["place"], row["genome"].tolist())
        assert row["benefit"] == log.champions["benefit"].max()


@pytest.mark.parametrize(
    ("individual", "start", "answer"),
    [
        ((301, 0), 0, "has generations 0 to 300; there is no generation 301"),
        ((-1, 0), 0, "there is no generation -1"),
        ((300, 30), 0, "has places 0 to 29; there is no place 30"),
        (("first"), 0, r"'best', 'last', or generation and place \[got 'first'\]"),
        ((100, 0), 101, "ends in generation 100 cannot begin in generation 101"),
        ((100, 0), -1, "cannot begin in generation -1"),
        ((100, 0), "0", "begins is a whole number"),
        ((10,), 0, r"or generation and place \[got \(10,\)\]"),
        ((5, 1.5), 0, r"a place is a whole number \[got 1.5\]"),
        ((True, 1), 0, r"a generation is a whole number \[got True\]"),
    ],
)
def test_who_is_not_there_is_refused_in_a_sentence(individual, start, answer, folder):
    with evomod.open_run(folder) as log, pytest.raises(InputError, match=answer):
        log.line_of_descent(individual, start)


@pytest.mark.parametrize("end", ["first", "last"])
def test_a_snapshot_at_either_end_of_a_line_is_compared(end, tmp_path):
    # A first one that is not what it was is what everybody is made from: the next ones tell.
    run(tiny(*SETTINGS), tmp_path / "run")
    with LineageReader(tmp_path / "run", tiny().problem) as log:
        places = log.line_of_descent((210, 3), 140).places
    row, place = (2, int(places[0])) if end == "first" else (3, 3)
    with h5py.File(tmp_path / "run" / "lineage.0000.h5", "r+") as file:
        genome = file["snapshots/genomes"][row, place]
        file["snapshots/genomes"][row, place] = genome ^ 1
    answer = r"generation 210 cannot be made again .* place 3 has another genome"
    with LineageReader(tmp_path / "run", tiny().problem) as log, pytest.raises(LogError, match=answer):
        log.line_of_descent((210, 3), 140)


def test_a_generation_is_a_whole_number(folder):
    with evomod.open_run(folder) as log:
        for wrong in (3.5, "3"):
            with pytest.raises(InputError, match="a generation is a whole number"):
                log.population(wrong)


def test_a_snapshot_that_contradicts_the_line_is_found_out(tmp_path):
    run(tiny(*SETTINGS), tmp_path / "run")
    with LineageReader(tmp_path / "run", tiny().problem) as log:
        place = int(log.line_of_descent("last").places[140])
    with h5py.File(tmp_path / "run" / "lineage.0000.h5", "r+") as file:
        genome = file["snapshots/genomes"][2, place]
        genome[3] ^= 1
        file["snapshots/genomes"][2, place] = genome
    with LineageReader(tmp_path / "run", tiny().problem) as log:
        with pytest.raises(LogError, match=f"generation 140 cannot be made again .* place {place} has another genome"):
            log.line_of_descent("last")
        assert len(log.line_of_descent("last", start=210)) == 91  # what comes after is not touched by that

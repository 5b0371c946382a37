"""Who descends from whom does not depend on what was recorded of births, nor on how they are read."""

from __future__ import annotations

from itertools import islice

import h5py
import numpy as np
import pytest

from evomod.engines import evolve
from evomod.errors import LogError
from evomod.lineage import births as module
from evomod.lineage.births import Births, parents_between
from evomod.lineage.reader import LineageReader
from evomod.lineage.replay import verify
from evomod.runner import resume, run
from tests.genealogies import ancestors, last_common
from tests.whole.conftest import ARMS, SEX, all_births, interrupted, tiny

GENERATIONS = 2100  # births of the first 1,024 have been decided
SETTINGS = (f"generations={GENERATIONS}", "record.genomes_every=300")
CHOSEN = {name: ARMS[name] for name in ("elite", "crossover", "tournament", "rank, neutral epochs", "together")}
some_arms = pytest.mark.parametrize("arm", CHOSEN.values(), ids=CHOSEN)


@pytest.fixture(scope="module")
def engine():
    """First and second parents of generations 1 to the last, straight from the engine."""
    made = {}

    def of(*arm, generations=GENERATIONS):
        if arm not in made:
            again = (g.population for g in islice(evolve(tiny(*arm).problem, 1), 1, generations + 1))
            both = [(p.parents.copy(), p.second_parents.copy()) for p in again]
            made[arm] = tuple(np.array(parents) for parents in zip(*both, strict=True))
        return made[arm]

    return of


@pytest.fixture(autouse=True, scope="module")
def _small_windows():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "WINDOW_BYTES", 1)  # a block each: several between snapshots
        yield


def assert_births_are(log, problem, expected):
    """Everybody's parents, onwards and backwards, and a few stretches; and the ancestors of a few generations."""
    n = log.n_generations
    for low, high in ((1, n), (255, 258), (n - 300, n), (700, 1333), (5, 5)):
        for windows in (Births(log, problem).onwards(low, high), Births(log, problem).backwards(low, high)):
            found = sorted(windows, key=lambda window: window.low)
            covered = [window.low + k for window in found for k in range(len(window.first))]
            assert covered == list(range(low, high))
            for window in found:
                rows = slice(window.low - 1, window.low - 1 + len(window.first))
                assert np.array_equal(window.first, expected[0][rows])
                assert np.array_equal(window.second, expected[1][rows])
        for found, right in zip(parents_between(log, problem, low, high), expected, strict=True):
            assert np.array_equal(found, right[low - 1 : high - 1])
    for of in (n - 1, n - 2, 1281, 1280, 1279, 1024):
        now = np.ones(log.layout.population, bool)
        for window in Births(log, problem, of).backwards(1, of + 1):
            for k in reversed(range(len(window.first))):
                before = np.zeros_like(now)
                for parents, right in zip((window.first, window.second), expected, strict=True):
                    assert np.array_equal(parents[k][now], right[window.low + k - 1][now])
                    before[parents[k][now]] = True
                now = before


@all_births
@some_arms
def test_parents_are_those_of_the_engine(births, arm, engine, tmp_path):
    scenario = tiny(*SETTINGS, *arm, f"record.births={births}")
    run(scenario, tmp_path / "run")
    with LineageReader(tmp_path / "run") as log:
        assert_births_are(log, scenario.problem, engine(*arm))


@all_births
@pytest.mark.parametrize("arm", [(), (SEX,)], ids=["asexual", "sexual"])
def test_so_they_are_while_the_run_is_going_on_in_its_third_process(births, arm, engine, tmp_path):
    scenario = tiny(*SETTINGS, *arm, f"record.births={births}")
    run(scenario, tmp_path / "run", on_progress=interrupted(3))
    resume(tmp_path / "run", on_progress=interrupted(3))
    resume(tmp_path / "run", on_progress=interrupted(1))
    with LineageReader(tmp_path / "run") as log:
        assert len(log.segments) == 3
        assert 1300 < log.n_generations < GENERATIONS
        assert_births_are(log, scenario.problem, engine(*arm))


@all_births
def test_so_they_are_where_no_genomes_but_the_first_are_stored(births, engine, tmp_path):
    scenario = tiny(*SETTINGS, "record.genomes_every=100000", f"record.births={births}")
    run(scenario, tmp_path / "run")
    with LineageReader(tmp_path / "run") as log:
        assert log.snapshot_generations == [0]
        assert_births_are(log, scenario.problem, engine())


@pytest.mark.parametrize("births", ["survivors", "none"])
def test_the_engine_runs_at_most_twice_over_any_generation(births, tmp_path, monkeypatch):
    scenario = tiny(*SETTINGS, "record.genomes_every=100000", f"record.births={births}")
    run(scenario, tmp_path / "run")
    steps = []

    def counted(*arguments):
        for generation in evolve(*arguments):
            steps.append(generation.population.generation)
            yield generation

    monkeypatch.setattr(module, "evolve", counted)
    with LineageReader(tmp_path / "run") as log:
        for _ in Births(log, scenario.problem).backwards(1, GENERATIONS + 1):
            pass
        assert max(np.bincount(steps)) <= 3  # once as a start
        steps.clear()
        for _ in Births(log, scenario.problem, GENERATIONS).backwards(1, GENERATIONS + 1):
            pass
        assert bool(steps) == (births == "none")  # the table and what is undecided are all that the living need


@all_births
@pytest.mark.parametrize("arm", [("engine=deap",), ("engine=deap", SEX)], ids=["asexual", "sexual"])
def test_so_they_are_by_the_engine_of_deap(births, arm, engine, tmp_path):
    pytest.importorskip("deap")
    scenario = tiny("generations=60", "record.genomes_every=25", *arm, f"record.births={births}")
    run(scenario, tmp_path / "run")
    first, second = engine(*arm, generations=60)
    with LineageReader(tmp_path / "run") as log:
        for window in Births(log, scenario.problem, 60).backwards(1, 61):
            rows = slice(window.low - 1, window.low - 1 + len(window.first))
            assert np.array_equal(window.first, first[rows])
            assert np.array_equal(window.second, second[rows])


@all_births
def test_a_run_answers_questions_of_descent(births, engine, tmp_path):
    run(tiny(*SETTINGS, SEX, f"record.births={births}"), tmp_path / "run")
    first, second = engine(SEX)
    with LineageReader(tmp_path / "run", tiny(SEX).problem) as log:
        everybody = range(30)
        expected = last_common(first, first, GENERATIONS, everybody)
        assert log.common_ancestor(GENERATIONS, everybody) == expected
        assert log.common_ancestor(GENERATIONS, everybody, "all") == last_common(first, second, GENERATIONS, everybody)
        row = log.coalescence()[-1]
        assert (row["generation"], row["mrca"], row["mrca_place"]) == (GENERATIONS, *expected)
        assert log.coalescence(every=700)["generation"].tolist() == [0, 700, 1400, 2100]
        for parents, other in (("first", first), ("all", second)):
            found = log.ancestors(GENERATIONS, [3, 17], at=2090, parents=parents)
            assert set(found) == ancestors(first, other, GENERATIONS, [3, 17], 2090)
            assert {3, 17} & set(log.descendants(2090, found, at=GENERATIONS, parents=parents)) == {3, 17}


@pytest.mark.parametrize("name", ["parents", "second_parents"])
def test_a_parent_that_there_is_not_is_refused_before_anybody_is_followed(name, tmp_path):
    run(tiny("generations=40", SEX), tmp_path / "run")
    with h5py.File(tmp_path / "run" / "lineage.0000.h5", "r+") as file:
        file[f"births/{name}"][30, 17] = 30
    with LineageReader(tmp_path / "run", tiny(SEX).problem) as log:
        for ask in (log.line_of_descent, log.coalescence, lambda: log.population(40), lambda: verify(log, log.problem)):
            with pytest.raises(LogError, match="generation 30, place 17 has parent 30, but places are 0 to 29"):
                ask()


@pytest.mark.parametrize(("column", "wrong"), [("place", 30), ("generation", 1), ("generation", 900), ("parent", 31)])
def test_a_damaged_table_of_lasting_births_is_refused(column, wrong, tmp_path):
    run(tiny(*SETTINGS, "record.births=survivors"), tmp_path / "run")
    with h5py.File(tmp_path / "run" / "lineage.0000.h5", "r+") as file:
        rows = file["births/survivors"][:]
        rows[column][np.searchsorted(rows["generation"], 300)] = wrong
        file["births/survivors"][:] = rows
    with LineageReader(tmp_path / "run", tiny().problem) as log, pytest.raises(LogError, match="is damaged"):
        log.ancestors(GENERATIONS, [0], at=0)


def test_a_champion_in_a_place_that_there_is_not_is_refused(tmp_path):
    run(tiny("generations=40"), tmp_path / "run")
    with h5py.File(tmp_path / "run" / "lineage.0000.h5", "r+") as file:
        rows = file["champions"][:]
        rows["place"] = 2**32 - 1
        file["champions"][:] = rows
    with LineageReader(tmp_path / "run", tiny().problem) as log, pytest.raises(LogError, match="has place 4294967295"):
        log.line_of_descent("best")

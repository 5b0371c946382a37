"""`engine: deap` makes runs like any other: same again, resumable, with log, figures, champions and replay."""

from __future__ import annotations

import json
import random
from hashlib import sha256
from itertools import islice, pairwise

import numpy as np
import pytest

import evomod
from evomod import runner
from evomod.deap_engine import evolve
from evomod.engine import Start
from evomod.errors import InputError, LogError
from evomod.lineage.reader import LineageReader
from evomod.lineage.replay import genomes, verify
from evomod.runner import resume, run
from evomod.scenario import NOT_HASHED
from evomod.selection.pareto import Pareto
from evomod.selection.tournament import Tournament
from tests.generators import logic_gates
from tests.whole.conftest import SEX, all_births, contents, interrupted, say, tiny
from tests.whole.problems import PROBLEMS as ALL
from tests.whole.test_engine import equal, snapshot

PROBLEMS = {name: problem for name, problem in ALL.items() if not isinstance(problem.selection, Pareto)}
every_problem = pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)
DEAP = ("engine=deap", "generations=300", "record.genomes_every=90", "population=20", "selection.elite=6")


def generations(problem, seed, n, start=None):
    return [snapshot(generation) for generation in islice(evolve(problem, seed, start), n)]


@every_problem
def test_the_same_seed_gives_the_same_generations_wherever_one_starts(problem):
    whole = generations(problem, 7, 20)
    random.seed(5)
    assert all(map(equal, whole, generations(problem, 7, 20)))
    assert not any(map(equal, whole[1:], generations(problem, 8, 20)[1:]))
    for first in (1, 5, 11):
        part = generations(problem, 7, 20 - first, Start(first, whole[first][3]))
        assert equal(part[0], whole[first], skip=(4, 5, 11))
        assert all(map(equal, part[1:], whole[first + 1 :]))


def test_the_callers_random_numbers_are_his_own():
    random.seed(1)
    before = random.getstate()
    for _ in islice(evolve(PROBLEMS["tournament"], 1), 5):
        assert random.getstate() == before


def test_each_generation_draws_numbers_of_its_own():
    blind = logic_gates(selection=Tournament(size=1))
    parents = [tuple(generation.population.parents) for generation in islice(evolve(blind, 1), 20)]
    assert len(set(parents)) == 20


@every_problem
def test_parents_lead_to_what_was_inherited(problem):
    whole, crossed = generations(problem, 2, 12), 0
    gene = problem.encoding.gene
    for old, new in pairwise(whole):
        parents, n_kept, second = new[4], new[5], new[11]
        assert n_kept == problem.selection.n_elite
        assert np.array_equal(new[3][:n_kept], old[3][parents[:n_kept]])
        own, others = new[3] == old[3][parents], new[3] == old[3][second]
        foreign = np.array([(~own[i] & ~others[i]).sum() for i in range(len(parents))])
        if problem.variation.mutation.per == "genome":
            assert (foreign <= 1).all()  # a mutation at most
        assert foreign.mean() < problem.encoding.n_loci / 8
        assert np.array_equal(parents[:n_kept], second[:n_kept])
        crossed += (parents != second).sum()
        assert len(gene) == new[3].shape[1]
    assert bool(crossed) == problem.variation.sexual


def test_founders_are_those_of_the_other_engine():
    for problem in PROBLEMS.values():
        ours, theirs = next(evomod.evolve(problem, 3)), next(evolve(problem, 3))
        assert equal(snapshot(ours), snapshot(theirs))


@all_births
@pytest.mark.parametrize("arm", [(), (SEX, "selection={kind: lexicase, elite: 2, ties: random}")], ids=["elite", "sex"])
def test_a_run_by_deap_is_logged_resumed_and_made_again_like_any_other(births, arm, tmp_path):
    scenario = tiny(*DEAP, *arm, f"record.births={births}")
    run(scenario, tmp_path / "whole")
    run(scenario, tmp_path / "run", on_progress=interrupted(1))
    assert resume(tmp_path / "run").generation == 300
    assert contents(tmp_path / "run") == contents(tmp_path / "whole")
    by_hand = [generation.population.genomes for generation in islice(evolve(scenario.problem, 1), 301)]
    with LineageReader(tmp_path / "run") as log:
        for generation in (0, 1, 89, 91, 256, 257, 300):
            assert np.array_equal(genomes(log, scenario.problem, generation), by_hand[generation])
        assert verify(log, scenario.problem) == 4
        with pytest.raises(LogError, match="cannot be made again"):
            verify(log, tiny(*DEAP, *arm, "engine=evomod").problem)


def test_a_kill_before_a_checkpoint_changes_nothing(tmp_path, monkeypatch):
    class Killed(BaseException):
        pass

    saved, save = [], runner.Checkpoint.save

    def die(checkpoint, path):
        saved.append(checkpoint.generation)
        if len(saved) == 2:
            raise Killed
        save(checkpoint, path)

    run(tiny(*DEAP, "generations=600"), tmp_path / "whole")
    with monkeypatch.context() as patch:
        patch.setattr(runner.Checkpoint, "save", die)
        with pytest.raises(Killed):
            run(tiny(*DEAP, "generations=600"), tmp_path / "run", threaded=False)
    resume(tmp_path / "run")
    assert contents(tmp_path / "run") == contents(tmp_path / "whole")


def test_the_command_line_draws_and_shows_a_run_by_deap(tmp_path, capsys):
    settings = [
        option for setting in ("engine=deap", "population=50", "selection.elite=15") for option in ("--set", setting)
    ]
    out = tmp_path / "run"
    code, _, err = say(capsys, "run", "scenarios/logic_gates.yaml", *settings, "--generations", "200", "--out", out)
    assert code == 0, err
    assert {"fitness.png", "circuit.png"} <= {path.name for path in out.iterdir()}
    code, shown, _ = say(capsys, "show", out, "--json")
    assert code == 0
    assert json.loads(shown)
    provenance = json.loads((out / "provenance.json").read_text())
    assert provenance["environment"]["libraries"]["deap"]["version"]


def test_the_engine_tells_folders_apart_but_the_default_keeps_their_names():
    default, chosen = tiny(), tiny("engine=evomod")
    assert default.digest() == chosen.digest() != tiny("engine=deap").digest()
    later = (*NOT_HASHED, "engine", "noise", "failure")  # and `fitness.success`
    before = {key: value for key, value in default.resolved().items() if key not in later}
    del before["fitness"]["success"]
    assert sha256(json.dumps(before, sort_keys=True).encode()).hexdigest().startswith(default.digest())
    assert tiny("engine=deap").problem != default.problem


def test_a_run_that_deap_cannot_make_leaves_no_folder(tmp_path, monkeypatch):
    def refuse(problem):
        raise InputError("no")

    monkeypatch.setattr(runner, "ready", refuse)
    with pytest.raises(InputError):
        run(tiny(*DEAP), tmp_path / "run")
    assert not (tmp_path / "run").exists()

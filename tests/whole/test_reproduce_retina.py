"""`reproduce ka05-retina`: a tiny run of the whole study; what is taken of solutions, on nets that are known."""

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evomod import load
from evomod.cli import main
from evomod.measures.base import Specimen
from evomod.measures.one_mutants import one_mutants
from evomod.neighbourhood import assessed
from evomod.problem import Problem
from evomod.reproduce import ka05_retina
from evomod.reproduce.ka05_retina import accuracy, switching
from evomod.reproduce.ka05_retina_rows import NAMES, rows
from evomod.reproduce.ka05_runs import Circuits, End, Evolved
from evomod.reproduce.rows import Row
from evomod.reproduce.study import Study, scenarios

SMALLER = "population: 60, selection.elite: 18, generations: 400, record: {births: none, genomes_every: 100000}"


def small(folder: Path) -> Study:
    """The same study with runs of some hundred generations of sixty nets, of which 70 % right is success."""
    text = (scenarios() / "campaigns" / ka05_retina.STUDY.campaign).read_text()
    text = text.replace("../", f"{scenarios()}/")
    text = re.sub(r"extra_generations: \d+", "extra_generations: 100", text)
    text = re.sub(r"set: {.*}\n", f"set: {{{SMALLER}, fitness.success: 0.7}}\n", text)
    path = folder / ka05_retina.STUDY.campaign
    path.write_text(text)
    return replace(ka05_retina.STUDY, campaign=str(path))


@pytest.fixture
def _no_nulls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nets so bad are of sizes whose nulls are not shipped, and take long: Q alone is measured."""
    monkeypatch.setattr("evomod.measures.q_m.NormalisedModularity._null", lambda *_: None)


@pytest.mark.usefixtures("_no_nulls")
def test_the_command_carries_it_out_and_writes_what_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ka05_retina, "STUDY", small(tmp_path))
    out = tmp_path / "out"
    arguments = ["reproduce", "ka05-retina", "--runs", "1", "--jobs", "1", "--progress", "none", "--out", str(out)]
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert "10 of 10 runs done" in said
    assert "21,000 (+29,000, -3,600)" in said
    assert (out / "ka05-retina.png").stat().st_size > 10_000
    nets = list(csv.DictReader(io.StringIO((out / "nets.csv").read_text())))
    assert {net["condition"] for net in nets} == set(NAMES)
    for net in nets:
        assert (float(net["benefit"]) >= 0.7) == (net["perfect"] == "True") == (net["switch"] != "")
        assert float(net["accuracy"]) == float(net["benefit"]) or "all patterns" not in net["condition"]


# Solutions ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def problem() -> Problem:
    return load(scenarios() / "retina.yaml").problem


def net(problem: Problem, output: list[int]) -> np.ndarray:
    """Random detectors below an output neuron of these genes: two sources, two weights, a threshold."""
    genome = problem.encoding.draw(1, 34)[0]  # whose thresholds and weights have different effects on either goal
    genome[-5:] = output
    return genome


def end(problem: Problem, genome: np.ndarray, goal: str, perfect: bool = True) -> End:
    return End(goal, 0, 1.0, 15, 40, perfect, Specimen("a net", problem=problem, genome=genome, goal=goal, seed=5))


def easier(problem: Problem, success: float) -> Problem:
    return replace(problem, fitness=problem.fitness.model_copy(update={"success": success}))


def test_accuracy_asks_all_patterns_and_not_the_sample(problem: Problem) -> None:
    genome = net(problem, [0, 1, 1, 1, 1])
    specimen = end(problem, genome, "and").specimen
    phenotype = problem.encoding.develop(genome, problem.inputs)
    cases = problem.whole.cases("and", 0, 0)
    right = [phenotype.respond(row)[0] == float(t[0]) for row, t in zip(cases.inputs, cases.targets, strict=True)]
    assert accuracy(specimen) == np.mean(right)


@pytest.mark.parametrize("goal", ["and", "or"])
def test_one_mutants_switch_if_any_of_them_solves_the_other_goal(problem: Problem, goal: str) -> None:
    genome, other = net(problem, [0, 1, 1, 1, 0]), {"and": "or", "or": "and"}[goal]
    ((_, near),) = one_mutants(problem.encoding, genome[None])
    share = assessed(problem, near, other, problem.targets(other, 0, 5)).hits / problem.full_hits
    for success, switches in ((share.max(), 1), (share.max() + 0.01, 0)):
        found = switching([end(easier(problem, success), genome, goal)])
        assert found["switch"].tolist() == [switches]
        assert found["switch_share"] == pytest.approx((share >= success).mean())
    own = [*genome[:-1].tolist(), (genome[-1] + 1) % 3], [*genome[:-1].tolist(), (genome[-1] + 2) % 3]
    best = assessed(problem, np.array(own, np.uint8), other, problem.targets(other, 0, 5)).hits.max() / 100
    assert switching([end(easier(problem, best), genome, goal)])["switch_threshold"].tolist() == [1]
    assert switching([end(easier(problem, best + 0.01), genome, goal)])["switch_threshold"].tolist() == [0]


def test_what_solves_nothing_cannot_be_switched(problem: Problem) -> None:
    found = switching([end(problem, net(problem, [0, 1, 1, 1, 1]), "and", perfect=False)])
    assert all(np.isnan(values).all() for values in found.values())


# Rows -----------------------------------------------------------------------------------------------------------------


def run(problem: Problem, condition: str, index: int, time: int | None, goal: str) -> Evolved:
    last = (end(problem, net(problem, [0, 1, 1, 1, 1]), goal, perfect=time is not None),)
    return Evolved(condition, index, 50_000, {goal: time}, last, np.array([2.0, np.nan]), ())


def table(problem: Problem, varying: np.ndarray, fixed: np.ndarray) -> dict[str, Row]:
    """Rows for runs with these values of Q_m; T is some 2,600 and 21,000 generations, but one run solves nothing."""
    runs = {
        "MVG": [run(problem, "MVG", k, 2500 + 10 * k, "and") for k in range(len(varying))],
        "FG and": [run(problem, "FG and", k, 21_000 + 10 * k if k else None, "and") for k in range(len(fixed))],
    }
    ends = Circuits([one for group in runs.values() for one in group], {})
    columns = ("q", "density", "edges", "gates")
    ends.values |= {f"random_genomes.{name}": np.ones(len(ends.pairs)) for name in columns}
    ends.values |= {name: np.ones(len(ends.pairs)) for name in ("benefit", "accuracy", "switch", "switch_threshold")}
    ends.values["random_genomes.q_m"] = np.concatenate([varying, fixed])
    found = list(rows(runs, ends))
    assert len({row.what for row in found}) == len(found)
    return {row.what: row for row in found}


SPREAD = np.linspace(-0.05, 0.05, 30)


def test_the_papers_own_numbers_agree_with_the_paper(problem: Problem) -> None:
    found = table(problem, 0.35 + SPREAD, 0.15 + SPREAD)
    for what in (
        "MVG, E = 20: T",
        "FG on AND takes longer than MVG, E = 20",
        "MVG, E = 20: solutions",
        "FG, AND: solutions",
        "MVG, E = 20, AND: solutions",
        "MVG, E = 20: generations until solved again",
    ):
        assert found[what].verdict == "agrees"
        assert found[what].paper
    assert found["MVG, E = 20: share of the last 20 epochs that get solved"].ours.value == 0.5


def test_a_reversed_effect_is_said_to_differ_and_runs_that_solved_nothing_count(problem: Problem) -> None:
    found = table(problem, -0.1 + SPREAD, 0.35 + SPREAD)
    for what in ("MVG, E = 20, AND: solutions", "FG, AND: solutions", "MVG, E = 20: solutions"):
        assert found[what].verdict == "differs"
    assert (found["FG, AND: solved"].n, found["FG, AND: T"].n, found["FG, AND: all ends"].n) == (30, 29, 30)
    longer = found["FG on AND takes longer than MVG, E = 20"].ours.value
    assert longer == pytest.approx((50_000 + 29 * 21_000 + 10 * sum(range(30))) / 30 - 2500 - 145)

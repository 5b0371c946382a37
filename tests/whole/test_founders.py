"""Runs that begin with given circuits, with files, with populations of other runs: what is read, kept and noticed."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

import evomod
from evomod.errors import InputError, RunFolderError
from evomod.lineage import replay
from evomod.netlists import formats
from evomod.netlists.synthesis import synthesise
from evomod.rerun import rerun
from evomod.yaml_core import to_yaml
from tests.whole.conftest import TINY, complaint

G1, G2 = "(x ^ y) & (w ^ z)", "(x ^ y) | (w ^ z)"


def begun(initial: str, *more: str) -> evomod.Scenario:
    return evomod.loads(TINY, [f"initial={initial}", "generations=60", *more])


def first_genomes(folder: Path) -> np.ndarray:
    with evomod.open_run(folder) as log:
        return log.snapshot(0)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Another run, of 40 individuals."""
    evomod.run(evomod.loads(TINY, ["generations=50", "population=40"]), tmp_path / "source")
    return tmp_path / "source"


def test_a_circuit_from_an_expression_is_perfect_from_the_start(tmp_path: Path) -> None:
    evomod.run(begun(f"{{kind: circuit, computes: {G2}}}"), tmp_path / "run")
    with evomod.open_run(tmp_path / "run") as log:
        assert log.champions[0]["benefits"].tolist() == [0.5, 1.0]
        assert log.champions[0]["parts"] == 11
        assert (log.snapshot(0) == log.snapshot(0)[0]).all()
        assert replay.verify(log, log.problem) == 1


def test_netlists_found_in_turn(tmp_path: Path) -> None:
    for name, expression in (("a.v", G1), ("b.blif", G2)):
        circuit = synthesise([expression], "xyzw", ["nand"])
        (tmp_path / name).write_text(formats.write(circuit, {"a.v": "verilog", "b.blif": "blif"}[name], "c"))
    scenario = begun(f"{{kind: file, path: [{tmp_path / 'a.v'}, {tmp_path / 'b.blif'}]}}")
    evomod.run(scenario, tmp_path / "run")
    parts = [
        len(scenario.problem.encoding.develop(genome, tuple("xyzw"), ("out",)).effective())
        for genome in first_genomes(tmp_path / "run")
    ]
    assert parts == [10, 11] * 15


@pytest.mark.parametrize(("generation", "number"), [("last", 50), ("20", 20), ("0", 0)])
def test_a_population_of_another_run_goes_on(source: Path, tmp_path: Path, generation: str, number: int) -> None:
    evomod.run(begun(f"{{kind: run, path: {source}, generation: {generation}}}"), tmp_path / "run")
    with evomod.open_run(source) as log:
        expected = replay.genomes(log, log.problem, number)
    assert np.array_equal(first_genomes(tmp_path / "run"), expected[:30])  # 40 there, 30 here


def test_a_small_population_is_taken_over_and_over_and_the_best_may_be_taken_alone(
    source: Path, tmp_path: Path
) -> None:
    evomod.run(begun(f"{{kind: run, path: {source}}}", "population=100"), tmp_path / "many")
    many = first_genomes(tmp_path / "many")
    assert np.array_equal(many[:40], many[40:80])
    evomod.run(begun(f"{{kind: run, path: {source}, who: best}}"), tmp_path / "best")
    with evomod.open_run(source) as log:
        assert np.array_equal(first_genomes(tmp_path / "best")[7], log.champions["genome"][-1])


def test_two_populations_are_mixed_half_and_half(source: Path, tmp_path: Path) -> None:
    """The assay of PKA08: two populations under a goal that is new to both."""
    parts = (
        f"{{share: 1, initial: {{kind: run, path: {source}}}}}",
        f"{{share: 1, initial: {{kind: circuit, computes: {G1}}}}}",
    )
    evomod.run(begun(f"{{kind: mix, of: [{', '.join(parts)}]}}"), tmp_path / "run")
    genomes = first_genomes(tmp_path / "run")
    with evomod.open_run(source) as log:
        assert np.array_equal(genomes[:15], replay.genomes(log, log.problem, 50)[:15])
    assert (genomes[15:] == genomes[15]).all()


def test_a_run_from_a_population_is_made_again_even_when_its_source_is_gone(source: Path, tmp_path: Path) -> None:
    evomod.run(begun(f"{{kind: run, path: {source}}}"), tmp_path / "run")
    source.rename(tmp_path / "elsewhere")
    assert rerun(tmp_path / "run").same
    with evomod.open_run(tmp_path / "run") as log:
        assert replay.verify(log, log.problem) == 1
    assert evomod.resume(tmp_path / "run", generations=90).generation == 90


def test_another_content_is_another_run_and_is_noticed(source: Path, tmp_path: Path) -> None:
    scenario = begun(f"{{kind: run, path: {source}}}")
    evomod.run(scenario, tmp_path / "run")
    resolved = evomod.load(tmp_path / "run" / "resolved.yaml")
    assert resolved.initial.sha256
    assert resolved.digest() != scenario.digest()
    evomod.resume(source, generations=80)
    with pytest.raises(RunFolderError, match="they differ in initial"):
        evomod.run(scenario, tmp_path / "run")
    node = resolved.resolved()
    node["initial"]["generation"] = 60
    with pytest.raises(InputError, match="sha256 differs"):
        evomod.run(evomod.loads(to_yaml(node)), tmp_path / "again")


def test_founders_that_have_changed_before_the_first_checkpoint_are_refused(source: Path) -> None:
    initial = begun(f"{{kind: run, path: {source}, generation: 50, sha256: {'f' * 64}}}").initial
    problem = begun("{kind: random}").problem
    with evomod.open_run(source) as log:
        genomes = replay.genomes(log, log.problem, 50)
    with pytest.raises(InputError, match="sha256 differs"):
        initial.found(problem.founding(1, read_run=lambda *_: (50, genomes)))


def test_the_last_generation_of_a_run_that_goes_on_is_pinned_by_its_number(source: Path, tmp_path: Path) -> None:
    evomod.run(begun(f"{{kind: run, path: {source}}}"), tmp_path / "run")
    resolved = evomod.load(tmp_path / "run" / "resolved.yaml")
    assert resolved.initial.generation == 50
    evomod.resume(source, generations=80)
    evomod.run(resolved, tmp_path / "again")
    assert np.array_equal(first_genomes(tmp_path / "run"), first_genomes(tmp_path / "again"))


def test_drift_before_the_start_leaves_benefits_alone(tmp_path: Path) -> None:
    scenario = begun(f"{{kind: circuit, computes: {G1}, drift: 200}}")
    (first,) = islice(evomod.evolve(scenario.problem, 1), 1)
    assert (first.population.hits == scenario.problem.max_hits).all()
    assert len(np.unique(first.population.genomes, axis=0)) > 15


@pytest.mark.parametrize(
    ("initial", "words"),
    [
        ("{kind: run, path: nowhere}", "nowhere: is not a run folder"),
        ("{kind: file, path: nothing.v}", "nothing.v"),
        ("{kind: file, path: tiny.yaml}", "tiny.yaml"),
        ("{kind: circuit, computes: x ^ k}", "unknown input 'k'"),
        ("{kind: circuit, computes: [x, y]}", "initial.computes"),
        ("{kind: mix, of: []}", "initial.of"),
        ("{kind: random, links: 2}", "initial.links"),
    ],
)
def test_what_cannot_be_begun_with_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], initial: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tiny.yaml").write_text(TINY)
    for command in ("check", "run"):
        assert words in complaint(capsys, command, "tiny.yaml", "--set", f"initial={initial}")


def test_genomes_of_another_kind_of_circuit_are_refused(source: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="must be the same"):
        evomod.run(begun(f"{{kind: run, path: {source}}}", "genotype.n_gates=11"), tmp_path / "run")
    with pytest.raises(InputError, match="no generation 51"):
        evomod.run(begun(f"{{kind: run, path: {source}, generation: 51}}"), tmp_path / "run")


def test_the_engine_alone_says_that_it_reads_no_files(source: Path) -> None:
    with pytest.raises(InputError, match=r"evomod\.run"):
        next(evomod.evolve(begun(f"{{kind: run, path: {source}}}").problem, 1))

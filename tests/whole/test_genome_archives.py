"""Genomes as NPZ: what NumPy reads without pickle is what evolved."""

from __future__ import annotations

import json

import numpy as np
import pytest

from evomod.errors import InputError
from evomod.lineage.export.genome_archive import write_genomes
from evomod.lineage.reader import LineageReader
from evomod.runner import run
from tests.whole.conftest import SEX, all_births, tiny
from tests.whole.pedigrees import evolved


@all_births
@pytest.mark.parametrize("sex", [(), (SEX,)], ids=["asexual", "sexual"])
@pytest.mark.parametrize("generations", [None, [0], [700, 3, 257, 3], range(95, 210)])
def test_the_arrays_are_what_the_engine_made(births, sex, generations, tmp_path):
    scenario = tiny(*sex, f"record.births={births}")
    run(scenario, tmp_path / "run")
    with LineageReader(tmp_path / "run") as log:
        write_genomes(log, scenario.problem, tmp_path / "genomes.npz", generations)
    wanted = [700] if generations is None else sorted(set(generations))
    genomes, parents, second = evolved(*sex)
    with np.load(tmp_path / "genomes.npz", allow_pickle=False) as file:
        assert np.array_equal(file["genomes"], np.concatenate(genomes[wanted]))
        assert file["genomes"].dtype == np.uint8
        assert np.array_equal(file["parents"], np.concatenate(parents[wanted]))
        assert np.array_equal(file["generation"], np.repeat(wanted, 30))
        assert np.array_equal(file["place"], np.tile(np.arange(30), len(wanted)))
        assert ("second_parents" in file) == bool(sex)
        if sex:
            assert np.array_equal(file["second_parents"], np.concatenate(second[wanted]))
        header = json.loads(str(file["header"]))
    assert header["seed"] == 1
    assert header["scenario"] == scenario.resolved()
    encoding = scenario.problem.encoding
    assert [locus["gene"] for locus in header["loci"]] == encoding.gene.tolist()
    assert [locus["alleles"] for locus in header["loci"]] == encoding.alleles.tolist()


def test_what_cannot_be_written_is_said_and_leaves_nothing(tmp_path, monkeypatch):
    run(tiny(), tmp_path / "run")
    path = tmp_path / "genomes.npz"
    with LineageReader(tmp_path / "run") as log:
        for generations, target, words in (
            ([701], path, "generations 0 to 700"),
            ([], path, "name at least one"),
            ([5], tmp_path / "nowhere" / "genomes.npz", "a folder that does not exist"),
            ([5], tmp_path / "run", "is a folder"),
        ):
            with pytest.raises(InputError, match=words):
                write_genomes(log, tiny().problem, target, generations)
        monkeypatch.setattr("evomod.lineage.export.genome_archive.MOST", 10_000)
        with pytest.raises(InputError, match="ask for at most 13 at a time"):
            write_genomes(log, tiny().problem, path, range(14))

        def broken(file, **_):
            file.write(b"half")
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(np, "savez_compressed", broken)
        with pytest.raises(InputError, match="No space left"):
            write_genomes(log, tiny().problem, path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["run"]

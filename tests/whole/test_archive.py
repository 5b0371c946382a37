"""Archives: whole, the same bytes each time, and enough to make everything again."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shlex
import zipfile
from pathlib import Path

import numpy as np
import pytest
import yaml

import evomod
from evomod.errors import InputError, InUseError, LogError, RunFolderError
from evomod.lineage.comparison import compare
from evomod.lineage.folder import locked
from evomod.lineage.reader import LineageReader
from evomod.publication import packing
from evomod.publication.archive import archive
from evomod.runner import open_run, run
from tests.whole.campaigns import plan
from tests.whole.conftest import complaint, interrupted, say, tiny

SETTINGS = ("generations=120", "measures=[{kind: q, every: 40}]")


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> Path:
    """A small run that ended, with a figure of somebody's own beside it."""
    folder = tmp_path_factory.mktemp("archive") / "run"
    run(tiny(*SETTINGS), folder, text="# as it was written\n")
    (folder / "mine.png").write_bytes(b"a figure")
    return folder


@pytest.fixture(scope="module")
def campaign(tmp_path_factory) -> Path:
    from evomod import campaign

    folder = tmp_path_factory.mktemp("archive") / "c"
    campaign.run(plan(runs=2), folder, jobs=1)
    return folder


def unpacked(path: Path, where: Path) -> Path:
    with zipfile.ZipFile(path) as file:
        file.extractall(where)
    (top,) = where.iterdir()
    return top


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def made_again(folder: Path, to: Path, capsys) -> Path:
    """Do what the README in a folder says."""
    command = re.search(r"^    python -m evomod (.*)$", (folder / "README.md").read_text(), re.MULTILINE)[1]
    words = [str(folder / word) if word.endswith(".yaml") else word for word in shlex.split(command)]
    code, _, err = say(capsys, *words, "--out", to, "--progress", "none")
    assert code == 0, err
    return to


def assert_same_log(one: Path, two: Path) -> None:
    with LineageReader(one) as left, LineageReader(two) as right:
        comparison = compare(left, right)
    assert comparison.same, str(comparison)


def test_a_run_is_made_again_from_its_archive_byte_for_byte(done, tmp_path, capsys):
    folder = unpacked(archive(done, tmp_path / "a.zip"), tmp_path / "there")
    assert folder.name == f"tiny-{tiny(*SETTINGS).digest()}-s1"
    assert_same_log(made_again(folder, tmp_path / "again", capsys), done)
    assert say(capsys, "rerun", folder)[0] == 0
    page = (folder / "README.md").read_text()
    assert f"Made with evomod, version {evomod.__version__}" in page
    assert "`python -m evomod rerun .`" in page
    assert "`/timing` in the log" in page


def test_every_file_is_there_hashed_and_explained(done, tmp_path):
    folder = unpacked(archive(done, tmp_path / "a.zip"), tmp_path / "there")
    there = names(folder)
    assert names(done) <= there
    assert (folder / "mine.png").read_bytes() == b"a figure"
    assert (folder / "scenario.yaml").read_text() == "# as it was written\n"
    sums = dict(reversed(line.split("  ")) for line in (folder / packing.MANIFEST).read_text().splitlines())
    assert set(sums) == there - {packing.MANIFEST}
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in sums.items())
    listed = re.findall(r"^\| `([^`]+)` \| \S", (folder / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(there)
    assert "somebody put it" not in (folder / "README.md").read_text()


def test_the_same_folder_gives_the_same_bytes_also_when_it_was_unpacked(done, tmp_path):
    one, two = archive(done, tmp_path / "1.zip"), archive(done, tmp_path / "2.zip")
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert file.namelist()[:-1] == sorted(file.namelist()[:-1])
    again = archive(unpacked(one, tmp_path / "there"), tmp_path / "3.zip")
    assert again.read_bytes() == one.read_bytes()


def test_tables_say_exactly_what_the_log_says(done, tmp_path):
    folder = unpacked(archive(done, tmp_path / "a.zip"), tmp_path / "there")

    def table(name):
        with (folder / f"tables/{name}.csv").open(newline="") as file:
            return list(csv.DictReader(file))

    with open_run(done) as log:
        rows = table("generations")
        assert [float(row["mean_fitness"]) for row in rows] == log.generations["mean_fitness"].tolist()
        assert [float(row["fitness_median"]) for row in rows] == log.generations["fitness_quantiles"][:, 2].tolist()
        assert [float(row["best_cost.0.gates"]) for row in rows] == log.generations["best_costs"][:, 0].tolist()
        assert [row["goal"] for row in rows] == [log.layout.goals[goal] for goal in log.generations["goal"]]
        rows = table("champions")
        assert [float(row["benefit_on.or"]) for row in rows] == log.champions["benefits"][:, 1].tolist()
        genomes = [[int(allele) for allele in row["genome"].split()] for row in rows]
        assert np.array_equal(genomes, log.champions["genome"])
        assert len(table("epoch_ends")) == len(log.epoch_ends)
        assert [float(row["q"]) for row in table("measures/q")] == log.measured("q")["q"].tolist()


def test_without_its_log_a_run_can_still_be_made_again(done, tmp_path, capsys):
    folder = unpacked(archive(done, tmp_path / "a.zip", with_log=False), tmp_path / "there")
    assert {"lineage.0000.h5", "checkpoint.npz"}.isdisjoint(names(folder))
    assert "tables/champions.csv" in names(folder)
    assert_same_log(made_again(folder, tmp_path / "again", capsys), done)


def test_a_run_that_was_stopped_is_packed_as_far_as_it_got(tmp_path, capsys):
    run(tiny("generations=600"), tmp_path / "run", on_progress=interrupted(1))
    folder = unpacked(archive(tmp_path / "run", tmp_path / "a.zip"), tmp_path / "there")
    assert "The run is stopped, at generation " in (folder / "README.md").read_text()
    assert_same_log(made_again(folder, tmp_path / "again", capsys), tmp_path / "run")


def test_a_campaign_has_its_tables_and_any_run_can_be_made_again(campaign, tmp_path, capsys):
    folder = unpacked(archive(campaign, tmp_path / "a.zip"), tmp_path / "there")
    assert {"plan.json", "runs.csv", "epoch_ends.csv", "cells/0.yaml", "methods/methods.tex"} <= names(folder)
    assert "4 of 4 runs are done" in (folder / "README.md").read_text()
    assert_same_log(made_again(folder, tmp_path / "again", capsys), folder / "runs/0/s1")
    compared = re.search(r"`python -m evomod rerun (.*?)`", (folder / "README.md").read_text())[1]
    assert say(capsys, "rerun", folder / compared)[0] == 0
    small = unpacked(archive(campaign, tmp_path / "b.zip", with_log=False), tmp_path / "small")
    assert names(folder) - names(small) == {
        f"runs/{cell}/s{seed}/{name}"
        for cell in "01"
        for seed in "12"
        for name in ("lineage.0000.h5", "checkpoint.npz")
    }


def test_metadata_name_authors_and_works(done, tmp_path):
    one = archive(done, tmp_path / "a.zip", authors=["Doe, Jane", "The Modular Group"])
    folder = unpacked(one, tmp_path / "there")
    cff = yaml.safe_load((folder / "CITATION.cff").read_text())
    assert cff["cff-version"] == "1.2.0"
    assert cff["authors"] == [{"family-names": "Doe", "given-names": "Jane"}, {"name": "The Modular Group"}]
    assert cff["title"] == "evomod run tiny, seed 1, 120 generations"
    zenodo = json.loads((folder / "zenodo.json").read_text())["metadata"]
    assert zenodo["creators"] == [{"name": "Doe, Jane"}, {"name": "The Modular Group"}]
    assert {"identifier": "10.1073/pnas.0503610102", "relation": "cites", "scheme": "doi"} in zenodo[
        "related_identifiers"
    ]
    assert "names into" not in (folder / "README.md").read_text()
    nameless = unpacked(archive(done, tmp_path / "b.zip"), tmp_path / "nameless")
    assert "put your names into `CITATION.cff`" in (nameless / "README.md").read_text()


# What is refused ------------------------------------------------------------------------------------------------------


def test_nothing_is_overwritten_and_nothing_packed_into_itself(done, tmp_path):
    (tmp_path / "a.zip").write_text("mine")
    with pytest.raises(InputError, match=r"a\.zip: is there already; choose another --out"):
        archive(done, tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_text() == "mine"
    with pytest.raises(RunFolderError, match="lies within what is packed"):
        archive(done, done / "a.zip")


def test_what_is_being_written_is_refused(done, campaign, tmp_path):
    with locked(done), pytest.raises(InUseError, match="is being written; wait until it ends, or stop it first"):
        archive(done, tmp_path / "a.zip")
    held = locked(campaign, "shard.1-of-1.lock")
    with held, pytest.raises(InUseError, match=r"is being carried out \(shard 1/1\)"):
        archive(campaign, tmp_path / "a.zip")
    assert not list(tmp_path.iterdir())


def test_an_archive_that_fails_leaves_nothing(done, tmp_path, monkeypatch):
    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(packing.os, "fsync", broken)
    with pytest.raises(InputError, match="No space left on device"):
        archive(done, tmp_path / "a.zip")
    assert not list(tmp_path.iterdir())


def test_what_is_no_run_is_refused_with_a_sentence(tmp_path, capsys):
    with pytest.raises(RunFolderError, match="is not a run folder"):
        archive(tmp_path, tmp_path.with_name("a.zip"))
    assert "is not a run folder" in complaint(capsys, "archive", tmp_path, "--out", tmp_path.with_name("a.zip"))
    (tmp_path / "resolved.yaml").write_text(yaml.dump({"name": "x"}))
    with pytest.raises(RunFolderError, match="nowhere"):
        archive(tmp_path / "nowhere", tmp_path.with_name("a.zip"))


def test_a_run_without_a_log_is_refused(done, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run/resolved.yaml").write_bytes((done / "resolved.yaml").read_bytes())
    with pytest.raises(LogError, match="has no lineage log"):
        archive(tmp_path / "run", tmp_path / "a.zip")


def test_the_command_says_what_it_made(done, tmp_path, capsys):
    code, out, err = say(capsys, "archive", done, "--out", tmp_path / "a.zip", "--author", "Doe, Jane", "--without-log")
    assert (code, err) == (0, "")
    assert out == f"{tmp_path / 'a.zip'}: {(tmp_path / 'a.zip').stat().st_size:,} bytes\n"

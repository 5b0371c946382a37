"""Calibrations: the same numbers for everybody, computed once, and shipped for the standard circuits."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from evomod.genotypes.circuit import Circuit
from evomod.measures import calibration, shipped
from evomod.measures.calibration import Calibration, Null, calibrated
from evomod.measures.degree_preserving import degree_preserving
from evomod.measures.random_genomes import random_genomes

VALUE = Calibration(0.3, 0.04, 0.001, 1000, 1.0, 0.6, 0.55, 100, 8, "by hand")


class Counting:
    """A null that counts how often it is computed."""

    def __init__(self, value=VALUE, **key):
        self.n, self.value = 0, value
        self.null = Null({"null": "counting", **key}, self.compute)

    def compute(self):
        self.n += 1
        return self.value


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(calibration, "_known", {})


def forget(monkeypatch):
    monkeypatch.setattr(calibration, "_known", {})


def test_a_calibration_is_computed_once_for_all_later_sessions(monkeypatch):
    counting = Counting()
    assert calibrated(counting.null) == VALUE
    forget(monkeypatch)
    assert calibrated(counting.null) == VALUE
    assert counting.n == 1
    assert calibrated(Counting(size=3).null) == VALUE


def test_missing_numbers_come_back_from_the_cache(monkeypatch):
    counting = Counting(replace(VALUE, q_max=np.nan, q_random=np.float64(0.25)))
    calibrated(counting.null)
    forget(monkeypatch)
    again = calibrated(counting.null)
    assert np.isnan(again.q_max)
    assert (again.q_random, counting.n) == (0.25, 1)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"null": 1}', "\x00", None])
def test_a_broken_cache_file_is_computed_again_and_mended(text, tmp_path, monkeypatch):
    counting = Counting()
    calibrated(counting.null)
    (file,) = tmp_path.rglob("*.json")
    if text is None:  # a number where a sentence stood
        text = json.dumps({counting.null.name: asdict(VALUE) | {"how": 3}})
    file.write_text(text)
    forget(monkeypatch)
    assert calibrated(counting.null) == VALUE
    assert counting.n == 2
    forget(monkeypatch)
    calibrated(counting.null)
    assert counting.n == 2
    assert len(list(tmp_path.rglob("*.*"))) == 1  # nothing half written lies about


def test_without_a_place_to_write_it_is_computed_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(calibration, "_path", lambda _: tmp_path / "file" / "x.json")
    (tmp_path / "file").write_text("in the way")
    assert calibrated(Counting().null) == VALUE


def test_what_is_shipped_is_not_computed(monkeypatch):
    null = random_genomes(Circuit(), 4, 1, (10, 4))
    value = calibrated(replace(null, compute=lambda: pytest.fail("computed")))
    assert value.n == calibration.N_RANDOM
    assert value.how.startswith("the first 4000 of")


def test_shipped_are_the_standard_circuits_the_solutions_of_both_goals_and_the_retina_nets():
    names = {null.name for some in shipped.nulls().values() for null in some}
    assert calibration.shipped().keys() == names


def test_a_shipped_calibration_computed_again_gives_the_same_numbers(tmp_path):
    null = random_genomes(Circuit(), 4, 1, (3, 2))
    shipped.make(tmp_path, {"slice": [null]})
    rows = json.loads((tmp_path / "slice.json").read_text())
    assert calibration._parsed(rows[null.name]) == calibration.shipped()[null.name]


def test_the_length_of_the_genome_and_its_kinds_of_gates_do_not_matter_to_random_genomes():
    one = random_genomes(Circuit(), 4, 1, (10, 3))
    assert random_genomes(Circuit(n_gates=24, gates=("nor", "xor")), 6, 1, (10, 3)).name == one.name
    for other in (
        random_genomes(Circuit(feedback=False), 4, 1, (10, 3)),
        random_genomes(Circuit(), 4, 2, (10, 3)),
        random_genomes(Circuit(), 4, 1, (10, 4)),
        random_genomes(Circuit(), 4, 1, (11, 3)),
    ):
        assert other.name != one.name


@pytest.mark.parametrize("given", [None, 0.5])
def test_the_standard_error_is_that_of_the_networks_that_have_a_modularity_unless_one_is_given(given):
    half, three, pair, empty = [2, 1, 8, 4], [2, 5, 2, 0], [2, 1, 0, 0], [0, 0, 0, 0]  # two edges apart: Q = 1/2
    graphs = np.array([half, three, pair, empty, half], np.uint64)
    found = calibration.summary(calibration.maximised(graphs), given, graphs, "by hand")
    q = np.array([0.5, 0, 0, 0.5])
    assert (found.n, found.q_random, found.q_max) == (4, 0.25, 0.5)
    assert found.q_random_sd == pytest.approx(q.std(ddof=1))
    assert found.q_random_error == (given or pytest.approx(q.std(ddof=1) / 2))


def test_degrees_in_any_order_are_one_null():
    assert degree_preserving([3, 1, 2, 2], True).name == degree_preserving([2, 2, 1, 3], True).name
    assert degree_preserving([2] * 6, True).name != degree_preserving([2] * 6, False).name


def test_graphs_of_which_there_is_one_alone_have_no_spread():
    found = degree_preserving([1, 1, 1, 3], True).compute()  # a star
    assert (found.q_random, found.q_random_sd, found.q_max) == (0, 0, 0)
    assert (found.n, found.certified, found.found) == (1000, 1, found.restarts)


def test_rare_sizes_are_looked_for_by_ladders(monkeypatch):
    from evomod.measures import random_genomes as module

    monkeypatch.setattr(module, "MAX_DRAWN", 1 << 14)
    monkeypatch.setattr(module, "STEPS", 200)
    size = (4, 3)
    rare = random_genomes(Circuit(feedback=False), 4, 1, size).compute()
    monkeypatch.setattr(module, "MAX_DRAWN", 1 << 23)
    drawn = random_genomes(Circuit(feedback=False), 4, 1, size).compute()
    assert "coldest" in rare.how
    assert "coldest" not in drawn.how
    assert rare.mixing.found == rare.mixing.chains
    assert rare.mixing.r_hat < 1.05
    errors = np.hypot(rare.q_random_error, drawn.q_random_error)
    assert abs(rare.q_random - drawn.q_random) < 5 * errors

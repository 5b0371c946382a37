"""The bench of measures: who orders planted networks is told from who does not, and what cannot be measured is said."""

from __future__ import annotations

from functools import cache
from typing import ClassVar

import networkx as nx
import numpy as np

from evomod.measures import base
from evomod.measures.bench import Bench, bench
from evomod.measures.hierarchy import Hierarchy
from evomod.measures.n_cut import NCut
from evomod.networks.network import NetworkError
from evomod.networks.planted import N_SERIES, SHARES, planted
from evomod.report.bench_figure import plot_bench
from evomod.report.figure import save

# Classes without a kind of their own are members of no family, which other tests look through.
TRUTH = {net.name: net for net in planted()}


class Louvain(base.Measure):
    """Modularity of the simple graph, as networkx finds it."""

    @property
    def columns(self):
        return "q", "z"

    def take(self, specimens):
        return np.array([[self._q(specimen.network), np.nan] for specimen in specimens])

    def _q(self, network):
        graph = nx.from_numpy_array(network.simple())
        found = [nx.community.louvain_communities(graph, seed=seed) for seed in range(3)]
        return max(nx.community.modularity(graph, groups) for groups in found)


class Told(base.Measure):
    """Gives what it is told of each network by its name."""

    sign: int = 1
    noise: float = 0.01

    @property
    def columns(self):
        return ("told",)

    def take(self, specimens):
        net = TRUTH[specimens[0].name]
        if net.name == "random signs":
            raise NetworkError("random signs: cannot be told")
        return np.array([[self.sign * (net.truth + self.noise * (sum(map(ord, net.name)) % 7))]])


class Genes(Told):
    """Needs a genome."""

    needs_genome: ClassVar[bool] = True


class Bound(Told):
    """Cannot be made without being told something."""

    needed: int


@cache
def tried() -> Bench:
    return bench(
        [Louvain(kind="louvain"), NCut(k=2, samples=2), Hierarchy(), Told(kind="told"), Told(kind="told", sign=-1)]
    )


def score(name: str):
    return next(s for s in tried().scores if s.measure == name)


def test_modularity_orders_the_graded_nets_upwards_and_n_cut_downwards():
    assert score("louvain").tau > 0.6
    assert score("n_cut(k=2, samples=2)").tau < -0.6
    assert score("told").tau > 0.9
    assert score("told(sign=-1)").tau < -0.9
    assert max(score(name).p for name in ("louvain", "n_cut(k=2, samples=2)", "told")) < 1e-6


def test_of_each_measure_its_first_number_and_its_z_are_scored():
    assert [(s.measure, s.column) for s in tried().scores[:4]] == [
        ("louvain", "q"),
        ("louvain", "z"),
        ("n_cut(k=2, samples=2)", "n_cut"),
        ("n_cut(k=2, samples=2)", "z"),
    ]


def test_who_looks_at_topology_alone_is_blind_to_weights_and_all_are_to_what_cancels():
    assert tried().blind_to(score("louvain")) == ["weak links", "cancelling"]
    assert tried().blind_to(score("n_cut(k=2, samples=2)")) == ["cancelling"]
    assert "weak links" in tried().blind_to(score("hierarchy"))


def test_a_difference_the_wrong_way_round_is_not_seen():
    liar = Told(kind="told", sign=-1)
    values = bench([liar]).scores[0]
    assert values.differences["retina"] < -2
    assert bench([liar]).blind_to(values) == ["cancelling"]  # to which alone it has no control
    wrong = type(values)(**{**vars(values), "tau": -values.tau})
    assert tried().blind_to(wrong) == ["retina", "weak links", "cancelling"]


def test_twins_are_equal_where_a_measure_does_not_change_and_not_where_it_does():
    n_cut, louvain = score("n_cut(k=2, samples=2)").differences, score("louvain").differences
    assert n_cut["scaled"] == n_cut["permuted"] == louvain["scaled"] == louvain["rescaled"] == 0
    assert abs(n_cut["rescaled"]) > 0.1


def test_what_cannot_be_measured_is_left_out_with_its_sentence():
    found = bench([Told(kind="told")])
    assert found.left_out == ("! told: random signs: cannot be told",)
    assert found.as_rows()[0]["undefined"] == 1
    assert found.as_rows()[0]["cancelling"] is None
    assert "! told: random signs: cannot be told" in found.as_text()


def test_all_measures_that_need_only_a_network_are_found(monkeypatch):
    known = {"told": Told, "genes": Genes, "bound": Bound}
    monkeypatch.setattr("evomod.measures.bench.members", lambda _: known)
    found = bench()
    assert {s.measure for s in found.scores} == {"told"}
    assert "! genes: looks at genomes, and these are networks" in found.left_out
    assert "! bound: has fields without defaults" in found.left_out


def test_rows_and_text_have_all_numbers():
    rows, text = tried().as_rows(), tried().as_text()
    assert len({tuple(row) for row in rows}) == 1
    assert rows[0]["tau"] == score("louvain").tau
    assert rows[1]["tau"] is None
    assert rows[0]["blind_to"] == "weak links; cancelling"
    for name in ("louvain", "hierarchy", "retina", "weak links", "permuted", "tau: rank correlation"):
        assert name in text
    assert max(map(len, text.splitlines())) <= 160


def test_the_figure_shows_every_value_once(tmp_path, recwarn):
    figure = plot_bench(tried())
    axes = np.array(figure.axes).reshape(-1, 2)
    assert len(axes) == len(tried().scores)
    for (left, right), one in zip(axes, tried().scores, strict=True):
        drawn = np.array([line.get_ydata() for line in left.lines[:N_SERIES]], float).ravel()
        assert np.array_equal(drawn, one.values[: N_SERIES * len(SHARES)], equal_nan=True)
        dots = [line for line in right.lines if line.get_marker() == "o" and line.get_markersize() == 3.5]
        beside = [value for net, value in zip(tried().planted, one.values, strict=True) if net.beside]
        assert np.array_equal([line.get_ydata()[0] for line in dots], beside, equal_nan=True)
        assert [t.get_text() for t in axes[-1, 1].get_xticklabels()] == list(one.differences)
    for name in ("a.png", "b.png"):
        save(plot_bench(tried()), tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert not recwarn.list

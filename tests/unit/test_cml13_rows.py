"""Rows of CML13 from runs that are made up: which way a verdict goes, and what is left at equal links."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from evomod.measures.base import Specimen
from evomod.networks.network import Network
from evomod.reproduce import cml13_rows
from evomod.reproduce.cml13_runs import beyond_degrees, survivals
from evomod.reproduce.ka05_runs import Circuits, End, Evolved
from evomod.reproduce.rows import Row

N = 8
ARMS = ("PA", "P&CC", "P&CC, links", "PA, random ties", "P&CC, random ties", "PA, sparse start")
LINKS = {
    "PA": 60,
    "P&CC": 25,
    "P&CC, links": 22,
    "PA, random ties": 40,
    "P&CC, random ties": 25,
    "PA, sparse start": 30,
}


def made_up(modular: Callable[[str, float], float], seed: int = 0) -> tuple[dict[str, list[Evolved]], Circuits]:
    """Eight runs of each arm, with links around `LINKS` and the Q that `modular` gives them."""
    runs, links = {}, []
    for k, arm in enumerate(ARMS):
        runs[arm] = []
        for index in range(N):
            links.append(LINKS[arm] + index - N // 2)
            end = End("and", 10, 0.9 + 0.01 * (index * (k + 1) % 7), 9, links[-1], False, Specimen("made up"))
            time = 5 if index % 2 else None
            runs[arm].append(Evolved(arm, index, 10, {"and": time}, (end,), np.empty(0), ()))
    nets = Circuits([run for group in runs.values() for run in group], {})
    noise = np.random.default_rng(seed).normal(0, 0.005, len(links))
    of_links = np.array([modular(run.condition, n) for (run, _), n in zip(nets.pairs, links, strict=True)])
    columns = [cml13_rows.SPECTRAL, cml13_rows.OPTIMUM, cml13_rows.DENSITY, *cml13_rows.NULL, *cml13_rows.FUNCTION]
    nets.values |= dict.fromkeys(columns, of_links + noise)
    nets.values[cml13_rows.LINKS] = np.array(links, float)
    return runs, nets


def table(modular: Callable[[str, float], float], faster: bool = True) -> list[Row]:
    runs, nets = made_up(modular)
    slow, quick = {k: (200.0 + k, k > 1) for k in range(N)}, {k: (20.0 + k, True) for k in range(N)}
    adapted = {"PA": slow if faster else quick, "P&CC": quick if faster else slow}
    return list(cml13_rows.rows(runs, nets, nets, adapted))


def by_links(arm: str, links: float) -> float:
    return 1 - 0.2 * math.log(links)


def found(rows: list[Row], what: str) -> list[Row]:
    some = [row for row in rows if row.what.startswith(what)]
    assert some
    return some


@pytest.mark.parametrize(("sign", "verdict"), [(1, "agrees"), (-1, "differs")])
def test_a_verdict_goes_the_way_of_the_runs(sign: int, verdict: str) -> None:
    rows = table(lambda arm, _: 0.3 + sign * 0.1 * arm.startswith("P&CC"), faster=sign > 0)
    judged = [row for row in rows if row.paper]
    assert {row.verdict for row in judged} == {verdict}
    assert len(judged) == 8
    assert any(row.what == "PA takes longer than P&CC" for row in judged)


def test_nothing_is_judged_that_the_paper_does_not_state() -> None:
    rows = table(by_links)
    assert all(row.verdict in ("no number in the paper", "no runs", "too few runs") for row in rows if not row.paper)


def test_what_sparsity_alone_makes_is_gone_at_equal_links() -> None:
    rows = [cml13_rows.matched("", "P&CC", *made_up(by_links, seed)) for seed in range(100)]
    held = sum(row.ours.low < 0 < row.ours.high for row in rows if row.ours is not None)
    assert 88 <= held < 100  # intervals of 95 %
    assert rows[0].note.startswith("+0.1")  # which all goes through links


def test_what_is_more_than_sparsity_stays() -> None:
    (row,) = found(table(lambda arm, links: by_links(arm, links) + 0.1 * (arm == "P&CC")), "P&CC above arms without")
    assert row.ours is not None
    assert row.ours.value == pytest.approx(0.1, abs=0.02)
    assert row.ours.low > 0


def test_who_did_not_adapt_is_censored() -> None:
    one = survivals({"PA": {0: (10.0, True), 1: (50.0, False)}})["PA"]
    assert one.observed.tolist() == [True, False]
    assert one.median.value == 10


def graph(edges: list[tuple[int, int]], n: int) -> Specimen:
    net = Network(tuple(f"n{i}" for i in range(n)), ("unit",) * n, ("",) * n, tuple(edges), directed=False)
    return Specimen("a graph", bare=net)


def test_two_cliques_are_more_modular_than_their_degrees_make_them_and_a_clique_is_not() -> None:
    clique = [(a, b) for b in range(5) for a in range(b)]
    cliques = [*clique, *((a + 5, b + 5) for a, b in clique), (0, 5)]
    (more, none, empty), (z, _, _) = beyond_degrees([graph(cliques, 10), graph(clique, 5), graph([], 3)])
    assert more > 0.1
    assert z > 3
    assert none == pytest.approx(0)
    assert math.isnan(empty)

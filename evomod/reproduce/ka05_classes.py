"""Which circuits the runs end with: Q_m is multi-modal over runs, since a few circuits come again and again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from evomod.measures.census import classes, n_xor_modules, tally
from evomod.reproduce.ka05_runs import Circuits
from evomod.reproduce.rows import Row, share_row

HEAD = ("condition", "goal", "runs", "of", "share", "q_m", "q_m_of_gates", "xor_modules", "gates", "class")
GROUPS = (("FG and", "and"), ("FG or", "or"), ("MVG", "and"), ("MVG", "or"), ("MVG, bit", "and"), ("MVG, bit", "or"))


def table(by_null: Circuits) -> Iterator[list[Any]]:
    """A header, then a row for each class of the last perfect circuits of a condition and goal, most frequent first."""
    yield list(HEAD)
    for condition, goal in GROUPS:
        chosen = [k for k, (run, end) in enumerate(by_null.pairs) if (run.condition, end.goal) == (condition, goal)]
        ends = [by_null.pairs[k][1] for k in chosen]
        for one in tally(classes([end.specimen for end in ends])):
            k, end = chosen[one.first], ends[one.first]
            values = [float(by_null.values[f"{null}.q_m"][k]) for null in ("random_genomes", "random_genomes_of_gates")]
            modules = n_xor_modules(end.specimen.network)
            yield [condition, goal, one.count, len(ends), one.share, *values, modules, end.gates, one.label]


def rows(lines: list[list[Any]]) -> Iterator[Row]:
    """The most frequent class of each condition and goal, of the table without its header."""
    section = "Classes of the last perfect circuits: isomorphic ones counted together (classes.csv has them all)"
    for condition, goal in GROUPS:
        some = [line for line in lines if line[:2] == [condition, goal]]
        what = (
            f"{condition.replace(' and', '').replace(' or', '')}, {'G1' if goal == 'and' else 'G2'}: the most frequent"
        )
        if not some:
            yield share_row(section, what, 0, 0, None, 0)
            continue
        runs, of, _, q_m, by_gates, modules, gates = some[0][2:9]
        note = f"one of {len(some)} classes: {gates} gates, {modules} XOR modules, Q_m {q_m:.2f}"
        note += "" if np.isnan(by_gates) else f" ({by_gates:.2f} with gates alone matched)"
        yield share_row(section, what, runs, of, None, 0, note)

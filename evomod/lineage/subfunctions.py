"""The sub-functions of goals along a line of descent: when each arose, and what became of it when the goal changed.

A sub-function is a part of some goal, such as the XORs of (x ^ y) & (w ^ z); one that several goals share counts once.
It is *there* if an effective gate, or a unit of a net, computes it or its negation, in every case and at all times; a
unit is 1 where its value is above 0. It is *in a module* if that gate is the last of four NANDs wired as the XOR of
Kashtan & Alon 2005 (doi 10.1073/pnas.0503610102).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evomod.genotypes.circuit import CircuitEncoding
from evomod.genotypes.part_states import part_letter
from evomod.goals.function import answers
from evomod.lineage.gate_functions import by_genome, computes_functions, last_run
from evomod.lineage.switches import switches
from evomod.measures.census import xor_modules
from evomod.problem import Problem

if TYPE_CHECKING:
    from evomod.lineage.reader import LineageReader
    from evomod.lineage.story import Story

Array = npt.NDArray[Any]
FATES = ("absent", "new", "lost", "found again", "persists")


@dataclass(frozen=True)
class Subfunctions:
    """What is there of each sub-function, step by step of a story.

    Attributes
    ----------
    names : as the goals write them, in the order of the goals
    generations : int64 (n_steps,), of birth
    gates, negations : uint64 (n_steps, n)
        Bit g: effective gate g computes the sub-function, or its negation.
    in_module : bool (n_steps, n)
    letter : what names of gates begin with, n for units of nets
    """

    names: tuple[str, ...]
    generations: Array
    gates: Array
    negations: Array
    in_module: Array
    letter: str = "g"

    @property
    def there(self) -> Array:
        """Is it computed: bool (n_steps, n)."""
        there: Array = (self.gates | self.negations) != 0
        return there

    def where(self, k: int, which: int) -> tuple[str, ...]:
        """The gates that compute a sub-function in step `k`, such as g3; where none does, those that negate it."""
        for sign, words in (("", self.gates), ("not ", self.negations)):
            if word := int(words[k, which]):
                return tuple(f"{sign}{self.letter}{gate}" for gate in range(word.bit_length()) if word >> gate & 1)
        return ()


def first_there(held: Array, generations: Array) -> Array:
    """The generation in which each column of bool (n_steps, n) was first True; −1 where it never was."""
    return np.where(held.any(axis=0), generations[held.argmax(axis=0)], -1)


def there_since(held: Array, generations: Array) -> Array:
    """The generation since when each column of bool (n_steps, n) has been True to the end; −1 where it is not."""
    begin = last_run(held)
    return np.where(held[-1], generations[np.minimum(begin, len(held) - 1)], -1)


def arisen(found: Subfunctions) -> Array:
    """When each sub-function arose, and since when it has been there to the end.

    Returns
    -------
    structured array, one row each, generations; −1 where it never was, or is not at the end

        first, since : there
        module_first, module_since : in a module
    """
    columns = {"": found.there, "module_": found.in_module}
    rows = np.zeros(len(found.names), [(f"{word}{when}", "<i8") for word in columns for when in ("first", "since")])
    for word, held in columns.items():
        rows[f"{word}first"] = first_there(held, found.generations)
        rows[f"{word}since"] = there_since(held, found.generations)
    return rows


def subgoals(problem: Problem) -> dict[int, str]:
    """The parts of all goals that may be in force, each once: text by function; see `Goal.subgoals`."""
    found: dict[int, str] = {}
    for name in problem.schedule.goal_names:
        for function, text in problem.goals[name].subgoals(problem.inputs).items():
            found.setdefault(function, text)
    return found


def subfunctions(story: Story) -> Subfunctions:
    """Which sub-functions were there on a line; none where goals or genotypes have no parts that are known."""
    problem = story.problem
    parts = subgoals(problem) if computes_functions(problem) else {}
    n = len(parts)
    if not n:
        none = np.zeros((len(story), 0), np.uint64)
        return Subfunctions((), story.steps["generation"], none, none, none.astype(bool))
    tables = np.stack([answers(function, len(problem.inputs))[:, 0] for function in parts])

    def take(genomes: Array, share: Array, _effective: Array) -> Array:
        # Gates without a path to an output are 0 throughout, which no sub-function is.
        bits = np.uint64(1) << np.arange(share.shape[1], dtype=np.uint64)
        rows = np.zeros((len(genomes), 3, n), np.uint64)
        for s, table in enumerate(tables):
            for row, wanted in enumerate((table, ~table)):
                rows[:, row, s] = (share == wanted).all(axis=2) @ bits
        by = rows[:, 0] | rows[:, 1]
        for k in np.flatnonzero(by.any(axis=1)).tolist():
            rows[k, 2] = by[k] & np.uint64(_module_ends(problem, genomes[k]))
        return rows

    rows = by_genome(problem, story.genomes, take)
    letter = part_letter(problem.encoding)
    return Subfunctions(
        tuple(parts.values()), story.steps["generation"], rows[:, 0], rows[:, 1], rows[:, 2] != 0, letter
    )


def _module_ends(problem: Problem, genome: Array) -> int:
    """Bit g: gate g is the last one of a four-NAND XOR module."""
    encoding = problem.encoding
    if not isinstance(encoding, CircuitEncoding) or "nand" not in encoding.circuit.gates:
        return 0
    network = encoding.develop(genome).network()
    ends = set(xor_modules(network).values())
    return sum(1 << int(network.names[node].removeprefix("g")) for node in ends)


def fates(log: LineageReader, story: Story, held: Array) -> tuple[Array, Array]:
    """What became of traits of a line, bool (n_steps, n), at each goal switch whose epoch lies on it as a whole.

    Returns
    -------
    structured array
        The switches: rows of `switches`.
    int8 (n_switches, n), counting in `FATES`
        *persists*: there in every generation from the one before the switch to the last of the epoch; *found again*:
        there before and at the end, and not always; *lost*: there before alone; *new*: at the end alone; else *absent*.
    """
    known = switches(log)
    on_line = (known["generation"] > story.line.start) & (known["stop"] <= story.line.generations[-1] + 1)
    known = known[on_line & known["whole"]]
    before, last = story.at(known["generation"] - 1), story.at(known["stop"] - 1)
    missing = np.zeros((len(held) + 1, held.shape[1]), np.int64)
    missing[1:] = np.cumsum(~held, axis=0)
    always = missing[last + 1] == missing[before]
    fate = held[last] * 1 + held[before] * 2 + always * 1
    return known, fate.astype(np.int8)

"""The peer that evomod's speed is measured against: Kashtan & Alon's (2005) NAND circuits, as a DEAP user writes them.

What evolves, logs and remembers is DEAP's: ``creator``, ``Toolbox``, ``Statistics``, ``Logbook``, ``HallOfFame``. The
replacement scheme is the paper's, which DEAP does not have. What a user who profiles would do is done: truth tables are
integers with one bit a row, only varied circuits are evaluated, ``toolbox.clone`` is not ``deepcopy``, ranking compares
tuples. A memo of evaluations does not pay: about a tenth of them repeat. Nothing here imports evomod.

Run ``python tests/benchmarks/deap_baseline.py [generations]`` for generations per second of processor time.
"""

import random
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from operator import attrgetter
from statistics import fmean

from deap import base, creator, tools

POPULATION = 1000
ELITE = 300
MUTATION = 0.7
EPOCH = 20
INPUTS = 4
FREE_GATES = 11
GATE_COST = 0.2
WINDOW = 20
GOALS = (0x0660, 0x6FF6)  # (x^y)&(w^z) and (x^y)|(w^z), row 0 as the lowest bit

BatchEvaluator = Callable[[list[list[int]], int], Sequence[float]]

if not hasattr(creator, "NandCircuit"):
    creator.create("NandFitness", base.Fitness, weights=(1.0,))
    creator.create("NandCircuit", list, fitness=creator.NandFitness)


@cache
def input_tables(n_inputs: int) -> tuple[list[int], int]:
    """Return the truth tables of the inputs, bit r for row r, and the number of rows."""
    rows = 2**n_inputs
    return [sum(1 << r for r in range(rows) if r >> i & 1) for i in range(n_inputs)], rows


def benefit(genome: list[int], target: int, n_inputs: int = INPUTS, n_gates: int = 12) -> tuple[float, int]:
    """Return the share of right rows and the number of effective gates, those with a path to the output."""
    inputs, rows = input_tables(n_inputs)
    output = genome[-1]
    if output < n_inputs:
        return (rows - (inputs[output] ^ target).bit_count()) / rows, 0

    effective = [output]  # grows while it is walked, from the output upstream
    seen = {output}
    wires = []
    for gate in effective:
        gene = 2 * (gate - n_inputs)
        a = genome[gene]
        b = genome[gene + 1]
        wires.append((gate, a, b))
        if a >= n_inputs and a not in seen:
            seen.add(a)
            effective.append(a)
        if b >= n_inputs and b not in seen:
            seen.add(b)
            effective.append(b)

    # Sources tend to come last, so that going backwards few gates have to wait for another pass.
    ones = (1 << rows) - 1
    tables = inputs + [-1] * n_gates
    pending = wires[::-1]
    while pending:
        waiting = []
        for wire in pending:
            gate, a, b = wire
            a = tables[a]
            b = tables[b]
            if a >= 0 and b >= 0:
                tables[gate] = ones ^ (a & b)
            else:
                waiting.append(wire)
        if len(waiting) == len(pending):  # what is left waits for itself: feedback
            return run_feedback(wires, inputs, rows, target, n_gates), len(effective)
        pending = waiting
    return (rows - (tables[output] ^ target).bit_count()) / rows, len(effective)


def run_feedback(wires: list[tuple[int, int, int]], inputs: list[int], rows: int, target: int, n_gates: int) -> float:
    """Return the benefit of a circuit with feedback, whose first wire is that of the output gate.

    All gates start at 0 and change together. What counts is the mean over ``WINDOW`` states after ``n_gates + 4``
    sweeps, which of a settled circuit is its one state. Simulation stops when a state returns.
    """
    n_inputs = len(inputs)
    ones = (1 << rows) - 1
    place = list(range(n_inputs)) + [0] * n_gates
    for k, (gate, _, _) in enumerate(wires, n_inputs):
        place[gate] = k
    pairs = [(place[a], place[b]) for _, a, b in wires]

    begin = n_gates + 5
    end = begin + WINDOW
    state = inputs + [0] * len(pairs)
    outputs: list[int] = []
    first_seen: dict[tuple[int, ...], int] = {}
    for now in range(end):
        first = first_seen.setdefault(tuple(state), now)
        if first < now:  # the states from `first` on repeat for ever
            cycle = outputs[first:]
            whole = first <= begin and WINDOW % len(cycle) == 0  # whole turns have the mean of one
            window = cycle if whole else (outputs + cycle * end)[begin:end]
            break
        outputs.append(state[n_inputs])
        state = inputs + [ones ^ (state[a] & state[b]) for a, b in pairs]
    else:
        window = outputs[begin:]
    scored = rows * len(window)
    return (scored - sum([(output ^ target).bit_count() for output in window])) / scored


def evaluate_circuit(circuit: list[int], target: int, n_gates: int) -> tuple[float]:
    """Return the fitness of one circuit, as the tuple that DEAP wants."""
    score, size = benefit(circuit, target, INPUTS, n_gates)
    return (score - GATE_COST * (size - FREE_GATES) if size > FREE_GATES else score,)


def clone_circuit(circuit: list[int]) -> list[int]:
    """Copy a circuit with its fitness, several times faster than ``deepcopy``."""
    copy = creator.NandCircuit(circuit)
    copy.fitness.wvalues = circuit.fitness.wvalues
    return copy


def mutate_redraw(circuit: list[int], n_nodes: int) -> tuple[list[int]]:
    """Redraw one address, which may draw the old one again."""
    circuit[int(random.random() * len(circuit))] = int(random.random() * n_nodes)  # noqa: S311, faster than randrange
    return (circuit,)


def select_ranked(population: list[list[int]]) -> list[list[int]]:
    """Rank a population, best first; equals keep their order. ``selBest`` does the same by slower comparisons."""
    return sorted(population, key=attrgetter("fitness.wvalues"), reverse=True)


def make_toolbox(gates: int) -> base.Toolbox:
    """Register the operators; ``evaluate`` is registered again at each switch of the goal."""
    toolbox = base.Toolbox()
    toolbox.register("address", random.randrange, INPUTS + gates)
    toolbox.register("individual", tools.initRepeat, creator.NandCircuit, toolbox.address, 2 * gates + 1)
    toolbox.register("population", tools.initRepeat, list, toolbox.individual)
    toolbox.register("clone", clone_circuit)
    toolbox.register("mutate", mutate_redraw, n_nodes=INPUTS + gates)
    toolbox.register("select", select_ranked)
    return toolbox


def run(generations: int, seed: int, evaluate: BatchEvaluator | None = None, gates: int = 12) -> list[float]:
    """Evolve and return the best fitness of each generation, the initial population's first.

    ``evaluate(genomes, goal_index)``, where given, takes the place of the circuits' evaluation in Python: it is called
    once a generation with the genomes that have no valid fitness (not to be changed) and returns their fitness.
    """
    random.seed(seed)
    toolbox = make_toolbox(gates)
    stats = tools.Statistics(key=lambda circuit: circuit.fitness.values[0])
    stats.register("max", max)
    stats.register("avg", fmean)
    logbook = tools.Logbook()
    halls = [tools.HallOfFame(1) for _ in GOALS]

    population = toolbox.population(n=POPULATION)
    for generation in range(generations):
        goal = generation // EPOCH % len(GOALS)
        if generation % EPOCH == 0:  # a new goal: what was known of the circuits' fitness is void
            toolbox.register("evaluate", evaluate_circuit, target=GOALS[goal], n_gates=gates)
            for circuit in population:
                del circuit.fitness.values

        invalid = [circuit for circuit in population if not circuit.fitness.valid]
        if evaluate is None:
            for circuit, values in zip(invalid, toolbox.map(toolbox.evaluate, invalid), strict=True):
                circuit.fitness.values = values
        else:
            for circuit, value in zip(invalid, evaluate(invalid, goal), strict=True):
                circuit.fitness.values = (value,)

        ranked = toolbox.select(population)
        halls[goal].update(ranked[:1])
        logbook.record(gen=generation, nevals=len(invalid), **stats.compile(population))

        # The worst make room for copies of the elite; then everybody but the elite is varied.
        population = ranked[:-ELITE] + [toolbox.clone(circuit) for circuit in ranked[:ELITE]]
        for circuit in population[ELITE:]:
            if random.random() < MUTATION:  # noqa: S311
                toolbox.mutate(circuit)
                del circuit.fitness.values
    return logbook.select("max")


if __name__ == "__main__":
    n_generations = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    start = time.process_time()
    best = run(n_generations, seed=1)
    rate = n_generations / (time.process_time() - start)
    print(f"{n_generations} generations, {rate:.1f} a second of processor time, best {max(best):.3f}")

"""Neighbouring goals without modules (NBVG): sample partners for G1 of Kashtan & Alon 2005, and write the scenario.

Circuits perfect on G1 are evolved and spread out by neutral walks. A partner is a function at most two rewirings away
from some of them that is as far from G1 as G2 is, is reached about as often as G2, with as many gates (median), and
neither decomposes as F(M1(x, y), M2(w, z)) nor has a sub-goal of G1.
"""

import argparse
import re
from collections import Counter, defaultdict
from math import log
from pathlib import Path
from statistics import median_low

import numpy as np

import evomod
from evomod.goals.function import function_of, is_made_of, multiplicity
from evomod.neighbourhood import drift, reached
from evomod.rng import GOAL, Stream

BASE = Path(__file__).parents[1] / "scenarios" / "logic_gates.yaml"
N_PARTNERS, FACTOR, N_ROUNDS, N_STEPS = 50, 4, 25, 500  # circuits of each walk, mutations tried between two of them
NBVG = 0x0AAF  # (x & (w nand z)) | (w nor z), of Parter, Kashtan & Alon 2008
HEADER = """\
# NAND circuits under a goal that alternates with a neighbour without modules (NBVG): a control of logic_gates.yaml.
#
# Source:    NBVG: Parter, Kashtan & Alon 2008, doi 10.1371/journal.pcbi.1000206 (PKA08), one pair; all else: Kashtan &
#            Alon 2005, doi 10.1073/pnas.0503610102 (KA05). The {n} partners: sampled by analysis/nbvg_partners.py.
# Question:  Is it the modules that goals share which makes circuits modular, or that their solutions lie close?
# Expect:    Slower than shared modules: of the 50 pairs, each with another seed, 29 solved both goals within 1e4
#            generations (median of these 3,416; under logic_gates.yaml 50 of 50, median 973). A few seconds.
# Siblings:  logic_gates.yaml: the same but for its goals.
#
# The other partners: --set schedule.goals=[and,p07] and so on; the unit of statistics is pair x run. Each is 8 rows
# from G1, as G2 is; is no F(M1(x, y), M2(w, z)) and has neither XOR as a sub-goal; and, as G2 is, is computed at most
# two rewirings away from some of {n_circuits:,} circuits perfect on G1, with as many effective gates (median {gates})
# and about as often: {low:.2f} to {high:.2f} times ({n_matched} functions are within a factor of 4). All lie within two
# rewirings of these circuits (addresses of the gates' sources and of the output, in hex):
#   {circuits}
#
# Marked (inferred): the paper leaves it open, and this choice reproduces its numbers.
"""


def perfect_circuits(problem, n_seeds):
    """Different circuits with fitness 1 on `and`: what neutral walks make of the first ones of evolution."""
    first = []
    for seed in range(1, n_seeds + 1):
        for generation in evomod.evolve(problem, seed):
            if generation.epoch.goal == "and" and generation.population.fitness.max() == 1:
                break
        first.append(generation.population.genomes[generation.ranking.order[0]].copy())
    walks = [np.array(first)]
    for k in range(N_ROUNDS):
        walks.append(drift(problem, walks[-1], "and", N_STEPS, seed=10_000 + k))
    return np.unique(np.concatenate(walks[1:]), axis=0)


def sample(problem, near):
    """Partners in random order, with how often they are reached relative to G2; how many match; G2's gates."""
    g1, g2 = (function_of(problem.cases(name, 0, 0).targets) for name in ("and", "or"))
    modules = problem.goals["and"].subgoals(problem.inputs)
    gates = defaultdict(list)  # of all genomes that compute a function
    for (function, n_gates), count in sorted(sum(near, Counter()).items()):
        gates[function] += [n_gates] * count
    if g2 not in gates:
        raise SystemExit("two rewirings do not reach G2 from any of these circuits; take more --seeds")
    fit = [
        f
        for f in gates
        if (f ^ g1).bit_count() == (g2 ^ g1).bit_count()
        and median_low(gates[f]) == median_low(gates[g2])
        and max(multiplicity(f, 4, pair) for pair in ([0, 1], [2, 3])) > 2
        and not any(is_made_of(f, module, 4) for module in modules)
    ]
    ratios = {f: len(gates[f]) / len(gates[g2]) for f in fit}
    fit.sort(key=lambda f: abs(log(ratios[f])))
    matched = [f for f in fit if 1 / FACTOR <= ratios[f] <= FACTOR]
    print(f"{len(gates):,} functions, {len(fit)} fit; {len(matched)} of them within a factor of {FACTOR} of G2")
    for name, f in (("G2", g2), ("NBVG of the paper", NBVG)):
        print(f"{name}: {f:#06x}, {f.bit_count()} ones, times by gates: {dict(sorted(Counter(gates[f]).items()))}")
    pool = matched if len(matched) >= N_PARTNERS else fit[:N_PARTNERS]
    order = Stream(1, 0, 0, GOAL).words(len(pool)).argsort(kind="stable")[:N_PARTNERS]
    return {pool[k]: ratios[pool[k]] for k in order}, len(matched), median_low(gates[g2])


def witnesses(circuits, near, partners):
    """A few of the circuits from which every partner is at most two rewirings away, as 25 hex digits each."""
    missing = set(partners)
    while missing:
        circuit, counts = max(zip(circuits, near, strict=True), key=lambda pair: len(missing & {f for f, _ in pair[1]}))
        missing -= {f for f, _ in counts}
        yield "".join(f"{address:x}" for address in circuit)


def main():
    """Sample, report, write: the scenario is KA05's with other goals."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=40, help="evolved circuits to start from (default: 40)")
    parser.add_argument("--out", type=Path, default=BASE.with_name("logic_gates_nbvg_partners.yaml"), help="file")
    options = parser.parse_args()
    problem = evomod.load(BASE).problem
    circuits = perfect_circuits(problem, options.seeds)
    near = [reached(problem, genome) for genome in circuits]
    partners, n_matched, gates = sample(problem, near)
    ratios, lines = partners.values(), "\n#   ".join(witnesses(circuits, near, partners))
    sizes = {"n": len(partners), "n_circuits": len(circuits), "n_matched": n_matched, "gates": gates}
    header = HEADER.format(**sizes, low=min(ratios), high=max(ratios), circuits=lines)
    goals = "goals: # the number is how often two rewirings reach it, relative to G2\n  and: (x ^ y) & (w ^ z)\n"
    for k, (f, ratio) in enumerate(partners.items(), 1):
        goals += f"  p{k:02}: {f:#06x} # {f.bit_count():2} ones, {ratio:.2f}\n"
    body = BASE.read_text(encoding="utf-8").partition("\nname: logic-gates\n")[2]
    body = re.sub(r"goals: # KA05, G1 and G2\n(  .*\n)*", goals, body)
    body = body.replace("alternating # KA05, MVG", "alternating # PKA08, NBVG").replace("[and, or]", "[and, p01]")
    options.out.write_text(f"{header}\nname: logic-gates-nbvg-partners\n{body}", encoding="utf-8")


if __name__ == "__main__":
    main()

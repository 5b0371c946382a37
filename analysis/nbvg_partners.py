"""Neighbouring goals without modules (NBVG): sample partners for G1 of Kashtan & Alon 2005, and write the scenario.

Parter, Kashtan & Alon 2008 (doi 10.1371/journal.pcbi.1000206) alternate G1 with one goal whose solutions lie close by,
but which is no function of G1's modules. Here such goals are sampled. Circuits perfect on G1 are evolved and spread out
by neutral walks; a partner is a function at most two rewirings away from some of them that is as far from G1 as G2 is,
is reached about as often as G2, with as many gates (median), and neither decomposes as F(M1(x, y), M2(w, z)) nor has a
sub-goal of G1.
"""

from __future__ import annotations

import argparse
import math
import re
from collections import Counter, defaultdict
from pathlib import Path
from statistics import median_low

import numpy as np

import evomod
from evomod.goals.function import function_of, is_made_of, multiplicity
from evomod.neighbourhood import drift, reached
from evomod.rng import GOAL, Stream

BASE = Path(__file__).parents[1] / "scenarios" / "logic_gates.yaml"
PAIRS = ([0, 1], [2, 3])  # inputs of the modules: x, y and z, w
FACTOR = 4
NBVG = 0x0AAF  # (x & (w nand z)) | (w nor z)
HEADER = """\
# NAND circuits under a goal that varies to a neighbouring one without modules (NBVG), {n} sampled partners: a control of
# logic_gates.yaml.
#
# Source:    NBVG is of Parter, Kashtan & Alon 2008, PLoS Comput Biol 4:e1000206, doi 10.1371/journal.pcbi.1000206
#            (PKA08), who have one such pair; all else as in Kashtan & Alon 2005, PNAS 102:13773, doi
#            10.1073/pnas.0503610102 (KA05). The partners are sampled: python analysis/nbvg_partners.py
# Question:  Is it the modules that goals share which makes circuits modular, or that their solutions lie close together?
# Expect:    {expect}
# Siblings:  logic_gates.yaml: the same but for its goals.
#
# The other partners: --set schedule.goals=[and,p07] and so on; the unit of statistics is pair x run. Each is 8 rows from
# G1, as G2 is; is no F(M1(x, y), M2(w, z)) and has neither XOR as a sub-goal; and lies at most two rewirings away from
# some of {n_circuits} circuits perfect on G1, where {gates} effective gates compute it 1/4 to 4 times as often as G2:
# {matched} functions do, of which these were drawn. They are not matched in how few gates suffice. Two rewirings reach
# all of them from these circuits (addresses of the gates' sources and of the output, in hex):
#   {circuits}
#
# Marked (inferred): the paper leaves it open, and this choice reproduces its numbers.
"""
EXPECT = "to be written"


def perfect_circuits(problem, n_seeds, n_rounds, n_steps):
    """Different circuits with fitness 1 on `and`: the first ones of evolution, and what neutral walks make of them."""
    first = []
    for seed in range(1, n_seeds + 1):
        for generation in evomod.evolve(problem, seed):
            best = generation.ranking.order[0]
            if generation.epoch.goal == "and" and generation.population.fitness[best] == 1:
                first.append(generation.population.genomes[best].copy())
                break
    walks, found = np.array(first), {}
    for k in range(n_rounds):
        walks = drift(problem, walks, "and", n_steps, seed=10_000 + k)
        found |= {genome.tobytes(): genome for genome in walks}
    return list(found.values())


def sample(problem, near, n, seed):
    """Partners in random order, each with how often it is reached relative to G2; and the number of gates."""
    g1, g2 = (function_of(problem.cases(name, 0, 0).targets) for name in ("and", "or"))
    modules = problem.goals["and"].subgoals(problem.inputs)
    gates = defaultdict(list)  # of all genomes that compute a function
    for (function, n_gates), count in sorted(sum(near, Counter()).items()):
        gates[function] += [n_gates] * count
    ratios = {f: len(gates[f]) / len(gates[g2]) for f in gates}
    fit = [
        f
        for f in gates
        if (f ^ g1).bit_count() == (g2 ^ g1).bit_count()
        and median_low(gates[f]) == median_low(gates[g2])
        and max(multiplicity(f, 4, pair) for pair in PAIRS) > 2
        and not any(is_made_of(f, module, 4) for module in modules)
    ]
    fit.sort(key=lambda f: abs(math.log(ratios[f])))
    matched = [f for f in fit if 1 / FACTOR <= ratios[f] <= FACTOR]
    pool = matched if len(matched) >= n else fit[:n]
    print(f"{len(gates):,} functions, {len(fit)} fit; {len(matched)} of them within a factor of {FACTOR} of G2")
    for name, f in (("G2", g2), ("NBVG of the paper", NBVG)):
        by_gates = sorted(Counter(gates[f]).items())
        print(
            f"{name}: {f:#06x}, {(f ^ g1).bit_count()} rows from G1, {f.bit_count()} ones, reached {len(gates[f])} times"
        )
        print(f"  times by gates: {', '.join(f'{k}: {count}' for k, count in by_gates)}")
    order = Stream(seed, 0, 0, GOAL).words(len(pool)).argsort(kind="stable")[:n]
    return {pool[k]: ratios[pool[k]] for k in order}, len(matched), median_low(gates[g2])


def witnesses(circuits, near, partners):
    """A few of the circuits from which every partner is at most two rewirings away, as 25 hex digits each."""
    reach = [{f for f, _ in counts} & set(partners) for counts in near]
    missing, chosen = set(partners), []
    while missing:
        best = max(range(len(reach)), key=lambda k: len(reach[k] & missing))
        chosen.append("".join(f"{address:x}" for address in circuits[best]))
        missing -= reach[best]
    return chosen


def scenario(partners, gates, circuits, n_matched, n_circuits):
    """The text of the scenario: that of KA05's with other goals."""
    body = BASE.read_text(encoding="utf-8").partition("\nname: logic-gates\n")[2]
    goals = ["goals: # sampled by analysis/nbvg_partners.py; the number is how often it is reached, relative to G2"]
    goals += ["  and: (x ^ y) & (w ^ z)"]
    goals += [f"  p{k:02}: {f:#06x} # {f.bit_count():2} ones, {r:.2f}" for k, (f, r) in enumerate(partners.items(), 1)]
    body = re.sub(r"goals: # KA05, G1 and G2\n(  .*\n)*", lambda _: "\n".join(goals) + "\n", body)
    body = body.replace("alternating # KA05, MVG", "alternating # PKA08, NBVG").replace("[and, or]", "[and, p01]")
    body = re.sub(r"(generations: 10000 #).*", r"\1 as logic_gates.yaml", body)
    header = HEADER.format(
        n=len(partners),
        expect=EXPECT,
        gates=gates,
        matched=n_matched,
        n_circuits=f"{n_circuits:,}",
        circuits="\n#   ".join(circuits),
    )
    return f"{header}\nname: logic-gates-nbvg-partners\n{body}"


def main():
    """Sample, report, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=40, help="evolved circuits to start from (default: 40)")
    parser.add_argument("--rounds", type=int, default=25, help="circuits taken from each walk (default: 25)")
    parser.add_argument("--steps", type=int, default=500, help="mutations tried between two of them (default: 500)")
    parser.add_argument("--partners", type=int, default=50, help="how many (default: 50)")
    parser.add_argument("--seed", type=int, default=1, help="which of those that match (default: 1)")
    parser.add_argument("--out", type=Path, default=BASE.with_name("logic_gates_nbvg_partners.yaml"), help="file")
    o = parser.parse_args()
    problem = evomod.load(BASE).problem
    circuits = perfect_circuits(problem, o.seeds, o.rounds, o.steps)
    near = [reached(problem, genome) for genome in circuits]
    partners, n_matched, gates = sample(problem, near, o.partners, o.seed)
    text = scenario(partners, gates, witnesses(circuits, near, partners), n_matched, len(circuits))
    o.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

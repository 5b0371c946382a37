"""One problem for each way of doing things, over which the tests of the whole engine go."""

from __future__ import annotations

from evomod.costs.lengths import Length, LengthBeyond, LongestConnection, SquaredLength
from evomod.costs.parts import Connections, Gates
from evomod.costs.positions import Given
from evomod.costs.random import RandomCost
from evomod.fitness import Fitness
from evomod.genotypes.circuit import Circuit
from evomod.goals.logic import LogicGoal
from evomod.goals.neutral import NeutralGoal
from evomod.goals.random import RandomGoal
from evomod.initial.mix import Mix, Part
from evomod.initial.random import RandomGenomes
from evomod.schedules.fixed import Together
from evomod.schedules.orders import Alternating, Drawn, Shuffled, StarWalk
from evomod.selection.boltzmann import Boltzmann
from evomod.selection.elite_replacement import EliteReplacement
from evomod.selection.lexicase import Lexicase
from evomod.selection.linear_rank import LinearRank
from evomod.selection.nsga2 import Nsga2
from evomod.selection.pnsga import Pnsga
from evomod.selection.tournament import Tournament
from evomod.selection.truncation import Truncation
from evomod.variation.crossovers import OnePoint, TwoPoint, Uniform
from evomod.variation.flip_bit import FlipBit
from evomod.variation.redraw import Redraw
from evomod.variation.variation import Variation
from tests.generators import AND, OR, logic_gates

SEXUAL = Variation(mutation=Redraw(rate=0.7), crossover=OnePoint(rate=0.5))
BOTH = {"and": LogicGoal(outputs=(AND,)), "or": LogicGoal(outputs=(OR,))}
FOUR = {**BOTH, "eq": LogicGoal(outputs=("(x ^ y) eq (w ^ z)",)), "noise": RandomGoal()}
PLACES = Given(inputs=tuple((float(i), 0.0) for i in range(4)), parts=tuple((g / 3, 1.0 + g % 2) for g in range(12)))
PROBLEMS = {
    "elite stable": logic_gates(),
    "elite random ties": logic_gates(selection=EliteReplacement(elite=6, ties="random")),
    "elite with crossover": logic_gates(variation=SEXUAL),
    "tournament": logic_gates(selection=Tournament(size=5, elite=2, ties="random"), variation=SEXUAL),
    "boltzmann on bits": logic_gates(
        selection=Boltzmann(strength=30.0, elite=1),
        variation=Variation(mutation=FlipBit(rate=0.7), crossover=OnePoint(rate=1.0)),
    ),
    "several gates, no feedback": logic_gates(
        genotype=Circuit(n_gates=9, gates=("and", "nor", "xor"), feedback=False),
        fitness=Fitness(costs=(Gates(weight=0.01), Connections(weight=0.003, above=4))),
        variation=SEXUAL,
    ),
    "random goals, two outputs": logic_gates(
        genotype=Circuit(n_gates=7, gates=("nand", "eq")),
        goals={"both": LogicGoal(outputs=(AND, OR)), "noise": RandomGoal(outputs=2)},
        schedule=Alternating(goals=("both", "noise"), every=(2, 3)),
        fitness=Fitness(costs=(RandomCost(weight=0.1), SquaredLength(weight=0.01, positions="optimal"))),
        selection=EliteReplacement(elite=4, ties="random"),
    ),
    "lexicase, goals that fade": logic_gates(
        goals=FOUR,
        schedule=Drawn(goals=("and", "or", "noise"), weights=(2, 1, 1), every=4, fade=3),
        selection=Lexicase(elite=2, ties="random"),
        fitness=Fitness(costs=(Length(weight=0.001),)),
    ),
    "truncation, star walk at random times": logic_gates(
        goals=FOUR,
        schedule=StarWalk(centre="and", goals=("or", "eq", "noise"), every=4, timing="random", fade=6),
        selection=Truncation(best=7, elite=1),
        variation=Variation(mutation=Redraw(rate=0.05, per="locus", deletion=0.5), crossover=TwoPoint(rate=0.6)),
        fitness=Fitness(costs=(SquaredLength(weight=0.001, positions="plane", radius=2.5),)),
    ),
    "rank, shuffled goals": logic_gates(
        goals=FOUR,
        schedule=Shuffled(goals=("and", "or", "eq"), every=3),
        selection=LinearRank(pressure=1.7, elite=3),
        variation=Variation(mutation=Redraw(rate=0.1, per="gene"), crossover=Uniform(rate=0.5, swap=0.2)),
        fitness=Fitness(costs=(LongestConnection(weight=0.01, positions="layers", above=2),)),
        initial=RandomGenomes(links=0.3, drift=2),
    ),
    "lexicase, goals together": logic_gates(
        goals=FOUR,
        schedule=Together(goals=("and", "or", "eq"), weights=(3, 1, 2)),
        selection=Lexicase(),
        variation=Variation(mutation=FlipBit(rate=0.7 / 104, per="bit"), crossover=Uniform()),
        fitness=Fitness(costs=(LengthBeyond(weight=0.002, threshold=1.2, positions=PLACES),)),
        initial=Mix(
            of=(
                Part(share=1, initial=RandomGenomes(links=0.0)),
                Part(share=2, initial=RandomGenomes(links=1.0, drift=3)),
            )
        ),
    ),
    "epochs without selection": logic_gates(
        goals={**BOTH, "nothing": NeutralGoal()},
        schedule=Alternating(goals=("and", "nothing", "or", "nothing"), every=(4, 3, 2, 3), fade=2),
        variation=Variation(mutation=Redraw(rate=0.9, deletion=0.3)),
    ),
    "epochs without cases": logic_gates(
        goals={**BOTH, "nothing": NeutralGoal()},
        schedule=Alternating(goals=("nothing", "and"), every=3),
        selection=Lexicase(elite=2),
        variation=SEXUAL,
    ),
    "nsga2, goals together, diversity": logic_gates(
        goals=BOTH,
        schedule=Together(goals=("and", "or")),
        selection=Nsga2(parents=8, diversity=True, ties="random"),
        variation=SEXUAL,
    ),
    "pnsga, goals that fade, epochs without selection": logic_gates(
        goals={**BOTH, "nothing": NeutralGoal()},
        schedule=Alternating(goals=("and", "or", "nothing"), every=4, fade=2),
        selection=Pnsga(),
        fitness=Fitness(costs=(Connections(above=3),)),
    ),
}

"""Whole genotype spaces, counted: what all genomes compute, all solutions of a goal, and the way to the nearest.

The space is that of Kashtan, Noor & Alon 2007 (doi 10.1073/pnas.0611630104), model 2-small: four two-input gates read
two of four inputs each, two gates read two of those four each, and the output gate reads these two. Its 2^38 genomes
are never walked through; functions are counted layer by layer.

    from evomod.landscape import Model, Solutions, genomes_per_function, nearest, slopes

    model = Model()                                # or Model(gates=("and", "or", "nand"), n_inputs=3, n_first=2)
    genomes_per_function(model)                    # int64 (65536,): genomes that compute each function; sums to 2^38
    solutions = Solutions(model, function)         # all genomes that compute a function, in a compressed form
    solutions.n                                    # how many
    solutions.genomes()                            # all of them, uint8 (n, 19); or those with some ranks
    solutions.sample(1000, seed)                   # some of them, each equally likely
    nearest(solutions, genomes, unit="bit")        # int64 (n,): mutations from each genome to the nearest solution
    slopes(solutions, path, unit="bit")            # along a line of descent: distance, gain, toward, each (n,)

Functions are whole numbers, as in `goals.function`: bit r is the answer in row r, and row r has input i equal to bit i
of r. Genomes are those of the genotype `layered_circuit` with hidden layers [4, 2]: source, source, kind of each gate,
layer by layer, and the kind of the output gate. A mutation changes a bit, or an allele.
"""

from evomod.landscape.counting import genomes_per_function
from evomod.landscape.model import Model
from evomod.landscape.nearest import Slopes, nearest, slopes
from evomod.landscape.solutions import Solutions

__all__ = ["Model", "Slopes", "Solutions", "genomes_per_function", "nearest", "slopes"]

"""Pareto selection as its definitions say it: slow, and in plain Python."""

from __future__ import annotations

import random

from evomod.rng import PEEL, TOURNAMENT, Stream, below


def dominates(one, other, counting=None):
    """Nowhere worse and somewhere better, in the objectives that count."""
    pairs = [(a, b) for c, (a, b) in enumerate(zip(one, other, strict=True)) if counting is None or counting[c]]
    return all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)


def fronts(rows):
    """Front of each row, peeled off one by one."""
    front, left, peel = {}, set(range(len(rows))), 0
    while left:
        gone = {i for i in left if not any(dominates(rows[j], rows[i]) for j in left)}
        front.update(dict.fromkeys(gone, peel))
        left, peel = left - gone, peel + 1
    return [front[i] for i in range(len(rows))]


def peeled_by_tests(rows, chances, rng: random.Random):
    """PNSGA by its definition: in each peel everybody is tested against everybody, which costs count drawn afresh."""
    front, left, peel = {}, set(range(len(rows))), 0
    while left:
        gone = set()
        for i in left:
            tests = ([rng.random() < chance for chance in chances] for _ in left)
            if not any(dominates(rows[j], rows[i], counting) for j, counting in zip(left, tests, strict=True)):
                gone.add(i)
        if not gone:
            gone = {i for i in left if not any(dominates(rows[j], rows[i]) for j in left)}
        front.update(dict.fromkeys(gone, peel))
        left, peel = left - gone, peel + 1
    return [front[i] for i in range(len(rows))]


def chance_to_dominate(one, other, chances):
    """That `one` dominates `other`: nothing that is worse counts, and something that is better does."""
    worse = better = 1.0
    for a, b, chance in zip(one, other, chances, strict=True):
        if a > b:
            worse *= 1 - chance
        elif a < b:
            better *= 1 - chance
    return worse * (1 - better)


def peeled_by_chances(rows, chances, enough, seed, generation):
    """The same in one draw for each individual and peel, with our draws; who is left after `enough` is in one front."""
    front, left, peel = {}, set(range(len(rows))), 0
    while len(front) < enough:
        gone = set()
        for i in left:
            survives = 1.0
            for j in left:
                survives *= 1 - chance_to_dominate(rows[j], rows[i], chances)
            if int(Stream(seed, generation, i, PEEL).words(4 * peel + 4)[4 * peel]) < int(survives * 2**32):
                gone.add(i)
        if not gone:
            gone = {i for i in left if not any(dominates(rows[j], rows[i]) for j in left)}
        front.update(dict.fromkeys(gone, peel))
        left, peel = left - gone, peel + 1
    return [front.get(i, peel) for i in range(len(rows))]


def tournament(rows, crowding, chances, survivors, seed, generation, place):
    """The winner among `survivors`, with our draws."""
    words = Stream(seed, generation, place, TOURNAMENT).words(4 * (1 + len(chances))).tolist()
    one, other = (survivors[int(below(word, len(survivors)))] for word in words[:2])
    counting = [words[4 * (1 + c)] < int(chance * 2**32) for c, chance in enumerate(chances)]
    for judge in (
        lambda a, b: dominates(rows[a], rows[b], counting),
        lambda a, b: crowding[a] > crowding[b],
    ):
        if judge(one, other) != judge(other, one):
            return one if judge(one, other) else other
    return other if words[2] & 1 else one

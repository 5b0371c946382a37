"""Experiments on populations that have evolved: how fast they adapt, who wins, what mutations do.

After Parter, Kashtan & Alon 2008 (doi 10.1371/journal.pcbi.1000206).
"""

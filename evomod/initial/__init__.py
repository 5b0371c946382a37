"""How a population begins."""

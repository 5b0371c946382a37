"""Which goal, when."""

"""The log of a run: who descended from whom."""

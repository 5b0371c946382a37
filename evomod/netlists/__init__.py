"""Circuits out and in: the formats in which other tools read and write them, and circuits made from expressions."""

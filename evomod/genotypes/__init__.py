"""How networks are written in genes."""

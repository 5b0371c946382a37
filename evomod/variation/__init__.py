"""How offspring differ from their parents."""

"""Pure graphs."""

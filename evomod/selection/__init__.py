"""Who has offspring."""

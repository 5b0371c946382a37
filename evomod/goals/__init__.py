"""What is to be computed."""

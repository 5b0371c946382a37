"""What is read off networks, genomes and populations, each value with its definition and its null."""

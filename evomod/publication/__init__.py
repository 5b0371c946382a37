"""What a paper needs of its runs: the methods in words, and an archive for a repository of data."""

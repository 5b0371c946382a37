"""What can be said of many runs: intervals, comparisons, times to an event, how many runs it takes."""

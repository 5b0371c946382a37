"""Exit codes: 0 done, 1 something failed, 2 wrong input, 75 stopped and resumable, 130 Ctrl-C."""

RESUMABLE = 75  # EX_TEMPFAIL: job schedulers requeue on it
INTERRUPTED = 130

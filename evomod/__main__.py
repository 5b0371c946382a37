"""`python -m evomod`."""

import sys

from evomod.cli import main

if __name__ == "__main__":
    sys.exit(main())

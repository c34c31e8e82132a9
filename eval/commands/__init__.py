"""The body of each command: load, do, print; the number it returns is the exit code."""

import sys

from rich.console import Console


def wide() -> Console:
    """Wide enough for every table where nobody's window sets the width."""
    return Console(width=None if sys.stdout.isatty() else 120)

"""The body of each command: load, do, print; the number it returns is the exit code."""

import os
import sys
from pathlib import Path

from rich.console import Console


def wide() -> Console:
    """Wide enough for every table where nobody's window sets the width."""
    return Console(width=None if sys.stdout.isatty() else 120)


def check_place(file: Path) -> None:
    """ValueError if a file can't be written there, before hours of work for it begin."""
    if file.is_dir():
        raise ValueError(f"--out {file} is a folder; name a file in it, such as {file / 'kept'}")
    there = next(place for place in (file, *file.absolute().parents) if place.exists())
    if there != file and not there.is_dir():
        raise ValueError(f"--out {file} can't be written: {there} is no folder")
    if not os.access(there, os.W_OK):
        raise ValueError(f"--out {file} can't be written: {there} may not be written to")

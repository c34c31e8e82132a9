"""Passages in, ranked passages out."""

from pathlib import Path

FOLDER = Path(__file__).parent / "built"  # where the library's own index is kept

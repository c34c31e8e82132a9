"""Documents in, passages out."""

from pathlib import Path

DOCUMENTS = Path(__file__).parent / "documents"  # the library that comes with the project

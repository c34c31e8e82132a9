"""Documents in, passages out."""

import os
from pathlib import Path

DOCUMENTS = Path(__file__).parent / "documents"  # the library that comes with the project
# What the staff of a site add to it, unless they keep it elsewhere.
ADDED = Path(os.environ.get("BONEWISE_LIBRARY") or Path(__file__).parent / "added")


def library_folders() -> list[Path]:
    """The folders that make up the library today."""
    return [DOCUMENTS, ADDED] if ADDED.is_dir() else [DOCUMENTS]

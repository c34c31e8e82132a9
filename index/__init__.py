"""Passages in, ranked passages out."""

import os
from pathlib import Path

# Where the library's own index is kept, unless the site says otherwise.
FOLDER = Path(os.environ.get("BONEWISE_INDEX") or Path(__file__).parent / "built")

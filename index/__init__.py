"""Passages in, ranked passages out."""

import os
from pathlib import Path

# Before anything imports it: onnxruntime sends reports of its use to its maker, and keeps an id.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# One question is too little work to share: numpy's other threads would only spin beside it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Where the library's own index is kept, unless the site says otherwise.
FOLDER = Path(os.environ.get("BONEWISE_INDEX") or Path(__file__).parent / "built")

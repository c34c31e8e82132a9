"""Speed: this assistant beside the same one with its encoder run by sentence-transformers.

Each start is a fresh process, timed from its launch to its first answer; the two sides take turns,
so that what else the machine does falls on both.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from rich.progress import track
from rich.table import Table

STARTS = 5  # of each side
SIDES = ("onnxruntime int8", "sentence-transformers")


def bench(folder: Path) -> Table:
    """Medians of both sides, and how many times faster ours is."""
    runs: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
    for _ in track(range(STARTS), "starting both sides in turn"):
        for side in SIDES:
            runs[side].append(_start(side, folder))
    made = Table("median of 5 starts", *SIDES, "times faster")
    for name, unit in (("first", "s"), ("answer", "ms"), ("memory", "MiB")):
        ours, theirs = (median(run[name] for run in runs[side]) for side in SIDES)
        made.add_row(
            LABELS[name], f"{ours:.3g} {unit}", f"{theirs:.3g} {unit}", f"{theirs / ours:.1f}"
        )
    return made


LABELS = {
    "first": "launch to first answer",
    "answer": "answering a question",
    "memory": "peak memory",
}


def _start(side: str, folder: Path) -> dict[str, float]:
    """One process of one side; what it measured, and the time to its first answer."""
    launched = time.perf_counter()
    command = [sys.executable, "-m", "eval.side", side, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        first_line = process.stdout.readline()
        first = time.perf_counter() - launched
        rest = process.stdout.read()
    if process.returncode or first_line.strip() != "answered":
        raise ValueError(f"the side {side!r} did not start; is the index built?")
    return {"first": first, **json.loads(rest)}

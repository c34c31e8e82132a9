"""Each side in processes of its own, in turns, so that what else the machine does falls on all."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from eval.peers import HERE, OURS, SIDES
from eval.peers.material import Material
from eval.peers.side import FIRST

QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "PYTHONWARNINGS": "ignore",
}


@dataclass(slots=True)
class Measured:
    """All runs of one side; `problem` says why there are none."""

    builds: list[dict[str, Any]] = field(default_factory=list)
    serves: list[dict[str, Any]] = field(default_factory=list)
    problem: str = ""

    @property
    def versions(self) -> Mapping[str, str]:
        """Of the packages that did the work."""
        return {
            name: v for run in (*self.builds, *self.serves) for name, v in run["versions"].items()
        }

    def speeds(self, passages: int) -> dict[str, float | str]:
        """Medians over the runs, named as in the table."""
        if not self.serves:
            return {}
        found: dict[str, float | str] = {
            "passages/s": passages / median(run["seconds"] for run in self.builds),
            "command to index on disk": median(run["whole"] for run in self.builds),
            "index on disk": median(run["bytes"] for run in self.builds) / 2**20,
        }
        found |= {
            "launch to first result": median(run["first"] for run in self.serves),
            "load": median(run["load"] for run in self.serves),
            "search p50": median(np.percentile(r["taken"], 50) for r in self.serves) * 1000,
            "search p95": median(np.percentile(r["taken"], 95) for r in self.serves) * 1000,
            "peak memory": median(run["memory"] for run in self.serves),
        }
        together = [run["throughput"] for run in self.serves]
        failed = [str(value) for value in together if isinstance(value, str)]
        return found | {"4 clients": failed[0] if failed else median(together)}


def measure(
    material: Material,
    work: Path,
    environment: Path,
    rounds: tuple[int, int],
    done: Callable[[], None],
) -> dict[str, Measured]:
    """`rounds` builds and starts of each side; `done` is called after each of them."""
    work.mkdir(parents=True, exist_ok=True)
    material.save(work)
    found = {side: Measured() for side in SIDES}
    for task, times in zip(("build", "serve"), rounds, strict=True):
        for turn in range(times):
            for side in turns(turn):
                measured = found[side]
                if not measured.problem:
                    try:
                        runs = measured.builds if task == "build" else measured.serves
                        runs.append(_process(side, task, work, environment))
                    except ValueError as error:
                        measured.problem = str(error)
                done()
    return found


def turns(turn: int) -> Sequence[str]:
    """Every side once, each time another one first."""
    names = list(SIDES)
    first = turn % len(names)
    return names[first:] + names[:first]


def interpreter(side: str, environment: Path) -> str:
    """Ours runs here, peers in their own environment."""
    return sys.executable if side == OURS else str(environment / "bin" / "python")


def _process(side: str, task: str, work: Path, environment: Path) -> dict[str, Any]:
    """What one process of one side measured, with the time from its launch."""
    launched = time.perf_counter()
    command = [interpreter(side, environment), "-m", "eval.peers.side", side, task, str(work)]
    errors = work / f"{side}-{task}.log"
    with (
        errors.open("w", encoding="utf-8") as log,
        subprocess.Popen(  # noqa: S603
            command,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=HERE.parent.parent,
            env=os.environ | QUIET,
        ) as process,
    ):
        assert process.stdout is not None
        line = process.stdout.readline() if task == "serve" else FIRST
        first = time.perf_counter() - launched
        rest = process.stdout.read()
    whole = time.perf_counter() - launched
    if process.returncode or line.strip() != FIRST:
        said = errors.read_text(encoding="utf-8").strip().splitlines()
        raise ValueError(f"{task} failed: {said[-1] if said else 'without a word'}"[:200])
    return {"first": first, "whole": whole, **json.loads(rest)}

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

from eval.peers import HERE, OWN, SHARED, SIDES
from eval.peers.material import FILE, Material, load_material
from eval.peers.side import FIRST, TASKS

KEPT = ".run.json"
SPARED = {("build", side) for side in SHARED}  # they serve what another has built
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "PYTHONWARNINGS": "ignore",
}


@dataclass(slots=True)
class Measured:
    """What every process of one side measured, by task; `problem` says why there is no more."""

    runs: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {task: [] for task in TASKS}
    )
    problem: str = ""

    @property
    def versions(self) -> Mapping[str, str]:
        """Of the packages that did the work."""
        found = [run["versions"] for runs in self.runs.values() for run in runs]
        return {name: number for versions in found for name, number in versions.items()}

    def speeds(self, passages: int) -> dict[str, float | str]:
        """Medians over the runs, named as in the table."""
        builds, serves = self.runs["build"], self.runs["serve"]
        if self.problem or not builds or not serves:
            return {}

        def middle(name: str, runs: Sequence[Mapping[str, Any]] = serves) -> float:
            return float(median(run[name] for run in runs))

        together = [run["throughput"] for run in serves]
        failed = [str(value) for value in together if isinstance(value, str)]
        return {
            "passages/s": passages / middle("seconds", builds),
            "texts/s": middle("texts", builds) / middle("seconds", builds),
            "command to index on disk": middle("whole", builds),
            "index on disk": middle("bytes", builds) / 2**20,
            "launch to first result": middle("first"),
            "load": middle("load"),
            "search p50": median(float(np.percentile(r["taken"], 50)) for r in serves) * 1000,
            "search p95": median(float(np.percentile(r["taken"], 95)) for r in serves) * 1000,
            "processor time a search": middle("processor") * 1000,
            "4 clients": failed[0] if failed else median(together),
            "peak memory": middle("memory"),
        }


def measure(  # noqa: PLR0913, PLR0917 (all of one measurement)
    material: Material,
    work: Path,
    environment: Path,
    times: Mapping[str, int],
    go_on: bool,
    done: Callable[[], None],
) -> dict[str, Measured]:
    """Every task so many times for each side; `done` is called after each of them.

    What a process measured is kept; `go_on` takes it from a run that was stopped.
    """
    work.mkdir(parents=True, exist_ok=True)
    if not go_on or not (work / FILE).is_file() or load_material(work) != material:
        for old in work.glob(f"*{KEPT}"):
            old.unlink()
    material.save(work)
    found = {side: Measured() for side in SIDES}
    for task in TASKS:
        for turn in range(times[task]):
            for side in turns(turn):
                if not found[side].problem and (task, side) not in SPARED:
                    _add(found[side], (side, task, turn), work, environment)
                done()
    for side, other in SHARED.items():
        found[side].runs["build"] = found[other].runs["build"]
    return found


def _add(measured: Measured, which: tuple[str, str, int], work: Path, environment: Path) -> None:
    """One process more, or why there is none."""
    side, task, turn = which
    kept = work / f"{side}-{task}-{turn}{KEPT}"
    try:
        if not kept.is_file():
            kept.write_text(json.dumps(_process(side, task, work, environment)), encoding="utf-8")
        measured.runs[task].append(json.loads(kept.read_text(encoding="utf-8")))
    except ValueError as error:
        measured.problem = str(error)


def turns(turn: int) -> Sequence[str]:
    """Every side once, each time another one first."""
    names = list(SIDES)
    first = turn % len(names)
    return names[first:] + names[:first]


def interpreter(side: str, environment: Path) -> str:
    """Ours runs here, peers in their own environment."""
    return sys.executable if side in OWN else str(environment / "bin" / "python")


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

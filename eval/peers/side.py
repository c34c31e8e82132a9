"""One process of one side: build an index, rank with it, or serve it; run by ``measure.py``.

``python -m eval.peers.side NAME build|rank|serve WORK`` in the side's own environment. It imports
nothing but the standard library and that side, so that its start, its time and its memory are the
side's. The folder WORK holds the material; a side keeps its index in a folder of its name there.
"""

import contextlib
import json
import re
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

from eval.peers import SHARED
from eval.peers.material import Material, load_material

LIMIT = 10  # results of a search that is timed
DEEP = 50  # of one whose documents are ranked
CLIENTS = 4
TIMED = 120  # questions, from all over
FIRST = "first result"


class Side(Protocol):
    """What each file of a side has to have; its class is called Side and takes nothing."""

    packages: tuple[str, ...]  # whose versions belong in the report

    def build(self, material: Material, folder: Path) -> tuple[float, int]:
        """Embed, index and save; the seconds that took once the encoder was ready, and of how
        many texts it made vectors."""
        ...

    def open(self, folder: Path) -> None:
        """Load what was saved, and the encoder."""
        ...

    def search(self, question: str, limit: int) -> list[str]:
        """Ids of what was found, best first."""
        ...


def main(name: str, task: str, work: str) -> None:
    """Do one task and print what it measured as JSON; `serve` prints its first result before."""
    side: Side = import_module(f"eval.peers.{name}").Side()
    material, folder = load_material(Path(work)), Path(work) / SHARED.get(name, name)
    with contextlib.redirect_stdout(sys.stderr):  # what libraries print
        found = TASKS[task](side, material, folder)
    print(json.dumps({**found, "versions": _versions(side)}))


def _build(side: Side, material: Material, folder: Path) -> dict[str, Any]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    seconds, texts = side.build(material, folder)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return {"seconds": seconds, "texts": texts, "bytes": size}


def _rank(side: Side, material: Material, folder: Path) -> dict[str, Any]:
    """What it finds for every question."""
    side.open(folder)
    found = {}
    for name, limit in (("rankings", LIMIT), ("deep", DEEP)):
        found[name] = {
            asked: side.search(question, limit) for asked, question in material.questions.items()
        }
    return found


def _serve(side: Side, material: Material, folder: Path) -> dict[str, Any]:
    """How fast it is, on some of the questions."""
    every = list(material.questions.values())
    questions = every[:: max(1, len(every) // TIMED)]
    started = time.perf_counter()
    side.open(folder)
    loaded = time.perf_counter() - started
    side.search(questions[0], LIMIT)
    print(FIRST, file=sys.__stdout__, flush=True)
    taken = []
    processor = time.process_time()
    for question in questions:
        started = time.perf_counter()
        side.search(question, LIMIT)
        taken.append(time.perf_counter() - started)
    processor = time.process_time() - processor
    return {
        "load": loaded,
        "taken": taken,
        "processor": processor / len(questions),
        "throughput": _together(side.search, questions),
        "memory": _peak_memory(),
    }


def _together(search: Callable[[str, int], list[str]], questions: list[str]) -> float | str:
    """Questions a second with several client threads, or the error that stopped them."""
    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        try:
            list(clients.map(lambda question: search(question, LIMIT), questions))
        except Exception as error:  # a peer's own, of whatever kind
            return type(error).__name__
    return len(questions) / (time.perf_counter() - started)


def _peak_memory() -> float:
    """Peak resident MiB of this process; ru_maxrss would count the parent's before exec, too."""
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8"))
        if found:
            return int(found[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _versions(side: Side) -> Mapping[str, str]:
    found = {}
    for package in side.packages:
        with contextlib.suppress(PackageNotFoundError):
            found[package] = version(package)
    return found


TASKS = {"build": _build, "rank": _rank, "serve": _serve}

if __name__ == "__main__":
    main(*sys.argv[1:])

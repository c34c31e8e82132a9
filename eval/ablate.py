"""What each part of the search is worth: the same dev questions with one thing taken away.

Some variants only change how scores are added up; others need an index of their own and are built
in a temporary folder. Every variant is compared with the program as it is, question by question.
"""

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from assistant.ask import Assistant
from eval.answers import run
from eval.compare import Difference, differences
from eval.measure import label
from eval.question import Question
from eval.run import Run
from eval.variants import embedded_otherwise, scored_otherwise
from index.build import build_index
from index.folder import current

MEASURES = ("passage Success(rel=2)@1", "passage nDCG@10", "sentence Success(rel=2)@1")
BUILDS: Mapping[str, Mapping[str, Any]] = {
    "as it is, built afresh": {},
    "the encoder not tuned": {"tune": False},
    "fp32 instead of int8": {"precision": "fp32"},
    "passages of 60 tokens": {"passage_size": 60},
    "passages of 120 tokens": {"passage_size": 120},
    "passages of 360 tokens": {"passage_size": 360},
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What a variant takes."""

    milliseconds: float  # median to an answer
    seconds: float | None = None  # to make what it needs; None if it needs nothing
    megabytes: float | None = None  # of its index on disk


@dataclass(frozen=True, slots=True)
class Row:
    """One variant beside the program as it is."""

    name: str
    differences: Mapping[str, Difference]
    cost: Cost


def ablate(
    assistant: Assistant, questions: Sequence[Question], documents: Sequence[Path]
) -> Iterator[Row]:
    """The program as it is, then every variant; without documents none is built."""
    base = run(questions, assistant)
    yield _row("as it is", base, base)
    for name, variant in _bar(list(scored_otherwise(assistant)), "scoring otherwise"):
        yield _row(name, base, run(questions, variant))
    if not documents:
        return
    for name, make in _bar(list(embedded_otherwise(assistant)), "embedding otherwise"):
        started = time.perf_counter()
        variant, taken = make(), time.perf_counter() - started
        yield _row(name, base, run(questions, variant), taken)
    with tempfile.TemporaryDirectory() as folder:
        for name, settings in _bar(list(BUILDS.items()), "building otherwise"):
            out, started = Path(folder) / name.replace(" ", "-"), time.perf_counter()
            build_index(documents, out, **settings)
            taken = time.perf_counter() - started
            yield _row(name, base, run(questions, Assistant.load(out)), taken, _size(out))


def ablation_table(rows: Sequence[Row]) -> Table:
    """One row a variant: its scores, how far they are from the program's, and its cost."""
    table = Table(
        title="dev; difference to the program as it is, 95 % interval", padding=(0, 0, 0, 1)
    )
    for name in ("variant", *map(label, MEASURES), "ms", "build s", "MB"):
        table.add_column(name)
    for row in rows:
        cells = [_cell(row.differences[measure]) for measure in MEASURES]
        cost = row.cost.milliseconds, row.cost.seconds, row.cost.megabytes
        table.add_row(row.name, *cells, *("" if c is None else f"{c:.1f}" for c in cost))
    return table


def _cell(found: Difference) -> str:
    low, high = found.interval
    change = f" ({low:+.2f} to {high:+.2f})" if found.second != found.first else ""
    return f"{found.second:.3f}{change}"


def _row(
    name: str, base: Run, variant: Run, seconds: float | None = None, size: float | None = None
) -> Row:
    found = {difference.measure: difference for difference in differences(base, variant)}
    milliseconds = median(result.milliseconds for result in variant.results)
    return Row(name, found, Cost(milliseconds, seconds, size))


def _size(folder: Path) -> float:
    """Megabytes of the build in use."""
    build = current(folder) or folder
    return sum(file.stat().st_size for file in build.rglob("*") if file.is_file()) / 1e6


def _bar(variants: Sequence[Any], text: str) -> Iterator[Any]:
    yield from track(variants, text, console=Console(stderr=True))

"""What each part of the search is worth: the same dev questions with one thing taken away.

Some variants only change how scores are added up; others need an index of their own and are built
in a temporary folder. Every variant is compared with the program as it is, question by question.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import ne
from pathlib import Path
from statistics import median
from typing import Any

from rich.progress import track
from rich.table import Table

from assistant.ask import Assistant
from corpus.names import Names
from eval.answers import run
from eval.compare import Difference, differences
from eval.question import Question
from eval.run import Run
from index.build import build_index

MEASURES = ("passage Success(rel=2)@1", "passage nDCG@10", "sentence Success(rel=2)@1")


@dataclass(frozen=True, slots=True)
class Row:
    """One variant beside the program as it is."""

    name: str
    differences: Mapping[str, Difference]
    milliseconds: float  # median to an answer


def ablate(
    assistant: Assistant, questions: Sequence[Question], documents: Sequence[Path]
) -> Iterator[Row]:
    """The program as it is, then every variant."""
    base = run(questions, assistant)
    yield _row("as it is", base, base)
    variants = list(_weighted(assistant))
    for name, variant in track(variants, "scoring otherwise"):
        yield _row(name, base, run(questions, variant))
    with tempfile.TemporaryDirectory() as folder:
        for name, settings in track(list(BUILDS.items()), "building otherwise"):
            out = Path(folder) / name.replace(" ", "-")
            build_index(documents, out, **settings)
            yield _row(name, base, run(questions, Assistant.load(out)))


BUILDS: Mapping[str, Mapping[str, Any]] = {
    "fp32 instead of int8": {"precision": "fp32"},
    "passages of 60 tokens": {"passage_size": 60},
    "passages of 360 tokens": {"passage_size": 360},
}


def ablation_table(rows: Sequence[Row]) -> Table:
    """One row a variant: its scores, how far they are from the program's, and its cost."""
    table = Table(
        title="dev; difference to the program as it is, 95 % interval", padding=(0, 0, 0, 1)
    )
    for name in ("variant", *MEASURES, "ms"):
        table.add_column(name)
    for row in rows:
        cells = [_cell(row.differences[measure]) for measure in MEASURES]
        table.add_row(row.name, *cells, f"{row.milliseconds:.1f}")
    return table


def _cell(found: Difference) -> str:
    low, high = found.interval
    change = f" ({low:+.2f} to {high:+.2f})" if found.second != found.first else ""
    return f"{found.second:.3f}{change}"


def _row(name: str, base: Run, variant: Run) -> Row:
    found = {difference.measure: difference for difference in differences(base, variant)}
    return Row(name, found, median(result.milliseconds for result in variant.results))


def _weighted(assistant: Assistant) -> Iterator[tuple[str, Assistant]]:
    """Variants of the same index."""
    weigh = _weigher(assistant)
    for view in assistant.index.recipe.weights:
        yield f"without {view}", weigh(partial(ne, view))
    yield "words alone (BM25)", weigh(lambda name: name.endswith("words"))
    yield "vectors alone", weigh(lambda name: name.endswith("cosine"))
    yield "passages alone", weigh(lambda name: name.startswith("passage"))
    yield "without names", replace(assistant, wording=replace(assistant.wording, names=Names({})))


def _weigher(assistant: Assistant) -> Callable[[Callable[[str], bool]], Assistant]:
    def weigh(keeps: Callable[[str], bool]) -> Assistant:
        recipe = assistant.index.recipe
        weights = {name: w if keeps(name) else 0.0 for name, w in recipe.weights.items()}
        return replace(
            assistant, index=replace(assistant.index, recipe=replace(recipe, weights=weights))
        )

    return weigh

"""The growth of search as a page of tables and one plot."""

from collections.abc import Sequence
from pathlib import Path

from eval.grow import WORDS, Texts
from eval.machine import machine
from eval.plots import growth
from eval.scale import DEPTH, Point

PAGE, PLOT = "scale.md", "scale.svg"
TITLE = "p95 of a search by the size of the corpus"
HEAD = """| | p50, ms | p95, ms | recall@10 | build, s | MiB |
| --- | --- | --- | --- | --- | --- |"""


def save(points: Sequence[Point], texts: Texts, out: Path) -> str:
    """Write both to a folder; the page."""
    lines = {
        name: [(point.size, point.p95) for point in points if point.name == name]
        for name in dict.fromkeys(point.name for point in points)
    }
    page = markdown(points, texts)
    out.mkdir(parents=True, exist_ok=True)
    (out / PAGE).write_text(page, encoding="utf-8")
    (out / PLOT).write_text(growth(TITLE, lines), encoding="utf-8")
    return page


def markdown(points: Sequence[Point], texts: Texts) -> str:
    """One table a size."""
    real = len(texts.passages)
    lines = [
        "# How search grows\n",
        f"{machine()} `python -m eval scale`: the first {real:,} passages and the "
        f"{len(texts.questions)} questions are real ({texts.source}, cut at {WORDS} words), larger "
        "corpora are made up around them (`eval/grow.py`), so that recall beyond that size is a "
        "hint. Processor milliseconds of one search of one part on one thread, the encoder left "
        "out; the words of a million passages are not built. "
        f"Recall@{DEPTH} is against the flat index. A library has about four sentences a passage, "
        "so its sentence part stands at four times its passages.\n",
        f"![{TITLE}]({PLOT})\n",
    ]
    for size in dict.fromkeys(point.size for point in points):
        lines += [f"## {size:,} {'(real)' if size <= real else '(made up around real ones)'}\n"]
        lines += [HEAD, *(_row(point) for point in points if point.size == size), ""]
    return "\n".join(lines)


def _row(point: Point) -> str:
    recall = "" if point.recall is None else f"{point.recall:.3f}"
    held = f"{point.bytes / 2**20:,.1f}"
    times = f"{point.p50:.3g} | {point.p95:.3g}"
    return f"| {point.name} | {times} | {recall} | {point.build:.3g} | {held} |"

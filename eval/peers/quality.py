"""How well each side ranks: one row a measure, with the difference to ours and its interval."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.peers import OURS
from eval.peers.collection import Collection, Grades
from eval.peers.measure import Measured
from eval.report import Score
from eval.retrieval import DEPTH, PASSAGES, document_measures, measured

CHUNKS = "chunks.json"  # where a side that cuts for itself leaves its ids
PASSAGE = ("nDCG@10", "R(rel=2)@5", "R(rel=2)@10", "Success(rel=2)@1", "Success(rel=2)@5")  # shown


@dataclass(frozen=True, slots=True)
class Quality:
    """One measure of one side; `lead` is ours minus theirs, question by question."""

    level: str  # passage or document
    measure: str
    mean: float
    lead: Score


def qualities(
    collection: Collection, found: Mapping[str, Measured], work: Path
) -> dict[str, list[Quality]]:
    """Every side that could be served, ours first."""
    served = {side: held.runs["rank"][0] for side, held in found.items() if held.runs["rank"]}
    scored = {side: _scored(collection, run, work / side) for side, run in served.items()}
    return {
        side: [
            _quality(level, measure, scored[OURS][level], values[level])
            for level in values
            for measure in shown(level, collection)
        ]
        for side, values in scored.items()
    }


def shown(level: str, collection: Collection) -> Sequence[str]:
    """The measures of a level that the report has, as ir-measures names them."""
    if level == "passage":
        return PASSAGE
    names = map(str, document_measures(collection.relevant, DEPTH))
    return [name for name in names if not name.startswith("RR")]


def document_ranking(units: Iterable[str], names: Mapping[str, str]) -> list[tuple[str, float]]:
    """Documents in the order of their first passage, with scores that say no more than that."""
    found = dict.fromkeys(names[unit.rpartition("#")[0]] for unit in units)
    return [(name, -float(rank)) for rank, name in enumerate(list(found)[:DEPTH])]


def _scored(collection: Collection, run: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Level to question to measure to value."""
    deep = {q: document_ranking(units, collection.names) for q, units in run["deep"].items()}
    measures = document_measures(collection.relevant, DEPTH)
    found = {"document": measured(measures, collection.documents, deep)}
    if collection.passages:
        own = folder / CHUNKS
        units = json.loads(own.read_text(encoding="utf-8")) if own.exists() else None
        judged: Grades = collection.passages(units or collection.material.passages)
        ranked = {
            q: [(unit, -float(rank)) for rank, unit in enumerate(units[:DEPTH])]
            for q, units in run["rankings"].items()
        }
        found = {"passage": measured(PASSAGES, judged, ranked)} | found
    return found


def _quality(level: str, measure: str, ours: Any, theirs: Any) -> Quality:
    values = [theirs[question][measure] for question in ours]
    leads = tuple(ours[q][measure] - theirs[q][measure] for q in ours)
    return Quality(level, measure, sum(values) / len(values), Score(measure, leads))

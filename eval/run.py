"""A run: every question, what the assistant showed for it, and how good that was.

Everything that is printed, plotted, compared or guarded is worked out from a run, and a run is one
JSON file: two runs of the same program on the same machine differ in nothing but times and the
memory that the process took.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from eval.report import Score
from eval.safety import Share


@dataclass(frozen=True, slots=True)
class Shown:
    """One quote that was shown."""

    document: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Result:
    """One question; `values` holds each measure that applies to it, between 0 and 1."""

    id: str
    text: str
    style: str
    topic: str
    split: str
    answerable: bool
    asked: str  # what was searched for
    status: str
    confidence: float
    values: Mapping[str, float]
    shown: tuple[Shown, ...] = ()
    wanted: tuple[str, ...] = ()  # sentences that answer
    cards: tuple[str, ...] = ()
    level: str = ""  # of the document that holds the best label
    right: bool = False  # a sentence that answers is shown, or would be without a threshold
    milliseconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """All results, and what they were measured with."""

    made_with: Mapping[str, Any]  # recipe, revision, versions, questions, seed
    results: tuple[Result, ...]
    safety: Mapping[str, tuple[Score, ...]] = field(default_factory=dict)  # by split
    memory: float = 0.0  # MiB that the process took at most, the bench's own libraries included

    def save(self, file: Path) -> None:
        """Write it as JSON."""
        row = {
            "made_with": self.made_with,
            "memory": self.memory,
            "safety": {
                split: {score.measure: score.values for score in scores}
                for split, scores in self.safety.items()
            },
            "results": [asdict(result) for result in self.results],
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(row, ensure_ascii=False, indent=1), encoding="utf-8")


def load_run(file: Path) -> Run:
    """A saved run; ValueError if the file is none."""
    try:
        row = json.loads(file.read_text(encoding="utf-8"))
        results = tuple(_result(result) for result in row["results"])
        safety = {
            split: tuple(Share(measure, tuple(values)) for measure, values in scores.items())
            for split, scores in row["safety"].items()
        }
        return Run(row["made_with"], results, safety, row["memory"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{file} is no run; make one: python -m eval run --out FILE") from error


def groups(results: Iterable[Result], field: str) -> dict[str, list[Result]]:
    """Results by style, topic, level or split, in the order of their names."""
    found: dict[str, list[Result]] = {}
    for result in results:
        found.setdefault(getattr(result, field), []).append(result)
    return dict(sorted(found.items()))


def _result(row: dict[str, Any]) -> Result:
    shown = tuple(Shown(**quote) for quote in row["shown"])
    return Result(
        **row | {"shown": shown, "wanted": tuple(row["wanted"]), "cards": tuple(row["cards"])}
    )

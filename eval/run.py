"""A run: every question, what the assistant showed for it, and how good that was.

Everything that is printed, plotted, compared or guarded is worked out from a run, and a run is one
JSON file: two runs of the same program on the same machine differ in nothing but times.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.report import Score

AUROC = "abstention AUROC"


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
    milliseconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """All results, and what they were measured with."""

    made_with: Mapping[str, Any]  # recipe, revision, versions, seed
    results: tuple[Result, ...]

    def save(self, file: Path) -> None:
        """Write it as JSON."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")


def load_run(file: Path) -> Run:
    """A saved run; ValueError if the file is none."""
    try:
        row = json.loads(file.read_text(encoding="utf-8"))
        results = tuple(_result(result) for result in row["results"])
        return Run(row["made_with"], results)
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{file} is no run; make one: python -m eval run --out FILE") from error


def scores(results: Sequence[Result]) -> list[Score]:
    """Every measure over the results that it applies to, in the order of their first use."""
    named: dict[str, list[float]] = {}
    for result in results:
        for measure, value in result.values.items():
            named.setdefault(measure, []).append(value)
    found = [Score(measure, tuple(values)) for measure, values in named.items()]
    return [*found, Score(AUROC, tuple(_surer(results)))]


def groups(results: Iterable[Result], field: str) -> dict[str, list[Result]]:
    """Results by style, topic or split, in the order of their names."""
    found: dict[str, list[Result]] = {}
    for result in results:
        found.setdefault(getattr(result, field), []).append(result)
    return dict(sorted(found.items()))


def _surer(results: Sequence[Result]) -> Iterator[float]:
    """For each answerable question the share of the others that are less sure; mean is AUROC."""
    others = [result.confidence for result in results if not result.answerable]
    for result in results:
        if result.answerable and others:
            sure = result.confidence
            yield sum((sure > other) + (sure == other) / 2 for other in others) / len(others)


def _result(row: dict[str, Any]) -> Result:
    shown = tuple(Shown(**quote) for quote in row["shown"])
    return Result(
        **row | {"shown": shown, "wanted": tuple(row["wanted"]), "cards": tuple(row["cards"])}
    )

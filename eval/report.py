"""Scores as a table, with a 95 % interval for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rich.table import Table

RESAMPLES = 2000
SEED = 20261123


@dataclass(frozen=True, slots=True)
class Score:
    """One measure on one set of questions, a mean over `values` (one for each question)."""

    measure: str
    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean; questions that found nothing are in it."""
        return float(np.mean(self.values)) if self.values else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """Percentile bootstrap, 95 %, over questions."""
        if not self.values:
            return float("nan"), float("nan")
        drawn = np.random.default_rng(SEED).choice(self.values, (RESAMPLES, len(self.values)))
        low, high = np.percentile(drawn.mean(axis=1), (2.5, 97.5))
        return float(low), float(high)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.mean:.3f} ({low:.2f}-{high:.2f})"


def table(columns: Mapping[str, Sequence[Score]]) -> Table:
    """One row a measure, one column a set of questions."""
    made = Table(title="mean (95 % interval)")
    made.add_column("measure", no_wrap=True)
    for name in columns:
        made.add_column(name)
    for row in zip(*columns.values(), strict=True):
        made.add_row(row[0].measure, *(str(score) for score in row))
    return made

"""Scores as a table, with a 95 % interval for each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from rich.table import Table

from eval.measure import label

RESAMPLES = 2000
SEED = 20261123

Array = npt.NDArray[np.float64]
# How often each question was drawn, shape (samples, n), and what is known of each, shape (n,) or
# (n, k), into one number a sample, shape (samples,).
Statistic = Callable[[Array, Array], Array]


def mean(counts: Array, rows: Array) -> Array:
    """The mean over questions."""
    total: Array = counts @ rows / counts.sum(axis=1)
    return total


@dataclass(frozen=True, slots=True)
class Score:
    """One measure on one set of questions: a statistic over `values`, one for each question."""

    measure: str
    values: tuple[float, ...] | tuple[tuple[float, ...], ...]
    statistic: Statistic = mean

    @property
    def mean(self) -> float:
        """The mean, or what the statistic is; questions that found nothing are in it."""
        if not self.values:
            return float("nan")
        return float(self.over(np.ones((1, len(self.values))))[0])

    @property
    def interval(self) -> tuple[float, float]:
        """Percentile bootstrap, 95 %, over questions."""
        if np.isnan(self.mean):
            return float("nan"), float("nan")
        low, high = np.nanpercentile(self.over(resamples(len(self.values))), (2.5, 97.5))
        return float(low), float(high)

    def over(self, counts: Array) -> Array:
        """The statistic on samples of the questions, shape (samples,)."""
        with np.errstate(invalid="ignore", divide="ignore"):  # a sample may lack one kind
            return self.statistic(counts, np.asarray(self.values, np.float64))

    def __str__(self) -> str:
        if np.isnan(self.mean):
            return "-"
        low, high = self.interval
        return f"{self.mean:.3f} ({low:.2f}-{high:.2f})"


def table(columns: Mapping[str, Sequence[Score]], title: str = "") -> Table:
    """One row a measure, one column a set of questions; "-" where a set has no such measure."""
    made = Table(title=title or "mean (95 % interval)")
    made.add_column("measure", no_wrap=True)
    named = {name: {score.measure: score for score in scores} for name, scores in columns.items()}
    for name in columns:
        made.add_column(name)
    for measure in dict.fromkeys(s.measure for scores in columns.values() for s in scores):
        cells = (str(found.get(measure, "-")) for found in named.values())
        made.add_row(label(measure), *cells)
    return made


def group_table(rows: Mapping[str, tuple[int, Sequence[Score]]], title: str) -> Table:
    """One row a group with its count, one column a measure; without what applies to none."""
    made = Table(title=title, padding=(0, 0, 0, 1))
    made.add_column("")
    made.add_column("n")
    shown = {
        name: {score.measure: str(score) for score in scores if not np.isnan(score.mean)}
        for name, (_, scores) in rows.items()
    }
    measures = dict.fromkeys(measure for found in shown.values() for measure in found)
    for measure in measures:
        made.add_column(label(measure))
    for name, found in shown.items():
        if found:
            cells = (found.get(measure, "-") for measure in measures)
            made.add_row(name or "none", str(rows[name][0]), *cells)
    return made


def cost_table(columns: Mapping[str, Sequence[Score]], memory: float) -> Table:
    """Milliseconds by set of questions, and the peak memory of the whole run."""
    made = Table(title="cost; noisy, and not guarded", padding=(0, 0, 0, 1))
    for name in ("measure", *columns):
        made.add_column(name)
    for row in zip(*columns.values(), strict=True):
        cells = (f"{s.mean:.1f} ms ({s.interval[0]:.1f} to {s.interval[1]:.1f})" for s in row)
        made.add_row(row[0].measure, *cells)
    made.add_row("peak memory, with this bench's own libraries", f"{memory:.0f} MiB")
    return made


@lru_cache(maxsize=8)
def resamples(count: int) -> Array:
    """How often each of `count` questions is drawn, shape (RESAMPLES, count)."""
    drawn = np.random.default_rng(SEED).integers(0, count, (RESAMPLES, count))
    flat = (drawn + count * np.arange(RESAMPLES)[:, np.newaxis]).ravel()
    counts = np.bincount(flat, minlength=RESAMPLES * count).reshape(RESAMPLES, count)
    return counts.astype(np.float64)

"""Two runs side by side: is one better than the other, for which questions, how sure is that?

Both runs answer the same questions, so each question is compared with itself: a randomisation test
(signs flipped) for the p value, a bootstrap over questions for the interval of the difference.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rich.table import Table

from eval.measure import label
from eval.report import SEED, Score, mean, resamples
from eval.run import Result, Run
from eval.scores import scores

FLIPS = 10_000  # random signs
SWAPS = 1_000  # for what is no mean, and slower
DECIDING = ("answer shown", "answer shown first", "false answer", "false abstention")


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure in two runs, over the questions that both have."""

    measure: str
    first: float
    second: float
    interval: tuple[float, float]  # 95 % of second minus first
    p: float  # two-sided
    count: int


@dataclass(frozen=True, slots=True)
class Flip:
    """A question on which one run did right and the other did not."""

    measure: str
    first: Result
    second: Result


def differences(first: Run, second: Run) -> list[Difference]:
    """Every measure that both runs have."""
    pairs = _pairs(first, second)
    measures = dict.fromkeys(
        measure for one, other in pairs for measure in one.values if measure in other.values
    )
    found = [_difference(measure, pairs) for measure in measures]
    both = (scores([pair[side] for pair in pairs]) for side in (0, 1))
    for one, other in zip(*map(_statistics, both), strict=True):
        if not math.isnan(one.mean + other.mean) and len(one.values) == len(other.values):
            found.append(_statistic_difference(one, other))
    return found


def flips(first: Run, second: Run) -> list[Flip]:
    """The questions whose outcome changed, once for each measure that did."""
    return [
        Flip(measure, one, other)
        for measure in DECIDING
        for one, other in _pairs(first, second)
        if measure in one.values and one.values[measure] != other.values.get(measure)
    ]


def difference_table(found: Sequence[Difference]) -> Table:
    """One row a measure."""
    table = Table(padding=(0, 0, 0, 1))
    for name in ("measure", "A", "B", "B - A (95 %)", "p", "n"):
        table.add_column(name, no_wrap=True)
    for row in found:
        low, high = row.interval
        change = f"{row.second - row.first:+.3f} ({low:+.2f} to {high:+.2f})"
        numbers = f"{row.first:.3f}", f"{row.second:.3f}", change, f"{row.p:.3f}", str(row.count)
        table.add_row(label(row.measure), *numbers)
    return table


def flip_lines(flip: Flip) -> Iterator[str]:
    """A flip with both answers."""
    change = f"{flip.first.values[flip.measure]:g} -> {flip.second.values[flip.measure]:g}"
    yield f"{flip.first.id}  {flip.measure}: {change}  {flip.first.text!r}"
    for name, result in (("A", flip.first), ("B", flip.second)):
        texts = [quote.text for quote in result.shown] or [result.status]
        yield from (f"   {name}: {' '.join(text.split())}" for text in texts)


def _pairs(first: Run, second: Run) -> list[tuple[Result, Result]]:
    others = {result.id: result for result in second.results}
    pairs = [(result, others[result.id]) for result in first.results if result.id in others]
    if not pairs:
        raise ValueError("the two runs have no question in common")
    return pairs


def _difference(measure: str, pairs: Sequence[tuple[Result, Result]]) -> Difference:
    both = [
        (one.values[measure], other.values[measure])
        for one, other in pairs
        if measure in one.values and measure in other.values
    ]
    first, second = np.asarray(both, np.float64).reshape(-1, 2).T
    change = second - first
    return Difference(
        measure,
        float(first.mean()),
        float(second.mean()),
        Score(measure, tuple(change)).interval,
        _p(change),
        len(change),
    )


def _statistics(found: Sequence[Score]) -> list[Score]:
    """Those that are no mean over questions."""
    return [score for score in found if score.statistic is not mean]


def _statistic_difference(first: Score, second: Score) -> Difference:
    """Drawn with the same questions on both sides; for p, questions change sides at random."""
    drawn = resamples(len(first.values))
    low, high = np.nanpercentile(second.over(drawn) - first.over(drawn), (2.5, 97.5))
    change = second.mean - first.mean
    one, other = np.asarray(first.values), np.asarray(second.values)
    as_large = 0
    for swapped in np.random.default_rng(SEED).random((SWAPS, len(one), 1)) < 0.5:
        sides = np.where(swapped, other, one), np.where(swapped, one, other)
        with np.errstate(invalid="ignore"):  # one side may have answered nothing
            a, b = (first.statistic(np.ones((1, len(one))), rows)[0] for rows in sides)
        as_large += abs(b - a) >= abs(change) - 1e-12
    p = (as_large + 1) / (SWAPS + 1)
    return Difference(
        first.measure, first.mean, second.mean, (float(low), float(high)), p, len(one)
    )


def _p(change: npt.NDArray[np.float64]) -> float:
    """Share of random signs that give a difference at least as large; never quite zero."""
    signs = np.random.default_rng(SEED).choice((-1.0, 1.0), (FLIPS, len(change)))
    as_large = np.abs((signs * change).mean(axis=1)) >= abs(change.mean()) - 1e-12
    return float((as_large.sum() + 1) / (FLIPS + 1))

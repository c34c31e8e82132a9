"""Two runs side by side: is one better than the other, for which questions, how sure is that?

Both runs answer the same questions, so each question is compared with itself: a randomisation test
(signs flipped) for the p value, a bootstrap over questions for the interval of the difference.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rich.table import Table

from eval.measure import label
from eval.report import SEED, Score
from eval.run import Result, Run

FLIPS = 10_000  # random signs
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
    return [_difference(measure, pairs) for measure in measures]


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


def _p(change: npt.NDArray[np.float64]) -> float:
    """Share of random signs that give a difference at least as large; never quite zero."""
    signs = np.random.default_rng(SEED).choice((-1.0, 1.0), (FLIPS, len(change)))
    as_large = np.abs((signs * change).mean(axis=1)) >= abs(change.mean()) - 1e-12
    return float((as_large.sum() + 1) / (FLIPS + 1))

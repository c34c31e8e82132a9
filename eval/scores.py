"""A run into scores: how good the answers were, how safe, and what they cost.

Everything but the cost is the same each time; the cost is reported and never guarded.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from eval.abstention import abstention_scores
from eval.measure import FAMILIES, FOLLOW_UP, SAFETY, family
from eval.report import Array, Score, Statistic
from eval.run import Result, Run

PAIR = ("follow-up, answer shown", "follow-up alone, answer shown")
QUANTILES = {"median": 0.5, "95th percentile": 0.95}


def scores(results: Sequence[Result]) -> list[Score]:
    """Every measure over the results that it applies to, family by family."""
    named: dict[str, list[float]] = {}
    for result in results:
        for measure, value in result.values.items():
            named.setdefault(measure, []).append(value)
    found = [Score(measure, tuple(values)) for measure, values in named.items()]
    pairs = tuple(tuple(r.values[name] for name in PAIR) for r in results if PAIR[1] in r.values)
    found += [Score(FOLLOW_UP, pairs, _ratio), *abstention_scores(results)]
    order = list(FAMILIES)
    return sorted(found, key=lambda score: order.index(family(score.measure)))


def guarded(run: Run) -> list[Score]:
    """All that the gate holds: the scores, and those of the safety messages."""
    safety = [score for found in run.safety.values() for score in found]
    return [*scores(run.results), *(replace(s, measure=f"{SAFETY}{s.measure}") for s in safety)]


def latencies(results: Sequence[Result]) -> list[Score]:
    """Milliseconds to an answer."""
    times = tuple(result.milliseconds for result in results)
    return [Score(f"latency, {name}", times, _quantile(q)) for name, q in QUANTILES.items()]


def _ratio(counts: Array, rows: Array) -> Array:
    """Sum of the first column over the sum of the second."""
    sums = counts @ rows.reshape(-1, 2)
    share: Array = sums[:, 0] / sums[:, 1]
    return share


def _quantile(share: float) -> Statistic:
    def quantile(counts: Array, rows: Array) -> Array:
        order = np.argsort(rows)
        drawn = np.cumsum(counts[:, order], axis=1)
        at = (drawn < share * drawn[:, -1:]).sum(axis=1)
        found: Array = rows[order][at]
        return found

    return quantile

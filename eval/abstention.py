"""Does the confidence tell a right answer from a wrong one, whatever the threshold is?

The risk at a coverage is the share of wrong answers when only the surest so many questions are
answered. An answer is right if it shows a sentence that answers; for a question that was refused,
what would have been shown without a threshold counts, or else the curve would only repeat the
threshold. A question that the library can't answer has no right answer.
"""

from collections.abc import Sequence

import numpy as np

from eval.measure import AURC, AUROC, RISK
from eval.report import Array, Score
from eval.run import Result


def abstention_scores(results: Sequence[Result]) -> list[Score]:
    """Risk at the stored threshold, area under the risk-coverage curve, AUROC."""
    answers = tuple((float(r.status == "answered"), float(r.right)) for r in results)
    rows = tuple((r.confidence, float(r.right), float(r.answerable)) for r in results)
    return [Score(RISK, answers, risk), Score(AURC, rows, aurc), Score(AUROC, rows, auroc)]


def risk(counts: Array, rows: Array) -> Array:
    """The share of wrong answers among those that were given; rows are (answered, right)."""
    answered, right = rows.T
    share: Array = counts @ (answered * (1 - right)) / (counts @ answered)
    return share


def calibration(results: Sequence[Result], bins: int = 10) -> list[tuple[float, Score]]:
    """Mean confidence and share of right answers, in bins of equal counts."""
    ordered = sorted(results, key=lambda result: result.confidence)
    parts = np.array_split(np.arange(len(ordered)), min(bins, len(ordered)))
    return [
        (
            float(np.mean([ordered[at].confidence for at in part])),
            Score("right", tuple(float(ordered[at].right) for at in part)),
        )
        for part in parts
    ]


def calibration_error(bins: Sequence[tuple[float, Score]]) -> float:
    """How far confidence and share of right answers are apart, on average over questions."""
    count = sum(len(right.values) for _, right in bins)
    return sum(abs(sure - right.mean) * len(right.values) for sure, right in bins) / count


def aurc(counts: Array, rows: Array) -> Array:
    """Mean risk over all coverages; equally sure questions are answered together.

    Rows are (confidence, right, answerable); Geifman et al. 2019, arXiv 1805.08206.
    """
    order = np.argsort(-rows[:, 0], kind="stable")
    doubt, wrong, drawn = -rows[order, 0], 1 - rows[order, 1], counts[:, order]
    last = np.searchsorted(doubt, doubt, side="right") - 1
    answered = np.cumsum(drawn, axis=1)[:, last]
    risk = np.cumsum(drawn * wrong, axis=1)[:, last] / np.maximum(answered, 1)
    area: Array = (drawn * risk).sum(axis=1) / drawn.sum(axis=1)
    return area


def auroc(counts: Array, rows: Array) -> Array:
    """How often an answerable question is surer than one that is not; a tie counts half."""
    order = np.argsort(rows[:, 0], kind="stable")
    sure, answerable, drawn = rows[order, 0], rows[order, 2], counts[:, order]
    below = np.pad(np.cumsum(drawn * (1 - answerable), axis=1), ((0, 0), (1, 0)))
    first, after = (np.searchsorted(sure, sure, side=side) for side in ("left", "right"))
    surer = (below[:, first] + below[:, after]) / 2
    share: Array = (drawn * answerable * surer).sum(axis=1) / (
        (drawn * answerable).sum(axis=1) * below[:, -1]
    )
    return share

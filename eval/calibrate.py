"""The abstention threshold, from the dev questions alone; the next build stores it."""

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from eval.run import Result
from index.recipe import CALIBRATION


def best_threshold(results: Sequence[Result]) -> tuple[float, float]:
    """Threshold at which the worse of both error rates is least, and that rate.

    Neither side pays for the other: as many answerable questions are refused as others answered.
    It lies halfway between two confidences, so that none lies on it.
    """
    answerable = [r.confidence for r in results if r.answerable]
    others = [r.confidence for r in results if not r.answerable]
    seen = sorted({*answerable, *others})
    between = [(low + high) / 2 for low, high in pairwise(seen)]

    def errors(threshold: float) -> float:
        refused = sum(confidence < threshold for confidence in answerable) / len(answerable)
        answered = sum(confidence >= threshold for confidence in others) / len(others)
        return max(refused, answered)

    best = min(between, key=lambda threshold: (round(errors(threshold), 9), threshold))
    return best, errors(best)


def save_threshold(threshold: float, questions: int, file: Path = CALIBRATION) -> None:
    """Write it where the next build takes it from."""
    row = {"threshold": round(threshold, 4), "fitted_on": f"{questions} dev questions"}
    file.write_text(json.dumps(row, indent=2) + "\n", encoding="utf-8")

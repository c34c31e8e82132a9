"""The confidence and its threshold, from questions that may be looked at; the next build stores
them.

The weights are fitted on dev and on what strangers asked, whose questions without an answer are
nearer to those with one; both count alike. The threshold keeps dev, of whose kind the test
questions are, within what is wanted. What they do to pairs of like questions, of which the library
answers one, is only told.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.utils.class_weight import compute_sample_weight

from assistant.abstain import Signals, confidence
from assistant.ask import Assistant
from assistant.conversation import Conversation
from eval import QUESTIONS
from eval.question import Question
from index.recipe import CALIBRATION

PAIRS, STRANGERS = QUESTIONS / "calibration", QUESTIONS / "strangers"
MOST_REFUSED, MOST_ANSWERED = 0.04, 0.05  # of those with an answer, and without: what is wanted
Weights = Mapping[str, float]
Seen = Sequence[tuple[Signals | None, bool]]  # what a question showed, and if it can be answered
Judged = Sequence[tuple[float, bool]]  # the confidence in it, and the same


def seen(questions: Sequence[Question], assistant: Assistant) -> Seen:
    """The signals of every question; None for what is not read at all, and refused anyway."""
    found: list[tuple[Signals | None, bool]] = []
    for question in questions:
        try:
            conversation = Conversation.of([*question.history, question.text])
        except ValueError:
            found.append((None, question.answerable))
        else:
            found.append((assistant.signals(conversation), question.answerable))
    return found


def fitted(*sets: Seen) -> dict[str, float]:
    """Weights of a logistic regression that gives the chance of an answer (scikit-learn's C = 1)
    on signals of equal spread. Each set counts alike, however many questions it has."""
    read = [
        (signals, answer, number)
        for number, examples in enumerate(sets)
        for signals, answer in examples
        if signals
    ]
    rows = np.asarray([signals for signals, _, _ in read])
    answers = [answer for _, answer, _ in read]
    counts = compute_sample_weight("balanced", [number for _, _, number in read])
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    spread[spread == 0] = 1.0  # a signal that is the same everywhere tells nothing
    model = LogisticRegression().fit((rows - mean) / spread, answers, sample_weight=counts)
    weights = model.coef_[0] / spread
    constant = float(model.intercept_[0] - weights @ mean)
    named = dict(zip(Signals._fields, weights.tolist(), strict=True))
    return {name: round(value, 4) for name, value in {"constant": constant, **named}.items()}


def best_threshold(
    examples: Seen, weights: Weights, others: Seen = ()
) -> tuple[float, tuple[float, float]]:
    """Threshold that keeps both error rates of the examples within what is wanted, and these rates.

    Of those that do, the one at which the fewest of all, `others` too, are decided wrongly. Where
    none does, both rates count, each as a share of the most that is wanted. They are added up: the
    worse of them alone would let a single question without an answer move the threshold by a tenth
    and more. It lies halfway between two confidences, so that none lies on it.
    """
    sure = judged(examples, weights)
    every = [*sure, *judged(others, weights)]
    between = [(low + high) / 2 for low, high in pairwise(sorted({c for c, _ in sure}))]

    def cost_of(threshold: float) -> tuple[float, int]:
        refused, answered = errors_at(threshold, sure)
        shares = refused / MOST_REFUSED, answered / MOST_ANSWERED
        cost = round(sum(shares), 9) if max(shares) > 1 else 0.0
        return cost, wrong_at(threshold, every)

    best = min(between, key=lambda threshold: (*cost_of(threshold), threshold))
    return best, errors_at(best, sure)


def wrong_at(threshold: float, sure: Judged) -> int:
    """How many are refused though they have an answer, or answered though they have none."""
    return sum((confidence >= threshold) != answerable for confidence, answerable in sure)


def judged(examples: Seen, weights: Weights) -> Judged:
    """The confidence in each question; none in what is not read."""
    return [(confidence(one, weights) if one else 0.0, answer) for one, answer in examples]


def errors_at(threshold: float, sure: Judged) -> tuple[float, float]:
    """Shares of the answerable ones that are refused, and of the others that are answered."""
    refused = [c < threshold for c, answerable in sure if answerable]
    answered = [c >= threshold for c, answerable in sure if not answerable]
    return sum(refused) / len(refused), sum(answered) / len(answered)


def save_calibration(
    weights: Weights, threshold: float, fitted_on: str, file: Path = CALIBRATION
) -> None:
    """Write it where the next build takes it from."""
    row = {
        "confidence": weights,
        "threshold": round(threshold, 4),
        "fitted_on": fitted_on,
    }
    file.write_text(json.dumps(row, indent=2) + "\n", encoding="utf-8")

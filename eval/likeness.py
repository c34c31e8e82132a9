"""The second look's weights: a linear model over what messages tell, fitted on dev and examples.

One class a rule and one for all else. It is cross-validated over the messages; the threshold is the
lowest at which so few messages without a need, and so few ordinary questions, would get a card.
Nothing of test is read. Needs an index, whose encoder the weights then belong to.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.cards.likeness import FEWEST, NONE, POLICY, WEIGHTS, load_examples, told
from assistant.screen import Screen
from eval.report import Score
from eval.safety import QUIET, Asked, Message, Share
from index.search import Index

FOLDS = 10
SEED = 20261126
STRENGTH = 30.0  # inverse of the penalty
MOST_QUIET = 0.015  # of the messages that need no card
MOST_ASKED = 0.01  # of the ordinary questions
STEPS = np.arange(0.2, 0.96, 0.01)


@dataclass(frozen=True, slots=True)
class Told:
    """What a message tells, the rule that it calls for, and what kind of message it is."""

    text: str
    rule: str
    kind: str


def fit_likeness(
    messages: Sequence[Message], asked: Sequence[Asked], index: Index, screen: Screen
) -> list[Score]:
    """Fit, choose the threshold, save; returns what cross-validation found."""
    from sklearn.linear_model import LogisticRegression

    rows = _told(messages, asked, screen)
    used = [len(row.text.split()) >= FEWEST for row in rows]
    vectors = index.encoder.encode([row.text for row, use in zip(rows, used, strict=True) if use])
    kept = [row for row, use in zip(rows, used, strict=True) if use]
    labels = np.array([row.rule for row in kept])
    shares, guesses = _cross_validated(vectors, labels)
    kinds = np.array([row.kind for row in kept])
    counts = {kind: sum(row.kind == kind for row in rows) for kind in {row.kind for row in rows}}
    threshold = _threshold(shares, guesses, kinds, counts)
    model = LogisticRegression(C=STRENGTH, max_iter=5000).fit(vectors, labels)
    np.savez_compressed(
        WEIGHTS,
        rules=model.classes_,
        slopes=model.coef_.astype(np.float32),
        starts=model.intercept_.astype(np.float32),
        threshold=threshold,
        encoder=np.array(sorted(index.recipe.encoder_files.values())),
    )
    sure = (shares >= threshold) & (guesses != NONE)
    right = sure & (guesses == labels)
    scores: list[Score] = [
        Share(f"right, from {threshold:.2f}", _share(right, kinds, counts, "positive"))
    ]
    for kind in (*QUIET, "ordinary", "asked"):
        scores.append(Share(f"card though {kind}", _share(sure, kinds, counts, kind)))
    return scores


def _told(messages: Sequence[Message], asked: Sequence[Asked], screen: Screen) -> list[Told]:
    def row(text: str, rule: str, kind: str) -> Told:
        return Told(told(screen.rules.read(text)), rule, kind)

    rows = [row(m.text, m.rule or NONE, m.kind) for m in messages]
    rows += [row(question.messages[-1], NONE, "asked") for question in asked]
    return rows + [row(text, rule, "example") for rule, text in load_examples()]


def _cross_validated(
    vectors: npt.NDArray[np.float32], labels: npt.NDArray[np.str_]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.str_]]:
    """Share and rule of the best guess for each text, from a model that did not see it."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import KFold

    shares, guesses = np.zeros(len(labels)), np.full(len(labels), NONE, dtype="<U8")
    for seen, unseen in KFold(FOLDS, shuffle=True, random_state=SEED).split(vectors):
        model = LogisticRegression(C=STRENGTH, max_iter=5000).fit(vectors[seen], labels[seen])
        found = model.predict_proba(vectors[unseen])
        shares[unseen] = found.max(axis=1)
        guesses[unseen] = model.classes_[found.argmax(axis=1)]
    guesses[[guess.startswith(POLICY) for guess in guesses]] = NONE
    return shares, guesses


def _threshold(
    shares: npt.NDArray[np.float64],
    guesses: npt.NDArray[np.str_],
    kinds: npt.NDArray[np.str_],
    counts: dict[str, int],
) -> float:
    """The lowest step that keeps within both limits."""
    for step in STEPS:
        sure = (shares >= step) & (guesses != NONE)
        wrong = {kind: int(sure[kinds == kind].sum()) for kind in counts}
        share = sum(wrong[kind] for kind in QUIET) / sum(counts[kind] for kind in QUIET)
        if share <= MOST_QUIET and wrong["asked"] / counts["asked"] <= MOST_ASKED:
            return float(step)
    raise ValueError("no threshold keeps within the limits; write more examples of kind 'none'")


def _share(
    flags: npt.NDArray[np.bool_], kinds: npt.NDArray[np.str_], counts: dict[str, int], kind: str
) -> tuple[float, ...]:
    """One value a message of the kind; those that tell nothing count as no card."""
    told_ones = flags[kinds == kind].astype(float).tolist()
    return (*told_ones, *([0.0] * (counts[kind] - len(told_ones))))

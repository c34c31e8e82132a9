"""The lowest thresholds of the cards' second look that keep within limits: how seldom a card may
come to a message without a need, and to an ordinary question.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from assistant.cards.likeness import NONE, POLICY, Vector
from assistant.cards.load import Rules
from eval.safety import QUIET
from eval.told import LIBRARY, Told

STEPS = np.geomspace(0.0003, 0.98, 200)
DOUBTS = np.geomspace(0.15, 0.0003, 60)
MOST_LOST = 0.02  # of the messages with a need, by doubt, if no emergency's phrase found them
MOST_CALM = 0.003  # of them, that the encoder is not asked about

Flags = npt.NDArray[np.bool_]
Names = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Limit:
    """The most cards of a group of rules on messages without a need, and on ordinary questions."""

    quiet: float
    library: float


LIMITS = {"pressing": Limit(0.02, 0.005), "other": Limit(0.01, 0.004)}
OF_POLICY = Limit(0.005, 0.012)  # of each rule
# Needs below which no card comes, whatever the limits allow: short messages in a conversation are
# told less well than questions that stand alone. Chosen on the dev conversations and on the talks.
LEAST = {
    "alone": {"pressing": 0.02, "other": 0.1},
    "both": {"pressing": 0.02, "other": 0.9},
}
LEAST_OF_POLICY = {"alone": 0.4, "both": 0.02}  # by words alone, plain denials look like a request


class Guesses(NamedTuple):
    """What a model that has not seen them makes of some messages."""

    told: Sequence[Told]
    needs: npt.NDArray[np.float64]  # how sure that a card is called for
    likeliest: Names  # the rule of that card

    def sure(self, thresholds: Vector, classes: Sequence[str]) -> Flags:
        """Those whose need is over the threshold of their likeliest rule."""
        by_rule = dict(zip(classes, thresholds, strict=True))
        over: Flags = self.needs >= np.array([by_rule[rule] for rule in self.likeliest])
        return over


def guesses(told: Sequence[Told], shares: npt.NDArray[np.float64], classes: Names) -> Guesses:
    """Of the share that a model gives each class, shape (messages, classes)."""
    none = list(classes).index(NONE)
    others = shares.copy()
    others[:, none] = 0
    return Guesses(told, 1 - shares[:, none], classes[others.argmax(axis=1)])


def groups(rules: Rules) -> Callable[[str], str]:
    """The group of a rule; a policy rule is a group of its own."""
    pressing = {r.id for r in rules.rules if r.acute}

    def group(rule: str) -> str:
        return rule if rule[0] == POLICY else "pressing" if rule in pressing else "other"

    return group


def thresholds(model: str, found: Guesses, classes: Sequence[str], rules: Rules) -> Vector:
    """For each class the lowest step that keeps a model within the limits of its group of rules."""
    group = groups(rules)
    told, needs = found.told, found.needs
    called = [guess in row.also for guess, row in zip(found.likeliest, told, strict=True)]
    of = np.where(called, "", [group(guess) for guess in found.likeliest])
    quiet = np.array([row.kind in QUIET for row in told])
    library = np.array([row.kind == LIBRARY for row in told])
    chosen = {}
    for name in {group(rule) for rule in classes}:
        limit, wrong = LIMITS.get(name, OF_POLICY), of == name
        fits = [
            step
            for step in STEPS
            if (needs >= step)[wrong & quiet].sum() <= limit.quiet * quiet.sum()
            and (needs >= step)[wrong & library].sum() <= limit.library * library.sum()
        ]
        least = LEAST[model].get(name, LEAST_OF_POLICY[model])
        chosen[name] = max(least, min(fits, default=1.0))
    return np.array([chosen[group(rule)] for rule in classes], np.float32)


def doubt(found: Guesses) -> float:
    """The highest need below which so few of the messages that call for a card lie."""
    calls = [row.rule != NONE and row.rule[0] != POLICY for row in found.told]
    quieted = [any(s.quieted for s in row.sentences) for row in found.told]
    calling = found.needs[[c and q for c, q in zip(calls, quieted, strict=True)]]
    most = MOST_LOST * sum(calls)
    return float(next((step for step in DOUBTS if (calling < step).sum() <= most), 0.0))


def calm(found: Guesses) -> float:
    """The need by words alone below which so few of the messages that call for a card lie."""
    calling = found.needs[[row.rule != NONE for row in found.told]]
    return float(np.quantile(calling, MOST_CALM))

"""A second look at what the words missed: is a message like those that call for a card?

It needs the encoder of an index, so it only adds to the rules and never replaces one: without an
index, or with another encoder than it was fitted on, it finds nothing. What it reads is what a
message tells, with all that is denied, past, supposed or asked left out. Policy cards are left to
the rules. Its weights are fitted by ``python -m eval likeness``.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from assistant.cards.reading import Sentence
from assistant.cards.rows import read_rows

HERE = Path(__file__).parent
WEIGHTS = HERE / "likeness.npz"
EXAMPLES = HERE / "examples.yaml"
NONE = "none"
POLICY = "P"
FEWEST = 3  # words that a message must tell

Vectors = npt.NDArray[np.float32]


class Encodes(Protocol):
    """An encoder of texts; the index has one."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, one row a text."""
        ...


class Likeness:
    """Tells which rule's messages a message is most like, if it is like enough."""

    def __init__(self, encoder: Encodes, weights: Mapping[str, Any]) -> None:
        self._encoder = encoder
        self._rules = [str(rule) for rule in weights["rules"]]
        self._slopes, self._starts = weights["slopes"], weights["starts"]
        self.threshold = float(weights["threshold"])

    def rule(self, sentences: Sequence[Sentence]) -> tuple[str, float]:
        """The id of the likeliest rule and its share, or an empty id below the threshold."""
        text = told(sentences)
        if len(text.split()) < FEWEST:
            return "", 0.0
        scores = self._encoder.encode([text])[0] @ self._slopes.T + self._starts
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        best = int(np.argmax(shares))
        share, rule = float(shares[best]), self._rules[best]
        sure = share >= self.threshold and rule != NONE and not rule.startswith(POLICY)
        return (rule if sure else ""), share


def told(sentences: Sequence[Sentence]) -> str:
    """What a message tells of somebody, in plain words."""
    return " ".join(word for sentence in sentences for word in sentence.told)


def load_likeness(encoder: Encodes, files: Mapping[str, str]) -> Likeness | None:
    """The weights, if they were fitted on this encoder (the hashes of its files); else nothing."""
    if not WEIGHTS.exists():
        return None
    with np.load(WEIGHTS, allow_pickle=False) as saved:
        weights = dict(saved)
    if set(weights["encoder"].tolist()) - set(files.values()):
        return None
    return Likeness(encoder, weights)


def load_examples(file: Path = EXAMPLES) -> list[tuple[str, str]]:
    """Pairs of a rule's id, or `NONE`, and a message."""
    rows = read_rows(file)
    return [(rule, text) for rule in rows for text in rows.texts(rule)]

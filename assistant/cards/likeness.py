"""A second look at what the words missed: is a message like those that call for a card?

Two linear models over the words and cues of a message, fitted by ``python -m eval likeness``. One
needs nothing else; the other also reads the vector of an index's encoder and is used where that is
the encoder it was fitted on. A look adds the cards of the one or two rules that a message is most
like. It also tells where it is sure that nothing is meant: the screen then leaves out what a rule's
words found in a sentence with a cue of its own that it asks, denies or tells of the past, but
nothing of an emergency and nothing in a plain sentence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from assistant.cards.reading import Sentence
from assistant.cards.traits import cues, grams

WEIGHTS = Path(__file__).parent / "likeness.npz"
NONE = "none"
POLICY = "P"
FEWEST = 2  # words of a message; one alone is left to the rules
CUE_WEIGHT = 0.3  # a cue counts less than a word
MODELS = ("alone", "both")  # without an encoder, and with one
PARTS = ("grams", "rarity", "cues", "slopes", "scales", "starts", "thresholds", "seconds", "doubt")

Vector = npt.NDArray[np.float32]


class Encodes(Protocol):
    """An encoder of texts; the index has one."""

    def encode(self, texts: Sequence[str]) -> Vector:
        """Unit vectors, one row a text."""
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """The rules that a message is like, and whether it is sure to mean nothing by its words."""

    like: tuple[str, ...] = ()
    doubted: bool = False


class Likeness:
    """The model for what there is: words alone, or words and an encoder's vectors."""

    def __init__(self, weights: Mapping[str, Any], encoder: Encodes | None = None) -> None:
        part = {name: weights[f"{MODELS[encoder is not None]}_{name}"] for name in PARTS}
        self.encoder = encoder
        self.rules = [str(rule) for rule in weights["rules"]]
        self._columns = {str(gram): n for n, gram in enumerate(part["grams"])}
        self._rarity = part["rarity"].astype(np.float32)
        self._cues = [str(cue) for cue in part["cues"]]
        self._slopes = part["slopes"].astype(np.float32) * part["scales"]  # a row a feature
        self._starts = part["starts"]
        self._thresholds = part["thresholds"]  # of the need for a card, one a rule
        self._seconds = part["seconds"]  # of the first rule's share, for a second one to come too
        self._doubt = float(part["doubt"])

    def look(self, message: str, sentences: Sequence[Sentence]) -> Look:
        """What a message is like; the sentences are how the rules understood it."""
        shares = self.shares(message, sentences)
        if not len(shares) or sum(len(sentence.words) for sentence in sentences) < FEWEST:
            return Look()
        none = self.rules.index(NONE)
        need = 1.0 - float(shares[none])
        shares[none] = 0.0
        first, second = (int(n) for n in np.argsort(-shares)[:2])
        like = []
        if need >= self._thresholds[first]:
            like = [first]
            near = shares[second] >= self._seconds[second] * shares[first]
            if near and need >= self._thresholds[second]:
                like.append(second)
        return Look(tuple(self.rules[n] for n in like), need < self._doubt)

    def shares(self, message: str, sentences: Sequence[Sentence]) -> Vector:
        """How likely each rule is; nothing if no word is known and no encoder reads on."""
        rows, weights = self._weighed(sentences)
        features = len(self._columns)
        if self.encoder is None and not rows:
            return np.empty(0, np.float32)
        scores = self._starts + np.asarray(weights, np.float32) @ self._slopes[rows]
        named = cues(sentences)
        on = [features + n for n, cue in enumerate(self._cues) if cue in named]
        scores = scores + CUE_WEIGHT * self._slopes[on].sum(axis=0)
        if self.encoder is not None:
            scores = scores + self.encoder.encode([message])[0] @ self._slopes[-self._width :]
        odds = np.exp(scores - scores.max())
        shares: Vector = odds / odds.sum()
        return shares

    @property
    def _width(self) -> int:
        """Of the encoder's vectors."""
        return len(self._slopes) - len(self._columns) - len(self._cues)

    def _weighed(self, sentences: Sequence[Sentence]) -> tuple[list[int], Vector]:
        """The known words of a message, each weighed by how rare it is."""
        counts = grams(sentences)
        rows = [self._columns[gram] for gram in counts if gram in self._columns]
        often = np.array([counts[gram] for gram in counts if gram in self._columns], np.float32)
        weights = (1 + np.log(np.maximum(often, 1))) * self._rarity[rows]
        return rows, weights / max(float(np.linalg.norm(weights)), 1e-6)


def load_likeness(
    encoder: Encodes | None = None,
    files: Mapping[str, str] | None = None,
    weights: Path = WEIGHTS,
) -> Likeness | None:
    """The model for an encoder (the hashes of its files), or for none; nothing without weights."""
    if not weights.exists():
        return None
    with np.load(weights, allow_pickle=False) as saved:
        parts = dict(saved)
    if missing := {f"{model}_{part}" for model in MODELS for part in PARTS} - parts.keys():
        raise ValueError(f"{weights.name} lacks {min(missing)}; run: python -m eval likeness")
    mine = bool(files) and not set(parts["encoder"].tolist()) - set((files or {}).values())
    return Likeness(parts, encoder if mine else None)

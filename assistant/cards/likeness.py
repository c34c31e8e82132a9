"""A second look at what the words missed: is a message like those that call for a card?

Two linear models over the words and cues of a message, fitted by ``python -m eval likeness``. One
needs nothing else; the other also reads the vector of an index's encoder that has learnt to tell
such messages. It is asked where that is the encoder it was fitted with and the first is not sure
that all is calm: encoding is most of the work. A look adds the cards of the one or two rules that a
message is most like. It also tells where it is sure that nothing is meant: the screen then leaves
out what a rule's words found in a sentence with a cue of its own that it asks, denies or tells of
the past, but nothing of an emergency and nothing in a plain sentence.
"""

from collections.abc import Mapping, Sequence, Set
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
# Of these alone, an answer to a question ("I've been on it 6 years") tells of nothing that hurts;
# the models, which hardly know them, would guess.
EMPTY = frozenset(
    "i im ive id me my he hes him his she shes her we weve they theyre them their it its a an"
    " the this that these those one ones two three four five six seven eight nine ten some only"
    " am is are was were be been being have has had having do does did get got getting start"
    " started dont not no yes and or but so far as at by for from in of on off to with since"
    " about almost nearly over under just now still already again ago before after last first"
    " next once twice too also either day days week weeks month months year years yr yrs"
    " yesterday today tomorrow morning evening night".split()
)
CUE_WEIGHT = 0.3  # a cue counts less than a word
MODELS = ("alone", "both")  # without an encoder, and with one
SHARED = ("encoder", "rules", "grams", "rarity", "cues", "calm")
PARTS = ("slopes", "scales", "starts", "thresholds", "seconds", "doubt")  # of each model

Vector = npt.NDArray[np.float32]


class Encodes(Protocol):
    """An encoder of messages; the index has one."""

    def encode_message(self, text: str) -> Vector:
        """A unit vector."""
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """The rules that a message is like, and whether it is sure to mean nothing by its words."""

    like: tuple[str, ...] = ()
    doubted: bool = False


class Model:
    """One of the two: the weights of what it reads, a column a rule, and its thresholds."""

    def __init__(self, weights: Mapping[str, Any], name: str) -> None:
        part = {each: weights[f"{name}_{each}"] for each in PARTS}
        self.slopes = part["slopes"].astype(np.float32) * part["scales"]  # a row a feature
        self.starts = part["starts"]
        self.thresholds = part["thresholds"]  # of the need for a card, one a rule
        self.seconds = part["seconds"]  # of the first rule's share, for a second one to come too
        self.doubt = float(part["doubt"])  # need below which nothing is meant

    def scores(self, rows: Sequence[int], weights: Vector) -> Vector:
        """Of each rule, for the features that are not zero."""
        scores: Vector = self.starts + weights @ self.slopes[rows]
        return scores


class Likeness:
    """Both models, the second only with an encoder that it was fitted on."""

    def __init__(self, weights: Mapping[str, Any], encoder: Encodes | None = None) -> None:
        self.encoder = encoder
        self.rules = [str(rule) for rule in weights["rules"]]
        self._none = self.rules.index(NONE)
        self._columns = {str(gram): n for n, gram in enumerate(weights["grams"])}
        self._rarity = weights["rarity"].astype(np.float32)
        self._cues = [str(cue) for cue in weights["cues"]]
        self._alone, self._both = (Model(weights, name) for name in MODELS)
        self._calm = float(weights["calm"])

    def look(self, message: str, sentences: Sequence[Sentence]) -> Look:
        """What a message is like; the sentences are how the rules understood it."""
        words = [word for sentence in sentences for word in sentence.words]
        if len(words) < FEWEST or all(word in EMPTY or word.isdigit() for word in words):
            return Look()
        rows, weights = self._read(sentences)
        shares = _shares(self._alone.scores(rows, weights))
        if self.encoder is None or 1 - shares[self._none] < self._calm:
            return self._seen(self._alone, shares) if rows else Look()
        scores = self._both.scores(rows, weights)
        vector = self.encoder.encode_message(message)
        return self._seen(self._both, _shares(scores + vector @ self._both.slopes[-len(vector) :]))

    def _seen(self, model: Model, shares: Vector) -> Look:
        """The one or two rules that are likely enough."""
        need = 1.0 - float(shares[self._none])
        shares[self._none] = 0.0
        first, second = (int(n) for n in np.argsort(-shares)[:2])
        like = []
        if need >= model.thresholds[first]:
            like = [first]
            near = shares[second] >= model.seconds[second] * shares[first]
            if near and shares[second] >= model.thresholds[second]:
                like.append(second)
        return Look(tuple(self.rules[n] for n in like), need < model.doubt)

    def _read(self, sentences: Sequence[Sentence]) -> tuple[list[int], Vector]:
        """The known words of a message, each weighed by how rare it is, and its cues."""
        counts = {self._columns[g]: n for g, n in grams(sentences).items() if g in self._columns}
        rows = list(counts)
        often = np.array(list(counts.values()), np.float32)
        weights = (1 + np.log(np.maximum(often, 1))) * self._rarity[rows]
        weights /= max(float(np.linalg.norm(weights)), 1e-6)
        named = cues(sentences)
        on = [len(self._columns) + n for n, cue in enumerate(self._cues) if cue in named]
        return rows + on, np.concatenate((weights, np.full(len(on), CUE_WEIGHT, np.float32)))


def _shares(scores: Vector) -> Vector:
    odds = np.exp(scores - scores.max())
    shares: Vector = odds / odds.sum()
    return shares


def load_likeness(
    encoder: Encodes | None = None,
    reading: Set[str] = frozenset(),
    weights: Path = WEIGHTS,
) -> Likeness | None:
    """The model for an encoder (hashes of all that decides how it reads a message), or for none;
    nothing without weights."""
    if not weights.exists():
        return None
    with np.load(weights, allow_pickle=False) as saved:
        parts = dict(saved)
    named = {f"{model}_{part}" for model in MODELS for part in PARTS}
    if missing := {*SHARED, *named} - parts.keys():
        raise ValueError(f"{weights.name} lacks {min(missing)}; run: python -m eval likeness")
    return Likeness(parts, encoder if reading >= set(parts["encoder"].tolist()) else None)

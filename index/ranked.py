"""What a search gives back: the passages it found, each with its sentences, best first."""

from dataclasses import dataclass

from corpus.document import Sentence
from corpus.passage import Passage

BEFORE = ("turn", "talk", "shown", "told")  # parts of a score that are about what was said before


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """A sentence of a found passage; scores can be compared between questions."""

    sentence: Sentence
    score: float


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A found passage. `rank` counts from 1; its score is its best sentence's, and `parts` says
    what that is the sum of."""

    passage: Passage
    score: float
    rank: int
    sentences: tuple[RankedSentence, ...]
    parts: tuple[tuple[str, float], ...] = ()

    @property
    def by_itself(self) -> float:
        """Its score without what was said before."""
        return self.score - sum(part for name, part in self.parts if name in BEFORE)

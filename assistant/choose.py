"""Which sentences may be shown: the best, then those nearly as good."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.document import Level, Sentence
from corpus.passage import Passage
from index.ranked import RankedPassage

PASSAGES = 6  # that sentences are chosen from
CLOSE = 0.86  # share of the best score that a further sentence needs
PREFERRED = 0.01  # added to the score of a sentence of the wanted reading level
SETTLING = 0.02  # to that of one that begins with yes or no, where this is what is asked
VERDICT = re.compile(r"(?:yes|no),", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choice:
    """A sentence that may be shown, in its passage."""

    passage: Passage
    sentence: Sentence
    score: float

    @property
    def text(self) -> str:
        """Verbatim."""
        return self.passage.document[self.sentence.span]


def choices(found: Iterable[RankedPassage], level: Level, *, verdict: bool = False) -> list[Choice]:
    """Every sentence of the passages, best first.

    Before its equals comes one of the wanted level and, if a `verdict` is wanted, one with it.
    """
    made = (
        Choice(ranked.passage, scored.sentence, scored.score + _preferred(ranked.passage, level))
        for ranked in found
        for scored in ranked.sentences
    )
    if verdict:
        made = (replace(c, score=c.score + SETTLING) if VERDICT.match(c.text) else c for c in made)
    return sorted(made, key=lambda choice: -choice.score)


def close(ordered: Sequence[Choice]) -> list[Choice]:
    """The first of those given, and those nearly as good."""
    return [choice for choice in ordered if choice.score >= CLOSE * ordered[0].score]


def _preferred(passage: Passage, level: Level) -> float:
    return PREFERRED if passage.document.level == level else 0.0

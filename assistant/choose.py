"""Which sentences may be shown: the best, then those nearly as good."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from corpus.document import Level, Sentence
from corpus.passage import Passage
from index.layout import place
from index.ranked import RankedPassage

PASSAGES = 6  # that sentences are chosen from
CLOSE = 0.86  # share of the best score that a further sentence needs
PREFERRED = 0.01  # added to the score of a sentence of the wanted reading level
SETTLING = 0.02  # to that of one that begins with yes or no, where this is asked
MISTAKEN = 0.05  # taken off that of one that says yes or no to something else
ANNOUNCING = 0.1  # taken off that of one which only announces a table
TABLE = re.compile(r"the table (?:gives|shows|sets out)\b", re.IGNORECASE)
VERDICT = re.compile(r"(?:yes|no),", re.IGNORECASE)

Settles = Callable[[str], bool]  # of a sentence with its place before it


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


def choices(
    found: Iterable[RankedPassage], level: Level, settles: Settles | None = None
) -> list[Choice]:
    """Every sentence of the passages, best first.

    Before its equals comes one of the wanted level and, if a yes or a no is wanted, one with it
    that `settles` what is asked; one with another yes or no comes after them.
    """
    made = (
        Choice(
            ranked.passage,
            scored.sentence,
            scored.score + _preferred(ranked.passage, scored.sentence, level, settles),
        )
        for ranked in found
        for scored in ranked.sentences
    )
    return sorted(made, key=lambda choice: -choice.score)


def close(ordered: Sequence[Choice]) -> list[Choice]:
    """The first of those given, and those nearly as good."""
    best = ordered[0].score
    return [choice for choice in ordered if choice.score >= min(best, CLOSE * best)]


def _preferred(
    passage: Passage, sentence: Sentence, level: Level, settles: Settles | None
) -> float:
    """What is added to a sentence's score."""
    text = passage.document[sentence.span]
    preferred = PREFERRED if passage.document.level == level else 0.0
    if VERDICT.match(text):
        settled = settles is not None and settles(f"{place(passage)} {text}")
        preferred += SETTLING if settled else -MISTAKEN
    return preferred - ANNOUNCING if TABLE.match(text) else preferred

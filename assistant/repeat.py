"""What has been said already: two sentences that say the same, in the same words or in others.

Documents tell the same fact to different readers. Beside a quote, another document's sentence is a
repetition if it means the same and has no number that the quote has not; within one document
sentences differ on purpose, and only words that are the same are taken for a repetition.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from assistant.choose import Choice
from corpus.passage import Passage
from index.vectors import VectorIndex
from index.words import stems

ALIKE = 0.6  # share of common stems
SAME = 0.85  # cosine; read over on the answers to the dev questions
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
Place = tuple[str, int]


class Read(NamedTuple):
    """A choice, with what it is compared by."""

    choice: Choice
    words: frozenset[str]  # stems
    numbers: frozenset[str]


@dataclass(frozen=True)
class Repeats:
    """The sentences of an index, to be compared."""

    passages: Sequence[Passage]
    vectors: VectorIndex  # of their sentences, one after the other

    def without(self, ordered: Iterable[Choice], said: Iterable[Choice]) -> Iterator[Choice]:
        """Each of those ordered that says nothing said, nor what one before it has said."""
        heard = [_read(choice) for choice in said]
        for choice in ordered:
            new = _read(choice)
            if not any(_alike(new, one) or self._same(new, one) for one in heard):
                heard.append(new)
                yield choice

    def _same(self, new: Read, said: Read) -> bool:
        if new.choice.passage.document is said.choice.passage.document:
            return False
        if not new.numbers <= said.numbers:
            return False
        one, other = self.vectors.of(self._numbers[_place(read.choice)] for read in (new, said))
        return float(one @ other) >= SAME

    @cached_property
    def _numbers(self) -> Mapping[Place, int]:
        """The number of each sentence's vector, worked out when it is first wanted."""
        placed = ((p.id, s.span.start) for p in self.passages for s in p.sentences)
        return {place: number for number, place in enumerate(placed)}


def _read(choice: Choice) -> Read:
    text = choice.text
    return Read(choice, frozenset(stems(text)), frozenset(NUMBER.findall(text)))


def _alike(one: Read, other: Read) -> bool:
    return len(one.words & other.words) >= ALIKE * len(one.words | other.words)


def _place(choice: Choice) -> Place:
    return choice.passage.id, choice.sentence.span.start

"""What a tuning is learnt from: the questions of a library, alone and after other messages.

Each is to be found by its sentence. The talks of the library say how people leave out what was
said before; as they are few, conversations are made up besides, of questions about one document or
medicine, the last with a pronoun in the place of its name, or of questions that have nothing in
common, so that what was said before is also learnt to be let go.
"""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np

from corpus.asked import Asked
from corpus.names import Names, without
from corpus.talks import Talk
from index.layout import ASKED_VECTORS, asked_starts, embedded_texts
from index.reading import after
from index.search import Index
from index.turns import later_turns

FEWEST = 1000  # questions; from fewer there is nothing to learn
MADE_UP = 0.25  # share of the questions that are put at the end of a conversation
EARLIER = (1, 1, 2, 2, 3)  # messages before, each as likely
LEFT_OUT, SAME_DOCUMENT = 0.6, 0.85  # of made-up conversations: kinds, up to these shares
PRONOUNS = ("it", "it", "it", "that", "this", "them", "they", "that one", "one of those", "")


class Example(NamedTuple):
    """A question, another way to put it, and the numbers of the sentences that answer, best
    first; perhaps also one that is like it, and that these do not answer."""

    text: str
    other: str
    answers: tuple[int, ...]
    beside: str = ""


@dataclass(frozen=True)
class Lesson:
    """The questions of each sentence, the documents of the sentences, and the later turns of the
    talks."""

    questions: Sequence[Sequence[str]]
    documents: Sequence[str]
    turns: Sequence[Example]
    names: Names
    beside: Mapping[int, Sequence[str]]  # by the number of the sentence

    def round(self) -> list[Example]:
        """Every question once beside another with the same answer, and every turn, in a new
        order."""
        questions = chain.from_iterable(map(self._paired, range(len(self.questions))))
        found = [*questions, *self._later()]
        return random.sample(found, len(found))

    def later(self) -> list[Example]:
        """Every turn, and as many questions so that those are not forgotten, in a new order."""
        found = [*self._later(), *random.sample(self.round(), len(self.turns))]
        return random.sample(found, len(found))

    def _later(self) -> Iterator[Example]:
        """Every turn, beside a question that is like it."""
        return (turn._replace(beside=self._beside(turn.answers[0])) for turn in self.turns)

    def _paired(self, number: int) -> Iterator[Example]:
        questions = self.questions[number]
        drawn = random.sample(questions, len(questions))
        drawn += [random.choice(questions)] if len(questions) % 2 else []  # noqa: S311
        for one, other in zip(drawn[::2], drawn[1::2], strict=True):
            made_up = random.random() < MADE_UP  # noqa: S311
            text = self._following(number, one) if made_up else one
            yield Example(text, other, (number,), self._beside(number))

    def _beside(self, number: int) -> str:
        """A question that is like those of a sentence and that it does not answer."""
        return random.choice(self.beside.get(number) or ("",))  # noqa: S311

    def _following(self, number: int, question: str) -> str:
        """The question after others."""
        kind, count = random.random(), random.choice(EARLIER)  # noqa: S311
        near = self._by_document[self.documents[number]]
        named = [name for name in self.names.found(question) if name in self._by_treatment]
        if named and kind < LEFT_OUT:
            name = random.choice(named)  # noqa: S311
            earlier = [*random.choices(near, k=count - 1), random.choice(self._by_treatment[name])]  # noqa: S311
            unnamed = without(question, name, random.choice(PRONOUNS))  # noqa: S311
            return after(unnamed, random.sample(earlier, len(earlier)))
        pool = near if kind < SAME_DOCUMENT else self._all
        return after(question, random.choices(pool, k=count))  # noqa: S311

    @cached_property
    def _all(self) -> list[str]:
        return list(chain.from_iterable(self.questions))

    @cached_property
    def _by_document(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for document, questions in zip(self.documents, self.questions, strict=True):
            found.setdefault(document, []).extend(questions)
        return found

    @cached_property
    def _by_treatment(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for question in self._all:
            for name in self.names.treatments.intersection(self.names.found(question)):
                found.setdefault(name, []).append(question)
        return found


def lesson_of(
    index: Index, talks: Sequence[Talk], names: Names, beside: Asked, beyond: Iterable[str]
) -> Lesson:
    """What a library teaches; ValueError if it asks too little.

    What nothing answers stands beside the sentence that has the nearest question.
    """
    passages = index.passages
    asked = embedded_texts(passages)[ASKED_VECTORS]
    if len(asked) < FEWEST:
        raise ValueError(f"the library has {len(asked)} questions, and {FEWEST} are needed")
    starts = asked_starts(passages).tolist()
    placed = [(passage.document, s) for passage in passages for s in passage.sentences]
    numbers = {document[s.span]: number for number, (document, s) in enumerate(placed)}
    turns = list(_turns(talks, numbers, names))
    standing = {
        numbers[sentence]: [names.replaced(question) for question in questions]
        for sentence, questions in beside.items()
        if sentence in numbers
    }
    known = set(asked)
    for text in (*map(names.replaced, beyond), *(t.text for t in turns if not t.answers)):
        if text not in known:
            standing.setdefault(_nearest(index, text), []).append(text)
    return Lesson(
        [asked[start:end] for start, end in pairwise(starts)],
        [document.id for document, _ in placed],
        [turn for turn in turns if turn.answers],
        names,
        standing,
    )


def _nearest(index: Index, text: str) -> int:
    """The number of the sentence that answers the nearest question."""
    turned = index.adapters.asked.turned(index.encoder.encode_query(text))
    (question,) = index.asked_vectors.search(turned, 1).ids
    return int(np.searchsorted(index.asked_starts, question, side="right")) - 1


def _turns(talks: Sequence[Talk], numbers: Mapping[str, int], names: Names) -> Iterator[Example]:
    """The later messages of talks, read after those before them; what nothing answers has no
    answers."""
    for text, turn in later_turns(talks, names):
        answers = tuple(numbers[said] for said in turn.answered if said in numbers)
        if answers or not turn.answered:
            yield Example(text, names.replaced(turn.means), answers)

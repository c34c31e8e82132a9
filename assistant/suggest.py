"""What else might be asked: question headings of the documents, each proved to be answered.

A heading is proved by asking it: only one whose answer is sure is ever suggested. What came of it
is remembered, so that each is asked once; no word of any person is.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from assistant.answer import Answer
from corpus.document import Document
from index.words import stems

QUESTION = re.compile(r"[^.?!]+\?")
MOST = 3
TRIED = 8  # headings that are asked for one answer, at most
ALIKE = 0.6  # share of common stems from which two questions ask the same
NEAR = 0.35  # score of the best passage below which nothing is near enough to be suggested


@dataclass(frozen=True, slots=True)
class Suggester:
    """`answered` says whether the library surely answers a question."""

    answered: Callable[[str], bool]
    proved: dict[str, bool] = field(default_factory=dict)

    def suggestions(self, answer: Answer, asked: Sequence[str]) -> tuple[str, ...]:
        """Up to three questions; none repeats another, nor what was `asked` or shown. Of a message
        that asks several things come first those that were not answered."""
        if not answer.considered or answer.considered[0].by_itself < NEAR:
            return ()
        shown = [citation.passage.heading for citation in answer.citations]
        left = filter(self.answered, islice(_unlike(shown, _several(asked[-1])), MOST))
        new = _unlike([*asked, answer.question, *shown], _headings(answer))
        proved = filter(self._proved, islice(new, TRIED))
        return tuple(islice(chain(left, proved), MOST))

    def _proved(self, heading: str) -> bool:
        if heading not in self.proved:
            self.proved[heading] = self.answered(heading)
        return self.proved[heading]


def _several(message: str) -> list[str]:
    """The questions of a message, if there is more than one."""
    found = [part.strip() for part in QUESTION.findall(message)]
    return found if len(found) > 1 else []


def _headings(answer: Answer) -> Iterator[str]:
    """Of the next sections of the first quote's document, then of all that was found."""
    for citation in answer.citations[:1]:
        yield from islice(_after(citation.passage.document, citation.passage.heading), 2)
    yield from (ranked.passage.heading for ranked in answer.considered)


def _after(document: Document, heading: str) -> Iterator[str]:
    headings = list(dict.fromkeys(sentence.heading for sentence in document.sentences))
    return iter(headings[headings.index(heading) + 1 :] if heading in headings else ())


def _unlike(before: Iterable[str], headings: Iterable[str]) -> Iterator[str]:
    """The questions among the headings that ask something new."""
    known = [set(stems(text)) for text in before]
    for heading in headings:
        words = set(stems(heading))
        if heading.endswith("?") and not any(_alike(words, other) for other in known):
            known.append(words)
            yield heading


def _alike(one: set[str], other: set[str]) -> bool:
    return len(one & other) >= ALIKE * max(1, min(len(one), len(other)))

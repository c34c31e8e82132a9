"""A question and ranked passages into an answer: sentences are chosen here, never made."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from assistant.answer import Answer, Citation
from corpus.document import Sentence
from corpus.passage import Passage
from corpus.span import Span
from index.ranked import RankedPassage
from index.words import stems

MOST_CITATIONS = 3
PASSAGES = 6  # that sentences are chosen from
CLOSE = 0.88  # share of the best score that a further sentence needs
ALIKE = 0.6  # share of common stems from which two sentences say the same
SUGGESTIONS = 3
NEAR = 0.3  # share of the threshold from which what was found is near enough to be suggested

# Begins by pointing back, so the sentence before it must be shown too.
POINTS_BACK = re.compile(
    r"(it|they|this|these|that|those|he|she|such|however|but|and|also|both|instead|otherwise|then|"
    r"therefore|so|if so|in this|in these|for this|for these)\b",
    re.IGNORECASE,
)
STEP = re.compile(r"\d+[.)] ")


@dataclass(frozen=True, slots=True)
class Choice:
    """A sentence that may be shown, in its passage."""

    passage: Passage
    sentence: Sentence
    score: float


def compose(question: str, found: Sequence[RankedPassage], sure: float, threshold: float) -> Answer:
    """An answer of at most three quotes, or an honest "not in my documents" if not `sure`."""
    choices = sorted(_choices(found), key=lambda choice: -choice.score)
    if not choices or sure < threshold:
        return Answer(
            question,
            "not_found",
            suggestions=_headings(found) if sure >= NEAR * threshold else (),
            considered=tuple(found),
            confidence=sure,
        )
    citations = tuple(islice(_citations(choices), MOST_CITATIONS))
    return Answer(question, "answered", citations, considered=tuple(found), confidence=sure)


def _choices(found: Sequence[RankedPassage]) -> Iterator[Choice]:
    for passage in found[:PASSAGES]:
        for ranked in passage.sentences:
            yield Choice(passage.passage, ranked.sentence, ranked.score)


def _citations(choices: Sequence[Choice]) -> Iterator[Citation]:
    """The distinct choices as whole quotes, numbered; none repeats a sentence of another."""
    shown: list[Citation] = []
    for choice in _distinct(choices):
        passage, span = choice.passage, _whole(choice.passage, choice.sentence)
        if not any(c.passage is passage and c.span.overlaps(span) for c in shown):
            shown.append(Citation(len(shown) + 1, passage, span, choice.score))
            yield shown[-1]


def _distinct(choices: Sequence[Choice]) -> Iterator[Choice]:
    """The best, then those nearly as good that say something else."""
    said: list[set[str]] = []
    for choice in choices:
        if choice.score < CLOSE * choices[0].score:
            return
        words = set(stems(choice.passage.document[choice.sentence.span]))
        if not any(len(words & other) >= ALIKE * len(words | other) for other in said):
            said.append(words)
            yield choice


def _whole(passage: Passage, sentence: Sentence) -> Span:
    """The span of a sentence with the neighbours it can't be understood without."""
    sentences = passage.sentences
    first = last = sentences.index(sentence)
    if STEP.match(passage.document[sentence.span]) or sentence.opens:
        first, last = _list(sentences, first)
    while first > 0 and _points_back(passage, sentences[first], sentences[first - 1]):
        first -= 1
    return Span(sentences[first].span.start, sentences[last].span.end)


def _list(sentences: Sequence[Sentence], at: int) -> tuple[int, int]:
    """First and last of the list that a lead-in opens or a step belongs to, lead-in included."""
    lead = sentences[at].span if sentences[at].opens else _lead(sentences[at])
    inside = [i for i, s in enumerate(sentences) if s.span == lead or lead in s.governors]
    return min(inside, default=at), max(inside, default=at)


def _lead(sentence: Sentence) -> Span | None:
    return sentence.governors[-1] if sentence.governors else None


def _points_back(passage: Passage, sentence: Sentence, before: Sentence) -> bool:
    same_kind = sentence.kind == before.kind == "paragraph"
    return same_kind and bool(POINTS_BACK.match(passage.document[sentence.span]))


def _headings(found: Iterable[RankedPassage]) -> tuple[str, ...]:
    """The nearest questions that the library does answer: its own headings."""
    headings = (ranked.passage.heading for ranked in found)
    return tuple(dict.fromkeys(h for h in headings if h.endswith("?")))[:SUGGESTIONS]

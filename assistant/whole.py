"""A sentence with the neighbours it can't be understood without: a span to be quoted."""

import re
from collections.abc import Sequence

from corpus.document import Sentence
from corpus.passage import Passage
from corpus.span import Span

# Begins by pointing back, so the sentence before it must be shown too.
POINTS_BACK = re.compile(
    r"(it|they|this|that|these|those|he|she|such|however|but|and|also|both|instead|otherwise|then|"
    r"therefore|so|if so|in this|in these|for this|for these|the (?:other|same|former|latter)|"
    r"(?:despite|because of|after|before|with|by|from|at|on|of) "
    r"(?:that|this|these|those|it|them))\b",
    re.IGNORECASE,
)
LIMITS = re.compile(r"(but|however|unless|except|even so|only if|if)\b", re.IGNORECASE)
STEP = re.compile(r"\d+[.)] ")


def whole(passage: Passage, sentence: Sentence, *, conditions: bool = False) -> Span:
    """The span of a sentence with what it leans on; all steps where it is one of several.

    With `conditions`, what limits it in the next sentences belongs to it.
    """
    sentences = passage.sentences
    first = last = sentences.index(sentence)
    if _is_step(passage, sentence) or sentence.opens:
        first, last = _list(sentences, first)
    while first > 0 and _points_back(passage, sentences[first], sentences[first - 1]):
        first -= 1
    while conditions and _limited(passage, sentences[last:]):
        last += 1
    return Span(sentences[first].span.start, sentences[last].span.end)


def has_steps(passage: Passage, span: Span) -> bool:
    """True if a span holds an item of a numbered list."""
    return any(_is_step(passage, s) for s in passage.sentences if span.covers(s.span))


def _is_step(passage: Passage, sentence: Sentence) -> bool:
    return bool(STEP.match(passage.document[sentence.span]))


def _list(sentences: Sequence[Sentence], at: int) -> tuple[int, int]:
    """First and last of the list that a lead-in opens or a step belongs to, lead-in included."""
    lead = sentences[at].span if sentences[at].opens else _lead(sentences[at])
    inside = [i for i, s in enumerate(sentences) if s.span == lead or lead in s.governors]
    return min(inside, default=at), max(inside, default=at)


def _lead(sentence: Sentence) -> Span | None:
    return sentence.governors[-1] if sentence.governors else None


def _limited(passage: Passage, sentences: Sequence[Sentence]) -> bool:
    """True if the first of some sentences is limited by the second, which opens no list and is
    from the same sources."""
    kinds = {sentence.kind for sentence in sentences[:2]}
    if len(sentences) < 2 or kinds != {"paragraph"} or sentences[1].opens:
        return False
    document, (limited, limiting) = passage.document, (s.span for s in sentences[:2])
    same = document.references(limited) == document.references(limiting)
    return same and bool(LIMITS.match(document[limiting]))


def _points_back(passage: Passage, sentence: Sentence, before: Sentence) -> bool:
    same_kind = sentence.kind == before.kind == "paragraph"
    return same_kind and bool(POINTS_BACK.match(passage.document[sentence.span]))

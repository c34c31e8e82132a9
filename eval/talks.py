"""Later messages of talks: found in their conversation as well as when they are asked in full?

The talks of ``questions/talks`` are like those of the library (corpus/talks.py), written by others
and learnt from by nothing; what is chosen is how much each reading of a message counts
(assistant/rephrase.py), so they are a dev set. A sentence that says the same as one that answers
answers too, as the labels name those of a document or two only.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from assistant.conversation import MOST_MESSAGES, Conversation
from assistant.rephrase import Wording, rephrase
from corpus.talks import Talk, load_talks
from eval import QUESTIONS
from eval.report import Score
from index.ranked import RankedPassage
from index.search import Index

SAME = 0.85  # cosine from which two sentences say the same
FIVE = 5


class Later(NamedTuple):
    """What was said up to a message, the message in full, and the sentences that answer it."""

    messages: tuple[str, ...]
    means: str
    answered: tuple[str, ...]


def load_later() -> list[Later]:
    """Every later message that something answers; ValueError names a broken file."""
    return [later for talk in load_talks([QUESTIONS]) for later in _later(talk)]


def talk_scores(turns: Sequence[Later], index: Index, wording: Wording) -> list[Score]:
    """Whether a passage that answers comes first, and among five, asked either way."""
    answering = _answering(index)
    first: dict[str, list[float]] = {}
    for turn in turns:
        right = {text for said in turn.answered for text in answering.get(said, ())}
        for way, messages in (("in its talk", turn.messages), ("in full", (turn.means,))):
            asked = rephrase(Conversation.of(messages), wording)
            heard = index.hear(asked.readings, asked.before)
            hits = [_answers(found, right) for found in index.search(heard, FIVE)]
            first.setdefault(f"first, {way}", []).append(float(any(hits[:1])))
            first.setdefault(f"among five, {way}", []).append(float(any(hits)))
    return [Score(name, tuple(values)) for name, values in sorted(first.items())]


def _later(talk: Talk) -> Iterator[Later]:
    for place, turn in islice(enumerate(talk), 1, None):
        if turn.answered:
            said = tuple(each.said for each in talk[: place + 1])
            yield Later(said[-MOST_MESSAGES:], turn.means, turn.answered)


def _answers(found: RankedPassage, right: set[str]) -> bool:
    passage = found.passage
    return any(passage.document[s.span] in right for s in passage.sentences)


def _answering(index: Index) -> Mapping[str, list[str]]:
    """For each sentence of the library those that say the same, itself among them."""
    texts = [p.document[s.span] for p in index.passages for s in p.sentences]
    vectors = index.sentence_vectors.every()
    alike = vectors @ vectors.T > SAME
    return {
        text: [texts[n] for n in np.flatnonzero(row)]
        for text, row in zip(texts, alike, strict=True)
    }

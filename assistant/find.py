"""A conversation into what the library has for it, and how sure it is that this answers."""

from collections.abc import Sequence
from typing import NamedTuple

from assistant.abstain import Signals, confidence, signals
from assistant.conversation import Conversation
from assistant.rephrase import Rephrased, Wording, rephrase
from index.ranked import RankedPassage
from index.search import Index

PASSAGES = 20  # that an answer is composed from


class Found(NamedTuple):
    """What was searched for, the passages, best first, and the chance that they answer."""

    asked: Rephrased
    passages: Sequence[RankedPassage]
    seen: Signals
    sure: float


def find(conversation: Conversation, index: Index, wording: Wording) -> Found:
    """Rephrase and search."""
    asked = rephrase(conversation, wording)
    heard = index.hear(asked.readings, asked.before)
    passages = index.search(heard, PASSAGES)
    near = index.nearness(heard)
    if asked.asking:  # "I have a cough. How do I take it?" is as sure as what it asks
        alone = index.nearness(index.hear(asked.asking)).asked
        near = near._replace(asked=max(near.asked, alone))
    seen = signals(asked, passages, near)
    return Found(asked, passages, seen, confidence(seen, index.recipe.confidence))

"""How sure it is that what was found answers: a probability, and what it is worked out from.

The weights are fitted on questions that may be looked at (``python -m eval calibrate``) and stored
with the index. A long question is allowed a lower score, for none has all of its words.
"""

import heapq
import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assistant.rephrase import Rephrased
from assistant.wants import has_figure, wants_only_figure
from corpus.document import Document
from index.heard import Nearness
from index.ranked import RankedPassage, RankedSentence
from index.words import stems

MOST_WORDS = 30  # content words beyond which a question counts as no longer
BEST = 3  # sentences, one of which has a figure if one is asked for


class Signals(NamedTuple):
    """What tells an answer from the nearest thing that is none."""

    score: float  # of the best sentence, without what was said before
    asked: float  # mean cosine to the nearest questions that the library answers
    beyond: float  # mean cosine to the nearest two questions that it does not answer
    length: float  # logarithm of one more than the content words
    follows: float  # 1 for a message that follows others, whose readings blur each other
    figureless: float = 0.0  # 1 if only a figure would answer, and the best sentences have none
    around: float = 1.0  # share of the nearest seven of both kinds of questions that it answers


def signals(asked: Rephrased, found: Sequence[RankedPassage], near: Nearness) -> Signals:
    """Of a question and what was found for it."""
    score = found[0].by_itself if found else 0.0
    length = math.log1p(min(MOST_WORDS, len(stems(asked.question))))
    figureless = wants_only_figure(asked.question) and not any(
        has_figure(document[one.sentence.span]) for one, document in best_sentences(found)
    )
    follows = float(asked.follows)
    return Signals(score, near.asked, near.beyond, length, follows, float(figureless), near.around)


def best_sentences(found: Sequence[RankedPassage]) -> list[tuple[RankedSentence, Document]]:
    """The best few sentences of all passages, best first, each with its document."""
    scored = (
        (ranked, passage.passage.document) for passage in found for ranked in passage.sentences
    )
    return heapq.nlargest(BEST, scored, key=lambda pair: pair[0].score)


def confidence(seen: Signals, weights: Mapping[str, float]) -> float:
    """Probability that the library answers; `weights` has one for each signal and "constant"."""
    total = weights["constant"] + sum(
        weights[name] * value for name, value in seen._asdict().items()
    )
    return 1 / (1 + math.exp(-total))

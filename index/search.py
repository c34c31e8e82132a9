"""A question in, ranked passages out: the one thing the assistant uses.

Each sentence is scored by five views added up, all on absolute scales, so that scores can be
compared between questions: the cosine of its passage, of the heading above it and of itself, and
the share of the question's words that its passage and itself have. A passage is as good as its
best sentence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corpus.document import Document
from corpus.passage import Passage
from index.encode import Encoder
from index.ranked import RankedPassage, RankedSentence
from index.recipe import Recipe
from index.vectors import Ids, VectorIndex
from index.words import Scores, WordIndex, stems

POOL = 20  # passages or sentences that each of three views puts forward
# Fitted on the dev questions (listwise, ten folds), then rounded.
WEIGHTS = {
    "passage cosine": 0.2,
    "passage words": 0.15,
    "heading cosine": 0.15,
    "sentence cosine": 0.3,
    "sentence words": 0.2,
}


class View(NamedTuple):
    """A passage as a question sees it: the score of each of its sentences."""

    number: int
    sentences: list[float]
    parts: npt.NDArray[np.float32]  # (views, sentences), weighted; the scores are its column sums

    @property
    def score(self) -> float:
        """That of its best sentence."""
        return max(self.sentences)


@dataclass(frozen=True, slots=True)
class Index:
    """A loaded index; sentence i of passage p has the number ``starts[p] + i``."""

    recipe: Recipe
    documents: Mapping[str, Document]
    passages: Sequence[Passage]
    starts: Ids
    encoder: Encoder
    passage_vectors: VectorIndex
    heading_vectors: VectorIndex  # by passage number
    sentence_vectors: VectorIndex
    passage_words: WordIndex
    sentence_words: WordIndex

    def search(self, question: str, limit: int = 10) -> list[RankedPassage]:
        """At most `limit` passages, best first; an empty question finds nothing."""
        if not question.strip() or limit < 1:
            return []
        views = self._views(question, max(POOL, limit))
        best = sorted(views, key=lambda view: (-view.score, view.number))[:limit]
        return [self._ranked(view, rank) for rank, view in enumerate(best, start=1)]

    def _views(self, question: str, pool_size: int) -> list[View]:
        """Every passage that the vectors or the words put forward, scored."""
        vector, asked = self.encoder.encode_query(question), stems(question)
        shares = self.passage_words.shares(asked)
        near, _ = self.passage_vectors.search(vector, pool_size)
        close, _ = self.sentence_vectors.search(vector, pool_size)
        holding = np.searchsorted(self.starts, close, side="right") - 1
        pool = np.unique(np.concatenate((near, holding, _best(shares, pool_size))))
        firsts, counts = self.starts[pool], self.starts[pool + 1] - self.starts[pool]
        ranges = zip(firsts.tolist(), (firsts + counts).tolist(), strict=True)
        numbers = np.fromiter(chain.from_iterable(range(*ends) for ends in ranges), np.int64)
        parts = np.stack(
            (
                np.repeat(self.passage_vectors.cosines(vector, pool), counts),
                np.repeat(shares[pool], counts),
                np.repeat(self.heading_vectors.cosines(vector, pool), counts),
                self.sentence_vectors.cosines(vector, numbers),
                self.sentence_words.shares(asked)[numbers],
            )
        )
        parts *= np.asarray([[weight] for weight in self.recipe.weights.values()], np.float32)
        scores, views, end = parts.sum(axis=0).tolist(), [], 0
        for number, count in zip(pool.tolist(), counts.tolist(), strict=True):
            start, end = end, end + count
            views.append(View(number, scores[start:end], parts[:, start:end]))
        return views

    def _ranked(self, view: View, rank: int) -> RankedPassage:
        """The passage of a view, its sentences best first."""
        passage = self.passages[view.number]
        best = view.sentences.index(view.score)
        parts = tuple(zip(self.recipe.weights, view.parts[:, best].tolist(), strict=True))
        scored = map(RankedSentence, passage.sentences, view.sentences)
        return RankedPassage(
            passage, view.score, rank, tuple(sorted(scored, key=_best_first)), parts
        )


def _best_first(ranked: RankedSentence) -> tuple[float, int]:
    return -ranked.score, ranked.sentence.span.start


def _best(scores: Scores, limit: int) -> Ids:
    """Numbers of the best positive scores, in no order."""
    if len(scores) > limit:
        best = np.argpartition(scores, -limit)[-limit:]
    else:
        best = np.arange(len(scores))
    return best[scores[best] > 0].astype(np.int64)

"""A question in, ranked passages out: the one thing the assistant uses.

Four views are added up, all on absolute scales, so that scores can be compared between questions:
the cosine of a passage and of its best sentences, and the share of the question's words that the
passage and its best sentence have.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from operator import mul
from typing import NamedTuple

import numpy as np

from corpus.document import Document, Sentence
from corpus.passage import Passage
from index.encode import Encoder
from index.ranked import RankedPassage, RankedSentence
from index.recipe import Recipe
from index.vectors import VectorIndex
from index.words import Scores, WordIndex, stems

POOL = 30  # passages that the vectors and the words each put forward
BEST_SENTENCES = 3  # whose cosines are averaged
WEIGHTS = {"passage cosine": 0.3, "passage words": 0.3, "sentence cosines": 0.4}
COSINE, WORDS = 0.6, 0.4  # of a sentence


class View(NamedTuple):
    """A passage seen from all sides: its number, its parts of the score, its sentences' scores."""

    number: int
    parts: tuple[float, ...]  # in the order of WEIGHTS, weighted
    sentences: Sequence[float]

    @property
    def score(self) -> float:
        """The sum of the parts."""
        return sum(self.parts)


@dataclass(frozen=True, slots=True)
class Index:
    """A loaded index; sentence i of passage p has the number ``starts[p] + i``."""

    recipe: Recipe
    documents: Mapping[str, Document]
    passages: Sequence[Passage]
    starts: Sequence[int]
    encoder: Encoder
    passage_vectors: VectorIndex
    sentence_vectors: VectorIndex
    passage_words: WordIndex
    sentence_words: WordIndex

    def search(self, question: str, limit: int = 10) -> list[RankedPassage]:
        """At most `limit` passages, best first; an empty question finds nothing."""
        if not question.strip() or limit < 1:
            return []
        best = sorted(self._views(question), key=lambda view: (-view.score, view.number))[:limit]
        return [self._ranked(view, rank) for rank, view in enumerate(best, start=1)]

    def _views(self, question: str) -> list[View]:
        """Every passage that the vectors or the words put forward, scored."""
        vector, asked = self.encoder.encode([question])[0], stems(question)
        shares = self.passage_words.shares(asked)
        near, _ = self.passage_vectors.search(vector, POOL)
        pool = np.union1d(near, _best(shares, POOL))
        cosines = self.passage_vectors.cosines(vector, pool).tolist()
        ranges = [range(self.starts[number], self.starts[number + 1]) for number in pool]
        numbers = np.fromiter(chain.from_iterable(ranges), np.int64)
        close = iter(self.sentence_vectors.cosines(vector, numbers).tolist())
        words = iter(self.sentence_words.shares(asked)[numbers].tolist())
        views = []
        for number, cosine, sentences in zip(pool.tolist(), cosines, ranges, strict=True):
            pairs = list(zip(islice(close, len(sentences)), islice(words, len(sentences)), strict=True))
            views.append(_view(number, cosine, float(shares[number]), pairs))
        return views

    def _ranked(self, view: View, rank: int) -> RankedPassage:
        """The passage of a view, its sentences best first."""
        passage = self.passages[view.number]
        scored = zip(passage.sentences, view.sentences, strict=True)
        sentences = sorted((RankedSentence(*pair) for pair in scored), key=_best_first)
        parts = tuple(zip(WEIGHTS, view.parts, strict=True))
        return RankedPassage(passage, view.score, rank, tuple(sentences), parts)


def governed(passage: Passage, sentence: Sentence) -> str:
    """A sentence with the lines without which it may be misread; this is what is embedded."""
    document = passage.document
    return "\n".join(document[span] for span in (*sentence.governors, sentence.span))


def _view(number: int, cosine: float, share: float, pairs: list[tuple[float, float]]) -> View:
    """`pairs` are cosine and word share of each sentence."""
    top = sorted((close for close, _ in pairs), reverse=True)[:BEST_SENTENCES]
    parts = (cosine, share, sum(top) / len(top))
    weighted = tuple(map(mul, WEIGHTS.values(), parts))
    return View(number, weighted, [COSINE * close + WORDS * words for close, words in pairs])


def _best_first(ranked: RankedSentence) -> tuple[float, int]:
    return -ranked.score, ranked.sentence.span.start


def _best(scores: Scores, limit: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Numbers of the best positive scores, in no order."""
    if len(scores) > limit:
        best = np.argpartition(scores, -limit)[-limit:]
    else:
        best = np.arange(len(scores))
    return best[scores[best] > 0]

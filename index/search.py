"""What was asked in, ranked passages out: the one thing the assistant uses.

Each sentence is scored by views added up, all on absolute scales, so that scores can be compared
between questions: the cosine of its passage, of the place where that stands, its own, that of the
nearest question which it is known to answer, the share of the asked words that it has, and how
near its document is to what was asked before. A passage is as good as its best sentence.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from corpus.document import Document
from corpus.passage import Passage
from index.adapter import Adapters
from index.encode import Encoder, Vector
from index.heard import Closest, Heard, Nearness, View
from index.ranked import RankedPassage, RankedSentence
from index.reading import Reading
from index.recipe import Recipe
from index.spelling import Speller
from index.vectors import Ids, VectorIndex
from index.words import Scores, WordIndex

POOL = 20  # that each of four ways puts forward
NEAREST = 10  # questions with an answer whose mean tells how near those are
# A sentence that nobody has written questions for is taken to have one this near, as others with
# its cosine have (least squares on the dev questions).
UNASKED = (0.95, 0.19)  # times the sentence's cosine, plus
FED = 10  # best passages that feedback is taken from
FURTHER = 0.05  # of ten that it is known to answer, the mean is so much further than the nearest


@dataclass(frozen=True, slots=True)
class Index:
    """A loaded index. Sentence i of passage p has the number ``sentence_starts[p] + i``, question
    j of sentence s the number ``asked_starts[s] + j``."""

    recipe: Recipe
    documents: Mapping[str, Document]
    passages: Sequence[Passage]
    sentence_starts: Ids
    asked_starts: Ids
    encoder: Encoder
    adapters: Adapters
    passage_vectors: VectorIndex
    place_vectors: VectorIndex  # by passage number
    sentence_vectors: VectorIndex
    asked_vectors: VectorIndex
    beyond_vectors: VectorIndex
    words: WordIndex
    place_words: WordIndex  # by passage number
    speller: Speller

    def without(self, parts: Collection[str]) -> "Index":
        """The same index, whose scores do not count some parts."""
        weights = {n: 0.0 if n in parts else w for n, w in self.recipe.weights.items()}
        return replace(self, recipe=replace(self.recipe, weights=weights))

    def hear(self, asked: str | Sequence[Reading], before: str = "") -> Heard:
        """What was asked, and before it, ready to be compared; readings meet in the middle."""
        readings = [Reading(asked, 1.0)] if isinstance(asked, str) else asked
        vectors = [reading.weight * self.encoder.encode_query(reading.text) for reading in readings]
        vector = np.sum(vectors, axis=0)
        vector /= np.linalg.norm(vector)
        turned = self.adapters.sentence.turned(vector), self.adapters.asked.turned(vector)
        words = self.words.weighed(readings)
        titled = self.place_words.weighed(readings) if self.recipe.weights["place words"] else ()
        earlier = self.encoder.encode_query(before) if before else None
        return Heard(vector, *turned, words, titled, self._closest(*turned, POOL), earlier)

    def _closest(self, to_sentences: Vector, to_asked: Vector, size: int) -> Closest:
        return Closest(
            self.sentence_vectors.search(to_sentences, size),
            self.asked_vectors.search(to_asked, size),
        )

    def nearness(self, heard: Heard) -> Nearness:
        """How near the questions are that the library is known to answer, and not to answer."""
        asked = heard.closest.asked.cosines[:NEAREST]
        beyond = self.beyond_vectors.search(heard.vector, 1).cosines
        known = [float(asked.mean())] if len(asked) else []
        near = max((*known, *(guess - FURTHER for guess in self._guessed(heard))), default=0.0)
        return Nearness(near, float(beyond[0]) if len(beyond) else 0.0)

    def _guessed(self, heard: Heard) -> list[float]:
        """How near a question would be, had one been written for the nearest sentence."""
        numbers, cosines = (found[:1] for found in heard.closest.sentences)
        unasked = self.asked_starts[numbers + 1] == self.asked_starts[numbers]
        slope, start = UNASKED
        return [slope * cosine + start for cosine in cosines[unasked].tolist()]

    def search(
        self, asked: str | Sequence[Reading] | Heard, limit: int = 10
    ) -> list[RankedPassage]:
        """At most `limit` passages, best first; what has no words finds nothing."""
        if limit < 1 or (isinstance(asked, str) and not asked.strip()):
            return []
        heard = asked if isinstance(asked, Heard) else self.hear(asked)
        views = self._views(heard, max(POOL, limit))
        best = sorted(views, key=lambda view: (-view.score, view.number))[:limit]
        return [self._ranked(view, rank) for rank, view in enumerate(best, start=1)]

    def _views(self, heard: Heard, pool_size: int) -> list[View]:
        """Every passage that some way puts forward, scored."""
        pool = self._pool(heard, pool_size)
        firsts = self.sentence_starts[pool]
        counts = self.sentence_starts[pool + 1] - firsts
        numbers = _ranges(firsts, counts)
        own = self.sentence_vectors.cosines(heard.to_sentences, numbers)
        parts = np.stack(
            (
                np.repeat(self.passage_vectors.cosines(heard.vector, pool), counts),
                np.repeat(self._placed(heard, pool), counts),
                own,
                self._nearest_asked(heard, numbers, own),
                self.words.shares_of(heard.words, numbers),
                np.repeat(self.place_words.shares_of(heard.place_words, pool), counts),
                np.repeat(self._talked_of(heard, pool), counts),
                np.zeros(len(numbers), np.float32),
            )
        )
        parts *= np.asarray([[weight] for weight in self.recipe.weights.values()], np.float32)
        parts[-1] = np.repeat(self._fed_back(parts.sum(axis=0), pool, counts), counts)
        scores, views, end = parts.sum(axis=0).tolist(), [], 0
        for number, count in zip(pool.tolist(), counts.tolist(), strict=True):
            start, end = end, end + count
            views.append(View(number, scores[start:end], parts[:, start:end]))
        return views

    def _pool(self, heard: Heard, size: int) -> Ids:
        """Numbers of the passages that are worth scoring."""
        close, alike = (
            heard.closest
            if size == POOL
            else self._closest(heard.to_sentences, heard.to_asked, size)
        )
        near = self.passage_vectors.search(heard.vector, size).ids
        answering = np.searchsorted(self.asked_starts, alike.ids, side="right") - 1
        worded = self.words.best(heard.words, size)
        sentences = np.concatenate((close.ids, answering, worded))
        holding = np.searchsorted(self.sentence_starts, sentences, side="right") - 1
        ways = [near, holding]
        if self.recipe.weights["place"]:
            ways.append(self.place_vectors.search(heard.vector, size).ids)
        if heard.place_words:
            ways.append(self.place_words.best(heard.place_words, size))
        return np.unique(np.concatenate(ways))

    def _placed(self, heard: Heard, pool: Ids) -> Scores:
        """Cosine of the place where each passage stands, where that counts."""
        if not self.recipe.weights["place"]:
            return np.zeros(len(pool), np.float32)
        return self.place_vectors.cosines(heard.vector, pool)

    def _nearest_asked(self, heard: Heard, numbers: Ids, own: Scores) -> Scores:
        """Cosine of the nearest question of each sentence; a guess for one that has none."""
        firsts = self.asked_starts[numbers]
        counts = self.asked_starts[numbers + 1] - firsts
        slope, start = UNASKED
        nearest = slope * own + np.float32(start)
        some = counts > 0
        if some.any():
            cosines = self.asked_vectors.cosines(heard.to_asked, _ranges(firsts, counts))
            ends = np.cumsum(counts[some])
            nearest[some] = np.maximum.reduceat(cosines, ends - counts[some])
        return nearest

    def _talked_of(self, heard: Heard, pool: Ids) -> Scores:
        """Cosine of what was asked before to the nearest passage of each one's document."""
        if heard.before is None:
            return np.zeros(len(pool), np.float32)
        cosines = self.passage_vectors.cosines(heard.before, pool)
        documents = [self.passages[number].document.id for number in pool.tolist()]
        nearest: dict[str, float] = {}
        for document, cosine in zip(documents, cosines.tolist(), strict=True):
            nearest[document] = max(cosine, nearest.get(document, cosine))
        return np.array([nearest[document] for document in documents], np.float32)

    def _fed_back(self, scores: Scores, pool: Ids, counts: Ids) -> Scores:
        """How much farther each passage is than the nearest from the middle of the best of them
        and of their places (pseudo-relevance feedback), weighed; nothing where that is not done."""
        weight = self.recipe.weights["feedback"]
        if not weight:
            return np.zeros(len(pool), np.float32)
        best = np.maximum.reduceat(scores, np.cumsum(counts) - counts)
        fed = pool[np.argsort(-best, kind="stable")[:FED]]
        stores = self.passage_vectors, self.place_vectors
        middle = np.mean([store.of(fed).mean(axis=0) for store in stores], axis=0)
        middle /= np.linalg.norm(middle)
        near = np.mean([store.cosines(middle, pool) for store in stores], axis=0)
        farther: Scores = np.float32(weight) * (near - near.max())
        return farther

    def _ranked(self, view: View, rank: int) -> RankedPassage:
        """The passage of a view, its sentences best first."""
        passage = self.passages[view.number]
        best = view.sentences.index(view.score)
        parts = tuple(zip(self.recipe.weights, view.parts[:, best].tolist(), strict=True))
        scored = map(RankedSentence, passage.sentences, view.sentences)
        return RankedPassage(
            passage, view.score, rank, tuple(sorted(scored, key=_best_first)), parts
        )


def _ranges(firsts: Ids, counts: Ids) -> Ids:
    """All numbers from each first on, as many as its count."""
    ends = (firsts + counts).tolist()
    ranges = map(range, firsts.tolist(), ends)
    return np.fromiter(chain.from_iterable(ranges), np.int64)


def _best_first(ranked: RankedSentence) -> tuple[float, int]:
    return -ranked.score, ranked.sentence.span.start

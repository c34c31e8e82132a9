"""What was asked in, ranked passages out: the one thing the assistant uses.

A passage is as good as its best sentence, and a sentence as good as its views add up to.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from index.heard import Before, Heard, Nearness, View
from index.ranked import BEFORE, RankedPassage, RankedSentence
from index.reading import Reading
from index.stored import Stored
from index.views import POOL, UNASKED, closest, views

NEAREST = 10  # questions with an answer whose mean tells how near those are
NEAREST_BEYOND = 2  # questions without one; the single nearest may be a stray
AROUND = 7  # questions of both kinds, whose share with an answer tells which are around
FURTHER = 0.05  # of ten that it is known to answer, the mean is so much further than the nearest


@dataclass(frozen=True, slots=True)
class Index(Stored):
    """A loaded index."""

    def hear(self, asked: str | Sequence[Reading], before: str = "") -> Heard:
        """What was asked, and before it, ready to be compared; readings meet in the middle."""
        readings = [Reading(asked, 1.0)] if isinstance(asked, str) else asked
        vectors = [reading.weight * self.encoder.encode_query(reading.text) for reading in readings]
        vector = np.sum(vectors, axis=0)
        vector /= np.linalg.norm(vector)
        turned = self.adapters.sentence.turned(vector), self.adapters.asked.turned(vector)
        words = self.words.weighed(readings)
        titled = self.place_words.weighed(readings) if self.recipe.weights["place words"] else ()
        # One more look over the index for every later message, where that counts.
        goes_on = bool(before) and any(self.recipe.weights[view] for view in BEFORE)
        earlier = self._before(before) if goes_on else None
        return Heard(vector, *turned, words, titled, closest(self, *turned), earlier)

    def _before(self, asked: str) -> Before | None:
        """What was best for what was asked before."""
        heard = self.hear(asked)
        best = max(views(self, heard, POOL), key=lambda view: view.score, default=None)
        if best is None:
            return None
        place = best.sentences.index(best.score)
        return Before(heard.vector, best.number, int(self.sentence_starts[best.number]) + place)

    def nearness(self, heard: Heard) -> Nearness:
        """How near the questions are that the library is known to answer, and not to answer."""
        asked = heard.closest.asked.cosines[:NEAREST]
        beyond = self.beyond_vectors.search(heard.vector, AROUND).cosines
        guessed = [guess - FURTHER for guess in self._guessed(heard)]
        known = [float(asked.mean())] if len(asked) else []
        near = max((*known, *guessed), default=0.0)
        far = float(beyond[:NEAREST_BEYOND].mean()) if len(beyond) else 0.0
        return Nearness(near, far, share_answered([*asked.tolist(), *guessed], beyond.tolist()))

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
        seen = views(self, heard, max(POOL, limit))
        best = sorted(seen, key=lambda view: (-view.score, view.number))[:limit]
        return [self._ranked(view, rank) for rank, view in enumerate(best, start=1)]

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


def share_answered(answered: Iterable[float], others: Iterable[float]) -> float:
    """Of the nearest questions, by their cosines, the share that has an answer; 1 if there are
    none."""
    both = [*((cosine, 1) for cosine in answered), *((cosine, 0) for cosine in others)]
    nearest = heapq.nlargest(AROUND, both)
    return sum(has for _, has in nearest) / len(nearest) if nearest else 1.0

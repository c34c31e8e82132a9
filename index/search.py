"""A question in, ranked passages out: the one thing the assistant uses.

Three views of each passage are added up, all on absolute scales: the cosine of the whole passage,
the mean cosine of its best sentences, and the share of the question's words that it has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from corpus.document import Sentence
from corpus.passage import Passage
from index.encode import Encoder, Vectors
from index.ranked import RankedPassage, RankedSentence
from index.recipe import Recipe
from index.vectors import VectorIndex
from index.words import Scores, WordIndex, stems

POOL = 50  # passages that each view may put forward
BEST_SENTENCES = 3  # whose cosines are averaged
WEIGHTS = {"passage": 0.3, "sentence": 0.4, "words": 0.3}
SENTENCE_WEIGHTS = {"cosine": 0.6, "words": 0.4}


@dataclass(frozen=True, slots=True)
class Index:
    """A loaded index; sentence i of passage p has the vector id ``starts[p] + i``."""

    recipe: Recipe
    passages: Sequence[Passage]
    starts: Sequence[int]
    encoder: Encoder
    passage_vectors: VectorIndex
    sentence_vectors: VectorIndex
    words: WordIndex

    def search(self, question: str, limit: int = 10) -> list[RankedPassage]:
        """At most `limit` passages, best first; an empty question finds nothing."""
        if not question.strip() or limit < 1:
            return []
        vector, asked = self.encoder.encode([question]), stems(question)
        shares = self.words.shares(asked)
        near, _ = self.passage_vectors.search(vector[0], POOL)
        pool = np.union1d(near, _best(shares, POOL))
        cosines = self.passage_vectors.cosines(vector[0], pool)
        found = []
        for number, cosine in zip(pool.tolist(), cosines.tolist(), strict=True):
            views = {"passage": cosine, "words": float(shares[number])}
            found.append(self._ranked(number, views, vector, asked))
        best = sorted(found, key=lambda ranked: (-ranked.score, ranked.passage.id))[:limit]
        return [replace(ranked, rank=rank) for rank, ranked in enumerate(best, start=1)]

    def _ranked(
        self, number: int, views: Mapping[str, float], vector: Vectors, asked: Sequence[str]
    ) -> RankedPassage:
        """Passage `number` with all its views added up; its rank is not known yet."""
        passage = self.passages[number]
        first = self.starts[number]
        ids = np.arange(first, first + len(passage.sentences), dtype=np.int64)
        cosines = self.sentence_vectors.cosines(vector[0], ids)
        views = {**views, "sentence": float(np.sort(cosines)[-BEST_SENTENCES:].mean())}
        parts = tuple((view, self.recipe.weights[view] * views[view]) for view in WEIGHTS)
        sentences = self._sentences(passage, cosines, asked)
        return RankedPassage(passage, sum(part for _, part in parts), 0, sentences, parts)

    def _sentences(
        self, passage: Passage, cosines: Scores, asked: Sequence[str]
    ) -> tuple[RankedSentence, ...]:
        """The passage's sentences, best first."""
        ranked = []
        for sentence, cosine in zip(passage.sentences, cosines.tolist(), strict=True):
            covered = self.words.coverage(asked, stems(governed(passage, sentence)))
            score = SENTENCE_WEIGHTS["cosine"] * cosine + SENTENCE_WEIGHTS["words"] * covered
            ranked.append(RankedSentence(sentence, score))
        return tuple(sorted(ranked, key=lambda found: (-found.score, found.sentence.span)))


def governed(passage: Passage, sentence: Sentence) -> str:
    """A sentence with the lines without which it may be misread; this is what is embedded."""
    document = passage.document
    return "\n".join(document[span] for span in (*sentence.governors, sentence.span))


def _best(scores: Scores, limit: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Numbers of the best positive scores, in no order."""
    if len(scores) > limit:
        best = np.argpartition(scores, -limit)[-limit:]
    else:
        best = np.arange(len(scores))
    return best[scores[best] > 0]

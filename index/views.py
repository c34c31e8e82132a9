"""What each view makes of a question: the passages worth scoring, and their sentences scored.

The views are all on absolute scales and are added up, so that scores can be compared between
questions: the cosine of a sentence's passage, of the place where that stands, its own, that of the
nearest question which it is known to answer, the share of the asked words that it has, that of
those in its place, and of a later message how near it is to what was said before, and to messages
that followed others. Last comes feedback from what the others find.
"""

import numpy as np

from index.before import near_before, told_before
from index.encode import Vector
from index.heard import Closest, Heard, View
from index.kept import Ids
from index.stored import Stored
from index.vectors import VectorIndex
from index.words import Scores

POOL = 20  # that each of four ways puts forward
# A sentence that nobody has written questions for is taken to have one this near, as others with
# its cosine have (least squares on the dev questions).
UNASKED = (0.95, 0.19)  # times the sentence's cosine, plus
# Likewise one that answers no later message of a talk, by its nearest question.
UNTOLD = (0.94, -0.11)
FED = 10  # best passages that feedback is taken from


def closest(index: Stored, to_sentences: Vector, to_asked: Vector, size: int = POOL) -> Closest:
    """Of all sentences, and of all questions that they answer, those nearest to a question."""
    return Closest(
        index.sentence_vectors.search(to_sentences, size),
        index.asked_vectors.search(to_asked, size),
    )


def views(index: Stored, heard: Heard, size: int) -> list[View]:
    """Every passage that some way puts forward, scored; each way puts `size` forward."""
    pool = _pool(index, heard, size)
    firsts = index.sentence_starts[pool]
    counts = index.sentence_starts[pool + 1] - firsts
    numbers = _ranges(firsts, counts)
    own = index.sentence_vectors.cosines(heard.to_sentences, numbers)
    asked = _nearest_asked(index, heard, numbers, own)
    of_passages = {
        "passage": index.passage_vectors.cosines(heard.vector, pool),
        "place": _placed(index, heard, pool),
        "place words": index.place_words.shares_of(heard.place_words, pool),
        **near_before(index, heard.before, pool),
    }
    seen = {name: np.repeat(values, counts) for name, values in of_passages.items()} | {
        "sentence": own,
        "asked": asked,
        "words": index.words.shares_of(heard.words, numbers),
        "turn": _nearest_turn(index, heard, numbers, asked),
        "told": told_before(heard.before, numbers),
        "feedback": np.zeros(len(numbers), np.float32),
    }
    names = list(index.recipe.weights)
    parts = np.stack([seen[name] for name in names])
    parts *= np.asarray([[weight] for weight in index.recipe.weights.values()], np.float32)
    fed_back = _fed_back(index, parts.sum(axis=0), pool, counts)
    parts[names.index("feedback")] = np.repeat(fed_back, counts)
    scores, found, end = parts.sum(axis=0).tolist(), [], 0
    for number, count in zip(pool.tolist(), counts.tolist(), strict=True):
        start, end = end, end + count
        found.append(View(number, scores[start:end], parts[:, start:end]))
    return found


def _pool(index: Stored, heard: Heard, size: int) -> Ids:
    """Numbers of the passages that are worth scoring."""
    close, alike = (
        heard.closest if size == POOL else closest(index, heard.to_sentences, heard.to_asked, size)
    )
    near = index.passage_vectors.search(heard.vector, size).ids
    answering = np.searchsorted(index.asked_starts, alike.ids, side="right") - 1
    worded = index.words.best(heard.words, size)
    sentences = np.concatenate((close.ids, answering, worded))
    holding = np.searchsorted(index.sentence_starts, sentences, side="right") - 1
    ways = [near, holding]
    if index.recipe.weights["place"]:
        ways.append(index.place_vectors.search(heard.vector, size).ids)
    if heard.place_words:
        ways.append(index.place_words.best(heard.place_words, size))
    return np.unique(np.concatenate(ways))


def _placed(index: Stored, heard: Heard, pool: Ids) -> Scores:
    """Cosine of the place where each passage stands, where that counts."""
    if not index.recipe.weights["place"]:
        return np.zeros(len(pool), np.float32)
    return index.place_vectors.cosines(heard.vector, pool)


def _nearest_asked(index: Stored, heard: Heard, numbers: Ids, own: Scores) -> Scores:
    """Cosine of the nearest question of each sentence; a guess for one that has none."""
    slope, start = UNASKED
    guessed = slope * own + np.float32(start)
    return _nearest(index.asked_vectors, index.asked_starts, heard.to_asked, numbers, guessed)


def _nearest_turn(index: Stored, heard: Heard, numbers: Ids, asked: Scores) -> Scores:
    """Cosine of a later message to the nearest of each sentence, likewise; 0 for a first one."""
    if heard.before is None:
        return np.zeros(len(numbers), np.float32)
    slope, start = UNTOLD
    guessed = slope * asked + np.float32(start)
    return _nearest(index.turn_vectors, index.turn_starts, heard.vector, numbers, guessed)


def _nearest(
    vectors: VectorIndex, starts: Ids, vector: Vector, numbers: Ids, guessed: Scores
) -> Scores:
    """The highest cosine of a vector to those of each sentence; what was guessed where it has none.

    Those of sentence n are ``starts[n]`` to before ``starts[n + 1]``.
    """
    firsts = starts[numbers]
    counts = starts[numbers + 1] - firsts
    some = counts > 0
    if some.any():
        cosines = vectors.cosines(vector, _ranges(firsts, counts))
        ends = np.cumsum(counts[some])
        guessed[some] = np.maximum.reduceat(cosines, ends - counts[some])
    return guessed


def _fed_back(index: Stored, scores: Scores, pool: Ids, counts: Ids) -> Scores:
    """How much farther each passage is than the nearest from the middle of the best of them and of
    their places (pseudo-relevance feedback), weighed; nothing where that is not done."""
    weight = index.recipe.weights["feedback"]
    if not weight:
        return np.zeros(len(pool), np.float32)
    best = np.maximum.reduceat(scores, np.cumsum(counts) - counts)
    fed = pool[np.argsort(-best, kind="stable")[:FED]]
    stores = index.passage_vectors, index.place_vectors
    middle = np.mean([store.of(fed).mean(axis=0) for store in stores], axis=0)
    middle /= np.linalg.norm(middle)
    near = np.mean([store.cosines(middle, pool) for store in stores], axis=0)
    farther: Scores = np.float32(weight) * (near - near.max())
    return farther


def _ranges(firsts: Ids, counts: Ids) -> Ids:
    """All numbers from each first on, as many as its count."""
    ends = np.cumsum(counts)
    numbers: Ids = np.arange(counts.sum()) + np.repeat(firsts - (ends - counts), counts)
    return numbers

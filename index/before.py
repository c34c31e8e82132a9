"""The views of what was said before: how near a passage is to it, and what it has told already.

A later message goes on from the answer before it, which nobody keeps. So the best that is found for
what was asked then stands for that answer: what is near it is likelier to be meant, and the very
sentence is less likely to be wanted again.
"""

import numpy as np

from index.heard import Before
from index.kept import Ids
from index.stored import Stored
from index.words import Scores


def near_before(index: Stored, before: Before | None, pool: Ids) -> dict[str, Scores]:
    """For each passage its cosine to the one that was found before, and that of what was asked
    before to the nearest passage of its document."""
    if before is None:
        return {name: np.zeros(len(pool), np.float32) for name in ("talk", "shown")}
    shown = index.passage_vectors.of([before.passage])[0]
    return {
        "talk": _documents_nearest(index, index.passage_vectors.cosines(before.vector, pool), pool),
        "shown": index.passage_vectors.cosines(shown, pool),
    }


def told_before(before: Before | None, numbers: Ids) -> Scores:
    """One for the sentence that was found before, none for others."""
    if before is None:
        return np.zeros(len(numbers), np.float32)
    told: Scores = (numbers == before.sentence).astype(np.float32)
    return told


def _documents_nearest(index: Stored, cosines: Scores, pool: Ids) -> Scores:
    """For each passage the highest cosine among those of its document."""
    documents = [index.passages[number].document.id for number in pool.tolist()]
    nearest: dict[str, float] = {}
    for document, cosine in zip(documents, cosines.tolist(), strict=True):
        nearest[document] = max(cosine, nearest.get(document, cosine))
    return np.array([nearest[document] for document in documents], np.float32)

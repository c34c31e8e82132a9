"""All that a built index holds, open to be searched."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from corpus.document import Document
from corpus.passage import Passage
from index.adapter import Adapters
from index.encode import Encoder
from index.kept import Ids
from index.recipe import Recipe
from index.spelling import Speller
from index.vectors import VectorIndex
from index.words import WordIndex


@dataclass(frozen=True, slots=True)
class Stored:
    """Sentence i of passage p has the number ``sentence_starts[p] + i``, question j of sentence s
    the number ``asked_starts[s] + j``, and turn k ``turn_starts[s] + k``."""

    recipe: Recipe
    documents: Mapping[str, Document]
    passages: Sequence[Passage]
    sentence_starts: Ids
    asked_starts: Ids
    turn_starts: Ids
    encoder: Encoder
    adapters: Adapters
    passage_vectors: VectorIndex
    place_vectors: VectorIndex  # by passage number
    sentence_vectors: VectorIndex
    asked_vectors: VectorIndex
    turn_vectors: VectorIndex  # of later messages of talks
    beyond_vectors: VectorIndex
    words: WordIndex
    place_words: WordIndex  # by passage number
    speller: Speller

    def without(self, parts: Collection[str]) -> Self:
        """The same, whose scores do not count some parts."""
        weights = {n: 0.0 if n in parts else w for n, w in self.recipe.weights.items()}
        return replace(self, recipe=replace(self.recipe, weights=weights))

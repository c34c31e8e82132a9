"""The search with one thing taken away or done otherwise, over the index that is there.

It knows the views of a search only by the names of the recipe's weights, and changes an index only
by giving it other parts, so that a new view or stage is taken apart without a word here.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from functools import partial
from operator import eq, ne
from pathlib import Path
from typing import Any

import numpy as np

from assistant.ask import Assistant
from corpus.names import Names
from corpus.passage import Passage
from index.adapter import adapters_for
from index.heard import Heard
from index.layout import worded_texts
from index.ranked import RankedPassage, RankedSentence
from index.reading import Reading
from index.search import Index
from index.spelling import Speller
from index.vectors import VectorIndex
from index.words import WordIndex, save_words

RANK_CONSTANT = 60  # Cormack et al. 2009
RANKED = 20  # passages that each view puts forward


def scored_otherwise(assistant: Assistant) -> Iterator[tuple[str, Assistant]]:
    """Variants that need nothing built."""
    for view in assistant.index.recipe.weights:
        yield f"without {view}", weighted(assistant, partial(ne, view))
    yield "words alone (BM25)", weighted(assistant, partial(eq, "words"))
    yield "vectors alone", weighted(assistant, partial(ne, "words"))
    yield "passages alone", weighted(assistant, partial(eq, "passage"))
    yield "ranks fused, not scores (RRF)", replace(assistant, index=rank_fused(assistant.index))
    yield "without adapters", replace(assistant, index=_unadapted(assistant.index))
    yield "without names", _worded(assistant, names=Names({}))
    yield "without spelling", _worded(assistant, speller=Speller({}, np.array([], np.bytes_)))
    yield "last message only", replace(assistant, index=LastMessage(**_parts(assistant.index)))


def _worded(assistant: Assistant, **changed: Any) -> Assistant:
    return replace(assistant, wording=replace(assistant.wording, **changed))


def _unadapted(index: Index) -> Index:
    """Questions of the library stay turned, so this says what turning the asked one is worth."""
    return replace(index, adapters=adapters_for("", index.recipe.dimension))


def embedded_otherwise(assistant: Assistant) -> Iterator[tuple[str, Callable[[], Assistant]]]:
    """Variants whose passages are embedded and indexed anew, with less around their text."""
    yield "without questions as people ask them", partial(unasked, assistant)
    for name, parts in OUTSIDE.items():
        yield f"{name} not embedded", partial(_embedded, assistant, parts)


def _title(passage: Passage) -> str:
    return passage.document.title


def _heading(passage: Passage) -> str:
    return passage.heading


OUTSIDE = {"title": (_title,), "heading": (_heading,), "title and heading": (_title, _heading)}


def _embedded(assistant: Assistant, outside: tuple[Callable[[Passage], str], ...]) -> Assistant:
    texts = []
    for passage in assistant.index.passages:
        unwanted = {part(passage) for part in outside}
        before = passage.searchable.removesuffix(passage.text).split("\n")
        texts.append("\n".join([*(line for line in before[:-1] if line not in unwanted),
                                passage.text]))  # fmt: skip
    vectors = VectorIndex.build(assistant.index.encoder.encode(texts))
    return replace(assistant, index=replace(assistant.index, passage_vectors=vectors))


def unasked(assistant: Assistant) -> Assistant:
    """The assistant over documents for which nobody has written questions."""
    index = assistant.index
    with tempfile.TemporaryDirectory() as folder:
        save_words(worded_texts(index.passages), Path(folder))  # whose questions are not loaded
        words = WordIndex.load(Path(folder))
    nothing = VectorIndex.build(np.empty((0, index.recipe.dimension), np.float32))
    none = np.zeros_like(index.asked_starts)
    index = replace(index, words=words, asked_starts=none, asked_vectors=nothing)
    return replace(assistant, index=replace(index, turn_starts=none, turn_vectors=nothing))


def weighted(assistant: Assistant, keeps: Callable[[str], bool]) -> Assistant:
    """The assistant with only the views that are kept."""
    return replace(assistant, index=_weighted(assistant.index, keeps))


def _weighted(index: Index, keeps: Callable[[str], bool]) -> Index:
    return index.without([name for name in index.recipe.weights if not keeps(name)])


class RankFused(Index):
    """An index whose views vote by rank: each sentence gets 1 / (60 + rank) from each view."""

    def search(
        self, asked: str | Sequence[Reading] | Heard, limit: int = 10
    ) -> list[RankedPassage]:
        """As any index; one search for each view, so its time says nothing."""
        plain = Index(**_parts(self))
        votes: dict[tuple[str, int], float] = {}
        passages: dict[str, RankedPassage] = {}
        # What counts against a sentence, or does not count, puts nothing forward.
        for view in (name for name, weight in self.recipe.weights.items() if weight > 0):
            found = _weighted(plain, view.__eq__).search(asked, max(RANKED, limit))
            passages |= {one.passage.id: one for one in found}
            scored = ((s.score, one.passage.id, s) for one in found for s in one.sentences)
            best = sorted(scored, key=lambda row: -row[0])
            for rank, (_, name, ranked) in enumerate(best, start=1):
                place = name, ranked.sentence.span.start
                votes[place] = votes.get(place, 0.0) + 1 / (RANK_CONSTANT + rank)
        fused = sorted((_voted(one, votes) for one in passages.values()), key=lambda p: -p.score)
        return [replace(one, rank=rank) for rank, one in enumerate(fused[:limit], start=1)]


def _voted(found: RankedPassage, votes: dict[tuple[str, int], float]) -> RankedPassage:
    """A passage with its sentences by their votes; it is as good as the best of them."""
    name = found.passage.id
    counted = [
        RankedSentence(s.sentence, votes[name, s.sentence.span.start]) for s in found.sentences
    ]
    best = tuple(sorted(counted, key=lambda sentence: -sentence.score))
    return RankedPassage(found.passage, best[0].score, found.rank, best)


def rank_fused(index: Index) -> RankFused:
    """The same index, fusing ranks."""
    return RankFused(**_parts(index))


class LastMessage(Index):
    """An index that searches for the last message of a conversation alone."""

    def hear(self, asked: str | Sequence[Reading], before: str = "") -> Heard:
        """The first of the readings, which is the message itself."""
        return Index.hear(self, asked if isinstance(asked, str) else asked[0].text)


def _parts(index: Index) -> dict[str, Any]:
    return {field.name: getattr(index, field.name) for field in fields(Index)}
